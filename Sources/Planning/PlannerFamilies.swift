import Manifests

extension Planner {
  /// Nodes of a family's members, and the node that gathers them.
  /// - Returns: id of the latter.
  mutating func expand(_ shape: FamilyShape, in parent: MemberScope?) throws -> Int {
    let stage = graph.stages[shape.family]
    let template = state.templates[shape.family]
    let varying = template.dynamic.map { setting($0.name, $0.source, of: shape.family, in: parent) }
    var settings = template.constants
    for (index, entry) in template.dynamic.enumerated() { settings[entry.name] = varying[index] }
    let expansion = try expansion(of: shape, settings, in: parent)
    let step = try design(expansion, finished: [])
    if !step.isComplete, let outer = parent?.chain.last {
      throw PlanError.nestedSequential(family: stage.name, inside: outer.family, place: stage.place)
    }
    guard !step.members.isEmpty else { throw PlanError.noMembers(family: stage.name, place: stage.place) }
    let added = try addMembers(step, to: expansion, from: 0)
    let inputs =
      template.inputs.map { NodeInput(port: $0.name, source: source($0.output, in: parent)) } + added.inputs
    let content = NodeContent(
      stage: shape.family, settings: varying, sources: inputs.map(\.source), members: added.values)
    if let known = state.known[content] {
      parent?.touched += added.memberNodes.joined()
      return known
    }
    let tolerated = stage.signature.family?.toleratesFailures == true ? Int.max : 0
    let failures = Settings(expansion.settings.dictionary).optionalInteger("max_failures") ?? tolerated
    var members = NodeMembers(
      variables: shape.variables.map { MemberVariable(name: $0.name, dimension: $0.dimension) },
      values: added.values, maximumFailures: failures)
    if step.draws != nil { members.perturbations = shape.perturbations.map(\.stream) }
    let id = append(
      Node(
        id: nodes.count, name: NodeName(stage: stage.name, members: parent?.chain ?? []),
        signature: stage.signature, settings: settings, inputs: inputs, outputs: outputs(of: shape),
        members: members, place: stage.place), content)
    families.append(
      FamilyPlan(
        node: id, stage: stage.name, scores: added.scores,
        scoresPerMember: shape.scores.count * (shape.folds ?? 1),
        memberNodes: added.memberNodes, isComplete: step.isComplete))
    try addCheck(family: families.count - 1, shape, from: 0)
    parent?.touched += added.memberNodes.joined()
    return id
  }

  /// Members that the design adds to a family that is not complete.
  mutating func extend(family index: Int, scores: [Double?]) throws {
    let family = families[index]
    guard let position = graph.positions[family.stage], let shape = state.shapes[position],
      let members = nodes[family.node].members
    else { preconditionFailure("the plan knows its families") }
    let expansion = try expansion(of: shape, nodes[family.node].settings, in: nil)
    let finished = members.values.enumerated().map { member, values in
      let own = scores[member * family.scoresPerMember..<(member + 1) * family.scoresPerMember]
      return DesignRequest.Finished(values: values, scores: own.contains(nil) ? nil : own.compactMap(\.self))
    }
    let step = try design(expansion, finished: finished, checks: family.scoresPerMember == 0 ? scores : [])
    guard step.isComplete || !step.members.isEmpty else {
      throw PlanError.noMembers(family: family.stage, place: graph.stages[position].place)
    }
    let added = try addMembers(step, to: expansion, from: members.values.count)
    nodes[family.node].inputs += added.inputs
    nodes[family.node].members?.values += added.values
    families[index].scores += added.scores
    families[index].memberNodes += added.memberNodes
    families[index].isComplete = step.isComplete
    try addCheck(family: index, shape, from: members.values.count)
  }

  /// The hidden stage that looks at the members from `first` on, for an ensemble that may get more.
  private mutating func addCheck(family index: Int, _ shape: FamilyShape, from first: Int) throws {
    let stage = graph.stages[shape.family]
    guard !families[index].isComplete, let kind = stage.signature.family?.checkKind else { return }
    guard let signature = catalogue.signature(kind) else {
      throw PlanError.noDesign(family: stage.name, kind: kind, place: stage.place)
    }
    let family = nodes[families[index].node]
    var inputs = family.inputs.compactMap { input -> NodeInput? in
      guard let member = input.member, member >= first else { return nil }
      return NodeInput(port: input.port, member: member - first, source: input.source)
    }
    if let before = families[index].scores.last {
      inputs.insert(NodeInput(port: "state", source: NodePort(node: before.node, port: "state")), at: 0)
    }
    let count = families[index].memberNodes.count
    let members = NodeMembers(
      variables: [], values: Array(repeating: [], count: count - first),
      maximumFailures: family.members?.maximumFailures ?? 0)
    let node = Node(
      id: nodes.count,
      name: NodeName(stage: stage.name + ".check", members: [.init(family: stage.name, index: count - 1)]),
      signature: signature, settings: Self.checkSettings(of: stage), inputs: inputs,
      outputs: signature.outputs,
      members: members, place: stage.place)
    nodes.append(node)
    families[index].scores.append(NodePort(node: node.id, port: "value"))
    families[index].memberNodes[count - 1].append(node.id)
  }

  /// Nothing for independent draws, so that a check is the same whatever else draws them.
  private static func checkSettings(of stage: ResolvedStage) -> NameTable<NodeSetting> {
    guard case .word(let sampler)? = stage.settings["sampler"]?.base,
      stage.signature.family?.samplers[sampler]?.isEven == true
    else { return [:] }
    return ["sampler": .value(.word(sampler))]
  }

  private struct Added {
    var inputs: [NodeInput] = []
    var values: [[Double]] = []
    var scores: [NodePort] = []
    var memberNodes: [[Int]] = []
  }

  private mutating func addMembers(
    _ step: DesignStep, to expansion: Expansion, from first: Int
  ) throws -> Added {
    let shape = expansion.shape
    let name = graph.stages[shape.family].name
    try checkDraws(step, shape)
    let collected = try collectedPorts(of: shape)
    var added = Added()
    for (offset, values) in step.members.enumerated() {
      let member = first + offset
      let values = try checked(values, of: shape, member: member, mayKeepOwn: step.draws != nil)
      added.values.append(values)
      let numbers = values.map { $0.isNaN ? nil : ExactDecimal(shortest: $0) }
      let folds: [Int?] = shape.folds.map { Array(0..<$0) } ?? [nil]
      let scopes = try folds.map { fold in
        let scope = MemberScope(
          expansion, family: name, member: member, values: numbers, draws: step.draws.map { $0[offset] },
          fold: fold)
        try buildMember(scope)
        return scope
      }
      added.memberNodes.append(Set(scopes.flatMap(\.touched)).sorted())
      addScores(of: scopes, member: member, to: &added)
      let target = node(of: shape.repeated, in: scopes[0])
      for port in collected {
        added.inputs.append(
          NodeInput(port: port, member: member, source: NodePort(node: target, port: port)))
      }
    }
    return added
  }

  /// Score by score, each for all folds.
  private func addScores(of scopes: [MemberScope], member: Int, to added: inout Added) {
    for (port, score) in zip(FamilySpec.scorePorts, scopes[0].shape.scores) {
      for scope in scopes {
        let source = NodePort(node: node(of: score.stage, in: scope), port: score.port)
        let name = scope.fold.map { FamilySpec.scorePort(port, fold: $0) } ?? port
        added.scores.append(source)
        added.inputs.append(NodeInput(port: name, member: member, source: source))
      }
    }
  }

  private mutating func buildMember(_ scope: MemberScope) throws {
    scope.nodes.reserveCapacity(scope.shape.affected.count)
    for stage in scope.shape.affected {
      let id: Int
      if let inner = state.shapes[stage] {
        id = try expand(inner, in: scope)
      } else {
        id = build(stage, in: scope)
      }
      scope.nodes.append(id)
      scope.touched.append(id)
    }
  }

  /// A design that says which member draws what accounts for all that differs between members.
  private func checkDraws(_ step: DesignStep, _ shape: FamilyShape) throws {
    guard let draws = step.draws else { return }
    precondition(
      draws.count == step.members.count && draws.allSatisfy { $0.count == shape.perturbations.count },
      "draws for every member and perturbed output")
    guard let free = shape.affected.first(where: { graph.stages[$0].usesMember }) else { return }
    let stage = graph.stages[shape.family]
    throw PlanError.designFailed(
      family: stage.name,
      reason:
        "'\(graph.stages[free].name)' uses {member}, so members differ by more than what is drawn for them",
      place: stage.place)
  }

  /// Whole numbers are rounded, so that what is reported is what was used.
  private func checked(
    _ values: [Double], of shape: FamilyShape, member: Int, mayKeepOwn: Bool
  ) throws -> [Double] {
    let stage = graph.stages[shape.family]
    guard values.count == shape.variables.count else {
      throw PlanError.wrongMemberSize(
        family: stage.name, member: member, found: values.count, expected: shape.variables.count,
        place: stage.place)
    }
    return try zip(values, shape.variables).map { value, variable in
      if value.isNaN, mayKeepOwn { return value }
      guard value.isFinite else {
        throw PlanError.memberNotFinite(
          family: stage.name, member: member, variable: variable.name, place: stage.place)
      }
      return variable.variation.isInteger ? value.rounded() : value
    }
  }

  private func collectedPorts(of shape: FamilyShape) throws -> [String] {
    let (stage, target) = (graph.stages[shape.family], graph.stages[shape.repeated])
    guard stage.signature.family?.purpose == .ensemble else { return [] }
    var ports = target.signature.outputs.filter(\.isCollected).map(\.name)
    if ports.isEmpty, let grid = target.signature.outputs.first(where: { $0.type.isPlainGrid }) {
      ports = [grid.name]
    }
    guard !ports.isEmpty else {
      throw PlanError.nothingCollected(family: stage.name, repeated: target.name, place: stage.place)
    }
    return ports
  }

  private func outputs(of shape: FamilyShape) -> [OutputSpec] {
    let signature = graph.stages[shape.family].signature
    var outputs = signature.outputs
    guard signature.family?.purpose == .search else { return outputs }
    let hasGrids = signature.family?.hasBestGrids == true
    func add(_ name: String, _ variable: FamilyShape.Variable) {
      guard !outputs.contains(where: { $0.name == name }) else { return }
      let type = hasGrids ? PortType.grid : .scalar(variable.dimension)
      outputs.append(OutputSpec(name, type, "value of \(variable.name) with the best score"))
    }
    let varied = shape.variables.filter { !$0.isEdge }
    for variable in varied { add(OutputSpec.best(variable.name), variable) }
    if varied.count == 1 { add(OutputSpec.best, varied[0]) }
    return outputs
  }
}

// MARK: - design and noise

extension Planner {
  private mutating func expansion(
    of shape: FamilyShape, _ settings: NameTable<NodeSetting>, in parent: MemberScope?
  ) throws -> Expansion {
    let values = settings.compactMapValues { setting -> SettingValue? in
      if case .value(let value) = setting { value } else { nil }
    }
    let noises = try shape.perturbations.map { try noise($0, of: shape, values, in: parent) }
    return Expansion(shape: shape, parent: parent, settings: values, noises: noises)
  }

  private func design(
    _ expansion: Expansion, finished: [DesignRequest.Finished], checks: [Double?] = []
  ) throws -> DesignStep {
    let stage = graph.stages[expansion.shape.family]
    guard let kind = catalogue.kinds[stage.signature.kind] as? any FamilyKind else {
      throw PlanError.noDesign(family: stage.name, kind: stage.signature.kind, place: stage.place)
    }
    let variables = expansion.shape.variables.filter { !$0.isEdge }.map { variable in
      DesignRequest.Variable(
        name: variable.name, distribution: variable.variation.distribution,
        isInteger: variable.variation.isInteger)
    }
    var request = DesignRequest(
      settings: Settings(expansion.settings.dictionary), variables: variables, finished: finished,
      folds: expansion.shape.folds ?? 1)
    request.perturbations = expansion.shape.perturbations.map(\.stream)
    request.checks = checks
    do {
      try stage.signature.checkValues(of: request.settings, inputs: stage.inputs.keys, received: [])
      return try kind.design(request)
    } catch {
      throw PlanError.designFailed(family: stage.name, reason: String(describing: error), place: stage.place)
    }
  }

  private mutating func noise(
    _ perturbation: FamilyShape.Perturbation, of shape: FamilyShape, _ values: NameTable<SettingValue>,
    in parent: MemberScope?
  ) throws -> Noise {
    let family = graph.stages[shape.family].name
    guard var signature = catalogue.signature(Catalogue.noiseKind) else {
      throw PlanError.noPerturbationKind(family: family, place: perturbation.place)
    }
    guard let seed = values["seed"] else {
      throw PlanError.missingSeed(family: family, place: perturbation.place)
    }
    var settings = NameTable(perturbation.distribution.options.map { ($0.key, NodeSetting.value($0.value)) })
    settings["variable"] = .value(.word(perturbation.noise.variable))
    settings["uncertainty"] = .value(.word(perturbation.noise.uncertainty))
    settings["distribution"] = .value(.word(perturbation.distribution.name))
    settings["seed"] = .value(seed)
    for name in graph.stages[shape.family].signature.family?.noiseSettings ?? [] {
      settings[name] = values[name].map { .value($0) }
    }
    settings["stream"] = .value(.word(stream(of: perturbation, in: parent)))
    signature.outputs = [OutputSpec(Noise.port, perturbation.type, "the data with noise added")]
    let number = state.noises[settings] ?? state.noises.count
    state.noises[settings] = number
    return Noise(signature: signature, settings: settings, number: number)
  }

  /// A family inside a member of another that perturbs the same output must not draw the same noise again.
  private func stream(of perturbation: FamilyShape.Perturbation, in parent: MemberScope?) -> String {
    var stream = perturbation.stream
    var current = parent
    while let outer = current {
      if outer.shape.perturbed[perturbation.output] != nil { stream += " again" }
      current = outer.parent
    }
    return stream
  }
}
