extension Elementary {
  /// The natural logarithm; −∞ at 0, NaN below.
  public static func log(_ x: Double) -> Double {
    special(x) ?? logarithm(Wide(x)).high
  }

  /// ln(1 + x), without cancellation near 0; −∞ at −1, NaN below.
  public static func log1p(_ x: Double) -> Double {
    if abs(x) < 0x1p-54 { return x }
    return special(1 + x) ?? logarithm(Wide.sum(1, x)).high
  }

  /// The decimal logarithm; exact for powers of ten.
  public static func log10(_ x: Double) -> Double {
    special(x) ?? (logarithm(Wide(x)) * log10E).high
  }

  /// x^y as IEEE 754 has it: 1 for y = 0 and for x = 1; NaN for x < 0 unless y is whole.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    if y.isInfinite {
      if x == -1 { return 1 }
      return (abs(x) > 1) == (y > 0) ? .infinity : 0
    }
    let whole = y.rounded(.towardZero) == y
    let odd = whole && abs(y) < 0x1p53 && Int(y) & 1 == 1
    let sign: Double = x.sign == .minus && odd ? -1 : 1
    if x == 0 || x.isInfinite { return sign * ((x == 0) == (y > 0) ? 0 : .infinity) }
    if x < 0 && !whole { return .nan }
    // Beyond 2^70 any base but ±1 overflows or vanishes, and the exact product would overflow too.
    let exponent = logarithm(Wide(abs(x))) * max(-0x1p70, min(0x1p70, y))
    if exponent.high > 710 { return sign * .infinity }
    if exponent.high < -746 { return sign * 0 }
    let (value, k) = exponential(exponent)
    return sign * scaled(value, by: k)
  }

  private static func special(_ x: Double) -> Double? {
    if x > 0 && x < .infinity { return nil }
    if x == 0 { return -.infinity }
    return x > 0 ? x : .nan
  }

  /// ln x of a positive finite x: x = 2^k · m, m in [√½, √2], and ln m = −ln c + ln(1 + (c·m − 1))
  /// with c the tabulated reciprocal of m rounded to 1/128. Near x = 1, k = 0 and c = 1, so that
  /// the relative error stays small.
  static func logarithm(_ x: Wide) -> Wide {
    var (high, low, k) = (x.high, x.low, 0)
    if high < 0x1p-1022 { (high, k) = (high * 0x1p54, -54) }
    let bits = high.bitPattern
    k += Int(bits >> 52) - 1023
    var m = Double(bitPattern: bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000)
    if m > 0x1.6a09e667f3bcdp0 { (m, k) = (m / 2, k + 1) }
    // The low part of 1 + x is lost only where it lies below the range of normal numbers.
    if low != 0 { low = low * powerOfTwo(-k / 2) * powerOfTwo(-k - (-k / 2)) }
    let index = Int((m * 128).rounded()) - 90
    let c = reciprocals[index]
    let scaled = Wide.product(m, c)
    let r = Wide.sum(scaled.high - 1, scaled.low + low * c)
    let square = r * r
    let cubic = 1 / 3 - r.high * (1 / 4 - r.high * (1 / 5 - r.high * (1 / 6 - r.high * (1 / 7 - r.high / 8))))
    let tail = square.high * r.high * cubic
    let fraction = r + (Wide(square.high / -2, square.low / -2) + tail)
    return (ln2 * Double(k) + logarithms[index]) + fraction
  }
}
