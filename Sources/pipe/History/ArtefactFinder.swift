import Execution
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `pipe show` or `pipe plot` was asked for.
struct Artefact {
  var path: String
  var hash: String
  /// Recipe that gave it, where the name says which: the same bytes may come of several.
  var key: String?
  /// `inversion.topography`; nil for a file or an object that was asked for as such.
  var name: String?
  /// Of the run that gave it, where the name says which.
  var pipeline: String?
  /// What people call what its family has varied, by the names in it.
  var labels: [String: String] = [:]
  /// Whether this program wrote these very bytes: a file may have been changed since, an object may be of any kind.
  var isOurs = false
}

/// Finds artefacts by path, `stage.port` of the last run, or the beginning of their hash.
struct ArtefactFinder {
  let history: RunHistory
  let entries: [RecipeLog.Entry]

  init(layout: ProjectLayout) throws {
    history = RunHistory(layout: layout)
    entries = try RecipeLog(path: layout.recipes).entries()
  }

  func find(_ text: String, run: String?) throws -> Artefact {
    if run == nil, FileManager.default.fileExists(atPath: text) { return try file(text) }
    if let artefact = try port(text, run: run) { return artefact }
    if run == nil, let artefact = try object(text) { return artefact }
    throw Terminal.failure(
      "'\(text)' is no file, no output of a stage of the run (stage.port), and no object's hash", .noInput)
  }

  private func file(_ path: String) throws -> Artefact {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Terminal.failure("cannot read \(path)", .noInput)
    }
    return Artefact(path: path, hash: ContentHash.hex(of: [UInt8](data)), key: nil, name: nil)
  }

  private func port(_ text: String, run: String?) throws -> Artefact? {
    guard let point = text.lastIndex(of: ".") else { return nil }
    let (node, port) = (String(text[..<point]), String(text[text.index(after: point)...]))
    let record = try run.map { try history.record(try history.id($0)) } ?? (try history.newest())
    guard let found = record?.nodes.first(where: { $0.name == node }), let record else { return nil }
    if found.outputs[port] == nil,
      let state = try IterationPort(node, port, in: record, layout: history.layout),
      let hash = state.step.outputs[state.port]
    {
      let path = try StoredResults(layout: history.layout).path(
        hash: hash, pipeline: record.pipeline, stage: nil, port: state.port)
      return Artefact(
        path: path, hash: hash, key: state.step.key, name: text, pipeline: record.pipeline,
        isOurs: state.step.isOurs)
    }
    guard let hash = found.outputs[port] else {
      let ports = found.outputs.keys.sorted().joined(separator: ", ")
      throw Terminal.failure(
        "\(node) gave no '\(port)' in run \(record.id); it gave \(ports.isEmpty ? "nothing" : ports)",
        .noInput)
    }
    let path = try StoredResults(layout: history.layout).path(
      hash: hash, pipeline: record.pipeline, stage: found.members.isEmpty ? found.stage : nil, port: port)
    var artefact = Artefact(
      path: path, hash: hash, key: found.key, name: text, pipeline: record.pipeline, isOurs: found.isOurs)
    for (name, label) in found.labels ?? [:] { artefact.labels[name] = label }
    return artefact
  }

  private func object(_ text: String) throws -> Artefact? {
    guard text.utf8.count >= 6, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
    let hashes = Set(entries.flatMap(\.outputs.values).filter { $0.hasPrefix(text) })
    guard hashes.count < 2 else {
      throw Terminal.failure("\(hashes.count) objects begin with \(text): give more digits", .noInput)
    }
    guard let hash = hashes.first else { return nil }
    let path = try StoredResults(layout: history.layout).path(
      hash: hash, pipeline: nil, stage: nil, port: "")
    return Artefact(path: path, hash: hash, key: nil, name: nil)
  }
}

/// Files that hold what runs gave: objects of the store, or else their copies in `results/`.
struct StoredResults {
  let layout: ProjectLayout

  /// - Parameter stage: nil for a member's output, which has no copy.
  /// - Throws: ends the program where the bytes are gone or damaged.
  func path(hash: String, pipeline: String?, stage: String?, port: String) throws -> String {
    let store = ObjectStore(layout: layout)
    if try store.isIntact(hash) { return store.path(hash) }
    if let pipeline, let stage {
      // A plain file that a program left has no ending.
      for ending in [".nc", ""] {
        let copy = "\(layout.results(pipeline: pipeline))/\(stage).\(port)\(ending)"
        if let data = FileManager.default.contents(atPath: copy), ContentHash.hex(of: [UInt8](data)) == hash {
          return copy
        }
      }
    }
    throw Terminal.failure("object \(hash.prefix(12))… is no longer in the store", .store)
  }
}
