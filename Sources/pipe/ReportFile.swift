import Artefacts
import Datasets
import Execution
import Planning
import Reporting
import StandardCatalogue

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `results/PIPELINE/report.html`: written when what it shows has changed.
struct ReportFile {
  let plan: Plan
  let layout: ProjectLayout
  let record: RunRecord
  let asked: Asked

  /// What the user asked for.
  struct Asked {
    /// Stages to which the run was confined; empty for all.
    var targets: [String] = []
    var changes: ManifestChanges?
    /// Texts of the manifest and what it includes, by path.
    var sources: [String: [UInt8]] = [:]
  }

  /// The page of a run of some stages has another name: it must not take the place of a whole one.
  var path: String {
    let name = asked.targets.isEmpty ? "report" : "report." + asked.targets.joined(separator: "+")
    return layout.results(pipeline: record.pipeline) + "/\(name).html"
  }

  /// A run that found everything cached shows what the last one did; the page then stays as it is, unless this
  /// program would draw it in another way.
  func writeIfNeeded() throws {
    let mark = Self.mark + "\(state) -->"
    if let last = try TextFile.lastLine(path) {
      if last == mark { return }
      guard last.hasPrefix(Self.mark) else { throw StoreError.foreignResult(path: path) }
    }
    let objects = outputs
    let store = ObjectStore(layout: layout)
    var inputs = ReportInputs(record: record, pipeline: plan.pipeline.asWritten, views: .standard) {
      stage, port in
      objects[PortReference(stage: stage, port: port)].map(store.path)
    }
    inputs.origin = origin
    let tree = try IterationTree(plan.pipeline, record, layout: layout)
    if tree.sections.contains(where: { !$0.iterations.isEmpty }) {
      inputs.pictures.append(
        .init(
          title: "Iterations", svg: TreeDrawing(tree).svg,
          caption:
            "A column a section, a circle an iteration with its value; rest the mouse on one for all its numbers. Of "
            + "long chains not every iteration is drawn: dashed."))
    }
    // A run in which nothing was made has made no folder either.
    try Self.system("make the folder of", path) {
      try FileManager.default.createDirectory(
        atPath: layout.results(pipeline: record.pipeline), withIntermediateDirectories: true)
    }
    try Self.system("write", path) { try TextFile.write(Report.html(inputs) + mark + "\n", to: path) }
  }

  private var origin: ReportOrigin {
    var origin = ReportOrigin(
      command: CommandLine.arguments.enumerated().map { index, word in
        let shown = index == 0 ? String(word.split(separator: "/").last ?? "pipe") : word
        return shown.contains { $0 == " " || $0 == "$" || $0 == "~" } ? "'\(shown)'" : shown
      }.joined(separator: " "))
    (origin.profile, origin.overrides) = (asked.changes?.profile, asked.changes?.overrides ?? [])
    origin.texts = asked.sources.sorted { $0.key < $1.key }.map {
      (layout.relative($0.key), String(decoding: $0.value, as: UTF8.self))
    }
    origin.files = files
    origin.versions = ["NetCDF \(NetCDFFile.libraryVersion)"]
    origin.commit = GitCommit.of(layout.root)
    return origin
  }

  /// Each once, with the first stage that reads it.
  private var files: [(stage: String, path: String, hash: String)] {
    var seen: Set<String> = []
    var found: [(stage: String, path: String, hash: String)] = []
    for stage in plan.pipeline.stages {
      for path in stage.files where seen.insert(path).inserted {
        guard let data = FileManager.default.contents(atPath: path) else { continue }
        found.append((stage.name, layout.relative(path), ContentHash.hex(of: [UInt8](data))))
      }
    }
    return found
  }

  /// Does something with files, and tells of errors as the store does.
  private static func system(_ operation: String, _ path: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as CocoaError {
      switch error.code {
      case .fileWriteOutOfSpace: throw StoreError.diskFull(path: path)
      case .fileWriteVolumeReadOnly: throw StoreError.readOnly(path: path)
      default:
        let code = (error.underlying as? POSIXError)?.code.rawValue ?? EIO
        throw StoreError.system(operation: operation, path: path, code: code)
      }
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

  /// Hash of the version of the page and of every node's name, key, and outcome but for executed and cached, which are
  /// the same result; of stages also of their outputs, which are shown.
  private var state: String {
    let lines = record.nodes.map { node in
      let isThere = node.outcome == .executed || node.outcome == .cached
      let members = node.members.map { "\($0.family) \($0.index)" }.joined(separator: ",")
      let outputs = node.members.isEmpty ? node.outputs.map { " \($0.key) \($0.value)" } : []
      return "\(node.stage)[\(members)] \(node.key) \(isThere ? "there" : node.outcome.rawValue)"
        + outputs.joined() + node.warnings.map { " warning: \($0)" }.joined()
    }
    let version = "report \(Report.version), pipe \(record.programVersion)"
    return ContentHash.hex(of: ([version] + lines).joined(separator: "\n"))
  }
}
