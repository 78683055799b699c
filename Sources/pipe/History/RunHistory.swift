import ArgumentParser
import Execution
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The runs of a project, as commands ask for them.
struct RunHistory {
  let layout: ProjectLayout
  let records: RunRecords

  init(layout: ProjectLayout) { (self.layout, records) = (layout, RunRecords(layout: layout)) }

  /// A run by its id, the beginning of it or of its last part, `last`, or `last~2` for the second before it.
  /// Of all runs, the oldest first.
  var ids: [String] { records.ids }

  func id(_ text: String) throws -> String {
    let ids = records.ids
    guard !ids.isEmpty else { throw Terminal.failure("no run of this project is recorded", .noInput) }
    if text == "last" || text.hasPrefix("last~") {
      guard let steps = text == "last" ? 0 : Int(text.dropFirst(5)), steps >= 0 else {
        throw ValidationError("'\(text)' is no run: write last, or last~2 for the second before it")
      }
      guard steps < ids.count else {
        throw Terminal.failure("there is no run \(text): \(ids.count) are recorded", .noInput)
      }
      return ids[ids.count - 1 - steps]
    }
    if ids.contains(text) { return text }
    let matching = ids.filter { id in
      id.hasPrefix(text) || id.split(separator: "-").last?.hasPrefix(text) == true
    }
    if matching.count == 1, !text.isEmpty { return matching[0] }
    let near = WrongRun.meant(by: text, ids: ids).map { "did you mean '\($0)'?" }
    let reason = matching.isEmpty ? near ?? "`pipe history` lists them" : "\(matching.count) begin so"
    throw Terminal.failure("no run '\(text)'; \(reason)", .noInput)
  }

  func record(_ id: String) throws -> RunRecord {
    do {
      return try JSONDecoder().decode(RunRecord.self, from: Data(records.data(id)))
    } catch is DecodingError {
      throw Terminal.failure("the record \(records.path(id)) is damaged", .store)
    }
  }

  /// The newest run, of one pipeline if a name is given.
  func newest(pipeline: String? = nil) throws -> RunRecord? {
    for id in records.ids.reversed() {
      guard let pipeline else { return try record(id) }
      if try head(id).record.pipeline == pipeline { return try record(id) }
    }
    return nil
  }

  /// A run without its nodes.
  struct Head {
    var record: RunRecord
    var counts: [NodeRecord.Outcome: Int]
  }

  /// The first line of a record holds all but the nodes, which are only counted: decoding those of a run of
  /// 100 000 takes seconds.
  func head(_ id: String) throws -> Head {
    let lines = try records.data(id).split(separator: 10)
    do {
      let first = Data(lines.first ?? []) + Data("]}".utf8)
      let record = try JSONDecoder().decode(RunRecord.self, from: first)
      var counts: [NodeRecord.Outcome: Int] = [:]
      for line in lines.dropFirst() {
        guard let outcome = Self.outcome(line) else { continue }
        counts[outcome, default: 0] += 1
      }
      return Head(record: record, counts: counts)
    } catch is DecodingError {
      throw Terminal.failure("the record \(records.path(id)) is damaged", .store)
    }
  }

  private static func outcome(_ line: ArraySlice<UInt8>) -> NodeRecord.Outcome? {
    let text = Substring(decoding: line, as: UTF8.self)
    guard let start = text.firstRange(of: "\"outcome\":\"")?.upperBound else { return nil }
    return NodeRecord.Outcome(rawValue: String(text[start...].prefix { $0 != "\"" }))
  }

  static func node(_ line: String) throws -> NodeRecord {
    try JSONDecoder().decode(NodeRecord.self, from: Data(line.utf8))
  }

  /// A node of the newest run (of a pipeline) that has it.
  func node(_ name: String, pipeline: String? = nil) throws -> (run: RunRecord, node: NodeRecord) {
    guard let record = try newest(pipeline: pipeline) else {
      let what = pipeline.map { "no run of \($0)" } ?? "no run of this project"
      throw Terminal.failure("\(what) is recorded", .noInput)
    }
    return (record, try Self.node(name, of: record))
  }

  static func node(_ name: String, of record: RunRecord) throws -> NodeRecord {
    if let node = record.nodes.first(where: { $0.name == name }) { return node }
    if let chunk = MemberRow(name)?.chunk(of: record) { return chunk }
    let stage = name.prefix { $0 != "[" }
    let members = record.nodes.filter { $0.stage == stage && !$0.members.isEmpty }
    let near = Suggestion.nearest(to: name, in: record.nodes.map(\.name)).map { "; did you mean '\($0)'?" }
    let hint = members.first.map { "; its members are called like '\($0.name)'" } ?? near ?? ""
    throw Terminal.failure("run \(record.id) of \(record.pipeline) has no node '\(name)'\(hint)", .noInput)
  }
}

/// A member that may lie in a chunk: `inversion[ensemble 4711]`.
struct MemberRow {
  let family: String
  let number: Int

  init?(_ name: String) {
    guard name.hasSuffix("]"), let open = name.lastIndex(of: "[") else { return nil }
    let words = name[name.index(after: open)...].dropLast().split(separator: " ")
    guard words.count == 2, let number = Int(words[1]) else { return nil }
    (family, self.number) = (String(words[0]), number)
  }

  /// The node that computed it; nil if no chunk did.
  func chunk(of record: RunRecord) -> NodeRecord? {
    record.nodes.filter { $0.stage == family + ".rows" && ($0.members.last?.index ?? .max) <= number }
      .max { ($0.members.last?.index ?? 0) < ($1.members.last?.index ?? 0) }
  }

  /// Its lines of the chunk's log.
  func lines(of log: [String]) -> [String] {
    let mark = "[\(number)] "
    return log.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
  }
}

extension ProjectLayout {
  /// The project of a manifest, or that of the current folder.
  static func of(manifest: String?, root: String?) -> ProjectLayout {
    locate(manifestPath: manifest ?? "./-", explicitRoot: root)
  }
}
