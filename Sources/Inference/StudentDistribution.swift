import NumericCore

/// Student's distribution, and what it says about intervals from few members.
public enum StudentDistribution {
  /// P(|T| ≤ t) with ν degrees of freedom, by the finite sums for whole ν. [Abramowitz1964, 26.7.3–4]
  ///
  /// With θ = arctan(t/√ν), ν odd: (θ + sin θ (cos θ + ⅔ cos³ θ + …))·2/π; even: sin θ (1 + ½ cos² θ + ⅜ cos⁴ θ + …).
  /// ν/2 terms, none negative.
  /// - Precondition: ν > 0, t ≥ 0.
  public static func central(_ t: Double, degrees ν: Int) -> Double {
    precondition(ν > 0 && t >= 0)
    let ratio = t / Double(ν).squareRoot()
    let cosine = 1 / (1 + ratio * ratio).squareRoot()
    let (sine, square) = (ratio * cosine, cosine * cosine)
    guard ν % 2 == 1 else {
      var (term, sum) = (1.0, 1.0)
      for k in stride(from: 2, to: ν, by: 2) {
        term *= Double(k - 1) / Double(k) * square
        sum += term
      }
      return sine * sum
    }
    var (term, sum) = (cosine, ν > 1 ? cosine : 0)
    for k in stride(from: 3, to: ν, by: 2) {
      term *= Double(k - 1) / Double(k) * square
      sum += term
    }
    return (Elementary.atan(ratio) + sine * sum) * 2 / Double.pi
  }

  /// How often ±k deviations about the mean of M members hold a value drawn as the members are:
  /// P(|t_{M−1}| ≤ k/√(1 + 1/M)). With few members less than the normal distribution says: at k = 2 it is 0.919 for 12,
  /// 0.938 for 24, 0.951 for 100.
  /// - Precondition: at least 2 members.
  public static func coverage(deviations k: Double, members: Int) -> Double {
    precondition(members > 1)
    return central(k / (1 + 1 / Double(members)).squareRoot(), degrees: members - 1)
  }
}
