public import Gravity
public import NumericCore
import Optimisation
import Optimisation

/// Inverts gravity for the height of a surface by damped Gauss–Newton steps.
///
/// residual = anomaly − gravity(surface) − regional; J = derivative at the surface; the step
/// minimises |(J x − residual) / σ|² + damping² |x|² + the terms of `Regularisation` (conjugate gradients, to
/// 2·10⁻¹¹ of the first step's normal equations, of 65 536 cells or more to 10⁻⁹); limit, bounds and weights are
/// applied, the surface moves, and the stopping rules decide.
///
/// Gravity and steps are those of dense sums or of fast operators on the grid (`InversionPath`); the
/// result says which and why. It has the same bits for any number of workers. Memory: one dense
/// matrix of observations · free cells, or some hundred values a cell.
///
/// - Parameters:
///   - cache: kernels of fast operators that inversions share; it changes no bit.
///   - observe: called with the start and after every iteration, with what it changed; what it throws ends the
///     inversion (cancellation).
/// - Throws: `InversionError` where the problem can't be solved, or what `observe` throws.
public func invert(
  _ problem: InversionProblem, settings: InversionSettings, cache: KernelCache = KernelCache(),
  workers: Workers, observe: (IterationSnapshot) throws -> Void = { _ in }
) throws -> InversionResult {
  try problem.check(settings.observations)
  try settings.check()
  guard !settings.regularisation.needsReference || problem.referenceModel != nil else {
    throw InversionError.referenceModelMissing
  }
  guard settings.stopping.chiSquared == nil || problem.statedDeviations != nil else {
    throw InversionError.noUncertainty
  }
  var iteration = try SurfaceIteration(problem, settings, cache, workers)
  let start = try iteration.start()
  var loop = IterationLoop(consume iteration, start: consume start)
  let reasons = try loop.run(settings.stopping) { try observe($0.snapshot) }
  try loop.checkStart(reasons)
  return loop.result(reasons)
}

/// A surface and its gravity.
private struct SurfaceModel {
  var topography, forward, residual: [Double]
  /// What its iteration added to the surface.
  var correction: [Double]
}

/// Steps of the surface.
private struct SurfaceIteration: ModelIteration {
  let problem: InversionProblem
  let settings: InversionSettings
  let workers: Workers
  private let clearance: ObservationClearance?
  private(set) var engine: InversionEngine

  init(
    _ problem: InversionProblem, _ settings: InversionSettings, _ cache: KernelCache,
    _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.settings, self.workers) = (problem, settings, workers)
    clearance =
      settings.observations == .shorten ? ObservationClearance(problem.points, on: problem.model) : nil
    engine = try InversionEngine(problem, settings, cache, workers)
  }

  /// The start, which belongs to the loop: an iteration that kept it would hold three arrays for nothing.
  mutating func start() throws(InversionError) -> SurfaceModel {
    let forward: [Double]
    if let given = try problem.checkedStartingForward(workers) {
      forward = given
    } else {
      do throws(EngineFailure) {
        forward = try engine.gz(ofSurface: problem.startingTopography)
      } catch { throw error.asStart }
    }
    return SurfaceModel(
      topography: problem.startingTopography, forward: forward, residual: problem.residual(forward: forward),
      correction: Array(repeating: 0, count: problem.startingTopography.count))
  }

  func rmse(of model: SurfaceModel) -> Double { problem.innerRMS(model.residual) }
  func chiSquared(of model: SurfaceModel) -> Double? { problem.innerChiSquared(model.residual) }

  mutating func step(from model: SurfaceModel) throws(Stuck) -> ModelStep<SurfaceModel> {
    let problem = problem
    // The layer is the engine's to free: three arrays while the step is sought.
    let (step, outcome) = try attempt { engine throws(EngineFailure) in
      try engine.step(
        at: problem.layer(of: model.topography), topography: model.topography, residual: model.residual)
    }
    var correction = problem.correction(
      step: step, cells: engine.cells,
      surfaceIsBottom: zip(model.topography, problem.reference).map { $0 < $1 },
      topography: model.topography, settings: settings)
    let shortened = clearance?.shorten(&correction, from: model.topography) ?? 0
    return ModelStep(
      model: try moved(model, by: correction), rms: InversionProblem.rms(correction, of: engine.cells),
      solverIterations: outcome.iterations, solverResidual: outcome.residual, shortened: shortened)
  }

  mutating func part(
    _ fraction: Double, of step: ModelStep<SurfaceModel>, from model: SurfaceModel
  ) throws(Stuck) -> ModelStep<SurfaceModel> {
    let correction = step.model.correction.map { fraction * $0 }
    var result = step
    result.model = try moved(model, by: correction)
    result.rms = InversionProblem.rms(correction, of: engine.cells)
    return result
  }

  private mutating func moved(
    _ model: SurfaceModel, by correction: [Double]
  ) throws(Stuck) -> SurfaceModel {
    let topography = zip(model.topography, correction).map { $0 + $1 }
    guard engine.cells.allSatisfy({ topography[$0].isFinite }) else { throw Stuck("step not finite") }
    guard settings.observations == .ignore || problem.firstObservationReached(by: topography) == nil else {
      throw Stuck("surface reached the observations")
    }
    let forward = try attempt { engine throws(EngineFailure) in try engine.gz(ofSurface: topography) }
    guard forward.allSatisfy(\.isFinite) else { throw Stuck("step not finite") }
    return SurfaceModel(
      topography: topography, forward: forward, residual: problem.residual(forward: forward),
      correction: correction)
  }

  /// What the engine answers; of a surface that is too rough for the fast operators, by dense sums where there is room.
  private mutating func attempt<Answer>(
    _ body: (inout InversionEngine) throws(EngineFailure) -> Answer
  ) throws(Stuck) -> Answer {
    do throws(EngineFailure) { return try body(&engine) } catch {
      guard case .tooRough = error, engine.goDense() else { throw Stuck(error.reason) }
    }
    do throws(EngineFailure) { return try body(&engine) } catch { throw Stuck(error.reason) }
  }
}

extension IterationLoop where Iteration == SurfaceIteration {
  fileprivate var snapshot: IterationSnapshot {
    IterationSnapshot(
      record: history[number], topography: current.topography, correction: current.correction,
      densityContrast: nil, residual: current.residual)
  }

  fileprivate func result(_ reasons: [StopReason]) -> InversionResult {
    let isBest = iteration.settings.returnedIteration == .best
    let (state, number) = isBest ? (best, bestIteration) : (current, number)
    return InversionResult(
      topography: state.topography, correction: state.correction, forward: state.forward,
      residual: state.residual,
      density: iteration.problem.signedDensity(of: state.topography, iteration: number),
      history: history, returnedIteration: number, reasons: reasons, method: iteration.engine.method,
      chiSquared: iteration.chiSquared(of: state))
  }
}

extension IterationLoop {
  /// Throws where the loop was stuck at its start: a start is no result.
  func checkStart(_ reasons: [StopReason]) throws(InversionError) {
    guard number == 0, case .stuck(let reason)? = reasons.first else { return }
    throw .noStep(reason: reason)
  }
}

extension InversionProblem {
  /// The starting gravity that was handed in, after a comparison at up to eight observations.
  fileprivate func checkedStartingForward(_ workers: Workers) throws(InversionError) -> [Double]? {
    guard let given = startingForward else { return nil }
    let step = max(1, points.count / 8)
    let picked = Array(Swift.stride(from: 0, to: points.count, by: step))
    let some = ObservationPoints(
      easting: picked.map { points.easting[$0] }, northing: picked.map { points.northing[$0] },
      upward: picked.map { points.upward[$0] })
    let expected = try gravity(of: startingTopography, at: some, workers: workers)
    for (index, point) in picked.enumerated() {
      guard abs(given[point] - expected[index]) <= 1e-6 * max(1, abs(expected[index])) else {
        throw .startingForwardInconsistent(
          easting: points.easting[point], northing: points.northing[point], found: given[point],
          expected: expected[index])
      }
    }
    return given
  }
}

/// Score of a surface at observations that the inversion did not see: root mean square of
/// gravity − (anomaly − regional), mGal.
///
/// - Parameters:
///   - layer: prisms of the surface.
///   - points: test observations, at least one.
///   - anomaly, regional: mGal, one value an observation.
public func testScore(
  layer: PrismLayer, at points: ObservationPoints, anomaly: [Double], regional: [Double],
  workers: Workers
) -> Double {
  precondition(points.count > 0 && anomaly.count == points.count && regional.count == points.count)
  let forward = PrismGravity.gz(of: layer, at: points, workers: workers)
  let sum = forward.indices.reduce(0.0) { sum, index in
    let difference = forward[index] - (anomaly[index] - regional[index])
    return sum + difference * difference
  }
  return (sum / Double(points.count)).squareRoot()
}
