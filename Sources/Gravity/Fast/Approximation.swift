public import NumericCore

extension GridGravity {
  /// Cells from which an approximation pays (measured); smaller grids' transforms lie in the cache.
  public static let smallestApproximated = 1 << 16
  /// What its expansion may be in error by, of the derivative of a plate: a bound that is some thousand times the error
  /// (measured), which the cells across the grid then decide.
  private static let tolerance = 0.1

  /// The derivative as `jacobian` makes it, and a map near it that takes a fifth of its work or less: fewer heights, a
  /// narrower near field, and transforms hardly longer than the grid, in which cells more than 9/16 of it apart are taken
  /// for nearer ones. Its normal equations differ by some thousandths (measured), and it works in the derivative's own
  /// buffers: one of the two at a time. It is nil where it would not pay.
  public mutating func approximatedJacobian(
    _ derivative: LayerJacobian, of layer: PrismLayer, free: [Bool], workers: Workers
  ) throws(TooRough) -> (exact: GridOperator, near: GridOperator?) {
    let (cells, spectra) = try parts(derivative, of: layer, free: free, workers)
    // Before the operator's own buffers, so that there is room for what it takes to make them.
    let design = geometry.count < Self.smallestApproximated ? nil : approximate(spectra.design)
    if let design, approximation?.design != design {
      approximation = nil
      approximation = KernelSpectra(design, workers: workers)
    }
    let exact = made(cells, spectra, workers)
    return (exact, design == nil ? nil : approximation.map { GridOperator(near: exact, spectra: $0) })
  }

  private func approximate(_ exact: KernelDesign) -> KernelDesign? {
    let (middle, half) = (exact.expansion.middle, exact.expansion.half)
    let spacing = min(exact.spacingEasting, exact.spacingNorthing)
    // Σ of the kernel over a plane: dF/dz of a face is 2π, the annulus π.
    let (plate, height): (Double, Double?) =
      switch exact.kernel {
      case .face: (2 * Double.pi * spacing, nil)
      case .annulus: (Double.pi, largestHeight(low: middle - half, high: middle + half))
      }
    let bound = FarFieldBound(
      largestRadius: exact.radius, transformCost: 4, spacingEasting: exact.spacingEasting,
      spacingNorthing: exact.spacingNorthing, rings: max(exact.columns, exact.rows),
      phase: lattice.largestPhase, annulusHeight: height.map { $0 + half })
    guard let choice = bound.choice(half: half, tolerance: Self.tolerance * plate) else { return nil }
    // T₀ has no derivative.
    let count = max(2, choice.heights)
    guard count < exact.expansion.count else { return nil }
    return KernelDesign(
      kernel: exact.kernel, columns: exact.columns, rows: exact.rows, spacingEasting: exact.spacingEasting,
      spacingNorthing: exact.spacingNorthing, places: exact.places,
      expansion: HeightExpansion(middle: middle, half: half, count: count),
      observations: exact.observations, radius: choice.radius,
      lengths: .wrapped(columns: exact.columns, rows: exact.rows))
  }
}
