import Manifests

/// A family as it is repeated in one place: by itself or inside a member of another.
final class Expansion: @unchecked Sendable {
  // Immutable once it is made; the scope that it lies in is complete before the first plan is handed out.
  let shape: FamilyShape
  let parent: MemberScope?
  let request: DesignRequest
  /// In the order of `shape.perturbations`.
  let noises: [Noise]

  init(shape: FamilyShape, parent: MemberScope?, request: DesignRequest, noises: [Noise]) {
    (self.shape, self.parent, self.request, self.noises) = (shape, parent, request, noises)
  }

  /// Whether its members lie in chunks.
  var isChunked: Bool { request.settings.optionalWord(FamilySpec.members) == "chunks" }

  var dropsIntermediates: Bool { request.settings.optionalWord(FamilySpec.intermediates) == "drop" }

  /// With the members around it, in a part of the plan.
  func renumbered(_ ids: [Int?]) -> Expansion {
    guard let parent else { return self }
    return Expansion(shape: shape, parent: parent.renumbered(ids), request: request, noises: noises)
  }
}

/// What the node of a family has of its own.
struct OwnNode: Sendable {
  var settings: NameTable<NodeSetting>
  /// Settings that may differ between copies of the family.
  var varying: [NodeSetting?]
  var arrows: [NodeInput]
}

/// Which round of a family, and the number of its first member.
struct RoundPlace {
  /// Nil where members are called by their number in the family.
  var round: Int?
  var first: Int
  /// Whether the family has ended, and its own node alone reads these.
  var isClosing = false

  func mayKeepOwn(_ row: RoundPlan.Row) -> Bool { row.draws != nil || round != nil }
}

/// A member's row of another stage's table.
enum MemberCell {
  /// The input by which a step or the family's node gets the number.
  static func port(_ variable: String) -> String { "drawn_\(VariableNames.inFiles(variable))" }
}

/// The members of a round.
struct BuiltRound: Sendable {
  struct Member: Sendable {
    var values: [Double]
    /// Positions of the roles that are read of it.
    var roles: [Int]
    /// One for each case.
    var scopes: [MemberScope] = []
    /// Every node that it uses and that is not merely upstream of it.
    var nodes: [Int] = []
  }

  var members: [Member] = []
  /// Nodes of many members each, instead of `members`, and how many each holds.
  var chunks: [(node: Int, rows: Int)] = []
  /// Of the members in chunks.
  var chunkValues: [[Double]] = []

  var values: [[Double]] { chunks.isEmpty ? members.map(\.values) : chunkValues }
  var nodes: [[Int]] { chunks.isEmpty ? members.map(\.nodes) : chunks.map { [$0.node] } }

  /// Role by role, each for all cases.
  /// - Parameter first: number of the first member, or of the first chunk.
  func inputs(of planner: Planner, from first: Int) -> [NodeInput] {
    var inputs: [NodeInput] = []
    for (number, chunk) in chunks.enumerated() {
      for output in planner.nodes[chunk.node].outputs {
        inputs.append(
          NodeInput(
            port: output.name, chunk: first + number,
            source: NodePort(node: chunk.node, port: output.name)))
      }
    }
    for (index, member) in members.enumerated() {
      for (variable, source) in (member.scopes.first?.cells ?? [:]).sorted(by: { $0.key < $1.key }) {
        let port = MemberCell.port(member.scopes[0].shape.variables[variable].name)
        inputs.append(NodeInput(port: port, member: first + index, source: source))
      }
      for role in member.roles {
        for scope in member.scopes {
          inputs.append(
            NodeInput(
              port: scope.port(role), member: first + index, source: planner.source(role, of: scope)))
        }
      }
    }
    return inputs
  }
}

extension Planner {
  func source(_ role: Int, of scope: MemberScope) -> NodePort {
    let output = scope.shape.roles[role].output
    return NodePort(node: node(of: output.stage, in: scope), port: output.port)
  }
}

/// The node that adds noise to an output, but for the member.
struct Noise: Sendable {
  /// Name of its input and of its output.
  static let port = "data"

  var signature: StageSignature
  var settings: NameTable<NodeSetting>
  /// Equal for equal settings.
  var number: Int
}

/// A member while its nodes are made, and as what a family inside of it lies in.
final class MemberScope: @unchecked Sendable {
  // Changed by the planner alone and only until the member's nodes are made.

  struct Identity {
    var family: String
    /// Number in the family.
    var member: Int
    var round: Int?
    var row: Int
    var isClosing = false
    var `case`: MemberCase?
  }

  /// In place of a node that the member does not want.
  static let absent = -1

  let expansion: Expansion
  let identity: Identity
  /// In the order of `shape.variables`; nil where the stage's own value holds.
  let values: [ExactDecimal?]
  /// In the order of `shape.perturbations`: which draw of the noise, nil for none. Nil for the member's own number.
  let draws: [Int?]?
  let chain: [NodeName.Member]
  /// In the order of `shape.moves`; empty for the arrows of the manifest.
  var moves: [NodePort] = []
  /// Variable → the number of a table that it is.
  var cells: [Int: NodePort] = [:]
  /// In the order of `shape.affected`.
  var nodes: [Int] = []
  /// Every node that the member uses and that is not merely upstream of it.
  var touched: [Int] = []

  var shape: FamilyShape { expansion.shape }
  var parent: MemberScope? { expansion.parent }
  var member: Int { identity.member }

  init(_ expansion: Expansion, identity: Identity, values: [ExactDecimal?], draws: [Int?]?) {
    (self.expansion, self.identity, self.values, self.draws) = (expansion, identity, values, draws)
    let index = identity.round == nil ? identity.member : identity.row
    let own = NodeName.Member(
      family: identity.family, round: identity.round, index: index,
      label: identity.isClosing ? "close.\(identity.row)" : nil)
    let ofCase = identity.case.map { NodeName.Member(family: $0.label, index: $0.index, label: $0.name) }
    chain = (expansion.parent?.chain ?? []) + [own] + (ofCase.map { [$0] } ?? [])
  }

  func draw(_ perturbation: Int) -> Int? {
    guard let draws else { return member }
    return draws[perturbation]
  }

  func value(_ value: MemberValue) -> SettingValue {
    switch value {
    case .fold: .number(ExactDecimal(identity.case?.index ?? 0))
    // They are the family's own, never left at a stage's value.
    case .given(let first, let count):
      .list(values[first..<first + count].map { .number($0 ?? ExactDecimal(0)) })
    }
  }

  /// What a role's port is called.
  func port(_ role: Int) -> String {
    let name = shape.roles[role].name
    return identity.case.map { $0.port(name) } ?? name
  }

  func renumbered(_ ids: [Int?]) -> MemberScope {
    let copy = MemberScope(expansion.renumbered(ids), identity: identity, values: values, draws: draws)
    copy.moves = moves.compactMap { $0.renumbered(ids) }
    copy.cells = cells.compactMapValues { $0.renumbered(ids) }
    copy.nodes = nodes.map { $0 < 0 ? $0 : ids[$0] ?? Self.absent }
    return copy
  }
}
