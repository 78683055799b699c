public import Gravity
public import NumericCore
import Optimisation
import Optimisation

/// How a density inversion proceeds beside what it shares with one for topography.
public struct DensityBounds: Equatable, Sendable {
  /// Bounds of the density contrast, kg/m³.
  public var lower, upper: Double

  /// kg/m³.
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
  guard !settings.regularisation.needsReference || problem.referenceModel != nil else {
    throw InversionError.referenceModelMissing
  }
  guard settings.stopping.chiSquared == nil || problem.statedDeviations != nil else {
    throw InversionError.noUncertainty
  }
  if let bounds, !(bounds.lower < bounds.upper) {
    throw InversionError.settingOutOfRange(name: "density_range", value: bounds.upper)
  }
  var iteration = try DensityIteration(problem, settings, bounds, cache, workers)
  let start = iteration.start()
  var loop = IterationLoop(iteration, start: start)
  let reasons = try loop.run(settings.stopping) { try observe($0.snapshot) }
  try loop.checkStart(reasons)
  return loop.result(reasons)
}

/// Density contrasts of the cells and their gravity.
private struct DensityModel {
  var contrast, forward, residual, correction: [Double]
}

/// Steps of the density contrast.
private struct DensityIteration: ModelIteration {
  let problem: InversionProblem
  let settings: InversionSettings
  let bounds: DensityBounds?
  let workers: Workers
  private(set) var system: DensitySystem
  let cells: [Int]
  /// +1 above the reference, −1 below.
  let signs: [Double]
  let penalty: GridPenalty?
  /// Gravity of the cells that may not change.
  let fixedPart: [Double]

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
  }

  mutating func start() -> DensityModel {
    let contrast = problem.densityContrast
    return model(contrast, correction: Array(repeating: 0, count: contrast.count))
  }

  private mutating func model(_ contrast: [Double], correction: [Double]) -> DensityModel {
    var density = [Double](repeating: 0, count: contrast.count)
    for cell in cells { density[cell] = signs[cell] * contrast[cell] }
    let forward = zip(system.gravity(density, workers: workers), fixedPart).map { $0 + $1 }
    return DensityModel(
      contrast: contrast, forward: forward, residual: problem.residual(forward: forward),
      correction: correction)
  }

  func rmse(of model: DensityModel) -> Double { problem.innerRMS(model.residual) }
  func chiSquared(of model: DensityModel) -> Double? { problem.innerChiSquared(model.residual) }

  mutating func step(from model: DensityModel) throws(Stuck) -> ModelStep<DensityModel> {
    let (step, outcome) = system.step(
      residual: model.residual, contrast: model.contrast, signs: signs, penalty: penalty, workers: workers)
    var correction = [Double](repeating: 0, count: problem.model.count)
    for (index, cell) in cells.enumerated() {
      var change = signs[cell] * step[index]
      if let weights = problem.weights { change *= weights[cell] }
      if let bounds {
        let value = min(max(model.contrast[cell] + change, bounds.lower), bounds.upper)
        change = value - model.contrast[cell]
      }
      correction[cell] = change
    }
    return ModelStep(
      model: try moved(model, by: correction), rms: InversionProblem.rms(correction, of: cells),
      solverIterations: outcome.iterations, solverResidual: outcome.residual)
  }

  mutating func part(
    _ fraction: Double, of step: ModelStep<DensityModel>, from model: DensityModel
  ) throws(Stuck) -> ModelStep<DensityModel> {
    let correction = step.model.correction.map { fraction * $0 }
    var result = step
    result.model = try moved(model, by: correction)
    result.rms = InversionProblem.rms(correction, of: cells)
    return result
  }

  private mutating func moved(
    _ model: DensityModel, by correction: [Double]
  ) throws(Stuck) -> DensityModel {
    let contrast = zip(model.contrast, correction).map { $0 + $1 }
    guard cells.allSatisfy({ contrast[$0].isFinite }) else { throw Stuck("step not finite") }
    return self.model(contrast, correction: correction)
  }
}

extension IterationLoop where Iteration == DensityIteration {
  fileprivate var snapshot: IterationSnapshot {
    IterationSnapshot(
      record: history[number], topography: iteration.problem.startingTopography,
      correction: current.correction, densityContrast: current.contrast, residual: current.residual)
  }

  fileprivate func result(_ reasons: [StopReason]) -> InversionResult {
    let isBest = iteration.settings.returnedIteration == .best
    let (state, number) = isBest ? (best, bestIteration) : (current, number)
    return InversionResult(
      topography: iteration.problem.startingTopography, correction: state.correction, forward: state.forward,
      residual: state.residual, density: zip(state.contrast, iteration.signs).map { $0 * $1 },
      history: history, returnedIteration: number, reasons: reasons, method: iteration.system.method,
      chiSquared: iteration.chiSquared(of: state))
  }
}

extension InversionProblem {
  /// Density contrasts of signed densities: their sign is changed where the surface lies below the reference.
  public func contrast(ofSigned density: [Double], topography: [Double]) -> [Double] {
    density.indices.map { topography[$0] >= reference[$0] ? density[$0] : -density[$0] }
  }
}
