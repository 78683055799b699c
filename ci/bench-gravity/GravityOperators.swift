import Gravity
import Topography
import NumericCore

/// A square basin: sines of some wavelengths, a metre apart from any symmetry.
func basin(_ geometry: GridGeometry, amplitude: Double) -> [Double] {
  (0..<geometry.count).map { cell in
    let x = Double(cell % geometry.columns) / Double(geometry.columns)
    let y = Double(cell / geometry.columns) / Double(geometry.rows)
    let waves = Elementary.sin(9 * x + 1) * Elementary.cos(7 * y) + 0.5 * Elementary.sin(31 * x * y + 4 * y)
    return amplitude * waves / 1.5
  }
}

func square(_ columns: Int, _ rows: Int, spacing: Double = 1000) -> GridGeometry {
  GridGeometry(
    region: Region(
      west: 0, east: Double(columns - 1) * spacing, south: 0, north: Double(rows - 1) * spacing),
    columns: columns, rows: rows)
}

func benchTransforms() {
  for size in [1000, 1024, 2000] {
    let transform = RealTransform2D(rows: size, columns: size, instructions: .processor)
    var random = LegacyRandom(seed: 1)
    var values = random.uniform(-1, 1, size * size)
    var half: [Double] = []
    row(
      "real FFT \(size) x \(size), forward, 1 thread",
      median(of: 7) {
        half = transform.forward(&values, workers: .serial)
      })
    row(
      "real FFT \(size) x \(size), inverse, 1 thread",
      median(of: 7) {
        var copy = half
        values = transform.inverse(&copy, workers: .serial)
      })
  }
}

func benchOperators(_ size: Int, tolerance: Double, threads: Int) throws {
  let geometry = square(size, size)
  let surface = basin(geometry, amplitude: 700)
  let points = ObservationPoints(grid: geometry, upward: 1000)
  let lattice = try ObservationLattice(points, on: geometry)
  let zero = [Double](repeating: 0, count: geometry.count)
  let contrast = [Double](repeating: 2669, count: geometry.count)
  let workers = Workers.upTo(threads)
  var gravity: GridGravity?
  row(
    "\(size)² set-up, \(tolerance) mGal, \(threads) threads",
    try median(of: 1) {
      gravity = try GridGravity(
        of: .init(
          geometry: geometry, reference: zero, densityContrast: contrast, isPresent: zero.map { _ in true }),
        lattice: lattice, tolerance: .init(tolerance), workers: workers)
    })
  guard var gravity else { return }
  var result: [Double] = []
  row(
    "  forward, kernels made anew",
    try median(of: 1) {
      result = try gravity.gz(ofSurface: surface, workers: workers)
    }, gravity.description)
  row(
    "  forward",
    try median(of: 3) {
      result = try gravity.gz(ofSurface: surface, workers: workers)
    })
  let layer = PrismLayer(
    topography: surface, geometry: geometry, reference: zero, densityContrast: contrast)
  var jacobian: GridOperator?
  row(
    "  Jacobian at the surface",
    try median(of: 1) {
      jacobian = try gravity.jacobian(
        .exact, of: layer, free: zero.map { _ in true }, workers: workers)
    })
  guard let jacobian else { return }
  row("  J v", median(of: 3) { _ = jacobian.product(surface, workers: workers) })
  row("  Jᵀ v", median(of: 3) { _ = jacobian.transposed(result, workers: workers) })
}
