package import NumericCore

/// A product with values at nodes of a grid that is diagonal in the cosines of the grid: what preconditioners are made of.
///
/// Values are mirrored at the grid's edges, so that a trend makes no step there, as it does where a grid is closed to
/// a torus: with a regional field as long as the grid that took 1500 conjugate gradients where this takes some 60.
package struct MirroredProduct: Sendable {
  private let product: SpectralProduct
  private let geometry: GridGeometry
  private let nodes: [Int]

  /// (σ² + K)⁻¹, σ² the mean over the data.
  init(
    _ field: Covariance, _ geometry: GridGeometry, _ nodes: [Int], _ deviations: [Double], _ workers: Workers
  ) {
    let noise = deviations.reduce(0) { $0 + $1 * $1 } / Double(max(1, deviations.count))
    let spectrum = Self.spectrum(field, geometry, workers)
    self.init(geometry, nodes, spectrum.mapped { _, _, value in 1 / (noise + max(0, value)) })
  }

  /// - Parameter product: of twice as many rows and columns as the grid has.
  package init(_ geometry: GridGeometry, _ nodes: [Int], _ product: SpectralProduct) {
    precondition(product.rows == 2 * geometry.rows && product.columns == 2 * geometry.columns)
    (self.geometry, self.nodes, self.product) = (geometry, nodes, product)
  }

  /// Eigenvalues of a field on a torus twice as large along each axis.
  package static func spectrum(
    _ field: Covariance, _ geometry: GridGeometry, _ workers: Workers
  ) -> SpectralProduct {
    let (rows, columns) = (2 * geometry.rows, 2 * geometry.columns)
    let first = CirculantEmbedding.firstRow(geometry, field, rows: rows, columns: columns, workers: workers)
    return SpectralProduct(rows: rows, columns: columns, firstRow: first, workers: workers)
  }

  package func apply(_ x: [Double], workers: Workers) -> [Double] {
    let (rows, columns) = (geometry.rows, geometry.columns)
    var grid = [Double](repeating: 0, count: 4 * rows * columns)
    for (index, node) in nodes.enumerated() {
      let (row, column) = (node / columns, node % columns)
      for line in [row, 2 * rows - 1 - row] {
        grid[line * 2 * columns + column] = x[index]
        grid[line * 2 * columns + 2 * columns - 1 - column] = x[index]
      }
    }
    product.apply(to: &grid, workers: workers)
    return nodes.map { grid[$0 / columns * 2 * columns + $0 % columns] }
  }
}
