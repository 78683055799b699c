/// A unit as files of others write it: what it measures, and how it becomes the unit that the program keeps.
struct FileUnit: Equatable {
  let measure: Measure
  /// Canonical value = value · multiplier / divisor: powers of ten below one would not be exact.
  private(set) var multiplier: Double
  private(set) var divisor: Double

  var isCanonical: Bool { multiplier == 1 && divisor == 1 }

  func convert(_ value: Double) -> Double { value * multiplier / divisor }

  func convert(_ values: [Double]) -> [Double] { isCanonical ? values : values.map(convert) }

  init(_ measure: Measure, times multiplier: Double = 1, over divisor: Double = 1) {
    (self.measure, self.multiplier, self.divisor) = (measure, multiplier, divisor)
  }

  /// Spellings with powers, signs and blanks of any kind, and a number in front as in `1e-5 m s-2`. Nil for a unit that
  /// isn't known.
  init?(_ text: String) {
    let trimmed = FileUnit.trimmed(text)
    if let unit = FileUnit.known(trimmed) {
      self = unit
      return
    }
    guard let (factor, rest) = FileUnit.split(trimmed), let unit = FileUnit.known(rest) else { return nil }
    self = unit
    if factor.isPower, factor.exponent < 0 {
      divisor *= FileUnit.power(-factor.exponent)
    } else {
      multiplier *= factor.isPower ? FileUnit.power(factor.exponent) : factor.number
    }
  }

  private static func known(_ text: String) -> FileUnit? {
    UnitTable.byCase[text] ?? UnitTable.all[normalized(text)]
  }

  /// Without brackets around it.
  static func trimmed(_ text: String) -> String {
    var text = text.trimmingBlanks
    while let first = text.first, let last = text.last, text.count > 1,
      ["()", "[]", "{}"].contains("\(first)\(last)")
    {
      text = String(text.dropFirst().dropLast()).trimmingBlanks
    }
    return text
  }

  /// `m s^-2`, `m/s**2`, `m·s⁻²` and `M/S2` lose their spelling: `ms-2`, `m/s2`.
  private static func normalized(_ text: String) -> String {
    let replaced: [Character: Character] = [
      "µ": "u", "μ": "u", "²": "2", "³": "3", "⁻": "-", "−": "-", "–": "-", "¹": "1",
    ]
    let dropped: Set<Character> = [" ", ".", "*", "^", "·", "_", "(", ")", "×", "\u{A0}"]
    return String(text.lowercased().filter { !dropped.contains($0) }.map { replaced[$0] ?? $0 })
  }

  private struct Factor {
    var number = 1.0
    var exponent = 0
    var isPower = false
  }

  /// A number in front of a unit: `1e-5`, `10^-5`, `10**-5`, `0.1`. Powers of ten are told apart as they are divided by.
  private static func split(_ text: String) -> (Factor, String)? {
    let bytes = Array(text.replacing("−", with: "-").utf8)
    let digits = bytes.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
    guard !digits.isEmpty else { return nil }
    var end = digits.count
    var factor = Factor()
    let mantissa = Double(String(decoding: digits, as: UTF8.self)) ?? 0
    let marks: [[UInt8]] = [Array("**".utf8), Array("^".utf8), Array("e".utf8), Array("E".utf8)]
    let mark = marks.first { bytes[end...].starts(with: $0) } ?? []
    let exponent = bytes[(end + mark.count)...].prefix {
      $0 == 0x2D || $0 == 0x2B || (0x30...0x39).contains($0)
    }
    let isTen = mark.first == 0x65 || mark.first == 0x45 ? mantissa == 1 : mantissa == 10
    if isTen, let power = Int(String(decoding: exponent, as: UTF8.self)), abs(power) < 300 {
      (factor.exponent, factor.isPower) = (power, true)
      end += mark.count + exponent.count
    } else {
      factor.number = mantissa
    }
    let rest = String(decoding: bytes[end...], as: UTF8.self).trimmingBlanks.drop { "*·×x ".contains($0) }
    guard factor.number > 0, factor.number.isFinite, !rest.isEmpty else { return nil }
    return (factor, String(rest))
  }

  private static func power(_ exponent: Int) -> Double {
    // Exact up to 10²².
    (0..<exponent).reduce(1.0) { product, _ in product * 10 }
  }
}

extension String {
  var trimmingBlanks: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

/// Conversion of values whose unit the user names.
public enum FileUnits {
  /// The values in the canonical unit of a measure; nil for a unit that isn't known or of something else.
  public static func converted(_ values: [Double], from text: String, to measure: Measure) -> [Double]? {
    guard let unit = FileUnit(text), unit.measure == measure else { return nil }
    return unit.convert(values)
  }

  /// Whether two spellings mean one unit.
  public static func isSame(_ first: String, _ second: String) -> Bool {
    FileUnit(first).map { $0 == FileUnit(second) } ?? (first == second)
  }

  /// What a unit measures; nil for one that isn't known.
  public static func measure(of text: String) -> Measure? { FileUnit(text)?.measure }
}
