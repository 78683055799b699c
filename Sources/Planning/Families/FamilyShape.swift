import Manifests

/// What the members of a family have in common: what varies, and which stages each of them needs a copy of.
final class FamilyShape: Sendable {
  /// A varied setting or `$variable`.
  struct Variable: Sendable {
    /// Unique within the family and free of stage names: the setting, where needed with a number.
    var name: String
    var variation: Variation
    var dimension: PhysicalDimension
    /// An edge of a region, rather than a setting that is varied.
    var isEdge = false
  }

  /// An output with noise on it.
  struct Perturbation: Sendable {
    var output: StagePort
    var type: PortType
    var noise: OutputSpec.Noise
    var distribution: Distribution
    var place: SourcePlace
    /// Name of the random stream: kind of the producing stage and port.
    var stream: String
  }

  /// Something that is read of each member: the name that a step or the family's node knows it by, and the output.
  struct Role: Sendable {
    var name: String
    /// What a row of a plan calls it, together with others of the same setting.
    var group: String
    var output: StagePort
  }

  /// A stage whose member draws around the stage itself (`~ conditional`): the kind that does, and the ports of the
  /// base node that it gets beside its own inputs.
  struct Conditional: Sendable {
    var stage: Int
    var spec: ConditionalSpec
    var stream: String
    var place: SourcePlace
  }

  let family: Int
  let repeated: Int
  let roles: [Role]
  /// For a search: the outputs that trials are compared by.
  let scores: [StagePort]
  let variables: [Variable]
  let perturbations: [Perturbation]
  let variedSettings: [StageSetting: Int]
  let variedNames: [String: Int]
  let perturbed: [StagePort: Int]
  /// Settings that members have beside the varied ones.
  let memberSettings: [StageSetting: MemberValue]
  /// How many times each member is computed, and what tells these apart; empty where it is once.
  let cases: [MemberCase]
  /// The pipeline setting that takes the name of the case.
  let each: String?
  /// Inputs whose arrow the family replaces, in the order of its setting `moves`.
  let moves: [StageSetting: Int]
  let conditionals: [Int: Conditional]
  /// Stages that each member has a copy of, in topological order, and where each stands among them.
  let affected: [Int]
  let positions: [Int: Int]
  /// Stages that the members use as they are.
  let needed: [Int]
  /// 1 + the largest depth of the families nested in it.
  let depth: Int

  var memberVariables: [MemberVariable] {
    variables.map { MemberVariable(name: $0.name, dimension: $0.dimension) }
  }

  init(_ changes: FamilyChanges, affected: [Int], needed: [Int], depth: Int) {
    (family, repeated, scores) = (changes.family, changes.repeated, changes.scores)
    (variables, perturbations) = (changes.variables, changes.perturbations)
    (roles, cases, each) = (changes.roles, changes.cases, changes.each)
    (moves, conditionals) = (changes.moves, changes.conditionals)
    (variedSettings, variedNames) = (changes.variedSettings, changes.variedNames)
    perturbed = changes.perturbed
    memberSettings = changes.memberSettings
    (self.affected, self.needed, self.depth) = (affected, needed, depth)
    positions = Dictionary(uniqueKeysWithValues: affected.enumerated().map { ($1, $0) })
  }
}

/// One of several times that a member is computed: a fold by its number, an event by its name.
struct MemberCase: Hashable, Sendable {
  /// `fold`, or the pipeline setting that takes the event's name.
  var label: String
  var index: Int
  /// The event's name; nil for a fold.
  var name: String?

  /// What a role's port is called for this case.
  func port(_ role: String) -> String { "\(role)_\(label)_\(name ?? String(index))" }
}

/// What a member's setting is made of.
enum MemberValue: Hashable, Sendable {
  case fold
  /// Position of the first of four edges among the member's values.
  case region(Int)
}

/// What a family changes, before it is known what that affects.
struct FamilyChanges {
  var family: Int
  var repeated: Int
  var roles: [FamilyShape.Role] = []
  var scores: [StagePort] = []
  var nested: [Int] = []
  var variables: [FamilyShape.Variable] = []
  var perturbations: [FamilyShape.Perturbation] = []
  var variedSettings: [StageSetting: Int] = [:]
  var variedNames: [String: Int] = [:]
  var perturbed: [StagePort: Int] = [:]
  var memberSettings: [StageSetting: MemberValue] = [:]
  var folds: Int?
  var cases: [MemberCase] = []
  var each: String?
  var moves: [StageSetting: Int] = [:]
  var conditionals: [Int: FamilyShape.Conditional] = [:]

  /// Number of changes; variables first, then perturbations.
  var count: Int { variables.count + perturbations.count }

  var targets: [Int] {
    roles.map(\.output.stage).reduce(into: [repeated]) { targets, stage in
      if !targets.contains(stage) { targets.append(stage) }
    }
  }

  init(family: Int, in graph: StageGraph) throws {
    let stage = graph.stages[family]
    guard let spec = stage.signature.family else { preconditionFailure("\(stage.name) is no family") }
    guard case .value(.stage(let name))? = stage.settings["repeat"] else {
      throw PlanError.missingRepeat(family: stage.name, place: stage.place)
    }
    self.family = family
    repeated = try graph.position(of: name, usedBy: stage, setting: "repeat")
    scores = try Self.scores(of: stage, spec, repeated: repeated, in: graph)
    roles = try FamilyRoles.roles(of: stage, spec, repeated: repeated, scores: scores, in: graph)
    nested = try Self.nested(of: stage, in: graph)
    for target in targets where graph.isFamily(target) && !nested.contains(target) { nested.append(target) }
    try addVariations(VariationOrder.sorted(Self.variations(of: stage, spec), in: graph), in: graph)
    try addMemberSettings(of: stage, in: graph)
    if let folds {
      cases = (0..<folds).map { MemberCase(label: FamilySpec.folds.fold, index: $0) }
    }
    try addEach(of: stage)
    try addMoves(of: stage, in: graph)
  }

  /// `each = pipeline.event`, and the events.
  private mutating func addEach(of stage: ResolvedStage) throws {
    guard case .value(.output(let variable))? = stage.settings[FamilySpec.each.setting] else { return }
    let place = stage.settingPlaces[FamilySpec.each.setting] ?? stage.place
    guard cases.isEmpty, variable.stage == "pipeline", variedNames[variable.port] == nil else {
      throw PlanError.variedTwice(family: stage.name, target: variable.description, place: place)
    }
    each = variable.port
    cases = stage.texts(FamilySpec.each.values).enumerated().map {
      MemberCase(label: variable.port, index: $0, name: $1)
    }
    guard !cases.isEmpty, Set(cases.compactMap(\.name)).count == cases.count else {
      throw PlanError.casesUnfit(family: stage.name, place: place)
    }
  }

  /// `moves = shot.model`.
  private mutating func addMoves(of stage: ResolvedStage, in graph: StageGraph) throws {
    for reference in stage.portReferences(FamilySpec.moves) {
      let place = stage.settingPlaces[FamilySpec.moves] ?? stage.place
      let position = try graph.position(of: reference.stage, usedBy: stage, setting: FamilySpec.moves)
      let isInput = graph.edges[position].contains { !$0.isSetting && $0.name == reference.port }
      guard isInput else {
        throw PlanError.movesNoArrow(family: stage.name, input: reference, place: place)
      }
      let key = StageSetting(stage: position, setting: reference.port)
      guard moves.updateValue(moves.count, forKey: key) == nil else {
        throw PlanError.variedTwice(family: stage.name, target: reference.description, place: place)
      }
    }
  }

  private static func scores(
    of stage: ResolvedStage, _ spec: FamilySpec, repeated: Int, in graph: StageGraph
  ) throws -> [StagePort] {
    guard spec.purpose == .search else { return [] }
    let named = stage.namedScores
    if !named.isEmpty {
      return try named.map { reference in
        let position = try graph.position(of: reference.stage, usedBy: stage, setting: "score")
        guard graph.stages[position].signature.outputs.contains(where: { $0.name == reference.port }) else {
          let place = stage.settingPlaces["score"] ?? stage.place
          throw PlanError.unknownOutput(reference, usedBy: stage.name, place: place)
        }
        return StagePort(stage: position, port: reference.port)
      }
    }
    let target = graph.stages[repeated]
    guard let port = spec.fixedScore, target.signature.outputs.contains(where: { $0.name == port }) else {
      throw PlanError.missingScore(family: stage.name, repeated: target.name, place: stage.place)
    }
    return [StagePort(stage: repeated, port: port)]
  }

  private static func nested(of stage: ResolvedStage, in graph: StageGraph) throws -> [Int] {
    return try stage.stageNames("nested").map { name in
      let position = try graph.position(of: name, usedBy: stage, setting: "nested")
      guard graph.isFamily(position) else {
        let place = stage.settingPlaces["nested"] ?? stage.place
        throw PlanError.nestedIsNoFamily(family: stage.name, nested: name, place: place)
      }
      return position
    }
  }

  /// The setting that the family varies of itself stands first among its variations.
  private static func variations(of stage: ResolvedStage, _ spec: FamilySpec) -> [Variation] {
    guard let setting = spec.fixedSetting, case .value(.stage(let target))? = stage.settings["repeat"] else {
      return stage.variations
    }
    let own = Variation(
      target: .setting(stage: target, setting: setting), distribution: Distribution(name: "own"),
      place: stage.place)
    return [own] + stage.variations
  }

  private mutating func addVariations(_ variations: [Variation], in graph: StageGraph) throws {
    let stage = graph.stages[family]
    for variation in variations {
      let isNew: Bool
      switch variation.target {
      case .setting(let name, let setting):
        let position = try position(of: name, variation, in: graph)
        let key = StageSetting(stage: position, setting: setting)
        isNew = variedSettings.updateValue(variables.count, forKey: key) == nil
        addVariable(variation, type: Self.type(of: setting, in: graph.stages[position]))
      case .variable(let name):
        isNew = variedNames.updateValue(variables.count, forKey: name) == nil
        addVariable(variation, type: Self.type(ofVariable: name, in: graph))
      case .output(let reference):
        let position = try position(of: reference.stage, variation, in: graph)
        let key = StagePort(stage: position, port: reference.port)
        if variation.distribution.name == FamilySpec.conditional {
          isNew = conditionals[position] == nil
          try addConditional(variation, reference, position, in: graph)
          break
        }
        isNew = perturbed.updateValue(perturbations.count, forKey: key) == nil
        try addPerturbation(variation, reference, key, in: graph)
      }
      if !isNew {
        throw PlanError.variedTwice(
          family: stage.name, target: variation.targetText, place: variation.place)
      }
    }
    nameVariables(in: graph)
  }

  /// Names that tell apart what shares the name of its setting.
  private mutating func nameVariables(in graph: StageGraph) {
    let stages = variables.map { variable -> Int? in
      guard case .setting(let stage, _) = variable.variation.target else { return nil }
      return graph.positions[stage]
    }
    // Of two stages of a kind the upper one is the first; the order of columns stays.
    var order = Array(variables.indices)
    for place in order.indices.dropFirst() {
      var position = place
      while position > 0, let first = stages[order[position - 1]], let second = stages[order[position]],
        graph.isUpstream(second, of: first)
      {
        order.swapAt(position, position - 1)
        position -= 1
      }
    }
    let named = order.map { index in
      (variables[index].variation.quantity, stages[index].map { graph.stages[$0].signature.kind })
    }
    for (index, name) in zip(order, VariableNames.names(named)) { variables[index].name = name }
  }

  private mutating func addMemberSettings(of stage: ResolvedStage, in graph: StageGraph) throws {
    var firstEdges: [String: Int] = [:]
    for change in stage.memberSettings {
      let position = try graph.position(of: change.stage, usedBy: stage, setting: change.origin)
      let place = stage.settingPlaces[change.origin] ?? stage.place
      let value: MemberValue
      switch change.value {
      case .fold:
        value = .fold
        let count = graph.stages[position].foldCount ?? 0
        guard count >= 2, folds == nil || folds == count else {
          throw PlanError.unknownFolds(family: stage.name, stage: change.stage, place: place)
        }
        folds = count
      case .region(let setting):
        let first = firstEdges[setting] ?? variables.count
        if firstEdges.updateValue(first, forKey: setting) == nil {
          let type = Self.type(of: change.setting, in: graph.stages[position])
          addEdges(of: setting, type.flatMap(Self.dimension) ?? .dimensionless, at: place)
        }
        value = .region(first)
      }
      let key = StageSetting(stage: position, setting: change.setting)
      guard variedSettings[key] == nil, memberSettings.updateValue(value, forKey: key) == nil else {
        throw PlanError.variedTwice(
          family: stage.name, target: "\(change.stage).\(change.setting)", place: place)
      }
    }
  }

  private mutating func addEdges(of setting: String, _ dimension: PhysicalDimension, at place: SourcePlace) {
    for name in RegionEdges.names(of: setting) {
      let own = Variation(
        target: .variable(name), distribution: Distribution(name: "own"), place: place)
      variables.append(
        FamilyShape.Variable(name: name, variation: own, dimension: dimension, isEdge: true))
    }
  }

  private func position(of name: String, _ variation: Variation, in graph: StageGraph) throws -> Int {
    guard let position = graph.positions[name] else {
      throw PlanError.unknownStage(name, usedBy: graph.stages[family].name, place: variation.place)
    }
    return position
  }

  private mutating func addVariable(_ variation: Variation, type: SettingType?) {
    var variation = variation
    if variation.distribution.name == "own" { variation.isInteger = type == .integer }
    variables.append(
      FamilyShape.Variable(
        name: variation.quantity, variation: variation,
        dimension: type.flatMap(Self.dimension) ?? .dimensionless))
  }

  private mutating func addPerturbation(
    _ variation: Variation, _ reference: PortReference, _ output: StagePort, in graph: StageGraph
  ) throws {
    let (stage, producer) = (graph.stages[family], graph.stages[output.stage])
    guard let spec = producer.signature.outputs.first(where: { $0.name == reference.port }) else {
      throw PlanError.unknownOutput(reference, usedBy: stage.name, place: variation.place)
    }
    guard let noise = spec.noise else {
      throw PlanError.noUncertainty(family: stage.name, output: reference, place: variation.place)
    }
    let stream = "\(producer.signature.kind).\(reference.port)"
    // Two stages of one kind must not get the same noise.
    let same = perturbations.count { $0.stream == stream || $0.stream.hasPrefix(stream + "#") }
    perturbations.append(
      FamilyShape.Perturbation(
        output: output, type: spec.type, noise: noise, distribution: variation.distribution,
        place: variation.place, stream: same == 0 ? stream : "\(stream)#\(same + 1)"))
  }

  private mutating func addConditional(
    _ variation: Variation, _ reference: PortReference, _ position: Int, in graph: StageGraph
  ) throws {
    let producer = graph.stages[position]
    guard let spec = producer.signature.conditional, spec.output == reference.port else {
      throw PlanError.noConditional(
        family: graph.stages[family].name, output: reference, place: variation.place)
    }
    let stream = "\(producer.signature.kind).\(reference.port)"
    let same = conditionals.values.count { $0.stream == stream || $0.stream.hasPrefix(stream + "#") }
    conditionals[position] = FamilyShape.Conditional(
      stage: position, spec: spec, stream: same == 0 ? stream : "\(stream)#\(same + 1)",
      place: variation.place)
  }

  private static func type(of setting: String, in stage: ResolvedStage) -> SettingType? {
    stage.signature.settings.first { $0.name == setting }?.type
  }

  private static func type(ofVariable name: String, in graph: StageGraph) -> SettingType? {
    for stage in graph.stages {
      for spec in stage.signature.settings where stage.settings[spec.name]?.uses(name) == true {
        return spec.type
      }
    }
    return nil
  }

  private static func dimension(of type: SettingType) -> PhysicalDimension? {
    switch type {
    case .number(let dimension): dimension
    case .integer: .dimensionless
    case .list(let element, _): dimension(of: element)
    case .either(let types): types.lazy.compactMap { dimension(of: $0) }.first
    default: nil
    }
  }
}

extension SettingSource {
  /// Calls `body` with the name of every variable in it.
  func forEachVariable(_ body: (String) -> Void) {
    switch self {
    case .variable(let name, _): body(name)
    case .list(let elements): for element in elements { element.forEachVariable(body) }
    case .value, .output, .member: break
    }
  }
}

extension ResolvedStage {
  /// Whether its arguments hold the number of the member that it is computed for.
  var usesMember: Bool { settings[ArgumentTemplate.memberSetting] == .member }
}

extension Variation {
  /// As the manifest writes it.
  var targetText: String {
    switch target {
    case .setting(let stage, let setting): "\(stage).\(setting)"
    case .variable(let name): "pipeline.\(name)"
    case .output(let reference): reference.description
    }
  }
}
