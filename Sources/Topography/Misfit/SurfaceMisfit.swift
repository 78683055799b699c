public import Gravity
public import NumericCore
import Optimisation

/// How far a surface is from explaining its gravity, as one number that any optimiser may make small, and the exact
/// gradient of it.
public struct SurfaceMisfit: Equatable, Sendable {
  /// ½ Σ ((anomaly − gravity − regional) / σ)² and ½ of the terms of `Regularisation`.
  public var data, penalty: Double
  /// Gravity of the surface at the observations, and anomaly − gravity − regional, mGal; 0 where nothing was observed.
  public var forward, residual: [Double]
  /// Derivative of `value` by the height of each cell, one a metre; 0 where a cell is frozen or has no surface. Empty
  /// where it was not asked for.
  public var gradient: [Double]
  /// How gravity and its derivatives were computed, and why so.
  public var method: InversionMethod

  /// What is to be made small: the same function of the surface as `invert` with its steps' damping left out, halved.
  public var value: Double { data + penalty }
}

/// The misfit of a problem's own surface (`startingTopography`), with its gradient −Jᵀ σ⁻² residual + ½ ∂(terms).
///
/// Fast operators or sums over cells as in `invert`; sums go by blocks of rows, so no matrix of the whole is
/// held but for tesseroids. The same bits for any number of workers.
/// - Throws: `InversionError` for a problem that `check` refuses, or a surface that no path can compute.
public func surfaceMisfit(
  _ problem: InversionProblem, regularisation: Regularisation, wantsGradient: Bool,
  path: InversionPath = .automatic, cache: KernelCache = KernelCache(), workers: Workers
) throws(InversionError) -> SurfaceMisfit {
  try problem.check(.ignore)
  try regularisation.check()
  guard !regularisation.needsReference || problem.referenceModel != nil else {
    throw .referenceModelMissing
  }
  if let hit = problem.firstObservationReached(by: problem.startingTopography) {
    throw .observationInsidePrism(
      easting: problem.points.easting[hit.point], northing: problem.points.northing[hit.point],
      upward: problem.points.upward[hit.point], top: hit.top)
  }
  var engine = try MisfitEngine(problem, path, cache, workers)
  let surface = problem.startingTopography
  let forward = try engine.gravity(of: surface, workers)
  let residual = problem.residual(forward: forward)
  let weights = problem.rowWeights
  let weighted = weights.map { zip(residual, $0).map { $0 * $1 } } ?? residual
  let penalty = regularisation.isEmpty ? nil : GridPenalty(regularisation, problem)
  var result = SurfaceMisfit(
    data: 0.5 * weighted.reduce(0) { $0 + $1 * $1 }, penalty: 0.5 * (penalty?.value(at: surface) ?? 0),
    forward: forward, residual: residual, gradient: [], method: engine.method)
  if wantsGradient {
    let pulled = weights.map { zip(weighted, $0).map { $0 * $1 } } ?? weighted
    var gradient = try engine.transposed(pulled, at: surface, workers).map { -$0 }
    if let penalty {
      let terms = penalty.gradient(at: surface)
      for cell in gradient.indices where problem.free[cell] { gradient[cell] += terms[cell] }
    }
    result.gradient = gradient
    result.method = engine.method
  }
  return result
}

extension GridPenalty {
  /// first² Σ (mᵢ − mⱼ)² + second² Σ (…)² + reference² Σ (m − m₀)².
  func value(at model: [Double]) -> Double {
    if terms.isAboutReference, let reference {
      let part = model.indices.map {
        isPresent[$0] && reference[$0].isFinite ? model[$0] - reference[$0] : 0
      }
      return zip(part, product(part)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var rough = terms
    rough.referenceModel = 0
    let filled = model.indices.map { isPresent[$0] ? model[$0] : 0 }
    var sum = zip(filled, GridPenalty(rough, like: self).product(filled)).reduce(0) { $0 + $1.0 * $1.1 }
    if let reference {
      let weight = terms.referenceModel * terms.referenceModel
      for cell in model.indices where isPresent[cell] && reference[cell].isFinite {
        sum += weight * (model[cell] - reference[cell]) * (model[cell] - reference[cell])
      }
    }
    return sum
  }
}

/// Gravity of surfaces and the transposed derivative, on one of the paths.
private struct MisfitEngine {
  private enum Kind {
    case dense(SurfaceGravity)
    case fast(GridGravity)
    case tesseroids(TesseroidEngine)
  }

  /// As in `InversionEngine`: errors of gravity and of derivatives, mGal.
  private static let tolerance = GridGravity.Tolerance(1e-9, derivative: 1e-9)
  private static let crossover = 250_000
  /// Elements of the matrix that are held at a time.
  private static let block = 4_000_000

  private(set) var method: InversionMethod
  private var kind: Kind
  private let problem: InversionProblem
  private let path: InversionPath
  private let cells: [Int]

  init(
    _ problem: InversionProblem, _ path: InversionPath, _ cache: KernelCache, _ workers: Workers
  ) throws(InversionError) {
    (self.problem, self.path) = (problem, path)
    let cells = problem.free.indices.filter { problem.free[$0] }
    self.cells = cells
    guard problem.shape == .prisms else {
      guard path != .fast else { throw .fastPathUnavailable(reason: TesseroidEngine.reason) }
      kind = .tesseroids(TesseroidEngine(problem))
      method = InversionMethod(path: .dense, reason: TesseroidEngine.reason)
      return
    }
    let elements = problem.points.count * cells.count
    var reason =
      path == .dense ? "it was asked for" : "there are only \(elements) pairs of observations and cells"
    if path == .fast || path == .automatic && elements >= Self.crossover {
      do {
        let lattice = try ObservationLattice(problem.points, on: problem.model)
        let gravity = try GridGravity(
          of: .init(
            geometry: problem.model, reference: problem.reference, densityContrast: problem.densityContrast,
            isPresent: problem.startingTopography.map { !$0.isNaN }), lattice: lattice,
          tolerance: Self.tolerance, cache: cache, workers: workers)
        kind = .fast(gravity)
        method = InversionMethod(
          path: .fast, reason: "the observations are a lattice on the model's grid; \(gravity.description)")
        return
      } catch {
        reason = "\(error)"
        guard path == .automatic else { throw .fastPathUnavailable(reason: reason) }
      }
    }
    kind = .dense(Self.sums(problem, workers))
    method = InversionMethod(path: .dense, reason: reason)
  }

  private static func sums(_ problem: InversionProblem, _ workers: Workers) -> SurfaceGravity {
    SurfaceGravity(
      geometry: problem.model, reference: problem.reference, densityContrast: problem.densityContrast,
      isPresent: problem.startingTopography.map { !$0.isNaN }, points: problem.points, workers: workers)
  }

  /// A surface that is too rough for the operators goes by sums.
  private mutating func goDense(_ error: GridGravity.TooRough, _ workers: Workers) throws(InversionError) {
    guard path == .automatic else { throw .fastPathUnavailable(reason: error.description) }
    kind = .dense(Self.sums(problem, workers))
    method = InversionMethod(path: .dense, reason: "the surface is too rough for the fast operators")
  }

  mutating func gravity(of surface: [Double], _ workers: Workers) throws(InversionError) -> [Double] {
    switch kind {
    case .dense(let gravity): return gravity.gz(ofSurface: surface, workers: workers)
    case .tesseroids(let engine):
      do throws(TesseroidError) { return try engine.gz(ofSurface: surface, workers: workers) } catch {
        throw .tesseroids(error)
      }
    case .fast(var gravity):
      do throws(GridGravity.TooRough) {
        let result = try gravity.gz(ofSurface: surface, workers: workers)
        kind = .fast(gravity)
        return result
      } catch { try goDense(error, workers) }
      return try self.gravity(of: surface, workers)
    }
  }

  /// Jᵀ y, one value a cell.
  mutating func transposed(
    _ y: [Double], at surface: [Double], _ workers: Workers
  ) throws(InversionError) -> [Double] {
    let layer = problem.layer(of: surface)
    switch kind {
    case .fast(var gravity):
      do throws(GridGravity.TooRough) {
        let jacobian = try gravity.jacobian(.exact, of: layer, free: problem.free, workers: workers)
        kind = .fast(gravity)
        return jacobian.transposed(y, workers: workers)
      } catch { try goDense(error, workers) }
      return try transposed(y, at: surface, workers)
    case .tesseroids(let engine):
      let stride = LayerJacobian.stride(columns: cells.count)
      var matrix = [Double](repeating: 0, count: problem.points.count * stride)
      do throws(TesseroidError) {
        try engine.fill(&matrix, .exact, of: layer, cells: cells, workers: workers)
      } catch { throw .tesseroids(error) }
      var sums = [Double](repeating: 0, count: cells.count)
      add(matrix, y[...], to: &sums, stride: stride, workers)
      return onGrid(sums)
    case .dense: return dense(y, layer, workers)
    }
  }

  private func dense(_ y: [Double], _ layer: PrismLayer, _ workers: Workers) -> [Double] {
    let stride = LayerJacobian.stride(columns: cells.count)
    let rows = max(1, min(problem.points.count, Self.block / stride))
    var matrix: [Double] = []
    var sums = [Double](repeating: 0, count: cells.count)
    let points = problem.points
    for first in Swift.stride(from: 0, to: points.count, by: rows) {
      let taken = first..<min(points.count, first + rows)
      let some = ObservationPoints(
        easting: Array(points.easting[taken]), northing: Array(points.northing[taken]),
        upward: Array(points.upward[taken]))
      if matrix.count != taken.count * stride { matrix = Array(repeating: 0, count: taken.count * stride) }
      LayerJacobian.exact.fill(&matrix, of: layer, cells: cells, at: some, workers: workers)
      add(matrix, y[taken], to: &sums, stride: stride, workers)
    }
    return onGrid(sums)
  }

  /// Adds a block's transposed product, column by column, rows in order.
  private func add(
    _ matrix: [Double], _ y: ArraySlice<Double>, to sums: inout [Double], stride: Int, _ workers: Workers
  ) {
    let (count, chunk) = (sums.count, 512)
    let values = Array(y)
    sums.withUnsafeMutableBufferPointer { sums in
      matrix.withUnsafeBufferPointer { matrix in
        let (out, elements) = (
          SharedPointer(sums), SharedPointer(UnsafeMutableBufferPointer(mutating: matrix))
        )
        workers.forEach((count + chunk - 1) / chunk) { part in
          for (row, value) in values.enumerated() {
            let line = elements.start + row * stride
            for column in part * chunk..<min(count, (part + 1) * chunk) {
              out.start[column] += value * line[column]
            }
          }
        }
      }
    }
  }

  private func onGrid(_ sums: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: problem.model.count)
    for (index, cell) in cells.enumerated() { result[cell] = sums[index] }
    return result
  }
}
