/// Reads a table's text by its dialect.
struct TableText {
  private let bytes: [UInt8]
  private let path: String
  private let options: TableReadOptions
  private let dialect: TableDialect

  /// Titles, units and what else stands before the first row of values.
  private struct Head {
    var names: [String] = []
    var units: [String?] = []
    var nameless: Set<Int> = []
    var isHeader = false
    /// Columns of a row.
    var width = 0
    /// Whether rows have an empty cell behind the last name.
    var hasTail = false
    var remarks: [String] = []
  }

  init(_ bytes: [UInt8], _ options: TableReadOptions, path: String) throws(DatasetError) {
    var content = bytes.withoutMark
    // The end of a text in CP/M and DOS.
    while content.last == 0x1A { content.removeLast() }
    (self.bytes, self.options, self.path) = (content, options, path)
    dialect = try DialectDetection(content, options, path: path).dialect()
  }

  func table() throws(DatasetError) -> Table {
    var lines = TableLines(bytes: bytes, path: path, dialect: dialect)
    guard let first = try lines.next() else { throw .table(path: path, line: 1, problem: .empty) }
    var head = try head(first, comment: lines.comment)
    var pending: TableLines.Line? = head.isHeader ? try lines.next() : first
    if head.isHeader, let line = pending, let units = units(line, head) {
      head.units = zip(head.units, units).map { $0 ?? $1 }
      pending = try lines.next()
    }
    try fit(&head, to: pending)
    var columns = (0..<head.width).map { _ in ColumnBuilder() }
    var isText = false
    while let row = pending {
      try append(row, to: &columns, head)
      isText = isText || columns.contains { $0.firstText != nil }
      pending = try lines.next()
    }
    if isText { try collectTexts(&columns, head) }
    return table(columns, head)
  }

  // MARK: Head

  private func head(_ first: TableLines.Line, comment: ArraySlice<UInt8>?) throws(DatasetError) -> Head {
    var head = Head()
    var cells = first.cells.map(\.text)
    head.isHeader = options.layout == .csv || isHeader(first.cells)
    if head.isHeader, dialect.separator == .blanks { cells = Self.withUnits(cells) }
    head.width = cells.count
    var titles = head.isHeader ? cells : []
    if !head.isHeader, options.names.isEmpty, let named = names(in: comment, count: head.width) {
      titles = named
      head.remarks.append("a comment names the columns: \(named.joined(separator: ", "))")
    }
    if !options.names.isEmpty {
      try checkNames(titles, head.isHeader, line: first.line)
      titles = options.names
    }
    try setNames(titles, of: &head, line: first.line)
    if dialect.decimalComma { head.remarks.append("commas set off decimals") }
    return head
  }

  /// No cell of a header is a number, but for the numbers that pandas gives to columns without names.
  private func isHeader(_ cells: [TableLines.Cell]) -> Bool {
    let numbers = cells.map { number($0.bytes) }
    let isCounted =
      cells.count > 2 && cells[0].bytes.isEmpty
      && numbers.dropFirst().enumerated().allSatisfy { $1 == Double($0) }
    if isCounted { return true }
    return cells.contains { !$0.bytes.isEmpty } && numbers.allSatisfy { $0 == nil || $0?.isNaN == true }
      && numbers.contains { $0 == nil }
  }

  private func number(_ cell: ArraySlice<UInt8>) -> Double? {
    TableNumber.value(cell, decimalComma: dialect.decimalComma, isFortran: dialect.separator.byte == nil)
  }

  /// The words of a comment above the numbers, where two of them name a place.
  private func names(in comment: ArraySlice<UInt8>?, count: Int) -> [String]? {
    guard let comment else { return nil }
    let text = comment.drop { dialect.marks.contains($0) }
    for separator in [dialect.separator, .any, .blanks] {
      let cells = TableLines.words(text, separator).map { $0.text.trimmingBlanks }
      let words = cells.count == count ? cells : Self.withUnits(cells)
      guard words.count == count else { continue }
      let roles = Set(words.compactMap { CoordinateRole(name: ColumnTitle($0).name) })
      let isPlace = roles.contains { $0.side == .easting } && roles.contains { $0.side == .northing }
      if isPlace { return words }
    }
    return nil
  }

  /// Units in brackets behind a blank belong to the word before: `x (m) y (m) z (ft)`.
  private static func withUnits(_ words: [String]) -> [String] {
    var result: [String] = []
    for word in words {
      let isBracketed = "([{".contains(word.first ?? " ") && ")]}".contains(word.last ?? " ")
      if isBracketed, let last = result.last {
        result[result.count - 1] = "\(last) \(word)"
      } else {
        result.append(word)
      }
    }
    return result
  }

  private func checkNames(_ titles: [String], _ isHeader: Bool, line: Int) throws(DatasetError) {
    guard isHeader, Set(titles) == Set(options.names), titles != options.names else { return }
    throw .malformed(
      path: path, line: line, found: "the columns \(titles.joined(separator: ", "))",
      expected: "the order that was named, \(options.names.joined(separator: ", ")); leave the names out")
  }

  private func setNames(_ titles: [String], of head: inout Head, line: Int) throws(DatasetError) {
    let usual = ["easting", "northing", "upward"]
    let count = titles.isEmpty ? head.width : titles.count
    for index in 0..<count {
      var name = index < titles.count ? titles[index] : ""
      if titles.isEmpty, index < 3 { name = usual[index] }
      if name.isEmpty {
        name = "column\(index + 1)"
        head.nameless.insert(index)
      }
      // What pandas makes of a header's empty cell when it writes the table again.
      if name.hasPrefix("Unnamed: ") { head.nameless.insert(index) }
      guard !head.names.contains(name) else {
        throw .table(path: path, line: line, problem: .duplicateColumn(name))
      }
      head.names.append(name)
    }
    head.units = head.names.map { ColumnTitle($0).unit }
  }

  /// A line of units below the header.
  private func units(_ line: TableLines.Line, _ head: Head) -> [String?]? {
    let cells = line.cells.map { $0.text.trimmingBlanks }
    guard options.names.isEmpty, cells.count == head.names.count else { return nil }
    let named = cells.filter { !$0.isEmpty && $0 != "-" }
    let isUnits = named.allSatisfy { cell in
      let isBracketed = "([{".contains(cell.first ?? " ") && ")]}".contains(cell.last ?? " ")
      return Double(cell) == nil && (isBracketed || FileUnit(cell) != nil)
    }
    return named.count > 1 && isUnits
      ? cells.map { $0.isEmpty || $0 == "-" ? nil : FileUnit.trimmed($0) } : nil
  }

  /// What the first row says about columns that the header leaves out.
  private func fit(_ head: inout Head, to row: TableLines.Line?) throws(DatasetError) {
    guard let row else {
      head.width = head.names.count
      return
    }
    let (found, named) = (row.cells.count, head.names.count)
    head.width = named
    if found == named + 1, let last = row.cells.last, last.bytes.isEmpty {
      head.hasTail = true
    } else if found == named + 1, head.isHeader, options.names.isEmpty, isRowName(row.cells[0]) {
      // R writes row names, and no name for their column.
      head.names.insert("column1", at: 0)
      head.units.insert(nil, at: 0)
      head.nameless = [0]
      head.width += 1
    } else if found != named, !head.isHeader || !options.names.isEmpty {
      throw .malformed(
        path: path, line: row.line, found: "\(found) columns", expected: "\(named), as many as were named")
    }
  }

  private func isRowName(_ cell: TableLines.Cell) -> Bool {
    // Between other separators a number too many is one more likely.
    cell.isQuoted || (dialect.separator == .blanks && number(cell.bytes) == 1)
  }

  // MARK: Rows

  private func append(
    _ row: TableLines.Line, to columns: inout [ColumnBuilder], _ head: Head
  ) throws(DatasetError) {
    var count = row.cells.count
    if head.hasTail, count == head.width + 1, row.cells[head.width].bytes.isEmpty { count -= 1 }
    guard count == head.width else { throw ragged(row, count, head) }
    for index in 0..<count {
      let cell = row.cells[index].bytes
      if let number = number(cell) {
        columns[index].numbers.append(number)
      } else if columns[index].firstText == nil {
        guard head.isHeader || columns[index].numbers.isEmpty else {
          let text = String(decoding: cell.prefix(40), as: UTF8.self)
          throw .malformed(path: path, line: row.line, found: "'\(text)'", expected: "a number")
        }
        columns[index].firstText = Table.Cell(line: row.line, text: row.cells[index].text)
      }
    }
  }

  private func ragged(_ row: TableLines.Line, _ count: Int, _ head: Head) -> DatasetError {
    guard head.isHeader else {
      return .malformed(
        path: path, line: row.line, found: "\(count) numbers",
        expected: "\(head.width) as on the lines before")
    }
    return .table(path: path, line: row.line, problem: .raggedRow(found: count, expected: head.width))
  }

  /// Columns of text keep their cells as they are; they are known only when all lines have been seen.
  private func collectTexts(_ columns: inout [ColumnBuilder], _ head: Head) throws(DatasetError) {
    var lines = TableLines(bytes: bytes, path: path, dialect: dialect)
    let wanted = columns.indices.filter { columns[$0].firstText != nil }
    if head.isHeader {
      let header = try lines.next()
      var next = lines
      if header != nil, let line = try next.next(), units(line, head) != nil { lines = next }
    }
    while let row = try lines.next() {
      for index in wanted where index < row.cells.count { columns[index].texts.append(row.cells[index].text) }
    }
  }

  private func table(_ columns: [ColumnBuilder], _ head: Head) -> Table {
    var found: [Table.Column] = []
    for (index, builder) in columns.enumerated() {
      let isNameless = head.nameless.contains(index)
      // A separator at the end, or the start, of every line.
      if isNameless, builder.firstText == nil, builder.numbers.allSatisfy(\.isNaN) { continue }
      var column = builder.column(named: head.names[index])
      (column.unit, column.isNameless) = (head.units[index], isNameless)
      found.append(column)
    }
    var table = Table(columns: found, path: path)
    table.isNamed =
      head.isHeader || !options.names.isEmpty || head.remarks.contains { $0.hasPrefix("a comment") }
    table.hasLineNames = dialect.hasLineNames
    table.remarks = head.remarks
    return table
  }
}

/// Collects a column as numbers for as long as its cells are numbers.
private struct ColumnBuilder {
  var numbers: [Double] = []
  var texts: [String] = []
  var firstText: Table.Cell?

  func column(named name: String) -> Table.Column {
    firstText == nil
      ? Table.Column(name: name, kind: .number(numbers))
      : Table.Column(name: name, kind: .text(texts), firstText: firstText)
  }
}
