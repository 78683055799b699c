/// The graph of nodes that a pipeline comes to, in topological order.
public struct Plan: Sendable {
  /// The manifest that it was made of.
  public let pipeline: ResolvedPipeline
  /// Every node stands after the nodes it uses, except that the node of an unfinished sequential family
  /// gains inputs when `extend` adds members; its id stays.
  public private(set) var nodes: [Node]
  /// In the order of their own nodes.
  public private(set) var families: [FamilyPlan]
  private var state: PlannerState

  /// Makes the nodes of every stage and of every member that can be decided before anything has run.
  ///
  /// A member has nodes of its own only for stages on a path from a change to the target; nodes that come to
  /// the same settings and inputs are one. Time and memory grow with the number of nodes.
  /// - Throws: `PlanError`.
  public init(pipeline: ResolvedPipeline, catalogue: Catalogue) throws {
    var planner = Planner(state: try PlannerState(pipeline), catalogue: catalogue)
    try planner.planStages()
    for expectation in pipeline.expectations { planner.want(expected: expectation.output) }
    self.pipeline = pipeline
    (nodes, families, state) = (planner.nodes, planner.families, planner.state)
    forgetContentIfComplete()
  }

  /// What has come to a plan.
  public struct Growth: Sendable {
    /// Ids of new nodes.
    public var added: Range<Int>
    /// Positions of new families, which lie in new members.
    public var families: Range<Int>
    /// Nodes of before from which more outputs are wanted.
    public var wantedMore: [Int]
    /// Relays of before whose step is known now, or never will be.
    public var resolved: [Int]
  }

  /// Tells a family what its last step has come to (`FamilyPlan.step`).
  ///
  /// Costs as much as the nodes that are added, whatever the size of the plan.
  /// - Returns: what is new. The family's own node has gained inputs if the family is complete.
  /// - Throws: `PlanError`; the family can't be grown then, but all that was there stays.
  public mutating func grow(family: Int, _ answer: StepAnswer, catalogue: Catalogue) throws -> Growth {
    precondition(families[family].step != nil, "a step has ended")
    let (count, familyCount) = (nodes.count, families.count)
    var planner = Planner(state: state, catalogue: catalogue)
    // Moved there and back, so that nothing is copied.
    (planner.nodes, planner.families) = (nodes, families)
    (nodes, families, state) = ([], [], state.emptied)
    defer {
      (nodes, families, state) = (planner.nodes, planner.families, planner.state)
      forgetContentIfComplete()
    }
    try planner.grow(family, answer)
    return Growth(
      added: count..<planner.nodes.count, families: familyCount..<planner.families.count,
      wantedMore: planner.wantedMore.filter { $0 < count }.sorted(),
      resolved: planner.resolved.filter { $0 < count })
  }

  /// The node of a stage itself, not of a member's copy; nil for a stage that is not in this plan.
  public func node(ofStage name: String) -> Int? {
    guard let position = state.graph.positions[name] else { return nil }
    return state.baseNodes[position]
  }

  /// The part of the plan that some stages need, with their members; ids are renumbered from 0.
  /// - Throws: `PlanError.unknownTarget`.
  public func selecting(targets: [String]) throws -> Plan {
    var stack: [Int] = []
    for target in targets {
      guard let node = node(ofStage: target) else { throw PlanError.unknownTarget(target) }
      stack.append(node)
    }
    var isKept = [Bool](repeating: false, count: nodes.count)
    // What decides on further members is used by no other node.
    var deciding: [Int: [Int]] = [:]
    for (index, family) in families.enumerated() where !family.isComplete {
      deciding[family.node, default: []] += family.memberNodes.joined()
      // Members to come use stages that no node of the plan may use yet.
      let needed = state.growing[index]?.expansion.shape.needed ?? []
      deciding[family.node, default: []] += needed.compactMap { state.baseNodes[$0] }
      if let step = family.step { deciding[family.node, default: []].append(step) }
    }
    while let id = stack.popLast() {
      guard !isKept[id] else { continue }
      isKept[id] = true
      if let relay = nodes[id].relay { stack.append(relay.family) }
      stack += nodes[id].usedNodes + (deciding[id] ?? [])
    }
    var plan = self
    plan.keep(isKept)
    return plan
  }

  private mutating func keep(_ isKept: [Bool]) {
    var renumbered = [Int?](repeating: nil, count: nodes.count)
    var next = 0
    for id in nodes.indices where isKept[id] {
      renumbered[id] = next
      next += 1
    }
    nodes = nodes.compactMap { $0.renumbered(renumbered) }
    let kept = families.map { $0.renumbered(renumbered) }
    var positions: [Int?] = []
    for family in kept { positions.append(family == nil ? nil : positions.count { $0 != nil }) }
    families = kept.compactMap(\.self)
    state.renumber(renumbered, families: positions)
  }

  /// Content is looked up only while members may still be added.
  private mutating func forgetContentIfComplete() {
    if families.allSatisfy(\.isComplete) { state.known = [:] }
  }
}

/// A family in a plan. One that is nested in another has one of these for each member of the outer one.
public struct FamilyPlan: Sendable {
  /// The node that gathers the members, or takes the last state, and the stage's name.
  public var node: Int
  /// Name of the family.
  public var stage: String
  /// Nodes that belong to each member, those that it shares with other members or with the stage itself
  /// included: the member is finished when all of these are.
  public var memberNodes: [[Int]]
  /// Whether no member will be added.
  public var isComplete: Bool
  /// The step that the family waits for; nil when it is complete.
  public var step: Int?
  /// How many further members there may be at most; nil where nobody can say.
  public var mostToCome: Int?
  /// How many members may fail in all rounds together, where not each round has a limit of its own.
  public var maximumFailures: Int?

  /// Nil if the family is not kept.
  func renumbered(_ ids: [Int?]) -> FamilyPlan? {
    guard let node = ids[node] else { return nil }
    var family = self
    family.node = node
    family.step = step.flatMap { ids[$0] }
    family.memberNodes = memberNodes.map { $0.compactMap { ids[$0] } }
    return family
  }
}

extension Node {
  /// Ids of the nodes whose outputs it uses; one may occur several times.
  public var usedNodes: [Int] {
    var used = inputs.map(\.source.node)
    for setting in settings.values {
      if case .output(let source) = setting { used.append(source.node) }
    }
    return used
  }

  /// The outputs that it uses; one may occur several times.
  public var usedPorts: [NodePort] {
    var used = inputs.map(\.source)
    for setting in settings.values { if case .output(let source) = setting { used.append(source) } }
    return used
  }

  fileprivate func renumbered(_ ids: [Int?]) -> Node? {
    guard let id = ids[id] else { return nil }
    var node = self
    node.id = id
    node.inputs = inputs.map { $0.renumbered(ids) }
    if var relay = relay {
      relay.family = ids[relay.family] ?? relay.family
      node.relay = relay
    }
    for (name, setting) in settings {
      if case .output(let source) = setting, let source = source.renumbered(ids) {
        node.settings[name] = .output(source)
      }
    }
    return node
  }
}

extension NodeInput {
  func renumbered(_ ids: [Int?]) -> NodeInput {
    var input = self
    input.source = source.renumbered(ids) ?? source
    return input
  }
}

extension NodePort {
  func renumbered(_ ids: [Int?]) -> NodePort? { ids[node].map { NodePort(node: $0, port: port) } }
}
