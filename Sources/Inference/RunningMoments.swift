import NumericCore

/// Mean, deviation and their standard errors of many quantities at once (the nodes of a grid), from one pass over the
/// members of an ensemble: four running moments about the mean [Welford1962, Pebay2008].
///
/// The result depends on the members and their order alone. A quantity that is NaN in one member stays NaN.
public struct RunningMoments: Sendable, Equatable {
  /// Members so far.
  public private(set) var count: Int
  /// One for each quantity.
  public private(set) var mean: [Double]
  /// Σ(x − mean)², Σ(x − mean)³, Σ(x − mean)⁴ of each quantity.
  public private(set) var second, third, fourth: [Double]

  /// Of no values yet.
  public init(quantities: Int) {
    count = 0
    let zero = Array(repeating: 0.0, count: quantities)
    (mean, second, third, fourth) = (zero, zero, zero, zero)
  }

  /// Moments that were kept, to go on with.
  /// - Precondition: arrays of equal length.
  public init(count: Int, mean: [Double], second: [Double], third: [Double], fourth: [Double]) {
    precondition(count >= 0 && [second, third, fourth].allSatisfy { $0.count == mean.count })
    (self.count, self.mean, self.second, self.third, self.fourth) = (count, mean, second, third, fourth)
  }

  /// Takes one member in.
  /// - Precondition: one value for each quantity.
  public mutating func add(_ values: [Double]) {
    precondition(values.count == mean.count, "one value for each quantity")
    count += 1
    let n = Double(count)
    for index in values.indices {
      let difference = values[index] - mean[index]
      let step = difference / n
      let square = difference * step * (n - 1)
      let (m2, m3) = (second[index], third[index])
      mean[index] += step
      fourth[index] +=
        square * step * step * (n * n - 3 * n + 3) + 6 * step * step * m2 - 4 * step * m3
      third[index] += square * step * (n - 2) - 3 * step * m2
      second[index] += square
    }
  }

  /// s = √(Σ(x − mean)²/(n − 1)), NaN below two members.
  public var deviation: [Double] {
    guard count > 1 else { return mean.map { _ in .nan } }
    return second.map { ($0 / Double(count - 1)).squareRoot() }
  }

  /// Standard error of the mean, s/√n.
  public var meanError: [Double] { deviation.map { $0 / Double(count).squareRoot() } }

  /// Standard error of s: √((m₄ − s⁴ (n − 3)/(n − 1))/n)/(2 s) with m₄ = Σ(x − mean)⁴/n; whatever the distribution,
  /// for a normal one about s/√(2 n). Zero where nothing varies. [Stuart1994]
  public var deviationError: [Double] {
    let n = Double(count)
    return deviation.indices.map { index in
      guard count > 1 else { return .nan }
      let variance = second[index] / (n - 1)
      guard variance != 0 else { return 0 }
      let ofVariance = max(0, fourth[index] / n - (n - 3) / (n - 1) * variance * variance) / n
      return ofVariance.squareRoot() / (2 * variance.squareRoot())
    }
  }

  /// Mean over the quantities that vary of the standard error of s in units of s; NaN if none does.
  public var relativeDeviationError: Double {
    let relative = zip(deviationError, deviation).map { $1 > 0 ? $0 / $1 : .nan }
    return Statistics.mean(relative.filter(\.isFinite))
  }
}
