public import Manifests

/// One thing to do: a stage of the manifest, a member's copy of one, or the noise added to an output.
/// Nodes are identified by their position in `Plan.nodes`.
public struct Node: Sendable {
  /// Its position in `Plan.nodes`.
  public var id: Int
  /// Stage of the manifest and, for members, the chain of (family, index) it belongs to.
  public var name: NodeName
  /// Of its kind, with what the stage declares.
  public var signature: StageSignature
  /// Every setting that has a value, defaults included.
  public var settings: NameTable<NodeSetting>
  /// In the order of the signature, members' behind the others.
  public var inputs: [NodeInput]
  /// Output ports of this node (a search adds `best_<setting>` to its signature's).
  public var outputs: [OutputSpec]
  /// Non-nil for the node of a family: what varies, and each member's values.
  public var members: NodeMembers?
  /// Where the stage stands in the manifest.
  public var place: SourcePlace

  /// A node of the plan; `members` for a family's own.
  public init(
    id: Int, name: NodeName, signature: StageSignature, settings: NameTable<NodeSetting>,
    inputs: [NodeInput], outputs: [OutputSpec], members: NodeMembers? = nil, place: SourcePlace
  ) {
    (self.id, self.name, self.signature) = (id, name, signature)
    (self.settings, self.inputs, self.outputs) = (settings, inputs, outputs)
    (self.members, self.place) = (members, place)
  }
}

/// `fit`, `fit[ensemble 3]`, `model.data[ensemble 3]` (noise added to an output).
public struct NodeName: Hashable, Sendable, CustomStringConvertible {
  /// A link of the chain.
  public struct Member: Hashable, Sendable {
    /// Name of the family.
    public var family: String
    /// Of the member, from 0.
    public var index: Int
    /// A member of a family.
    public init(family: String, index: Int) { (self.family, self.index) = (family, index) }
  }

  /// Name of the stage in the manifest.
  public var stage: String
  /// Outermost family first; empty for a base node.
  public var members: [Member]

  /// A stage, or a member's copy of it.
  public init(stage: String, members: [Member] = []) { (self.stage, self.members) = (stage, members) }

  /// As users see it.
  public var description: String {
    stage + members.map { "[\($0.family) \($0.index)]" }.joined()
  }
}

/// Where a setting's value comes from.
public enum NodeSetting: Hashable, Sendable {
  case value(SettingValue)
  /// The scalar that another node gives; its number, not its origin, enters the recipe.
  case output(NodePort)
}

/// An output of a node.
public struct NodePort: Hashable, Sendable {
  /// Number of the node.
  public var node: Int
  /// Name of the output.
  public var port: String
  /// An output of a node.
  public init(node: Int, port: String) { (self.node, self.port) = (node, port) }
}

/// An input of a node, and what feeds it.
public struct NodeInput: Hashable, Sendable {
  /// Input port; for a member's artefact the port of the member's output.
  public var port: String
  /// Position in `NodeMembers.values` for a family's node; nil for its ordinary inputs.
  public var member: Int?
  /// The output that feeds it.
  public var source: NodePort

  /// - Parameter member: whose output it is, for a family's own node.
  public init(port: String, member: Int? = nil, source: NodePort) {
    (self.port, self.member, self.source) = (port, member, source)
  }
}

/// What a family varies from member to member.
public struct MemberVariable: Hashable, Sendable {
  /// Unique within the family.
  public var name: String
  /// Of its values.
  public var dimension: PhysicalDimension

  /// A variable of a name.
  public init(name: String, dimension: PhysicalDimension = .dimensionless) {
    (self.name, self.dimension) = (name, dimension)
  }

  /// Unit of its values as files write it; nil for a plain number, which may have a unit that no manifest knows.
  public var units: String? { dimension == .dimensionless ? nil : dimension.units }

  /// A value as files, tables and logs give it, in `units`.
  public func filed(_ value: Double) -> Double { dimension.filed(value) }

  /// The same with its unit, for logs.
  public func inWords(_ value: Double) -> String { "\(filed(value))" + (units.map { " \($0)" } ?? "") }
}

/// What a family's own node knows of its members.
public struct NodeMembers: Hashable, Sendable {
  /// What varies.
  public var variables: [MemberVariable]
  /// Of each member, in the order of the variables, canonical units.
  public var values: [[Double]]
  /// Names of the random streams of perturbed outputs, where the design says which member draws which of them.
  public var perturbations: [String] = []
  /// The family goes on while no more members than this have failed.
  public var maximumFailures: Int

  /// - Parameter maximumFailures: members that may fail without the family failing.
  public init(variables: [MemberVariable], values: [[Double]], maximumFailures: Int) {
    (self.variables, self.values, self.maximumFailures) = (variables, values, maximumFailures)
  }
}
