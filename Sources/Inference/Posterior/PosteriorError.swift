/// What an inference refuses, with the numbers that say why.
public enum PosteriorError: Error, Equatable, Sendable {
  /// A datum whose deviation is zero, negative or missing.
  case deviationNotPositive(datum: Int, value: Double)
  /// A noise covariance with an eigenvalue that is not above 0, the least of all.
  case covarianceNotPositiveDefinite(eigenvalue: Double, number: Int, of: Int)
  /// A noise covariance of another size than the data.
  case covarianceSize(found: Int, needed: Int)
  /// Element (i, j) of a covariance is not element (j, i).
  case covarianceNotSymmetric(row: Int, column: Int)
  /// Predictions and data that are not as many.
  case predictionSize(found: Int, needed: Int)
  /// No datum is left.
  case noData(leftOut: Int)
  /// A coordinate that needs an end which its prior does not have.
  case unbounded(variable: Int, end: String)
  /// A value outside of what its prior allows.
  case outsidePrior(variable: Int, value: Double, low: Double, high: Double)
  /// Correlations that no quantities can have.
  case priorNotPositiveDefinite(eigenvalue: Double)
  /// No draw of a round gave a density.
  case allDrawsFailed(count: Int)
  /// Fewer draws than the step needs.
  case tooFewDraws(found: Int, needed: Int)
}

extension PosteriorError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .deviationNotPositive(let datum, let value):
      "the deviation of datum \(datum + 1) is \(value) and must be above 0"
    case .covarianceNotPositiveDefinite(let eigenvalue, let number, let count):
      "the covariance of the noise is not positive definite: eigenvalue \(number) of \(count) is \(eigenvalue)"
    case .covarianceSize(let found, let needed):
      "the covariance of the noise has \(found) rows for \(needed) data"
    case .covarianceNotSymmetric(let row, let column):
      "the covariance of the noise is not symmetric: element (\(row + 1), \(column + 1)) differs from "
        + "(\(column + 1), \(row + 1))"
    case .predictionSize(let found, let needed): "there are \(found) predictions for \(needed) data"
    case .noData(let leftOut): "no datum is left: \(leftOut) have no value"
    case .unbounded(let variable, let end):
      "setting \(variable + 1) has no \(end) end, which these coordinates need"
    case .outsidePrior(let variable, let value, let low, let high):
      "setting \(variable + 1) is \(value), and its prior lies between \(low) and \(high)"
    case .priorNotPositiveDefinite(let eigenvalue):
      "no quantities can be correlated like this: the matrix has the eigenvalue \(eigenvalue)"
    case .allDrawsFailed(let count): "none of the \(count) draws gave a density"
    case .tooFewDraws(let found, let needed): "\(found) draws gave a density and \(needed) are needed"
    }
  }
}
