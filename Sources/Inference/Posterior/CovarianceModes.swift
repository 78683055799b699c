public import NumericCore

/// The leading modes of a covariance: C ≈ Σ λₖ φₖφₖᵀ, the least squares best for their number (Karhunen–Loève).
///
/// Orthogonal iteration with a block larger than the modes, from fixed vectors, until the eigenvalues stand to 10⁻¹²; each
/// mode's largest component is positive, so that equal covariances give equal modes. O(n² (k + 8)) an iteration.
public struct CovarianceModes: Sendable {
  /// λ, falling.
  public let variances: [Double]
  /// φ, of length 1, a row each.
  public let modes: Matrix
  /// Part of the variance that they hold.
  public let share: Double

  /// - Precondition: symmetric; 0 < count ≤ rows.
  public init(_ covariance: Matrix, count: Int, workers: Workers = .serial) {
    let size = covariance.rows
    precondition(count > 0 && count <= size && covariance.columns == size)
    let block = min(size, count + 8)
    let random = CounterRandom(seed: 1, stream: "modes of a covariance")
    var rows = Matrix(
      rows: block, columns: size, values: (0..<block).flatMap { random.normal(size, row: $0) })
    Self.orthonormalise(&rows)
    var values = [Double](repeating: 0, count: block)
    for _ in 0..<200 {
      // C is symmetric: rows · C is C applied to every row.
      var next = rows.timesTransposed(covariance, workers: workers)
      let small = SymmetricEigen(next.timesTransposed(rows))
      let turn = Matrix(
        rows: block, columns: block,
        values: (0..<block).flatMap { row in (0..<block).map { small.vectors[$0, block - 1 - row] } })
      next = turn.timesTransposed(next.transposed())
      Self.orthonormalise(&next)
      let latest = Array(small.values.reversed())
      let change = zip(latest, values).prefix(count).map { abs($0 - $1) }.max() ?? 0
      (rows, values) = (next, latest)
      if change <= 1e-12 * abs(latest.first ?? 1) { break }
    }
    variances = values.prefix(count).map { max($0, 0) }
    var result = Matrix(rows: count, columns: size)
    for row in 0..<count {
      let line = (0..<size).map { rows[row, $0] }
      let largest = line.indices.max { abs(line[$0]) < abs(line[$1]) } ?? 0
      for column in 0..<size { result[row, column] = line[largest] < 0 ? -line[column] : line[column] }
    }
    modes = result
    let whole = Statistics.sum((0..<size).map { covariance[$0, $0] })
    share = Statistics.sum(variances) / whole
  }

  /// Gram and Schmidt, twice for rounding.
  private static func orthonormalise(_ rows: inout Matrix) {
    let size = rows.columns
    for row in 0..<rows.rows {
      var line = Array(rows.values[row * size..<(row + 1) * size])
      for _ in 0..<2 {
        for other in 0..<row {
          let product = Statistics.sum((0..<size).map { rows.values[other * size + $0] * line[$0] })
          for column in 0..<size { line[column] -= product * rows.values[other * size + column] }
        }
      }
      let length = Statistics.sum(line.map { $0 * $0 }).squareRoot()
      for column in 0..<size { rows.values[row * size + column] = length > 0 ? line[column] / length : 0 }
    }
  }

  /// Σ cₖ √λₖ φₖ.
  public func field(_ coefficients: [Double]) -> [Double] {
    modes.transposedTimes(zip(coefficients, variances).map { $0 * $1.squareRoot() })
  }
}
