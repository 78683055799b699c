import Datasets
import Foundation
import Testing

/// A project of small programs whose results a test can work out for itself:
///
///     data/a.txt ─ sorted ─ scaled ─ total ─┐
///                             └─── shifted ◄┘       data/b.txt ─ other
struct ToyProject {
  let project: TemporaryProject
  var root: URL { project.root }
  static let numbers = [5, 3, 11, 2, 8]
  static let manifest = "pipelines/toy.manifest"

  init() throws {
    project = try TemporaryProject()
    try writeNumbers(Self.numbers)
    try project.write("data/b.txt", "one\ntwo\n")
    try script("shift.sh", Self.shift)
    try project.write(Self.manifest, Self.text)
  }

  func remove() { project.remove() }

  static let shift = "#!/bin/sh\nwhile read x; do echo $((x + $2)); done < \"$1\" > shifted\n"

  static let text = """
    [sorted : command]
    program   = "sort"
    arguments = "-n", "-o", "{output.list}", "{input.raw}"
    inputs    = raw
    outputs   = list
    raw       = file("../data/a.txt")

    [scaled : command]
    program   = "awk"
    arguments = "-v", "k={setting.factor}", "{ print $1 * k > \\"{output.values}\\" }", "{input.list}"
    inputs    = list
    outputs   = values
    list     <- sorted.list
    factor    = 3

    [total : command]
    program   = "awk"
    arguments = "{ s += $1 } END { print s > \\"{output.sum}\\" }", "{input.values}"
    inputs    = values
    outputs   = sum(number)
    values   <- scaled.values

    [shifted : command]
    program   = file("../bin/shift.sh")
    arguments = "{input.values}", "{setting.offset}"
    inputs    = values
    outputs   = shifted
    values   <- scaled.values
    offset   <- total.sum

    [other : command]
    program   = "sh"
    arguments = "-c", "tr a-z A-Z < {input.text} > {output.capitals}"
    inputs    = text
    outputs   = capitals
    text      = file("../data/b.txt")

    """

  func writeNumbers(_ numbers: [Int]) throws {
    try project.write("data/a.txt", numbers.map { "\($0)\n" }.joined())
  }

  func script(_ name: String, _ text: String) throws {
    let url = try project.write("bin/\(name)", text)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
  }

  /// Runs the manifest.
  func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["run", Self.manifest, "--no-report"] + arguments, in: root)
  }

  /// Runs it, expects success and the count of stages that ran.
  @discardableResult
  func expect(
    executed: Int, factor: Int = 3, numbers: [Int] = ToyProject.numbers, _ arguments: [String] = [],
    location: SourceLocation = #_sourceLocation
  ) throws -> Program.Outcome {
    let outcome = try Program.run(["run", Self.manifest, "--no-report"] + arguments, in: root)
    #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.executed == executed, "\(outcome.errors)", sourceLocation: location)
    try check(factor: factor, numbers: numbers, location: location)
    return outcome
  }

  /// Compares every result with what this function works out itself.
  func check(
    pipeline: String = "toy", factor: Int = 3, numbers: [Int] = ToyProject.numbers,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let sorted = numbers.sorted()
    let scaled = sorted.map { $0 * factor }
    let sum = scaled.reduce(0, +)
    func lines(_ values: [Int]) -> String { values.map { "\($0)\n" }.joined() }
    let expected = [
      "sorted.list": lines(sorted), "scaled.values": lines(scaled),
      "shifted.shifted": lines(scaled.map { $0 + sum }), "other.capitals": "ONE\nTWO\n",
    ]
    for (name, text) in expected {
      let found = try? String(contentsOf: result(name, pipeline: pipeline), encoding: .utf8)
      #expect(found == text, "\(name)", sourceLocation: location)
    }
    let found = try NetCDFFile.readScalar(result("total.sum.nc", pipeline: pipeline).path)
    #expect(found == Double(sum), sourceLocation: location)
  }

  func result(_ name: String, pipeline: String = "toy") -> URL {
    root.appendingPathComponent("results/\(pipeline)/\(name)")
  }

  func edit(_ change: (String) -> String) throws {
    let url = root.appendingPathComponent(Self.manifest)
    try project.write(Self.manifest, change(try String(contentsOf: url, encoding: .utf8)))
  }

  /// The object of the store that holds these bytes.
  func object(_ content: String) throws -> URL {
    let objects = root.appendingPathComponent(".pipe/objects")
    let names = try FileManager.default.subpathsOfDirectory(atPath: objects.path)
    let found = names.map { objects.appendingPathComponent($0) }.first { url in
      url.pathExtension == "nc" && (try? String(contentsOf: url, encoding: .utf8)) == content
    }
    return try #require(found, "no object holds \(content)")
  }

  static var sortedText: String { numbers.sorted().map { "\($0)\n" }.joined() }
}

extension Program.Outcome {
  /// Number of stages that ran, from the last line; nil without one.
  var executed: Int? {
    guard let line = errors.split(separator: "\n").last(where: { $0.contains(" executed") }),
      let range = line.firstRange(of: " executed")
    else { return nil }
    return Int(
      line[..<range.lowerBound].reversed().prefix { $0.isNumber }.reversed().map(String.init).joined())
  }
}

/// Runs lines of a shell with the program as `$PIPE` and answers its status and what it printed.
func shell(_ script: String, in folder: URL) throws -> Program.Outcome {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", script]
  process.currentDirectoryURL = folder
  process.environment = ProcessInfo.processInfo.environment.merging(["PIPE": Program.path]) { $1 }
  let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("shell-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: scratch) }
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  func handle(_ name: String) throws -> FileHandle {
    let url = scratch.appendingPathComponent(name)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }
  process.standardOutput = try handle("out")
  process.standardError = try handle("err")
  process.standardInput = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  func text(_ name: String) throws -> String {
    try String(contentsOf: scratch.appendingPathComponent(name), encoding: .utf8)
  }
  return Program.Outcome(status: process.terminationStatus, output: try text("out"), errors: try text("err"))
}

/// Changes one bit of a file in place and puts its modification time back.
func rot(_ file: URL) throws {
  try keepingTimes(file) {
    chmod(file.path, 0o644)
    let handle = try FileHandle(forUpdating: file)
    let first = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data([first ^ 1]))
    try handle.close()
    chmod(file.path, 0o444)
  }
}

/// Times to the nanosecond, as `touch -r` keeps them.
func keepingTimes(_ file: URL, _ body: () throws -> Void) throws {
  var status = stat()
  #expect(stat(file.path, &status) == 0)
  try body()
  let times = [status.st_atim, status.st_mtim]
  #expect(utimensat(AT_FDCWD, file.path, times, 0) == 0)
}
