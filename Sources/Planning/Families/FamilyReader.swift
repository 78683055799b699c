import Manifests

/// Reads what the section of a family says, and goes on after every fault.
struct FamilyReader {
  let graph: StageGraph
  private(set) var faults: [FamilyFault] = []
  private var family: Family
  private let stage: ResolvedStage
  private let spec: FamilySpec

  private init(graph: StageGraph, _ family: Family, _ stage: ResolvedStage, _ spec: FamilySpec) {
    (self.graph, self.family, self.stage, self.spec) = (graph, family, stage, spec)
  }

  /// - Returns: nil where it does not say what it repeats.
  static func read(_ position: Int, in graph: StageGraph) -> (family: Family?, faults: [FamilyFault]) {
    let stage = graph.stages[position]
    guard let spec = stage.signature.family else { preconditionFailure("\(stage.name) is no family") }
    guard case .value(.stage(let name))? = stage.settings["repeat"] else {
      let error = PlanError.missingRepeat(family: stage.name, place: stage.place)
      return (nil, [FamilyFault(error: error, isOfLine: true)])
    }
    guard let repeated = graph.positions[name] else {
      let error = PlanError.unknownStage(
        name, usedBy: stage.name, place: stage.settingPlaces["repeat"] ?? stage.place)
      return (nil, [FamilyFault(error: error, isOfLine: true)])
    }
    var reader = FamilyReader(graph: graph, Family(stage: position, repeated: repeated), stage, spec)
    reader.addRoles()
    reader.addNested()
    reader.addVariations()
    reader.addMemberSettings()
    reader.addEach()
    reader.addMoves()
    return (reader.family, reader.faults)
  }

  private mutating func refuse(_ error: PlanError, isOfLine: Bool = false) {
    faults.append(FamilyFault(error: error, isOfLine: isOfLine))
  }

  private func place(of setting: String) -> SourcePlace { stage.settingPlaces[setting] ?? stage.place }

  private mutating func position(of name: String, at place: SourcePlace) -> Int? {
    if let position = graph.positions[name] { return position }
    refuse(.unknownStage(name, usedBy: stage.name, place: place), isOfLine: true)
    return nil
  }

  private mutating func output(_ reference: PortReference, at place: SourcePlace) -> StagePort? {
    guard let position = position(of: reference.stage, at: place) else { return nil }
    guard graph.outputs(of: position).contains(where: { $0.name == reference.port }) else {
      refuse(.unknownOutput(reference, usedBy: stage.name, place: place), isOfLine: true)
      return nil
    }
    return StagePort(stage: position, port: reference.port)
  }

  // MARK: - what is read of members

  private mutating func addRoles() {
    for role in spec.roles {
      if role.isCollected { addCollected() } else { add(role) }
    }
  }

  /// Outputs that a setting of the family names, or the usual one.
  private mutating func add(_ role: FamilySpec.Role) {
    let references = stage.portReferences(role.setting)
    let place = place(of: role.setting)
    for (index, reference) in references.enumerated() {
      guard let output = output(reference, at: place) else { continue }
      family.roles.append(
        Family.Role(
          name: role.port(index), group: role.name, output: output, isScore: role.isScore,
          variables: variables(of: role, index)))
    }
    guard references.isEmpty else { return }
    if let port = role.standard, graph.outputs(of: family.repeated).contains(where: { $0.name == port }) {
      family.roles.append(
        Family.Role(
          name: role.port(0), group: role.name, output: StagePort(stage: family.repeated, port: port),
          isScore: role.isScore))
    } else if role.isScore {
      let fact = GraphFact.scoreMissing(stage: stage.name, kind: stage.signature.kind)
      refuse(.graph(fact, place: place), isOfLine: true)
    } else if role.isRequired {
      let reason = "names the output that is read of each member: \(role.setting) = stage.output"
      refuse(.graph(.memberSettingUnfit(setting: role.setting, reason: reason), place: place), isOfLine: true)
    }
  }

  /// What the family reads of an output: the name that its setting has for it, or the usual ones.
  private func variables(of role: FamilySpec.Role, _ index: Int) -> [String] {
    guard let setting = role.variables else { return [] }
    let names = stage.names(setting)
    if names.isEmpty { return role.usualVariables }
    return names.count == 1 ? names : names.indices.contains(index) ? [names[index]] : []
  }

  /// What the repeated stage marks for ensembles, or else its first grid, its first table, or its numbers.
  private mutating func addCollected() {
    let outputs = graph.outputs(of: family.repeated)
    let ports = outputs.collected.map(\.name)
    if ports.isEmpty {
      let fact = GraphFact.nothingCollected(repeated: graph.stages[family.repeated].name)
      // Of a kind that nobody knows nothing is known, and that it repeats a family is told already.
      refuse(
        .graph(fact, place: place(of: "repeat")), isOfLine: outputs.isEmpty || graph.isFamily(family.repeated)
      )
    }
    family.roles += ports.map {
      Family.Role(name: $0, group: $0, output: StagePort(stage: family.repeated, port: $0))
    }
  }

  private mutating func addNested() {
    for name in stage.nestedStages {
      guard let position = position(of: name, at: place(of: "nested")) else { continue }
      guard graph.isFamily(position) else {
        let fact = GraphFact.nestedNotFamily(stage: name, kind: graph.stages[position].signature.kind)
        refuse(.graph(fact, place: place(of: "nested")), isOfLine: graph.isUnknown(position))
        continue
      }
      family.nested.append(position)
    }
    for target in family.targets where graph.isFamily(target) && !family.nested.contains(target) {
      family.nested.append(target)
    }
  }

  // MARK: - what varies

  /// The setting that the family varies of itself stands first among its variations.
  private mutating func addVariations() {
    var variations = stage.variations
    if let setting = spec.fixedSetting, case .value(.stage(let target))? = stage.settings["repeat"] {
      variations.insert(
        Variation(
          target: .setting(stage: target, setting: setting), distribution: Distribution(name: "own"),
          place: stage.place), at: 0)
    }
    for variation in VariationOrder.sorted(variations, in: graph) { add(variation) }
    nameVariables()
  }

  private mutating func add(_ variation: Variation) {
    switch variation.target {
    case .setting(let name, let setting):
      guard let position = position(of: name, at: variation.place) else { return }
      let key = StageSetting(stage: position, setting: setting)
      guard family.variedSettings[key] == nil else { return refuseTwice(variation) }
      family.variedSettings[key] = family.variables.count
      addVariable(variation, type: graph.stages[position].type(of: setting))
    case .variable(let name):
      guard family.variedNames[name] == nil else { return refuseTwice(variation) }
      family.variedNames[name] = family.variables.count
      addVariable(variation, type: graph.type(ofVariable: name))
    case .output(let reference):
      guard let output = output(reference, at: variation.place) else { return }
      if variation.distribution.name == FamilySpec.conditional {
        guard family.conditionals[output.stage] == nil else { return refuseTwice(variation) }
        addConditional(variation, output)
      } else {
        guard family.perturbed[output] == nil else { return refuseTwice(variation) }
        addPerturbation(variation, output)
      }
    }
  }

  private mutating func refuseTwice(_ variation: Variation) {
    refuse(.graph(.duplicateVariation(variation.target.inWords), place: variation.place), isOfLine: true)
  }

  private mutating func addVariable(_ variation: Variation, type: SettingType?) {
    var variation = variation
    if variation.distribution.name == "own" { variation.isInteger = type == .integer }
    var variable = Family.Variable(
      name: variation.quantity, variation: variation, dimension: type?.drawn ?? .dimensionless)
    variable.cell = cell(of: variation)
    family.variables.append(variable)
  }

  /// `samples(stage.table, column)`
  private mutating func cell(of variation: Variation) -> Family.Cell? {
    guard let (reference, column, factor) = variation.distribution.cell,
      let output = output(reference, at: variation.place)
    else { return nil }
    func refuse(_ reason: String) {
      let fact = GraphFact.memberSettingUnfit(setting: "samples", reason: reason)
      self.refuse(.graph(fact, place: variation.place))
    }
    if spec.comparesMembers {
      refuse("gives each member a row of '\(reference)'; trials of a search are chosen, not drawn")
    }
    if case .variable(let name) = variation.target, graph.hasListElement(name) {
      refuse("can't fill an element of a list, which pipeline.\(name) is")
    }
    return Family.Cell(output: output, column: column, factor: factor, place: variation.place)
  }

  private mutating func addPerturbation(_ variation: Variation, _ output: StagePort) {
    let producer = graph.stages[output.stage]
    guard let spec = graph.outputs(of: output.stage).first(where: { $0.name == output.port }) else { return }
    guard let noise = spec.noise else { return refuseDraw(variation, producer) }
    // Two stages of one kind must not get the same noise.
    let stream = Self.stream(of: producer, output.port, after: family.perturbations.map(\.stream))
    family.perturbed[output] = family.perturbations.count
    family.perturbations.append(
      Family.Perturbation(
        output: output, type: spec.type, noise: noise, distribution: variation.distribution,
        place: variation.place, stream: stream))
  }

  private mutating func addConditional(_ variation: Variation, _ output: StagePort) {
    let producer = graph.stages[output.stage]
    guard let spec = producer.signature.conditional, spec.output == output.port else {
      return refuseDraw(variation, producer)
    }
    let stream = Self.stream(of: producer, output.port, after: family.conditionals.values.map(\.stream))
    family.conditionals[output.stage] = Family.Conditional(
      stage: output.stage, spec: spec, stream: stream, place: variation.place)
  }

  private mutating func refuseDraw(_ variation: Variation, _ producer: ResolvedStage) {
    let isConditional = variation.distribution.name == FamilySpec.conditional
    let able =
      isConditional
      ? producer.signature.conditional.map { [$0.output] } ?? []
      : producer.signature.outputs.filter { $0.noise != nil }.map(\.name)
    let fact = GraphFact.outputWithoutNoise(output: variation.target.inWords, perturbable: able)
    refuse(.graph(fact, place: variation.place), isOfLine: true)
  }

  private static func stream(of producer: ResolvedStage, _ port: String, after others: [String]) -> String {
    let stream = "\(producer.signature.kind).\(port)"
    let same = others.count { $0 == stream || $0.hasPrefix(stream + "#") }
    return same == 0 ? stream : "\(stream)#\(same + 1)"
  }

  /// Names that tell apart what shares the name of its setting.
  private mutating func nameVariables() {
    let stages = family.variables.map { variable -> Int? in
      guard case .setting(let stage, _) = variable.variation.target else { return nil }
      return graph.positions[stage]
    }
    // Of two stages of a kind the upper one is the first; the order of columns stays.
    var order = Array(family.variables.indices)
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
      (family.variables[index].variation.quantity, stages[index].map { graph.stages[$0].signature.kind })
    }
    for (index, name) in zip(order, VariableNames.names(named)) { family.variables[index].name = name }
  }

  // MARK: - what members have beside

  private mutating func addMemberSettings() {
    var first: [String: Int] = [:]
    var folds: Int?
    for change in stage.memberSettings {
      let place = place(of: change.origin)
      guard let position = position(of: change.stage, at: place) else { continue }
      let value: MemberValue
      switch change.value {
      case .fold:
        value = .fold
        let count = graph.stages[position].foldCount ?? 0
        if count < 2 || folds != nil && folds != count {
          let reason =
            "goes through the folds of '\(change.stage)', which needs a number of them, at least 2 and the same for all"
          refuse(
            .graph(.memberSettingUnfit(setting: change.origin, reason: reason), place: place), isOfLine: true)
        }
        folds = count
      case .given(let setting):
        let spec = spec.given.first { $0.setting == setting }
        let start = first[setting] ?? family.variables.count
        if first.updateValue(start, forKey: setting) == nil, let spec {
          add(spec, graph.stages[position].type(of: change.setting)?.drawn ?? .dimensionless, at: place)
        }
        value = .given(start, count: spec?.parts.count ?? 0)
      }
      let key = StageSetting(stage: position, setting: change.setting)
      guard family.variedSettings[key] == nil, family.memberSettings[key] == nil else {
        let fact = GraphFact.duplicateVariation("\(change.stage).\(change.setting)")
        refuse(.graph(fact, place: place))
        continue
      }
      family.memberSettings[key] = value
    }
    if let folds {
      family.cases = (0..<folds).map { MemberCase(label: FamilySpec.folds.fold, index: $0) }
    }
  }

  private mutating func add(_ given: FamilySpec.Given, _ dimension: PhysicalDimension, at place: SourcePlace)
  {
    for name in given.names {
      let own = Variation(
        target: .variable(name), distribution: Distribution(name: "own"), place: place)
      family.variables.append(
        Family.Variable(name: name, variation: own, dimension: dimension, isGiven: true))
    }
  }

  /// `each = pipeline.event`, and the events.
  private mutating func addEach() {
    let (setting, values) = FamilySpec.each
    guard case .value(.output(let variable))? = stage.settings[setting] else { return }
    guard family.cases.isEmpty, variable.stage == "pipeline", family.variedNames[variable.port] == nil else {
      let fact = GraphFact.duplicateVariation(variable.description)
      return refuse(.graph(fact, place: place(of: setting)), isOfLine: variable.stage != "pipeline")
    }
    let cases = stage.texts(values).enumerated().map {
      MemberCase(label: variable.port, index: $0, name: $1)
    }
    guard !cases.isEmpty, Set(cases.compactMap(\.name)).count == cases.count else {
      let reason = "lists the values of pipeline.\(variable.port), quoted and each once"
      return refuse(
        .graph(.memberSettingUnfit(setting: values, reason: reason), place: place(of: setting)),
        isOfLine: true)
    }
    (family.each, family.cases) = (variable.port, cases)
  }

  /// `moves = shot.model`.
  private mutating func addMoves() {
    for reference in stage.portReferences(FamilySpec.moves) {
      let place = place(of: FamilySpec.moves)
      guard let position = position(of: reference.stage, at: place) else { continue }
      guard graph.edges[position].contains(where: { !$0.isSetting && $0.name == reference.port }) else {
        let reason = "names '\(reference)', into which no arrow leads"
        refuse(
          .graph(.memberSettingUnfit(setting: FamilySpec.moves, reason: reason), place: place), isOfLine: true
        )
        continue
      }
      let key = StageSetting(stage: position, setting: reference.port)
      guard family.moves[key] == nil else {
        refuse(.graph(.duplicateVariation(reference.description), place: place))
        continue
      }
      family.moves[key] = family.moves.count
    }
    guard spec.moved != nil else { return }
    let sources = movedSources
    if let first = sources.first, let other = sources.first(where: { $0 != first }) {
      let reason = "moves arrows of one output, not of '\(name(first))' and '\(name(other))'"
      refuse(
        .graph(
          .memberSettingUnfit(setting: FamilySpec.moves, reason: reason), place: place(of: FamilySpec.moves)))
    }
  }

  /// What the moved arrows have in the manifest.
  private var movedSources: [StagePort] {
    family.moves.sorted { $0.value < $1.value }.compactMap { key, _ in
      graph.edges[key.stage].first { !$0.isSetting && $0.name == key.setting }?.output
    }
  }

  private func name(_ output: StagePort) -> String { "\(graph.stages[output.stage].name).\(output.port)" }
}

extension Distribution {
  /// The output, the column and the factor to canonical units of `samples(stage.table, column)`.
  var cell: (output: PortReference, column: String, factor: SettingValue)? {
    guard name == DistributionKind.samples.rawValue, arguments.count == 3,
      case .output(let reference) = arguments[0], case .text(let column) = arguments[1]
    else { return nil }
    return (reference, column, arguments[2])
  }
}

extension StageGraph {
  /// Whether a stage has `$name` among the elements of a list.
  func hasListElement(_ name: String) -> Bool {
    stages.contains { stage in
      stage.settings.values.contains { source in
        if case .list = source { source.uses(name) } else { false }
      }
    }
  }

  func type(ofVariable name: String) -> SettingType? {
    for stage in stages {
      for spec in stage.signature.settings where stage.settings[spec.name]?.uses(name) == true {
        return spec.type
      }
    }
    return nil
  }
}

extension ResolvedStage {
  func type(of setting: String) -> SettingType? {
    signature.settings.first { $0.name == setting }?.type
  }

  /// Whether its arguments hold the number of the member that it is computed for.
  var usesMember: Bool { settings[ArgumentTemplate.memberSetting] == .member }

  /// Whether one of its settings is `$name`.
  func usesVariable(_ name: String) -> Bool { settings.values.contains { $0.uses(name) } }
}

extension SettingType {
  /// What its number, or the numbers of its list, measure.
  fileprivate var drawn: PhysicalDimension? {
    switch self {
    case .number(let dimension): dimension
    case .integer: .dimensionless
    case .list(let element, _): element.drawn
    case .either(let types): types.lazy.compactMap(\.drawn).first
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
