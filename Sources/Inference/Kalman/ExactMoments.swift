public import NumericCore

/// Ensembles whose mean and covariance are given ones, rather than those of chance: second-order exact sampling. [Pham2001]
///
/// Of N independent draws the mean is off by σ/√N and every correlation by 1/√N, and a Kalman update takes the latter for
/// knowledge: with 200 members it misses the mean of a field of 240 nodes by half of a posterior deviation. Members
/// m + √(N − 1) Ω Bᵀ, with the columns of Ω orthonormal, of sum 0, and otherwise random, have the mean m and the
/// covariance B Bᵀ whatever has been drawn.
public enum ExactMoments {
  /// B of a covariance, C ≈ B Bᵀ, with fewer columns than members: Cholesky's factor where that is enough, else the
  /// projection of C on about its leading modes, by four steps of orthogonal iteration. O(n² N) for n rows.
  /// - Parameter members: at least 2.
  /// - Returns: Bᵀ, a row a column of B.
  /// - Throws: `NumericError.notPositiveDefinite`.
  public static func factor(
    _ covariance: Matrix, members: Int, workers: Workers = .serial
  ) throws(NumericError) -> Matrix {
    let size = covariance.rows
    let rank = min(members - 1, size)
    precondition(rank > 0 && covariance.columns == size)
    guard rank < size else { return try Cholesky(covariance, workers: workers).factor.transposed() }
    let random = CounterRandom(seed: 1, stream: "modes of an ensemble")
    var rows = Matrix(rows: rank, columns: size, values: (0..<rank).flatMap { random.normal(size, row: $0) })
    orthonormalise(&rows)
    for _ in 0..<4 {
      // C is symmetric: rows · C is C applied to every row.
      rows = rows.timesTransposed(covariance, workers: workers)
      orthonormalise(&rows)
    }
    let small = rows.timesTransposed(covariance, workers: workers).timesTransposed(rows, workers: workers)
    let root = try Cholesky(small, workers: workers).factor.transposed()
    return root.timesTransposed(rows.transposed(), workers: workers)
  }

  /// Standard deviation, root mean square over the rows, of what B Bᵀ leaves out of a covariance: members don't have it, so
  /// whatever data say of it changes none.
  /// - Parameter factor: Bᵀ.
  public static func leftOut(of covariance: Matrix, factor: Matrix) -> Double {
    var rest = 0.0
    for row in 0..<covariance.rows { rest += covariance[row, row] }
    for value in factor.values { rest -= value * value }
    return (max(0, rest) / Double(max(1, covariance.rows))).squareRoot()
  }

  /// The ensemble.
  /// - Parameters:
  ///   - mean: of it.
  ///   - factor: Bᵀ of its covariance, fewer rows than members.
  ///   - count: of members.
  ///   - random: what Ω is drawn from.
  public static func members(
    about mean: [Double], factor: Matrix, count: Int, random: CounterRandom, workers: Workers = .serial
  ) -> [[Double]] {
    precondition(factor.rows < count && factor.columns == mean.count)
    var columns = Matrix(
      rows: factor.rows, columns: count, values: (0..<factor.rows).flatMap { random.normal(count, row: $0) })
    for row in 0..<columns.rows {
      let range = row * count..<(row + 1) * count
      let middle = Statistics.sum(Array(columns.values[range])) / Double(count)
      for index in range { columns.values[index] -= middle }
    }
    orthonormalise(&columns)
    let scale = Double(count - 1).squareRoot()
    let deviations = columns.transposed().timesTransposed(factor.transposed(), workers: workers)
    return (0..<count).map { member in
      mean.indices.map { mean[$0] + scale * deviations[member, $0] }
    }
  }

  /// Gram and Schmidt, twice for rounding.
  private static func orthonormalise(_ rows: inout Matrix) {
    let size = rows.columns
    rows.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<values.count / max(1, size) {
        let line = row * size
        for _ in 0..<2 {
          for other in 0..<row {
            var product = 0.0
            for column in 0..<size { product += values[other * size + column] * values[line + column] }
            for column in 0..<size { values[line + column] -= product * values[other * size + column] }
          }
        }
        var square = 0.0
        for column in 0..<size { square += values[line + column] * values[line + column] }
        let length = square.squareRoot()
        for column in 0..<size { values[line + column] = length > 0 ? values[line + column] / length : 0 }
      }
    }
  }
}
