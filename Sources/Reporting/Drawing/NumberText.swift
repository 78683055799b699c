/// Numbers as people read them: same digits on every machine, no locale.
public enum NumberText {
  /// `value` with `decimals` digits after the point, half rounded to even: `-1.20` → `−1.20`.
  /// Not-a-number gives an en dash, infinities `∞`.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return special(value) }
    let scaled = (abs(value) * power(decimals)).rounded(.toNearestOrEven)
    guard scaled < 9e15 else { return significant(value) }
    var digits = String(Int64(scaled))
    if decimals > 0 {
      digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return (value < 0 && scaled > 0 ? minus : "") + digits
  }

  /// `value` with at most `digits` significant digits and no trailing zeros; powers of ten outside 10⁻⁴ …
  /// 10⁶.
  public static func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite else { return special(value) }
    guard value != 0 else { return "0" }
    let (rounded, exponent) = decimalDigits(abs(value), digits)
    let sign = value < 0 ? minus : ""
    if exponent < -4 || exponent >= max(6, digits) {
      let rest = rounded.dropFirst()
      return sign + rounded.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "×10" + superscript(exponent)
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + rounded }
    let whole = exponent + 1
    if rounded.count <= whole {
      return sign + rounded + String(repeating: "0", count: whole - rounded.count)
    }
    return sign + rounded.prefix(whole) + "." + rounded.dropFirst(whole)
  }

  /// Seconds: `12 ms`, `3.4 s`, `2 min 05 s`, `1 h 02 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return special(.nan) }
    if seconds < 0.0995 { return significant(seconds * 1000, 2) + " ms" }
    if seconds < 9.95 { return fixed(seconds, decimals: 1) + " s" }
    if seconds < 59.5 { return fixed(seconds, decimals: 0) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min"
  }

  /// Bytes: `812 kB`, `1.3 GB` (powers of 1000).
  public static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(max(0, count)), 0)
    while value >= 999.5, unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
    return significant(value, 3) + " " + units[unit]
  }

  /// A coordinate inside SVG: at most two decimals, ASCII minus, no trailing zeros.
  static func coordinate(_ value: Double) -> String {
    precondition(value.isFinite, "a coordinate of a figure is not finite")
    let hundredths = Int((value * 100).rounded())
    let (whole, part) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    if part == 0 { return sign + String(whole) }
    let text = part % 10 == 0 ? String(part / 10) : twoDigits(part)
    return sign + String(whole) + "." + text
  }

  static let minus = "\u{2212}"

  private static func special(_ value: Double) -> String {
    value.isNaN ? "–" : (value < 0 ? minus : "") + "∞"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  private static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (exponent < 0 ? "⁻" : "") + String(String(abs(exponent)).map { digits[$0.wholeNumberValue ?? 0] })
  }

  /// Rounded digits without trailing zeros and the power of ten of the first one. Works on the shortest
  /// decimal that reads back as the number, so a tie is the one a reader sees.
  private static func decimalDigits(_ value: Double, _ count: Int) -> (text: String, exponent: Int) {
    var text = Substring(String(describing: value))
    var exponent = 0
    if let mark = text.firstIndex(of: "e") {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let whole = parts.first.map(String.init) ?? ""
    var digits = (whole + (parts.count > 1 ? parts[1] : "")).compactMap { $0.wholeNumberValue }
    exponent += whole.count - 1
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    if digits.count > count {
      let up = digits[count] >= 5
      digits.removeLast(digits.count - count)
      if up { exponent += carry(into: &digits) }
    }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    return (digits.map(String.init).joined(), exponent)
  }

  /// Adds one unit of the last digit; answers 1 where that makes a new leading digit.
  private static func carry(into digits: inout [Int]) -> Int {
    var index = digits.count - 1
    while index >= 0 {
      if digits[index] < 9 {
        digits[index] += 1
        return 0
      }
      digits[index] = 0
      index -= 1
    }
    digits.insert(1, at: 0)
    digits.removeLast()
    return 1
  }
}
