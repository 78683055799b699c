public import NumericCore

/// Places where the height of the surface is known independently of gravity (wells, seismic estimates).
public struct ConstraintPoints: Sendable, Equatable {
  /// Where they are, in the coordinates of the surface's grid.
  public var points: Points
  /// Height of the surface, metres.
  public var upward: [Double]
  /// Standard deviation of the height, metres.
  public var uncertainty: [Double]?
  /// Weight in fits, ≥ 0, typically 1/uncertainty².
  public var weights: [Double]?

  /// - Precondition: one number a point in every list.
  public init(
    points: Points, upward: [Double], uncertainty: [Double]? = nil, weights: [Double]? = nil
  ) {
    let count = points.count
    precondition(upward.count == count && (uncertainty?.count ?? count) == count)
    precondition((weights?.count ?? count) == count)
    (self.points, self.upward, self.uncertainty, self.weights) = (points, upward, uncertainty, weights)
  }

  /// Points.
  public var count: Int { upward.count }

  /// The constraints at the given places of the list.
  public func subset(_ indices: [Int]) -> ConstraintPoints {
    ConstraintPoints(
      points: points.subset(indices), upward: indices.map { upward[$0] },
      uncertainty: uncertainty.map { all in indices.map { all[$0] } },
      weights: weights.map { all in indices.map { all[$0] } })
  }

  /// The weights given, or 1/uncertainty² where there are none, or nil without either.
  public var fittingWeights: [Double]? {
    weights ?? uncertainty.map { all in all.map { 1 / ($0 * $0) } }
  }
}
