public import NumericCore

/// Coasts, borders and other lines to draw: GMT's multi-segment text, or GeoJSON.
///
/// In GMT's text a line that starts with `>` begins a new piece and one with `#` is a comment; others hold x and
/// y, and more columns that are left out. Of GeoJSON every line and every ring of a polygon is a piece, in any
/// nesting of features and collections; points are left out. Coordinates are taken as they are.
public enum LineFile {
  /// - Returns: the pieces that have at least two places; never empty.
  /// - Throws: `.fileMissing`, `.unreadable`, `.malformed` with the line.
  public static func read(_ path: String) throws(DatasetError) -> [Points] {
    try LocalFile.checkIsLocal(path)
    let bytes = try LocalFile.read(path).withoutMark
    let isJSON = bytes.first { !JSONText.isBlank($0) } == UInt8(ascii: "{")
    let lines = isJSON ? try GeoJSON.lines(bytes, path: path) : try segments(bytes, path: path)
    let pieces = lines.filter { $0.count > 1 }
    guard !pieces.isEmpty else {
      throw .malformed(
        path: path, line: 1, found: "no line of two places or more",
        expected: "GMT's multi-segment text ('>' begins a piece, then x y on each line) or GeoJSON")
    }
    return pieces
  }

  private static func segments(_ bytes: [UInt8], path: String) throws(DatasetError) -> [Points] {
    var pieces = [Points(easting: [], northing: [])]
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let cells = TextNumbers.cells(of: line)
      guard let first = cells.first, first.first != UInt8(ascii: "#") else { continue }
      if first.first == UInt8(ascii: ">") {
        pieces.append(Points(easting: [], northing: []))
        continue
      }
      guard cells.count > 1, let x = TextNumbers.number(first), let y = TextNumbers.number(cells[1]) else {
        throw .malformed(
          path: path, line: index + 1, found: "'\(String(decoding: line.prefix(40), as: UTF8.self))'",
          expected: "x and y, or '>' and the name of a piece")
      }
      // GMT writes NaN where a line is broken.
      if x.isFinite, y.isFinite {
        pieces[pieces.count - 1].easting.append(x)
        pieces[pieces.count - 1].northing.append(y)
      } else {
        pieces.append(Points(easting: [], northing: []))
      }
    }
    return pieces
  }
}

/// The lines of a GeoJSON document (RFC 7946).
private enum GeoJSON {
  static func lines(_ bytes: [UInt8], path: String) throws(DatasetError) -> [Points] {
    var reader = JSONText(bytes, path: path)
    let document = try reader.document()
    var lines: [Points] = []
    collect(document, into: &lines)
    return lines
  }

  /// Features, collections and geometries all hold further ones under names of the format.
  private static func collect(_ value: JSONText.Value, into lines: inout [Points]) {
    guard case .object(let fields) = value else { return }
    for name in ["features", "geometries"] {
      if case .list(let children)? = fields[name] {
        for child in children { collect(child, into: &lines) }
      }
    }
    if let geometry = fields["geometry"] { collect(geometry, into: &lines) }
    if let coordinates = fields["coordinates"] { collectPlaces(coordinates, into: &lines) }
  }

  /// A list of places is a line; a list of anything else holds lines.
  private static func collectPlaces(_ value: JSONText.Value, into lines: inout [Points]) {
    guard case .list(let items) = value else { return }
    let places = items.compactMap { item -> (Double, Double)? in
      guard case .list(let numbers) = item, numbers.count > 1, case .number(let x) = numbers[0],
        case .number(let y) = numbers[1]
      else { return nil }
      return (x, y)
    }
    if !items.isEmpty, places.count == items.count {
      lines.append(Points(easting: places.map(\.0), northing: places.map(\.1)))
    } else {
      for item in items { collectPlaces(item, into: &lines) }
    }
  }
}

/// A reader of JSON (RFC 8259) for documents of others.
struct JSONText {
  indirect enum Value {
    case object([String: Value])
    case list([Value])
    case number(Double)
    case text(String)
    case word
  }

  /// Deeper nesting is no geometry, and would overflow the stack.
  private static let deepest = 200

  private let bytes: [UInt8]
  private let path: String
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8], path: String) { (self.bytes, self.path) = (bytes, path) }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  mutating func document() throws(DatasetError) -> Value {
    let value = try value()
    skipBlanks()
    guard position == bytes.count else { throw malformed("the end of the document") }
    return value
  }

  private mutating func value() throws(DatasetError) -> Value {
    skipBlanks()
    guard position < bytes.count else { throw malformed("a value") }
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { throw malformed("fewer than \(Self.deepest) brackets one in another") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .list(try list())
    case UInt8(ascii: "\""): return .text(try text())
    default: break
    }
    let start = position
    while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
    let word = bytes[start..<position]
    if ["true", "false", "null"].contains(String(decoding: word, as: UTF8.self)) { return .word }
    guard !word.isEmpty, let number = TextNumbers.number(word) else {
      position = start
      throw malformed("a value")
    }
    return .number(number)
  }

  private mutating func object() throws(DatasetError) -> [String: Value] {
    var fields: [String: Value] = [:]
    position += 1
    guard !takes("}") else { return fields }
    repeat {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw malformed("a name") }
      let name = try text()
      guard takes(":") else { throw malformed("':'") }
      fields[name] = try value()
    } while takes(",")
    guard takes("}") else { throw malformed("',' or '}'") }
    return fields
  }

  private mutating func list() throws(DatasetError) -> [Value] {
    var items: [Value] = []
    position += 1
    guard !takes("]") else { return items }
    repeat { items.append(try value()) } while takes(",")
    guard takes("]") else { throw malformed("',' or ']'") }
    return items
  }

  /// Escapes stay as they are: only the format's own names matter, which have none.
  private mutating func text() throws(DatasetError) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else {
      position = bytes.count
      throw malformed("a closing quote")
    }
    position += 1
    return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
  }

  private mutating func takes(_ mark: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private func malformed(_ expected: String) -> DatasetError {
    let place = min(position, bytes.count)
    let line = bytes[..<place].count { $0 == 0x0A } + 1
    let found =
      place < bytes.count
      ? "'\(String(decoding: bytes[place..<min(place + 20, bytes.count)], as: UTF8.self))'"
      : "the end of the file"
    return .malformed(path: path, line: line, found: found, expected: expected)
  }
}
