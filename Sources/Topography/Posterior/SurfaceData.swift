public import Geostatistics
public import Gravity
public import NumericCore

/// Gravity of a surface and its height at some places, as data of an inversion: observations first, then places.
///
/// Gravity goes by fast operators where the observations are a lattice on the model's grid and there are many, by sums
/// and a matrix otherwise. Heights at places are bilinear between cells' centres. Work arrays are shared: one user at a
/// time.
public final class SurfaceData: FieldData {
  /// A model of cells and where its gravity is observed.
  public struct Model: Sendable {
    /// Centres of the cells.
    public var geometry: GridGeometry
    /// Height of the reference level, metres, and density contrast, kg/m³, one value a cell.
    public var reference, densityContrast: [Double]
    /// Cells with a surface; others have no mass.
    public var isPresent: [Bool]
    /// Where gravity is observed.
    public var points: ObservationPoints

    /// - Precondition: one value a cell in every list.
    public init(
      geometry: GridGeometry, reference: [Double], densityContrast: [Double], isPresent: [Bool],
      points: ObservationPoints
    ) {
      (self.geometry, self.reference, self.densityContrast) = (geometry, reference, densityContrast)
      (self.isPresent, self.points) = (isPresent, points)
    }

    func layer(_ surface: [Double]) -> PrismLayer {
      PrismLayer(
        topography: surface.indices.map { isPresent[$0] ? surface[$0] : .nan }, geometry: geometry,
        reference: reference, densityContrast: densityContrast)
    }
  }

  /// Pairs of observations and cells from which fast operators are the quicker ones.
  private static let crossover = 250_000
  /// Data up to which the preconditioner is the whole matrix, factored.
  public static let mostFactored = 2500

  private enum Engine {
    case dense(SurfaceGravity)
    case fast(GridGravity)
  }

  /// The cells and the observations.
  public let model: Model
  /// Of each place the cells about it; places outside the grid or next to a missing cell are none.
  let rows: [BilinearRow]
  /// Numbers of the places that are used, in the list given.
  public let kept: [Int]
  /// Which sums run, and why, for a log.
  public private(set) var method: String
  private var engine: Engine
  private var preconditioner: Preconditioner = .none

  private enum Preconditioner {
    case none
    case factor(Cholesky)
    case blocks(MirroredProduct, Cholesky)
  }

  /// - Parameter places: where heights are known.
  public init(
    _ model: Model, places: Points, cache: KernelCache = KernelCache(), workers: Workers = .serial
  ) {
    self.model = model
    var (rows, kept) = ([BilinearRow](), [Int]())
    for index in 0..<places.count {
      guard
        let row = BilinearRow(
          model.geometry, easting: places.easting[index], northing: places.northing[index]),
        row.nodes.allSatisfy({ model.isPresent[$0] })
      else { continue }
      rows.append(row)
      kept.append(index)
    }
    (self.rows, self.kept) = (rows, kept)
    (engine, method) = Self.engine(model, cache, workers)
  }

  private static func engine(
    _ model: Model, _ cache: KernelCache, _ workers: Workers
  ) -> (Engine, String) {
    let pairs = model.points.count * model.geometry.count
    var reason = "there are only \(pairs) pairs of observations and cells"
    if pairs >= crossover {
      do {
        let lattice = try ObservationLattice(model.points, on: model.geometry)
        let gravity = try GridGravity(
          of: .init(
            geometry: model.geometry, reference: model.reference, densityContrast: model.densityContrast,
            isPresent: model.isPresent), lattice: lattice, tolerance: .init(1e-9, derivative: 1e-8),
          cache: cache, workers: workers)
        return (.fast(gravity), "fast operators: the observations are a lattice on the model's grid")
      } catch { reason = "\(error)" }
    }
    let gravity = SurfaceGravity(
      geometry: model.geometry, reference: model.reference, densityContrast: model.densityContrast,
      isPresent: model.isPresent, points: model.points, workers: workers)
    return (.dense(gravity), "direct sums: \(reason)")
  }

  /// Observations and places.
  public var count: Int { model.points.count + rows.count }

  /// What a surface predicts: gravity, mGal, then heights, metres; nil where it can't be computed.
  public func data(of field: [Double], workers: Workers) -> [Double]? {
    guard model.layer(field).firstReached(model.points) == nil,
      let gravity = gravity(of: field, workers)
    else { return nil }
    return gravity + rows.map { $0.product(field) }
  }

  private func gravity(of field: [Double], _ workers: Workers) -> [Double]? {
    switch engine {
    case .dense(let gravity): return gravity.gz(ofSurface: field, workers: workers)
    case .fast(var gravity):
      defer { engine = .fast(gravity) }
      do throws(GridGravity.TooRough) { return try gravity.gz(ofSurface: field, workers: workers) } catch {
        goDense(error, workers)
        return self.gravity(of: field, workers)
      }
    }
  }

  /// A surface that spans too many cells for the operators goes by sums from then on.
  private func goDense(_ error: GridGravity.TooRough, _ workers: Workers) {
    engine = .dense(
      SurfaceGravity(
        geometry: model.geometry, reference: model.reference, densityContrast: model.densityContrast,
        isPresent: model.isPresent, points: model.points, workers: workers))
    method = "direct sums: \(error.description)"
  }

  /// The derivative of the data at a surface, as a linear map.
  public func linearised(at field: [Double], workers: Workers) -> LinearisedSurface {
    let layer = model.layer(field)
    let cells = model.geometry.count
    if case .fast(var gravity) = engine {
      do throws(GridGravity.TooRough) {
        let map = try gravity.jacobian(.exact, of: layer, free: model.isPresent, workers: workers)
        engine = .fast(gravity)
        return LinearisedSurface(
          gravity: .fast(map), rows: rows, observations: model.points.count, cells: cells)
      } catch { goDense(error, workers) }
    }
    let used = (0..<cells).filter { model.isPresent[$0] }
    let matrix = LayerJacobian.exact.matrix(of: layer, cells: used, at: model.points, workers: workers)
    return LinearisedSurface(
      gravity: .dense(matrix, cells: used), rows: rows, observations: model.points.count, cells: cells)
  }

  /// An approximation of the inverse of the data's covariance, times y.
  public func precondition(_ y: [Double], workers: Workers) -> [Double] {
    switch preconditioner {
    case .none: return y
    case .factor(let factor): return factor.solve(y)
    case .blocks(let mirrored, let heights):
      let observations = model.points.count
      return mirrored.apply(Array(y[..<observations]), workers: workers)
        + heights.solve(Array(y[observations...]))
    }
  }
}

extension SurfaceData {
  /// A surface to go from, and where the observations are.
  public struct Place: Sendable {
    let surface: [Double]
    let grid: (geometry: GridGeometry, nodes: [Int])?

    /// - Parameters:
    ///   - surface: where preconditioners and derivatives are taken.
    ///   - grid: the grid of the observations and the node of each; nil for scattered ones.
    public init(_ surface: [Double], grid: (geometry: GridGeometry, nodes: [Int])?) {
      (self.surface, self.grid) = (surface, grid)
    }
  }

  /// Makes the preconditioner for a prior and errors about a surface.
  ///
  /// Few data, or scattered ones: the whole of B C_m Bᵀ + C, factored. Many on a grid: gravity in the cosines of the grid
  /// with |Ĵ|² S_m + S_C, Ĵ(k) = 10⁵ 2πGΔρ e^(−|k| (z_obs − z̄)), and the heights' own block.
  /// - Parameters:
  ///   - covariance: of the errors of data and heights, with that of the regional field among them.
  ///   - place: about which it is made.
  public func prepare(
    prior: some FieldPrior, covariance: GroupedCovariance, field: Covariance?, at place: Place,
    mostFactored: Int = mostFactored, workers: Workers = .serial
  ) {
    let isSmall = count <= mostFactored
    let surface = place.surface
    if !isSmall, let grid = place.grid, let heights = heightFactor(prior, covariance, workers),
      let mirrored = mirrored(prior, covariance, field, grid, surface, workers)
    {
      preconditioner = .blocks(mirrored, heights)
      return
    }
    guard count <= LaplaceApproximation.most,
      let factor = systemFactor(prior, covariance, surface, workers)
    else {
      preconditioner = .none
      return
    }
    preconditioner = .factor(factor)
  }

  private func systemFactor(
    _ prior: some FieldPrior, _ covariance: GroupedCovariance, _ surface: [Double], _ workers: Workers
  ) -> Cholesky? {
    let map = linearised(at: surface, workers: workers)
    let cells = model.geometry.count
    var (rows, image) = (Matrix(rows: count, columns: cells), Matrix(rows: count, columns: cells))
    for datum in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[datum] = 1
      let row = map.transposed(unit, workers: workers)
      let range = datum * cells..<(datum + 1) * cells
      rows.values.replaceSubrange(range, with: row)
      image.values.replaceSubrange(range, with: prior.times(row, workers: workers))
    }
    var system = rows.timesTransposed(image, workers: workers)
    let noise = covariance.matrix(workers: workers)
    for index in system.values.indices { system.values[index] += noise.values[index] }
    return try? Cholesky(system, workers: workers)
  }

  /// Of H C_m Hᵀ + Σ_c.
  private func heightFactor(
    _ prior: some FieldPrior, _ covariance: GroupedCovariance, _ workers: Workers
  ) -> Cholesky? {
    var system = covariance.groups[1].matrix(workers: workers)
    for (column, row) in rows.enumerated() {
      var unit = [Double](repeating: 0, count: model.geometry.count)
      row.addTransposed(1, to: &unit)
      let image = prior.times(unit, workers: workers)
      for (index, other) in rows.enumerated() { system[index, column] += other.product(image) }
    }
    return try? Cholesky(system, workers: workers)
  }

  private func mirrored(
    _ prior: some FieldPrior, _ covariance: GroupedCovariance, _ field: Covariance?,
    _ grid: (geometry: GridGeometry, nodes: [Int]), _ surface: [Double], _ workers: Workers
  ) -> MirroredProduct? {
    guard let spectrum = prior.spectrum(on: grid.geometry, workers: workers) else { return nil }
    let present = surface.indices.filter { model.isPresent[$0] }
    let mean = present.reduce(0) { $0 + surface[$1] } / Double(max(1, present.count))
    let clearance = max(0, Statistics.mean(model.points.upward) - mean)
    let square = present.reduce(0) { $0 + model.densityContrast[$1] * model.densityContrast[$1] }
    let contrast = (square / Double(max(1, present.count))).squareRoot()
    let scale = 1e5 * 2 * Double.pi * PrismGravity.gravitationalConstant * contrast
    let errors = covariance.groups[0]
    let noise = errors.deviations.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
    let regional = field.map { MirroredProduct.spectrum($0, grid.geometry, workers) }
    let pattern = errors.patterns.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    let north = FourierTransform2D.frequencies(
      count: spectrum.rows, spacing: max(grid.geometry.spacingNorthing, 1e-300))
    let east = FourierTransform2D.frequencies(
      count: spectrum.columns, spacing: max(grid.geometry.spacingEasting, 1e-300))
    let product = spectrum.mapped { row, column, value in
      let k = 2 * Double.pi * (north[row] * north[row] + east[column] * east[column]).squareRoot()
      let response = scale * Elementary.exp(-k * clearance)
      var sum = noise + response * response * max(0, value) + max(0, regional?.factor(row, column) ?? 0)
      if row == 0, column == 0 { sum += pattern }
      return 1 / sum
    }
    return MirroredProduct(grid.geometry, grid.nodes, product)
  }
}

/// `SurfaceData` linearised at a surface: B = [J; H].
public struct LinearisedSurface: LinearisedData {
  enum Gravity {
    /// Rows of some cells, padded.
    case dense([Double], cells: [Int])
    case fast(GridOperator)
  }

  let gravity: Gravity
  let rows: [BilinearRow]
  let observations, cells: Int

  /// J x: one value a datum of one a cell.
  public func product(_ x: [Double], workers: Workers) -> [Double] {
    let heights = rows.map { $0.product(x) }
    switch gravity {
    case .fast(let map): return map.product(x, workers: workers) + heights
    case .dense(let matrix, let used):
      let stride = LayerJacobian.stride(columns: used.count)
      var taken = [Double](repeating: 0, count: stride)
      for (index, cell) in used.enumerated() { taken[index] = x[cell] }
      return Matrix(rows: observations, columns: stride, values: matrix).times(taken) + heights
    }
  }

  /// Jᵀ y: one value a cell of one a datum.
  public func transposed(_ y: [Double], workers: Workers) -> [Double] {
    let part = Array(y[..<observations])
    var result: [Double]
    switch gravity {
    case .fast(let map): result = map.transposed(part, workers: workers)
    case .dense(let matrix, let used):
      let stride = LayerJacobian.stride(columns: used.count)
      let image = Matrix(rows: observations, columns: stride, values: matrix).transposedTimes(part)
      result = [Double](repeating: 0, count: cells)
      for (index, cell) in used.enumerated() { result[cell] = image[index] }
    }
    for (index, row) in rows.enumerated() { row.addTransposed(y[observations + index], to: &result) }
    return result
  }
}

extension BilinearRow {
  func addTransposed(_ value: Double, to sum: inout [Double]) {
    for (node, weight) in zip(nodes, weights) { sum[node] += weight * value }
  }
}
