import CKernels
public import NumericCore

/// A matrix J, observations · unknowns, in rows padded with zeros to a multiple of eight values.
///
/// JᵀJ x streams the matrix from memory once: a pass takes four rows, forms their products with x and adds
/// the rows, so weighted, to the result while they are still in the cache and the next four are on their way.
/// Rows are cut into a fixed number of chunks with accumulators of their own, joined in order, so every number
/// of threads gives the same bits.
public struct DenseMap: LinearMap, Sendable {
  /// Enough for the cores of one node; the joining costs chunks · columns additions.
  private static let chunks = 16

  /// Observations; unknowns; values of a row in `values`.
  public let rows, columns, stride: Int
  /// Rows of J, each padded with zeros to `stride`.
  public var values: [Double]

  /// A matrix of zeros.
  /// - Precondition: `stride` is a multiple of 8 and not below `columns`.
  public init(rows: Int, columns: Int, stride: Int) {
    precondition(stride >= columns && stride % 8 == 0)
    (self.rows, self.columns, self.stride) = (rows, columns, stride)
    values = Array(repeating: 0, count: rows * stride)
  }

  /// Values of a row, its padding included.
  public var length: Int { stride }
  /// Rows.
  public var observations: Int { rows }

  /// Multiplies every row by its factor.
  /// - Precondition: one factor a row.
  public mutating func scaleRows(by factors: [Double]) {
    precondition(factors.count == rows)
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        for index in row * stride..<(row + 1) * stride { values[index] *= factors[row] }
      }
    }
  }

  /// result = J x, every row summed in the order of its columns.
  public func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    for row in 0..<rows {
      var sum = 0.0
      for column in 0..<columns { sum += values[row * stride + column] * x[column] }
      result[row] = sum
    }
  }

  /// result = Jᵀ y; rows go in pairs, in a fixed number of chunks.
  public func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    let (set, stride) = (workers.instructions.code, stride)
    var partial = [Double](repeating: 0, count: Self.chunks * stride)
    overChunks(&partial, into: &result, workers: workers) { matrix, sum, range in
      var row = range.lowerBound
      while row + 1 < range.upperBound {
        ck_add_pair(set, matrix + row * stride, y[row], y[row + 1], sum, stride)
        row += 2
      }
      if row < range.upperBound { Self.add(matrix + row * stride, y[row], to: sum, stride) }
    }
  }

  /// result = JᵀJ x in one pass over the matrix.
  public func normal(
    _ x: [Double], into result: inout [Double], scratch: inout [Double], workers: Workers
  ) {
    let (set, stride) = (workers.instructions.code, stride)
    if scratch.count != Self.chunks * stride { scratch = Array(repeating: 0, count: Self.chunks * stride) }
    x.withUnsafeBufferPointer { x in
      let x = SharedPointer(x)
      overChunks(&scratch, into: &result, workers: workers) { matrix, sum, range in
        ck_add_normal(set, matrix + range.lowerBound * stride, range.count, x.start, sum, stride)
      }
    }
  }

  /// JᵀJ + `damping`² as a full matrix.
  func gram(damping: Double, workers: Workers) -> Matrix {
    var transposed = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { transposed[column, row] = values[row * stride + column] }
    }
    var normal = transposed.gramOfRows(workers: workers)
    for column in 0..<columns { normal[column, column] += damping * damping }
    return normal
  }

  /// Runs `body(matrix, accumulator, rows)` for every chunk and joins the accumulators.
  private func overChunks(
    _ partial: inout [Double], into result: inout [Double], workers: Workers,
    _ body: @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Range<Int>) -> Void
  ) {
    let (rows, stride, chunks) = (rows, stride, Self.chunks)
    values.withUnsafeBufferPointer { matrix in
      partial.withUnsafeMutableBufferPointer { partial in
        let (matrix, partial) = (SharedPointer(matrix), SharedPointer(partial))
        workers.forEach(chunks) { chunk in
          let sum = partial.start + chunk * stride
          sum.update(repeating: 0, count: stride)
          // Bounds are multiples of four: rows go in fours.
          let first = min(rows, (rows * chunk / chunks + 3) / 4 * 4)
          let end = chunk + 1 == chunks ? rows : min(rows, (rows * (chunk + 1) / chunks + 3) / 4 * 4)
          body(matrix.start, sum, first..<end)
        }
      }
    }
    for index in 0..<stride {
      var total = 0.0
      for chunk in 0..<chunks { total += partial[chunk * stride + index] }
      result[index] = total
    }
  }

  /// sum += factor · row.
  private static func add(
    _ row: UnsafePointer<Double>, _ factor: Double, to sum: UnsafeMutablePointer<Double>,
    _ stride: Int
  ) {
    for index in 0..<stride { sum[index] += factor * row[index] }
  }
}
