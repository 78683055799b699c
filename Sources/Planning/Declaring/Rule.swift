import Manifests

/// What a section of a kind must observe beside the types of its settings. `pipe check` tells every breach of every
/// stage at once, with the line and what to do; where values are drawn or come from other stages, the rules about
/// values hold for each member when it runs.
///
///     rules: [
///       .only(width, with: filter, in: .lowpass, .highpass),
///       .needs(width, with: filter, in: .lowpass, .highpass),
///       .atMostOne(width, widths),
///       .needs(weight, with: referenceModel, because: "a reference has no effect without a weight"),
///       .ascending(limits),
///     ]
///
/// Whatever belongs to a choice that is not made is refused by `.only` wherever it is written, by the stage's section,
/// a profile, `--set` or a family's `~`.
public struct Rule: Declaration {
  enum Form: Sendable {
    case only([DeclaredName], Condition)
    case needs(DeclaredName, Condition)
    case atMostOne([DeclaredName])
    case atLeastOne([DeclaredName], Condition?)
    /// `told` says on the kind's page what must hold; the complaint of a breach follows the names.
    case values([String], Condition?, told: String, complaint: @Sendable (SectionFacts) -> String?)
    case asMany([String], as: String, otherwise: Int?, what: String)
    case someNonzero([String], what: String)
  }

  let form: Form
  let reason: String?

  private init(_ form: Form, because reason: String? = nil) { (self.form, self.reason) = (form, reason) }

  /// Adds it behind the rules declared before.
  public func declare(in signature: inout StageSignature) { signature.rules.append(self) }

  /// Every setting and input that it mentions.
  var names: [String] {
    switch form {
    case .only(let entries, let condition): entries.map(\.name) + condition.names
    case .needs(let entry, let condition): [entry.name] + condition.names
    case .atMostOne(let entries): entries.map(\.name)
    case .atLeastOne(let entries, let condition): entries.map(\.name) + (condition?.names ?? [])
    case .values(let names, let condition, _, _): names + (condition?.names ?? [])
    case .asMany(let lists, let first, _, _): [first] + lists
    case .someNonzero(let names, _): names
    }
  }
}

// MARK: What belongs to what

extension Rule {
  /// These are refused where the condition does not hold.
  public static func only(
    _ entries: any DeclaredEntry..., when condition: Condition, because reason: String? = nil
  ) -> Rule {
    Rule(.only(entries.map(\.declaredName), condition), because: reason)
  }

  /// Each of these is refused where the other is not given.
  public static func only(_ entries: [any DeclaredEntry], with other: any DeclaredEntry) -> Rule {
    Rule(.only(entries.map(\.declaredName), other.isGiven))
  }

  /// These are refused unless the setting has one of the values.
  public static func only<Value: Equatable>(
    _ entries: any DeclaredEntry..., with setting: Setting<Value>, in values: Value...,
    because reason: String? = nil
  ) -> Rule {
    Rule(.only(entries.map(\.declaredName), setting.is(anyOf: values)), because: reason)
  }

  /// These are refused where the other is not given.
  public static func only(
    _ entries: any DeclaredEntry..., with other: any DeclaredEntry, because reason: String? = nil
  ) -> Rule {
    Rule(.only(entries.map(\.declaredName), other.isGiven), because: reason)
  }

  /// It must be given where the condition holds.
  public static func needs(
    _ entry: any DeclaredEntry, when condition: Condition, because reason: String? = nil
  ) -> Rule {
    Rule(.needs(entry.declaredName, condition), because: reason)
  }

  /// It must be given where the setting has one of the values.
  public static func needs<Value: Equatable>(
    _ entry: any DeclaredEntry, with setting: Setting<Value>, in values: Value...,
    because reason: String? = nil
  ) -> Rule {
    Rule(.needs(entry.declaredName, setting.is(anyOf: values)), because: reason)
  }

  /// It must be given where the other is.
  public static func needs(
    _ entry: any DeclaredEntry, with other: any DeclaredEntry, because reason: String? = nil
  ) -> Rule {
    Rule(.needs(entry.declaredName, other.isGiven), because: reason)
  }
}

// MARK: How many

extension Rule {
  /// Only one of these may be given.
  public static func atMostOne(_ entries: any DeclaredEntry..., because reason: String? = nil) -> Rule {
    Rule(.atMostOne(entries.map(\.declaredName)), because: reason)
  }

  /// One of these must be given, always or where the condition holds.
  public static func atLeastOne(
    _ entries: any DeclaredEntry..., when condition: Condition? = nil, because reason: String? = nil
  ) -> Rule {
    Rule(.atLeastOne(entries.map(\.declaredName), condition), because: reason)
  }

  /// One of these must be given where the other is.
  public static func atLeastOne(of entries: [any DeclaredEntry], with other: any DeclaredEntry) -> Rule {
    Rule(.atLeastOne(entries.map(\.declaredName), other.isGiven))
  }

  /// One of these must be given where the setting has one of the values.
  public static func atLeastOne<Value: Equatable>(
    _ entries: any DeclaredEntry..., with setting: Setting<Value>, in values: Value...,
    because reason: String? = nil
  ) -> Rule {
    Rule(.atLeastOne(entries.map(\.declaredName), setting.is(anyOf: values)), because: reason)
  }
}

// MARK: Values

extension Rule {
  /// What a value must be.
  ///
  /// - Parameters:
  ///   - told: what must hold, as it follows the name on the kind's page: "goes from low to high".
  ///   - condition: where it must; always if nil.
  ///   - complaint: nil for a value that is good; else what follows its name in a message: "goes from low to high, but
  ///     3 is not below 1". It is not asked for values that are not known.
  public static func check<Value>(
    _ setting: Setting<Value>, _ told: String, when condition: Condition? = nil,
    complaint: @escaping @Sendable (Value) -> String?
  ) -> Rule {
    Rule(
      .values([setting.name], condition, told: told) { facts in
        facts.value(of: setting).flatMap(complaint)
      })
  }

  /// What two values must be to each other.
  public static func check<First, Second>(
    _ first: Setting<First>, _ second: Setting<Second>, _ told: String, when condition: Condition? = nil,
    complaint: @escaping @Sendable (First, Second) -> String?
  ) -> Rule {
    Rule(
      .values([first.name, second.name], condition, told: told) { facts in
        guard let one = facts.value(of: first), let other = facts.value(of: second) else { return nil }
        return complaint(one, other)
      })
  }

  /// What three values must be to each other.
  public static func check<First, Second, Third>(
    _ first: Setting<First>, _ second: Setting<Second>, _ third: Setting<Third>, _ told: String,
    when condition: Condition? = nil, complaint: @escaping @Sendable (First, Second, Third) -> String?
  ) -> Rule {
    Rule(
      .values([first.name, second.name, third.name], condition, told: told) { facts in
        guard let one = facts.value(of: first), let two = facts.value(of: second),
          let three = facts.value(of: third)
        else { return nil }
        return complaint(one, two, three)
      })
  }

  /// A list whose numbers rise from each to the next.
  public static func ascending<Value>(_ list: Setting<Value>, when condition: Condition? = nil) -> Rule {
    Rule(
      .values([list.name], condition, told: "goes from low to high") { facts in
        guard !facts.unknown.contains(list.name), case .list(let elements)? = facts.values[list.name] else {
          return nil
        }
        let fault = zip(elements, elements.dropFirst()).first { pair in
          guard case (.number(let low), .number(let high)) = pair else { return false }
          return !(low < high)
        }
        guard let (low, high) = fault else { return nil }
        let type = list.spec.type.listType?.0
        return
          "goes from low to high, but \(display(low, type: type)) is not below \(display(high, type: type))"
      })
  }

  /// Lists with an element for each of the same things, of which one says how many there are: those that are given.
  ///
  /// - Parameters:
  ///   - first: the list that says how many.
  ///   - otherwise: how many there are where it is left out; nil: nothing is said then.
  ///   - what: what there is an element for: "layer".
  public static func asMany(
    _ lists: [any DeclaredEntry], as first: any DeclaredEntry, otherwise: Int? = nil, forEach what: String
  ) -> Rule {
    Rule(.asMany(lists.map(\.name), as: first.name, otherwise: otherwise, what: what))
  }

  /// A number that may not be zero, if it is given.
  public static func nonzero<Value>(_ setting: Setting<Value>, because reason: String) -> Rule {
    Rule(
      .values([setting.name], nil, told: "is not zero: \(reason)") { facts in
        guard !facts.unknown.contains(setting.name), facts.values[setting.name] == .number(ExactDecimal(0))
        else {
          return nil
        }
        return "is zero: \(reason)"
      })
  }

  /// Numbers of which, where any is given, one at least is not zero.
  ///
  /// - Parameter what: what has no effect otherwise: "an event without an amplitude makes no waves".
  public static func someNonzero(of numbers: [any DeclaredEntry], because what: String) -> Rule {
    Rule(.someNonzero(numbers.map(\.name), what: what))
  }
}
