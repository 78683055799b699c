import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The trivial stage that is measured: writes its number and those of its inputs as a few bytes.
struct ToyKind: StageKind {
  static let port = PortType.scalar(.dimensionless)

  private static let add = Setting("add", .number, .required, "What is added.")
  private static let rounds = Setting(
    "rounds", .integer, .default(1), .atLeast(1), "A setting left at its default.")
  private static let left = Input.optional("left", [port], "A number.")
  private static let right = Input.optional("right", [port], "A number.")
  private static let sum = Output("out", port, "The sum.")

  let signature = StageSignature(
    kind: "toy", version: 1, summary: "Adds a number to those of its inputs.",
    declares: [add, rounds, left, right, sum])

  func run(_ context: StageContext) throws {
    var sum = context[Self.add]
    for input in [Self.left, Self.right] {
      // A doubling tree of sums would overflow.
      if let path = context[input] { sum += try Self.read(path) / 4 }
    }
    try Self.write("\(sum)\n", to: context[Self.sum])
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
