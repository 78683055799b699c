import Foundation
import Manifests
import Planning
import Synchronization
import Testing

@testable import Execution

/// A kind of stage out of a signature and what it does. Artefacts are texts: numbers between spaces.
struct LambdaKind: StageKind {
  var signature: StageSignature
  var body: @Sendable (StageContext) throws -> Void
  func run(_ context: StageContext) throws { try body(context) }
}

extension StageContext {
  func numbers(_ input: String) throws -> [Double] { try Self.numbers(at: try #require(inputs[input])) }

  static func numbers(at path: String) throws -> [Double] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: " ").compactMap { Double($0) }
  }

  func write(_ numbers: [Double], to port: String) throws {
    try write(numbers.map { "\($0)" }.joined(separator: " "), to: port)
  }

  func write(_ text: String, to port: String) throws {
    try text.write(toFile: try #require(outputs[port]), atomically: false, encoding: .utf8)
  }
}

/// A number in 0 ..< 1 by its address: what a toy draws depends on nothing else.
func toyDraw(_ address: String) -> Double {
  Double(Int(ContentHash.hex(of: address).prefix(12), radix: 16) ?? 0) / 0x1p48
}

/// What toys did, and what shall befall them.
final class FoldWorld: Sendable {
  private let log = Mutex<[String]>([])
  /// Called before every stage that notes what it does.
  let hook = Mutex<(@Sendable (String) throws -> Void)?>(nil)

  func note(_ what: String) throws {
    try hook.withLock { $0 }?(what)
    log.withLock { $0.append(what) }
  }

  func take() -> [String] {
    log.withLock { list in
      defer { list = [] }
      return list
    }
  }
}

/// A project in a folder of its own whose manifest is a text.
final class FoldProject {
  let layout: ProjectLayout
  let world: FoldWorld
  let catalogue: Catalogue
  private let isOwner: Bool
  var scratchLimit = 10_000_000_000
  var block = 64

  /// - Parameter folder: of a project that is there; nil for one that lives as long as this.
  init(_ kinds: (FoldWorld) -> [any StageKind], in folder: String? = nil) throws {
    let base =
      ProcessInfo.processInfo.environment["PIPE_TEST_FOLDER"] ?? FileManager.default.temporaryDirectory.path
    let root = folder ?? base + "/pipe-folds-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    (layout, isOwner) = (ProjectLayout(root: root), folder == nil)
    world = FoldWorld()
    catalogue = Catalogue(kinds(world), gather: Self.gather, readScalar: readNumber)
  }

  /// A line a member, empty for one that failed.
  private static func gather(
    _ files: [String?], _ output: OutputSpec, _ variables: [String], _ path: String
  ) throws {
    let lines = try files.map { file in
      try file.map { String(decoding: try Posix.readFile($0), as: UTF8.self) } ?? ""
    }
    try lines.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
  }

  deinit { if isOwner { Posix.removeTree(layout.root) } }

  func makeRun(
    _ text: String, jobs: Int = 2, set: [(String, String)] = [], observer: any RunObserver = SilentObserver()
  ) throws -> Run {
    let result = Resolver.resolve(
      manifestPath: "toy.manifest", text: .texts(["toy.manifest": text]), catalogue: catalogue,
      overrides: set.map { (name: $0.0, value: $0.1) })
    let pipeline = try #require(
      result.pipeline, "\(result.diagnostics.map { "\($0.place.line): \($0.message)" })")
    var options = RunOptions(jobs: jobs)
    (options.scratchLimit, options.block) = (scratchLimit, block)
    return Run(
      plan: try Plan(pipeline: pipeline, catalogue: catalogue), catalogue: catalogue, layout: layout,
      options: options, origin: .init(manifest: layout.root + "/toy.manifest", version: "test"),
      observer: observer)
  }

  @discardableResult
  func run(_ text: String, jobs: Int = 2, set: [(String, String)] = []) throws -> RunRecord {
    try makeRun(text, jobs: jobs, set: set).execute()
  }

  func result(_ name: String) throws -> [Double] {
    let path = "\(layout.results)/toy/\(name)"
    return try StageContext.numbers(at: FileManager.default.fileExists(atPath: path) ? path : path + ".nc")
  }

  /// Runs until it is done, stopped again and again.
  /// - Parameter stops: after how many notes each of the first runs is stopped.
  func runInterrupted(
    _ text: String, jobs: Int, stops: [Int], set: [(String, String)] = []
  ) throws -> RunRecord {
    for stop in stops {
      let run = try makeRun(text, jobs: jobs, set: set)
      let count = Mutex(0)
      world.hook.withLock {
        $0 = { _ in
          let isOver = count.withLock { count in
            count += 1
            return count > stop
          }
          guard isOver else { return }
          run.cancel()
          throw CancellationError()
        }
      }
      _ = try run.execute()
      world.hook.withLock { $0 = nil }
    }
    return try self.run(text, jobs: jobs, set: set)
  }
}

extension RunRecord {
  /// Node → what it gave, of those that gave something.
  var results: [String: [String: String]] {
    var results: [String: [String: String]] = [:]
    for node in nodes where !node.outputs.isEmpty { results[node.name] = node.outputs.dictionary }
    return results
  }

  func outcomes(_ outcome: NodeRecord.Outcome) -> [String] {
    nodes.filter { $0.outcome == outcome }.map(\.name)
  }

  var messages: [String] { nodes.compactMap { node in node.message.map { "\(node.name): \($0)" } } }
}

/// Ports of steps beside those of the state.
let stepPorts = [OutputSpec("plan", .file, ""), OutputSpec("report", .file, "")]

/// A family out of its parts.
struct LambdaFamily: FoldKind {
  var signature: StageSignature
  var first: @Sendable (DesignRequest) throws -> Fold
  var budget: @Sendable (FoldProgress) throws -> Int
  var closing: @Sendable (FoldProgress) throws -> RoundPlan? = { _ in nil }
  var body: @Sendable (StageContext) throws -> Void

  func run(_ context: StageContext) throws { try body(context) }
  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }
  func fold(_ request: DesignRequest) throws -> Fold? { try first(request) }
  func rows(_ progress: FoldProgress) throws -> Int { try budget(progress) }
  func close(_ progress: FoldProgress) throws -> RoundPlan? { try closing(progress) }
}

enum FoldToy {
  static let scalar = PortType.scalar(.dimensionless)

  static func number(_ name: String, _ presence: SettingSpec.Presence = .required) -> SettingSpec {
    SettingSpec(name, .number(.dimensionless), presence, "")
  }

  static func integer(_ name: String, _ presence: SettingSpec.Presence = .required) -> SettingSpec {
    SettingSpec(name, .integer, presence, "")
  }

  static func output(_ name: String) -> SettingSpec { SettingSpec(name, .output, .required, "") }

  static let `repeat` = SettingSpec("repeat", .stage, .required, "")

  static func family(
    _ kind: String, _ settings: [SettingSpec], inputs: [InputSpec] = [], outputs: [OutputSpec],
    roles: [FamilySpec.Role] = [], states: [FamilySpec.StatePort] = []
  ) -> StageSignature {
    var spec = FamilySpec(roles: roles.isEmpty ? [.collected] : roles)
    spec.states = states
    return StageSignature(
      kind: kind, version: 1, summary: "", settings: [`repeat`] + settings, inputs: inputs, outputs: outputs
    ).repeating(spec)
  }

  static func step(
    _ kind: String, _ settings: [SettingSpec], inputs: [InputSpec] = [], states: [OutputSpec]
  ) -> StageSignature {
    StageSignature(
      kind: kind, version: 1, summary: "", settings: settings,
      inputs: inputs + states.map { InputSpec($0.name, [.file], required: false, "") },
      outputs: states + stepPorts
    ).hidden
  }
}

extension Settings {
  /// A setting that the toy's signature asks for.
  func given(_ name: String) -> SettingValue {
    guard let value = values[name] else { preconditionFailure("'\(name)' is required") }
    return value
  }
}
