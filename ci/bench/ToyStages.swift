import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The trivial stage that is measured: writes its number and those of its inputs as a few bytes.
struct ToyKind: StageKind {
  static let port = PortType.scalar(.dimensionless)

  let signature = StageSignature(
    kind: "toy", version: 1, summary: "Adds a number to those of its inputs.",
    settings: [
      SettingSpec("add", .number(.dimensionless), .required, "What is added."),
      SettingSpec("rounds", .integer, .defaultsTo("1"), minimum: "1", "A setting left at its default."),
    ],
    inputs: [
      InputSpec("left", [port], required: false, "A number."),
      InputSpec("right", [port], required: false, "A number."),
    ],
    outputs: [OutputSpec("out", port, "The sum.")])

  func run(_ context: StageContext) throws {
    var sum = context.settings.number("add")
    for port in ["left", "right"] {
      // A doubling tree of sums would overflow.
      if let path = context.inputs[port] { sum += try Self.read(path) / 4 }
    }
    try Self.write("\(sum)\n", to: context.outputs["out"] ?? "")
  }

  static func read(_ path: String) throws -> Double {
    guard let file = fopen(path, "r") else { throw ProcessError(description: "cannot read \(path)") }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let length = fread(&buffer, 1, buffer.count, file)
    let text = String(decoding: buffer[..<length], as: UTF8.self)
    guard let value = Double(text.prefix { $0 != "\n" }) else {
      throw ProcessError(description: "no number in \(path)")
    }
    return value
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw ProcessError(description: "cannot write \(path)") }
    fputs(text, file)
    guard fclose(file) == 0 else { throw ProcessError(description: "cannot write \(path)") }
  }

  static let catalogue = Catalogue([ToyKind()], readScalar: { try read($0) })
}
