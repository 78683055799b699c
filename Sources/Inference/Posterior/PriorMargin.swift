import NumericCore

/// A continuous distribution of one parameter, as a prior: density, quantiles, and the map to the coordinate in which it is
/// the normal distribution of mean 0 and deviation 1.
///
/// The coordinate is x = Φ⁻¹(F(θ)). Normal and log-normal margins take it directly, without Φ and its inverse between, so that
/// no tail is cut; bounded ones are computed from their nearer end, so that small tails keep their digits.
public enum PriorMargin: Sendable, Equatable {
  case normal(mean: Double, deviation: Double)
  case uniform(low: Double, high: Double)
  /// Uniform in the logarithm.
  case logUniform(low: Double, high: Double)
  /// The decimal logarithm is normal; `decades` is its deviation.
  case logNormal(median: Double, decades: Double)
  case truncatedNormal(mean: Double, deviation: Double, low: Double, high: Double)

  /// The least value; −∞ for none.
  public var low: Double {
    switch self {
    case .normal: -.infinity
    case .logNormal: 0
    case .uniform(let low, _), .logUniform(let low, _), .truncatedNormal(_, _, let low, _): low
    }
  }

  /// The greatest value; ∞ for none.
  public var high: Double {
    switch self {
    case .normal, .logNormal: .infinity
    case .uniform(_, let high), .logUniform(_, let high), .truncatedNormal(_, _, _, let high): high
    }
  }

  /// θ of the coordinate x.
  public func value(at x: Double) -> Double {
    switch self {
    case .normal(let mean, let deviation): return mean + deviation * x
    case .logNormal(let median, let decades):
      return Elementary.pow10(Elementary.log10(median) + decades * x)
    case .uniform(let low, let high):
      let share = NormalDistribution.cumulative(-abs(x))
      return x < 0 ? low + (high - low) * share : high - (high - low) * share
    case .logUniform(let low, let high):
      let (start, end) = (Elementary.log10(low), Elementary.log10(high))
      let inner = PriorMargin.uniform(low: start, high: end).value(at: x)
      return min(high, max(low, Elementary.pow10(inner)))
    case .truncatedNormal(let mean, let deviation, let low, let high):
      let interval = TruncatedInterval(mean: mean, deviation: deviation, low: low, high: high)
      return min(high, max(low, mean + deviation * interval.score(at: x)))
    }
  }

  /// The coordinate x of θ; infinite at an end.
  public func coordinate(of value: Double) -> Double {
    switch self {
    case .normal(let mean, let deviation): return (value - mean) / deviation
    case .logNormal(let median, let decades):
      return (Elementary.log10(value) - Elementary.log10(median)) / decades
    case .uniform(let low, let high):
      let (below, above) = ((value - low) / (high - low), (high - value) / (high - low))
      return below <= above ? Self.score(below) : -Self.score(above)
    case .logUniform(let low, let high):
      return PriorMargin.uniform(low: Elementary.log10(low), high: Elementary.log10(high))
        .coordinate(of: Elementary.log10(value))
    case .truncatedNormal(let mean, let deviation, let low, let high):
      return TruncatedInterval(mean: mean, deviation: deviation, low: low, high: high)
        .coordinate(of: (value - mean) / deviation)
    }
  }

  /// Φ⁻¹(share), −∞ at 0.
  fileprivate static func score(_ share: Double) -> Double {
    share <= 0 ? -.infinity : Quantile.standardNormal(min(share, 1))
  }

  /// ln f(θ); −∞ outside.
  public func logDensity(_ value: Double) -> Double {
    guard value >= low, value <= high else { return -.infinity }
    switch self {
    case .normal(let mean, let deviation): return Self.logNormalDensity(value, mean, deviation)
    case .uniform(let low, let high): return -Elementary.log(high - low)
    case .logUniform(let low, let high):
      return -Elementary.log(value) - Elementary.log(Elementary.log(high) - Elementary.log(low))
    case .logNormal(let median, let decades):
      guard value > 0 else { return -.infinity }
      let place = (Elementary.log10(value) - Elementary.log10(median)) / decades
      return -0.5 * place * place - Self.halfLogTwoPi
        - Elementary.log(decades * value * 2.302585092994045684)
    case .truncatedNormal(let mean, let deviation, let low, let high):
      let interval = TruncatedInterval(mean: mean, deviation: deviation, low: low, high: high)
      return Self.logNormalDensity(value, mean, deviation) - Elementary.log(interval.mass)
    }
  }

  /// ln of the normal density whose interval this is: what romtools calls the prior, which it does not normalise on the box.
  /// For every other margin `logDensity`.
  public func untruncatedLogDensity(_ value: Double) -> Double {
    guard case .truncatedNormal(let mean, let deviation, _, _) = self else { return logDensity(value) }
    return Self.logNormalDensity(value, mean, deviation)
  }

  static let halfLogTwoPi = NormalDistribution.logRootTwoPi

  private static func logNormalDensity(_ value: Double, _ mean: Double, _ deviation: Double) -> Double {
    let place = (value - mean) / deviation
    return -0.5 * place * place - halfLogTwoPi - Elementary.log(deviation)
  }

  /// Mean of θ; of truncated and logarithmic margins by 200 quantiles of equal probability, good to 10⁻³ of a deviation.
  public var moments: (mean: Double, deviation: Double) {
    switch self {
    case .normal(let mean, let deviation): return (mean, deviation)
    case .uniform(let low, let high): return (0.5 * (low + high), (high - low) / 12.0.squareRoot())
    case .logUniform, .logNormal, .truncatedNormal:
      let values = (0..<200).map { value(at: Quantile.standardNormal((Double($0) + 0.5) / 200)) }
      return (Statistics.mean(values), Statistics.deviation(values))
    }
  }

  /// Density at a place of the interval, as one over deviations, and dθ/dx at the coordinate x.
  public func slope(at x: Double) -> Double {
    switch self {
    case .normal(_, let deviation): return deviation
    case .logNormal(_, let decades): return value(at: x) * decades * 2.302585092994045684
    case .uniform(let low, let high): return (high - low) * NormalDistribution.density(x)
    case .logUniform(let low, let high):
      return value(at: x) * (Elementary.log(high) - Elementary.log(low)) * NormalDistribution.density(x)
    case .truncatedNormal(let mean, let deviation, let low, let high):
      let interval = TruncatedInterval(mean: mean, deviation: deviation, low: low, high: high)
      return deviation * interval.mass * NormalDistribution.density(x)
        / max(NormalDistribution.density(interval.score(at: x)), 1e-300)
    }
  }
}

/// An interval of the standard normal distribution, mirrored where it lies above 0, so that tails keep their digits.
private struct TruncatedInterval {
  /// Φ(b) − Φ(a), and Φ at both ends, of the mirrored interval.
  let mass, start, end: Double
  let isMirrored: Bool

  init(mean: Double, deviation: Double, low: Double, high: Double) {
    let (a, b) = ((low - mean) / deviation, (high - mean) / deviation)
    isMirrored = a + b > 0
    let (lower, upper) = isMirrored ? (-b, -a) : (a, b)
    (start, end) = (NormalDistribution.cumulative(lower), NormalDistribution.cumulative(upper))
    mass = end - start
  }

  /// The place of the coordinate x, in deviations from the mean.
  func score(at x: Double) -> Double {
    let place = isMirrored ? -x : x
    // From the nearer end of the interval.
    let share = NormalDistribution.cumulative(-abs(place))
    let cumulative = place < 0 ? start + mass * share : end - mass * share
    let score = Quantile.standardNormal(min(1, max(cumulative, 1e-300)))
    return isMirrored ? -score : score
  }

  func coordinate(of score: Double) -> Double {
    let cumulative = NormalDistribution.cumulative(isMirrored ? -score : score)
    let (below, above) = ((cumulative - start) / mass, (end - cumulative) / mass)
    let x = below <= above ? PriorMargin.score(below) : -PriorMargin.score(above)
    return isMirrored ? -x : x
  }
}
