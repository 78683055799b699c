import Manifests

/// A rule that a section does not observe.
struct RuleBreach {
  var fact: RuleFact
  /// The setting or input to show; where the section has none of them, its header is shown.
  var subjects: [String]
  /// What it is at odds with, for a second place.
  var reason: String?
  /// All that the rule is about: none of it has a value that a stage could build on.
  var names: [String] = []
}

extension SectionFacts {
  /// Every breach, in the order of the rules, but first what is out of place: that then counts as left out.
  func breaches(of rules: [Rule], isDamaged: Bool) -> [RuleBreach] {
    var facts = self
    var breaches: [RuleBreach] = []
    var misplaced: Set<String> = []
    for rule in rules {
      guard case .only(let entries, let condition) = rule.form, condition.holds(in: self) == false else {
        continue
      }
      for entry in entries where isGiven(entry.name) && misplaced.insert(entry.name).inserted {
        let fact = RuleFact.outOfPlace(
          entry.subject, found: condition.finding(in: self).text, wanted: condition.text, because: rule.reason
        )
        breaches.append(
          RuleBreach(
            fact: fact, subjects: [entry.name], reason: condition.names.first { isGiven($0) },
            names: [entry.name]))
      }
    }
    facts.written.subtract(misplaced)
    facts.changed.subtract(misplaced)
    facts.unknown.subtract(misplaced)
    for name in misplaced { facts.values[name] = nil }
    for rule in rules {
      guard var breach = facts.breach(of: rule, misplaced, isDamaged: isDamaged) else { continue }
      breach.names = rule.names
      breaches.append(breach)
    }
    return breaches
  }

  private func breach(of rule: Rule, _ misplaced: Set<String>, isDamaged: Bool) -> RuleBreach? {
    switch rule.form {
    case .only: return nil
    case .needs(let entry, let condition):
      guard !isDamaged, !written.contains(entry.name), condition.holds(in: self) == true else { return nil }
      let found = condition.finding(in: self).text
      return RuleBreach(
        fact: .needed(entry.subject, found: found, because: rule.reason),
        subjects: condition.names.filter(written.contains))
    case .atMostOne(let entries):
      let found = entries.filter { isGiven($0.name) }
      guard found.count > 1 else { return nil }
      return RuleBreach(
        fact: .exclusive(found.map(\.subject), because: rule.reason), subjects: [found[found.count - 1].name],
        reason: found[0].name)
    case .atLeastOne(let entries, let condition):
      guard !isDamaged, !entries.contains(where: { written.contains($0.name) }),
        condition.map({ $0.holds(in: self) == true }) ?? true
      else { return nil }
      let found = condition?.finding(in: self).text ?? ""
      return RuleBreach(
        fact: .noneGiven(entries.map(\.subject), found: found, because: rule.reason),
        subjects: condition?.names.filter(written.contains) ?? [])
    case .values(let names, let condition, _, let complaint):
      guard !names.contains(where: misplaced.contains), condition.map({ $0.holds(in: self) == true }) ?? true,
        let complaint = complaint(self)
      else { return nil }
      let shown = names.filter(isGiven)
      return RuleBreach(
        fact: .valuesUnfit(names, reason: complaint), subjects: shown.last.map { [$0] } ?? [],
        reason: shown.count > 1 ? shown[0] : nil)
    case .asMany(let lists, let first, let otherwise, let what):
      guard !misplaced.contains(first), !unknown.contains(first),
        let expected = count(of: first) ?? otherwise,
        let name = lists.first(where: { name in count(of: name).map { $0 != expected } ?? false }),
        let found = count(of: name)
      else { return nil }
      let reason =
        "don't fit: \(found) \(found == 1 ? "value" : "values") of '\(name)' for \(expected) "
        + (expected == 1 ? what : what.hasSuffix("y") ? what.dropLast() + "ies" : what + "s")
      return RuleBreach(
        fact: .valuesUnfit([first, name], reason: reason), subjects: [name],
        reason: written.contains(first) ? first : nil)
    case .someNonzero(let names, let what):
      let given = names.filter(isGiven)
      guard !given.isEmpty, !given.contains(where: { misplaced.contains($0) || isOtherThanZero($0) }) else {
        return nil
      }
      return RuleBreach(
        fact: .valuesUnfit(given, reason: "\(given.count == 1 ? "is" : "are all") zero: \(what)"),
        subjects: [given[given.count - 1]], reason: given.count > 1 ? given[0] : nil)
    }
  }

  /// Whether a setting is not zero, or may not be: a family that draws it has its members checked one by one.
  private func isOtherThanZero(_ name: String) -> Bool {
    unknown.contains(name) || changed.contains(name) || values[name] != .number(ExactDecimal(0))
  }

  /// Elements of a list; nil of what is none, is not given or not known.
  private func count(of name: String) -> Int? {
    guard !unknown.contains(name), case .list(let elements)? = values[name] else { return nil }
    return elements.count
  }
}

extension DeclaredName {
  fileprivate var subject: RuleSubject { RuleSubject(name, isInput: isInput) }
}

/// A value that is drawn or comes from another stage, and is not what the kind takes: what `check` could not know.
public struct UnfitValues: Error, Equatable, CustomStringConvertible {
  /// What is wrong, as a sentence.
  public let description: String
}

extension StageSignature {
  /// What the values of a node must be that families and other stages have given: the rules about values and, for
  /// those that come from other stages, the type and bounds of the setting.
  ///
  /// - Parameters:
  ///   - inputs: names of those that are fed.
  ///   - received: settings whose values come from other stages.
  /// - Throws: the first breach.
  public func checkValues(
    of settings: Settings, inputs: some Sequence<String>, received: some Sequence<String>
  ) throws(UnfitValues) {
    for name in received { try checkRange(of: name, settings.values[name]) }
    guard !rules.isEmpty else { return }
    var facts = SectionFacts(values: settings.values)
    // What feeds an input is not known here, nor which defaults are written: those count as left out.
    facts.unknown = Set(inputs)
    facts.written = facts.unknown
    for spec in self.settings where settings.has(spec.name) {
      if case .defaultsTo = spec.presence { continue }
      facts.written.insert(spec.name)
    }
    let values = rules.filter { rule in
      switch rule.form {
      case .values, .asMany, .someNonzero: true
      case .only, .needs, .atMostOne, .atLeastOne: false
      }
    }
    if let breach = facts.breaches(of: values, isDamaged: false).first {
      throw UnfitValues(description: breach.fact.message)
    }
  }

  private func checkRange(of name: String, _ value: SettingValue?) throws(UnfitValues) {
    guard let spec = settings.first(where: { $0.name == name }), case .number(let number)? = value else {
      return
    }
    let shown = display(number, dimension: spec.type.numeric?.dimension ?? .dimensionless)
    if spec.type.singleNumeric == .integer, number.integer == nil {
      throw UnfitValues(description: "'\(name)' takes a whole number and was given \(shown)")
    }
    if let bound = KnownKind.setting(spec).boundBroken(by: number) {
      throw UnfitValues(description: "'\(name)' must be \(bound) and was given \(shown)")
    }
  }
}
