/// How the text of a table is written: what separates its cells, what sets off decimals, and which lines are none of it.
struct TableDialect: Equatable {
  enum Separator: Equatable {
    case character(UInt8)
    /// Blanks and tabs, several as one.
    case blanks
    /// Blanks, tabs, commas and semicolons, several as one, where lines differ.
    case any

    var byte: UInt8? { if case .character(let byte) = self { byte } else { nil } }

    func separates(_ byte: UInt8) -> Bool {
      switch self {
      case .character(let own): byte == own
      case .blanks: byte == space || byte == tab
      case .any: byte == space || byte == tab || byte == comma || byte == semicolon
      }
    }
  }

  var separator = Separator.character(comma)
  var decimalComma = false
  /// Bytes that begin a comment.
  var marks: [UInt8] = [hash]
  /// Whether lines of Geosoft's names (`Line L100`) divide the others.
  var hasLineNames = false

  /// Of a line without the blanks in front.
  func isComment(_ content: ArraySlice<UInt8>) -> Bool {
    guard let first = content.first else { return true }
    return marks.contains(first) || (hasLineNames && TableDialect.isLineName(content))
  }

  /// `Line L100`, `Tie 9000:1`, `Base`, as Geosoft's XYZ files have them.
  static func isLineName(_ content: ArraySlice<UInt8>) -> Bool {
    let words = String(decoding: content.prefix(80), as: UTF8.self).lowercased().split { $0.isWhitespace }
    guard let kind = words.first,
      ["line", "tie", "base", "test", "trend", "special", "random"].contains(kind)
    else {
      return false
    }
    guard words.count == 2 else { return words.count == 1 && kind != "line" }
    return words[1].contains { $0.isNumber }
      && words[1].allSatisfy { $0.isNumber || $0.isLetter || ".:_-".contains($0) }
  }
}

/// A number of a cell.
enum TableNumber {
  private static let missing: Set<String> = [
    "", "na", "n/a", "nan", "-nan", "+nan", "null", "none", "#n/a", "<na>", "<null>", "-", "--", "---", "?",
    "1.#qnan",
    "-1.#ind", "#num!", "#value!", "#div/0!",
  ]

  /// Nil for what is none; NaN for an empty cell and words for a missing value. Decimal numbers only: `Double` alone would
  /// take hexadecimal ones, too.
  /// - Parameter isFortran: whether `1.5D3` is a number.
  static func value(_ cell: ArraySlice<UInt8>, decimalComma: Bool, isFortran: Bool) -> Double? {
    if let first = cell.first,
      (0x30...0x39).contains(first) || first == 0x2D || first == 0x2E || first == 0x2B
    {
      let isExponent = cell.contains { $0 == 0x44 || $0 == 0x64 }
      if isFortran || !isExponent || isSigned(cell),
        let number = TextNumbers.number(cell, decimalComma: decimalComma)
      {
        return number
      }
    }
    guard cell.count < 12 else { return nil }
    let word = String(decoding: cell, as: UTF8.self).lowercased()
    if missing.contains(word) || word.allSatisfy({ $0 == "*" }) { return .nan }
    switch word {
    case "inf", "+inf", "infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }

  /// `1.5D+03`, which no name or number of something is.
  private static func isSigned(_ cell: ArraySlice<UInt8>) -> Bool {
    guard let mark = cell.firstIndex(where: { $0 == 0x44 }), cell.contains(0x2E) else { return false }
    let sign = cell.index(after: mark)
    return sign < cell.endIndex && (cell[sign] == 0x2B || cell[sign] == 0x2D)
  }

  /// Whether a cell is a number with one comma in it and no point.
  static func hasDecimalComma(_ cell: ArraySlice<UInt8>) -> Bool {
    guard cell.count(where: { $0 == comma }) == 1, let place = cell.firstIndex(of: comma) else {
      return false
    }
    let after = cell.index(after: place)
    guard after < cell.endIndex, (0x30...0x39).contains(cell[after]) else { return false }
    return TextNumbers.number(cell, decimalComma: true) != nil
  }

  static func hasDecimalPoint(_ cell: ArraySlice<UInt8>) -> Bool {
    cell.contains(0x2E) && !cell.contains(comma) && TextNumbers.number(cell) != nil
  }
}
