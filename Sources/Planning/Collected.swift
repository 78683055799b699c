/// What an ensemble keeps of an output of each member: said by the output, so that a new kind needs no other file.
public struct Collected: Hashable, Sendable, ExpressibleByBooleanLiteral {
  /// Whether it keeps anything.
  public var isKept: Bool
  /// Names of the variables that it keeps; empty: all that hold numbers.
  public var variables: [String] = []
  /// In front of the names of their dimensions, where those of another output have the same names and other sizes.
  public var prefix = ""

  /// All of it, or nothing.
  public init(booleanLiteral isKept: Bool) { self.isKept = isKept }

  /// All of it where something holds.
  public init(if isKept: Bool) { self.isKept = isKept }

  /// Some variables.
  public static func variables(_ names: [String], prefix: String = "") -> Collected {
    var collected: Collected = true
    (collected.variables, collected.prefix) = (names, prefix)
    return collected
  }
}

/// A port of a family's members, as its own node and its steps know it, in the order of the repeated stage's outputs.
public struct MemberPort: Hashable, Sendable {
  /// Among `StageContext.Member.inputs`.
  public var name: String
  /// Of the artefact.
  public var type: PortType
  /// What is kept of it.
  public var collected: Collected

  /// A port of a type.
  public init(_ name: String, _ type: PortType, _ collected: Collected = true) {
    (self.name, self.type, self.collected) = (name, type, collected)
  }
}

extension [OutputSpec] {
  /// What an ensemble keeps of a stage: what is marked for it, or else the first grid, the first table, or all numbers.
  var collected: [OutputSpec] {
    let marked = filter(\.isCollected)
    guard marked.isEmpty else { return marked }
    if let only = first(where: { $0.type.isPlainGrid }) ?? first(where: { $0.type.form == .table }) {
      return [only]
    }
    return filter(\.type.isScalar)
  }
}
