/// Words of a text with the lines where they stand, for formats that are lists of numbers.
struct TextNumbers {
  struct Word {
    var bytes: ArraySlice<UInt8>
    /// From 1.
    var line: Int

    var text: String { String(decoding: bytes.prefix(40), as: UTF8.self) }
    /// Blanks separate, so that a comma within is one of decimals.
    var number: Double? { TextNumbers.number(bytes) ?? TextNumbers.number(bytes, decimalComma: true) }
  }

  let bytes: [UInt8]
  let path: String
  private var position = 0
  private var line = 1

  init(_ bytes: [UInt8], path: String) { (self.bytes, self.path) = (bytes, path) }

  /// From a position on, which stands on a line.
  init(_ bytes: [UInt8], path: String, from position: Int, line: Int) {
    (self.bytes, self.path) = (bytes, path)
    (self.position, self.line) = (position, line)
  }

  /// The next word, whatever line it stands on.
  mutating func next() -> Word? {
    while position < bytes.count, Self.isBlank(bytes[position]) {
      if bytes[position] == 0x0A { line += 1 }
      position += 1
    }
    guard position < bytes.count else { return nil }
    let start = position
    while position < bytes.count, !Self.isBlank(bytes[position]) { position += 1 }
    return Word(bytes: bytes[start..<position], line: line)
  }

  mutating func number(_ what: String) throws(DatasetError) -> Double {
    guard let word = next() else {
      throw .malformed(path: path, line: line, found: "the end of the file", expected: what)
    }
    guard let number = word.number else {
      throw .malformed(path: path, line: word.line, found: "'\(word.text)'", expected: what)
    }
    return number
  }

  mutating func count(_ what: String) throws(DatasetError) -> Int {
    let value = try number(what)
    guard let count = Int(exactly: value), count > 0, count < 1 << 31 else {
      throw .malformed(path: path, line: line, found: "\(value)", expected: "\(what), a whole number above 0")
    }
    return count
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// The words of one line; blanks, commas, semicolons and tabs separate, several blanks as one.
  static func cells(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split { isBlank($0) || $0 == 0x2C || $0 == 0x3B }
  }

  /// A decimal number (`1.5e3`, Fortran's `1.5D3`) or `NaN`; nil for anything else.
  /// - Parameter decimalComma: whether a comma stands for the point.
  static func number(_ bytes: ArraySlice<UInt8>, decimalComma: Bool = false) -> Double? {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for byte in bytes {
      switch byte {
      case 0x2C where decimalComma: text.append(0x2E)
      case 0x2E where decimalComma: return nil
      case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x65, 0x45: text.append(byte)
      case 0x64, 0x44: text.append(0x65)
      default:
        return String(decoding: bytes, as: UTF8.self).lowercased() == "nan" ? .nan : nil
      }
    }
    return Double(String(decoding: text, as: UTF8.self))
  }
}
