import Datasets
import Execution
import Planning
import Reporting

/// How two runs differ: what was asked of each node, and what the stages gave.
struct RunDifference {
  struct Change {
    /// `inversion.damping`, `stage kind topography_inversion`, `inversion.gravity`.
    var subject: String
    var old, new: String?
  }

  struct Result {
    var output: String
    var variables: [VariableDifference]
    /// Why the values could not be compared, or that only bytes differ.
    var remark: String?
  }

  let old, new: RunRecord
  private(set) var added: [String] = []
  private(set) var removed: [String] = []
  private(set) var changes: [Change] = []
  private(set) var results: [Result] = []
  /// Results that both runs have and that are the same.
  private(set) var equalResults = 0

  init(_ old: RunRecord, _ new: RunRecord, layout: ProjectLayout) throws {
    (self.old, self.new) = (old, new)
    let before = Dictionary(old.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(new.nodes.map(\.name))
    for node in new.nodes where node.members.isEmpty || before[node.name] == nil {
      guard let earlier = before[node.name] else {
        added.append(node.name)
        continue
      }
      addChanges(earlier, node)
      for port in Set(earlier.outputs.keys).union(node.outputs.keys).sorted() {
        try compare(port, earlier, node, layout)
      }
    }
    removed = old.nodes.map(\.name).filter { !names.contains($0) }
  }

  private mutating func addChanges(_ old: NodeRecord, _ new: NodeRecord) {
    let name = new.name
    if old.kind != new.kind {
      changes.append(Change(subject: "kind of stage \(name)", old: old.kind, new: new.kind))
    } else if old.kindVersion != new.kindVersion {
      changes.append(
        Change(
          subject: "stage kind \(new.kind)", old: "version \(old.kindVersion)",
          new: "version \(new.kindVersion)"
        ))
    }
    func add(_ old: NameTable<String>, _ new: NameTable<String>, arrow: String) {
      for key in Set(old.keys).union(new.keys).sorted() where old[key] != new[key] {
        changes.append(
          Change(
            subject: "\(name).\(key)", old: old[key].map { arrow + $0 }, new: new[key].map { arrow + $0 }))
      }
    }
    add(old.settings, new.settings, arrow: "")
    // What feeds a family's members is told by the number of runs.
    if new.members.isEmpty {
      let isOwn = { (entry: (key: String, value: String)) in !entry.key.hasSuffix("]") }
      add(old.inputs.filter(isOwn), new.inputs.filter(isOwn), arrow: "<- ")
    }
    if old.outcome.isThere != new.outcome.isThere {
      changes.append(Change(subject: name, old: old.outcome.rawValue, new: new.outcome.rawValue))
    }
  }

  private mutating func compare(
    _ port: String, _ old: NodeRecord, _ new: NodeRecord, _ layout: ProjectLayout
  ) throws {
    guard let before = old.outputs[port], let now = new.outputs[port] else { return }
    guard before != now else {
      equalResults += 1
      return
    }
    let store = ObjectStore(layout: layout)
    let output = "\(new.stage).\(port)"
    guard try store.isIntact(before), try store.isIntact(now) else {
      results.append(Result(output: output, variables: [], remark: "differs; no longer in the store"))
      return
    }
    let (first, second) = (try NetCDFFile.read(store.path(before)), try NetCDFFile.read(store.path(now)))
    let variables = VariableDifference.between(first, second)
    let isSame = first.contentDigest == second.contentDigest
    let remark = isSame ? "the files differ, their content is the same" : "attributes differ"
    results.append(Result(output: output, variables: variables, remark: variables.isEmpty ? remark : nil))
  }

  var lines: [String] {
    var lines: [String] = []
    lines += changes.map { "\($0.subject): \($0.old ?? "not set") → \($0.new ?? "not set")" }
    lines += folded(added).map { "\($0): only in the second run" }
    lines += folded(removed).map { "\($0): only in the first run" }
    for result in results {
      lines += result.variables.map { "\(result.output) \($0.variable): \($0.text)" }
      if let remark = result.remark { lines.append("\(result.output): \(remark)") }
    }
    let count = equalResults == 1 ? "1 result is" : "\(equalResults) results are"
    return lines + ["\(count) the same, \(results.count == 1 ? "1 differs" : "\(results.count) differ")"]
  }

  /// Names of stages, and how many members' nodes there are.
  private func folded(_ names: [String]) -> [String] {
    let stages = names.filter { !$0.contains("[") }
    let members = names.count - stages.count
    return stages + (members == 0 ? [] : [members == 1 ? "1 member's node" : "\(members) members' nodes"])
  }
}

extension NodeRecord.Outcome {
  fileprivate var isThere: Bool { self == .executed || self == .cached }
}
