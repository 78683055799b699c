/// Filters of a grid by its wavenumbers.
///
/// Missing values take the value of the nearest node and are missing again in the result. Each side is
/// padded by a third of the nodes along the axis, ramping straight down from the edge value to the
/// grid's median (northing first, then easting over the padded rows), so that the periodic continuation
/// that the transform implies has no step. No taper, no detrending, no further padding.
public enum SpectralFilter {
  /// Multiplies the spectrum by `response(k²)`, k the angular wavenumber in rad/m.
  ///
  /// - Throws: `allMissing`; `nonFinite` for an infinite value; `gridTooSmall` below 2 × 2 nodes.
  public static func apply(
    to grid: Grid, response: (_ squaredWavenumber: Double) -> Double
  ) throws(NumericError) -> Grid {
    let geometry = grid.geometry
    guard geometry.columns > 1, geometry.rows > 1 else {
      throw .gridTooSmall(columns: geometry.columns, rows: geometry.rows, needed: 2)
    }
    let filled = try NearestFill.fill(grid)
    try requireFinite(filled.values, "grid")
    var padded = PaddedGrid(filled, end: Statistics.median(filled.values))
    padded.multiplySpectrum(geometry: geometry, response)
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
  public static func lowPass(grid: Grid, wavelength: Double) throws(NumericError) -> Grid {
    try requirePositive(wavelength, "wavelength")
    let cut = 2 * Double.pi / wavelength
    return try SpectralFilter.apply(to: grid) { Elementary.exp(-$0 / (2 * cut * cut)) }
  }

  /// The complement 1 − e^(−k²/2k_c²) of `lowPass`; it has no mean.
  ///
  /// - Throws: as `lowPass`.
  public static func highPass(grid: Grid, wavelength: Double) throws(NumericError) -> Grid {
    try requirePositive(wavelength, "wavelength")
    let cut = 2 * Double.pi / wavelength
    return try SpectralFilter.apply(to: grid) { 1 - Elementary.exp(-$0 / (2 * cut * cut)) }
  }
}

/// A grid with a ramp of a third of its nodes on each side.
struct PaddedGrid {
  let padColumns, padRows, columns, rows: Int
  var values: [Double]

  init(_ grid: Grid, end: Double) {
    let geometry = grid.geometry
    (padColumns, padRows) = (geometry.columns / 3, geometry.rows / 3)
    (columns, rows) = (geometry.columns + 2 * padColumns, geometry.rows + 2 * padRows)
    values = Array(repeating: 0, count: columns * rows)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        self.values[(row + padRows) * columns + column + padColumns] = grid[row, column]
      }
    }
    for column in padColumns..<(padColumns + geometry.columns) {
      ramp(first: column, along: columns, pad: padRows, last: rows - 1, end)
    }
    for row in 0..<rows {
      ramp(first: row * columns, along: 1, pad: padColumns, last: columns - 1, end)
    }
  }

  /// Fills both ends of a line: `end` at the outermost node, then straight to the edge node.
  private mutating func ramp(first: Int, along: Int, pad: Int, last: Int, _ end: Double) {
    guard pad > 0 else { return }
    let lower = (values[first + pad * along] - end) / Double(pad)
    let upper = (values[first + (last - pad) * along] - end) / Double(pad)
    for step in 0..<pad {
      values[first + step * along] = end + Double(step) * lower
      values[first + (last - step) * along] = end + Double(step) * upper
    }
  }

  mutating func multiplySpectrum(geometry: GridGeometry, _ response: (Double) -> Double) {
    let turn = 2 * Double.pi
    let across = FourierTransform2D.frequencies(count: columns, spacing: geometry.spacingEasting)
      .map { turn * $0 }
    let up = FourierTransform2D.frequencies(count: rows, spacing: geometry.spacingNorthing)
      .map { turn * $0 }
    // The padded size is what it is: a prime above 61 in it needs the transform for any length.
    if RealTransform2D.takes(rows: rows, columns: columns) {
      multiplyReal { response(across[$1] * across[$1] + up[$0] * up[$0]) }
    } else {
      multiplyComplex { response(across[$1] * across[$1] + up[$0] * up[$0]) }
    }
  }

  mutating func multiplyReal(_ factor: (_ row: Int, _ column: Int) -> Double) {
    let transform = RealTransform2D(rows: rows, columns: columns)
    var half = transform.forward(&values, workers: .serial)
    for column in 0...columns / 2 {
      for row in 0..<rows {
        let element = ((column / 8) * rows + row) * 16 + column % 8
        let factor = factor(row, column)
        half[element] *= factor
        half[element + 8] *= factor
      }
    }
    values = transform.inverse(&half, workers: .serial)
  }

  mutating func multiplyComplex(_ factor: (_ row: Int, _ column: Int) -> Double) {
    let transform = FourierTransform2D(rows: rows, columns: columns)
    var imaginary = [Double](repeating: 0, count: values.count)
    transform.forward(&values, &imaginary)
    for row in 0..<rows {
      for column in 0..<columns {
        let factor = factor(row, column)
        values[row * columns + column] *= factor
        imaginary[row * columns + column] *= factor
      }
    }
    transform.inverse(&values, &imaginary)
  }

  func core(_ geometry: GridGeometry) -> Grid {
    var result = Grid(geometry: geometry, repeating: 0)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        result[row, column] = values[(row + padRows) * columns + column + padColumns]
      }
    }
    return result
  }
}
