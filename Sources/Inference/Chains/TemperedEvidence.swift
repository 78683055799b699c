import NumericCore

/// The evidence by chains at several temperatures: log Z = ∫₀¹ E_β[ℓ] dβ, ℓ the log likelihood.
public struct TemperedEvidence: Sendable, Equatable {
  /// By the trapezoidal rule with the variances at the ends of every interval,
  /// Δβ (E + E′)/2 − Δβ² (V′ − V)/12 with V = dE/dβ. [Friel2014]
  public var integral: Double
  /// By the stepping stones Σ log E_β[exp(Δβ ℓ)] from the hot end of every interval. [Xie2011]
  public var steppingStones: Double
  /// Standard error of the integral: of the chains, by batches of iterations, and the difference between the two
  /// estimates, which their rules make.
  public var error: Double

  /// What an iteration tells of a temperature.
  public struct Sample: Sendable, Equatable {
    /// Means over the walkers of ℓ and of ℓ².
    public var mean, square: Double
    /// log of the mean over the walkers of exp(Δβ ℓ), Δβ up to the next colder temperature.
    public var stone: Double
    /// Three numbers.
    public init(mean: Double, square: Double, stone: Double) {
      (self.mean, self.square, self.stone) = (mean, square, stone)
    }

    /// Of the log likelihoods of the walkers.
    public init(_ likelihoods: [Double], step: Double) {
      mean = Statistics.sum(likelihoods) / Double(likelihoods.count)
      square = Statistics.sum(likelihoods.map { $0 * $0 }) / Double(likelihoods.count)
      stone = TemperedEvidence.logMean(likelihoods.map { step == 0 ? 0 : step * $0 })
    }
  }

  /// - Parameters:
  ///   - samples: [temperature][iteration], the coldest first.
  ///   - ladder: inverse temperatures from 1 downwards. Below the last one the likelihood is taken as constant
  ///     in the mean where that is not 0.
  /// - Returns: nil with fewer than 20 iterations or two temperatures.
  public init?(_ samples: [[Sample]], ladder: [Double]) {
    guard ladder.count > 1, let count = samples.first?.count, count >= 20 else { return nil }
    var (integral, stones) = (0.0, 0.0)
    let moments = samples.map { rung -> (mean: Double, variance: Double) in
      let mean = Statistics.sum(rung.map(\.mean)) / Double(count)
      return (mean, Statistics.sum(rung.map(\.square)) / Double(count) - mean * mean)
    }
    for pair in 0..<(ladder.count - 1) {
      let (cold, hot) = (moments[pair], moments[pair + 1])
      let step = ladder[pair] - ladder[pair + 1]
      let stone = Self.logMean(samples[pair + 1].map(\.stone))
      stones += stone
      // Where the likelihood has zeros its mean at the hot end does not exist; the stone does.
      let isFinite = hot.mean.isFinite && hot.variance.isFinite
      integral +=
        isFinite
        ? 0.5 * step * (cold.mean + hot.mean) - step * step * (cold.variance - hot.variance) / 12 : stone
    }
    let rest = ladder[ladder.count - 1]
    integral += rest == 0 ? 0 : rest * moments[ladder.count - 1].mean
    stones += rest == 0 ? 0 : rest * moments[ladder.count - 1].mean
    (self.integral, steppingStones) = (integral, stones)
    let chains = Self.chainError(samples, ladder)
    error = (chains * chains + (integral - stones) * (integral - stones)).squareRoot()
  }

  /// Standard error of Σ_k w_k E_k by batches: √n iterations each, of all temperatures at once, since exchanges make them
  /// depend on each other.
  private static func chainError(_ samples: [[Sample]], _ ladder: [Double]) -> Double {
    let count = samples[0].count
    let weights = ladder.indices.map { rung in
      let upper = rung == 0 ? ladder[0] : ladder[rung - 1]
      let lower = rung == ladder.count - 1 ? ladder[rung] : ladder[rung + 1]
      return 0.5 * (upper - lower)
    }
    let series = (0..<count).map { iteration in
      zip(weights, samples).reduce(0) { sum, pair in
        let mean = pair.1[iteration].mean
        return mean.isFinite ? sum + pair.0 * mean : sum
      }
    }
    let batches = max(4, Int(Double(count).squareRoot()))
    let means = (0..<batches).map { batch in
      let range = (batch * count / batches)..<((batch + 1) * count / batches)
      return Statistics.mean(Array(series[range]))
    }
    return Statistics.deviation(means, lostDegrees: 1) / Double(batches).squareRoot()
  }

  /// log (1/n) Σ exp x.
  static func logMean(_ values: [Double]) -> Double {
    let greatest = values.max() ?? -.infinity
    guard greatest > -.infinity else { return -.infinity }
    let sum = Statistics.sum(values.map { Elementary.exp($0 - greatest) })
    return greatest + Elementary.log(sum / Double(values.count))
  }
}
