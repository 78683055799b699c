extension Elementary {
  /// eˣ.
  public static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 710 { return .infinity }
    if x < -746 { return 0 }
    let (y, k) = exponential(Wide(x))
    return scaled(y, by: k)
  }

  /// eˣ − 1, without cancellation near 0.
  public static func expm1(_ x: Double) -> Double {
    if x.isNaN || x == 0 { return x }
    if x > 710 { return .infinity }
    if x < -40 { return -1 }
    if abs(x) < 0x1p-54 { return x }
    let (step, rest, k) = reduced(Wide(x))
    let power = powersOfTwo[step]
    if k > 60 { return scaled(power + power * rest, by: k) }
    let factor = powerOfTwo(k)
    let whole = Wide(power.high * factor, power.low * factor)
    let result = (whole + -1) + whole * rest
    return result.high
  }

  /// 10ˣ; exact for whole x from 0 to 22.
  public static func pow10(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 309 { return .infinity }
    if x < -324 { return 0 }
    let (y, k) = exponential(ln10 * x)
    return scaled(y, by: k)
  }

  /// e^x = y · 2^k with y in [1, 2], |x| < 800.
  static func exponential(_ x: Wide) -> (y: Wide, k: Int) {
    let (step, rest, k) = reduced(x)
    let power = powersOfTwo[step]
    return (power + power * rest, k)
  }

  /// e^x = 2^(k + step/128) · (1 + rest).
  private static func reduced(_ x: Wide) -> (step: Int, rest: Wide, k: Int) {
    let count = (x.high * 0x1.71547652b82fep7).rounded()
    let first = Wide.sum(x.high, -count * stepOfTwo.0)
    let second = Wide.sum(first.high, -count * stepOfTwo.1)
    let third = first.low + (x.low - count * stepOfTwo.2)
    let r = Wide.ordered(second.high, second.low + third)
    let square = r * r
    let cubic = 1 / 6 + r.high * (1 / 24 + r.high * (1 / 120 + r.high * (1 / 720)))
    let tail = square.high * r.high * cubic
    let rest = r + (Wide(square.high / 2, square.low / 2) + tail)
    let steps = Int(count)
    return (steps & 127, rest, steps >> 7)
  }
}
