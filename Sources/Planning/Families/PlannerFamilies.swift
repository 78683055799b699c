import Manifests

extension Planner {
  /// Nodes of a family's members, as far as they are known, and the node that gathers them.
  /// - Returns: id of the latter.
  mutating func expand(_ shape: FamilyShape, in parent: MemberScope?) throws -> Int {
    let stage = graph.stages[shape.family]
    let template = state.templates[shape.family]
    let varying = template.dynamic.map { setting($0.name, $0.source, of: shape.family, in: parent) }
    var settings = template.constants
    for (index, entry) in template.dynamic.enumerated() { settings[entry.name] = varying[index] }
    let expansion = try expansion(of: shape, settings, in: parent)
    let arrows = try arrows(of: shape.family, in: parent) + movedArrow(of: shape, in: parent)
    let own = OwnNode(settings: settings, varying: varying, arrows: arrows)
    guard let kind = catalogue.kinds[stage.signature.kind] as? any FamilyKind else {
      throw PlanError.noDesign(family: stage.name, kind: stage.signature.kind, place: stage.place)
    }
    do {
      try stage.signature.checkValues(of: expansion.request.settings, inputs: stage.inputs.keys, received: [])
      if let folding = kind as? any FoldKind, let fold = try folding.fold(expansion.request) {
        return try start(fold, folding, expansion, own)
      }
      let plan = try kind.design(expansion.request)
      return expansion.isChunked ? try gatherChunks(plan, expansion, own) : try gather(plan, expansion, own)
    } catch let error as PlanError {
      throw error
    } catch {
      throw PlanError.designFailed(family: stage.name, reason: String(describing: error), place: stage.place)
    }
  }

  /// What the arrows that members replace have in the manifest, where the family's kind asks for it.
  private mutating func movedArrow(of shape: FamilyShape, in parent: MemberScope?) -> [NodeInput] {
    guard let port = graph.stages[shape.family].signature.family?.moved,
      let first = shape.moves.min(by: { $0.value < $1.value })?.key,
      let edge = graph.edges[first.stage].first(where: { !$0.isSetting && $0.name == first.setting })
    else { return [] }
    return [NodeInput(port: port, source: source(edge.output, in: parent))]
  }

  /// A family all of whose members are known.
  private mutating func gather(_ plan: RoundPlan, _ expansion: Expansion, _ own: OwnNode) throws -> Int {
    let (shape, parent) = (expansion.shape, expansion.parent)
    let stage = graph.stages[shape.family]
    guard !plan.rows.isEmpty else { throw PlanError.noMembers(family: stage.name, place: stage.place) }
    let round = try addMembers(plan.rows, to: expansion, as: .init(round: nil, first: 0))
    var inputs = own.arrows
    inputs += round.inputs(of: self, from: 0)
    let values = round.members.map(\.values)
    let content = NodeContent(
      stage: shape.family, settings: own.varying, sources: inputs.map(\.source), members: values)
    if let known = state.known[content] {
      parent?.touched += round.members.flatMap(\.nodes)
      return known
    }
    let id = append(ownNode(expansion, own, inputs: inputs, values: values), content)
    if plan.rows.contains(where: { $0.draws != nil }) {
      nodes[id].members?.perturbations = shape.perturbations.map(\.stream)
    }
    families.append(
      FamilyPlan(node: id, stage: stage.name, memberNodes: round.members.map(\.nodes), isComplete: true))
    parent?.touched += round.members.flatMap(\.nodes)
    return id
  }

  /// What members give: by the family's name for it, as the stage declares it.
  func ports(of shape: FamilyShape) -> [MemberPort] {
    shape.roles.compactMap { role in
      let outputs = graph.stages[role.output.stage].signature.outputs
      return outputs.first { $0.name == role.output.port }.map {
        MemberPort(role.name, $0.type, $0.collected)
      }
    }
  }

  func ownNode(
    _ expansion: Expansion, _ own: OwnNode, inputs: [NodeInput], values: [[Double]]
  ) -> Node {
    let shape = expansion.shape
    let stage = graph.stages[shape.family]
    let tolerated = stage.signature.family?.toleratesFailures == true ? Int.max : 0
    var members = NodeMembers(
      variables: shape.memberVariables, values: values,
      maximumFailures: expansion.request.settings.optionalInteger("max_failures") ?? tolerated)
    members.cases = shape.cases.map { $0.name ?? String($0.index) }
    members.cells = shape.cells
    members.ports = ports(of: shape)
    members.labels = labels(of: shape)
    if stage.signature.family?.tellsDraws == true { members.draws = draws(of: expansion) }
    var node = Node(
      id: nodes.count, name: NodeName(stage: stage.name, members: expansion.parent?.chain ?? []),
      signature: stage.signature, settings: own.settings, inputs: inputs, place: stage.place)
    (node.outputs, node.members) = (outputs(of: shape), members)
    return node
  }

  // MARK: - members

  mutating func addMembers(
    _ rows: [RoundPlan.Row], to expansion: Expansion, as place: RoundPlace, moving step: Int? = nil
  ) throws -> BuiltRound {
    let shape = expansion.shape
    let name = graph.stages[shape.family].name
    var round = BuiltRound()
    for (index, row) in rows.enumerated() {
      let member = place.first + index
      try checkDraws(row, shape)
      let values = try checked(row.values, of: shape, member: member, mayKeepOwn: place.mayKeepOwn(row))
      let (roles, needed) = try path(row, shape)
      var built = BuiltRound.Member(values: values, roles: roles)
      for item in try cases(of: row, shape) {
        let scope = MemberScope(
          expansion,
          identity: .init(
            family: name, member: member, round: place.round, row: index, isClosing: place.isClosing,
            case: item),
          values: values.map { $0.isNaN ? nil : ExactDecimal(shortest: $0) }, draws: row.draws)
        scope.moves = try moves(row, of: shape, step)
        if !shape.cells.isEmpty { try addCells(to: scope) }
        try buildMember(scope, needed: needed)
        try prepare(row, scope, roles: roles, needed)
        built.scopes.append(scope)
      }
      built.nodes = Set(built.scopes.flatMap(\.touched)).sorted()
      if expansion.dropsIntermediates { drop(built, of: name, isGathered: place.round == nil) }
      round.members.append(built)
    }
    return round
  }

  /// The cases that a row is computed for; nil alone where the family has none.
  private func cases(of row: RoundPlan.Row, _ shape: FamilyShape) throws -> [MemberCase?] {
    guard !shape.cases.isEmpty else { return [nil] }
    guard !row.cases.isEmpty else { return shape.cases.map(Optional.some) }
    guard row.cases.allSatisfy(shape.cases.indices.contains) else {
      throw PlanError.foldFailed(
        family: graph.stages[shape.family].name,
        reason: "its plan names a case beyond the \(shape.cases.count) that there are",
        place: graph.stages[shape.family].place)
    }
    return row.cases.map { shape.cases[$0] }
  }

  /// Makes volatile what members of their own have. What the family reads stays in rounds, since who gathers it is not
  /// planned yet.
  private mutating func drop(_ member: BuiltRound.Member, of family: String, isGathered: Bool) {
    let read =
      isGathered ? [] : Set(member.scopes.flatMap { scope in member.roles.map { source($0, of: scope) } })
    for id in member.nodes where nodes[id].members == nil && nodes[id].name.members.last?.family == family {
      nodes[id].isIntermediate = true
      for output in nodes[id].outputs where !read.contains(NodePort(node: id, port: output.name)) {
        nodes[id].volatile.insert(output.name)
      }
    }
  }

  /// Ports of the step that replace arrows.
  private func moves(_ row: RoundPlan.Row, of shape: FamilyShape, _ step: Int?) throws -> [NodePort] {
    if row.moves.isEmpty { return [] }
    func refuse(_ reason: String) -> PlanError {
      .foldFailed(
        family: graph.stages[shape.family].name, reason: reason, place: graph.stages[shape.family].place)
    }
    guard let step, row.moves.count == shape.moves.count else {
      throw refuse("a row moves \(row.moves.count) arrows, and the family \(shape.moves.count)")
    }
    return try row.moves.map { port in
      guard nodes[step].outputs.contains(where: { $0.name == port }) else {
        throw refuse("its plan names an output '\(port)' that the step has not")
      }
      return NodePort(node: step, port: port)
    }
  }

  /// The roles that a row wants, and which of the affected stages that takes; nil for all of them.
  mutating func path(
    _ row: RoundPlan.Row, _ shape: FamilyShape
  ) throws -> (roles: [Int], needed: [Bool]?) {
    guard !row.wants.isEmpty else { return (Array(shape.roles.indices), nil) }
    let roles = try roles(named: row.wants, of: shape)
    return (roles, state.stages(for: roles, of: shape))
  }

  /// Each name stands for all roles that it begins (`score` for `score` and `score_2`).
  private func roles(named names: [String], of shape: FamilyShape) throws -> [Int] {
    let stage = graph.stages[shape.family]
    let found = shape.roles.indices.filter { names.contains(shape.roles[$0].group) }
    for name in names where !found.contains(where: { shape.roles[$0].group == name }) {
      let known = Set(shape.roles.map(\.group)).sorted().joined(separator: ", ")
      throw PlanError.foldFailed(
        family: stage.name, reason: "its plan wants '\(name)', and what it reads of members is \(known)",
        place: stage.place)
    }
    return found
  }

  /// Outputs that other stages of the path to a role would read are wanted though these stages are not made yet.
  private mutating func prepare(
    _ row: RoundPlan.Row, _ scope: MemberScope, roles: [Int], _ needed: [Bool]?
  ) throws {
    guard !row.prepares.isEmpty, let needed else { return }
    let shape = scope.shape
    let later = state.stages(for: try self.roles(named: row.prepares, of: shape) + roles, of: shape)
    for (position, stage) in shape.affected.enumerated() where later[position] && !needed[position] {
      for edge in graph.edges[stage] {
        guard let source = shape.positions[edge.output.stage], needed[source] else { continue }
        want(NodePort(node: scope.nodes[source], port: edge.output.port))
      }
    }
  }

  private mutating func buildMember(_ scope: MemberScope, needed: [Bool]?) throws {
    scope.nodes.reserveCapacity(scope.shape.affected.count)
    for (position, stage) in scope.shape.affected.enumerated() {
      if let needed, !needed[position] {
        scope.nodes.append(MemberScope.absent)
        continue
      }
      let id: Int
      if let inner = state.shapes[stage] {
        id = try expand(inner, in: scope)
      } else {
        id = try build(stage, in: scope)
      }
      scope.nodes.append(id)
      scope.touched.append(id)
    }
  }

  /// A design that says which member draws what accounts for all that differs between members.
  func checkDraws(_ row: RoundPlan.Row, _ shape: FamilyShape) throws {
    guard let draws = row.draws else { return }
    guard draws.count == shape.perturbations.count else {
      throw PlanError.foldFailed(
        family: graph.stages[shape.family].name,
        reason: "its plan gives \(draws.count) draws for \(shape.perturbations.count) perturbed outputs",
        place: graph.stages[shape.family].place)
    }
    let stage = graph.stages[shape.family]
    if let conditional = shape.conditionals.values.min(by: { $0.stage < $1.stage }) {
      let name = "\(graph.stages[conditional.stage].name).\(conditional.spec.output)"
      throw PlanError.designFailed(
        family: stage.name,
        reason:
          "'\(name) ~ \(FamilySpec.conditional)' differs in every member, so what else differs can't be told",
        place: conditional.place)
    }
    guard let free = shape.affected.first(where: { graph.stages[$0].usesMember }) else { return }
    throw PlanError.designFailed(
      family: stage.name,
      reason:
        "'\(graph.stages[free].name)' uses {member}, so members differ by more than what is drawn for them",
      place: stage.place)
  }

  /// Whole numbers are rounded, so that what is reported is what was used.
  func checked(
    _ values: [Double], of shape: FamilyShape, member: Int, mayKeepOwn: Bool
  ) throws -> [Double] {
    guard values.count == shape.designed.count else {
      let stage = graph.stages[shape.family]
      throw PlanError.wrongMemberSize(
        family: stage.name, member: member, found: values.count, expected: shape.designed.count,
        place: stage.place)
    }
    var all = [Double](repeating: .nan, count: shape.variables.count)
    for (value, variable) in zip(values, shape.designed) { all[variable] = value }
    if shape.designed.isEmpty { return all }
    // By position: the variables are large, and a round has many members.
    for index in all.indices {
      if all[index].isNaN, mayKeepOwn || shape.variables[index].cell != nil { continue }
      guard all[index].isFinite else {
        let stage = graph.stages[shape.family]
        throw PlanError.memberNotFinite(
          family: stage.name, member: member, variable: shape.variables[index].name, place: stage.place)
      }
      if shape.variables[index].variation.isInteger { all[index].round() }
    }
    return all
  }

  private func outputs(of shape: FamilyShape) -> [OutputSpec] {
    let signature = graph.stages[shape.family].signature
    var outputs = signature.outputs
    guard let family = signature.family, family.best != nil else { return outputs }
    func add(_ name: String, _ variable: Family.Variable) {
      guard !outputs.contains(where: { $0.name == name }) else { return }
      outputs.append(
        OutputSpec(name, family.bestType(variable.dimension), "value of \(variable.name) with the best score")
      )
    }
    let varied = shape.variables.filter { !$0.isGiven }
    for variable in varied { add(OutputSpec.best(VariableNames.inFiles(variable.name)), variable) }
    if varied.count == 1 { add(OutputSpec.best, varied[0]) }
    return outputs
  }
}

// MARK: - rows of tables

extension Planner {
  /// The numbers of a member's rows, each made by a node that reads the table.
  private mutating func addCells(to scope: MemberScope) throws {
    let shape = scope.shape
    let family = graph.stages[shape.family]
    for variable in shape.cells.values.sorted() {
      guard let cell = shape.variables[variable].cell else { continue }
      guard var signature = catalogue.signature(Catalogue.cellKind) else {
        throw PlanError.noDesign(family: family.name, kind: Catalogue.cellKind, place: cell.place)
      }
      guard let seed = scope.expansion.request.settings.values["seed"] else {
        throw PlanError.missingSeed(family: family.name, place: cell.place)
      }
      let table = source(cell.output, in: scope.parent)
      let dimension = shape.variables[variable].dimension
      let settings: NameTable<NodeSetting> = [
        "column": .value(.text(cell.column)), "factor": .value(cell.factor),
        "dimension": .value(.word(dimension.name)), "family": .value(.word(family.signature.kind)),
        "seed": .value(seed),
        "member": .value(.number(ExactDecimal(scope.member))),
      ]
      signature.outputs = [OutputSpec(OutputFacts.value, .scalar(dimension), "of the member's row")]
      let number = state.noises[settings] ?? state.noises.count
      state.noises[settings] = number
      let content = NodeContent(stage: -1 - number, settings: [], sources: [table])
      let name = "\(graph.stages[cell.output.stage].name).\(cell.column)"
      let id =
        state.known[content]
        ?? append(
          Node(
            id: nodes.count, name: NodeName(stage: name, members: scope.chain), signature: signature,
            settings: settings, inputs: [NodeInput(port: "table", source: table)], place: cell.place),
          content)
      scope.cells[variable] = NodePort(node: id, port: OutputFacts.value)
      scope.touched.append(id)
    }
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
    let variables = shape.variables.filter { !$0.isGiven && $0.cell == nil }.map { variable in
      var request = DesignRequest.Variable(
        name: variable.name, distribution: variable.variation.distribution,
        isInteger: variable.variation.isInteger)
      request.start = variable.variation.start
      return request
    }
    var request = DesignRequest(
      settings: Settings(values.dictionary), variables: variables, cases: max(1, shape.cases.count))
    request.perturbations = shape.perturbations.map(\.stream)
    request.moves = shape.moves.count
    return Expansion(shape: shape, parent: parent, request: request, noises: noises)
  }

  private mutating func noise(
    _ perturbation: Family.Perturbation, of shape: FamilyShape, _ values: NameTable<SettingValue>,
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
  private func stream(of perturbation: Family.Perturbation, in parent: MemberScope?) -> String {
    var stream = perturbation.stream
    var current = parent
    while let outer = current {
      if outer.shape.perturbed[perturbation.output] != nil { stream += " again" }
      current = outer.parent
    }
    return stream
  }
}
