/// The two-dimensional Fourier transform of a row-major array of any size.
public struct FourierTransform2D: Sendable {
  /// Size of the arrays that it takes.
  public let rows, columns: Int
  private let alongRow, alongColumn: FourierTransform

  /// - Precondition: both sizes are positive.
  public init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    alongRow = FourierTransform(length: columns)
    alongColumn = rows == columns ? alongRow : FourierTransform(length: rows)
  }

  /// Replaces the signal by its transform, unnormalised.
  ///
  /// - Precondition: both arrays have rows · columns elements.
  public func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
    precondition(real.count == rows * columns && imaginary.count == rows * columns)
    var (re, im) = (Array(real[0..<columns]), Array(imaginary[0..<columns]))
    for row in 0..<rows {
      let start = row * columns
      for k in 0..<columns { (re[k], im[k]) = (real[start + k], imaginary[start + k]) }
      alongRow.forward(&re, &im)
      for k in 0..<columns { (real[start + k], imaginary[start + k]) = (re[k], im[k]) }
    }
    re = Array(repeating: 0, count: rows)
    im = re
    for column in 0..<columns {
      for k in 0..<rows {
        (re[k], im[k]) = (real[k * columns + column], imaginary[k * columns + column])
      }
      alongColumn.forward(&re, &im)
      for k in 0..<rows {
        (real[k * columns + column], imaginary[k * columns + column]) = (re[k], im[k])
      }
    }
  }

  /// Replaces a transform by its signal, divided by rows · columns.
  ///
  /// - Precondition: both arrays have rows · columns elements.
  public func inverse(_ real: inout [Double], _ imaginary: inout [Double]) {
    forward(&imaginary, &real)
    let count = Double(rows * columns)
    for index in real.indices {
      real[index] /= count
      imaginary[index] /= count
    }
  }

  /// Cycles per unit length of each element of a transform along `count` nodes `spacing` apart:
  /// 0, 1, …, then the negative ones, over count · spacing.
  public static func frequencies(count: Int, spacing: Double) -> [Double] {
    (0..<count).map { index in
      let cycle = index <= (count - 1) / 2 ? index : index - count
      return Double(cycle) / (Double(count) * spacing)
    }
  }
}
