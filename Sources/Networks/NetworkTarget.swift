import NumericCore

/// The distribution of a target before there are data.
public enum TargetPrior: Sendable, Equatable {
  case uniform(low: Double, high: Double)
  case normal(mean: Double, deviation: Double)
  /// Of which samples tell alone: quantiles at equal steps of probability from 0 to 1, the density constant between them;
  /// and what is possible, where that is known.
  case sampled([Double], support: ClosedRange<Double>?)

  /// Quantiles of samples.
  public init(samples: [Double], support: ClosedRange<Double>? = nil) {
    let sorted = samples.sorted()
    let steps = min(100, max(2, sorted.count / 20))
    self = .sampled(
      (0...steps).map { step in
        let position = Double(step) / Double(steps) * Double(sorted.count - 1)
        let below = min(sorted.count - 2, Int(position))
        return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
      }, support: support)
  }

  /// What values are possible, as far as is known: samples alone bound nothing.
  public var support: ClosedRange<Double>? {
    switch self {
    case .uniform(let low, let high): low...high
    case .normal: nil
    case .sampled(_, let support): support
    }
  }

  /// The density.
  public func density(_ x: Double) -> Double {
    switch self {
    case .uniform(let low, let high): return x >= low && x <= high ? 1 / (high - low) : 0
    case .normal(let mean, let deviation):
      let z = (x - mean) / deviation
      return Elementary.exp(-0.5 * z * z) / (deviation * (2 * Double.pi).squareRoot())
    case .sampled(let quantiles, _):
      guard let above = quantiles.firstIndex(where: { $0 > x }), above > 0 else { return 0 }
      let width = quantiles[above] - quantiles[above - 1]
      return width > 0 ? 1 / (Double(quantiles.count - 1) * width) : 0
    }
  }

  /// The range that holds all of it but what is not worth a word, for integrals and figures.
  public var range: ClosedRange<Double> {
    switch self {
    case .uniform(let low, let high): low...high
    case .normal(let mean, let deviation): (mean - 5 * deviation)...(mean + 5 * deviation)
    case .sampled(let quantiles, _): (quantiles.first ?? 0)...(quantiles.last ?? 0)
    }
  }

  /// The mean and the standard deviation.
  public var moments: (mean: Double, deviation: Double) {
    switch self {
    case .uniform(let low, let high): ((low + high) / 2, (high - low) / 12.0.squareRoot())
    case .normal(let mean, let deviation): (mean, deviation)
    case .sampled(let quantiles, _): (Statistics.mean(quantiles), Statistics.deviation(quantiles))
    }
  }
}

/// What a network tells of.
public struct NetworkTarget: Sendable, Equatable {
  /// As settings name it.
  public var name: String
  /// Before there are data.
  public var prior: TargetPrior
  /// Before it was truncated; nil where it was not.
  public var whole: TargetPrior?
  /// What an angle has until it is the same again, such as 360; nil for a number on a line. The network learns cosine and
  /// sine of it (`CircularDensity`).
  public var period: Double?
  /// Of the samples for training; of an angle 0, and the deviation of a uniform one.
  public var mean, scale: Double

  /// A target with its standardisation.
  public init(
    name: String, prior: TargetPrior, whole: TargetPrior? = nil, period: Double? = nil, mean: Double = 0,
    scale: Double = 1
  ) {
    (self.name, self.prior, self.whole, self.period) = (name, prior, whole, period)
    (self.mean, self.scale) = (mean, scale)
  }

  /// Outputs of a network that tell of it.
  var width: Int { period == nil ? 1 : 2 }

  /// What a network's output is standardised by.
  var column: (mean: Double, scale: Double) { period == nil ? (mean, scale) : (0, 1) }

  /// The difference of two values, of angles within half a turn.
  func difference(_ one: Double, _ other: Double) -> Double {
    guard let period else { return one - other }
    return one - other - period * ((one - other) / period).rounded()
  }
}

extension [NetworkTarget] {
  /// Outputs of a network that tell of all of them.
  public var width: Int { reduce(0) { $0 + $1.width } }

  /// What each of these is standardised by.
  var columns: [(mean: Double, scale: Double)] {
    flatMap { target in Array<(mean: Double, scale: Double)>(repeating: target.column, count: target.width) }
  }

  /// Where the outputs of each target begin.
  var starts: [Int] {
    var start = 0
    return map { target in
      defer { start += target.width }
      return start
    }
  }
}
