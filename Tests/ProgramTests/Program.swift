import Foundation
import TestSupport
import Testing

/// The built program, run as a user would.
enum Program {
  struct Outcome {
    var status: Int32
    var output, errors: String
  }

  /// The program lies beside the test runner.
  static let path: String = {
    let runner =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("pipe").path
  }()

  static func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = try start(arguments, in: folder, environment: environment)
    return process.wait()
  }

  static func start(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Running {
    let running = Running(
      scratch: FileManager.default.temporaryDirectory.appendingPathComponent(
        "pipe-output-\(UUID().uuidString)"))
    try running.start(arguments, in: folder, environment: environment)
    return running
  }

  /// A process whose output goes to files, so that no pipe can fill.
  final class Running {
    let process = Process()
    private let scratch: URL

    init(scratch: URL) { self.scratch = scratch }

    func start(_ arguments: [String], in folder: URL, environment: [String: String]) throws {
      try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments = arguments
      process.currentDirectoryURL = folder
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.standardOutput = try handle("out")
      process.standardError = try handle("err")
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }

    private func handle(_ name: String) throws -> FileHandle {
      let url = scratch.appendingPathComponent(name)
      try Data().write(to: url)
      return try FileHandle(forWritingTo: url)
    }

    func wait() -> Outcome {
      process.waitUntilExit()
      func text(_ name: String) -> String {
        (try? String(contentsOf: scratch.appendingPathComponent(name), encoding: .utf8)) ?? ""
      }
      defer { try? FileManager.default.removeItem(at: scratch) }
      return Outcome(status: process.terminationStatus, output: text("out"), errors: text("err"))
    }
  }
}

/// A project of its own in a temporary folder.
struct TemporaryProject {
  let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("pipe test é \(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("pipelines"), withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: root) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL {
    let url = root.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
    return url
  }

  /// Copies a shipped manifest into the project.
  func copyShipped(_ name: String) throws {
    let source = Checkout.root.appendingPathComponent("pipelines/\(name).manifest")
    try FileManager.default.copyItem(
      at: source, to: root.appendingPathComponent("pipelines/\(name).manifest"))
  }

  /// Links real measurements to where the shipped manifests look for them.
  func linkShared(_ names: [String]) throws {
    guard let shared = Checkout.shared else { throw CocoaError(.fileNoSuchFile) }
    let external = root.appendingPathComponent("data/external")
    try FileManager.default.createDirectory(at: external, withIntermediateDirectories: true)
    for name in names {
      try FileManager.default.createSymbolicLink(
        at: external.appendingPathComponent((name as NSString).lastPathComponent),
        withDestinationURL: shared.appendingPathComponent("data/\(name)"))
    }
  }

  func pipe(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: root) }

  func result(_ pipeline: String, _ name: String) -> String {
    root.appendingPathComponent("results/\(pipeline)/\(name).nc").path
  }

  /// Name → bytes of every result of a pipeline.
  func results(_ pipeline: String) throws -> [String: Data] {
    let folder = root.appendingPathComponent("results/\(pipeline)")
    var found: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".nc") {
      found[name] = try Data(contentsOf: folder.appendingPathComponent(name))
    }
    return found
  }
}

/// A project whose one pipeline, `u`, has been run without a report; the caller removes it.
func runPipeline(_ manifest: String, _ arguments: String...) throws -> TemporaryProject {
  let project = try TemporaryProject()
  try project.write("pipelines/u.manifest", manifest)
  let outcome = try Program.run(["run", "pipelines/u.manifest", "--no-report"] + arguments, in: project.root)
  #expect(outcome.status == 0, "\(outcome.errors)")
  return project
}
