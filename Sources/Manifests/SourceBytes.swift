/// Classes of bytes in a manifest.
enum Bytes {
  static let newline = UInt8(ascii: "\n")
  static let comment = UInt8(ascii: "#")
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let dot = UInt8(ascii: ".")
  static let minus = UInt8(ascii: "-")
  static let open = UInt8(ascii: "(")
  static let close = UInt8(ascii: ")")
  static let bracket = UInt8(ascii: "[")
  static let closingBracket = UInt8(ascii: "]")

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  /// May stand in a name; what is not ASCII is let through so that the whole name is quoted as malformed.
  static func isNamed(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
  }
  static func startsUnit(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "%") || byte >= 0x80
  }
  static func isUnit(_ byte: UInt8) -> Bool {
    startsUnit(byte) || isDigit(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "^")
      || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "_") || byte == minus
  }
}

/// Text made fit for reading: bytes that no manifest may hold are blanked, and reported one a line.
struct CleanSource {
  var bytes: [UInt8]
  var isASCII: Bool
  /// Lines with blanked bytes; other mistakes in them are consequences and not reported.
  var damagedLines: Set<Int> = []
  var diagnostics: [Diagnostic] = []

  init(_ raw: [UInt8], path: String) {
    bytes = raw
    if raw.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var plain = true
    var foreign = false
    for byte in bytes where byte < 0x20 || byte >= 0x7F {
      if byte >= 0x80 { foreign = true } else if byte != 0x0A && byte != 0x09 { plain = false }
    }
    isASCII = !foreign
    if foreign || !plain { clean(path: path) }
  }

  private mutating func clean(path: String) {
    var (line, lineStart, index) = (1, 0, 0)
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Bytes.newline {
        index += 1
        (line, lineStart) = (line + 1, index)
        continue
      }
      let length = byte < 0x80 ? 1 : Self.sequenceLength(bytes, at: index)
      if let fact = fault(at: index, length: length) {
        if damagedLines.insert(line).inserted {
          let column = String(decoding: bytes[lineStart..<index], as: UTF8.self).count + 1
          diagnostics.append(
            Diagnostic(.syntax(fact), at: SourcePlace(file: path, line: line, column: column)))
        }
        bytes[index] = 0x20
      }
      index += max(length, 1)
    }
  }

  private func fault(at index: Int, length: Int) -> SyntaxFact? {
    let byte = bytes[index]
    if length == 0 { return .invalidUTF8 }
    if byte >= 0x20 && byte != 0x7F || byte == 0x09 { return nil }
    let next = index + 1 < bytes.count ? bytes[index + 1] : Bytes.newline
    return byte == 0x0D && next == Bytes.newline ? nil : .controlCharacter(byte)
  }

  /// Bytes of the well-formed sequence at `index` (Unicode 15, table 3-7), 0 if there is none.
  static func sequenceLength(_ bytes: [UInt8], at index: Int) -> Int {
    func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index + offset < bytes.count && range.contains(bytes[index + offset])
    }
    switch bytes[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
    case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
    case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
    case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
    case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
    case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
    default: return 0
    }
  }
}
