public import Gravity
public import NumericCore
import Optimisation

/// How a density inversion proceeds beside what it shares with one for topography.
public struct DensityBounds: Equatable, Sendable {
  /// Bounds of the density contrast, kg/m³.
  public var lower, upper: Double

  public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
}

/// Inverts gravity for the density contrast of cells between a known surface and the reference.
///
/// Gravity is linear in the cells' densities: residual = anomaly − A ρ − regional, A the attraction of the
/// whole cells for unit density, and each iteration's step minimises |(A x − residual) / σ|² + damping² |x|² +
/// the terms of `Regularisation` on the density contrast. Without bounds the damping alone makes a second
/// iteration differ from the first. The contrast is the signed density, with its sign changed below the
/// reference; it starts from the problem's. Weights multiply the step of the contrast, then `bounds` hold it.
/// The derivative, the step limit and the surface's bounds have no part in it. The damping's unit is mGal per
/// kg/m³.
///
/// - Returns: a result whose `correction` and `stepRMS` are of the contrast, kg/m³, and whose `topography` is
///   the start's.
public func invertDensity(
  _ problem: InversionProblem, settings: InversionSettings, bounds: DensityBounds? = nil,
  cache: KernelCache = KernelCache(), workers: Workers, observe: (IterationSnapshot) throws -> Void = { _ in }
) throws -> InversionResult {
  try problem.check()
  try settings.check()
  guard settings.regularisation.referenceModel == 0 || problem.referenceModel != nil else {
    throw InversionError.referenceModelMissing
  }
  if let bounds, !(bounds.lower < bounds.upper) {
    throw InversionError.settingOutOfRange(name: "density_range", value: bounds.upper)
  }
  var run = try DensityRun(problem, settings, bounds, cache, workers)
  try observe(run.snapshot)
  var reasons: [StopReason] = []
  while reasons.isEmpty {
    guard run.advance() else {
      reasons = [.stepNotFinite]
      break
    }
    try observe(run.snapshot)
    reasons = StoppingRule.reasons(run.history, settings)
  }
  return run.result(reasons)
}

private struct DensityRun {
  struct State {
    var iteration: Int
    var contrast, forward, residual, correction: [Double]
  }

  let problem: InversionProblem
  let settings: InversionSettings
  let bounds: DensityBounds?
  let workers: Workers
  var system: DensitySystem
  let cells: [Int]
  /// +1 above the reference, −1 below.
  let signs: [Double]
  let penalty: GridPenalty?
  /// Gravity of the cells that may not change.
  let fixedPart: [Double]
  var current, best: State
  var history: [IterationRecord] = []

  init(
    _ problem: InversionProblem, _ settings: InversionSettings, _ bounds: DensityBounds?,
    _ cache: KernelCache, _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.settings, self.bounds, self.workers) = (problem, settings, bounds, workers)
    let layer = problem.layer(of: problem.startingTopography)
    let cells = problem.free.indices.filter { problem.free[$0] }
    self.cells = cells
    guard cells.contains(where: { layer.top[$0] > layer.bottom[$0] }) else { throw .noThickness }
    signs = layer.surfaceIsBottom.map { $0 ? -1 : 1 }
    penalty = settings.regularisation.isEmpty ? nil : GridPenalty(settings.regularisation, problem)
    var frozen = layer.density
    for cell in cells { frozen[cell] = 0 }
    fixedPart = try problem.gravity(
      of: problem.startingTopography, density: frozen, at: problem.points, workers: workers)
    system = try DensitySystem(problem, settings, layer: layer, cells: cells, cache, workers)
    let start = problem.densityContrast
    let forward = Self.forward(start, &system, signs, fixedPart, cells, workers)
    current = State(
      iteration: 0, contrast: start, forward: forward, residual: problem.residual(forward: forward),
      correction: Array(repeating: 0, count: start.count))
    best = current
    history = [
      IterationRecord(
        iteration: 0, rmse: problem.innerRMS(current.residual), deltaL2Norm: .infinity, stepRMS: 0,
        solverIterations: 0, solverResidual: 0)
    ]
  }

  private static func forward(
    _ contrast: [Double], _ system: inout DensitySystem, _ signs: [Double], _ fixed: [Double],
    _ cells: [Int], _ workers: Workers
  ) -> [Double] {
    var density = [Double](repeating: 0, count: contrast.count)
    for cell in cells { density[cell] = signs[cell] * contrast[cell] }
    return zip(system.gravity(density, workers: workers), fixed).map { $0 + $1 }
  }

  /// One iteration; false where its step is not finite, and nothing is changed.
  mutating func advance() -> Bool {
    let (step, outcome) = system.step(
      residual: current.residual, contrast: current.contrast, signs: signs, penalty: penalty,
      workers: workers)
    var correction = [Double](repeating: 0, count: problem.model.count)
    for (index, cell) in cells.enumerated() {
      var change = signs[cell] * step[index]
      if let weights = problem.weights { change *= weights[cell] }
      if let bounds {
        let value = min(max(current.contrast[cell] + change, bounds.lower), bounds.upper)
        change = value - current.contrast[cell]
      }
      correction[cell] = change
    }
    let contrast = zip(current.contrast, correction).map { $0 + $1 }
    guard cells.allSatisfy({ contrast[$0].isFinite }) else { return false }
    let forward = Self.forward(contrast, &system, signs, fixedPart, cells, workers)
    current = State(
      iteration: current.iteration + 1, contrast: contrast, forward: forward,
      residual: problem.residual(forward: forward), correction: correction)
    let rmse = problem.innerRMS(current.residual)
    let squares = cells.reduce(0.0) { $0 + correction[$1] * correction[$1] }
    let record = IterationRecord(
      iteration: current.iteration, rmse: rmse,
      deltaL2Norm: history[history.count - 1].l2Norm / rmse.squareRoot(),
      stepRMS: (squares / Double(cells.count)).squareRoot(), solverIterations: outcome.iterations,
      solverResidual: outcome.residual)
    if rmse < history[best.iteration].rmse { best = current }
    history.append(record)
    return true
  }

  var snapshot: IterationSnapshot {
    IterationSnapshot(
      record: history[current.iteration], topography: problem.startingTopography,
      correction: current.correction, densityContrast: current.contrast, residual: current.residual)
  }

  func result(_ reasons: [StopReason]) -> InversionResult {
    let state = settings.returnedIteration == .best ? best : current
    return InversionResult(
      topography: problem.startingTopography, correction: state.correction, forward: state.forward,
      residual: state.residual, density: zip(state.contrast, signs).map { $0 * $1 }, history: history,
      returnedIteration: state.iteration, reasons: reasons, method: system.method)
  }
}

extension InversionProblem {
  /// Density contrasts of signed densities: their sign is changed where the surface lies below the reference.
  public func contrast(ofSigned density: [Double], topography: [Double]) -> [Double] {
    density.indices.map { topography[$0] >= reference[$0] ? density[$0] : -density[$0] }
  }
}
