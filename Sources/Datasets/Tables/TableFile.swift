/// Tables as text: CSV with a header line, UTF-8.
///
/// Separators are `,`, `;` or tab, whichever the header has most of. Cells may be quoted (`""` is a quote
/// within), lines end with LF, CRLF or CR, a byte-order mark is skipped, blank lines and lines that start
/// with `#` are left out. A column is one of numbers when every cell that is not empty is a decimal number,
/// `inf` or a mark of a missing value (`nan`, `NA`); empty cells are then NaN. A header cell without a name
/// (as of a table's row numbers) is called `columnN`, N from 1.
public enum TableFile {
  /// - Throws: `.fileMissing`, `.unreadable`, `.table` with the line where the text is malformed.
  public static func read(_ path: String) throws(DatasetError) -> Table {
    let bytes = try LocalFile.read(path)
    guard bytes.withUnsafeBufferPointer({ validates($0) }) else {
      throw .table(path: path, line: lineOfInvalidText(bytes), problem: .notUTF8)
    }
    return try table(bytes, path: path)
  }

  /// Writes a table with commas and LF, replacing an older file. Numbers are written in the shortest form
  /// that reads back equal. A column of text whose every cell looks like a number is read back as numbers.
  /// - Throws: `.unwritable`.
  public static func write(_ table: Table, to path: String) throws(DatasetError) {
    var text = row(table.columns.map { quoted($0.name) })
    let cells = table.columns.map { column in
      switch column.kind {
      case .number(let values): values.map(numberText)
      case .text(let texts): texts.map(quoted)
      }
    }
    for index in 0..<table.count { text += row(cells.map { $0[index] }) }
    try LocalFile.write(Array(text.utf8), to: path)
  }

  /// A table with a header, or plain lines of numbers where the text is one (`XYZFile`).
  /// - Parameter names: of the columns of a file without a header.
  public static func readAny(_ path: String, names: [String] = []) throws(DatasetError) -> Table {
    let isPlain = names.isEmpty ? XYZFile.recognises(try LocalFile.head(path)) : true
    return isPlain ? try XYZFile.read(path, names: names) : try read(path)
  }

  static func table(_ bytes: [UInt8], path: String) throws(DatasetError) -> Table {
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    var lines = TableLines(bytes: Array(content), path: path)
    guard let header = try lines.next() else { throw .table(path: path, line: 1, problem: .empty) }
    var names: [String] = []
    for (index, cell) in header.cells.enumerated() {
      let name = cell.isEmpty ? "column\(index + 1)" : cell
      guard !names.contains(name) else {
        throw .table(path: path, line: header.line, problem: .duplicateColumn(name))
      }
      names.append(name)
    }
    var columns = names.map { _ in ColumnBuilder() }
    while let row = try lines.next() {
      guard row.cells.count == names.count else {
        let problem = TableProblem.raggedRow(found: row.cells.count, expected: names.count)
        throw .table(path: path, line: row.line, problem: problem)
      }
      for index in names.indices { columns[index].append(row.cells[index], line: row.line) }
    }
    return Table(columns: zip(names, columns).map { $1.column(named: $0) }, path: path)
  }

  // A line of one empty cell would be a blank one, which readers leave out.
  private static func row(_ cells: [String]) -> String {
    (cells == [""] ? "\"\"" : cells.joined(separator: ",")) + "\n"
  }

  private static func quoted(_ text: String) -> String {
    let special: Set<Character> = [",", ";", "\t", "\"", "\n", "\r", "\r\n"]
    let isPlain =
      !text.contains { special.contains($0) } && !text.hasPrefix("#") && text.first?.isWhitespace != true
      && text.last?.isWhitespace != true
    return isPlain
      ? text
      : "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func validates(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  private static func lineOfInvalidText(_ bytes: [UInt8]) -> Int {
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where String(validating: line, as: UTF8.self) == nil {
      return index + 1
    }
    return 1
  }
}

/// Collects a column as numbers for as long as its cells are numbers.
private struct ColumnBuilder {
  private var numbers: [Double] = []
  private var texts: [String] = []
  private var firstText: Table.Cell?

  mutating func append(_ cell: String, line: Int) {
    texts.append(cell)
    guard firstText == nil else { return }
    if let number = ColumnBuilder.number(cell) {
      numbers.append(number)
    } else {
      firstText = Table.Cell(line: line, text: cell)
    }
  }

  func column(named name: String) -> Table.Column {
    firstText == nil
      ? Table.Column(name: name, kind: .number(numbers))
      : Table.Column(name: name, kind: .text(texts), firstText: firstText)
  }

  /// Decimal numbers only: `Double` alone would take hexadecimal ones, too.
  private static func number(_ cell: String) -> Double? {
    if cell.isEmpty || cell == "NA" { return .nan }
    if cell.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) {
      return Double(cell)
    }
    switch cell.lowercased() {
    case "nan": return .nan
    case "inf", "+inf": return .infinity
    case "-inf": return -.infinity
    default: return nil
    }
  }
}
