/// Cuts the text of a table into lines of cells.
struct TableLines {
  struct Cell {
    var bytes: ArraySlice<UInt8>
    var isQuoted = false

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  struct Line {
    /// Where it starts, from 1; a quoted cell may go over several lines.
    var line: Int
    var cells: [Cell]
  }

  private let bytes: [UInt8]
  private let path: String
  private let dialect: TableDialect
  private var position = 0
  private var line = 1
  /// The last comment before the line that was answered last.
  private(set) var comment: ArraySlice<UInt8>?

  init(bytes: [UInt8], path: String, dialect: TableDialect) {
    (self.bytes, self.path, self.dialect) = (bytes, path, dialect)
  }

  /// The next line that is neither blank nor a comment.
  mutating func next() throws(DatasetError) -> Line? {
    skipComments()
    guard position < bytes.count else { return nil }
    let start = line
    guard let separator = dialect.separator.byte else {
      let cells = blankCells()
      endLine()
      return Line(line: start, cells: cells)
    }
    var cells: [Cell] = []
    while true {
      cells.append(try cell(separator))
      guard position < bytes.count else { break }
      if bytes[position] == separator {
        position += 1
      } else {
        endLine()
        break
      }
    }
    return Line(line: start, cells: cells)
  }

  private mutating func skipComments() {
    while position < bytes.count {
      let start = skippingSpace(from: position)
      let end = bytes[position...].firstIndex(where: isLineEnd) ?? bytes.count
      let content = bytes[min(start, end)..<end]
      guard content.isEmpty || dialect.isComment(content) else { return }
      if let mark = content.first, dialect.marks.contains(mark) { comment = content }
      position = end
      endLine()
    }
  }

  // A tab is a blank unless it separates.
  private func skippingSpace(from start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] == space || (bytes[index] == tab && dialect.separator.byte != tab)
    {
      index += 1
    }
    return index
  }

  private mutating func endLine() {
    guard position < bytes.count else { return }
    let isPair =
      bytes[position] == carriageReturn && position + 1 < bytes.count && bytes[position + 1] == lineFeed
    position += isPair ? 2 : 1
    line += 1
  }

  /// The words of a line where blanks separate; quotes keep words together.
  private mutating func blankCells() -> [Cell] {
    let end = bytes[position...].firstIndex(where: isLineEnd) ?? bytes.count
    let content = bytes[position..<end]
    position = end
    return TableLines.words(content, dialect.separator)
  }

  static func words(_ content: ArraySlice<UInt8>, _ separator: TableDialect.Separator) -> [Cell] {
    var cells: [Cell] = []
    var index = content.startIndex
    while index < content.endIndex {
      if separator.separates(content[index]) {
        index += 1
        continue
      }
      let isQuoted = content[index] == quote && separator == .blanks
      let start = isQuoted ? index + 1 : index
      let stop = content[start...].firstIndex { isQuoted ? $0 == quote : separator.separates($0) }
      let end = stop ?? content.endIndex
      cells.append(Cell(bytes: content[start..<end], isQuoted: isQuoted))
      index = isQuoted ? min(end + 1, content.endIndex) : end
    }
    return cells
  }

  /// Reads a cell and stops at the separator or the line's end after it.
  private mutating func cell(_ separator: UInt8) throws(DatasetError) -> Cell {
    let start = skippingSpace(from: position)
    if start < bytes.count, bytes[start] == quote {
      position = start + 1
      return try quotedCell(separator)
    }
    let end = bytes[start...].firstIndex { $0 == separator || isLineEnd($0) } ?? bytes.count
    position = end
    var last = end
    while last > start, bytes[last - 1] == space || bytes[last - 1] == tab { last -= 1 }
    return Cell(bytes: bytes[start..<last])
  }

  private mutating func quotedCell(_ separator: UInt8) throws(DatasetError) -> Cell {
    let opened = line
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == quote {
        guard position < bytes.count, bytes[position] == quote else {
          position = skippingSpace(from: position)
          guard position == bytes.count || bytes[position] == separator || isLineEnd(bytes[position]) else {
            throw .table(path: path, line: line, problem: .textAfterQuote)
          }
          return Cell(bytes: content[...], isQuoted: true)
        }
        position += 1
      } else if byte == lineFeed
        || (byte == carriageReturn && (position == bytes.count || bytes[position] != lineFeed))
      {
        line += 1
      }
      content.append(byte)
    }
    throw .table(path: path, line: opened, problem: .openQuote)
  }
}

let (quote, hash, comma, semicolon) = (UInt8(0x22), UInt8(0x23), UInt8(0x2C), UInt8(0x3B))
let (space, tab, lineFeed, carriageReturn) = (UInt8(0x20), UInt8(0x09), UInt8(0x0A), UInt8(0x0D))

func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
