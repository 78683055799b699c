import NumericCore

/// The normal distribution of mean 0 and deviation 1, and the expected excess over a threshold.
///
/// Below −2 everything follows from K(t) = 1/(t + 2/(t + 3/(t + …))), t = −x, by which Mills's ratio is
/// (1 − Φ(t))/φ(t) = 1/(t + K): no difference of nearly equal numbers is left. [Abramowitz1964, 26.2.14]
public enum NormalDistribution {
  static let logRootTwoPi = 0.91893853320467274178

  /// φ(x). The exponent in two parts, of which the greater is exact: the rounding of x²/2 alone would cost 10⁻¹³ at
  /// x = 30.
  public static func density(_ x: Double) -> Double {
    let near = (x * 16).rounded() / 16
    return Elementary.exp(-0.5 * near * near) * Elementary.exp(-0.5 * (x - near) * (x + near))
      * 0.39894228040143267794
  }

  /// Φ(x), to some 10⁻¹⁴ relative also in the lower tail.
  public static func cumulative(_ x: Double) -> Double {
    if x < -2 { return density(x) / (-x + continuedFraction(-x)) }
    if x > 2 { return 1 - density(x) / (x + continuedFraction(x)) }
    return 0.5 + density(x) * oddSeries(x)
  }

  /// log h(x) with h(x) = φ(x) + x Φ(x) = E max(0, Z + x), and its derivative Φ(x)/h(x): the expected
  /// improvement of a normal prediction is σ h((best − μ)/σ). Finite for every finite x. [Ament2023]
  public static func logExcess(_ x: Double) -> (value: Double, derivative: Double) {
    if x < -2 {
      let k = continuedFraction(-x)
      return (-0.5 * x * x - logRootTwoPi + Elementary.log(k / (k - x)), 1 / k)
    }
    let share = cumulative(x)
    let excess = density(x) + x * share
    return (Elementary.log(excess), share / excess)
  }

  /// Σ x²ᵏ⁺¹/(1·3·5·…·(2k+1)), |x| ≤ 2.
  private static func oddSeries(_ x: Double) -> Double {
    var (term, sum, odd) = (x, x, 1.0)
    while abs(term) > 0x1p-56 * abs(sum) {
      odd += 2
      term *= x * x / odd
      sum += term
    }
    return sum
  }

  /// K(t), t ≥ 2, to 10⁻¹⁵: at t = 2 that takes a hundred terms, at 5 twenty.
  private static func continuedFraction(_ t: Double) -> Double {
    let terms = t < 3 ? 100 : t < 5 ? 50 : 25
    var denominator = t
    for k in stride(from: terms, to: 1, by: -1) { denominator = t + Double(k) / denominator }
    return 1 / denominator
  }
}
