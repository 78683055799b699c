public import Gravity
public import NumericCore
import Optimisation

/// Inverts gravity for the height of a surface by damped Gauss–Newton steps.
///
/// residual = anomaly − gravity(surface) − regional; J = derivative at the surface; the step
/// minimises |(J x − residual) / σ|² + damping² |x|² + the terms of `Regularisation` (to 2·10⁻¹¹ of the first
/// step's normal equations, conjugate gradients); limit, bounds and weights are applied, the surface moves,
/// and the stopping rules decide.
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
  try problem.check()
  try settings.check()
  guard settings.regularisation.referenceModel == 0 || problem.referenceModel != nil else {
    throw InversionError.referenceModelMissing
  }
  var run = try InversionRun(problem, settings, cache, workers)
  try observe(run.snapshot)
  var reasons: [StopReason] = []
  while reasons.isEmpty {
    switch run.advance() {
    case .failure(let reason): reasons = [reason.reason]
    case .success:
      try observe(run.snapshot)
      reasons = StoppingRule.reasons(run.history, settings)
    }
  }
  return run.result(reasons)
}

/// One surface of an inversion.
private struct InversionState {
  var iteration: Int
  var topography, forward, residual: [Double]
  /// What the iteration added to the surface.
  var correction: [Double]
}

/// A surface that the inversion can't go on from.
private struct DeadEnd: Error {
  let reason: StopReason
}

/// The loop's state: current and best surface, history, workspaces.
private struct InversionRun {
  let problem: InversionProblem
  let settings: InversionSettings
  let workers: Workers
  var engine: InversionEngine
  var current, best: InversionState
  var history: [IterationRecord]

  init(
    _ problem: InversionProblem, _ settings: InversionSettings, _ cache: KernelCache,
    _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.settings, self.workers) = (problem, settings, workers)
    engine = try InversionEngine(problem, settings, cache, workers)
    let forward: [Double]
    if let given = try problem.checkedStartingForward(workers) {
      forward = given
    } else {
      do throws(EngineFailure) {
        forward = try engine.gz(ofSurface: problem.startingTopography)
      } catch { throw error.asStart }
    }
    current = InversionState(
      iteration: 0, topography: problem.startingTopography, forward: forward,
      residual: problem.residual(forward: forward),
      correction: Array(repeating: 0, count: problem.startingTopography.count))
    best = current
    history = [
      IterationRecord(
        iteration: 0, rmse: problem.innerRMS(current.residual), deltaL2Norm: .infinity, stepRMS: 0,
        solverIterations: 0, solverResidual: 0)
    ]
  }

  /// One iteration. Fails, leaving the state as it was, where the new surface is no place to be.
  mutating func advance() -> Result<Void, DeadEnd> {
    let layer = problem.layer(of: current.topography)
    let (step, outcome): ([Double], DampedLeastSquares.Outcome)
    do throws(EngineFailure) {
      (step, outcome) = try engine.step(
        at: layer, topography: current.topography, residual: current.residual)
    } catch { return .failure(DeadEnd(reason: error.reason)) }
    let cells = engine.cells
    let correction = problem.correction(
      step: step, cells: cells, layer: layer, topography: current.topography,
      settings: settings)
    let topography = zip(current.topography, correction).map { $0 + $1 }
    guard cells.allSatisfy({ topography[$0].isFinite }) else {
      return .failure(DeadEnd(reason: .stepNotFinite))
    }
    guard problem.firstObservationReached(by: topography) == nil else {
      return .failure(DeadEnd(reason: .surfaceReachedObservations))
    }
    let forward: [Double]
    do throws(EngineFailure) { forward = try engine.gz(ofSurface: topography) } catch {
      return .failure(DeadEnd(reason: error.reason))
    }
    guard forward.allSatisfy(\.isFinite) else { return .failure(DeadEnd(reason: .stepNotFinite)) }
    current = InversionState(
      iteration: current.iteration + 1, topography: topography, forward: forward,
      residual: problem.residual(forward: forward), correction: correction)
    record(correction: correction, outcome: outcome)
    return .success(())
  }

  var snapshot: IterationSnapshot {
    IterationSnapshot(
      record: history[current.iteration], topography: current.topography, correction: current.correction,
      densityContrast: nil, residual: current.residual)
  }

  /// Appends the current state to the history and keeps it if it is the best.
  private mutating func record(correction: [Double], outcome: DampedLeastSquares.Outcome) {
    let rmse = problem.innerRMS(current.residual)
    let cells = engine.cells
    let squares = cells.reduce(0.0) { $0 + correction[$1] * correction[$1] }
    let previous = history[history.count - 1].l2Norm
    let record = IterationRecord(
      iteration: current.iteration, rmse: rmse, deltaL2Norm: previous / rmse.squareRoot(),
      stepRMS: (squares / Double(cells.count)).squareRoot(),
      solverIterations: outcome.iterations, solverResidual: outcome.residual)
    if rmse < history[best.iteration].rmse { best = current }
    history.append(record)
  }

  func result(_ reasons: [StopReason]) -> InversionResult {
    let state = settings.returnedIteration == .best ? best : current
    return InversionResult(
      topography: state.topography, correction: state.correction, forward: state.forward,
      residual: state.residual,
      density: problem.signedDensity(of: state.topography, iteration: state.iteration),
      history: history, returnedIteration: state.iteration, reasons: reasons, method: engine.method)
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
