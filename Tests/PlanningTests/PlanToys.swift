import Artefacts
import Manifests

@testable import Planning

/// Kinds of stage that compute nothing, and short ways to write pipelines of them.
struct ToyKind: StageKind {
  var signature: StageSignature
  func run(_ context: StageContext) throws {}
}

/// Members 0, 1, … spread evenly over the setting `limits`, or the values of `list`, or `runs` members.
struct ListFamily: FamilyKind {
  var signature: StageSignature
  func run(_ context: StageContext) throws {}

  func design(_ request: DesignRequest) throws -> RoundPlan {
    let list = request.settings.numbers("list")
    let runs = request.settings.optionalInteger("runs") ?? list.count
    let members = (0..<runs).map { index in
      request.variables.indices.map { variable in
        list.isEmpty ? Double(index) + Double(variable) / 8 : list[index] + Double(variable)
      }
    }
    return RoundPlan(members)
  }
}

/// Two trials first, then one after the other as its steps say, until five are there.
struct Bisection: FoldKind {
  var signature: StageSignature
  func run(_ context: StageContext) throws {}
  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    var fold = Fold(
      step: "bisection_step", settings: ["seed": .word("any")], first: RoundPlan([[0.25], [0.75]]))
    (fold.failures, fold.numbersThrough) = (.ofFamily, true)
    return fold
  }

  func rows(_ progress: FoldProgress) throws -> Int { 5 - progress.rows }

  static let step = StageSignature(
    kind: "bisection_step", version: 1, summary: "",
    inputs: [InputSpec("state", [.file], required: false, "")],
    outputs: ["state", "plan", "report"].map { OutputSpec($0, .file, "") }
  ).hidden

  /// What a step answers that tries a value next.
  static func next(_ value: Double, _ score: Double = 0) -> StepAnswer {
    .texts(plan: RoundPlan([[value]]).text, report: FoldReport([("score", score)]).text)
  }
}

/// Two members, each with two regions.
struct TileFamily: FamilyKind {
  var signature: StageSignature
  func run(_ context: StageContext) throws {}

  func design(_ request: DesignRequest) throws -> RoundPlan {
    let regions: [[Double]] = [
      [0, 10, 20, 30, -5, 15, 15, 35], [10, 20, 30, 40, 5, 25, 25, 45],
    ]
    return RoundPlan(regions.map { request.variables.map { _ in 1.5 } + $0 })
  }
}

struct BrokenFamily: FamilyKind {
  struct Refused: Error, CustomStringConvertible { var description: String { "no such sampler" } }
  var signature: StageSignature
  func run(_ context: StageContext) throws {}
  func design(_ request: DesignRequest) throws -> RoundPlan { throw Refused() }
}

enum Toy {
  static let place = SourcePlace(file: "toy.manifest", line: 1, column: 1)

  static func grid(_ name: String) -> InputSpec { InputSpec(name, [.grid], required: false, "") }

  static let source = StageSignature(
    kind: "source", version: 1, summary: "",
    settings: [SettingSpec("value", .number(.length), .optional, "")],
    outputs: [
      OutputSpec("data", .gravity, "", noise: .init(variable: "gravity_anomaly", uncertainty: "sd")),
      OutputSpec("table", .constraints, "", noise: .init(variable: "upward", uncertainty: "sd")),
      OutputSpec("level", .scalar(.length), ""),
    ])
  static let filter = StageSignature(
    kind: "filter", version: 2, summary: "",
    settings: [
      SettingSpec("width", .number(.length), .optional, ""), SettingSpec("times", .integer, .optional, ""),
      SettingSpec("damping", .number(.dimensionless), .optional, ""),
      SettingSpec("region", .list(.number(.length), count: 1...9), .optional, ""),
    ],
    inputs: [grid("data"), grid("other")],
    outputs: [
      OutputSpec("data", .gravity, "", collected: true), OutputSpec("score", .scalar(.length), ""),
    ])

  static func family(
    _ kind: String, isSearch: Bool = false, fixed: String? = nil, score: String? = nil
  ) -> StageSignature {
    let role = FamilySpec.Role.scores(["score", "second_score"], standard: score)
    var spec = FamilySpec(fixedSetting: fixed, roles: isSearch ? [role] : [.collected])
    if isSearch { spec.best = .numbers }
    spec.noiseSettings = ["compatible"]
    return StageSignature(
      kind: kind, version: 1, summary: "", settings: [SettingSpec("repeat", .stage, .required, "")],
      inputs: [grid("weights")], outputs: [OutputSpec("members", .ensemble, "")]
    ).repeating(spec)
  }

  static let split = StageSignature(
    kind: "split", version: 1, summary: "",
    settings: [
      SettingSpec("folds", .integer, .optional, ""), SettingSpec("fold", .integer, .optional, ""),
    ],
    inputs: [grid("table")],
    outputs: [OutputSpec("training", .table, ""), OutputSpec("testing", .table, "")])
  static let edges = ["west", "east", "south", "north"]
  static let tiles: StageSignature = {
    var signature = family("tiles", isSearch: true)
    signature.family?.given = ["windows", "padded"].map {
      FamilySpec.Given($0, parts: edges, targets: ["geographic_region", "region"])
    }
    signature.family?.best = .ofType(.grid)
    return signature
  }()

  static let perturbation = StageSignature(
    kind: "perturbation", version: 1, summary: "", inputs: [grid("data")],
    outputs: [OutputSpec("data", .grid, "")]
  ).hidden

  static let kinds: [any StageKind] = [
    ToyKind(signature: source), ToyKind(signature: filter), ToyKind(signature: perturbation),
    ListFamily(signature: family("ensemble")),
    ListFamily(signature: family("cv", isSearch: true, fixed: "damping", score: "score")),
    ListFamily(signature: family("search", isSearch: true)),
    Bisection(signature: family("bisection", isSearch: true, fixed: "damping", score: "score")),
    ToyKind(signature: Bisection.step), BrokenFamily(signature: family("broken")),
    ToyKind(signature: split),
    TileFamily(signature: tiles),
  ]
  static let catalogue = Catalogue(
    kinds, vocabulary: Vocabulary(dimensions: PhysicalDimension.registered, types: PortType.registered),
    readScalar: { _ in 0 })

  static func number(_ text: String) -> SettingValue { .number(ExactDecimal(text) ?? ExactDecimal(0)) }

  /// `stage("inversion", "filter", ["width": .value(…)], ["data": "model.data"])`
  static func stage(
    _ name: String, _ kind: String, _ settings: NameTable<SettingSource> = [:],
    _ inputs: [String: String] = [:], vary: [Variation] = []
  ) -> ResolvedStage {
    guard let signature = catalogue.signature(kind) else { preconditionFailure("no kind \(kind)") }
    return ResolvedStage(
      name: name, signature: signature, settings: settings,
      inputs: NameTable(inputs.map { ($0.key, port($0.value)) }),
      variations: vary, place: place)
  }

  static func port(_ text: String) -> PortReference {
    let parts = text.split(separator: ".").map(String.init)
    return PortReference(stage: parts[0], port: parts[1])
  }

  static func vary(
    _ target: String, _ distribution: String = "uniform", integer: Bool = false,
    options: [String: SettingValue] = [:]
  ) -> Variation {
    let reference = port(target)
    let change: VariationTarget =
      reference.stage == "pipeline"
      ? .variable(reference.port) : .setting(stage: reference.stage, setting: reference.port)
    return Variation(
      target: change, distribution: Distribution(name: distribution, options: options),
      isInteger: integer, place: place)
  }

  static func noise(_ target: String, options: [String: SettingValue] = [:]) -> Variation {
    Variation(
      target: .output(port(target)),
      distribution: Distribution(name: "normal", usesDataUncertainty: true, options: options), place: place)
  }

  static func repeating(_ stage: String, _ more: NameTable<SettingSource> = [:]) -> NameTable<SettingSource> {
    var settings: NameTable<SettingSource> = ["repeat": .value(.stage(stage)), "seed": .value(number("1"))]
    for (name, source) in more { settings[name] = source }
    return settings
  }

  static func list(_ numbers: String...) -> SettingSource { .value(.list(numbers.map(number))) }

  static func plan(_ stages: [ResolvedStage]) throws -> Plan {
    try Plan(pipeline: ResolvedPipeline(name: "toy", stages: stages), catalogue: catalogue)
  }
}

extension Plan {
  var names: [String] { nodes.map(\.name.description) }

  func node(_ name: String) -> Node? { nodes.first { $0.name.description == name } }

  /// `port <- node.port`, one for each input.
  func inputs(of name: String) -> [String] {
    (node(name)?.inputs ?? []).map { input in
      let member = input.index.map { "[\($0)]" } ?? ""
      return "\(input.port)\(member) <- \(nodes[input.source.node].name).\(input.source.port)"
    }
  }

  /// Keys of all nodes when each output's hash is the key of its node and the name of the port: what an
  /// engine would come to if every stage wrote down all that it was given.
  func keys() -> [String] {
    var keys: [String] = []
    for node in nodes {
      var scalars: [String: Double] = [:]
      for (name, setting) in node.settings {
        if case .output(let source) = setting {
          let digits = ContentHash.hex(of: keys[source.node] + source.port).prefix(12)
          scalars[name] = Double(Int(digits, radix: 16) ?? 0)
        }
      }
      let hashes = node.inputs.map { ContentHash.hex(of: keys[$0.source.node] + $0.source.port) }
      let files = Recipe.files(of: node).mapValues { ContentHash.hex(of: $0) }
      keys.append(
        Recipe(node: node, scalars: scalars, inputHashes: hashes, fileHashes: files).key)
    }
    return keys
  }
}

/// How toys read their settings.
extension Settings {
  func numbers(_ name: String) -> [Double] {
    guard case .list(let elements)? = values[name] else { return [] }
    return elements.compactMap { if case .number(let decimal) = $0 { decimal.double } else { nil } }
  }

  func isOn(_ name: String) -> Bool { values[name] == .boolean(true) }
}
