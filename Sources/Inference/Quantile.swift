import NumericCore

/// Inverse distribution functions: the value below which a share u of the distribution lies.
///
/// All take 0 ≤ u ≤ 1 and give finite values: where the distribution has no bound, u = 0 and u = 1
/// stand for 2⁻⁵⁴ and 1 − 2⁻⁵³, 8.3 standard deviations from the mean, which is as far as a double
/// in the unit interval tells.
public enum Quantile {
  /// low + (high − low) u.
  public static func uniform(_ u: Double, low: Double, high: Double) -> Double {
    check(u)
    return u == 1 ? high : low + (high - low) * u
  }

  /// mean + deviation Φ⁻¹(u).
  public static func normal(_ u: Double, mean: Double, deviation: Double) -> Double {
    mean + deviation * standardNormal(u)
  }

  /// 10^(log₁₀ low + (log₁₀ high − log₁₀ low) u), exactly `low` at 0 and `high` at 1. At
  /// u = k/(n − 1) it agrees with `numpy.logspace` to some ten ulp: each rounds the exponent in its
  /// own order, and the power magnifies that.
  /// - Precondition: low and high are positive.
  public static func logUniform(_ u: Double, low: Double, high: Double) -> Double {
    check(u)
    precondition(low > 0 && high > 0, "bounds of a logarithmic distribution are positive")
    if u == 0 { return low }
    if u == 1 { return high }
    let start = Elementary.log10(low)
    return Elementary.pow10(start + (Elementary.log10(high) - start) * u)
  }

  /// 10^(log₁₀ median + decades Φ⁻¹(u)); `decades` is the standard deviation of the decimal
  /// logarithm.
  /// - Precondition: the median is positive.
  public static func logNormal(_ u: Double, median: Double, decades: Double) -> Double {
    precondition(median > 0, "the median of a logarithmic distribution is positive")
    return Elementary.pow10(Elementary.log10(median) + decades * standardNormal(u))
  }

  /// The whole numbers low … high, all alike: the least whose distribution function reaches u.
  /// - Precondition: low ≤ high.
  public static func integers(_ u: Double, low: Int, high: Int) -> Int {
    precondition(low <= high, "an empty range")
    return low + index(u, of: high - low + 1)
  }

  /// One of the values, all alike, in their order.
  /// - Precondition: there is a value.
  public static func discrete<Value>(_ u: Double, _ values: [Value]) -> Value {
    precondition(!values.isEmpty, "no values")
    return values[index(u, of: values.count)]
  }

  /// The least k in 0 ..< count with (k + 1)/count ≥ u.
  private static func index(_ u: Double, of count: Int) -> Int {
    check(u)
    let size = Double(count)
    let above = max(1, (u * size).rounded(.up))
    // The product may be rounded up past a whole number that u does not exceed.
    let least = above > 1 && (above - 1) / size >= u ? above - 1 : above
    return min(count, Int(least)) - 1
  }

  static func check(_ u: Double) { precondition(u >= 0 && u <= 1, "u lies outside 0 … 1") }
}
