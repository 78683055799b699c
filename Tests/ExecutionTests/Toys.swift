import Foundation
import Manifests
import Planning
import Synchronization
import Testing

@testable import Execution

/// Toy stages: every artefact is a number as text. `mix` gives Σ inputs + add; it counts its runs.
struct ToyKind: StageKind {
  var signature: StageSignature
  var body: @Sendable (StageContext) throws -> Void
  func run(_ context: StageContext) throws { try body(context) }
}

struct ToyFamily: FamilyKind {
  var signature: StageSignature
  var members: [[Double]]
  var body: @Sendable (StageContext) throws -> Void
  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan(members) }
  func run(_ context: StageContext) throws { try body(context) }
}

func readNumber(_ path: String) throws -> Double {
  guard let value = Double(try String(contentsOfFile: path, encoding: .utf8)) else {
    throw ToyError(message: "no number in \(path)")
  }
  return value
}

func writeNumber(_ value: Double, _ path: String?) throws {
  try String(value).write(toFile: try #require(path), atomically: false, encoding: .utf8)
}

struct ToyError: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}

/// Behaviour of toy stages that a test changes while it goes on.
final class ToyWorld: Sendable {
  let executed = Mutex<[String]>([])
  let failing = Mutex<Set<Double>>([])
  /// Further kinds that a test has of its own.
  let extra = Mutex<[any StageKind]>([])
  private var more: [any StageKind] { extra.withLock { $0 } }
  let hook = Mutex<(@Sendable (StageContext) throws -> Void)?>(nil)
  /// Whether `mix` writes `3.0e0` where it used to write `3.0`.
  let writesExponents = Mutex(false)

  private var olderForms: Catalogue.OlderForms {
    { path in
      let text = try String(contentsOfFile: path, encoding: .utf8)
      guard text.hasSuffix("e0") else { return [] }
      return [{ try String(text.dropLast(2)).write(toFile: $0, atomically: false, encoding: .utf8) }]
    }
  }

  func takeExecuted() -> [String] {
    executed.withLock { list in
      defer { list = [] }
      return list
    }
  }

  func catalogue(mixVersion: Int = 1) -> Catalogue {
    let scalar = PortType.scalar(.dimensionless)
    let mix = ToyKind(
      signature: StageSignature(
        kind: "mix", version: mixVersion, summary: "sum",
        settings: [
          SettingSpec("add", .number(.dimensionless), .optional, ""),
          SettingSpec("file", .file, .optional, ""),
        ],
        inputs: (0..<4).map { InputSpec("in\($0)", [scalar], required: false, "") },
        outputs: [OutputSpec("out", scalar, "", collected: true)])
    ) { [self] context in
      let add = context.settings.optionalNumber("add") ?? 0
      var sum = add
      for (_, path) in context.inputs.sorted(by: { $0.key < $1.key }) { sum += try readNumber(path) }
      if let file = context.settings.file("file") { sum += try readNumber(file) }
      try hook.withLock { $0 }?(context)
      executed.withLock { $0.append("\(add)") }
      if failing.withLock({ $0.contains(add) }) { throw ToyError(message: "cannot add \(add)") }
      let text = writesExponents.withLock { $0 } ? "\(sum)e0" : "\(sum)"
      try text.write(
        toFile: try #require(context.outputs["out"]), atomically: false, encoding: .utf8)
    }
    let sign = ToyKind(
      signature: StageSignature(
        kind: "sign", version: 1, summary: "sign",
        inputs: [InputSpec("in0", [scalar], "")], outputs: [OutputSpec("out", scalar, "")])
    ) { [self] context in
      executed.withLock { $0.append("sign") }
      try writeNumber(
        try readNumber(try #require(context.inputs["in0"])) < 0 ? -1 : 1, context.outputs["out"])
    }
    var catalogue = Catalogue(
      [mix, sign, ensemble, ToyBisection(), ToyBisection.Step()] + more, readScalar: readNumber)
    catalogue.olderForms = olderForms
    return catalogue
  }

  /// Adds 10, 11, … 14 in place of the target's `add`; its sum of members that did not fail.
  private var ensemble: ToyFamily {
    ToyFamily(
      signature: StageSignature(
        kind: "ensemble", version: 1, summary: "",
        settings: [
          SettingSpec("repeat", .stage, .required, ""), SettingSpec("max_failures", .integer, .optional, ""),
        ],
        outputs: [OutputSpec("total", .scalar(.dimensionless), "")]
      ).repeating(FamilySpec(roles: [.collected])),
      members: (0..<5).map { [Double(10 + $0)] },
      body: { [self] context in
        executed.withLock { $0.append("ensemble") }
        var sum = 0.0
        for member in context.members where !member.hasFailed {
          sum += try readNumber(try #require(member.inputs["out"]))
        }
        try writeNumber(sum, context.outputs["total"])
      })
  }
}

/// Halves [0, 8] towards the point where the score is 5; answers the last value tried.
struct ToyBisection: FoldKind {
  let signature = StageSignature(
    kind: "bisection", version: 1, summary: "",
    settings: [
      SettingSpec("repeat", .stage, .required, ""), SettingSpec("trials", .integer, .optional, ""),
      SettingSpec("max_failures", .integer, .optional, ""),
    ],
    outputs: [OutputSpec("best", .scalar(.dimensionless), "")]
  ).repeating(FamilySpec(fixedSetting: "add", roles: [.scores(["score"], standard: "out")]))

  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    var fold = Fold(step: "bisection_step", first: RoundPlan([[4]]))
    (fold.failures, fold.numbersThrough) = (.ofFamily, true)
    return fold
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    (progress.settings.optionalInteger("trials") ?? 6) - progress.rows
  }

  func run(_ context: StageContext) throws {
    let state = try String(contentsOfFile: try #require(context.inputs["state"]), encoding: .utf8)
    let tried = try #require(
      state.split(separator: "\n").last.flatMap { Double($0.split(separator: " ")[0]) })
    for (_, path) in context.outputs { try writeNumber(tried, path) }
  }

  /// The state is a line a trial: value and score.
  struct Step: StageKind {
    let signature = StageSignature(
      kind: "bisection_step", version: 1, summary: "",
      inputs: [InputSpec("state", [.file], required: false, "")],
      outputs: ["state", "plan", "report"].map { OutputSpec($0, .file, "") }
    ).hidden

    func run(_ context: StageContext) throws {
      var text = try context.inputs["state"].map { try String(contentsOfFile: $0, encoding: .utf8) } ?? ""
      for member in context.members {
        text += "\(member.values[0]) \(try member.inputs["score"].map { try readNumber($0) } ?? 0)\n"
      }
      var (low, high) = (0.0, 8.0)
      for line in text.split(separator: "\n") {
        let numbers = line.split(separator: " ").compactMap { Double($0) }
        if numbers[1] < 5 { low = numbers[0] } else { high = numbers[0] }
      }
      let report = FoldReport([("width", high - low)])
      for (port, content) in [
        ("state", text), ("plan", RoundPlan([[(low + high) / 2]]).text), ("report", report.text),
      ] {
        try content.write(toFile: try #require(context.outputs[port]), atomically: false, encoding: .utf8)
      }
    }
  }
}

let nowhere = SourcePlace(file: "toy.manifest", line: 1, column: 1)

struct ToyStage {
  var name: String
  var kind = "mix"
  var add: Double?
  var uses: [String] = []
  var file: String?
  var repeats: String?
  var maximumFailures: Int?
  var trials: Int?
}

/// A project in a folder of its own, removed with the value's last use.
final class ToyProject {
  let layout: ProjectLayout
  let world = ToyWorld()
  var pipeline = "toy"
  var mixVersion = 1

  init(_ suffix: String = "") throws {
    let base =
      ProcessInfo.processInfo.environment["PIPE_TEST_FOLDER"] ?? FileManager.default.temporaryDirectory.path
    let root = base + "/pipe-engine-\(UUID().uuidString)\(suffix)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    layout = ProjectLayout(root: root)
  }

  deinit { Posix.removeTree(layout.root) }

  func plan(_ stages: [ToyStage]) throws -> Plan {
    let catalogue = world.catalogue(mixVersion: mixVersion)
    let resolved = try stages.map { stage in
      var settings: NameTable<SettingSource> = [:]
      if let add = stage.add { settings["add"] = .value(.number(ExactDecimal(add))) }
      if let file = stage.file { settings["file"] = .value(.file(file)) }
      if let target = stage.repeats { settings["repeat"] = .value(.stage(target)) }
      if let maximum = stage.maximumFailures {
        settings["max_failures"] = .value(.number(ExactDecimal(maximum)))
      }
      if let trials = stage.trials { settings["trials"] = .value(.number(ExactDecimal(trials))) }
      var inputs: NameTable<PortReference> = [:]
      for (index, use) in stage.uses.enumerated() {
        let parts = use.split(separator: ".").map(String.init)
        let port = PortReference(stage: parts[0], port: parts.count > 1 ? parts[1] : "out")
        if port.port == "best" { settings["add"] = .output(port) } else { inputs["in\(index)"] = port }
      }
      var variations: [Variation] = []
      if stage.kind == "ensemble", let target = stage.repeats {
        variations = [
          Variation(
            target: .setting(stage: target, setting: "add"), distribution: Distribution(name: "own"),
            place: nowhere)
        ]
      }
      return ResolvedStage(
        name: stage.name, signature: try #require(catalogue.signature(stage.kind)), settings: settings,
        inputs: inputs, variations: variations, place: nowhere)
    }
    return try Plan(pipeline: ResolvedPipeline(name: pipeline, stages: resolved), catalogue: catalogue)
  }

  func makeRun(
    _ stages: [ToyStage], options: RunOptions = RunOptions(jobs: 2),
    observer: any RunObserver = SilentObserver()
  ) throws -> Run {
    Run(
      plan: try plan(stages), catalogue: world.catalogue(mixVersion: mixVersion), layout: layout,
      options: options,
      origin: .init(manifest: layout.root + "/toy.manifest", version: "test"), observer: observer)
  }

  @discardableResult
  func run(_ stages: [ToyStage], options: RunOptions = RunOptions(jobs: 2)) throws -> RunRecord {
    try makeRun(stages, options: options).execute()
  }

  func result(_ stage: String, _ port: String = "out") throws -> Double {
    try readNumber(resultPath(stage, port))
  }

  func resultPath(_ stage: String, _ port: String = "out") -> String {
    "\(layout.results)/\(pipeline)/\(stage).\(port).nc"
  }

  /// Every object's path.
  func objects() -> [String] {
    Posix.names(in: layout.objects).flatMap { folder in
      Posix.names(in: layout.objects + "/" + folder).map { layout.objects + "/" + folder + "/" + $0 }
    }
  }
}

extension RunRecord {
  func count(_ outcome: NodeRecord.Outcome) -> Int { nodes.count { $0.outcome == outcome } }
  func node(_ stage: String) -> NodeRecord? { nodes.first { $0.stage == stage && $0.members.isEmpty } }
}

final class NoticeCollector: RunObserver {
  let notices = Mutex<[String]>([])
  func notice(_ text: String) { notices.withLock { $0.append(text) } }
}
