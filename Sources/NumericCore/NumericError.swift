/// What the numerical building blocks refuse, with the numbers that say why.
public enum NumericError: Error, Equatable, Sendable {
  /// A value that must be finite is not; `what` names the argument, `index` its place.
  case nonFinite(what: String, index: Int)
  /// Fewer points than the operation needs.
  case tooFewPoints(found: Int, needed: Int)
  /// Fewer blocks with points than folds of them are asked for.
  case tooFewBlocks(found: Int, needed: Int)
  /// A setting that must be positive is not.
  case notPositive(what: String, value: Double)
  /// A setting that must not be negative is.
  case negative(what: String, value: Double)
  /// A Cholesky pivot was not positive: the matrix is singular or indefinite to working accuracy.
  case notPositiveDefinite(pivot: Int, value: Double)
  /// Every value is missing (NaN), so nothing can be filled from or averaged.
  case allMissing(count: Int)
  /// A grid with too few nodes along an axis for the operation.
  case gridTooSmall(columns: Int, rows: Int, needed: Int)
  /// A setting that must lie between two numbers does not.
  case outOfRange(what: String, value: Double, low: Double, high: Double)
  /// Points that do not determine a surface of least curvature: all on a line, or where a twisted sheet is level.
  case undetermined(count: Int)
  /// A matrix without an inverse: the pivot of this row vanishes.
  case singular(row: Int)
  /// An iteration that did not come to its goal; `residual` is what is left of 1.
  case notConverged(iterations: Int, residual: Double)
}

extension NumericError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .nonFinite(let what, let index): "\(what) \(index + 1) is not a finite number"
    case .tooFewPoints(let found, let needed):
      "\(found) points with a value were found and at least \(needed) are needed"
    case .tooFewBlocks(let found, let needed):
      "\(found) blocks have points, which can't be parted into \(needed) folds"
    case .notPositive(let what, let value): "the \(what) is \(value) and must be above 0"
    case .negative(let what, let value): "the \(what) is \(value) and must not be negative"
    case .notPositiveDefinite(let pivot, let value):
      "the system can't be solved: pivot \(pivot + 1) is \(value); more damping makes it regular"
    case .allMissing(let count): "all \(count) values are missing"
    case .gridTooSmall(let columns, let rows, let needed):
      "the grid has \(columns) × \(rows) nodes and needs \(needed) along each axis"
    case .outOfRange(let what, let value, let low, let high):
      "the \(what) is \(value) and must lie between \(low) and \(high)"
    case .undetermined(let count):
      "the \(count) points do not determine a surface of least curvature, which may turn about a line or twist between "
        + "them; add a point elsewhere or take a tension above 0"
    case .singular(let row): "the system can't be solved: row \(row + 1) depends on those before"
    case .notConverged(let iterations, let residual):
      "the system is not solved after \(iterations) iterations: \(residual) of the residual is left"
    }
  }
}

/// Throws `NumericError.nonFinite` for the first value that is NaN or infinite.
func requireFinite(_ values: [Double], _ what: String) throws(NumericError) {
  if let index = values.firstIndex(where: { !$0.isFinite }) {
    throw .nonFinite(what: what, index: index)
  }
}

/// Throws unless `value` is a finite number above zero.
func requirePositive(_ value: Double, _ what: String) throws(NumericError) {
  guard value > 0, value.isFinite else { throw .notPositive(what: what, value: value) }
}

/// Throws unless `value` is a finite number, zero or above.
func requireNotNegative(_ value: Double, _ what: String) throws(NumericError) {
  guard value >= 0, value.isFinite else { throw .negative(what: what, value: value) }
}

/// Throws for coordinates that are not finite.
func requireFinite(_ points: Points) throws(NumericError) {
  try requireFinite(points.easting, "easting")
  try requireFinite(points.northing, "northing")
}

/// Throws for weights that are not finite or negative, or that are all zero.
func requireWeights(_ weights: [Double]?) throws(NumericError) {
  guard let weights else { return }
  try requireFinite(weights, "weights")
  if let low = weights.first(where: { $0 < 0 }) { throw .negative(what: "weights", value: low) }
  if !weights.isEmpty, !weights.contains(where: { $0 > 0 }) {
    throw .notPositive(what: "sum of weights", value: 0)
  }
}
