import Artefacts
import Datasets
import Execution
import Planning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What other programs want of a run's results: `results/PIPELINE/numbers.json` with the numbers of all stages and their short
/// tables, and, where `[results]` asks for it, each table as comma-separated values.
struct NumbersFile {
  let plan: Plan
  let layout: ProjectLayout
  let record: RunRecord

  static let fileName = "numbers.json"
  /// Longer tables are named, not copied into the file.
  private static let mostRows = 1000
  private var folder: String { layout.results(pipeline: record.pipeline) }

  /// Outputs of stages that are numbers or tables, with their objects.
  private struct Found {
    var name: String
    var path: String
    var isNumber: Bool
  }

  /// Writes what is not as it should be.
  /// - Throws: `StoreError.foreignResult` where a file of somebody else has the name.
  func write() throws {
    let found = found
    let path = folder + "/" + Self.fileName
    let old = FileManager.default.contents(atPath: path)
    let hash = state(found)
    let isCurrent = try old.map { try Self.hash(of: $0, path) } == hash
    if !found.isEmpty, !isCurrent {
      let bytes = try JSONAnswer<Content>.bytes(try content(found, hash))
      try Self.make(folder)
      try OutputFile.write(bytes, to: path)
    }
    if plan.pipeline.copies.hasTextTables { try writeTables(found) }
  }

  private var found: [Found] {
    var result: [Found] = []
    let store = ObjectStore(layout: layout)
    for node in record.nodes where node.members.isEmpty {
      let outputs = plan.pipeline[node.stage].map(plan.pipeline.outputs(of:)) ?? []
      for (port, hash) in node.outputs.sorted(by: { $0.key < $1.key }) {
        guard let type = outputs.first(where: { $0.name == port })?.type else { continue }
        let isNumber = type.dimension != nil
        if isNumber || type.form == .table {
          result.append(Found(name: "\(node.stage).\(port)", path: store.path(hash), isNumber: isNumber))
        }
      }
    }
    return result
  }

  private func state(_ found: [Found]) -> String {
    ContentHash.hex(
      of: found.map { "\($0.name) \($0.path.split(separator: "/").last ?? "")" }.joined(separator: "\n"))
  }

  // MARK: The file

  /// What it holds; `made_from` says by which results.
  private struct Content: Encodable {
    var format = 1
    var madeFrom: String
    var pipeline: String
    var numbers: [String: Number]
    var tables: [String: Table]
  }

  private struct Number: Encodable {
    var value: Double?
    var units, longName: String?
  }

  /// Its columns, or how many rows it has where it is long.
  private struct Table: Encodable {
    var rows: Int
    var columns: [TableAnswer.Column]?
  }

  private struct Head: Decodable {
    var madeFrom: String

    private enum CodingKeys: String, CodingKey { case madeFrom = "made_from" }
  }

  private static func hash(of old: Data, _ path: String) throws -> String {
    guard let head = try? JSONDecoder().decode(Head.self, from: old) else {
      throw StoreError.foreignResult(path: path)
    }
    return head.madeFrom
  }

  private func content(_ found: [Found], _ hash: String) throws -> Content {
    var content = Content(madeFrom: hash, pipeline: record.pipeline, numbers: [:], tables: [:])
    for output in found {
      let dataset = try NetCDFFile.read(output.path)
      if output.isNumber {
        guard let variable = dataset.variables.first else { continue }
        let value = try dataset.scalar(variable.name)
        content.numbers[output.name] = Number(
          value: value.isFinite ? value : nil, units: variable.units,
          longName: variable.attribute("long_name")?.text)
      } else {
        let table = try ExportedTable(dataset)
        content.tables[output.name] = Table(
          rows: table.count,
          columns: table.count <= Self.mostRows ? TableAnswer(table, of: dataset).columns : nil)
      }
    }
    return content
  }

  // MARK: Tables

  /// The first line of such a file names columns, so that nothing in it can say who wrote it: one that is there with other
  /// bytes is replaced only where this program's list says that it wrote those.
  private func writeTables(_ found: [Found]) throws {
    let results = try Results(layout: layout)
    for output in found where !output.isNumber {
      let bytes = try ExportedTable(try NetCDFFile.read(output.path)).csv
      try results.publish(bytes, as: "\(record.pipeline)/\(output.name).csv")
    }
    try results.tidySums(pipeline: record.pipeline)
  }

  private static func make(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }
}
