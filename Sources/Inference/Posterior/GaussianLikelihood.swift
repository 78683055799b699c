public import NumericCore

/// ln p(y | f) of data y with Gaussian noise of covariance R, all constants included:
/// −½ (y − f)ᵀR⁻¹(y − f) − ½ ln|R| − ½ n ln 2π.
///
/// Data without a value (NaN) are left out, with their rows of R. The whitened residual W(y − f), WᵀW = R⁻¹, is what
/// linearised steps fit.
public struct GaussianLikelihood: Sendable {
  /// Several sets of data with independent noise.
  private let parts: [Part]

  /// One set of data.
  private struct Part: Sendable {
    /// Of the data that have a value.
    let rows: [Int]
    let count: Int
    let observed: [Double]
    /// 1/σ; nil where R is a matrix.
    let weights: [Double]?
    let factor: Cholesky?
    /// −½ ln|R| − ½ n ln 2π
    let constant: Double
  }

  private init(parts: [Part]) { self.parts = parts }

  /// Independent noise.
  /// - Throws: `deviationNotPositive`, `noData`.
  /// - Precondition: one deviation for each datum.
  public init(_ observed: [Double], deviations: [Double]) throws(PosteriorError) {
    precondition(observed.count == deviations.count)
    let rows = observed.indices.filter { observed[$0].isFinite }
    guard !rows.isEmpty else { throw .noData(leftOut: observed.count) }
    for row in rows where !(deviations[row] > 0 && deviations[row].isFinite) {
      throw .deviationNotPositive(datum: row, value: deviations[row])
    }
    let logs = rows.map { Elementary.log(deviations[$0]) }
    parts = [
      Part(
        rows: rows, count: observed.count, observed: rows.map { observed[$0] },
        weights: rows.map { 1 / deviations[$0] }, factor: nil,
        constant: -Statistics.sum(logs) - Double(rows.count) * PriorMargin.halfLogTwoPi)
    ]
  }

  /// Noise of covariance R + r · diag(R).
  /// - Parameter regularisation: r, relative to the diagonal, so that no unit matters.
  /// - Throws: `covarianceSize`, `covarianceNotSymmetric`, `covarianceNotPositiveDefinite`, `noData`.
  /// - Complexity: n³/3 once, n² a density.
  public init(
    _ observed: [Double], covariance: Matrix, regularisation: Double = 0, workers: Workers = .serial
  ) throws(PosteriorError) {
    guard covariance.rows == observed.count, covariance.columns == observed.count else {
      throw .covarianceSize(found: covariance.rows, needed: observed.count)
    }
    let rows = observed.indices.filter { observed[$0].isFinite }
    guard !rows.isEmpty else { throw .noData(leftOut: observed.count) }
    var matrix = Matrix(rows: rows.count, columns: rows.count)
    for (i, row) in rows.enumerated() {
      for (j, column) in rows.enumerated() {
        let (here, there) = (covariance[row, column], covariance[column, row])
        guard abs(here - there) <= 1e-9 * max(abs(here), abs(there)) else {
          throw .covarianceNotSymmetric(row: row, column: column)
        }
        matrix[i, j] = here
      }
    }
    for index in 0..<rows.count { matrix[index, index] *= 1 + regularisation }
    let factor: Cholesky
    do throws(NumericError) {
      factor = try Cholesky(matrix, workers: workers)
    } catch {
      throw Self.indefinite(matrix)
    }
    parts = [
      Part(
        rows: rows, count: observed.count, observed: rows.map { observed[$0] }, weights: nil, factor: factor,
        constant: -0.5 * factor.logDeterminant - Double(rows.count) * PriorMargin.halfLogTwoPi)
    ]
  }

  /// Which eigenvalue is not above 0. Of matrices too large for that, the pivot says it.
  private static func indefinite(_ matrix: Matrix) -> PosteriorError {
    guard matrix.rows <= 400 else {
      let least = (0..<matrix.rows).map { matrix[$0, $0] }.min() ?? .nan
      return .covarianceNotPositiveDefinite(eigenvalue: least, number: 1, of: matrix.rows)
    }
    let values = SymmetricEigen(matrix).values
    return .covarianceNotPositiveDefinite(eigenvalue: values.first ?? .nan, number: 1, of: values.count)
  }

  /// Sets of data with independent noise, one behind the other.
  public init(joining likelihoods: [GaussianLikelihood]) {
    parts = likelihoods.flatMap(\.parts)
  }

  /// Data, with those that are left out.
  public var count: Int { parts.reduce(0) { $0 + $1.count } }
  /// Data that have a value.
  public var used: Int { parts.reduce(0) { $0 + $1.rows.count } }
  /// Data without a value.
  public var leftOut: Int { count - used }
  /// ln p(y | y): −½ ln|R| − ½ n ln 2π.
  public var constant: Double { Statistics.sum(parts.map(\.constant)) }

  /// W(y − f), a number for each datum that has a value; NaN where the prediction has none.
  /// - Throws: `predictionSize`.
  public func whitenedResidual(_ predicted: [Double]) throws(PosteriorError) -> [Double] {
    guard predicted.count == count else { throw .predictionSize(found: predicted.count, needed: count) }
    var result: [Double] = []
    result.reserveCapacity(used)
    var start = 0
    for part in parts {
      let residual = zip(part.rows, part.observed).map { $1 - predicted[start + $0] }
      start += part.count
      if let weights = part.weights {
        for (residual, weight) in zip(residual, weights) { result.append(residual * weight) }
      } else if let factor = part.factor {
        var row = Matrix(rows: 1, columns: residual.count, values: residual)
        factor.solveForward(rows: &row)
        result += row.values
      }
    }
    return result
  }

  /// ln p(y | f); NaN where a prediction has no value.
  /// - Throws: `predictionSize`.
  public func logDensity(_ predicted: [Double]) throws(PosteriorError) -> Double {
    let whitened = try whitenedResidual(predicted)
    return -0.5 * Statistics.sum(whitened.map { $0 * $0 }) + constant
  }

  /// mean (y − f)²/(mean y² + 10⁻¹⁶): the peer's relative mean square, over data that have a value.
  public func relativeMeanSquare(_ predicted: [Double]) -> Double {
    var (errors, squares): ([Double], [Double]) = ([], [])
    var start = 0
    for part in parts {
      for (row, value) in zip(part.rows, part.observed) {
        let error = value - predicted[start + row]
        errors.append(error * error)
        squares.append(value * value)
      }
      start += part.count
    }
    let count = Double(max(1, errors.count))
    return (Statistics.sum(errors) / count) / (Statistics.sum(squares) / count + 1e-16)
  }
}
