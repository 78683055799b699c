import Manifests

/// What a step has come to, as its family's kind is told.
public enum StepAnswer: Sendable {
  case texts(plan: String, report: String)
  /// Of a step that does not plan; nil where its output is no number.
  case value(Double?)
  case failed
}

/// A family that may still get rounds.
struct GrowingFamily: Sendable {
  let expansion: Expansion
  let fold: Fold
  let kind: any FoldKind
  /// Of a step, with the ports of its proposals.
  let signature: StageSignature
  var own: OwnNode
  var progress: FoldProgress
  /// Members of the round that the next step folds.
  var round = BuiltRound()
  /// What the next step is given beside state and members.
  var keeps: [String: NodePort] = [:]
  /// Steps in order.
  var steps: [Int] = []
  /// Relays by what they stand for.
  var relays: [NodeRelay: Int] = [:]
  /// Rows that have nodes, whether they are folded or not.
  var made = 0
  /// What members in chunks are made of.
  var template: ChunkTemplate?

  /// Ports of the state.
  var states: [String] {
    let others = [Fold.plan, Fold.report, Fold.value]
    return signature.outputs.map(\.name).filter { name in
      !others.contains(name) && !(0..<fold.proposals).contains { Fold.proposal($0) == name }
    }
  }

  func renumbered(_ ids: [Int?]) -> GrowingFamily {
    var copy = GrowingFamily(
      expansion: expansion.renumbered(ids), fold: fold, kind: kind, signature: signature, own: own,
      progress: progress)
    copy.own.arrows = own.arrows.map { $0.renumbered(ids) }
    copy.round = round
    for member in copy.round.members.indices {
      copy.round.members[member].scopes = round.members[member].scopes.map { $0.renumbered(ids) }
      copy.round.members[member].nodes = round.members[member].nodes.compactMap { ids[$0] }
    }
    for chunk in copy.round.chunks.indices {
      copy.round.chunks[chunk].node = ids[round.chunks[chunk].node] ?? round.chunks[chunk].node
    }
    copy.made = made
    copy.keeps = keeps.compactMapValues { $0.renumbered(ids) }
    copy.steps = steps.compactMap { ids[$0] }
    for (relay, id) in relays {
      guard let id = ids[id], let family = ids[relay.family] else { continue }
      var moved = relay
      moved.family = family
      copy.relays[moved] = id
    }
    return copy
  }
}

extension Planner {
  /// A family that learns: its own node, and the first round, or the step that makes its plan.
  /// - Returns: id of its own node.
  mutating func start(
    _ fold: Fold, _ kind: any FoldKind, _ expansion: Expansion, _ own: OwnNode
  ) throws -> Int {
    let shape = expansion.shape
    let stage = graph.stages[shape.family]
    guard var signature = catalogue.signature(fold.step) else {
      throw PlanError.noDesign(family: stage.name, kind: fold.step, place: stage.place)
    }
    for index in 0..<fold.proposals {
      signature.outputs.append(OutputSpec(Fold.proposal(index), .grid, "proposed for a member"))
    }
    let request = expansion.request
    var progress = FoldProgress(
      settings: request.settings, variables: request.variables, perturbations: request.perturbations)
    if fold.knowsOuter { progress.outer = outer(of: expansion) }
    let index = families.count
    families.append(FamilyPlan(node: -1, stage: stage.name, memberNodes: [], isComplete: false))
    if fold.failures == .ofFamily {
      let tolerated = stage.signature.family?.toleratesFailures == true ? Int.max : 0
      families[index].maximumFailures = request.settings.optionalInteger("max_failures") ?? tolerated
    }
    state.growing[index] = GrowingFamily(
      expansion: expansion, fold: fold, kind: kind, signature: signature, own: own, progress: progress)
    if let first = fold.first {
      guard !first.rows.isEmpty else { throw PlanError.noMembers(family: stage.name, place: stage.place) }
      // The members' nodes stand before the family's own, which is known by then.
      let count = try rowsToRun(of: index, first)
      try addRows(Array(first.rows.prefix(count)), to: index, moving: nil)
      let id = appendOwn(index)
      try endRound(of: index, ran: count)
      return id
    }
    let id = appendOwn(index)
    try addStep(to: index)
    return id
  }

  private mutating func appendOwn(_ index: Int) -> Int {
    guard let growing = state.growing[index] else { preconditionFailure("the family grows") }
    let id = append(
      ownNode(growing.expansion, growing.own, inputs: growing.own.arrows, values: []))
    families[index].node = id
    if growing.fold.collects { collect(growing.round, in: index, from: 0) }
    return id
  }

  /// What a step has come to: the next round, or the end.
  mutating func grow(_ index: Int, _ answer: StepAnswer) throws {
    guard var growing = state.growing.removeValue(forKey: index) else {
      preconditionFailure("the family grows")
    }
    let stage = graph.stages[growing.expansion.shape.family]
    func failure(_ reason: String) -> PlanError {
      .foldFailed(family: stage.name, reason: reason, place: stage.place)
    }
    families[index].step = nil
    var plan = RoundPlan()
    do {
      switch answer {
      case .failed:
        state.growing[index] = growing
        return finish(index, afterFailure: true)
      case .texts(let planText, let reportText):
        growing.progress.reports.append(try FoldReport(text: reportText))
        plan = try RoundPlan(text: planText)
        try keep(plan.keeps, in: &growing)
      case .value(let value):
        growing.progress.reports.append(FoldReport([(Fold.value, value ?? .nan)]))
        plan = try growing.kind.next(growing.progress)
      }
    } catch let error as PlanError {
      throw error
    } catch {
      throw failure("what its step wrote can't be read: \(error)")
    }
    growing.round = BuiltRound()
    resolveRelays(&growing)
    growing.progress.next = plan
    let step = growing.steps.last
    state.growing[index] = growing
    let count = try rowsToRun(of: index, plan)
    if count > 0 { try addRows(Array(plan.rows.prefix(count)), to: index, moving: step) }
    try endRound(of: index, ran: count)
  }

  private mutating func rowsToRun(of index: Int, _ plan: RoundPlan) throws -> Int {
    state.growing[index]?.progress.next = plan
    guard let growing = state.growing[index] else { preconditionFailure("the family grows") }
    return max(0, min(plan.rows.count, try growing.kind.rows(growing.progress)))
  }

  private mutating func addRows(
    _ rows: [RoundPlan.Row], to index: Int, moving step: Int?, isClosing: Bool = false
  ) throws {
    guard let growing = state.growing[index] else { preconditionFailure("the family grows") }
    let round = growing.fold.numbersThrough ? nil : growing.progress.rounds
    let place = RoundPlace(round: round, first: growing.progress.rows, isClosing: isClosing)
    var template = growing.template
    let built =
      growing.expansion.isChunked
      ? try addChunks(rows, to: growing.expansion, as: place, &template)
      : try addMembers(rows, to: growing.expansion, as: place, moving: step)
    state.growing[index]?.template = template
    let first = families[index].memberNodes.count
    state.growing[index]?.round = built
    state.growing[index]?.made += rows.count
    families[index].memberNodes += built.nodes
    growing.expansion.parent?.touched += built.nodes.flatMap(\.self)
    if growing.fold.collects, families[index].node >= 0 { collect(built, in: index, from: first) }
  }

  /// Gives a family's own node members as an ensemble has them.
  private mutating func collect(_ round: BuiltRound, in index: Int, from first: Int) {
    let own = families[index].node
    let inputs = round.inputs(of: self, from: first)
    for input in inputs { want(input.source) }
    nodes[own].inputs += inputs
    nodes[own].members?.values += round.values
    if !round.chunks.isEmpty { nodes[own].chunkSizes += round.chunks.map(\.rows) }
  }

  /// A round that ran as a whole is folded; after any other, or none, the family ends.
  private mutating func endRound(of index: Int, ran count: Int) throws {
    guard var growing = state.growing[index] else { preconditionFailure("the family grows") }
    guard count > 0, count == growing.progress.next.rows.count else { return try end(index, rows: count) }
    growing.progress.rounds += 1
    growing.progress.rows += count
    state.growing[index] = growing
    if !growing.fold.plans {
      // Nobody asks for the last look.
      let next = try growing.kind.next(growing.progress)
      var later = growing.progress
      later.next = next
      if try growing.kind.rows(later) == 0 { return finish(index, afterFailure: false) }
    }
    try addStep(to: index)
  }

  /// The rows of a closing round, if there is one, and the end.
  private mutating func end(_ index: Int, rows: Int) throws {
    guard let growing = state.growing[index] else { preconditionFailure("the family grows") }
    if rows == 0, let closing = try growing.kind.close(growing.progress), !closing.rows.isEmpty {
      try addRows(closing.rows, to: index, moving: growing.steps.last, isClosing: true)
    }
    finish(index, afterFailure: false)
  }

  // MARK: - steps

  private mutating func addStep(to index: Int) throws {
    guard let growing = state.growing[index] else { preconditionFailure("the family grows") }
    let (fold, shape) = (growing.fold, growing.expansion.shape)
    let stage = graph.stages[shape.family]
    var inputs = fold.plans ? growing.own.arrows : []
    if let before = growing.steps.last {
      inputs.removeAll { growing.states.contains($0.port) }
      inputs += growing.states.map { NodeInput(port: $0, source: NodePort(node: before, port: $0)) }
    }
    inputs += growing.keeps.map { NodeInput(port: $0, source: $1) }
    inputs.sort { $0.port < $1.port }
    inputs += growing.round.inputs(of: self, from: 0)
    var settings = NameTable(fold.settings.map { ($0.key, NodeSetting.value($0.value)) })
    let chain = growing.expansion.parent?.chain ?? []
    if fold.knowsOuter, let outer = outer(of: growing.expansion) {
      settings["outer"] = .value(.text(outer))
    }
    let number = fold.plans ? growing.steps.count : growing.progress.rows - 1
    var node = Node(
      id: nodes.count,
      name: NodeName(
        stage: stage.name + (fold.plans ? ".step" : ".check"),
        members: chain + [.init(family: stage.name, index: number)]),
      signature: growing.signature, settings: settings, inputs: inputs, place: stage.place)
    node.members = stepMembers(growing)
    node.chunkSizes = growing.round.chunks.map(\.rows)
    let id = append(node)
    state.growing[index]?.steps.append(id)
    families[index].step = id
    families[index].mostToCome = growing.kind.most(growing.progress)
    if let last = families[index].memberNodes.indices.last, !fold.plans {
      families[index].memberNodes[last].append(id)
    }
  }

  /// The members that an expansion lies in, outermost first.
  private func outer(of expansion: Expansion) -> String? {
    let chain = expansion.parent?.chain ?? []
    guard !chain.isEmpty else { return nil }
    return chain.map { $0.label ?? String($0.index) }.joined(separator: " ")
  }

  private func stepMembers(_ growing: GrowingFamily) -> NodeMembers {
    let (fold, shape) = (growing.fold, growing.expansion.shape)
    let values = growing.round.values
    let count = values.count
    let allowed = growing.progress.settings.optionalInteger("max_failures") ?? 0
    var members = NodeMembers(
      variables: fold.tellsMembers ? shape.memberVariables : [],
      values: fold.tellsMembers ? values : values.map { _ in [] },
      maximumFailures: fold.failures == .ofRound && count > 0 ? min(allowed, count - 1) : Int.max)
    members.ports = ports(of: shape)
    guard fold.tellsMembers else {
      members.maximumFailures = allowed
      return members
    }
    members.cases = shape.cases.map { $0.name ?? String($0.index) }
    members.draws = draws(of: growing.expansion)
    members.perturbations = shape.perturbations.map(\.stream)
    members.cells = shape.cells
    return members
  }

  /// The `~` lines.
  func draws(of expansion: Expansion) -> [MemberDraw] {
    let shape = expansion.shape
    return expansion.request.variables.enumerated().map { index, variable in
      MemberDraw(label: label(of: shape.variables[shape.designed[index]].variation), variable: variable)
    }
  }

  /// `filter.width`, `pipeline.spacing`.
  private func label(of variation: Variation) -> String {
    switch variation.target {
    case .setting(let stage, let setting):
      (graph.positions[stage].map { graph.stages[$0].signature.kind } ?? "") + "." + setting
    case .variable(let name): "pipeline." + name
    case .output(let reference): reference.port
    }
  }

  /// What the plan keeps, from the ports that its step had or was given.
  private func keep(_ keeps: [RoundPlan.Keep], in growing: inout GrowingFamily) throws {
    var kept: [String: NodePort] = [:]
    let shape = growing.expansion.shape
    let stage = graph.stages[shape.family]
    for keep in keeps {
      var source: NodePort?
      switch keep.source {
      case .port(let port):
        if let step = growing.steps.last, nodes[step].outputs.contains(where: { $0.name == port }) {
          source = NodePort(node: step, port: port)
        }
      case .member(let row, let role):
        if growing.round.members.indices.contains(row) {
          source = self.source(ofPort: role, of: growing.round.members[row])
        }
      case .kept(let name): source = growing.keeps[name]
      }
      guard let source, kept.updateValue(source, forKey: keep.name) == nil else {
        throw PlanError.foldFailed(
          family: stage.name, reason: "its plan keeps '\(keep.name)' from what the step has not, or twice",
          place: stage.place)
      }
    }
    growing.keeps = kept
  }

  /// What a step is given of a member under a name.
  private func source(ofPort port: String, of member: BuiltRound.Member) -> NodePort? {
    for scope in member.scopes {
      for role in member.roles where scope.port(role) == port { return source(role, of: scope) }
    }
    return nil
  }

  // MARK: - the end

  /// The family's own node gets the last state and what has not been folded into it.
  private mutating func finish(_ index: Int, afterFailure: Bool) {
    guard var growing = state.growing.removeValue(forKey: index) else {
      preconditionFailure("the family grows")
    }
    families[index].isComplete = true
    families[index].step = nil
    resolveRelays(&growing, isOver: true)
    if growing.fold.collects, !growing.fold.plans { return }
    let own = families[index].node
    let collected = growing.fold.collects ? nodes[own].inputs.dropFirst(growing.own.arrows.count) : []
    var inputs = growing.own.arrows.filter { !growing.states.contains($0.port) }
    if let last = growing.steps.last {
      inputs += growing.states.map { NodeInput(port: $0, source: NodePort(node: last, port: $0)) }
    }
    inputs += growing.keeps.map { NodeInput(port: $0, source: $1) }
    inputs.sort { $0.port < $1.port }
    inputs += growing.steps.enumerated().map { number, step in
      NodeInput(port: Fold.report, step: number, source: NodePort(node: step, port: Fold.report))
    }
    inputs += collected
    if !growing.fold.collects, !afterFailure, growing.progress.rows < growing.made {
      inputs += growing.round.inputs(of: self, from: 0)
      nodes[own].members?.values = growing.round.values
      nodes[own].chunkSizes = growing.round.chunks.map(\.rows)
    }
    for input in inputs { want(input.source) }
    nodes[own].inputs = inputs
  }
}
