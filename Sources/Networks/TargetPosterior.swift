import NumericCore

/// The posterior distribution of one target: of a number on a line, or of an angle on a circle.
public protocol TargetPosterior: Sendable {
  /// Whether it can be renormalised: some of it lies inside of the support.
  var isProper: Bool { get }
  /// What a network puts outside of the support.
  var leakage: Double { get }
  /// The mean and the variance; of an angle the direction of the resultant, and the variance about it.
  var moments: (mean: Double, variance: Double) { get }
  /// The place of greatest density.
  var mode: Double { get }
  /// The density; 0 outside of the support.
  func density(_ x: Double) -> Double
  /// ln of it.
  func logDensity(_ x: Double) -> Double
  /// The share that lies below, of an angle from the lower end of its prior on.
  func cumulative(_ x: Double) -> Double
  /// The value below which a share lies, of an angle from half a turn before its mean on.
  func quantile(_ share: Double) -> Double
  /// The share that lies where the density is greater than at a value: uniform where the value is a draw.
  func shareAbove(_ x: Double) -> Double
  /// Shares farther away from a value than `reach`, below and above it; of an angle within half a turn.
  func sides(of x: Double, reach: Double) -> (below: Double, above: Double)
  /// Intervals of greatest density that hold a share together, ascending.
  func highestDensity(_ share: Double) -> [ClosedRange<Double>]
  /// Equidistant places that cover it, with densities.
  func grid(_ count: Int) -> (places: [Double], densities: [Double], step: Double)
  /// What the data tell, in nats, of the posterior against the prior and the other way round.
  func gain(over prior: TargetPrior) -> (ofPosterior: Double, ofPrior: Double)
}

extension ScalarMixture: TargetPosterior {
  /// Shares farther away than `reach`, below and above.
  public func sides(of x: Double, reach: Double) -> (below: Double, above: Double) {
    (cumulative(x - reach), 1 - cumulative(x + reach))
  }
}

extension [Double] {
  /// The level above which densities on equal cells hold a share together.
  func level(holding share: Double) -> Double {
    let order = sorted(by: >)
    let all = order.reduce(0, +)
    var (sum, level) = (0.0, 0.0)
    for density in order {
      sum += density
      level = density
      if sum >= share * all { break }
    }
    return level
  }

  /// Intervals of equal cells in which densities reach a level.
  func intervals(above level: Double, places: [Double], step: Double) -> [ClosedRange<Double>] {
    var result: [ClosedRange<Double>] = []
    var start: Double?
    let half = 0.5 * step
    for (place, density) in zip(places, self) {
      if density >= level {
        start = start ?? place - half
      } else if let begin = start {
        result.append(begin...(place - half))
        start = nil
      }
    }
    if let begin = start { result.append(begin...(places[places.count - 1] + half)) }
    return result
  }
}
