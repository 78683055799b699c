/// The graph of nodes that a pipeline comes to, in topological order.
public struct Plan: Sendable {
  public let pipeline: ResolvedPipeline
  /// Every node stands after the nodes it uses, except that the node of an unfinished sequential family
  /// gains inputs when `extend` adds members; its id stays.
  public private(set) var nodes: [Node]
  public private(set) var families: [FamilyPlan]

  public init(pipeline: ResolvedPipeline, catalogue: Catalogue) throws {
    fatalError("to be written")
  }

  /// Asks the design of a family that is not complete for more members, given the scores of those it has.
  /// - Returns: ids of the new nodes. The family's own node has gained inputs for them.
  public mutating func extend(family: Int, scores: [Double?], catalogue: Catalogue) throws -> Range<Int> {
    fatalError("to be written")
  }
}

/// A family in a plan.
public struct FamilyPlan: Sendable {
  /// The node that gathers the members, and the stage's name.
  public var node: Int
  public var stage: String
  /// For a search: the score of each member so far.
  public var scores: [NodePort]
  /// Nodes that belong to each member.
  public var memberNodes: [[Int]]
  public var isComplete: Bool
}
