/// The Cholesky factor L of a symmetric positive definite matrix, A = L·Lᵀ.
///
/// Blocked and right-looking: a diagonal block of 64 is factored, the rows below are solved against
/// it, the rest is reduced by their products. n³/3 multiplications, n² numbers; the result has the
/// same bits for any number of workers.
public struct Cholesky: Sendable {
  /// L in the lower triangle; above the diagonal are zeros.
  public let factor: Matrix

  private static let block = 64

  /// Factorises `matrix`, of which only the lower triangle is read.
  ///
  /// - Throws: `notPositiveDefinite` with the first pivot that is not above zero (NaN included).
  /// - Precondition: square.
  public init(_ matrix: Matrix, workers: Workers = .serial) throws(NumericError) {
    precondition(matrix.rows == matrix.columns)
    var work = matrix
    let order = matrix.rows
    var failure: (Int, Double)?
    work.values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for start in stride(from: 0, to: order, by: Self.block) {
        let size = min(Self.block, order - start)
        failure = Self.factorDiagonal(base, order: order, start: start, size: size)
        if failure != nil { return }
        Self.reduceBelow(base, order: order, start: start, size: size, workers: workers)
      }
      for row in 0..<order {
        for column in row..<order where column > row { base[row * order + column] = 0 }
      }
    }
    if let (pivot, value) = failure { throw .notPositiveDefinite(pivot: pivot, value: value) }
    factor = work
  }

  private static func factorDiagonal(
    _ base: UnsafeMutablePointer<Double>, order: Int, start: Int, size: Int
  ) -> (Int, Double)? {
    for column in start..<(start + size) {
      let pivotRow = base + column * order + start
      let done = column - start
      let pivot = base[column * order + column] - DotKernel.dot(pivotRow, pivotRow, count: done)
      guard pivot > 0 else { return (column, pivot) }
      let root = pivot.squareRoot()
      base[column * order + column] = root
      for row in (column + 1)..<max(column + 1, start + size) {
        let sum = DotKernel.dot(base + row * order + start, pivotRow, count: done)
        base[row * order + column] = (base[row * order + column] - sum) / root
      }
    }
    return nil
  }

  private static func reduceBelow(
    _ base: UnsafeMutablePointer<Double>, order: Int, start: Int, size: Int, workers: Workers
  ) {
    let first = start + size
    guard first < order else { return }
    let shared = SharedPointers(input: UnsafePointer(base), output: base)
    let bands = (order - first + block - 1) / block
    workers.forEach(bands) { band in
      let top = first + band * block
      for row in top..<min(top + block, order) {
        let target = shared.output + row * order + start
        for column in 0..<size {
          let pivotRow = shared.input + (start + column) * order + start
          let sum = DotKernel.dot(UnsafePointer(target), pivotRow, count: column)
          target[column] = (target[column] - sum) / pivotRow[column]
        }
      }
    }
    workers.forEach(bands * (bands + 1) / 2) { index in
      let (i, j) = Matrix.lowerTile(index)
      let (top, left) = (first + i * block, first + j * block)
      DotKernel.Panel(
        a: shared.input + top * order + start, b: shared.input + left * order + start,
        c: shared.output + top * order + left, aStride: order, bStride: order, cStride: order,
        rows: min(block, order - top), columns: min(block, order - left), depth: size, sign: -1
      ).accumulate()
    }
  }

  /// Solves A·x = b by forward and backward substitution.
  ///
  /// - Precondition: one number a row.
  public func solve(_ right: [Double]) -> [Double] {
    let order = factor.rows
    precondition(right.count == order)
    var x = right
    factor.values.withUnsafeBufferPointer { buffer in
      x.withUnsafeMutableBufferPointer { x in
        guard let base = buffer.baseAddress, let values = x.baseAddress else { return }
        for row in 0..<order {
          let sum = DotKernel.dot(base + row * order, UnsafePointer(values), count: row)
          values[row] = (values[row] - sum) / base[row * order + row]
        }
        for row in stride(from: order - 1, through: 0, by: -1) {
          values[row] /= base[row * order + row]
          // Column access would stride; subtracting the row of L from what is left does not.
          let value = values[row]
          for column in 0..<row { values[column] -= value * base[row * order + column] }
        }
      }
    }
    return x
  }
}
