/// Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations [Golub2013, §8.5]: the same bits
/// everywhere, and small eigenvalues of scaled matrices to high relative accuracy.
struct SymmetricEigen {
  /// In no order.
  private(set) var values: [Double]
  /// `vectors[j]` belongs to `values[j]`.
  private(set) var vectors: [[Double]]

  /// - Precondition: as many rows as columns.
  init(_ matrix: [[Double]]) {
    let size = matrix.count
    var a = matrix
    var v = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0.0 } }
    for _ in 0..<60 {
      guard Self.sweep(&a, &v) else { break }
    }
    values = (0..<size).map { a[$0][$0] }
    vectors = (0..<size).map { column in (0..<size).map { v[$0][column] } }
  }

  /// - Returns: whether anything was turned.
  private static func sweep(_ a: inout [[Double]], _ v: inout [[Double]]) -> Bool {
    let size = a.count
    var hasTurned = false
    for p in 0..<size {
      for q in p + 1..<max(size, p + 1) {
        let off = a[p][q]
        guard abs(off) > 1e-18 * (abs(a[p][p] * a[q][q])).squareRoot(), off != 0 else { continue }
        hasTurned = true
        let theta = (a[q][q] - a[p][p]) / (2 * off)
        let root = (theta * theta + 1).squareRoot()
        let t = theta >= 0 ? 1 / (theta + root) : 1 / (theta - root)
        let c = 1 / (t * t + 1).squareRoot()
        turn(&a, &v, p, q, c, t * c)
      }
    }
    return hasTurned
  }

  private static func turn(
    _ a: inout [[Double]], _ v: inout [[Double]], _ p: Int, _ q: Int, _ c: Double, _ s: Double
  ) {
    for k in a.indices {
      let (x, y) = (a[k][p], a[k][q])
      (a[k][p], a[k][q]) = (c * x - s * y, s * x + c * y)
    }
    for k in a.indices {
      let (x, y) = (a[p][k], a[q][k])
      (a[p][k], a[q][k]) = (c * x - s * y, s * x + c * y)
    }
    (a[p][q], a[q][p]) = (0, 0)
    for k in v.indices {
      let (x, y) = (v[k][p], v[k][q])
      (v[k][p], v[k][q]) = (c * x - s * y, s * x + c * y)
    }
  }
}

/// Solves a small dense system for several right sides by elimination with row exchanges.
/// - Returns: nil where a pivot vanishes in rounding.
func solveDense(_ matrix: [[Double]], _ right: [[Double]]) -> [[Double]]? {
  let size = matrix.count
  var (a, b) = (matrix, right)
  for column in 0..<size {
    guard let pivot = (column..<size).max(by: { abs(a[$0][column]) < abs(a[$1][column]) }),
      abs(a[pivot][column]) > 1e-300
    else { return nil }
    a.swapAt(column, pivot)
    b.swapAt(column, pivot)
    for row in column + 1..<max(size, column + 1) {
      let factor = a[row][column] / a[column][column]
      guard factor != 0 else { continue }
      for k in column..<size { a[row][k] -= factor * a[column][k] }
      for k in b[row].indices { b[row][k] -= factor * b[column][k] }
    }
  }
  for row in (0..<size).reversed() {
    for k in b[row].indices {
      var sum = b[row][k]
      for column in row + 1..<max(size, row + 1) { sum -= a[row][column] * b[column][k] }
      b[row][k] = sum / a[row][row]
    }
  }
  return b.allSatisfy { $0.allSatisfy(\.isFinite) } ? b : nil
}
