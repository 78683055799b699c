import Execution
import Planning
import Reporting

/// `results/PIPELINE/report.html`: written when what it shows has changed.
struct ReportFile {
  let plan: Plan
  let layout: ProjectLayout
  let record: RunRecord

  private var path: String { layout.results(pipeline: record.pipeline) + "/report.html" }

  /// A run that found everything cached shows what the last one did; the page then stays as it is.
  func writeIfNeeded() throws {
    let mark = "<!-- pipe results \(state) -->"
    if let existing = try? TextFile.read(path), existing.hasSuffix(mark + "\n") { return }
    let objects = outputs
    let store = ObjectStore(layout: layout)
    let inputs = ReportInputs(record: record, pipeline: plan.pipeline) { stage, port in
      objects[PortReference(stage: stage, port: port)].map(store.path)
    }
    try TextFile.write(Report.html(inputs) + mark + "\n", to: path)
  }

  private var outputs: [PortReference: String] {
    var found: [PortReference: String] = [:]
    for node in record.nodes where node.members.isEmpty {
      for (port, hash) in node.outputs { found[PortReference(stage: node.stage, port: port)] = hash }
    }
    return found
  }

  /// Hash of every node's name, key and outcome but for executed and cached, which are the same result.
  private var state: String {
    let lines = record.nodes.map { node in
      let isThere = node.outcome == .executed || node.outcome == .cached
      let members = node.members.map { "\($0.family) \($0.index)" }.joined(separator: ",")
      return "\(node.stage)[\(members)] \(node.key) \(isThere ? "there" : node.outcome.rawValue)"
    }
    return ContentHash.hex(of: lines.joined(separator: "\n"))
  }
}
