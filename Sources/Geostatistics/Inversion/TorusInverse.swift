package import NumericCore

/// A product with values at nodes of a grid that is diagonal on the torus which the grid closes to: what preconditioners
/// are made of.
package struct TorusInverse: Sendable {
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

  package init(_ geometry: GridGeometry, _ nodes: [Int], _ product: SpectralProduct) {
    (self.geometry, self.nodes, self.product) = (geometry, nodes, product)
  }

  /// Eigenvalues of a field on the torus.
  package static func spectrum(
    _ field: Covariance, _ geometry: GridGeometry, _ workers: Workers
  ) -> SpectralProduct {
    let (rows, columns) = (
      SpectralProduct.evenLength(atLeast: geometry.rows), SpectralProduct.evenLength(atLeast: geometry.columns)
    )
    let first = CirculantEmbedding.firstRow(geometry, field, rows: rows, columns: columns, workers: workers)
    return SpectralProduct(rows: rows, columns: columns, firstRow: first, workers: workers)
  }

  package func apply(_ x: [Double], workers: Workers) -> [Double] {
    var grid = [Double](repeating: 0, count: product.rows * product.columns)
    func place(_ node: Int) -> Int { node / geometry.columns * product.columns + node % geometry.columns }
    for (index, node) in nodes.enumerated() { grid[place(node)] = x[index] }
    product.apply(to: &grid, workers: workers)
    return nodes.map { grid[place($0)] }
  }
}
