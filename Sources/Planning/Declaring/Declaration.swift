/// Something that a kind of stage declares: a setting, a port, a rule between them, or several of these that kinds
/// share (`Declarations`).
public protocol Declaration: Sendable {
  /// Enters itself into the signature.
  func declare(in signature: inout StageSignature)
}

/// A setting or an input: what has a line of its own in a stage's section, and what rules are about.
public protocol DeclaredEntry: Declaration {
  var name: String { get }
}

/// What several kinds of stage declare alike, with the rules that go with it.
public struct Declarations: Declaration {
  private let parts: [any Declaration]
  private let rules: [Rule]

  /// Declarations that several kinds share, with the rules between them.
  public init(_ parts: [any Declaration], rules: [Rule] = []) { (self.parts, self.rules) = (parts, rules) }

  /// Declares all of them, in their order.
  public func declare(in signature: inout StageSignature) {
    for part in parts { part.declare(in: &signature) }
    for rule in rules { rule.declare(in: &signature) }
  }
}

extension StageSignature {
  /// The signature of a kind from what it declares. Settings, inputs and outputs stand on its page in this order.
  ///
  /// - Parameters:
  ///   - declares: everything that the kind reads and writes; what is read by `context[…]` and is not among these
  ///     can't be given in a manifest.
  ///   - rules: what a manifest must observe beside the types of settings: `pipe check` tells every breach.
  public init(
    kind: String, version: Int, summary: String, declares: [any Declaration], rules: [Rule] = [],
    family: FamilySpec? = nil
  ) {
    self.init(kind: kind, version: version, summary: summary)
    self.family = family
    for declaration in declares { declaration.declare(in: &self) }
    self.rules += rules
  }

  /// The same for a kind that repeats another.
  public func repeating(_ family: FamilySpec) -> StageSignature {
    var signature = self
    signature.family = family
    return signature
  }

  /// The same for a kind that only the planner makes.
  public var hidden: StageSignature {
    var signature = self
    signature.isPublic = false
    return signature
  }
}
