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
  /// Non-nil for the node of a family, and for a step: what varies, and each member's values.
  public var members: NodeMembers?
  /// What few nodes have; see the extension.
  @usableFromInline var rare: RareBox?
  /// Where the stage stands in the manifest.
  public var place: SourcePlace

  /// A node of the plan without members, with the outputs of its signature.
  public init(
    id: Int, name: NodeName, signature: StageSignature, settings: NameTable<NodeSetting>,
    inputs: [NodeInput], place: SourcePlace
  ) {
    (self.id, self.name, self.signature) = (id, name, signature)
    (self.settings, self.inputs, outputs) = (settings, inputs, signature.outputs)
    (members, self.place) = (nil, place)
  }
}

/// What few nodes have. A plan may hold a hundred thousand, so it is behind a reference.
private struct RareProperties: Sendable {
  var wanted: Set<String>?
  var volatile: Set<String> = []
  var isIntermediate = false
  var relay: NodeRelay?
  var chunk: ChunkPlan?
  var chunkSizes: [Int] = []
}

@usableFromInline
final class RareBox: Sendable {
  fileprivate let properties: RareProperties
  fileprivate init(_ properties: RareProperties) { self.properties = properties }
}

extension Node {
  private var properties: RareProperties {
    get { rare?.properties ?? RareProperties() }
    set { rare = RareBox(newValue) }
  }

  /// Whether it has none of what follows: a look that copies nothing, unlike those.
  @inlinable public var isPlain: Bool { rare == nil }

  /// Outputs to make, where some are made on demand only; nil for all. Never part of the recipe.
  public var wanted: Set<String>? {
    get { rare?.properties.wanted }
    set { properties.wanted = newValue }
  }

  /// Outputs that are dropped when the nodes that read them have run.
  public var volatile: Set<String> {
    get { rare?.properties.volatile ?? [] }
    set { properties.volatile = newValue }
  }

  /// Whether its volatile outputs are dropped as soon as all that reads them has run, whatever room there is.
  public var isIntermediate: Bool {
    get { rare?.properties.isIntermediate ?? false }
    set { properties.isIntermediate = newValue }
  }

  /// Non-nil for a node that does nothing but stand for an output of a step that is not known yet.
  public var relay: NodeRelay? {
    get { rare?.properties.relay }
    set { properties.relay = newValue }
  }

  /// Non-nil for a node that computes many members of a family.
  public var chunk: ChunkPlan? {
    get { rare?.properties.chunk }
    set { properties.chunk = newValue }
  }

  /// For a family's node, or a step, whose members lie in chunks: how many each of these holds.
  public var chunkSizes: [Int] {
    get { rare?.properties.chunkSizes ?? [] }
    set { properties.chunkSizes = newValue }
  }
}

/// `fit`, `fit[ensemble 3]`, `model.data[ensemble 3]` (noise added to an output).
public struct NodeName: Hashable, Sendable, CustomStringConvertible {
  /// A link of the chain.
  public struct Member: Hashable, Sendable {
    /// Name of the family.
    public var family: String
    /// Round of a family that is called by rounds.
    public var round: Int?
    /// Row of the round, or number in the family.
    public var index: Int
    /// In place of the number: the event that the member is computed for.
    public var label: String?

    /// A member of a family.
    public init(family: String, round: Int? = nil, index: Int, label: String? = nil) {
      (self.family, self.round, self.index, self.label) = (family, round, index, label)
    }
  }

  /// Name of the stage in the manifest.
  public var stage: String
  /// Outermost family first; empty for a base node.
  public var members: [Member]

  /// A stage, or a member's copy of it.
  public init(stage: String, members: [Member] = []) { (self.stage, self.members) = (stage, members) }

  /// As users see it.
  public var description: String {
    stage + members.map { "[\($0)]" }.joined()
  }
}

extension NodeName.Member: CustomStringConvertible {
  /// `ensemble 3`, `posterior 12.5`, `event crete`.
  public var description: String {
    "\(family) \(label ?? (round.map { "\($0).\(index)" } ?? "\(index)"))"
  }
}

/// An output of a family's state as it was at some iteration: the step that gives it is known when it is reached.
public struct NodeRelay: Hashable, Sendable {
  /// The family's own node.
  public var family: Int
  /// Nil for the last one.
  public var iteration: Int?
  /// The output of the step.
  public var port: String
  /// Whether it is handed on with the rest of the state, as it lay beside it; else it is what belongs to the iteration (its
  /// gradient, which may be known a step later).
  public var isPartOfState = false
  /// Where the family ended before, the last iteration that it has reached.
  public var last: Int?
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
  /// Whose output it is in a family: nobody's, a member's, or a step's report.
  public enum Part: Hashable, Sendable {
    case whole
    /// Position in `NodeMembers.values`.
    case member(Int)
    /// The report of a step.
    case step(Int)
    /// What a chunk holds of its members.
    case chunk(Int)
  }

  /// Input port; for a member's artefact the role that it has.
  public var port: String
  /// What of the family's members it is.
  public var part: Part
  /// The output that feeds it.
  public var source: NodePort

  /// - Parameter member: whose output it is, for a family's own node.
  public init(port: String, member: Int? = nil, source: NodePort) {
    (self.port, self.source) = (port, source)
    part = member.map { .member($0) } ?? .whole
  }

  /// The report of the step of a round.
  public init(port: String, step: Int, source: NodePort) {
    (self.port, self.part, self.source) = (port, .step(step), source)
  }

  /// What a chunk of members gives.
  public init(port: String, chunk: Int, source: NodePort) {
    (self.port, self.part, self.source) = (port, .chunk(chunk), source)
  }

  /// Position in `NodeMembers.values` for what belongs to a member; nil for everything else.
  public var member: Int? { if case .member(let index) = part { index } else { nil } }

  /// Number of the chunk that it comes from; nil for everything else.
  public var chunk: Int? { if case .chunk(let index) = part { index } else { nil } }

  /// What stands in brackets behind the port.
  public var index: Int? {
    switch part {
    case .whole: nil
    case .member(let index), .step(let index), .chunk(let index): index
    }
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
  /// What the values are drawn from, where the recipe tells it.
  public var draws: [MemberDraw] = []
  /// Names of the cases that each member was computed for: folds by number, events by name.
  public var cases: [String] = []
  /// Of values that are numbers of another stage's table: the input that has it → position among the variables. In
  /// `values` they are missing.
  public var cells: [String: Int] = [:]
  /// What its members give, in the order of the repeated stage's outputs.
  public var ports: [MemberPort] = []
  /// `stage.setting` by names of variables and streams that are no setting's or output's own: for people, in no recipe.
  public var labels: [String: String] = [:]
  /// The family goes on while no more members than this have failed.
  public var maximumFailures: Int

  /// - Parameter maximumFailures: members that may fail without the family failing.
  public init(variables: [MemberVariable], values: [[Double]], maximumFailures: Int) {
    (self.variables, self.values, self.maximumFailures) = (variables, values, maximumFailures)
  }
}

/// A `~` line as a step knows it: by kind of stage and setting, never by the stage's name.
public struct MemberDraw: Hashable, Sendable {
  /// `setting`, or `kind.setting` where two share it.
  public var label: String
  /// Its distribution and how it is drawn.
  public var variable: DesignRequest.Variable

  /// A `~` line's column, and what is drawn for it.
  public init(label: String, variable: DesignRequest.Variable) {
    (self.label, self.variable) = (label, variable)
  }
}
