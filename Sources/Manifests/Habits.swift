/// What people write who come from other tools, and how it is written here. Nothing of it is accepted: a value
/// that means two things in two places is a trap.
public enum Habit {
  /// `yes` for `true` and `on`, `no` for `false` and `off`, in any letters; nil for any other word.
  public static func flag(_ word: String) -> String? {
    switch word.lowercased() {
    case "true", "on", "yes": "yes"
    case "false", "off", "no": "no"
    default: nil
    }
  }

  /// Whether a word says that there is no value.
  public static func isNothing(_ word: String) -> Bool {
    ["none", "null", "nil", "nan", "na"].contains(word.lowercased())
  }

  /// A name in the letters that names have here: `depth` for `Depth`, `l2_norm` for `l2-norm`; nil if that is no name.
  static func name(_ text: String) -> String? {
    let name = String(text.lowercased().map { $0 == "-" ? "_" : $0 })
    guard let first = name.utf8.first, first &- 0x61 < 26, name != text,
      name.utf8.allSatisfy({ $0 &- 0x61 < 26 || Bytes.isDigit($0) || $0 == UInt8(ascii: "_") })
    else { return nil }
    return name
  }

  /// `0, 40, 0, 30` for `0/40/0/30` and `-R0/40/0/30`; nil for anything else.
  static func list(ofSlashes text: String) -> String? {
    let numbers = text.hasPrefix("-R") ? text.dropFirst(2) : Substring(text)
    let parts = numbers.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.allSatisfy({ ExactDecimal($0) != nil }) else { return nil }
    return parts.joined(separator: ", ")
  }

  /// `kg/m3` for `kg m-3` and `kg m^-3`; nil for words that are no such unit.
  static func unit(ofWords text: String) -> String? {
    var (above, below): ([String], [String]) = ([], [])
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "*" || $0 == "." }) {
      let letters = word.prefix { $0.isLetter }
      let power = word.dropFirst(letters.count).drop { $0 == "^" }
      guard !letters.isEmpty, power.isEmpty || Int(power) != nil else { return nil }
      if power.hasPrefix("-") {
        below.append("\(letters)\(power == "-1" ? "" : power.dropFirst())")
      } else {
        above.append("\(letters)\(power)")
      }
    }
    guard above.count == 1, below.count == 1 else { return nil }
    return above[0] + "/" + below[0]
  }

  /// The text of a list with points for the commas that stand between two digits; nil where there is no such comma.
  static func decimalPoints(_ text: String) -> String? {
    var bytes = Array(text.utf8)
    var wasPoint = false
    var found = false
    for index in bytes.indices.dropFirst().dropLast() {
      if bytes[index] == Bytes.dot { wasPoint = true }
      guard bytes[index] == Bytes.comma else { continue }
      let isTight = Bytes.isDigit(bytes[index - 1]) && Bytes.isDigit(bytes[index + 1])
      // Of two in one number (`1,2,3`) the second can't be a decimal one.
      if isTight, !wasPoint {
        bytes[index] = Bytes.dot
        found = true
      }
      wasPoint = isTight && !wasPoint
    }
    return found ? String(decoding: bytes, as: UTF8.self) : nil
  }
}

/// A text of another language in the place of a manifest.
enum ForeignText {
  /// The language, and number and length of the first line that shows it; nil for what may be a manifest with mistakes.
  static func find(_ bytes: [UInt8]) -> (language: String, line: Int, length: Int)? {
    var (first, foreign, others): ((line: Int, length: Int)?, Int, Int) = (nil, 0, 0)
    var (rest, index) = (bytes[...], -1)
    // Line by line: a manifest shows in its first ones that it is one.
    while !rest.isEmpty {
      let line = rest.prefix { $0 != Bytes.newline }
      rest = rest[line.endIndex...].dropFirst()
      index += 1
      let text = line.drop(while: Bytes.isBlank)
      guard let start = text.first, start != Bytes.comment else { continue }
      if start == Bytes.bracket,
        text.dropFirst().first.map({ Bytes.isLetter($0) || Bytes.isBlank($0) }) == true
      {
        return nil
      }
      if first == nil, start == UInt8(ascii: "{") { return ("JSON", index + 1, 1) }
      if first == nil, start == UInt8(ascii: "<") { return ("XML", index + 1, 1) }
      guard isYAML(text) else {
        others += 1
        continue
      }
      foreign += 1
      if first == nil { first = (index + 1, text.count) }
    }
    guard let first, foreign > others else { return nil }
    return ("YAML", first.line, first.length)
  }

  /// `key: value`, `key:`, `- item`, `---`.
  private static func isYAML(_ line: ArraySlice<UInt8>) -> Bool {
    if line.starts(with: "---".utf8) { return true }
    if line.first == Bytes.minus { return line.dropFirst().first.map(Bytes.isBlank) == true }
    let rest = line.drop { Bytes.isNamed($0) || $0 == Bytes.minus || $0 == Bytes.dot }
    guard rest.count < line.count, rest.first == UInt8(ascii: ":") else { return false }
    return rest.dropFirst().first.map(Bytes.isBlank) ?? true
  }
}
