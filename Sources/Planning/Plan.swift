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
    self.pipeline = pipeline
    (nodes, families, state) = (planner.nodes, planner.families, planner.state)
    forgetContentIfComplete()
  }

  /// Asks the design of a family that is not complete for more members, given the scores of those it has.
  /// - Parameters:
  ///   - family: position in `families`.
  ///   - scores: as many as `FamilyPlan.scores`, in its order; nil where a member failed or gave no number.
  /// - Returns: ids of the new nodes. The family's own node has gained inputs for them.
  /// - Throws: `PlanError`; the plan is then as it was.
  public mutating func extend(family: Int, scores: [Double?], catalogue: Catalogue) throws -> Range<Int> {
    precondition(!families[family].isComplete, "the family has all its members")
    precondition(scores.count == families[family].scores.count, "every score")
    let count = nodes.count
    var planner = Planner(state: state, nodes: nodes, families: families, catalogue: catalogue)
    try planner.extend(family: family, scores: scores)
    (nodes, families, state) = (planner.nodes, planner.families, planner.state)
    forgetContentIfComplete()
    return count..<nodes.count
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
    var checks: [Int: [Int]] = [:]
    for family in families where !family.isComplete { checks[family.node] = family.scores.map(\.node) }
    while let id = stack.popLast() {
      guard !isKept[id] else { continue }
      isKept[id] = true
      stack += nodes[id].usedNodes + (checks[id] ?? [])
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
    families = families.compactMap { $0.renumbered(renumbered) }
    state.renumber(renumbered)
  }

  /// Content is looked up only while members may still be added.
  private mutating func forgetContentIfComplete() {
    if families.allSatisfy(\.isComplete) { state.known = [:] }
  }
}

/// A family in a plan. One that is nested in another has one of these for each member of the outer one.
public struct FamilyPlan: Sendable {
  /// The node that gathers the members, and the stage's name.
  public var node: Int
  /// Name of the family.
  public var stage: String
  /// For a search: the scores of each member so far, one member after the other. For an ensemble that checks itself:
  /// what each check so far gave.
  public var scores: [NodePort]
  /// 0 for ensembles.
  public var scoresPerMember = 1
  /// Nodes that belong to each member, those that it shares with other members or with the stage itself
  /// included: the member is finished when all of these are.
  public var memberNodes: [[Int]]
  /// Whether no member will be added.
  public var isComplete: Bool

  /// Nil if the family is not kept.
  func renumbered(_ ids: [Int?]) -> FamilyPlan? {
    guard let node = ids[node] else { return nil }
    var family = self
    family.node = node
    family.scores = scores.compactMap { $0.renumbered(ids) }
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

  fileprivate func renumbered(_ ids: [Int?]) -> Node? {
    guard let id = ids[id] else { return nil }
    var node = self
    node.id = id
    node.inputs = inputs.map { input in
      var input = input
      input.source = input.source.renumbered(ids) ?? input.source
      return input
    }
    for (name, setting) in settings {
      if case .output(let source) = setting, let source = source.renumbered(ids) {
        node.settings[name] = .output(source)
      }
    }
    return node
  }
}

extension NodePort {
  func renumbered(_ ids: [Int?]) -> NodePort? { ids[node].map { NodePort(node: $0, port: port) } }
}
