public import NumericCore

/// What kriging refuses, with the numbers that say why. Points are counted from 0.
public enum KrigingError: Error, Equatable, Sendable {
  /// Not more points than columns of the drift.
  case tooFewPoints(found: Int, driftColumns: Int)
  /// More points than the dense factor is made for.
  case tooManyPoints(found: Int, limit: Int)
  /// Place, height or deviation of a point is not a finite number, or the deviation is negative.
  case badPoint(index: Int)
  /// A covariate of the drift has no value at a point.
  case driftUndefined(covariate: Int, easting: Double, northing: Double)
  /// The columns of the drift at the points depend on each other.
  case driftDependent(rank: Int, columns: Int)
  /// The covariance of the data has no Cholesky factor; the two closest points are the likeliest reason.
  case closePoints(first: Int, second: Int, distance: Double)
  /// A fold or a block leaves too little to estimate from.
  case badFold(index: Int, points: Int)
  case numeric(NumericError)
}

extension KrigingError: CustomStringConvertible {
  /// What was refused, with numbers.
  public var description: String {
    switch self {
    case .tooFewPoints(let found, let columns):
      "\(found) points can't determine a field beside the \(columns) terms of its drift; take a simpler drift"
    case .tooManyPoints(let found, let limit):
      "there are \(found) points and kriging takes at most \(limit); average them in blocks with 'block_size'"
    case .badPoint(let index):
      "point \(index + 1) has a place or value that is not a finite number, or a negative uncertainty"
    case .driftUndefined(let covariate, let easting, let northing):
      "covariate \(covariate + 1) of the drift has no value at the point at easting \(easting) m, northing \(northing) m"
    case .driftDependent(let rank, let columns):
      "only \(rank) of the \(columns) terms of the drift can be told apart at the points; take a simpler drift"
    case .closePoints(let first, let second, let distance):
      "the covariance of the points has no inverse: points \(first + 1) and \(second + 1) are \(distance) m apart; "
        + "give them uncertainties, a jitter, or average them in blocks"
    case .badFold(let index, let points):
      "without fold \(index + 1) only \(points) points are left, too few to estimate a covariance"
    case .numeric(let error): error.description
    }
  }
}
