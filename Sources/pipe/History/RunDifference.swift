import Datasets
import Execution
import Planning
import Reporting

/// How two runs differ, node by node, members of families too: what was asked of each, and what it gave.
struct RunDifference {
  struct Change {
    /// Stage and members of the node.
    var node: NodeName
    /// `damping`, `gravity`; nil where the kind of stage or the outcome differs.
    var setting: String?
    /// `inversion.damping`, `inversion[ensemble 3].gravity`, `stage kind topography_inversion`.
    var subject: String
    var old, new: String?
  }

  struct Result {
    var node: NodeName
    var port: String
    var variables: [VariableDifference]
    /// Why the values could not be compared, or that only bytes differ.
    var remark: String?

    var output: String { "\(node).\(port)" }
  }

  /// Outputs that both runs have.
  struct Count {
    var equal = 0
    var different = 0
  }

  let old, new: RunRecord
  private(set) var added: [String] = []
  private(set) var removed: [String] = []
  private(set) var changes: [Change] = []
  private(set) var results: [Result] = []
  private(set) var ofStages = Count()
  private(set) var ofMembers = Count()

  init(_ old: RunRecord, _ new: RunRecord, layout: ProjectLayout) throws {
    (self.old, self.new) = (old, new)
    let before = Dictionary(old.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(new.nodes.map(\.name))
    let store = ObjectStore(layout: layout)
    for node in new.nodes {
      guard let earlier = before[node.name] else {
        added.append(node.name)
        continue
      }
      addChanges(earlier, node)
      for port in Set(earlier.outputs.keys).union(node.outputs.keys).sorted() {
        try compare(port, earlier, node, store)
      }
    }
    removed = old.nodes.map(\.name).filter { !names.contains($0) }
  }

  private mutating func addChanges(_ old: NodeRecord, _ new: NodeRecord) {
    let name = new.nodeName
    func add(_ subject: String, _ setting: String?, _ before: String?, _ now: String?) {
      changes.append(Change(node: name, setting: setting, subject: subject, old: before, new: now))
    }
    if old.kind != new.kind {
      add("kind of stage \(name)", nil, old.kind, new.kind)
    } else if old.kindVersion != new.kindVersion {
      add("stage kind \(new.kind)", nil, "version \(old.kindVersion)", "version \(new.kindVersion)")
    }
    func compare(_ old: NameTable<String>, _ new: NameTable<String>, arrow: String) {
      for key in Set(old.keys).union(new.keys).sorted() where old[key] != new[key] {
        add("\(name).\(key)", key, old[key].map { arrow + $0 }, new[key].map { arrow + $0 })
      }
    }
    compare(old.settings, new.settings, arrow: "")
    // What feeds a family from its members is told by the number of runs.
    let isOwn = { (entry: (key: String, value: String)) in !entry.key.hasSuffix("]") }
    compare(old.inputs.filter(isOwn), new.inputs.filter(isOwn), arrow: "<- ")
    if old.outcome.isThere != new.outcome.isThere {
      add("\(name)", nil, old.outcome.rawValue, new.outcome.rawValue)
    }
  }

  private mutating func compare(
    _ port: String, _ old: NodeRecord, _ new: NodeRecord, _ store: ObjectStore
  ) throws {
    guard let before = old.outputs[port], let now = new.outputs[port] else { return }
    let count = new.members.isEmpty ? \RunDifference.ofStages : \.ofMembers
    guard before != now else {
      self[keyPath: count].equal += 1
      return
    }
    self[keyPath: count].different += 1
    var result = Result(node: new.nodeName, port: port, variables: [], remark: nil)
    if try store.isIntact(before), try store.isIntact(now) {
      (result.variables, result.remark) = try Self.differences(
        ArtefactContent(path: store.path(before), isOurs: old.isOurs),
        ArtefactContent(path: store.path(now), isOurs: new.isOurs))
    } else {
      result.remark = "differs; no longer in the store"
    }
    results.append(result)
  }

  private static func differences(
    _ old: ArtefactContent, _ new: ArtefactContent
  ) -> (variables: [VariableDifference], remark: String?) {
    guard case .dataset(let first) = old, case .dataset(let second) = new else {
      return ([], "the files differ")
    }
    let variables = VariableDifference.between(first, second)
    if !variables.isEmpty { return (variables, nil) }
    let isSame = first.contentDigest == second.contentDigest
    return ([], isSame ? "the files differ, their content is the same" : "attributes differ")
  }
}

extension NodeRecord.Outcome {
  fileprivate var isThere: Bool { self == .executed || self == .cached }
}
