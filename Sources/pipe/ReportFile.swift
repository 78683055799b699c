import Execution
import Planning
import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `results/PIPELINE/report.html`: written when what it shows has changed.
struct ReportFile {
  let plan: Plan
  let layout: ProjectLayout
  let record: RunRecord

  private var path: String { layout.results(pipeline: record.pipeline) + "/report.html" }

  /// A run that found everything cached shows what the last one did; the page then stays as it is.
  func writeIfNeeded() throws {
    let mark = Self.mark + "\(state) -->"
    if FileManager.default.fileExists(atPath: path) {
      let last = try TextFile.read(path).split(separator: "\n").last ?? ""
      if last == mark { return }
      guard last.hasPrefix(Self.mark) else { throw StoreError.foreignResult(path: path) }
    }
    let objects = outputs
    let store = ObjectStore(layout: layout)
    let inputs = ReportInputs(record: record, pipeline: plan.pipeline) { stage, port in
      objects[PortReference(stage: stage, port: port)].map(store.path)
    }
    do {
      try TextFile.write(Report.html(inputs) + mark + "\n", to: path)
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      throw StoreError.diskFull(path: path)
    } catch let error as CocoaError where error.code == .fileWriteVolumeReadOnly {
      throw StoreError.readOnly(path: path)
    }
  }

  /// How the last line of every page begins that this program writes: others are not overwritten.
  private static let mark = "<!-- pipe results "

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
