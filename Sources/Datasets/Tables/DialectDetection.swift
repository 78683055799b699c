/// Tells a table's dialect from its first lines.
struct DialectDetection {
  private let lines: [ArraySlice<UInt8>]
  private let path: String
  private let options: TableReadOptions
  private let marks: [UInt8]
  private let hasLineNames: Bool

  /// Lines that are looked at.
  private static let sample = 500

  init(_ bytes: [UInt8], _ options: TableReadOptions, path: String) {
    (self.options, self.path) = (options, path)
    var dialect = TableDialect()
    // Of a CSV file only `#` begins comments: its first cell may be any other text.
    if options.layout != .csv { dialect.marks = [0x23, 0x3E, 0x25, 0x21, 0x2F] }
    marks = dialect.marks
    var found: [ArraySlice<UInt8>] = []
    var hasNames = false
    var start = 0
    while start < bytes.count, found.count < Self.sample {
      let end = bytes[start...].firstIndex(where: isLineEnd) ?? bytes.count
      let line = bytes[start..<end]
      let content = line.drop { $0 == space || $0 == tab }
      start = end + 1
      guard !dialect.isComment(content) else { continue }
      if options.layout != .csv, TableDialect.isLineName(content) {
        hasNames = true
      } else {
        // Tabs in front may be empty cells.
        found.append(line)
      }
    }
    (lines, hasLineNames) = (found, hasNames)
  }

  /// - Throws: `.unclear` where commas may separate or set off decimals.
  func dialect() throws(DatasetError) -> TableDialect {
    var result = TableDialect()
    (result.marks, result.hasLineNames) = (marks, hasLineNames)
    guard let first = lines.first else { return result }
    if isDecimalCommaBetweenBlanks {
      (result.separator, result.decimalComma) = (.blanks, true)
      return result
    }
    result.separator = separator(first)
    switch result.separator {
    case .character(comma): result.decimalComma = try quotedDecimalCommas()
    case .character: result.decimalComma = try decimalCommas(result.separator)
    case .blanks, .any: break
    }
    if result.separator == .character(comma) { try checkPairs() }
    return result
  }

  /// The lines without a header.
  private var data: ArraySlice<ArraySlice<UInt8>> { hasHeader ? lines.dropFirst() : lines[...] }

  private var hasHeader: Bool {
    guard lines.count > 1 else { return false }
    // By the digits alone, as what separates is not known yet.
    return !lines[0].allSatisfy { !($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 | 0x20 == 0x65 }
  }

  // MARK: Separator

  private func count(_ byte: UInt8, _ line: ArraySlice<UInt8>) -> Int {
    var isQuoted = false
    var result = 0
    for next in line {
      if next == quote { isQuoted.toggle() }
      if !isQuoted, next == byte { result += 1 }
    }
    return result
  }

  /// The character that stands in every line; where none does, blanks, or whatever is found between numbers.
  private func separator(_ first: ArraySlice<UInt8>) -> TableDialect.Separator {
    for candidate in [tab, semicolon, comma] where lines.allSatisfy({ count(candidate, $0) > 0 }) {
      if candidate == tab, holdsBlankNumbers { continue }
      return .character(candidate)
    }
    let counts = [comma, semicolon, tab].map { byte in (byte, count(byte, first)) }
    let isPlain = data.allSatisfy { line in
      TableLines.words(line, .any).allSatisfy { number($0.bytes) != nil }
    }
    // Lines of numbers may each be separated in their own way; a header by other marks than they are.
    if options.layout != .csv, isPlain, data.contains(where: { TableLines.words($0, .any).count > 1 }) {
      let isOnlyBlank = data.allSatisfy { count(comma, $0) == 0 && count(semicolon, $0) == 0 }
      return isOnlyBlank && counts[0].1 == 0 && counts[1].1 == 0 ? .blanks : .any
    }
    if options.layout != .csv, counts.allSatisfy({ $0.1 == 0 }), isBlankTable(first) { return .blanks }
    let best = counts.max { $0.1 < $1.1 } ?? (comma, 0)
    return .character(best.1 > 0 ? best.0 : comma)
  }

  /// A header of several words, and as many in every line, or one more: row names.
  private func isBlankTable(_ first: ArraySlice<UInt8>) -> Bool {
    let names = TableLines.words(first, .blanks).count
    guard names > 1, lines.count > 1 else { return false }
    return data.allSatisfy { names...(names + 1) ~= TableLines.words($0, .blanks).count }
  }

  /// Whether cells between tabs hold several numbers.
  private var holdsBlankNumbers: Bool {
    data.contains { line in
      TableLines.words(line, .character(tab)).contains { cell in
        let words = TableLines.words(cell.bytes, .blanks)
        return words.count > 1 && words.allSatisfy { number($0.bytes) != nil }
      }
    }
  }

  private func number(_ cell: ArraySlice<UInt8>) -> Double? {
    TableNumber.value(cell, decimalComma: false, isFortran: true)
  }

  // MARK: Decimals

  /// `500000,50 7000000,25`: in every line as many words, all numbers, with a comma between digits at most.
  private var isDecimalCommaBetweenBlanks: Bool {
    guard options.decimalComma != false, options.layout != .csv else { return false }
    var width: Int?
    var hasComma = false
    for line in data {
      let words = TableLines.words(line, .blanks)
      guard words.count > 1, width == nil || width == words.count else { return false }
      guard line.allSatisfy({ $0 != semicolon }), !line.contains(tab) || count(tab, line) < words.count - 1
      else {
        return false
      }
      width = words.count
      for word in words {
        if TableNumber.hasDecimalComma(word.bytes) {
          hasComma = true
        } else if word.bytes.contains(comma) || number(word.bytes) == nil {
          return false
        }
      }
    }
    return hasComma
  }

  /// Of cells between semicolons or tabs.
  private func decimalCommas(_ separator: TableDialect.Separator) throws(DatasetError) -> Bool {
    if let told = options.decimalComma { return told }
    let cells = data.flatMap { TableLines.words($0, separator).map { trimmed($0.bytes) } }
    guard let example = cells.first(where: TableNumber.hasDecimalComma) else { return false }
    if let other = cells.first(where: TableNumber.hasDecimalPoint) { throw mixed(example, other) }
    return true
  }

  /// Of quoted cells between commas; those with groups of three digits may be thousands.
  private func quotedDecimalCommas() throws(DatasetError) -> Bool {
    if let told = options.decimalComma { return told }
    var cells: [ArraySlice<UInt8>] = []
    var hasPoint: ArraySlice<UInt8>?
    for line in data where line.contains(quote) {
      for piece in pieces(line) {
        if piece.isQuoted, TableNumber.hasDecimalComma(piece.bytes) { cells.append(piece.bytes) }
        if TableNumber.hasDecimalPoint(piece.bytes) { hasPoint = piece.bytes }
      }
    }
    guard let example = cells.first else { return false }
    if let hasPoint { throw mixed(example, hasPoint) }
    let mayBeThousands = cells.allSatisfy { cell in
      let parts = cell.split(separator: comma)
      return parts.count == 2 && parts[1].count == 3 && parts[0].count <= 4 && parts[0] != [0x30]
    }
    guard !mayBeThousands else {
      throw unclear(
        "holds numbers as \"\(String(decoding: example, as: UTF8.self))\", whose comma may set off decimals or thousands",
        "say decimal = comma for decimals; remove the commas where they set off thousands")
    }
    return true
  }

  private func mixed(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>) -> DatasetError {
    unclear(
      "holds numbers with a comma, '\(String(decoding: first, as: UTF8.self))', and with a point, "
        + "'\(String(decoding: second, as: UTF8.self))'", "say decimal = comma or decimal = point")
  }

  private func unclear(_ what: String, _ hint: String) -> DatasetError {
    .unclear(path: path, variable: "table", what: what, hint: hint)
  }

  private func pieces(_ line: ArraySlice<UInt8>) -> [TableLines.Cell] {
    var lines = TableLines(bytes: Array(line), path: path, dialect: TableDialect())
    // A cell that goes on in the next line can't be cut here; it is no number.
    return (try? lines.next())??.cells ?? []
  }

  private func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = cell.drop { $0 == space || $0 == quote }
    return start.prefix(start.count - start.reversed().prefix { $0 == space || $0 == quote }.count)
  }

  /// Numbers that are cut into two by decimal commas: twice as many cells as names, or without a header every second cell
  /// short, of equal length and without a sign.
  private func checkPairs() throws(DatasetError) {
    guard options.decimalComma != false, let line = data.first, !data.contains(where: { $0.contains(quote) })
    else {
      return
    }
    let rows = data.map { $0.split(separator: comma, omittingEmptySubsequences: false).map { trimmed($0) } }
    let width = rows[0].count
    guard width > 2, width % 2 == 0, rows.allSatisfy({ $0.count == width }) else { return }
    let isWhole = { (cell: ArraySlice<UInt8>) in
      !cell.isEmpty && cell.drop { $0 == 0x2D || $0 == 0x2B }.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard rows.allSatisfy({ $0.allSatisfy(isWhole) }) else { return }
    let isDecimals = stride(from: 1, to: width, by: 2).allSatisfy { column in
      let length = rows[0][column].count
      return length <= 3
        && rows.allSatisfy {
          $0[column].count == length && (0x30...0x39).contains($0[column][$0[column].startIndex])
        }
    }
    let names = !options.names.isEmpty ? options.names.count : hasHeader ? count(comma, lines[0]) + 1 : 0
    guard names != width, isDecimals || names * 2 == width, rows.count > 1 || names * 2 == width else {
      return
    }
    let text = String(decoding: line.prefix(60), as: UTF8.self)
    throw unclear(
      "has lines as '\(text)', whose commas may separate cells, set off decimals or both",
      "write it with points or with semicolons between cells; say decimal = point where every comma separates"
    )
  }
}
