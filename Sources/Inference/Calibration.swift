import NumericCore

/// Whether stated uncertainties are true: how often known values lie within central intervals of the predictions for
/// them.
public struct Calibration: Sendable, Equatable {
  /// Nominal probabilities of the intervals.
  public let nominal: [Double]
  /// Half-widths of the intervals in standard deviations of a normal distribution, Φ⁻¹((1 + p)/2).
  public let sigmas: [Double]
  /// Part of the values within each interval.
  public let actual: [Double]
  /// Values that were judged.
  public let count: Int

  /// - Parameter extremes: of each value the probability of the smallest central interval that holds it: 0 in the
  ///   middle of its prediction, 1 far outside. Uniform between 0 and 1 if predictions are calibrated.
  /// - Precondition: at least one value; 0 < p < 1.
  public init(extremes: [Double], nominal: [Double]) {
    precondition(!extremes.isEmpty && nominal.allSatisfy { $0 > 0 && $0 < 1 })
    (self.nominal, count) = (nominal, extremes.count)
    sigmas = nominal.map { Quantile.standardNormal((1 + $0) / 2) }
    actual = nominal.map { part in Double(extremes.count { $0 <= part }) / Double(extremes.count) }
  }

  /// Mean of |actual − nominal|.
  public var error: Double { Statistics.mean(zip(actual, nominal).map { abs($0 - $1) }) }

  /// For normal predictions: |2 Φ(r/σ) − 1| of residuals r with the deviations σ, by way of the tail.
  public static func extremes(residuals: [Double], deviations: [Double]) -> [Double] {
    zip(residuals, deviations).map { residual, deviation in
      if deviation > 0 { return 1 - 2 * NormalDistribution.cumulative(-abs(residual) / deviation) }
      return residual == 0 ? 0 : 1
    }
  }

  /// For a prediction by the members of an ensemble: |2 u − 1| with the value's place u = (rank + ½)/(members + 1),
  /// which is uniform if value and members are drawn alike.
  ///
  /// With an uncertainty of the value's own each member counts by the probability that it lies below the value.
  /// - Parameter uncertainty: standard deviation of the value itself, 0 for an exact one.
  /// - Precondition: at least one member.
  public static func extreme(of value: Double, members: [Double], uncertainty: Double = 0) -> Double {
    precondition(!members.isEmpty)
    let below = members.map { member in
      if uncertainty > 0 { return NormalDistribution.cumulative((value - member) / uncertainty) }
      return member < value ? 1 : member == value ? 0.5 : 0
    }
    return abs(2 * (Statistics.sum(below) + 0.5) / Double(members.count + 1) - 1)
  }

  /// The factor on the deviations σ with which the interval of ±1 deviation holds the part of the residuals that it
  /// should, erf(1/√2) = 68.27 %: that percentile of √max(0, r² − u²)/σ, u the uncertainty of the values themselves.
  /// Residuals with σ = 0 are left out; NaN without any other.
  public static func bestScale(
    residuals: [Double], deviations: [Double], uncertainties: [Double]? = nil
  ) -> Double {
    let ratios = residuals.indices.map { index in
      let own = uncertainties?[index] ?? 0
      guard deviations[index] > 0 else { return Double.nan }
      return max(0, residuals[index] * residuals[index] - own * own).squareRoot() / deviations[index]
    }
    return Statistics.percentile(ratios, 100 * (1 - 2 * NormalDistribution.cumulative(-1)))
  }
}

/// The binomial distribution: how many of n independent events of probability p happen.
public enum BinomialDistribution {
  /// The least number of events that is not exceeded with at least each of the given probabilities.
  ///
  /// Probabilities follow from that of the likeliest number by ratios and are normalised by their sum, so no
  /// transcendental function enters.
  /// - Precondition: n > 0, 0 < p < 1, 0 < probability < 1.
  public static func quantiles(_ probabilities: [Double], count n: Int, probability p: Double) -> [Int] {
    precondition(n > 0 && p > 0 && p < 1)
    let odds = p / (1 - p)
    let mode = min(n, Int(Double(n + 1) * p))
    var mass = Array(repeating: 0.0, count: n + 1)
    mass[mode] = 1
    for k in stride(from: mode + 1, through: n, by: 1) {
      mass[k] = mass[k - 1] * Double(n - k + 1) / Double(k) * odds
    }
    for k in stride(from: mode - 1, through: 0, by: -1) {
      mass[k] = mass[k + 1] * Double(k + 1) / Double(n - k) / odds
    }
    let whole = Statistics.sum(mass)
    return probabilities.map { probability in
      precondition(probability > 0 && probability < 1)
      var sum = 0.0
      for k in 0...n {
        sum += mass[k]
        if sum >= probability * whole { return k }
      }
      return n
    }
  }
}
