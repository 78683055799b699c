/// The canonical layout of a manifest: one blank line between sections, operators of a section aligned, one
/// space where space belongs. Comments are kept and no value is touched, so no key changes.
public enum ManifestFormatter {
  /// The laid-out text. A text with syntax errors comes back unchanged: what can't be read can't be laid out.
  public static func format(_ text: String) -> String {
    guard ManifestParser.parse(text: text, path: "").diagnostics.isEmpty else { return text }
    let source = CleanSource(Array(text.utf8), path: "")
    var splitter = LineSplitter(Scanner(source, path: ""))
    let rows = splitter.split()
    guard !rows.isEmpty else { return "" }
    var output = ""
    var start = 0
    for end in 1...rows.count where end == rows.count || rows[end].isHeader {
      let section = Array(rows[start..<end])
      output += Self.lines(of: section).joined()
      start = end
    }
    return output
  }

  /// Lays out the rows from one header to the next. Comments directly above the next header belong to it and
  /// stand apart from the section's last line.
  private static func lines(of rows: [Row]) -> [String] {
    let sides = Sides(rows)
    let codes = rows.map { sides.code(of: $0) }
    let width = commentColumn(rows, codes)
    return rows.indices.map { index in
      let row = rows[index]
      let blank = row.isBlankBefore ? "\n" : ""
      guard let comment = row.comment else { return blank + codes[index] + "\n" }
      if codes[index].isEmpty {
        let indent = row.isContinuation ? sides.continuationIndent(of: row) : ""
        return blank + indent + comment + "\n"
      }
      let gap = String(repeating: " ", count: max(2, width - codes[index].count))
      return blank + codes[index] + gap + comment + "\n"
    }
  }

  /// Where comments behind code begin: two columns right of the longest commented line, unless that is far out.
  private static func commentColumn(_ rows: [Row], _ codes: [String]) -> Int {
    let limit = 80
    let widths = rows.indices.filter { rows[$0].comment != nil && !codes[$0].isEmpty }.map { codes[$0].count }
    return (widths.filter { $0 <= limit }.max() ?? 0) + 2
  }

  /// One line of text, taken apart.
  struct Row {
    var left = ""
    var sign = ""
    var right = ""
    var comment: String?
    var isHeader = false
    /// A further line of a list.
    var isContinuation = false
    var isBlankBefore = false
    /// Group of lines that are aligned with each other: `~` lines apart from the others.
    var isDraw = false
  }

  /// Widths of the left sides of a section, operators included.
  private struct Sides {
    private var plain = 0
    private var draw = 0

    init(_ rows: [Row]) {
      for row in rows where !row.sign.isEmpty {
        let width = row.left.count + 1 + row.sign.count
        if row.isDraw { draw = max(draw, width) } else { plain = max(plain, width) }
      }
    }

    private func width(of row: Row) -> Int { row.isDraw ? draw : plain }

    func continuationIndent(of row: Row) -> String { String(repeating: " ", count: width(of: row) + 1) }

    func code(of row: Row) -> String {
      if row.isContinuation { return row.right.isEmpty ? "" : continuationIndent(of: row) + row.right }
      guard !row.sign.isEmpty else { return row.left }
      let gap = width(of: row) - row.left.count - row.sign.count
      let code = row.left + String(repeating: " ", count: gap) + row.sign
      return row.right.isEmpty ? code : code + " " + row.right
    }
  }
}

/// Takes the lines of a manifest without mistakes apart.
private struct LineSplitter {
  typealias Row = ManifestFormatter.Row

  private var scanner: Scanner
  private var rows: [Row] = []
  private var blankLines = 0

  init(_ scanner: Scanner) { self.scanner = scanner }

  mutating func split() -> [Row] {
    var continues = false
    var isDraw = false
    while !scanner.isAtEnd {
      scanner.skipBlanks()
      if scanner.byte == Bytes.newline {
        blankLines += 1
        scanner.newline()
        continue
      }
      if scanner.isAtEnd { break }
      var row = Row()
      row.isBlankBefore = blankLines > 0 && !rows.isEmpty
      blankLines = 0
      let isComment = scanner.byte == Bytes.comment
      if continues {
        (row.isContinuation, row.isDraw) = (true, isDraw)
        row.isBlankBefore = false
      }
      if !isComment, !continues { readLeft(&row) }
      if !isComment, !row.isHeader { row.right = readRight() }
      if scanner.byte == Bytes.comment { row.comment = readComment() }
      if !isComment {
        continues = row.right.hasSuffix(",") || row.right.hasSuffix("(")
        isDraw = row.isDraw
      }
      if row.isHeader { separateHeader(&row) }
      if rows.last?.isHeader == true, !row.isHeader { row.isBlankBefore = false }
      rows.append(row)
      if scanner.byte == Bytes.newline { scanner.newline() }
    }
    return rows
  }

  /// A header stands behind a blank line, together with the comments directly above it.
  private mutating func separateHeader(_ row: inout Row) {
    if row.isBlankBefore || rows.isEmpty { return }
    var first = rows.count
    while first > 0, rows[first - 1].left.isEmpty, rows[first - 1].right.isEmpty,
      !rows[first - 1].isContinuation
    {
      first -= 1
      if rows[first].isBlankBefore { return }
    }
    if first == rows.count {
      row.isBlankBefore = true
    } else if first > 0, !rows[first - 1].isHeader {
      rows[first].isBlankBefore = true
    } else if first > 0 {
      row.isBlankBefore = true
    }
  }

  private mutating func readComment() -> String {
    let start = scanner.index
    scanner.skipToLineEnd()
    var end = scanner.index
    while end > start, Bytes.isBlank(scanner.bytes[end - 1]) { end -= 1 }
    return scanner.text(start..<end)
  }

  /// The header, or name and operator; `include` and `manifest` lines are all left side.
  private mutating func readLeft(_ row: inout Row) {
    if scanner.byte == Bytes.bracket { return readHeader(&row) }
    if scanner.startsSetting() {
      row.left = scanner.text(scanner.skipName())
      while scanner.byte == Bytes.dot {
        scanner.advance()
        row.left += "." + scanner.text(scanner.skipName())
      }
      scanner.skipBlanks()
      let start = scanner.index
      while "=<>~".utf8.contains(scanner.byte) || (scanner.byte == Bytes.minus && scanner.index == start + 1)
      {
        // `<-5`: in an expectation the sign belongs to the number; the parser has refused it there.
        if scanner.index == start + 1, scanner.bytes[start] != UInt8(ascii: "<"), scanner.byte == Bytes.minus
        {
          break
        }
        if scanner.index == start + 2 { break }
        scanner.advance()
      }
      row.sign = scanner.text(start..<scanner.index)
      row.isDraw = row.sign == "~"
    } else {
      row.left = scanner.text(scanner.skipName()) + " " + readRight()
    }
  }

  private mutating func readHeader(_ row: inout Row) {
    row.isHeader = true
    scanner.advance()
    scanner.skipBlanks()
    row.left = "[" + scanner.text(scanner.skipName())
    scanner.skipBlanks()
    if scanner.byte == UInt8(ascii: ":") {
      scanner.advance()
      scanner.skipBlanks()
      row.left += " : " + scanner.text(scanner.skipName())
    } else if scanner.byte != Bytes.closingBracket {
      row.left += " " + scanner.text(scanner.skipName())
    }
    scanner.skipBlanks()
    scanner.advance()
    scanner.skipBlanks()
    row.left += "]"
  }

  /// A value, with one space between its parts.
  private mutating func readRight() -> String {
    var text = ""
    while true {
      scanner.skipBlanks()
      if scanner.isAtLineEnd { return text }
      let part = readPart()
      let isTight =
        text.isEmpty || part == "," || part == ")" || part == "(" || text.hasSuffix("(")
      text += isTight ? part : " " + part
    }
  }

  private mutating func readPart() -> String {
    let start = scanner.index
    let byte = scanner.byte
    if byte == Bytes.quote {
      scanner.advance()
      while !scanner.isAtEnd, scanner.byte != Bytes.quote {
        scanner.advance(scanner.byte == UInt8(ascii: "\\") ? 2 : 1)
      }
      scanner.advance()
    } else if byte == Bytes.dot, scanner.byte(ahead: 1) == Bytes.dot {
      scanner.advance(2)
    } else if Bytes.isDigit(byte) || byte == Bytes.dot || byte == Bytes.minus || byte == UInt8(ascii: "+") {
      scanner.skipNumber()
      if scanner.index == start { scanner.advance() }
    } else if Bytes.isUnit(byte) || byte == UInt8(ascii: "$") {
      // Names, words, units: `$name`, `stage.port`, `kg/m3`.
      scanner.advance()
      while !scanner.isAtLineEnd, Bytes.isUnit(scanner.byte) || isInnerDot { scanner.advance() }
      _ = scanner.skipRegisterNumber(after: start..<scanner.index)
    } else {
      scanner.advance()
    }
    return scanner.text(start..<min(scanner.index, scanner.bytes.count))
  }

  private var isInnerDot: Bool { scanner.byte == Bytes.dot && scanner.byte(ahead: 1) != Bytes.dot }
}
