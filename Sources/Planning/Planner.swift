import Manifests

/// Makes the nodes of a plan. Families are in `PlannerFamilies.swift`.
struct Planner {
  var state: PlannerState
  var nodes: [Node] = []
  var families: [FamilyPlan] = []
  let catalogue: Catalogue
  /// Nodes that got more wanted outputs.
  var wantedMore: Set<Int> = []
  /// Relays whose step is known now, or will never be.
  var resolved: [Int] = []

  init(state: PlannerState, catalogue: Catalogue) { (self.state, self.catalogue) = (state, catalogue) }

  var graph: StageGraph { state.graph }

  /// Nodes of every stage itself, and with each family those of its members.
  mutating func planStages() throws {
    nodes.reserveCapacity(graph.stages.count)
    for stage in state.order {
      let id: Int
      if let shape = state.shapes[stage] {
        id = try expand(shape, in: nil)
      } else {
        id = try build(stage, in: nil)
      }
      // It may have been met first as the copy of a member that changes nothing.
      nodes[id].name = NodeName(stage: graph.stages[stage].name)
      state.baseNodes[stage] = id
    }
  }

  /// The node of a stage that repeats nothing, in a member or (nil) as the manifest has it.
  mutating func build(_ stage: Int, in scope: MemberScope?) throws -> Int {
    let template = state.templates[stage]
    let settings = template.dynamic.map { setting($0.name, $0.source, of: stage, in: scope) }
    let sources = template.inputs.map { moved($0, into: stage, in: scope) ?? source($0.output, in: scope) }
    if let scope, let conditional = scope.shape.conditionals[stage] {
      return try build(conditional, settings, sources, in: scope)
    }
    let content = NodeContent(stage: stage, settings: settings, sources: sources)
    // Only members of families can come to what is there already.
    if !state.shapes.isEmpty, let known = state.known[content] { return known }
    let resolved = graph.stages[stage]
    var all = template.constants
    for (index, entry) in template.dynamic.enumerated() { all[entry.name] = settings[index] }
    var inputs = zip(template.inputs, sources).map { NodeInput(port: $0.name, source: $1) }
    if let parts = resolved.signature.parts {
      inputs += try self.parts(parts, of: stage, content, Node.Fed(settings: all, inputs: inputs), in: scope)
    }
    return append(
      Node(
        id: nodes.count, name: NodeName(stage: resolved.name, members: scope?.chain ?? []),
        signature: resolved.signature, settings: all, inputs: inputs, place: resolved.place), content)
  }

  /// Appends a node, and wants of the nodes it uses what it reads.
  mutating func append(_ node: Node, _ content: NodeContent? = nil) -> Int {
    var node = node
    for output in node.outputs where output.isVolatile { node.volatile.insert(output.name) }
    if node.members == nil, node.outputs.contains(where: \.isOnDemand) {
      node.wanted = Set(node.outputs.lazy.filter { !$0.isOnDemand }.map(\.name))
    }
    nodes.append(node)
    if let content, !state.shapes.isEmpty { state.known[content] = node.id }
    for input in node.inputs { want(input.source) }
    for (_, setting) in node.settings { if case .output(let source) = setting { want(source) } }
    return node.id
  }

  /// A line of `[expect]` reads an output.
  mutating func want(expected output: PortReference) {
    guard let stage = graph.positions[output.stage], let node = state.baseNodes[stage],
      nodes[node].outputs.contains(where: { $0.name == output.port })
    else { return }
    want(NodePort(node: node, port: output.port))
  }

  /// An output that is made on demand has somebody to read it.
  mutating func want(_ port: NodePort) {
    guard nodes[port.node].wanted != nil else { return }
    if nodes[port.node].wanted?.insert(port.port).inserted == true { wantedMore.insert(port.node) }
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
      if let variable = member.shape.variedSettings[key], let cell = member.cells[variable] {
        return .output(cell)
      }
      if case .variable(let name, _)? = source, let variable = member.shape.variedNames[name],
        let cell = member.cells[variable]
      {
        return .output(cell)
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

  static func value(_ source: SettingSource, in scope: MemberScope?) -> SettingValue {
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
        if member.shape.each == name, let event = member.identity.case?.name { return .text(event) }
        current = member.parent
      }
      return base
    case .output, .member: preconditionFailure("an output or a member in a list has been refused")
    }
  }

  // MARK: - arrows

  /// The output that a member uses: of the innermost copy of the stage, with every family's noise on it.
  mutating func source(_ output: StagePort, in scope: MemberScope?) -> NodePort {
    if state.hasStates, let relay = relay(output, in: scope) { return relay }
    let port = NodePort(node: node(of: output.stage, in: scope), port: output.port)
    return scope == nil ? port : perturbed(port, output, in: scope)
  }

  func node(of stage: Int, in scope: MemberScope?) -> Int {
    var current = scope
    while let member = current {
      // What the member does not want is not made for it; the innermost copy that is there counts.
      if let position = member.shape.positions[stage], member.nodes.indices.contains(position),
        member.nodes[position] != MemberScope.absent
      {
        return member.nodes[position]
      }
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
      place: scope.shape.perturbations[index].place)
    scope.touched.append(node.id)
    return NodePort(node: append(node, content), port: Noise.port)
  }
}

// MARK: - what a family gives a member beside values

extension Planner {
  /// What replaces an arrow; nil where none of the families around does.
  func moved(_ edge: StageGraph.Edge, into stage: Int, in scope: MemberScope?) -> NodePort? {
    var current = scope
    while let member = current {
      if let index = member.shape.moves[StageSetting(stage: stage, setting: edge.name)],
        member.moves.indices.contains(index)
      {
        return member.moves[index]
      }
      current = member.parent
    }
    return nil
  }

  /// A member's stage that draws around the stage itself: its own settings and inputs, and ports of the base node.
  private mutating func build(
    _ conditional: Family.Conditional, _ varying: [NodeSetting?], _ sources: [NodePort],
    in scope: MemberScope
  ) throws -> Int {
    let (template, stage) = (state.templates[conditional.stage], graph.stages[conditional.stage])
    let family = graph.stages[scope.shape.family]
    guard let signature = catalogue.signature(conditional.spec.kind) else {
      throw PlanError.noDesign(
        family: family.name, kind: conditional.spec.kind, place: conditional.place)
    }
    guard let seed = scope.expansion.request.settings.values["seed"] else {
      throw PlanError.missingSeed(family: family.name, place: conditional.place)
    }
    var settings = template.constants
    for (index, entry) in template.dynamic.enumerated() { settings[entry.name] = varying[index] }
    settings[ConditionalSpec.seed] = .value(seed)
    settings[ConditionalSpec.member] = .value(.number(ExactDecimal(scope.member)))
    settings[ConditionalSpec.stream] = .value(.word(conditional.stream))
    let base = node(of: conditional.stage, in: scope.parent)
    var inputs = zip(template.inputs, sources).map { NodeInput(port: $0.name, source: $1) }
    inputs += conditional.spec.base.map {
      NodeInput(port: ConditionalSpec.input($0), source: NodePort(node: base, port: $0))
    }
    inputs.sort { $0.port < $1.port }
    return append(
      Node(
        id: nodes.count, name: NodeName(stage: stage.name, members: scope.chain), signature: signature,
        settings: settings, inputs: inputs, place: conditional.place))
  }
}
