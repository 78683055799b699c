import Manifests

/// Makes the nodes of a plan. Families are in `PlannerFamilies.swift`.
struct Planner {
  var state: PlannerState
  var nodes: [Node] = []
  var families: [FamilyPlan] = []
  let catalogue: Catalogue

  var graph: StageGraph { state.graph }

  /// Nodes of every stage itself, and with each family those of its members.
  mutating func planStages() throws {
    nodes.reserveCapacity(graph.stages.count)
    for stage in state.order {
      let id: Int
      if let shape = state.shapes[stage] {
        id = try expand(shape, in: nil)
      } else {
        id = build(stage, in: nil)
      }
      // It may have been met first as the copy of a member that changes nothing.
      nodes[id].name = NodeName(stage: graph.stages[stage].name)
      state.baseNodes[stage] = id
    }
  }

  /// The node of a stage that repeats nothing, in a member or (nil) as the manifest has it.
  mutating func build(_ stage: Int, in scope: MemberScope?) -> Int {
    let template = state.templates[stage]
    let settings = template.dynamic.map { setting($0.name, $0.source, of: stage, in: scope) }
    let sources = template.inputs.map { source($0.output, in: scope) }
    let content = NodeContent(stage: stage, settings: settings, sources: sources)
    // Only members of families can come to what is there already.
    if !state.shapes.isEmpty, let known = state.known[content] { return known }
    let resolved = graph.stages[stage]
    var all = template.constants
    for (index, entry) in template.dynamic.enumerated() { all[entry.name] = settings[index] }
    let inputs = zip(template.inputs, sources).map { NodeInput(port: $0.name, source: $1) }
    return append(
      Node(
        id: nodes.count, name: NodeName(stage: resolved.name, members: scope?.chain ?? []),
        signature: resolved.signature, settings: all, inputs: inputs, outputs: resolved.signature.outputs,
        place: resolved.place), content)
  }

  mutating func append(_ node: Node, _ content: NodeContent) -> Int {
    nodes.append(node)
    if !state.shapes.isEmpty { state.known[content] = node.id }
    return node.id
  }

  // MARK: - values

  /// A setting as a member sees it: what the innermost family draws wins over the outer ones.
  mutating func setting(
    _ name: String, _ source: SettingSource?, of stage: Int, in scope: MemberScope?
  ) -> NodeSetting? {
    let key = StageSetting(stage: stage, setting: name)
    var current = scope
    while let member = current {
      if let variable = member.shape.variedSettings[key], let value = member.values[variable] {
        return .value(.number(value))
      }
      if let value = member.shape.memberSettings[key] { return .value(member.value(value)) }
      current = member.parent
    }
    switch source {
    case nil: return nil
    case .member?: return .value(scope.map { .number(ExactDecimal($0.member)) } ?? .word("base"))
    case .output(let reference)?:
      guard let producer = graph.positions[reference.stage] else {
        preconditionFailure("the graph has checked every reference")
      }
      return .output(self.source(StagePort(stage: producer, port: reference.port), in: scope))
    case let source?: return .value(Self.value(source, in: scope))
    }
  }

  private static func value(_ source: SettingSource, in scope: MemberScope?) -> SettingValue {
    switch source {
    case .value(let value): return value
    case .list(let elements): return .list(elements.map { value($0, in: scope) })
    case .variable(let name, let base):
      var current = scope
      while let member = current {
        if let variable = member.shape.variedNames[name], let value = member.values[variable] {
          // Alone it is a list of one element, where the setting is a list.
          if case .list = base { return .list([.number(value)]) }
          return .number(value)
        }
        current = member.parent
      }
      return base
    case .output, .member: preconditionFailure("an output or a member in a list has been refused")
    }
  }

  // MARK: - arrows

  /// The output that a member uses: of the innermost copy of the stage, with every family's noise on it.
  mutating func source(_ output: StagePort, in scope: MemberScope?) -> NodePort {
    let port = NodePort(node: node(of: output.stage, in: scope), port: output.port)
    return scope == nil ? port : perturbed(port, output, in: scope)
  }

  func node(of stage: Int, in scope: MemberScope?) -> Int {
    var current = scope
    while let member = current {
      if let position = member.shape.positions[stage] { return member.nodes[position] }
      current = member.parent
    }
    guard let node = state.baseNodes[stage] else {
      preconditionFailure("stages are planned after what they depend on")
    }
    return node
  }

  private mutating func perturbed(_ port: NodePort, _ output: StagePort, in scope: MemberScope?) -> NodePort {
    guard let scope else { return port }
    let outer = perturbed(port, output, in: scope.parent)
    guard let index = scope.shape.perturbed[output], let draw = scope.draw(index) else { return outer }
    let noise = scope.expansion.noises[index]
    let member = NodeSetting.value(.number(ExactDecimal(draw)))
    let content = NodeContent(stage: -1 - noise.number, settings: [member], sources: [outer])
    if let known = state.known[content] {
      scope.touched.append(known)
      return NodePort(node: known, port: Noise.port)
    }
    var settings = noise.settings
    settings["member"] = member
    let name = "\(graph.stages[output.stage].name).\(output.port)"
    let node = Node(
      id: nodes.count, name: NodeName(stage: name, members: scope.chain), signature: noise.signature,
      settings: settings, inputs: [NodeInput(port: Noise.port, source: outer)],
      outputs: noise.signature.outputs, place: scope.shape.perturbations[index].place)
    scope.touched.append(node.id)
    return NodePort(node: append(node, content), port: Noise.port)
  }
}

/// A family as it is repeated in one place: by itself or inside a member of another.
struct Expansion {
  let shape: FamilyShape
  let parent: MemberScope?
  let settings: NameTable<SettingValue>
  /// In the order of `shape.perturbations`.
  let noises: [Noise]
}

/// The node that adds noise to an output, but for the member.
struct Noise {
  /// Name of its input and of its output.
  static let port = "data"

  var signature: StageSignature
  var settings: NameTable<NodeSetting>
  /// Equal for equal settings.
  var number: Int
}

/// A member while its nodes are made.
final class MemberScope {
  let expansion: Expansion
  let member: Int
  /// In the order of `shape.variables`; nil where the stage's own value holds.
  let values: [ExactDecimal?]
  /// In the order of `shape.perturbations`: which draw of the noise, nil for none. Nil for the member's own number.
  let draws: [Int?]?
  /// Nil where the family has none.
  let fold: Int?
  let chain: [NodeName.Member]
  /// In the order of `shape.affected`.
  var nodes: [Int] = []
  /// Every node that the member uses and that is not merely upstream of it.
  var touched: [Int] = []

  var shape: FamilyShape { expansion.shape }
  var parent: MemberScope? { expansion.parent }

  func draw(_ perturbation: Int) -> Int? {
    guard let draws else { return member }
    return draws[perturbation]
  }

  init(
    _ expansion: Expansion, family: String, member: Int, values: [ExactDecimal?], draws: [Int?]?, fold: Int?
  ) {
    (self.expansion, self.member, self.values, self.draws) = (expansion, member, values, draws)
    self.fold = fold
    let own = [NodeName.Member(family: family, index: member)]
    let ofFold = fold.map { [NodeName.Member(family: FamilySpec.folds.fold, index: $0)] } ?? []
    chain = (expansion.parent?.chain ?? []) + own + ofFold
  }

  func value(_ value: MemberValue) -> SettingValue {
    switch value {
    case .fold: .number(ExactDecimal(fold ?? 0))
    // The edges are the family's own, never left at a stage's value.
    case .region(let first): .list(values[first..<first + 4].map { .number($0 ?? ExactDecimal(0)) })
    }
  }
}
