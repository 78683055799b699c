/// The product of a periodic array with a symmetric circulant matrix, given by its eigenvalues: two Fourier transforms.
public struct SpectralProduct: Sendable {
  /// Size of the arrays.
  public let rows, columns: Int
  /// Row by row, columns 0 … columns/2.
  private let factors: [Double]
  private var width: Int { columns / 2 + 1 }

  /// - Parameter factors: of row 0 … rows − 1 and column 0 … columns/2, row by row; the others follow by
  ///   symmetry: f(−row, −column) = f(row, column).
  /// - Precondition: rows · (columns/2 + 1) factors.
  public init(rows: Int, columns: Int, factors: [Double]) {
    precondition(factors.count == rows * (columns / 2 + 1))
    (self.rows, self.columns, self.factors) = (rows, columns, factors)
  }

  /// With the eigenvalues Re FFT of a first row (row by row) that is even.
  public init(rows: Int, columns: Int, firstRow: [Double], workers: Workers = .serial) {
    precondition(firstRow.count == rows * columns)
    let width = columns / 2 + 1
    var factors = [Double](repeating: 0, count: rows * width)
    if RealTransform2D.takes(rows: rows, columns: columns) {
      var values = firstRow
      let half = RealTransform2D(rows: rows, columns: columns, instructions: workers.instructions)
        .forward(&values, workers: workers)
      for row in 0..<rows {
        for column in 0..<width {
          factors[row * width + column] = half[((column / 8) * rows + row) * 16 + column % 8]
        }
      }
    } else {
      var (real, imaginary) = (firstRow, [Double](repeating: 0, count: firstRow.count))
      FourierTransform2D(rows: rows, columns: columns).forward(&real, &imaginary)
      for row in 0..<rows {
        for column in 0..<width { factors[row * width + column] = real[row * columns + column] }
      }
    }
    self.init(rows: rows, columns: columns, factors: factors)
  }

  /// The eigenvalue of a row and any column.
  public func factor(_ row: Int, _ column: Int) -> Double {
    column < width
      ? factors[row * width + column] : factors[(rows - row) % rows * width + columns - column]
  }

  /// The eigenvalues changed.
  public func mapped(_ change: (_ row: Int, _ column: Int, _ factor: Double) -> Double) -> SpectralProduct {
    SpectralProduct(
      rows: rows, columns: columns,
      factors: factors.indices.map { change($0 / width, $0 % width, factors[$0]) })
  }

  /// Replaces an array, row by row, by its product.
  ///
  /// - Precondition: rows · columns values.
  public func apply(to values: inout [Double], workers: Workers = .serial) {
    precondition(values.count == rows * columns)
    guard RealTransform2D.takes(rows: rows, columns: columns) else { return applyComplex(&values) }
    let transform = RealTransform2D(rows: rows, columns: columns, instructions: workers.instructions)
    var half = transform.forward(&values, workers: workers)
    for row in 0..<rows {
      for column in 0..<width {
        let element = ((column / 8) * rows + row) * 16 + column % 8
        half[element] *= factors[row * width + column]
        half[element + 8] *= factors[row * width + column]
      }
    }
    values = transform.inverse(&half, workers: workers)
  }

  private func applyComplex(_ values: inout [Double]) {
    let transform = FourierTransform2D(rows: rows, columns: columns)
    var imaginary = [Double](repeating: 0, count: values.count)
    transform.forward(&values, &imaginary)
    for row in 0..<rows {
      for column in 0..<columns {
        values[row * columns + column] *= factor(row, column)
        imaginary[row * columns + column] *= factor(row, column)
      }
    }
    transform.inverse(&values, &imaginary)
  }

  /// The smallest even length, not below a count, that the fast transform likes.
  public static func evenLength(atLeast count: Int) -> Int {
    var length = max(2, count + count % 2)
    while FourierLength.good(atLeast: length) != length { length += 2 }
    return length
  }
}
