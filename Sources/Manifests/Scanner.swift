/// A mistake that ends the reading of a line.
struct SyntaxError: Error {
  var fact: SyntaxFact
  var place: SourcePlace
}

/// The text of one manifest as its scanners share it.
final class ScannedText: Sendable {
  let bytes: [UInt8]
  let path: PathNumber
  let isASCII: Bool

  init(_ source: CleanSource, path: String) {
    (bytes, isASCII, self.path) = (source.bytes, source.isASCII, PathNumber(path))
  }
}

/// A position in the text of one manifest, with its line and column. Copied for every look ahead.
struct Scanner {
  private let text: ScannedText
  var bytes: [UInt8] { text.bytes }
  private(set) var index = 0
  private(set) var line = 1
  private(set) var lineStart = 0
  /// Where a column was last counted; saves counting a long line again for each of its places.
  private var counted = (index: 0, column: 1)

  init(_ source: CleanSource, path: String) {
    text = ScannedText(source, path: path)
  }

  var isAtEnd: Bool { index >= bytes.count }
  /// 0 behind the end: no manifest holds that byte once cleaned.
  var byte: UInt8 { index < bytes.count ? bytes[index] : 0 }
  func byte(ahead: Int) -> UInt8 { index + ahead < bytes.count ? bytes[index + ahead] : 0 }
  var isAtLineEnd: Bool { isAtEnd || byte == Bytes.newline || byte == Bytes.comment }

  mutating func advance(_ count: Int = 1) { index += count }

  mutating func skipBlanks() { while index < bytes.count, Bytes.isBlank(bytes[index]) { index += 1 } }

  mutating func skipToLineEnd() { while index < bytes.count, bytes[index] != Bytes.newline { index += 1 } }

  /// Steps over the end of a line.
  mutating func newline() {
    index += 1
    line += 1
    lineStart = index
    counted = (index, 1)
  }

  /// Steps over blank lines and comments to the next thing that says something.
  mutating func skipToContent() {
    while true {
      skipBlanks()
      if byte == Bytes.comment { skipToLineEnd() }
      guard byte == Bytes.newline else { return }
      newline()
    }
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The place of bytes on the current line.
  mutating func place(_ range: Range<Int>) -> SourcePlace {
    if text.isASCII {
      return SourcePlace(
        path: text.path, line: line, column: range.lowerBound - lineStart + 1, length: max(1, range.count))
    }
    if counted.index > range.lowerBound { counted = (lineStart, 1) }
    counted.column += text(counted.index..<range.lowerBound).count
    counted.index = range.lowerBound
    return SourcePlace(
      path: text.path, line: line, column: counted.column, length: max(1, text(range).count))
  }

  mutating func here() -> SourcePlace { place(index..<index) }

  mutating func fail(_ fact: SyntaxFact, _ range: Range<Int>) -> SyntaxError {
    SyntaxError(fact: fact, place: place(range))
  }

  /// A run of bytes that may stand in names, with inner hyphens so that `l2-norm` is quoted whole.
  mutating func skipName() -> Range<Int> {
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if Bytes.isNamed(byte) || (byte == Bytes.minus && index > start && Bytes.isNamed(self.byte(ahead: 1))) {
        index += 1
      } else {
        break
      }
    }
    return start..<index
  }

  /// What stands here up to the next blank, comma or comment, cut to a length that suits a message.
  mutating func skipOddity() -> Range<Int> {
    let start = index
    while !isAtLineEnd, !Bytes.isBlank(byte), byte != Bytes.comma, byte != Bytes.close || index == start {
      index += 1
    }
    return start..<index
  }

  /// Text for a message.
  func excerpt(_ range: Range<Int>) -> String {
    let limit = 60
    let whole = text(range.lowerBound..<min(range.upperBound, range.lowerBound + 4 * limit))
    return whole.count > limit ? String(whole.prefix(limit)) + "…" : whole
  }

  /// Whether a line that begins here reads `name =`, `stage.name ~` and the like.
  func startsSetting() -> Bool {
    var copy = self
    copy.skipBlanks()
    guard !copy.skipName().isEmpty else { return false }
    while copy.byte == Bytes.dot {
      copy.advance()
      guard !copy.skipName().isEmpty else { return false }
    }
    copy.skipBlanks()
    return "=<>~".utf8.contains(copy.byte)
  }

  /// From somewhere within a line to the end of it and of the lines that a trailing comma adds.
  mutating func skipStatement() {
    while true {
      let last = skipLine()
      guard last == Bytes.comma, byte == Bytes.newline else { return }
      var ahead = self
      ahead.skipToContent()
      if ahead.isAtEnd || ahead.byte == Bytes.bracket || ahead.startsSetting() { return }
      self = ahead
    }
  }

  /// To the end of the line; answers the last byte before blanks and comment.
  private mutating func skipLine() -> UInt8 {
    var last: UInt8 = 0
    var isQuoted = false
    while !isAtEnd, byte != Bytes.newline {
      if byte == Bytes.quote { isQuoted.toggle() }
      if byte == Bytes.comment, !isQuoted {
        skipToLineEnd()
        break
      }
      if !Bytes.isBlank(byte) { last = byte }
      index += 1
    }
    return last
  }
}
