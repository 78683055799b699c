extension Cholesky {
  /// Rows of the matrix.
  public var order: Int { factor.rows }

  /// ln |A| = 2 Σ ln Lᵢᵢ, summed in order.
  public var logDeterminant: Double {
    var sum = 0.0
    for row in 0..<order { sum += Elementary.log(factor[row, row]) }
    return 2 * sum
  }

  /// L·x: of independent deviates x a draw with the covariance A.
  ///
  /// - Precondition: one number a row.
  public func factorTimes(_ x: [Double]) -> [Double] {
    precondition(x.count == order)
    return factor.values.withUnsafeBufferPointer { factor in
      x.withUnsafeBufferPointer { x in
        (0..<order).map { row in
          DotKernel.dot(factor.start + row * order, x.start, count: row + 1)
        }
      }
    }
  }

  /// Replaces every row b of `right` by L⁻¹b, so that row products become those with A⁻¹.
  ///
  /// Rows go in fixed groups of 32 and columns in blocks of 64, so the bits depend on neither the
  /// workers nor the other rows. rows · n²/2 multiplications.
  /// - Precondition: `right` has `order` columns.
  public func solveForward(rows right: inout Matrix, workers: Workers = .serial) {
    precondition(right.columns == order)
    let (order, count, group) = (order, right.rows, 32)
    guard order > 0 else { return }
    factor.values.withUnsafeBufferPointer { factor in
      right.values.withUnsafeMutableBufferPointer { right in
        guard let source = factor.baseAddress, let target = right.baseAddress else { return }
        let shared = SharedPointers(input: source, output: target)
        workers.forEach((count + group - 1) / group) { index in
          let first = index * group
          Self.solve(
            shared.input, order, shared.output + first * order, rows: min(group, count - first))
        }
      }
    }
  }

  private static func solve(
    _ factor: UnsafePointer<Double>, _ order: Int, _ right: UnsafeMutablePointer<Double>, rows: Int
  ) {
    let block = 64
    for start in stride(from: 0, to: order, by: block) {
      let size = min(block, order - start)
      if start > 0 {
        DotKernel.Panel(
          a: UnsafePointer(right), b: factor + start * order, c: right + start, aStride: order,
          bStride: order, cStride: order, rows: rows, columns: size, depth: start, sign: -1
        ).accumulate()
      }
      for row in 0..<rows {
        let x = right + row * order + start
        for column in 0..<size {
          let line = factor + (start + column) * order + start
          let sum = DotKernel.dot(line, UnsafePointer(x), count: column)
          x[column] = (x[column] - sum) / line[column]
        }
      }
    }
  }

  /// A⁻¹, both triangles; n² numbers beside it, some 1.5 n³ multiplications.
  public func inverse(workers: Workers = .serial) -> Matrix {
    var half = Matrix.identity(order)
    solveForward(rows: &half, workers: workers)
    return half.gramOfRows(workers: workers)
  }
}
