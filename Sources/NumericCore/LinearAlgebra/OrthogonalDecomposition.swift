/// Householder QR with column pivoting, extended to a complete orthogonal decomposition when the matrix
/// lacks full column rank: A·P = Q·[Lᵀ 0; 0 0]·Zᵀ.
///
/// Gives the least-squares solution of smallest norm. The rank is the number of pivots above
/// ε · max(rows, columns) of the first, the rule that LAPACK users apply to singular values; the two
/// solutions agree to the accuracy of the problem [Golub2013, §5.4–5.5].
public struct OrthogonalDecomposition: Sendable {
  /// Columns that are independent in rounding.
  public let rank: Int
  private let first: Reflectors
  /// The reflectors of the transposed upper trapezoid; nil at full column rank.
  private let second: Reflectors?

  /// Time 2mn² multiplications for m × n; a copy of the matrix is kept.
  public init(_ matrix: Matrix) {
    var reflectors = Reflectors(columnsOf: matrix)
    let limit = Double.ulpOfOne * Double(max(matrix.rows, matrix.columns))
    rank = reflectors.factor(pivoting: true, relativeLimit: limit)
    first = reflectors
    second = rank < matrix.columns ? Self.transposedTrapezoid(reflectors, rank: rank) : nil
  }

  private static func transposedTrapezoid(_ reflectors: Reflectors, rank: Int) -> Reflectors {
    let columns = reflectors.columns.rows
    var trapezoid = Matrix(rows: rank, columns: columns)
    for row in 0..<rank {
      for column in row..<columns { trapezoid[row, column] = reflectors.columns[column, row] }
    }
    var result = Reflectors(storedColumns: trapezoid)
    _ = result.factor(pivoting: false, relativeLimit: 0)
    return result
  }

  /// argmin ‖A·x − b‖, and of all such x the one with the smallest ‖x‖.
  ///
  /// - Precondition: one number a row of the matrix.
  public func solve(_ right: [Double]) -> [Double] {
    let columns = first.columns.rows
    var work = right
    first.applyTransposed(to: &work)
    var y = [Double](repeating: 0, count: columns)
    if let second {
      // The trapezoid is (second's R)ᵀ·Zᵀ: forward substitution, then Z on the padded result.
      for row in 0..<rank {
        var sum = work[row]
        for column in 0..<row { sum -= second.columns[row, column] * y[column] }
        y[row] = sum / second.columns[row, row]
      }
      second.apply(to: &y)
    } else {
      for row in stride(from: rank - 1, through: 0, by: -1) {
        var sum = work[row]
        for column in (row + 1)..<max(row + 1, columns) {
          sum -= first.columns[column, row] * y[column]
        }
        y[row] = sum / first.columns[row, row]
      }
    }
    var result = y
    for (position, column) in first.permutation.enumerated() { result[column] = y[position] }
    return result
  }
}

/// A matrix being reduced to upper triangular form; stored column by column for contiguous sweeps.
private struct Reflectors: Sendable {
  /// Row j holds column j: R on and above the diagonal, the reflector's tail below it.
  var columns: Matrix
  var permutation: [Int]
  private var factors: [Double] = []

  init(columnsOf matrix: Matrix) { self.init(storedColumns: matrix.transposed()) }

  init(storedColumns: Matrix) {
    columns = storedColumns
    permutation = Array(0..<storedColumns.rows)
  }

  /// Reduces the matrix and returns the number of pivots above `relativeLimit` times the first.
  mutating func factor(pivoting: Bool, relativeLimit: Double) -> Int {
    let (count, length) = (columns.rows, columns.columns)
    var norms = (0..<count).map { tailNorm(column: $0, from: 0) }
    var original = norms
    var largest = 0.0
    for step in 0..<min(count, length) {
      if pivoting {
        var best = step
        for column in step..<count where norms[column] > norms[best] { best = column }
        swapColumns(step, best)
        permutation.swapAt(step, best)
        norms.swapAt(step, best)
        original.swapAt(step, best)
      }
      let norm = tailNorm(column: step, from: step)
      if step == 0 { largest = norm }
      guard norm > relativeLimit * largest else { return step }
      reflect(step: step, norm: norm)
      if pivoting { updateNorms(&norms, &original, step: step) }
    }
    return min(count, length)
  }

  private func tailNorm(column: Int, from start: Int) -> Double {
    let length = columns.columns
    guard start < length else { return 0 }
    return columns.values.withUnsafeBufferPointer { values in
      let tail = values.start + column * length + start
      return DotKernel.dot(tail, tail, count: length - start).squareRoot()
    }
  }

  private mutating func swapColumns(_ i: Int, _ j: Int) {
    guard i != j else { return }
    for row in 0..<columns.columns {
      columns.values.swapAt(i * columns.columns + row, j * columns.columns + row)
    }
  }

  /// Builds the reflector that clears column `step` below its diagonal and applies it to the rest.
  private mutating func reflect(step: Int, norm: Double) {
    let (count, length) = (columns.rows, columns.columns)
    let factor = columns.values.withUnsafeMutableBufferPointer { values in
      let head = values.start + step * length + step
      let diagonal = head[0] > 0 ? -norm : norm
      let scale = head[0] - diagonal
      let factor = -scale / diagonal
      for row in 1..<max(1, length - step) { head[row] /= scale }
      head[0] = diagonal
      for column in (step + 1)..<max(step + 1, count) {
        Self.reflect(
          values.start + column * length + step, tail: UnsafePointer(head), factor: factor,
          count: length - step)
      }
      return factor
    }
    factors.append(factor)
  }

  /// x −= factor · (vᵀx) · v with v = (1, tail).
  private static func reflect(
    _ x: UnsafeMutablePointer<Double>, tail: UnsafePointer<Double>, factor: Double, count: Int
  ) {
    let product = x[0] + DotKernel.dot(UnsafePointer(x + 1), tail + 1, count: count - 1)
    let amount = factor * product
    x[0] -= amount
    for row in 1..<max(1, count) { x[row] -= amount * tail[row] }
  }

  /// Takes the cleared row out of the partial norms; recomputes one that cancellation has eaten.
  private func updateNorms(_ norms: inout [Double], _ original: inout [Double], step: Int) {
    for column in (step + 1)..<max(step + 1, columns.rows) where norms[column] > 0 {
      let ratio = columns[column, step] / norms[column]
      let left = max(0, 1 - ratio * ratio)
      let loss = norms[column] / original[column]
      if left * loss * loss <= Double.ulpOfOne.squareRoot() {
        norms[column] = tailNorm(column: column, from: step + 1)
        original[column] = norms[column]
      } else {
        norms[column] *= left.squareRoot()
      }
    }
  }

  func applyTransposed(to vector: inout [Double]) { apply(Array(factors.indices), to: &vector) }

  func apply(to vector: inout [Double]) { apply(factors.indices.reversed(), to: &vector) }

  private func apply(_ order: [Int], to vector: inout [Double]) {
    let length = columns.columns
    precondition(vector.count == length)
    columns.values.withUnsafeBufferPointer { values in
      vector.withUnsafeMutableBufferPointer { vector in
        for step in order {
          Self.reflect(
            vector.start + step, tail: values.start + step * length + step,
            factor: factors[step], count: length - step)
        }
      }
    }
  }
}
