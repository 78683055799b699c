import Gravity
import NumericCore

/// How gravity and its derivatives are computed.
public enum InversionPath: String, Equatable, Hashable, Sendable {
  /// The cheaper one of those that the problem allows.
  case automatic
  /// Sums over all cells, and a matrix of observations · free cells: any geometry.
  case dense
  /// FFT convolutions in Chebyshev heights with an exact near field: observations on a lattice, level or
  /// gently varying in height.
  case fast
}

/// The path that an inversion took, and why.
public struct InversionMethod: Equatable, Sendable {
  public var path: InversionPath
  public var reason: String
}

/// Computes gravity and steps on one of the paths.
struct InversionEngine {
  private enum Kind {
    case dense(SurfaceGravity, DampedLeastSquares)
    case fast(GridGravity, GridLeastSquares)
    /// While a step runs: what it changes has no second owner, so nothing is copied.
    case busy
  }

  /// Error of gravity on the fast path, mGal: a surface differs from the dense path's by some 10⁻⁸ m. That
  /// of the annulus only turns a step, by 10⁻¹⁰ of it.
  private static let operatorTolerance = GridGravity.Tolerance(1e-9, derivative: 1e-8)
  /// Matrix elements from which the fast path is the quicker one (measured).
  private static let crossover = 250_000

  private(set) var method: InversionMethod
  private var kind: Kind
  private var tolerance = SolverTolerance(relative: 2e-11)
  private let problem: InversionProblem
  private let settings: InversionSettings
  private let workers: Workers
  /// The cells that may move.
  let cells: [Int]

  init(
    _ problem: InversionProblem, _ settings: InversionSettings, _ cache: KernelCache,
    _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.settings, self.workers) = (problem, settings, workers)
    let cells = problem.free.indices.filter { problem.free[$0] }
    self.cells = cells
    let (elements, path) = (problem.points.count * cells.count, settings.path)
    var reason = "there are only \(elements) pairs of observations and cells"
    if path == .fast || (path == .automatic && elements >= Self.crossover) {
      do throws(Obstacle) {
        let gravity = try Self.gridGravity(problem, cache, workers)
        kind = .fast(gravity, Self.solver(problem, settings, workers))
        method = InversionMethod(
          path: .fast,
          reason: "the observations are a lattice on the model's grid; \(gravity.description)")
        return
      } catch {
        guard path == .automatic else { throw .fastPathUnavailable(reason: error.reason) }
        reason = error.reason
      }
    }
    if path == .dense { reason = "it was asked for" }
    method = InversionMethod(path: .dense, reason: reason)
    kind = .dense(
      SurfaceGravity(
        geometry: problem.model, reference: problem.reference,
        densityContrast: problem.densityContrast, isPresent: problem.isPresent,
        points: problem.points, workers: workers),
      DampedLeastSquares(
        rows: problem.points.count, columns: cells.count,
        stride: LayerJacobian.stride(columns: cells.count)))
  }

  /// Gravity of a surface, mGal, one value an observation.
  mutating func gz(ofSurface topography: [Double]) throws(GridGravity.TooRough) -> [Double] {
    switch kind {
    case .busy: preconditionFailure("gravity asked for within a step")
    case .dense(let gravity, _): return gravity.gz(ofSurface: topography, workers: workers)
    case .fast(var gravity, let solver):
      let result = try gravity.gz(ofSurface: topography, workers: workers)
      kind = .fast(gravity, solver)
      return result
    }
  }

  /// The damped step for the free cells.
  mutating func step(
    at layer: PrismLayer, residual: [Double]
  ) throws(GridGravity.TooRough) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    let before = kind
    kind = .busy
    switch consume before {
    case .busy: preconditionFailure("a step within a step")
    case .dense(let gravity, var solver):
      settings.derivative.fill(
        &solver.matrix, of: layer, cells: cells, at: problem.points, workers: workers)
      let result = solver.solve(
        residual, damping: settings.damping, tolerance: tolerance, workers: workers)
      kind = .dense(gravity, solver)
      tolerance.reference = max(tolerance.reference, result.outcome.right)
      return result
    case .fast(var gravity, var solver):
      let jacobian: GridOperator
      do throws(GridGravity.TooRough) {
        jacobian = try gravity.jacobian(
          settings.derivative, of: layer, free: problem.free, workers: workers)
      } catch {
        kind = .fast(gravity, solver)
        throw error
      }
      solver.preconditioner?.adapt(to: settings.derivative, of: layer)
      let result = solver.solve(
        jacobian, residual, damping: settings.damping, tolerance: tolerance, workers: workers)
      kind = .fast(gravity, solver)
      tolerance.reference = max(tolerance.reference, result.outcome.right)
      return (cells.map { result.step[$0] }, result.outcome)
    }
  }

  private struct Obstacle: Error {
    let reason: String
  }

  private static func gridGravity(
    _ problem: InversionProblem, _ cache: KernelCache, _ workers: Workers
  ) throws(Obstacle) -> GridGravity {
    let lattice: ObservationLattice
    do throws(ObservationLattice.Obstacle) {
      lattice = try ObservationLattice(problem.points, on: problem.model)
    } catch { throw Obstacle(reason: error.description) }
    do throws(GridGravity.TooRough) {
      var gravity = try GridGravity(
        geometry: problem.model, reference: problem.reference,
        densityContrast: problem.densityContrast, isPresent: problem.isPresent, lattice: lattice,
        tolerance: operatorTolerance, cache: cache, workers: workers)
      // The start must be within reach; what it prepares the first step uses.
      _ = try gravity.gz(ofSurface: problem.startingTopography, workers: workers)
      return gravity
    } catch { throw Obstacle(reason: error.description) }
  }

  private static func solver(
    _ problem: InversionProblem, _ settings: InversionSettings, _ workers: Workers
  ) -> GridLeastSquares {
    let present = problem.startingTopography.indices.filter { !problem.startingTopography[$0].isNaN }
    let count = Double(present.count)
    let square = present.reduce(0.0) { $0 + problem.densityContrast[$1] * problem.densityContrast[$1] }
    let mean = present.reduce(0.0) { $0 + problem.startingTopography[$1] } / count
    let medium = FlatPreconditioner.Medium(
      densityContrast: (square / count).squareRoot(),
      clearance: Statistics.mean(problem.points.upward) - mean,
      observationsPerCell: Double(problem.points.count) / Double(problem.model.count))
    // Without damping the noise's directions have no bound to be preconditioned with.
    guard settings.damping > 0 else { return GridLeastSquares(cells: problem.model.count) }
    return GridLeastSquares(
      cells: problem.model.count,
      preconditioner: FlatPreconditioner(
        settings.derivative, medium, damping: settings.damping, geometry: problem.model,
        free: problem.free, workers: workers))
  }
}

extension InversionProblem {
  /// Cells that have a surface.
  fileprivate var isPresent: [Bool] { startingTopography.map { !$0.isNaN } }
}
