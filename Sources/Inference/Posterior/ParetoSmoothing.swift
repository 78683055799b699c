import NumericCore

/// Pareto-smoothed importance sampling: the shape k̂ of the largest importance ratios, and weights in which they are replaced by
/// quantiles of the fitted distribution. [Vehtari2024, Zhang2009]
///
/// k̂ < 0.7 says that the ratios have moments enough for their weighted means to be trusted.
public struct ParetoSmoothing: Sendable {
  /// k̂; NaN with fewer than 25 draws, −∞ where all ratios are equal.
  public let shape: Double
  /// ln of the smoothed weights, their sum 1.
  public let logWeights: [Double]
  /// ln of the mean of the smoothed ratios: of density over proposal, ln of the evidence.
  public let logMean: Double
  /// (Σw)²/Σw² of the smoothed weights.
  public let effectiveSize: Double
  /// Standard error of `logMean`: √(1/ESS − 1/n), by the delta method.
  public var logMeanError: Double {
    max(0, 1 / effectiveSize - 1 / Double(logWeights.count)).squareRoot()
  }

  /// - Parameter logRatios: ln of target over proposal at draws of the proposal; −∞ for what the target excludes.
  /// - Precondition: at least one is finite.
  public init(_ logRatios: [Double]) {
    let count = logRatios.count
    let top = logRatios.max() ?? 0
    precondition(top.isFinite, "no draw has a density")
    var shifted = logRatios.map { $0 - top }
    shape = Self.smooth(&shifted)
    let sum = Statistics.sum(shifted.map { Elementary.exp($0) })
    logMean = top + Elementary.log(sum / Double(count))
    let logSum = Elementary.log(sum)
    logWeights = shifted.map { $0 - logSum }
    let squares = Statistics.sum(logWeights.map { Elementary.exp(2 * $0) })
    effectiveSize = 1 / squares
  }

  /// Replaces the largest of the ratios, of which the greatest is 0, and answers k̂.
  private static func smooth(_ logRatios: inout [Double]) -> Double {
    let count = logRatios.count
    let tail = Int(min(0.2 * Double(count), 3 * Double(count).squareRoot()).rounded(.up))
    guard count >= 25, tail >= 5 else { return .nan }
    let order = logRatios.indices.sorted {
      logRatios[$0] == logRatios[$1] ? $0 < $1 : logRatios[$0] < logRatios[$1]
    }
    let largest = order.suffix(tail)
    let cut = Elementary.exp(max(logRatios[order[count - tail - 1]], -700))
    let excesses = largest.map { Elementary.exp(logRatios[$0]) - cut }
    // Ratios that differ by rounding only have no tail.
    guard let last = excesses.last, last > 1e-10 else { return -.infinity }
    let positive = excesses.map { max($0, 1e-300) }
    let (k, sigma) = fit(positive)
    guard k.isFinite else { return k }
    for (rank, index) in largest.enumerated() {
      let u = (Double(rank) + 0.5) / Double(tail)
      let quantile =
        abs(k) < 1e-12
        ? -sigma * Elementary.log1p(-u) : sigma * Elementary.expm1(-k * Elementary.log1p(-u)) / k
      logRatios[index] = min(0, Elementary.log(cut + quantile))
    }
    return k
  }

  /// Shape and scale of a generalised Pareto distribution by the posterior mean of Zhang and Stephens, with the weak prior of
  /// Vehtari et al. towards k = ½ (ten draws).
  /// - Precondition: rising, positive.
  static func fit(_ values: [Double]) -> (shape: Double, scale: Double) {
    let n = values.count
    let count = Double(n)
    let grid = 30 + Int(count.squareRoot())
    let quarter = values[max(0, Int(count / 4 + 0.5) - 1)]
    guard quarter > 0, let greatest = values.last else { return (.nan, .nan) }
    let thetas = (1...grid).map { j in
      1 / greatest + (1 - (Double(grid) / (Double(j) - 0.5)).squareRoot()) / (3 * quarter)
    }
    func shape(_ theta: Double) -> Double {
      Statistics.sum(values.map { Elementary.log1p(-theta * $0) }) / count
    }
    let profiles = thetas.map { theta -> Double in
      let k = shape(theta)
      return count * (Elementary.log(-theta / k) - k - 1)
    }
    let weights = profiles.map { profile in
      1 / Statistics.sum(profiles.map { Elementary.exp(min(700, $0 - profile)) })
    }
    let theta = Statistics.sum(zip(thetas, weights).map { $0 * $1 }) / Statistics.sum(weights)
    let k = shape(theta)
    return ((k * count + 5) / (count + 10), -k / theta)
  }
}
