import Gravity
import NumericCore
import Optimisation

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
  /// Never `automatic`.
  public var path: InversionPath
  /// Why that one, in words.
  public var reason: String
}

/// Computes gravity and steps on one of the paths.
struct InversionEngine {
  private enum Kind {
    case dense(SurfaceGravity, DampedLeastSquares)
    case fast(GridGravity, GridLeastSquares<FlatPreconditioner>)
    case tesseroids(TesseroidEngine, DampedLeastSquares)
    /// While a step runs: what it changes has no second owner, so nothing is copied.
    case busy
  }

  /// Error of gravity on the fast path, mGal: a surface differs from the dense path's by some 10⁻⁸ m. That
  /// of the annulus only turns a step, by 10⁻¹⁰ of it.
  private static let operatorTolerance = GridGravity.Tolerance(1e-9, derivative: 1e-8)
  /// Matrix elements from which the fast path is the quicker one (measured).
  private static let crossover = 250_000
  /// Matrix elements, eight bytes each, up to which a surface too rough for the fast path goes on by the dense one.
  private static let mostDense = 125_000_000

  private(set) var method: InversionMethod
  private var kind: Kind
  /// 10⁻⁹ for grids that are solved by approximations: some 10⁻⁶ m, and RMSEs agree in nine digits (measured).
  private var tolerance: SolverTolerance
  private let problem: InversionProblem
  private let settings: InversionSettings
  private let workers: Workers
  /// The cells that may move.
  let cells: [Int]
  private let penalty: GridPenalty?
  /// 1/σ of every observation, 0 where there is no anomaly.
  private let rowWeights: [Double]?

  init(
    _ problem: InversionProblem, _ settings: InversionSettings, _ cache: KernelCache,
    _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.settings, self.workers) = (problem, settings, workers)
    let cells = problem.free.indices.filter { problem.free[$0] }
    self.cells = cells
    penalty = settings.regularisation.isEmpty ? nil : GridPenalty(settings.regularisation, problem)
    rowWeights = problem.rowWeights
    let isLarge = problem.model.count >= GridGravity.smallestApproximated
    tolerance = SolverTolerance(relative: isLarge ? 1e-9 : 2e-11)
    guard problem.shape == .prisms else {
      (method, kind) = try Self.tesseroids(problem, settings, cells)
      return
    }
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
    kind = Self.dense(problem, cells, workers)
  }

  /// Takes the dense path from here on, where the fast one was not asked for and a matrix of a gigabyte suffices.
  /// - Returns: whether it does.
  mutating func goDense() -> Bool {
    let elements = problem.points.count * cells.count
    guard method.path == .fast, settings.path == .automatic, elements <= Self.mostDense else { return false }
    method = InversionMethod(path: .dense, reason: "the surface became too rough for the fast operators")
    kind = Self.dense(problem, cells, workers)
    return true
  }

  private static func dense(_ problem: InversionProblem, _ cells: [Int], _ workers: Workers) -> Kind {
    .dense(
      SurfaceGravity(
        geometry: problem.model, reference: problem.reference,
        densityContrast: problem.densityContrast, isPresent: problem.isPresent,
        points: problem.points, workers: workers),
      DampedLeastSquares(
        rows: problem.points.count, columns: cells.count,
        stride: LayerJacobian.stride(columns: cells.count)))
  }

  /// Gravity of a surface, mGal, one value an observation.
  mutating func gz(ofSurface topography: [Double]) throws(EngineFailure) -> [Double] {
    switch kind {
    case .busy: preconditionFailure("gravity asked for within a step")
    case .dense(let gravity, _): return gravity.gz(ofSurface: topography, workers: workers)
    case .fast(var gravity, let solver):
      let result: [Double]
      do throws(GridGravity.TooRough) {
        result = try gravity.gz(ofSurface: topography, workers: workers)
      } catch { throw .tooRough(error) }
      kind = .fast(gravity, solver)
      return result
    case .tesseroids(let engine, _):
      do throws(TesseroidError) { return try engine.gz(ofSurface: topography, workers: workers) } catch {
        throw .tesseroids(error)
      }
    }
  }

  /// The damped step for the free cells.
  mutating func step(
    at layer: consuming PrismLayer, topography: [Double], residual: [Double]
  ) throws(EngineFailure) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    let signs = settings.derivative.isByHeight ? nil : layer.surfaceIsBottom.map { $0 ? -1.0 : 1 }
    let right = rowWeights.map { zip(residual, $0).map { $0 * $1 } } ?? residual
    let before = kind
    kind = .busy
    switch consume before {
    case .busy: preconditionFailure("a step within a step")
    case .dense(let gravity, var solver):
      settings.derivative.fill(
        &solver.matrix, of: layer, cells: cells, at: problem.points, workers: workers)
      let result = solved(&solver, right, topography, signs)
      kind = .dense(gravity, solver)
      tolerance.reference = max(tolerance.reference, result.outcome.right)
      return result
    case .tesseroids(let engine, var solver):
      do throws(TesseroidError) {
        try engine.fill(
          &solver.matrix, settings.derivative, of: layer, cells: cells, workers: workers)
      } catch {
        kind = .tesseroids(engine, solver)
        throw .tesseroids(error)
      }
      let result = solved(&solver, right, topography, signs)
      kind = .tesseroids(engine, solver)
      tolerance.reference = max(tolerance.reference, result.outcome.right)
      return result
    case .fast(var gravity, var solver):
      let jacobian: (exact: GridOperator, near: GridOperator?)
      do throws(GridGravity.TooRough) {
        jacobian = try gravity.approximatedJacobian(
          settings.derivative, of: layer, free: problem.free, workers: workers)
      } catch {
        kind = .fast(gravity, solver)
        throw .tooRough(error)
      }
      solver.preconditioner?.adapt(to: settings.derivative, of: layer)
      _ = consume layer
      let result = solved(&solver, jacobian.exact, by: jacobian.near, right, topography, signs)
      kind = .fast(gravity, solver)
      tolerance.reference = max(tolerance.reference, result.outcome.right)
      return (cells.map { result.step[$0] }, result.outcome)
    }
  }

  private func solved(
    _ solver: inout DampedLeastSquares, _ right: [Double], _ topography: [Double], _ signs: [Double]?
  ) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    if let rowWeights { solver.scaleRows(by: rowWeights) }
    let term = penalty.map {
      $0.term(at: topography, signs: signs ?? ones, cells: cells, stride: solver.stride)
    }
    return solver.solve(
      right, damping: settings.damping, penalty: term, tolerance: tolerance, workers: workers)
  }

  private func solved(
    _ solver: inout GridLeastSquares<FlatPreconditioner>, _ jacobian: GridOperator,
    by approximation: GridOperator?, _ right: [Double], _ topography: [Double], _ signs: [Double]?
  ) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    let term = penalty.map { $0.term(at: topography, signs: signs ?? ones, free: problem.free) }
    func solve<Map: LinearMap>(_ map: (GridOperator) -> Map) -> (step: [Double], outcome: SolverOutcome) {
      guard let approximation else {
        return solver.solve(
          map(jacobian), right, damping: settings.damping, penalty: term, tolerance: tolerance,
          workers: workers)
      }
      return solver.solve(
        ApproximatedMap(map(jacobian), near: map(approximation)), right, damping: settings.damping,
        penalty: term, tolerance: tolerance, workers: workers)
    }
    guard let rowWeights else { return solve(\.self) }
    return solve { WeightedMap(base: $0, weights: rowWeights) }
  }

  private var ones: [Double] { Array(repeating: 1, count: problem.model.count) }

  private static func tesseroids(
    _ problem: InversionProblem, _ settings: InversionSettings, _ cells: [Int]
  ) throws(InversionError) -> (InversionMethod, Kind) {
    guard settings.path != .fast else { throw .fastPathUnavailable(reason: TesseroidEngine.reason) }
    guard settings.derivative != .annulus else { throw .annulusOfTesseroids }
    let reason = settings.path == .dense ? "it was asked for" : TesseroidEngine.reason
    let solver = DampedLeastSquares(
      rows: problem.points.count, columns: cells.count,
      stride: LayerJacobian.stride(columns: cells.count))
    return (InversionMethod(path: .dense, reason: reason), .tesseroids(TesseroidEngine(problem), solver))
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
        of: .init(
          geometry: problem.model, reference: problem.reference, densityContrast: problem.densityContrast,
          isPresent: problem.isPresent), lattice: lattice, tolerance: operatorTolerance, cache: cache,
        workers: workers)
      // The start must be within reach; what it prepares the first step uses.
      _ = try gravity.gz(ofSurface: problem.startingTopography, workers: workers)
      return gravity
    } catch { throw Obstacle(reason: error.description) }
  }

  private static func solver(
    _ problem: InversionProblem, _ settings: InversionSettings, _ workers: Workers
  ) -> GridLeastSquares<FlatPreconditioner> {
    let present = problem.startingTopography.indices.filter { !problem.startingTopography[$0].isNaN }
    let count = Double(present.count)
    let square = present.reduce(0.0) { $0 + problem.densityContrast[$1] * problem.densityContrast[$1] }
    let mean = present.reduce(0.0) { $0 + problem.startingTopography[$1] } / count
    return GridLeastSquares<FlatPreconditioner>(
      problem, settings, derivative: settings.derivative, densityContrast: (square / count).squareRoot(),
      height: mean, workers: workers)
  }
}

/// Why an engine can't compute gravity or a step at a surface.
enum EngineFailure: Error {
  case tooRough(GridGravity.TooRough)
  case tesseroids(TesseroidError)

  var reason: String {
    switch self {
    case .tooRough: "surface too rough for the fast operators"
    case .tesseroids: "surface reached the observations"
    }
  }

  /// The same at the start, where it is an error.
  var asStart: InversionError {
    switch self {
    case .tooRough(let error): .fastPathUnavailable(reason: error.description)
    case .tesseroids(let error): .tesseroids(error)
    }
  }
}

extension GridLeastSquares where Conditioner == FlatPreconditioner {
  /// For a problem, preconditioned with the flat medium that its cells make on the mean.
  /// - Parameters:
  ///   - densityContrast: root mean square over the cells, kg/m³; of densities that are sought, the cells' thickness, metres.
  ///   - height: of the flat medium, metres.
  init(
    _ problem: InversionProblem, _ settings: InversionSettings, derivative: LayerJacobian,
    densityContrast: Double, height: Double, workers: Workers
  ) {
    // Without damping the noise's directions have no bound to be preconditioned with.
    let shortest = settings.regularisation.symbol(cyclesEasting: 0.5, cyclesNorthing: 0.5)
    guard settings.damping > 0 || shortest > 0 else {
      self.init(cells: problem.model.count)
      return
    }
    // Divided by their deviations the data weigh more.
    let medium = FlatPreconditioner.Medium(
      densityContrast: densityContrast, clearance: Statistics.mean(problem.points.upward) - height,
      observationsPerCell: problem.meanWeight * Double(problem.points.count) / Double(problem.model.count),
      regularisation: settings.regularisation)
    self.init(
      cells: problem.model.count,
      preconditioner: FlatPreconditioner(
        derivative, medium, damping: settings.damping, geometry: problem.model, free: problem.free,
        workers: workers))
  }
}

extension InversionProblem {
  /// Cells that have a surface.
  fileprivate var isPresent: [Bool] { startingTopography.map { !$0.isNaN } }
}
