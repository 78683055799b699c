/// Rules as pages of kinds tell them.
extension StageSignature {
  /// What stands beside a setting or input: "only with method = filter", "needed with method = flat".
  public func notes(on name: String) -> [String] {
    let (only, needed) = belongings(of: name)
    return only.map { needed.contains($0) ? "only \($0), and needed then" : "only \($0)" }
      + needed.filter { !only.contains($0) }.map { "needed \($0)" }
  }

  private func belongings(of name: String) -> (only: [String], needed: [String]) {
    var (only, needed): ([String], [String]) = ([], [])
    for rule in rules {
      switch rule.form {
      case .only(let entries, let condition):
        if entries.contains(where: { $0.name == name }) { only.append(condition.text) }
      case .needs(let entry, let condition): if entry.name == name { needed.append(condition.text) }
      case .atMostOne, .atLeastOne, .values, .asMany, .someNonzero: break
      }
    }
    return (only, needed)
  }

  /// Sentences about several settings and inputs, or about values.
  public var ruleSentences: [String] {
    rules.compactMap { rule in
      let reason = rule.reason.map { ": \($0)" } ?? ""
      switch rule.form {
      case .only, .needs: return nil
      case .atMostOne(let entries): return "\(Self.list(entries, "and")) exclude each other\(reason)"
      case .atLeastOne(let entries, let condition):
        return "one of \(Self.list(entries, "and")) is needed" + (condition.map { " \($0.text)" } ?? "")
          + reason
      case .values(let names, let condition, let told, _):
        let subject = names.map { "'\($0)'" }.joined(separator: " and ")
        return "\(subject) \(told)" + (condition.map { ", \($0.text)" } ?? "")
      case .asMany(let lists, let first, let otherwise, let what):
        let subject = Self.list(lists.map { DeclaredName(name: $0, isInput: false) }, "and")
        return "\(subject) have a value for each \(what), as many as '\(first)'"
          + (otherwise.map { ", or \($0) without it" } ?? "")
      case .someNonzero(let names, let what):
        let subject = Self.list(names.map { DeclaredName(name: $0, isInput: false) }, "and")
        return "not all that are given of \(subject) are zero: \(what)"
      }
    }
  }

  private static func list(_ entries: [DeclaredName], _ word: String) -> String {
    let names = entries.map { $0.isInput ? "input '\($0.name)'" : "'\($0.name)'" }
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " \(word) " + last
  }
}
