public import Manifests

/// One thing to do: a stage of the manifest, a member's copy of one, or the noise added to an output.
/// Nodes are identified by their position in `Plan.nodes`.
public struct Node: Sendable {
  public var id: Int
  /// Stage of the manifest and, for members, the chain of (family, index) it belongs to.
  public var name: NodeName
  public var signature: StageSignature
  public var settings: NameTable<NodeSetting>
  public var inputs: [NodeInput]
  /// Output ports of this node (a search adds `best_<setting>` to its signature's).
  public var outputs: [OutputSpec]
  /// Non-nil for the node of a family: what varies, and each member's values.
  public var members: NodeMembers?
  /// Where the stage stands in the manifest.
  public var place: SourcePlace

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
  public struct Member: Hashable, Sendable {
    public var family: String
    public var index: Int
    public init(family: String, index: Int) { (self.family, self.index) = (family, index) }
  }

  public var stage: String
  public var members: [Member]

  public init(stage: String, members: [Member] = []) { (self.stage, self.members) = (stage, members) }

  public var description: String {
    stage + members.map { "[\($0.family) \($0.index)]" }.joined()
  }
}

public enum NodeSetting: Hashable, Sendable {
  case value(SettingValue)
  /// The scalar that another node gives; its number, not its origin, enters the recipe.
  case output(NodePort)
}

public struct NodePort: Hashable, Sendable {
  public var node: Int
  public var port: String
  public init(node: Int, port: String) { (self.node, self.port) = (node, port) }
}

public struct NodeInput: Hashable, Sendable {
  /// Input port; for a member's artefact the port of the member's output.
  public var port: String
  /// Position in `NodeMembers.values` for a family's node; nil for its ordinary inputs.
  public var member: Int?
  public var source: NodePort

  public init(port: String, member: Int? = nil, source: NodePort) {
    (self.port, self.member, self.source) = (port, member, source)
  }
}

/// What a family varies from member to member.
public struct MemberVariable: Hashable, Sendable {
  /// Unique within the family.
  public var name: String
  public var dimension: PhysicalDimension

  public init(name: String, dimension: PhysicalDimension = .dimensionless) {
    (self.name, self.dimension) = (name, dimension)
  }

  /// Unit of its values as files write it; nil for a plain number, which may have a unit that no manifest knows.
  public var units: String? { dimension == .dimensionless ? nil : dimension.units }
}

public struct NodeMembers: Hashable, Sendable {
  public var variables: [MemberVariable]
  public var values: [[Double]]
  /// Names of the random streams of perturbed outputs, where the design says which member draws which of them.
  public var perturbations: [String] = []
  /// The family goes on while no more members than this have failed.
  public var maximumFailures: Int

  public init(variables: [MemberVariable], values: [[Double]], maximumFailures: Int) {
    (self.variables, self.values, self.maximumFailures) = (variables, values, maximumFailures)
  }
}
