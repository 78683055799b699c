import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// A surface by kriging points of known height on the nodes of a grid, held between layers.
struct KrigingTask {
  let geometry: GridGeometry
  let data: KrigingData
  let drift: Drift
  let bounds: SurfaceBounds
  private let settings: Settings

  /// - Parameters:
  ///   - constraints: in the coordinates of the grid, metres.
  ///   - blockSize: of blocks that are averaged first, metres.
  ///   - driftGrid: path of the field that the surface follows.
  init(
    _ settings: Settings, _ geometry: GridGeometry, _ constraints: ConstraintPoints, blockSize: Double?,
    driftGrid: String?, bounds: SurfaceBounds
  ) throws {
    guard !geometry.isGeographic else {
      throw StageError.outOfPlace(
        "the nodes are in longitude and latitude and kriging needs metres; put a stage of kind 'project' before")
    }
    (self.settings, self.geometry, self.bounds) = (settings, geometry, bounds)
    data = try Self.data(constraints, blockSize: blockSize)
    let covariates = try driftGrid.map { [Drift.Covariate.grid(try Self.grid($0, settings))] } ?? []
    drift = Drift(
      degree: settings[KrigingSettings.drift].degree, over: geometry.region, covariates: covariates)
  }

  private static func grid(_ path: String, _ settings: Settings) throws -> Grid {
    let observations = try Observations(path: path)
    guard let geometry = observations.geometry else {
      throw StageError.outOfPlace("input 'drift_grid' is a table, and a grid is needed")
    }
    let name = try settings[KrigingSettings.driftVariable] ?? observations.mainVariable()
    let values = try observations.values(name, hint: "name it by 'drift_variable'")
    return Grid(geometry: geometry, values: values)
  }

  private static func data(_ constraints: ConstraintPoints, blockSize: Double?) throws -> KrigingData {
    let deviations = constraints.uncertainty ?? constraints.upward.map { _ in 0 }
    guard let blockSize else {
      return KrigingData(points: constraints.points, values: constraints.upward, deviations: deviations)
    }
    let blocks = try BlockReduce(points: constraints.points, size: blockSize)
    guard deviations.allSatisfy({ $0 > 0 }) else {
      return KrigingData(
        points: blocks.meanPoints(of: constraints.points), values: blocks.mean(constraints.upward),
        deviations: blocks.members.map { _ in 0 })
    }
    // The mean of a block with weights 1/σ² has the variance 1/Σ(1/σ²).
    let weights = deviations.map { 1 / ($0 * $0) }
    let means = blocks.weightedMean(constraints.upward, weights: weights)
    return KrigingData(
      points: blocks.meanPoints(of: constraints.points), values: means.values,
      deviations: blocks.members.map { block in
        1 / block.reduce(0) { $0 + weights[$1] }.squareRoot()
      })
  }

  /// The base result: what is not given is estimated.
  func result(workers: Workers, log: (String) -> Void) throws -> KrigingResult {
    if let model = KrigingSettings.model(settings) { return try result(with: model, nil, workers, log) }
    let estimate = try search(data).estimate(data, drift: drift, workers: workers)
    let model = estimate.model
    for structure in model.covariance.structures {
      log("deviation \(rounded(structure.deviation)) m, length \(rounded(structure.length)) m")
    }
    log("jitter \(rounded(model.jitter)) m; log likelihood \(rounded(estimate.likelihood))")
    if !estimate.atLimits.isEmpty {
      log("warning: \(estimate.atLimits.joined(separator: " and ")) ended at a limit of the search; look at the points")
    }
    return try result(with: model, estimate, workers, log)
  }

  func search(_ data: KrigingData) -> CovarianceSearch { KrigingSettings.search(settings, for: data) }

  /// With known numbers.
  func result(
    with model: KrigingModel, _ estimate: CovarianceSearch.Estimate? = nil, _ workers: Workers,
    _ log: (String) -> Void
  ) throws -> KrigingResult {
    let kriging = try Kriging(data, drift: drift, model: model, workers: workers)
    let prediction = kriging.predict(at: geometry.nodes, workers: workers)
    let missing = prediction.mean.count { $0.isNaN }
    if missing > 0 { log("\(missing) of \(geometry.count) nodes have no drift and hence no surface") }
    let surface = try bounds.hold(Grid(geometry: geometry, values: prediction.mean), log: log)
    return KrigingResult(
      kriging: kriging, estimate: estimate, surface: surface,
      deviation: Grid(geometry: geometry, values: prediction.deviation))
  }
}

/// A kriged surface.
struct KrigingResult {
  let kriging: Kriging
  let estimate: CovarianceSearch.Estimate?
  /// Held between its layers.
  let surface: Grid
  let deviation: Grid

  func writeTopography(to path: String, title: String) throws {
    var dataset = Dataset(title: title)
    try dataset.addGrid("topography", surface, units: "m", longName: "height of the surface")
    try dataset.addGrid("uncert", deviation, units: "m", longName: "standard deviation of the surface")
    try NetCDFFile.write(dataset, to: path)
  }

  func writeCovariance(to path: String) throws {
    try KrigingArtefact(kriging, mean: surface).write(to: path, unit: "m", estimate: estimate)
  }
}

/// Layers between which a surface is held.
struct SurfaceBounds {
  static let upper = Input.optional("upper_layer", [.topography], "surface that must not be exceeded")
  static let lower = Input.optional("lower_layer", [.topography], "surface that must not be undercut")

  let upper, lower: Grid?

  init(_ context: StageContext) throws {
    func layer(_ input: Input<String?>) throws -> Grid? {
      try context[input].map { try TopographyArtefact(path: $0).topography }
    }
    (upper, lower) = (try layer(Self.upper), try layer(Self.lower))
  }

  /// The surface where it lies between, the layer elsewhere; on other nodes layers are bicubic.
  func hold(_ surface: Grid, log: (String) -> Void) throws -> Grid {
    guard upper != nil || lower != nil else { return surface }
    let (held, moved) = try confined(surface, upper: upper, lower: lower)
    if moved > 0 {
      let share = Double(moved) / Double(surface.values.count)
      log("\(share > 0.01 ? "warning: " : "")\(moved) of \(surface.values.count) nodes were moved to a confining layer")
    }
    return held
  }
}

/// Three significant decimals for a log.
func rounded(_ value: Double) -> String {
  let scaled = (value * 1000).rounded() / 1000
  return scaled == scaled.rounded() && abs(scaled) < 1e15 ? String(Int(scaled)) : String(scaled)
}
