import Foundation
import Gravity
import Optimisation
import Topography
import NumericCore

/// Gravity of a basin on the model's own nodes, with noise of 0.2 mGal, to be inverted from a flat
/// start.
func problem(_ geometry: GridGeometry, amplitude: Double, path: InversionPath, threads: Int) throws
  -> InversionProblem
{
  let workers = Workers.upTo(threads)
  let surface = basin(geometry, amplitude: amplitude)
  let points = ObservationPoints(grid: geometry, upward: 1000)
  let zero = [Double](repeating: 0, count: geometry.count)
  let contrast = [Double](repeating: 2669, count: geometry.count)
  let clean: [Double]
  if path == .dense {
    clean = SurfaceGravity(
      geometry: geometry, reference: zero, densityContrast: contrast,
      isPresent: zero.map { _ in true }, points: points, workers: workers
    ).gz(ofSurface: surface, workers: workers)
  } else {
    var gravity = try GridGravity(
      of: .init(
        geometry: geometry, reference: zero, densityContrast: contrast, isPresent: zero.map { _ in true }),
      lattice: ObservationLattice(points, on: geometry), tolerance: .init(1e-6), workers: workers)
    clean = try gravity.gz(ofSurface: surface, workers: workers)
  }
  return InversionProblem(
    model: geometry, startingTopography: zero, reference: zero, densityContrast: contrast,
    points: points, anomaly: contaminate(clean, .absolute(0.2), seed: 1))
}

func benchInversion(
  _ size: (columns: Int, rows: Int), iterations: Int, derivative: Derivative, damping: Double,
  path: InversionPath, threads: Int
) throws {
  let (columns, rows) = size
  let geometry = square(columns, rows)
  let problem = try problem(geometry, amplitude: 700, path: path, threads: threads)
  let settings = InversionSettings(
    derivative: derivative, damping: damping,
    stopping: StoppingRule(maximumIterations: iterations, l2NormTolerance: 0, deltaL2NormTolerance: 0),
    path: path)
  var result: InversionResult?
  let time = try median(of: columns > 200 ? 1 : 3) {
    result = try invert(problem, settings: settings, workers: .upTo(threads)) {
      if columns >= 1000 {
        print("   ", $0.record.iteration, $0.record.rmse, $0.record.solverIterations)
      }
    }
  }
  let history = result?.history ?? []
  row(
    "\(columns) x \(rows), \(derivative), d \(damping), \(path.rawValue), \(threads) threads", time,
    "\(history.count - 1) iterations, \(history.reduce(0) { $0 + $1.solverIterations }) inner, rmse "
      + String(format: "%.4f", history.last?.rmse ?? .nan))
}
