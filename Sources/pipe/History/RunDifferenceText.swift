import Planning
import Reporting

/// How two runs differ, as lines. Members of a family are told in one line a setting and a result, unless
/// each is asked for.
struct RunDifferenceText {
  let difference: RunDifference
  /// Whether each member gets lines of its own.
  var showsMembers = false

  var lines: [String] {
    var lines: [String] = []
    func isOwn(_ node: NodeName) -> Bool { showsMembers || node.members.isEmpty }
    for change in difference.changes where isOwn(change.node) { lines.append(Self.text(change)) }
    if !showsMembers { lines += memberChanges }
    lines += names(difference.added).map { "\($0): only in the second run" }
    lines += names(difference.removed).map { "\($0): only in the first run" }
    for result in difference.results where isOwn(result.node) {
      lines += result.variables.map { "\(result.output) \($0.variable): \($0.text)" }
      if let remark = result.remark { lines.append("\(result.output): \(remark)") }
    }
    if !showsMembers { lines += memberResults }
    return lines + [sum]
  }

  private static func text(_ change: RunDifference.Change) -> String {
    "\(change.subject): \(change.old ?? "not set") → \(change.new ?? "not set")"
  }

  private var sum: String {
    func text(_ count: RunDifference.Count, _ noun: String) -> String {
      let are = count.equal == 1 ? "1 \(noun) is" : "\(count.equal) \(noun)s are"
      return "\(are) the same, \(count.different == 1 ? "1 differs" : "\(count.different) differ")"
    }
    let (stages, members) = (difference.ofStages, difference.ofMembers)
    let more = members.equal + members.different == 0 ? "" : "; " + text(members, "member's result")
    return text(stages, "result") + more
  }

  /// Names of stages, and how many members' nodes there are unless each is named.
  private func names(_ names: [String]) -> [String] {
    if showsMembers { return names }
    let stages = names.filter { !$0.contains("[") }
    let members = names.count - stages.count
    return stages + (members == 0 ? [] : [members == 1 ? "1 member's node" : "\(members) members' nodes"])
  }

  // MARK: - Folding

  /// `inversion[ensemble]` of `inversion[ensemble 3]`.
  private static func family(_ node: NodeName) -> String {
    node.stage + node.members.map { "[\($0.family)]" }.joined()
  }

  /// `3`, or `3, 0` for a member of a member.
  private static func index(_ node: NodeName) -> String {
    node.members.map { "\($0.index)" }.joined(separator: ", ")
  }

  /// `inversion[ensemble].damping: 0.1 → 0.14 in 20 members`
  private var memberChanges: [String] {
    let members = difference.changes.filter { !$0.node.members.isEmpty }
    return Self.grouped(members) { "\(Self.family($0.node)) \($0.setting ?? $0.subject)" }.map { group in
      let first = group[0]
      let subject = first.setting.map { "\(Self.family(first.node)).\($0)" } ?? Self.family(first.node)
      let change = "\(first.old ?? "not set") → \(first.new ?? "not set")"
      if group.count == 1 { return "\(subject): \(change) in member \(Self.index(first.node))" }
      if group.allSatisfy({ $0.old == first.old && $0.new == first.new }) {
        return "\(subject): \(change) in \(group.count) members"
      }
      return
        "\(subject): differs in \(group.count) members, in member \(Self.index(first.node)) \(change)"
    }
  }

  /// `inversion[ensemble].topography topography: 20 members differ, RMS difference 1.2 m, largest 8 m in member 3`
  private var memberResults: [String] {
    typealias Entry = (result: RunDifference.Result, variable: VariableDifference?)
    let entries = difference.results.filter { !$0.node.members.isEmpty }.flatMap { result -> [Entry] in
      result.variables.isEmpty ? [(result, nil)] : result.variables.map { (result, $0) }
    }
    return Self.grouped(entries) { entry in
      "\(Self.family(entry.result.node)).\(entry.result.port) \(entry.variable?.variable ?? "")"
    }.map { group in
      let name = "\(Self.family(group[0].result.node)).\(group[0].result.port)"
      let count = group.count == 1 ? "1 member differs" : "\(group.count) members differ"
      guard let first = group[0].variable else { return "\(name): \(count)" }
      let norms = MemberNorms(group.compactMap { entry in entry.variable.map { (entry.result.node, $0) } })
      guard let norms else {
        let example = "member \(Self.index(group[0].result.node)): \(first.text)"
        return "\(name) \(first.variable): \(count), \(example)"
      }
      let unit = first.units.map { $0 == "1" || $0.isEmpty ? "" : " " + $0 } ?? ""
      let digits = { (value: Double) in NumberText.significant(value, 3) + unit }
      let largest = "largest \(digits(norms.largest)) in member \(Self.index(norms.worst))"
      return "\(name) \(first.variable): \(count), RMS difference \(digits(norms.rms)), \(largest)"
    }
  }

  /// In the order of their first elements.
  private static func grouped<Element>(_ elements: [Element], by name: (Element) -> String) -> [[Element]] {
    var (order, groups): ([String], [String: [Element]]) = ([], [:])
    for element in elements {
      let name = name(element)
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(element)
    }
    return order.compactMap { groups[$0] }
  }
}

/// Norms of one variable over the members in which it differs.
struct MemberNorms {
  /// √(mean of the members' squared RMS differences), and the largest difference of all.
  let rms, largest: Double
  /// The member that has it.
  let worst: NodeName

  /// Nil where values of some member can't be compared: another shape, text.
  init?(_ members: [(node: NodeName, difference: VariableDifference)]) {
    var (squares, largest, worst) = (0.0, -1.0, members.first?.node)
    for (node, difference) in members {
      guard case .values(let rms, let most, _) = difference.change else { return nil }
      squares += rms * rms
      if most > largest { (largest, worst) = (most, node) }
    }
    guard let worst else { return nil }
    (rms, self.largest, self.worst) = ((squares / Double(members.count)).squareRoot(), largest, worst)
  }
}
