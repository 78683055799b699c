import NumericCore

extension Quantile {
  /// Φ⁻¹(u), the quantile of the normal distribution of mean 0 and deviation 1, by the rational
  /// functions of PPND16, to 2 · 10⁻¹⁵ relative. [Wichura1988]
  public static func standardNormal(_ u: Double) -> Double {
    check(u)
    let share = u == 0 ? 0x1p-54 : min(u, 1 - 0x1p-53)
    let q = share - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(r, centre.top) / polynomial(r, centre.bottom)
    }
    let r = (-Elementary.log(q < 0 ? share : 1 - share)).squareRoot()
    let (shift, part) = r <= 5 ? (1.6, flank) : (5, tail)
    let size = polynomial(r - shift, part.top) / polynomial(r - shift, part.bottom)
    return q < 0 ? -size : size
  }

  /// The normal distribution of this mean and deviation where it lies between low and high:
  /// Φ⁻¹(Φ(a) + u (Φ(b) − Φ(a))) in units of the deviation. An interval above the mean is mirrored, so that small
  /// tails keep their digits.
  /// - Precondition: deviation > 0, low < high, and less than 37 deviations from the mean to the interval.
  public static func truncatedNormal(
    _ u: Double, mean: Double, deviation: Double, low: Double, high: Double
  ) -> Double {
    check(u)
    precondition(deviation > 0 && low < high, "a deviation and an interval")
    if u == 0 || u == 1 { return u == 0 ? low : high }
    let (a, b) = ((low - mean) / deviation, (high - mean) / deviation)
    let isAbove = a > 0
    let (lower, upper) = isAbove ? (-b, -a) : (a, b)
    let (start, end) = (NormalDistribution.cumulative(lower), NormalDistribution.cumulative(upper))
    precondition(end > start, "the interval has no probability")
    let place = start + (end - start) * (isAbove ? 1 - u : u)
    let drawn = standardNormal(max(place, start > 0 ? start : 1e-300))
    return min(high, max(low, mean + deviation * (isAbove ? -drawn : drawn)))
  }

  /// The normal distribution of which this share lies between low and high and half of the rest on either side: mean
  /// ½(low + high), deviation ½(high − low)/Φ⁻¹(½(1 + share)). With a share of 1 − 1/n the least and the greatest of n
  /// centered samples of a Latin hypercube are low and high.
  /// - Precondition: low < high, 0.001 ≤ share ≤ 1.
  public static func normalBetween(_ u: Double, low: Double, high: Double, share: Double) -> Double {
    precondition(low < high && share >= 0.001 && share <= 1, "an interval and a share of it")
    return low + 0.5 * (high - low) * (1 + standardNormal(u) / standardNormal(0.5 * (1 + share)))
  }

  /// The decimal logarithm is `normalBetween` those of low and high.
  /// - Precondition: 0 < low < high, 0.001 ≤ share ≤ 1.
  public static func logNormalBetween(_ u: Double, low: Double, high: Double, share: Double) -> Double {
    precondition(low > 0, "bounds of a logarithmic distribution are positive")
    return Elementary.pow10(
      normalBetween(u, low: Elementary.log10(low), high: Elementary.log10(high), share: share))
  }

  private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  /// |u − ½| ≤ 0.425, in 0.180625 − (u − ½)²; lowest power first.
  private static let centre = (
    top: [
      3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
      4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ] as [Double],
    bottom: [
      1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ] as [Double]
  )

  /// √(−ln(distance to the nearer end)) ≤ 5, in that less 1.6; lowest power first.
  private static let flank = (
    top: [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
      1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ] as [Double],
    bottom: [
      1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ] as [Double]
  )

  /// beyond, in that less 5; lowest power first.
  private static let tail = (
    top: [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
      2.01033439929228813265e-7,
    ] as [Double],
    bottom: [
      1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ] as [Double]
  )
}
