import NumericCore

/// Gauss–Newton rounds to the most likely place of a posterior in coordinates with the prior N(0, I), each of 2d + 1 model runs: the
/// place itself, and a difference to either side along every coordinate. [Tarantola2005]
public struct LaplaceIteration: Sendable, Equatable {
  /// The place of the round to come.
  public var place: [Double]
  /// Half the distance of the two sides, along every coordinate.
  public var spacing: [Double]
  /// The last place that was an improvement, and ½|e|² + ½|x|² there; empty and ∞ before there is one.
  public var accepted: [Double] = []
  /// There.
  public var objective = Double.infinity
  /// Mean and precision I + AᵀA of the linearised posterior around it; empty before there is one.
  public var mean: [Double] = [], precision: [Double] = []
  /// Norms of the columns of A there: by how much predictions depend on a coordinate.
  public var sensitivity: [Double] = []
  /// Rounds so far, and places in a row that were none.
  public var iteration = 0, fails = 0
  /// Part of a deviation that the sides are apart from the middle.
  public let difference: Double

  /// Before the first round: at the middle of the prior.
  public init(_ dimension: Int, difference: Double) {
    place = [Double](repeating: 0, count: dimension)
    spacing = [Double](repeating: difference, count: dimension)
    self.difference = difference
  }

  /// Coordinates.
  public var dimension: Int { place.count }

  /// x of the runs of the round to come.
  public var places: [[Double]] {
    [place]
      + (0..<dimension).flatMap { axis in
        [1.0, -1].map { sign in
          var x = place
          x[axis] += sign * spacing[axis]
          return x
        }
      }
  }

  /// What a round has come to.
  public struct Report: Sendable, Equatable {
    /// Whether the place is better than the one before.
    public var accepted = true
    /// ½|e|² + ½|x|² at the place.
    public var objective = Double.nan
    /// Length of the step to come in deviations of the linearised posterior.
    public var step = Double.nan

    /// Of no round yet, unless told otherwise.
    public init(accepted: Bool = true, objective: Double = .nan, step: Double = .nan) {
      (self.accepted, self.objective, self.step) = (accepted, objective, step)
    }
  }

  /// The round after this one.
  /// - Parameter residuals: W(y − f) of `places`, nil for a run that failed. Where one side fails the other serves.
  /// - Throws: `allDrawsFailed` where the middle failed, or both sides of a coordinate.
  public func step(_ residuals: [[Double]?]) throws(PosteriorError) -> (
    next: LaplaceIteration, report: Report
  ) {
    precondition(residuals.count == 2 * dimension + 1)
    var next = self
    next.iteration += 1
    guard let middle = residuals[0] else {
      // A place that can't be computed is no improvement, unless it is the first.
      guard !accepted.isEmpty else { throw .allDrawsFailed(count: 1) }
      return (next.shortened(), Report(accepted: false))
    }
    let objective = 0.5 * (Self.square(middle) + Self.square(place))
    guard objective <= self.objective + 1e-12 * max(1, abs(self.objective)) else {
      return (next.shortened(), Report(accepted: false, objective: objective, step: remaining()))
    }
    var jacobian = Matrix(rows: middle.count, columns: dimension)
    for axis in 0..<dimension {
      let (above, below) = (residuals[2 * axis + 1], residuals[2 * axis + 2])
      guard above != nil || below != nil else { throw .allDrawsFailed(count: 2) }
      let width = spacing[axis] * (above != nil && below != nil ? 2 : 1)
      let (upper, lower) = (above ?? middle, below ?? middle)
      for row in middle.indices { jacobian[row, axis] = (lower[row] - upper[row]) / width }
    }
    let fit = LinearisedPosterior(residual: middle, jacobian: jacobian, at: place)
    (next.accepted, next.objective, next.fails) = (place, objective, 0)
    (next.mean, next.precision) = (fit.mean, fit.precision.values)
    next.sensitivity = (0..<dimension).map { axis in
      Self.square(middle.indices.map { jacobian[$0, axis] }).squareRoot()
    }
    next.place = fit.mean
    let covariance = fit.covariance
    next.spacing = (0..<dimension).map { difference * max(covariance[$0, $0], 0).squareRoot() }
    return (next, Report(objective: objective, step: next.remaining()))
  }

  private static func square(_ values: [Double]) -> Double { Statistics.sum(values.map { $0 * $0 }) }

  /// Half as far from the last good place.
  private func shortened() -> LaplaceIteration {
    var next = self
    next.fails += 1
    next.place = zip(accepted, place).map { 0.5 * ($0 + $1) }
    return next
  }

  /// |Λ^½ (place − accepted)|.
  private func remaining() -> Double {
    let shift = zip(place, accepted).map { $0 - $1 }
    let matrix = Matrix(rows: dimension, columns: dimension, values: precision)
    return Statistics.sum(zip(shift, matrix.times(shift)).map { $0 * $1 }).squareRoot()
  }

  /// N(mean, Λ⁻¹) of the last good place; nil before there is one.
  public var posterior: GaussianFamily? {
    guard !precision.isEmpty,
      let inverse = try? Cholesky(Matrix(rows: dimension, columns: dimension, values: precision)).inverse()
    else { return nil }
    return GaussianFamily.standard(dimension, .full).with(mean: mean, covariance: inverse)
  }

  // MARK: - as columns

  /// The iteration as lists of numbers by name.
  public var columns: [(name: String, values: [Double])] {
    [
      ("progress", [Double(iteration), Double(fails), objective]), ("place", place), ("spacing", spacing),
      ("accepted", accepted), ("mean", mean), ("precision", precision), ("sensitivity", sensitivity),
    ]
  }

  /// - Returns: nil where a list has another length.
  public init?(columns: (String) -> [Double], dimension: Int, difference: Double) {
    self.init(dimension, difference: difference)
    let progress = columns("progress")
    guard progress.count == 3 else { return nil }
    (iteration, fails, objective) = (Int(progress[0]), Int(progress[1]), progress[2])
    (place, spacing, accepted) = (columns("place"), columns("spacing"), columns("accepted"))
    (mean, precision, sensitivity) = (columns("mean"), columns("precision"), columns("sensitivity"))
    guard place.count == dimension, spacing.count == dimension else { return nil }
  }
}
