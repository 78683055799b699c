import Artefacts
import Datasets
import Planning
import StageSupport

/// Takes one row of a table, chosen by its name or number: what becomes of it depends on that row alone, not on the
/// others or their order.
struct TableRow: StageKind {
  private static let table = Input("table", [.table], "the rows")
  private static let key = Setting("key", .name, .required, "the column that tells rows apart")
  private static let value = Setting(
    "value", .either(.text, .number), .required,
    "what the row has in that column: \"crete\", or a plain number")
  private static let row = Output("row", .table, "a table of that row", sameTypeAs: table)

  let signature = StageSignature(
    kind: "table_row", version: 1, summary: "takes one row of a table, by its name or number",
    declares: [table, key, value, row])

  func run(_ context: StageContext) throws {
    let dataset = try NetCDFFile.read(context[Self.table])
    let key = context[Self.key]
    let column = try dataset.variable(key)
    guard column.dimensions == ["point"] else {
      throw StageError.outOfPlace(
        "'\(key)' of \(dataset.path) lies on (\(column.dimensions.joined(separator: ", "))); a column lies on 'point'"
      )
    }
    let found: [Int]
    switch context[Self.value] {
    case .first(let text): found = try Self.rows(dataset.texts(key)) { $0 == text }
    case .second(let number): found = try Self.rows(dataset.column(key)) { $0 == number }
    }
    guard found.count == 1 else {
      throw StageError.outOfPlace(
        "\(found.count) rows of \(dataset.path) have \(Self.words(context[Self.value])) in '\(key)'"
          + (found.isEmpty ? "; there are \(try Self.known(dataset, key))" : "; one is needed"))
    }
    try NetCDFFile.write(dataset.rows(found), to: context[Self.row])
    context.log("row \(found[0] + 1) of \(dataset.size(of: "point") ?? 0)")
  }

  private static func rows<Cell>(_ cells: [Cell], _ isMeant: (Cell) -> Bool) -> [Int] {
    cells.indices.filter { isMeant(cells[$0]) }
  }

  private static func words(_ value: Either<String, Double>) -> String {
    switch value {
    case .first(let text): "\"\(text)\""
    case .second(let number): "\(number)"
    }
  }

  /// The first ten of a column.
  private static func known(_ dataset: Dataset, _ key: String) throws -> String {
    let cells: [String]
    if case .text(let texts)? = dataset[key]?.values {
      cells = texts.map { "\"\($0)\"" }
    } else {
      cells = try dataset.column(key).map { "\($0)" }
    }
    return cells.prefix(10).joined(separator: ", ") + (cells.count > 10 ? ", …" : "")
  }
}

extension TableRow: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.row] = request.facts(Self.table)
    foresight[Self.row].rows = nil
    if request[Self.key] == "name", case .first(let name)? = request[Self.value] {
      foresight[Self.row].rows = request.facts(Self.table).rows?.filter { $0.name == name }
    }
    return foresight
  }
}
