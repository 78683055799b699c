public import NumericCore

/// Noise of data: what is added to what was simulated before a network learns from it.
public enum DataNoise: Sendable {
  /// Simulated data hold their noise already.
  case none
  /// A standard deviation for each datum.
  case deviations([Double])
  case covariance(Matrix)

  /// Its covariance in units of `scales`, for `count` data.
  func covariance(scales: [Double]) throws(NetworkError) -> Matrix? {
    let count = scales.count
    switch self {
    case .none: return nil
    case .deviations(let deviations):
      guard deviations.count == count else { throw .noiseLength(found: deviations.count, expected: count) }
      var matrix = Matrix(rows: count, columns: count)
      for index in 0..<count {
        let ratio = deviations[index] / scales[index]
        guard ratio.isFinite, ratio >= 0 else { throw .noiseCovariance }
        matrix[index, index] = ratio * ratio
      }
      return matrix
    case .covariance(let given):
      guard given.rows == count, given.columns == count else {
        throw .noiseLength(found: given.rows, expected: count)
      }
      var matrix = given
      for row in 0..<count {
        for column in 0..<count {
          guard given[row, column].isFinite, given[row, column] == given[column, row] else {
            throw .noiseCovariance
          }
          matrix[row, column] = given[row, column] / (scales[row] * scales[column])
        }
      }
      return matrix
    }
  }

  /// Standard deviations of `count` data; nil without noise.
  /// - Throws: where it is given for another number of data, or is none.
  public func deviations(_ count: Int) throws(NetworkError) -> [Double]? {
    if case .none = self { return nil }
    return try variances(count).map { $0.squareRoot() }
  }

  /// Variances of `count` data.
  func variances(_ count: Int) throws(NetworkError) -> [Double] {
    guard let matrix = try covariance(scales: Array(repeating: 1, count: count)) else {
      return Array(repeating: 0, count: count)
    }
    return (0..<count).map { matrix[$0, $0] }
  }
}

/// Draws normal noise of a covariance: a lower triangle times independent numbers.
struct NoiseFactor: Sendable {
  let count: Int
  /// The triangle, row by row; nil where it is a diagonal.
  private let triangle: [Double]?
  private let diagonal: [Double]

  /// - Throws: where the matrix isn't positive semidefinite.
  init(_ covariance: Matrix) throws(NetworkError) {
    count = covariance.rows
    var isDiagonal = true
    for row in 0..<count {
      for column in 0..<row where covariance[row, column] != 0 { isDiagonal = false }
    }
    diagonal = (0..<count).map { max(0, covariance[$0, $0]).squareRoot() }
    guard !isDiagonal else {
      triangle = nil
      return
    }
    var padded = covariance
    // What rounding takes from a matrix that is just semidefinite.
    let largest = diagonal.max() ?? 0
    for index in 0..<count { padded[index, index] += 1e-12 * largest * largest }
    do {
      triangle = try Cholesky(padded).factor.values
    } catch {
      throw .noiseCovariance
    }
  }

  /// Adds a draw to each of the samples of `rows`, sample by sample.
  func add(to rows: inout [Double], _ random: CounterRandom, row: Int, round: Int) {
    let draws = random.normal(rows.count, row: row, round: round)
    for start in stride(from: 0, to: rows.count, by: count) {
      guard let triangle else {
        for index in 0..<count { rows[start + index] += diagonal[index] * draws[start + index] }
        continue
      }
      for index in 0..<count {
        var sum = 0.0
        for other in 0...index { sum += triangle[index * count + other] * draws[start + other] }
        rows[start + index] += sum
      }
    }
  }
}
