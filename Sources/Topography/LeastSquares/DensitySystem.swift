import Gravity
import NumericCore
import Optimisation

/// The attraction of cells as a matrix, or as operators on the grid, and its damped solution.
struct DensitySystem {
  private enum Kind {
    case dense(DampedLeastSquares)
    case fast(FacesMap, GridLeastSquares<FlatPreconditioner>)
  }

  /// As in `InversionEngine`.
  private static let tolerance = 1e-9
  private static let crossover = 250_000

  let method: InversionMethod
  private let kind: Kind
  private let problem: InversionProblem
  private let damping: Double
  private let cells: [Int]
  private let weights: [Double]?
  /// The attraction of unit densities, rows padded; empty on the fast path.
  private var matrix: [Double] = []

  init(
    _ problem: InversionProblem, _ settings: InversionSettings, layer: PrismLayer, cells: [Int],
    _ cache: KernelCache, _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.cells, damping) = (problem, cells, settings.damping)
    weights = problem.rowWeights
    let elements = problem.points.count * cells.count
    var reason = "there are only \(elements) pairs of observations and cells"
    if problem.shape == .tesseroids {
      reason = TesseroidEngine.reason
      guard settings.path != .fast else { throw .fastPathUnavailable(reason: reason) }
    } else if settings.path == .fast || (settings.path == .automatic && elements >= Self.crossover) {
      switch Self.operators(problem, layer, cache, workers) {
      case .success(let map):
        kind = .fast(map, Self.solver(problem, settings, layer, cells, workers))
        method = InversionMethod(
          path: .fast, reason: "the observations are a lattice on the model's grid")
        return
      case .failure(let obstacle):
        guard settings.path == .automatic else { throw .fastPathUnavailable(reason: obstacle.reason) }
        reason = obstacle.reason
      }
    }
    if settings.path == .dense { reason = "it was asked for" }
    method = InversionMethod(path: .dense, reason: reason)
    var solver = DampedLeastSquares(
      rows: problem.points.count, columns: cells.count,
      stride: LayerJacobian.stride(columns: cells.count))
    try Self.fill(&solver.matrix, problem, layer, cells, workers)
    matrix = solver.matrix
    if let weights { solver.scaleRows(by: weights) }
    kind = .dense(solver)
  }

  private static func fill(
    _ matrix: inout [Double], _ problem: InversionProblem, _ layer: PrismLayer, _ cells: [Int],
    _ workers: Workers
  ) throws(InversionError) {
    var unit = layer
    unit.density = unit.density.map { $0.isNaN ? .nan : 1 }
    guard problem.shape == .tesseroids else {
      return PrismGravity.fill(&matrix, of: unit, cells: cells, at: problem.points, workers: workers)
    }
    var tesseroids = problem.tesseroids(of: problem.startingTopography)
    tesseroids.density = unit.density
    do throws(TesseroidError) {
      try tesseroids.fill(&matrix, cells: cells, at: problem.points.geocentric, workers: workers)
    } catch { throw .tesseroids(error) }
  }

  private struct Obstacle: Error {
    let reason: String
  }

  private static func operators(
    _ problem: InversionProblem, _ layer: PrismLayer, _ cache: KernelCache, _ workers: Workers
  ) -> Result<FacesMap, Obstacle> {
    do {
      let lattice = try ObservationLattice(problem.points, on: problem.model)
      var gravity = try GridGravity(
        of: .init(
          geometry: problem.model, reference: problem.reference, densityContrast: problem.densityContrast,
          isPresent: problem.startingTopography.map { !$0.isNaN }), lattice: lattice,
        tolerance: .init(tolerance), cache: cache, workers: workers)
      let pair = try gravity.densityOperators(
        top: layer.top, bottom: layer.bottom, free: problem.free, workers: workers)
      return .success(FacesMap(upper: pair.upper, lower: pair.lower))
    } catch { return .failure(Obstacle(reason: "\(error)")) }
  }

  /// Thin layers of thickness h multiply wavenumber k of the density by 2πG h e^(−|k| clearance).
  private static func solver(
    _ problem: InversionProblem, _ settings: InversionSettings, _ layer: PrismLayer, _ cells: [Int],
    _ workers: Workers
  ) -> GridLeastSquares<FlatPreconditioner> {
    let count = Double(cells.count)
    let square = cells.reduce(0.0) { sum, cell in
      let thickness = layer.top[cell] - layer.bottom[cell]
      return sum + thickness * thickness
    }
    let middle = cells.reduce(0.0) { $0 + (layer.top[$1] + layer.bottom[$1]) / 2 } / count
    return GridLeastSquares<FlatPreconditioner>(
      problem, settings, derivative: .exact, densityContrast: (square / count).squareRoot(), height: middle,
      workers: workers)
  }

  /// Gravity of signed densities of the free cells, mGal.
  func gravity(_ density: [Double], workers: Workers) -> [Double] {
    if case .fast(let map, _) = kind {
      return { () -> [Double] in
        var result = [Double](repeating: 0, count: problem.points.count)
        map.product(density, into: &result, workers: workers)
        return result
      }()
    }
    let stride = LayerJacobian.stride(columns: cells.count)
    let taken = cells.map { density[$0] }
    return (0..<problem.points.count).map { point in
      var sum = 0.0
      for index in taken.indices { sum += matrix[point * stride + index] * taken[index] }
      return sum
    }
  }

  /// Aᵀ y: what observations make of the free cells' signed densities, one value a free cell.
  func transposed(_ y: [Double], workers: Workers) -> [Double] {
    if case .fast(let map, _) = kind {
      var result = [Double](repeating: 0, count: map.length)
      map.transposed(y, into: &result, workers: workers)
      return cells.map { result[$0] }
    }
    let stride = LayerJacobian.stride(columns: cells.count)
    var sums = [Double](repeating: 0, count: cells.count)
    for (point, value) in y.enumerated() {
      for index in sums.indices { sums[index] += value * matrix[point * stride + index] }
    }
    return sums
  }

  /// The damped step of the free cells' signed densities.
  func step(
    residual: [Double], contrast: [Double], signs: [Double], penalty: GridPenalty?, workers: Workers
  ) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    let right = weights.map { zip(residual, $0).map { $0 * $1 } } ?? residual
    switch kind {
    case .dense(let solver):
      let term = penalty.map {
        $0.term(at: contrast, signs: signs, cells: cells, stride: solver.stride)
      }
      return solver.solve(
        right, damping: damping, penalty: term, tolerance: .init(relative: 2e-11), workers: workers)
    case .fast(let map, let solver):
      let term = penalty.map { $0.term(at: contrast, signs: signs, free: problem.free) }
      let result: (step: [Double], outcome: DampedLeastSquares.Outcome)
      if let weights {
        result = solver.solve(
          WeightedMap(base: map, weights: weights), right, damping: damping, penalty: term,
          tolerance: .init(relative: 2e-11), workers: workers)
      } else {
        result = solver.solve(
          map, right, damping: damping, penalty: term, tolerance: .init(relative: 2e-11), workers: workers)
      }
      return (cells.map { result.step[$0] }, result.outcome)
    }
  }
}
