public import NumericCore

/// The covariance matrix K of a stationary field on the nodes of a grid as a convolution.
///
/// The nodes are a part of a torus twice as large along each axis, on which the product is exact whatever the signs of
/// the eigenvalues are. Two Fourier transforms of 4 N values a product, to some 10⁻¹⁵ of s² √N |x|.
public struct GridCovariance: Sendable {
  /// The nodes.
  public let geometry: GridGeometry
  private let product: SpectralProduct

  /// The matrix of a stationary covariance; two transforms of 4 N values.
  public init(_ covariance: Covariance, on geometry: GridGeometry, workers: Workers = .serial) {
    let metric = covariance.metric
    self.init(on: geometry, workers: workers) { covariance.value(metric.distance($0, $1)) }
  }

  /// With any even function of the differences of easting and northing.
  init(
    on geometry: GridGeometry, workers: Workers,
    _ value: @Sendable (_ easting: Double, _ northing: Double) -> Double
  ) {
    self.geometry = geometry
    let (rows, columns) = (
      SpectralProduct.evenLength(atLeast: 2 * geometry.rows),
      SpectralProduct.evenLength(atLeast: 2 * geometry.columns)
    )
    let first = CirculantEmbedding.firstRow(
      geometry, rows: rows, columns: columns, workers: workers, value)
    product = SpectralProduct(rows: rows, columns: columns, firstRow: first, workers: workers)
  }

  /// K·x.
  ///
  /// - Precondition: one value a node.
  public func times(_ x: [Double], workers: Workers = .serial) -> [Double] {
    precondition(x.count == geometry.count)
    let (rows, columns, width) = (geometry.rows, geometry.columns, product.columns)
    var padded = [Double](repeating: 0, count: product.rows * width)
    for row in 0..<rows {
      for column in 0..<columns { padded[row * width + column] = x[row * columns + column] }
    }
    product.apply(to: &padded, workers: workers)
    return (0..<geometry.count).map { padded[$0 / columns * width + $0 % columns] }
  }
}
