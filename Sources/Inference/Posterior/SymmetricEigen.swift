public import NumericCore

/// Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations, A = V diag(λ) Vᵀ. [Golub2013, §8.5]
///
/// Sweeps in a fixed order until no element off the diagonal is above ε of the norm, so the bits depend on the matrix alone.
/// O(n³) a sweep, some eight sweeps: for matrices of up to a few hundred rows.
public struct SymmetricEigen: Sendable {
  /// Rising.
  public let values: [Double]
  /// Column k belongs to value k.
  public let vectors: Matrix

  /// - Precondition: square; the upper triangle is read.
  public init(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns)
    let n = matrix.rows
    var a = matrix
    for row in 0..<n { for column in 0..<row { a[row, column] = a[column, row] } }
    var v = Matrix.identity(n)
    let norm = Statistics.sum(a.values.map { $0 * $0 }).squareRoot()
    for _ in 0..<64 where norm.isFinite {
      var largest = 0.0
      for row in 0..<n {
        for column in row + 1..<max(row + 1, n) { largest = max(largest, abs(a[row, column])) }
      }
      if largest <= norm * 0x1p-56 { break }
      for p in 0..<n { for q in p + 1..<max(p + 1, n) { Self.rotate(&a, &v, p, q) } }
    }
    let diagonal = (0..<n).map { a[$0, $0] }
    let order = diagonal.indices.sorted {
      diagonal[$0] == diagonal[$1] ? $0 < $1 : diagonal[$0] < diagonal[$1]
    }
    values = order.map { diagonal[$0] }
    var sorted = Matrix(rows: n, columns: n)
    for (column, source) in order.enumerated() { for row in 0..<n { sorted[row, column] = v[row, source] } }
    vectors = sorted
  }

  private static func rotate(_ a: inout Matrix, _ v: inout Matrix, _ p: Int, _ q: Int) {
    let element = a[p, q]
    guard element != 0 else { return }
    let n = a.rows
    let ratio = (a[q, q] - a[p, p]) / (2 * element)
    let t = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
    let c = 1 / (1 + t * t).squareRoot()
    let s = t * c
    for k in 0..<n {
      let (first, second) = (a[k, p], a[k, q])
      (a[k, p], a[k, q]) = (c * first - s * second, s * first + c * second)
    }
    for k in 0..<n {
      let (first, second) = (a[p, k], a[q, k])
      (a[p, k], a[q, k]) = (c * first - s * second, s * first + c * second)
    }
    for k in 0..<n {
      let (first, second) = (v[k, p], v[k, q])
      (v[k, p], v[k, q]) = (c * first - s * second, s * first + c * second)
    }
    (a[p, q], a[q, p]) = (0, 0)
  }

  /// V f(λ) Vᵀ.
  public func applying(_ function: (Double) -> Double) -> Matrix {
    let n = values.count
    let factors = values.map(function)
    var scaled = vectors
    for row in 0..<n { for column in 0..<n { scaled[row, column] *= factors[column] } }
    return scaled.timesTransposed(vectors)
  }
}
