/// How to read a table; what is nil is told from the text.
public struct TableReadOptions: Sendable, Equatable {
  /// How the lines are parted into cells.
  public enum Layout: Sendable {
    case auto
    /// A header line, and cells between separators.
    case csv
    /// Lines of numbers, with a line of names or without.
    case plain
  }

  /// How the lines are parted into cells.
  public var layout: Layout
  /// Of the columns, in place of a header.
  public var names: [String]
  /// Whether a comma sets off decimals.
  public var decimalComma: Bool?
  /// Lines at the top that are passed over, whatever they hold: the head of a GSLIB file.
  public var skippedLines = 0

  /// What is not given is taken from the text.
  public init(layout: Layout = .auto, names: [String] = [], decimalComma: Bool? = nil) {
    (self.layout, self.names, self.decimalComma) = (layout, names, decimalComma)
  }
}

/// Tables as text, UTF-8: CSV with a header line, or lines of numbers.
///
/// Cells are separated by `,`, `;`, tabs or blanks, whichever stands in every line; plain numbers also by any of them. Decimals
/// are set off by a point, or by a comma where nothing else can be meant. Cells may be quoted (`""` is a quote within), lines
/// end with LF, CRLF or CR, a byte-order mark is skipped, blank lines and comments are left out: lines that start with `#`,
/// outside CSV also with `>`, `%`, `!` or `/`, and the names of Geosoft's lines. A column is one of numbers when every cell is a
/// decimal number, `inf`, empty or a word for a missing value (`nan`, `NA`, `*`), which become NaN. A header cell without a name
/// (as of a table's row numbers) is called `columnN`, N from 1; units are taken from brackets in the header, as in
/// `height (ft)`, or from a line of units below it. Where no line names the columns, a comment just above the numbers may.
public enum TableFile {
  /// A CSV file with a header.
  /// - Throws: `.fileMissing`, `.unreadable`, `.table` with the line where the text is malformed.
  public static func read(_ path: String) throws(DatasetError) -> Table {
    try readAny(path, options: TableReadOptions(layout: .csv))
  }

  /// - Throws: as `read`; `.malformed` for words among the numbers of a file without a header, and another number of columns
  ///   than named; `.unclear` where commas may separate or set off decimals.
  public static func readAny(
    _ path: String, options: TableReadOptions = TableReadOptions()
  ) throws(DatasetError) -> Table {
    var bytes = try LocalFile.read(path)
    if options.skippedLines > 0 {
      let ends = bytes.indices.filter { bytes[$0] == 0x0A }
      let end = options.skippedLines <= ends.count ? ends[options.skippedLines - 1] + 1 : bytes.count
      bytes.removeFirst(end)
    }
    return try table(bytes, options, path: path)
  }

  static func table(
    _ bytes: [UInt8], _ options: TableReadOptions = TableReadOptions(layout: .csv), path: String
  ) throws(DatasetError) -> Table {
    try ForeignFormat.check(bytes, path: path)
    guard bytes.withUnsafeBufferPointer({ validates($0) }) else {
      throw .table(path: path, line: lineOfInvalidText(bytes), problem: .notUTF8)
    }
    guard !bytes.contains(0) else { throw .unknownFormat(path: path) }
    return try TableText(bytes, options, path: path).table()
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
