import Artefacts
import Datasets
import Planning
import StageSupport

/// Takes one row out of a table, by what stands in a column: an event by its name.
///
/// Another row of the table, or another order of its rows, changes nothing of the row that is taken, so that what hangs on
/// it is not computed again.
struct TableRow: StageKind {
  private static let table = Input("table", [.table, .constraints], "the rows to choose from")
  private static let key = Setting("key", .text, .required, "column that tells the row")
  private static let value = Setting(
    "value", .text, .required, "what stands there: a text, or a number as the table's unit has it")
  private static let row = Output("row", .table, "the row with all its columns")

  let signature = StageSignature(
    kind: "table_row", version: 1, summary: "takes one row out of a table, by what stands in a column",
    declares: [table, key, value, row])

  func run(_ context: StageContext) throws {
    let dataset = try NetCDFFile.read(context[Self.table])
    guard let count = dataset.size(of: "point") else {
      throw StageError.missingVariable(
        "point", artefact: dataset.path, hint: "its rows lie on that dimension")
    }
    let (key, value) = (context[Self.key], context[Self.value])
    let cells = try Self.cells(dataset, key)
    let found = cells.indices.filter { cells[$0] == value }
    guard let row = found.first else {
      throw StageError.outOfPlace(
        "no row has \"\(value)\" in column '\(key)'; there are \(Self.list(cells)) in \(count) rows")
    }
    guard found.count == 1 else {
      let rows = found.map { "\($0 + 1)" }.joined(separator: ", ")
      throw StageError.outOfPlace(
        "\"\(value)\" stands in column '\(key)' of \(found.count) rows (\(rows)): it does not tell one")
    }
    try NetCDFFile.write(dataset.rows([row]), to: context[Self.row])
  }

  private static func cells(_ dataset: Dataset, _ key: String) throws -> [String] {
    guard let column = dataset[key], column.dimensions == ["point"] else {
      let names = dataset.variables.filter { $0.dimensions == ["point"] }.map { "'\($0.name)'" }
      throw StageError.missingVariable(
        key, artefact: dataset.path,
        hint:
          "its columns are \(names.joined(separator: ", ")); read_table keeps a column of text that 'texts' names"
      )
    }
    switch column.values {
    case .text(let texts): return texts
    case .double(let numbers): return numbers.map(Self.text)
    case .int32(let numbers): return numbers.map { "\($0)" }
    case .int8(let numbers): return numbers.map { "\($0)" }
    }
  }

  /// A whole number as one would write it.
  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  private static func list(_ cells: [String]) -> String {
    let shown = cells.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    return cells.count > 8 ? shown + ", …" : shown
  }
}
