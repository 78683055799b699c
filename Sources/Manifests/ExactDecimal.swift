/// A decimal number without rounding: sign · digits · 10^exponent.
///
/// `0.2 km` and `200 m` are the same `ExactDecimal` in metres, which no binary fraction could give.
public struct ExactDecimal: Hashable, Sendable, CustomStringConvertible {
  /// Most significant first, without leading or trailing zeros; empty for zero.
  public let digits: [UInt8]
  /// Power of ten that the last digit counts.
  public let exponent: Int
  /// The sign; zero is not negative.
  public let isNegative: Bool

  /// The number ± digits · 10^exponent; zeros at both ends are taken away.
  public init(digits: [UInt8], exponent: Int, isNegative: Bool) {
    let leading = digits.prefix { $0 == 0 }.count
    let trailing = digits.reversed().prefix { $0 == 0 }.count
    if leading == digits.count {
      (self.digits, self.exponent, self.isNegative) = ([], 0, false)
    } else {
      self.digits = Array(digits[leading..<(digits.count - trailing)])
      (self.exponent, self.isNegative) = (exponent + trailing, isNegative)
    }
  }

  /// Parses `-12.5e-3`; nil for anything else, and for exponents beyond ±9999.
  public init?(_ text: some StringProtocol) { self.init(utf8: text.utf8) }

  /// Reads the ASCII text of a number; a manifest has many, so no strings are made.
  init?(utf8 text: some Collection<UInt8>) {
    var rest = text[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest.removeFirst()
    }
    var digits: [UInt8] = []
    var exponent = 0
    var seenPoint = false
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else if Bytes.isDigit(byte) {
        digits.append(byte - UInt8(ascii: "0"))
        if seenPoint { exponent -= 1 }
      } else {
        break
      }
      rest.removeFirst()
    }
    guard !digits.isEmpty else { return nil }
    if let mark = rest.first {
      guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
      let power = String(decoding: rest.dropFirst(), as: UTF8.self)
      guard let power = Int(power), abs(power) <= 9999 else { return nil }
      exponent += power
    }
    self.init(digits: digits, exponent: exponent, isNegative: isNegative)
  }

  /// The shortest decimal that reads back as `value`.
  /// - Precondition: `value` is finite.
  public init(_ value: Double) {
    precondition(value.isFinite, "only a finite number has a decimal form")
    guard let exact = ExactDecimal(String(describing: value)) else {
      preconditionFailure("unreadable number \(value)")
    }
    self = exact
  }

  /// A whole number, exactly.
  public init(_ value: Int) { self = ExactDecimal(String(value)) ?? ExactDecimal(0.0) }

  /// The nearest binary number.
  public var double: Double { Double(description) ?? .nan }

  /// Whether a binary number is near it: no decimal beyond 1.8e308 has one.
  public var isFinite: Bool { digits.count + exponent <= 308 || double.isFinite }

  /// Canonical text: `0`, `-1.25e-05` never; always digits and, unless zero, an exponent: `2e-6`, `125e-2`, `7`.
  public var description: String {
    guard !digits.isEmpty else { return "0" }
    let sign = isNegative ? "-" : ""
    let mantissa = String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
    return exponent == 0 ? sign + mantissa : "\(sign)\(mantissa)e\(exponent)"
  }

  /// Text for people: `0.2`, `2669`, `-40000`; with an exponent where zeros would fill the line.
  public var plain: String {
    let top = digits.count + exponent
    guard !digits.isEmpty, top > -6, top <= 16 else { return scientific }
    let sign = isNegative ? "-" : ""
    if exponent >= 0, !isNegative { return magnitudeText }
    let text = String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
    if exponent >= 0 { return sign + text + String(repeating: "0", count: exponent) }
    if top <= 0 { return "\(sign)0." + String(repeating: "0", count: -top) + text }
    return "\(sign)\(text.prefix(top)).\(text.dropFirst(top))"
  }

  /// `1.25e-9`
  private var scientific: String {
    guard let first = digits.first else { return "0" }
    let tail = String(decoding: digits.dropFirst().map { $0 + 48 }, as: UTF8.self)
    let mantissa = "\(isNegative ? "-" : "")\(first)" + (tail.isEmpty ? "" : "." + tail)
    return "\(mantissa)e\(digits.count + exponent - 1)"
  }

  /// Whether it is a whole number.
  public var isWhole: Bool { exponent >= 0 }

  /// The whole number it is; nil for fractions and beyond the range of `Int`.
  public var integer: Int? {
    guard isWhole, digits.count + exponent <= 19 else { return nil }
    return Int((isNegative ? "-" : "") + magnitudeText)
  }

  private var magnitudeText: String {
    guard !digits.isEmpty else { return "0" }
    return String(unsafeUninitializedCapacity: digits.count + exponent) { buffer in
      for index in buffer.indices { buffer[index] = index < digits.count ? digits[index] + 48 : 48 }
      return digits.count + exponent
    }
  }

  /// 1.
  public static let one = ExactDecimal(digits: [1], exponent: 0, isNegative: false)

  /// self · 10^power, exactly.
  public func shifted(by power: Int) -> ExactDecimal {
    ExactDecimal(digits: digits, exponent: exponent + power, isNegative: isNegative)
  }

  /// The product, exactly.
  public static func * (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    var product = [Int](repeating: 0, count: left.digits.count + right.digits.count)
    for (i, a) in left.digits.enumerated() {
      for (j, b) in right.digits.enumerated() { product[i + j + 1] += Int(a) * Int(b) }
    }
    for index in product.indices.reversed().dropLast() {
      product[index - 1] += product[index] / 10
      product[index] %= 10
    }
    return ExactDecimal(
      digits: product.map(UInt8.init), exponent: left.exponent + right.exponent,
      isNegative: left.isNegative != right.isNegative)
  }

  /// The nearest binary number to self / divisor; exact before rounding where the divisor is a power of ten.
  public func double(dividedBy divisor: ExactDecimal) -> Double {
    guard divisor.digits == [1] else { return double / divisor.double }
    return ExactDecimal(
      digits: digits, exponent: exponent - divisor.exponent,
      isNegative: isNegative != divisor.isNegative
    ).double
  }
}

extension ExactDecimal: Comparable {
  /// By value.
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? magnitudeLess(right, left) : magnitudeLess(left, right)
  }

  private static func magnitudeLess(_ left: ExactDecimal, _ right: ExactDecimal) -> Bool {
    if left.digits.isEmpty || right.digits.isEmpty { return !right.digits.isEmpty && left.digits.isEmpty }
    let (leftTop, rightTop) = (left.digits.count + left.exponent, right.digits.count + right.exponent)
    if leftTop != rightTop { return leftTop < rightTop }
    return left.digits.lexicographicallyPrecedes(right.digits)
  }
}
