public import Gravity
public import NumericCore
import Optimisation

/// The misfit of the density contrasts of a problem's cells (`densityContrast`) between its surface and the reference, as
/// `surfaceMisfit` is that of the surface: what `invertDensity` makes small with its steps' damping left out, halved. The
/// gradient is by the density contrast, one a kg/m³.
/// - Throws: `InversionError` for a problem that `check` refuses, or cells without any thickness.
public func densityMisfit(
  _ problem: InversionProblem, regularisation: Regularisation, wantsGradient: Bool,
  path: InversionPath = .automatic, cache: KernelCache = KernelCache(), workers: Workers
) throws(InversionError) -> SurfaceMisfit {
  try problem.check(.ignore)
  try regularisation.check()
  guard !regularisation.needsReference || problem.referenceModel != nil else { throw .referenceModelMissing }
  let layer = problem.layer(of: problem.startingTopography)
  let cells = problem.free.indices.filter { problem.free[$0] }
  guard cells.contains(where: { layer.top[$0] > layer.bottom[$0] }) else { throw .noThickness }
  var settings = InversionSettings(damping: 0)
  settings.path = path
  let system = try DensitySystem(problem, settings, layer: layer, cells: cells, cache, workers)
  var frozen = layer.density
  for cell in cells { frozen[cell] = 0 }
  let fixed = try problem.gravity(
    of: problem.startingTopography, density: frozen, at: problem.points, workers: workers)
  var density = [Double](repeating: 0, count: problem.model.count)
  for cell in cells { density[cell] = layer.density[cell] }
  let forward = zip(system.gravity(density, workers: workers), fixed).map { $0 + $1 }
  let residual = problem.residual(forward: forward)
  let weights = problem.rowWeights
  let weighted = weights.map { zip(residual, $0).map { $0 * $1 } } ?? residual
  let penalty = regularisation.isEmpty ? nil : GridPenalty(regularisation, problem)
  let contrast = problem.densityContrast
  var result = SurfaceMisfit(
    data: 0.5 * weighted.reduce(0) { $0 + $1 * $1 }, penalty: 0.5 * (penalty?.value(at: contrast) ?? 0),
    forward: forward, residual: residual, gradient: [], method: system.method)
  guard wantsGradient else { return result }
  let pulled = weights.map { zip(weighted, $0).map { $0 * $1 } } ?? weighted
  let terms = penalty?.gradient(at: contrast)
  var gradient = [Double](repeating: 0, count: problem.model.count)
  for (sum, cell) in zip(system.transposed(pulled, workers: workers), cells) {
    gradient[cell] = (layer.surfaceIsBottom[cell] ? sum : -sum) + (terms?[cell] ?? 0)
  }
  result.gradient = gradient
  return result
}
