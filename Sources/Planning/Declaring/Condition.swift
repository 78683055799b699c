/// What a section says or leaves open, for rules: `method.is(.filter)`, `mask.isGiven`, joined by `&&`, `||` and `!`.
public struct Condition: Sendable {
  enum Form: Sendable {
    /// A setting has one of some values, of which `values` tells; `found` is the text of the value that it has.
    case choice(
      setting: String, values: String, found: @Sendable (SectionFacts) -> String?,
      test: @Sendable (SectionFacts) -> Bool?)
    case given(DeclaredName)
    /// What feeds an input is of one of these types.
    case carries(input: String, [PortType])
    indirect case all(Condition, Condition)
    indirect case any(Condition, Condition)
    indirect case not(Condition)
  }

  let form: Form

  /// Where both hold.
  public static func && (left: Condition, right: Condition) -> Condition {
    Condition(form: .all(left, right))
  }
  /// Where either holds.
  public static func || (left: Condition, right: Condition) -> Condition {
    Condition(form: .any(left, right))
  }

  /// Where it does not hold.
  public static prefix func ! (condition: Condition) -> Condition {
    if case .not(let inner) = condition.form { inner } else { Condition(form: .not(condition)) }
  }
}

/// The name of a setting or input.
struct DeclaredName: Sendable, Hashable {
  var name: String
  var isInput: Bool
}

extension DeclaredEntry {
  /// Whether the section has a line of it, or a family changes it.
  public var isGiven: Condition { Condition(form: .given(declaredName)) }

  var declaredName: DeclaredName { DeclaredName(name: name, isInput: self is any InputEntry) }
}

/// Tells inputs from settings.
protocol InputEntry: DeclaredEntry {}

extension Input: InputEntry {
  /// Whether what feeds the input is of one of these types; false where nothing feeds it.
  public func carries(_ types: PortType...) -> Condition { Condition(form: .carries(input: name, types)) }
}

extension Setting where Value: Equatable {
  /// Whether the setting has one of these values, written or by its default. Where a stage gives the value it is
  /// unknown, and where a family draws it the section's own counts.
  public func `is`(_ values: Value...) -> Condition { self.is(anyOf: values) }

  func `is`(anyOf values: [Value]) -> Condition {
    let words = values.map { text($0) ?? "nothing" }
    return Condition(
      form: .choice(setting: name, values: words.joined(separator: " or ")) { facts in
        facts.value(of: self).flatMap(text)
      } test: { facts in
        facts.value(of: self).map { values.contains($0) }
      })
  }

  /// Manifest text; nil for a setting that is left out and has no value then.
  private func text(_ value: Value) -> String? { write(value).map { display($0, type: spec.type) } }
}

extension Setting where Value == Bool {
  /// Whether it is yes.
  public var isOn: Condition { self.is(true) }
}

// MARK: - truth

extension Condition {
  /// Whether it holds; nil where the manifest alone does not tell.
  func holds(in facts: SectionFacts) -> Bool? {
    switch form {
    case .choice(_, _, _, let test): test(facts)
    case .given(let entry): facts.isGiven(entry.name)
    case .carries(let input, let types): facts.carries(input, types)
    case .not(let inner): inner.holds(in: facts).map { !$0 }
    case .all(let left, let right):
      switch (left.holds(in: facts), right.holds(in: facts)) {
      case (false?, _), (_, false?): false
      case (true?, true?): true
      default: nil
      }
    case .any(let left, let right):
      switch (left.holds(in: facts), right.holds(in: facts)) {
      case (true?, _), (_, true?): true
      case (false?, false?): false
      default: nil
      }
    }
  }

  /// Names that it asks about, each once.
  var names: [String] {
    switch form {
    case .choice(let setting, _, _, _): [setting]
    case .given(let entry): [entry.name]
    case .carries(let input, _): [input]
    case .not(let inner): inner.names
    case .all(let left, let right), .any(let left, let right):
      left.names + right.names.filter { !left.names.contains($0) }
    }
  }
}

// MARK: - words

/// "with a = 1 and b, without 'c'": what stands beside a noun.
struct ConditionPhrase: Equatable {
  var with: [String] = []
  var without: [String] = []

  static func + (left: Self, right: Self) -> Self {
    Self(
      with: left.with + right.with.filter { !left.with.contains($0) },
      without: left.without + right.without.filter { !left.without.contains($0) })
  }

  var text: String {
    let parts = [("with", with, " and "), ("without", without, " or ")].filter { !$0.1.isEmpty }
    return parts.map { "\($0.0) \($0.1.joined(separator: $0.2))" }.joined(separator: " and ")
  }
}

extension Condition {
  /// What it asks for: "with method = filter, or with method = trend and 'mask'".
  var text: String { alternatives(negated: false).map(\.text).joined(separator: ", or ") }

  /// Phrases of which each alone makes it true (or, negated, false).
  private func alternatives(negated: Bool) -> [ConditionPhrase] {
    switch (form, negated) {
    case (.choice(let setting, let values, _, _), false): [ConditionPhrase(with: ["\(setting) = \(values)"])]
    case (.choice(let setting, let values, _, _), true):
      [ConditionPhrase(without: ["\(setting) = \(values)"])]
    case (.given(let entry), false): [ConditionPhrase(with: [entry.text])]
    case (.given(let entry), true): [ConditionPhrase(without: [entry.text])]
    case (.carries(let input, let types), false): [ConditionPhrase(with: [Self.carrying(input, types)])]
    case (.carries(let input, let types), true): [ConditionPhrase(without: [Self.carrying(input, types)])]
    case (.not(let inner), _): inner.alternatives(negated: !negated)
    case (.any(let left, let right), false), (.all(let left, let right), true):
      left.alternatives(negated: negated) + right.alternatives(negated: negated)
    case (.all(let left, let right), false), (.any(let left, let right), true):
      left.alternatives(negated: negated).flatMap { one in
        right.alternatives(negated: negated).map { one + $0 }
      }
    }
  }

  private static func carrying(_ input: String, _ types: [PortType]) -> String {
    "\(types.map(\.description).joined(separator: " or ")) as '\(input)'"
  }

  /// What the section has, or lacks, that makes it true or false as it is.
  func finding(in facts: SectionFacts) -> ConditionPhrase {
    let isTrue = holds(in: facts) == true
    switch form {
    case .choice(let setting, _, let found, _):
      guard let value = found(facts) else { return ConditionPhrase(without: ["'\(setting)'"]) }
      let isDefault = !facts.isGiven(setting)
      return ConditionPhrase(with: ["\(setting) = \(value)" + (isDefault ? " (default)" : "")])
    case .given(let entry):
      return isTrue ? ConditionPhrase(with: [entry.text]) : ConditionPhrase(without: [entry.text])
    case .carries(let input, _):
      guard let type = facts.ports[input] else { return ConditionPhrase(without: ["input '\(input)'"]) }
      return ConditionPhrase(with: ["\(type) as '\(input)'"])
    case .not(let inner): return inner.finding(in: facts)
    case .all(let left, let right):
      if isTrue { return left.finding(in: facts) + right.finding(in: facts) }
      return (left.holds(in: facts) == false ? left : right).finding(in: facts)
    case .any(let left, let right):
      if !isTrue { return left.finding(in: facts) + right.finding(in: facts) }
      return (left.holds(in: facts) == true ? left : right).finding(in: facts)
    }
  }
}

extension DeclaredName {
  fileprivate var text: String { isInput ? "input '\(name)'" : "'\(name)'" }
}
