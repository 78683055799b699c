/// Cuts the text of a table into lines of cells.
struct TableLines {
  struct Line {
    /// Where it starts, from 1; a quoted cell may go over several lines.
    var line: Int
    var cells: [String]
  }

  private let bytes: [UInt8]
  private let path: String
  private let separator: UInt8
  private var position = 0
  private var line = 1

  init(bytes: [UInt8], path: String) {
    (self.bytes, self.path) = (bytes, path)
    separator = TableLines.separator(of: bytes)
  }

  /// The next line that is neither blank nor a comment.
  mutating func next() throws(DatasetError) -> Line? {
    skipBlankLines()
    guard position < bytes.count else { return nil }
    let start = line
    var cells: [String] = []
    while true {
      cells.append(try cell())
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

  private mutating func skipBlankLines() {
    while position < bytes.count {
      let start = skippingSpace(from: position)
      let isComment = start < bytes.count && bytes[start] == hash
      let end = isComment ? (bytes[start...].firstIndex(where: isLineEnd) ?? bytes.count) : start
      guard end == bytes.count || isLineEnd(bytes[end]) else { return }
      position = end
      endLine()
    }
  }

  // A tab is a blank unless it separates.
  private func skippingSpace(from start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] == space || (bytes[index] == tab && separator != tab) {
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

  /// Reads a cell and stops at the separator or the line's end after it.
  private mutating func cell() throws(DatasetError) -> String {
    let start = skippingSpace(from: position)
    if start < bytes.count, bytes[start] == quote {
      position = start + 1
      return try quotedCell()
    }
    let end = bytes[start...].firstIndex { $0 == separator || isLineEnd($0) } ?? bytes.count
    position = end
    var last = end
    while last > start, bytes[last - 1] == space || bytes[last - 1] == tab { last -= 1 }
    return String(decoding: bytes[start..<last], as: UTF8.self)
  }

  private mutating func quotedCell() throws(DatasetError) -> String {
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
          return String(decoding: content, as: UTF8.self)
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

  /// The candidate that stands most often, outside quotes, in the first line that is no comment.
  private static func separator(of bytes: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for line in bytes.split(whereSeparator: isLineEnd) {
      guard let first = line.first(where: { $0 != space && $0 != tab }), first != hash else { continue }
      for byte in line {
        if byte == quote { isQuoted.toggle() }
        if !isQuoted { counts[byte, default: 0] += 1 }
      }
      break
    }
    var best = comma
    for candidate in [semicolon, tab] where counts[candidate, default: 0] > counts[best, default: 0] {
      best = candidate
    }
    return best
  }
}

private let (quote, hash, comma, semicolon) = (UInt8(0x22), UInt8(0x23), UInt8(0x2C), UInt8(0x3B))
private let (space, tab, lineFeed, carriageReturn) = (UInt8(0x20), UInt8(0x09), UInt8(0x0A), UInt8(0x0D))

private func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
