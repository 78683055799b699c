import CKernels

/// The Cholesky factor L of a symmetric positive definite matrix, A = L·Lᵀ.
///
/// Blocked and right-looking: a diagonal block of 128 is factored, the rows below are solved against
/// it, the rest is reduced by their products, which run through a transposed copy of those rows so
/// that the inner loop needs no sum across a vector. n³/3 multiplications, n² numbers; the result has
/// the same bits for any number of workers.
public struct Cholesky: Sendable {
  /// L in the lower triangle; above the diagonal are zeros.
  public let factor: Matrix

  private static let block = 128

  /// Factorises `matrix`, of which only the lower triangle is read.
  ///
  /// - Throws: `notPositiveDefinite` with the first pivot that is not above zero (NaN included).
  /// - Precondition: square.
  public init(_ matrix: Matrix, workers: Workers = .serial) throws(NumericError) {
    precondition(matrix.rows == matrix.columns)
    var work = matrix
    let order = matrix.rows
    var failure: (Int, Double)?
    var copy = [Double](repeating: 0, count: Self.block * Self.copyStride(order))
    work.values.withUnsafeMutableBufferPointer { buffer in
      copy.withUnsafeMutableBufferPointer { copy in
        guard let base = buffer.baseAddress, let copy = copy.baseAddress else { return }
        for start in stride(from: 0, to: order, by: Self.block) {
          let size = min(Self.block, order - start)
          failure = Self.factorDiagonal(base, order: order, start: start, size: size)
          if failure != nil { return }
          let panel = Panel(
            base: base, copy: copy, order: order, start: start, size: size, set: workers.instructions.code)
          panel.solveBelow(workers: workers)
          panel.reduceRest(workers: workers)
        }
        for row in 0..<order {
          for column in row..<order where column > row { base[row * order + column] = 0 }
        }
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

  /// Row length of the transposed copy: an odd number of cache lines, so that its rows don't compete
  /// for the same places of the cache.
  private static func copyStride(_ count: Int) -> Int { ((count + 7) / 8 | 1) * 8 }

  /// A factored diagonal block and the rows below it.
  private struct Panel: @unchecked Sendable {
    let base, copy: UnsafeMutablePointer<Double>
    let order, start, size: Int
    let set: ck_set

    private var first: Int { start + size }
    private var bands: Int { (order - first + Cholesky.block - 1) / Cholesky.block }

    /// Solves the rows below against the diagonal block, and copies them transposed.
    func solveBelow(workers: Workers) {
      let length = Cholesky.copyStride(order - first)
      workers.forEach(bands) { band in
        let top = first + band * Cholesky.block
        for row in top..<min(top + Cholesky.block, order) {
          let target = base + row * order + start
          for column in 0..<size {
            let pivotRow = UnsafePointer(base + (start + column) * order + start)
            let sum = DotKernel.dot(UnsafePointer(target), pivotRow, count: column)
            target[column] = (target[column] - sum) / pivotRow[column]
            copy[column * length + row - first] = target[column]
          }
        }
      }
    }

    /// Takes the products of the rows below from what is left of the matrix, tile by tile.
    func reduceRest(workers: Workers) {
      let length = Cholesky.copyStride(order - first)
      workers.forEach(bands * (bands + 1) / 2) { index in
        let (i, j) = Matrix.lowerTile(index)
        let (top, left) = (first + i * Cholesky.block, first + j * Cholesky.block)
        ck_subtract_product(
          set,
          ck_product(
            a: base + top * order + start, b: copy + left - first, c: base + top * order + left,
            a_stride: order, b_stride: length, c_stride: order, rows: min(Cholesky.block, order - top),
            columns: min(Cholesky.block, order - left), depth: size))
      }
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
