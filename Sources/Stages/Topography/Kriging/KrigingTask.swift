import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// The inputs of a kriging, converted.
struct KrigingTask {
  let geometry: GridGeometry
  let data: KrigingData
  let drift: Drift
  private let bounds: SurfaceBounds
  private let settings: Settings

  /// - Parameters:
  ///   - constraints: in the coordinates of the grid, metres.
  ///   - blockSize: of blocks that are averaged first, metres.
  init(
    _ context: StageContext, _ geometry: GridGeometry, _ constraints: ConstraintPoints, blockSize: Double?
  ) throws {
    guard !geometry.isGeographic else {
      throw StageError.outOfPlace(
        "the nodes are in longitude and latitude and kriging needs metres; put a stage of kind 'project' before"
      )
    }
    (settings, self.geometry) = (context.settings, geometry)
    bounds = try SurfaceBounds(context, on: geometry)
    data = try Self.data(constraints, blockSize: blockSize)
    let covariates = try context[KrigingSettings.driftGrid].map {
      [Drift.Covariate.grid(try Self.grid($0, context.settings))]
    }
    drift = Drift(
      degree: settings[KrigingSettings.drift].degree, over: geometry.region, covariates: covariates ?? [])
  }

  private static func grid(_ path: String, _ settings: Settings) throws -> Grid {
    let observations = try Observations(path: path)
    guard let geometry = observations.geometry else {
      throw StageError.outOfPlace("input 'drift_grid' is a table, and a grid is needed")
    }
    let usual = ["gravity_anomaly", "topography", "weighted_mean", "z_mean"].first(where: observations.has)
    let name = settings[KrigingSettings.driftVariable] ?? usual ?? observations.names.first ?? "topography"
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
  func result(_ context: StageContext) throws -> KrigingResult {
    let workers = context.workers
    if let model = KrigingSettings.model(settings) { return try result(with: model, nil, context) }
    let estimate = try search(data).estimate(data, drift: drift, workers: workers)
    let model = estimate.model
    for structure in model.covariance.structures {
      context.log("deviation \(rounded(structure.deviation)) m, length \(rounded(structure.length)) m")
    }
    context.log("jitter \(rounded(model.jitter)) m; log likelihood \(rounded(estimate.likelihood))")
    if !estimate.atLimits.isEmpty {
      context.warn(
        "\(estimate.atLimits.joined(separator: " and ")) ended at a limit of the search; look at the points")
    }
    return try result(with: model, estimate, context)
  }

  func search(_ data: KrigingData) -> CovarianceSearch { KrigingSettings.search(settings, for: data) }

  private func result(
    with model: KrigingModel, _ estimate: CovarianceSearch.Estimate?, _ context: StageContext
  ) throws -> KrigingResult {
    let kriging = try Kriging(data, drift: drift, model: model, workers: context.workers)
    let prediction = kriging.predict(at: geometry.nodes, workers: context.workers)
    let missing = prediction.mean.count { $0.isNaN }
    if missing > 0 { context.log("\(missing) of \(geometry.count) nodes have no drift and hence no surface") }
    let surface = try bounds.hold(Grid(geometry: geometry, values: prediction.mean), context)
    return KrigingResult(
      kriging: kriging, estimate: estimate, surface: surface,
      deviation: Grid(geometry: geometry, values: prediction.deviation), isDrawn: false)
  }

  /// A member's surface: its own points and one draw of what they leave open, with the base result's numbers.
  ///
  /// - Parameter base: of the base result; where its points are those of the member, their errors are drawn too.
  func draw(
    around base: KrigedField, _ draw: MemberDraw, _ simulations: SimulationCache, _ context: StageContext
  ) throws -> KrigingResult {
    guard data.points == base.data.points else {
      throw StageError.outOfPlace(
        "the member has points at other places than the result that it varies about: points must stay where they are"
      )
    }
    // The base's data with the base's numbers give the covariance; the member's own enter as what was drawn already.
    let kriging = try Kriging(base.data, drift: drift, model: base.model, workers: context.workers)
    let simulation = try ConditionalSimulation(
      kriging, on: geometry, cache: simulations, workers: context.workers)
    if case .coarse(let ratio, let error) = simulation.field.method {
      context.log(
        "drawn on a grid \(rounded(ratio)) times as coarse; its variance is wrong by \(rounded(100 * error)) %"
      )
    }
    let drawn = try simulation.draw(
      draw.streams, member: draw.member, data: data.values == base.data.values ? nil : data.values,
      workers: context.workers)
    let deviation = kriging.predict(at: geometry.nodes, workers: context.workers).deviation
    return KrigingResult(
      kriging: kriging, estimate: nil, surface: try bounds.hold(drawn, context),
      deviation: Grid(geometry: geometry, values: deviation), isDrawn: true)
  }
}

/// A kriged surface.
struct KrigingResult {
  let kriging: Kriging
  let estimate: CovarianceSearch.Estimate?
  /// Held between its bounds.
  let surface: Grid
  let deviation: Grid
  /// Whether it is a draw, which has no covariance of its own.
  let isDrawn: Bool

  func write(to path: String, title: String) throws {
    var dataset = Dataset(title: title)
    try dataset.add(SurfaceVariables.topography, surface)
    try dataset.add(SurfaceVariables.deviation, deviation)
    if isDrawn {
      dataset.setAttribute(GravityVariables.drawnAnew, text: SurfaceVariables.topography.name)
    } else {
      try KrigedField(kriging, on: surface.geometry).add(to: &dataset, unit: "m", estimate: estimate)
    }
    try NetCDFFile.write(dataset, to: path)
  }
}

/// Three significant decimals for a log.
func rounded(_ value: Double) -> String {
  let scaled = (value * 1000).rounded() / 1000
  return scaled == scaled.rounded() && abs(scaled) < 1e15 ? String(Int(scaled)) : String(scaled)
}
