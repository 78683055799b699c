public import NumericCore

/// The covariance matrix K of a stationary field on the nodes of a grid as a convolution.
///
/// The nodes are a part of a torus twice as large along each axis, on which the product is exact whatever the signs of
/// the eigenvalues are. Two Fourier transforms of 4 N values a product, to some 10⁻¹⁵ of s² √N |x|.
public struct GridCovariance: Sendable {
  public let geometry: GridGeometry
  private let transform: RealTransform2D
  /// Eigenvalues in the order of a half spectrum, eight a block and row.
  private let factors: [Double]

  public init(_ covariance: Covariance, on geometry: GridGeometry, workers: Workers = .serial) {
    func length(_ count: Int) -> Int {
      var length = max(2, 2 * count)
      while FourierLength.good(atLeast: length) != length || length % 2 == 1 { length += 1 }
      return length
    }
    self.geometry = geometry
    let (rows, columns) = (length(geometry.rows), length(geometry.columns))
    transform = RealTransform2D(rows: rows, columns: columns)
    var first = CirculantEmbedding.firstRow(
      geometry, covariance, rows: rows, columns: columns, workers: workers)
    let half = transform.forward(&first, workers: workers)
    factors = (0..<half.count / 2).map { half[$0 / 8 * 16 + $0 % 8] }
  }

  /// K·x.
  ///
  /// - Precondition: one value a node.
  public func times(_ x: [Double], workers: Workers = .serial) -> [Double] {
    precondition(x.count == geometry.count)
    let (rows, columns, width) = (geometry.rows, geometry.columns, transform.columns)
    var padded = [Double](repeating: 0, count: transform.rows * width)
    for row in 0..<rows {
      for column in 0..<columns { padded[row * width + column] = x[row * columns + column] }
    }
    var half = transform.forward(&padded, workers: workers)
    for block in 0..<half.count / 16 {
      for lane in 0..<8 {
        half[block * 16 + lane] *= factors[block * 8 + lane]
        half[block * 16 + 8 + lane] *= factors[block * 8 + lane]
      }
    }
    let product = transform.inverse(&half, workers: workers)
    return (0..<geometry.count).map { product[$0 / columns * width + $0 % columns] }
  }
}
