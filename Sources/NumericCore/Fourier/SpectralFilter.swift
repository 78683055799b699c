/// Filters of a grid by its wavenumbers.
///
/// Missing values take the value of the nearest node and are missing again in the result. Unless told otherwise each
/// side is padded by a third of the nodes along the axis, ramping straight down from the edge value to the
/// grid's median, so that the periodic continuation that the transform implies has no step. No taper, no
/// detrending, no further padding.
public enum SpectralFilter {
  /// Multiplies the spectrum by `response(k²)`, k the angular wavenumber in rad/m.
  ///
  /// - Throws: `allMissing`; `nonFinite` for an infinite value; `gridTooSmall` below 2 × 2 nodes.
  public static func apply(
    to grid: Grid, padding: GridPadding = GridPadding(), workers: Workers = .serial,
    response: (_ squaredWavenumber: Double) -> Double
  ) throws(NumericError) -> Grid {
    try padded(grid, padding) { $0.multiplySpectrum(geometry: grid.geometry, workers: workers, response) }
  }

  /// Differences along rows (easting) or columns (northing) of the padded grid, per metre.
  static func differentiate(
    _ grid: Grid, alongRows: Bool, _ padding: GridPadding
  ) throws(NumericError) -> Grid {
    let spacing = alongRows ? grid.geometry.spacingEasting : grid.geometry.spacingNorthing
    return try padded(grid, padding) { $0.differentiate(alongRows: alongRows, spacing: spacing) }
  }

  private static func padded(
    _ grid: Grid, _ padding: GridPadding, _ change: (inout PaddedGrid) -> Void
  ) throws(NumericError) -> Grid {
    let geometry = grid.geometry
    guard geometry.columns > 1, geometry.rows > 1 else {
      throw .gridTooSmall(columns: geometry.columns, rows: geometry.rows, needed: 2)
    }
    let filled = try NearestFill.fill(grid)
    try requireFinite(filled.values, "grid")
    var padded = PaddedGrid(filled, padding)
    change(&padded)
    var result = padded.core(geometry)
    for (index, value) in grid.values.enumerated() where value.isNaN { result.values[index] = .nan }
    return result
  }
}

/// The Gaussian low-pass e^(−k²/2k_c²) with k_c = 2π/wavelength, and what it leaves.
public enum GaussianFilter {
  /// What of the grid is longer than about `wavelength`, metres.
  ///
  /// - Throws: as `SpectralFilter.apply`; `notPositive` for the wavelength.
  public static func lowPass(grid: Grid, wavelength: Double, workers: Workers = .serial) throws(NumericError)
    -> Grid
  {
    try requirePositive(wavelength, "wavelength")
    let cut = 2 * Double.pi / wavelength
    return try SpectralFilter.apply(to: grid, workers: workers) { Elementary.exp(-$0 / (2 * cut * cut)) }
  }

  /// The complement 1 − e^(−k²/2k_c²) of `lowPass`; it has no mean.
  ///
  /// - Throws: as `lowPass`.
  public static func highPass(grid: Grid, wavelength: Double, workers: Workers = .serial) throws(NumericError)
    -> Grid
  {
    try requirePositive(wavelength, "wavelength")
    let cut = 2 * Double.pi / wavelength
    return try SpectralFilter.apply(to: grid, workers: workers) { 1 - Elementary.exp(-$0 / (2 * cut * cut)) }
  }
}
