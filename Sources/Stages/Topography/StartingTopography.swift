import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// The surface that an inversion starts from.
struct StartingTopography: StageKind {
  enum Method: String, SettingWord {
    case flat, spline
    case minimumCurvature = "minimum_curvature"
    case kriging

    var summary: String {
      switch self {
      case .flat: "a level surface"
      case .spline: "the bi-harmonic spline of the constraints"
      case .minimumCurvature: "their surface in tension"
      case .kriging: "what a covariance makes the likeliest, with its standard deviation, for `~ conditional`"
      }
    }
  }

  enum BlockReduction: String, SettingWord {
    case median, mean
    var summary: String { "" }
  }

  static let method = Setting("method", .word(Method.self), .required, "how the surface is made")
  private static let height = Setting(
    "height", .number(in: .metre), .optional, "height of the flat surface")
  private static let dampings = Setting(
    "dampings", .list(.number, 0...1000),
    .default([1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]), .atLeast(0),
    "damping: several are cross-validated, one is taken, 0 alone is none")
  private static let useWeights = Setting(
    "use_weights", .boolean, .default(false), "weigh constraints by `weight`, else 1 / uncert²")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional, .above(0),
    "reduce the constraints in blocks of this size first")
  private static let blockReduction = Setting(
    "block_reduction", .word(BlockReduction.self), .default(.median), "how blocks are reduced")
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .optional, .above(0), "spacing of the nodes")
  private static let region = Setting(
    "region", .region, .optional, "west, east, south, north edge of the nodes")
  private static let tension = Setting(
    "tension", .number, .optional(meaning: 0.35), .atLeast(0).atMost(1),
    "0 bends least, 1 has no extremum off the points; 0.35 is usual for topography")
  private static let splineTension = Setting(
    "spline_tension", .number, .later(default: 0), .atLeast(0).below(1),
    "tension of the spline: 0 bends alone and overshoots between points, towards 1 it hangs between them like a membrane"
  )
  private static let like = Input.optional(
    "like", [.topography, .gravity, .statistics],
    "takes the nodes, not the values; of gravity with test points the training nodes")
  static let constraints = Input.optional("constraints", [.constraints], "points of known height")
  static let topography = Output("topography", .topography, "the starting surface")
  static let scores = Output(
    "scores", .table, "cross-validation: damping and mean R²; with kriging R² of points by the others")

  static let declarations: [any Declaration] = [
    method, height, dampings, useWeights, blockSize, blockReduction, spacing, region, tension,
    splineTension, OutsideSettings.settings, StartingPlaces.projection, KrigingSettings.all,
    SurfaceBounds.upperLimit,
    SurfaceBounds.lowerLimit, like, constraints, SurfaceBounds.upper, SurfaceBounds.lower,
    OutsideSettings.inputs, KrigingSettings.driftGrid, SurfaceBounds.observations, topography, scores,
  ]

  let signature: StageSignature = {
    var signature = StageSignature(
      kind: "starting_topography", version: 3,
      summary: "the surface an inversion starts from: flat, or smooth through points of known height",
      declares: declarations, rules: rules)
    signature.conditional = ConditionalSpec(
      output: topography.name, kind: drawn.kind, base: [topography.name],
      when: method.is(.kriging))
    return signature
  }()

  private static let interpolates = method.is(.spline, .minimumCurvature)
  private static let usesPoints = method.is(.spline, .minimumCurvature, .kriging)
  private static let meetsAll =
    "minimum_curvature meets every point, whatever its weight; weights count in block means only"

  static let rules: [Rule] =
    [
      .only(height, with: method, in: .flat), .needs(height, with: method, in: .flat),
      .only(dampings, with: method, in: .spline), DampingList.zeroStandsAlone(dampings),
      .only(useWeights, when: interpolates), .only(blockSize, when: usesPoints),
      .only(blockReduction, with: blockSize), .only(blockReduction, when: interpolates),
      .only(tension, with: method, in: .minimumCurvature), .only(splineTension, with: method, in: .spline),
      .needs(constraints, when: usesPoints, because: "the surface goes through them"),
      KrigingSettings.only(when: method.is(.kriging)),
      .needs(
        blockSize, when: method.is(.minimumCurvature) && useWeights.isOn, because: meetsAll),
      .check(
        blockReduction, "is mean", when: method.is(.minimumCurvature) && useWeights.isOn && blockSize.isGiven
      ) { $0 == .mean ? nil : "must be mean: \(meetsAll)" },
      .only(spacing, region, when: !like.isGiven, because: "the nodes are those of 'like'"),
      .needs(spacing, when: !like.isGiven), .needs(region, when: !like.isGiven),
      .upright(region), .divided(region, by: spacing),
      .only(
        StartingPlaces.projection.name, with: method, in: .spline,
        because: "no other needs distances of points in longitude and latitude"),
    ] + SurfaceBounds.rules

  func run(_ context: StageContext) throws {
    let geometry = try Self.geometry(context)
    if context[Self.method] == .kriging {
      let result = try Self.task(context).result(context)
      try result.write(to: context[Self.topography], title: "starting surface")
      return try Self.writeScores(result, to: context[Self.scores], context)
    }
    let settings = try Self.settings(context, geometry)
    let constraints = try StartingPlaces.constraints(context, geometry)
    let result = try makeStartingTopography(geometry: geometry, settings: settings, constraints: constraints)
    for note in result.notes { context.log(note) }
    for warning in result.warnings { context.warn(warning) }
    let surface = try SurfaceBounds(context, on: geometry).holdBelowObservations(result.topography, context)
    try TopographyArtefact.write(
      surface, to: context[Self.topography], title: "starting surface",
      attributes: [("damping", result.damping)])
    try Self.writeScores(result, to: context[Self.scores])
  }

  /// Of `method = kriging`.
  static func task(_ context: StageContext) throws -> KrigingTask {
    let geometry = try geometry(context)
    let points = try ConstraintsArtefact.points(context[given: constraints], on: geometry)
    return try KrigingTask(context, geometry, points, blockSize: context[blockSize])
  }

  private static func geometry(_ context: StageContext) throws -> GridGeometry {
    if let path = context[like] {
      let dataset = try NetCDFFile.read(path)
      if dataset["gravity_anomaly"] != nil {
        let gravity = try GravityArtefact(path: path)
        return gravity.trainingGrid(of: gravity.anomaly).geometry
      }
      return try dataset.anyGrid().geometry
    }
    return GridGeometry(region: context[given: region], spacing: context[given: spacing])
  }

  private static func settings(
    _ context: StageContext, _ geometry: GridGeometry
  ) throws -> StartingTopographySettings {
    let bounds = try SurfaceBounds(context, on: geometry)
    var result = StartingTopographySettings(
      method: method(context), useWeights: context[useWeights], blockSize: context[blockSize],
      blockReduction: blockReduction(context),
      bounds: (upper: bounds.upper, lower: bounds.lower),
      outside: try OutsideSettings.outside(context, geometry))
    result.places = try StartingPlaces.nodes(context, geometry)
    result.splineTension = context[splineTension]
    return result
  }

  private static func method(_ context: StageContext) -> StartingTopographyMethod {
    switch context[method] {
    case .flat: .flat(context[given: height])
    case .spline: .spline(dampings: DampingList.positive(context[dampings]))
    case .minimumCurvature: .minimumCurvature(tension: context[tension])
    case .kriging: preconditionFailure("kriging makes its surface itself")
    }
  }

  private static func blockReduction(
    _ context: StageContext
  ) -> StartingTopographySettings.BlockReduction {
    switch context[blockReduction] {
    case .median: .median
    case .mean: .mean
    }
  }

  /// R² of points by the others, in the place of the score of a spline's damping.
  static func writeScores(_ result: KrigingResult, to path: String, _ context: StageContext) throws {
    let (residuals, deviations) = result.kriging.leaveOneOut(workers: context.workers)
    let heights = result.kriging.data.values
    let mean = Statistics.mean(heights)
    let spread = Statistics.sum(heights.map { ($0 - mean) * ($0 - mean) })
    let score = 1 - Statistics.sum(residuals.map { $0 * $0 }) / spread
    let scaled = Statistics.rms(zip(residuals, deviations).map { $0 / $1 })
    context.log(
      "points by the others: RMSE \(rounded(Statistics.rms(residuals))) m, \(rounded(scaled)) standard deviations "
        + "(about 1 where these are true)")
    try writeScores([(0, score)], to: path, title: "points by the others")
  }

  private static func writeScores(_ result: StartingTopographyResult, to path: String) throws {
    // A spline that was not cross-validated has one row without a score.
    let rows = result.scores.map { ($0.damping, $0.score) }
    let table = rows.isEmpty ? [(result.damping ?? 0, Double.nan)] : rows
    try writeScores(table, to: path, title: "cross-validation of the spline")
  }

  private static func writeScores(_ table: [(Double, Double)], to path: String, title: String) throws {
    var dataset = Dataset(title: title)
    try dataset.addColumn(
      "damping", table.map(\.0), units: "1", longName: "damping of the spline", dimension: "trial")
    try dataset.addColumn(
      "score", table.map(\.1), units: "1", longName: "mean R² over the folds", dimension: "trial")
    try NetCDFFile.write(dataset, to: path)
  }
}

extension StartingTopography: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let mesh =
      request.isFed(Self.like)
      ? request.facts(Self.like).trainingMesh
      : Mesh(region: request[Self.region] ?? nil, spacing: request[Self.spacing] ?? nil)
    if let method = request[Self.method], method != .flat {
      request.require("upward", of: Self.constraints, in: &foresight)
    }
    request.requireQuantity(.height, of: SurfaceBounds.upper, SurfaceBounds.lower, in: &foresight)
    foresight[Self.topography] = OutputFacts(
      has: ["topography"], quantity: Quantity.height.inWords, mesh: mesh)
    if request[Self.method] == .kriging { foresight[Self.topography].gain("uncert") }
    return foresight
  }
}

extension OutputFacts {
  /// Nodes that an inversion may use: of gravity with nodes held out every second one.
  var trainingMesh: Mesh? {
    if has.contains("test") { return mesh?.coarsened }
    // Of gravity of which it is not known whether nodes are held out nothing follows.
    return has.contains("gravity_anomaly") && lacks["test"] == nil ? nil : mesh
  }
}

extension StartingTopography: ReportedKind {
  var report: StageReport {
    let (start, truth) = (
      Field.own("topography", SurfaceVariables.topography), Field.truth(SurfaceVariables.topography)
    )
    var map = FieldMap(
      start, "Starting topography", dots: .known,
      caption: "The topography the inversion starts from, with the constraint points.")
    map.note = .none
    let comparison = FieldComparison(start, truth, ("Starting", "Starting − true", "True"), dots: .known)
    return StageReport(
      [
        .group(
          needs: start,
          items: [
            .group(needs: [truth], [.comparison(comparison)], otherwise: [.map(map)]),
            .group(
              needs: Field.own("topography", SurfaceVariables.deviation),
              items: [
                .map(
                  FieldMap(
                    .own("topography", SurfaceVariables.deviation), "Its standard deviation", dots: .known,
                    caption: "Of the starting topography between the constraint points."))
              ]),
            .fact("damping of the spline", .attribute("topography", SurfaceVariables.damping)),
            .curve(
              ColumnCurve(
                "scores", TrialVariables.damping, TrialVariables.score, title: "Damping of the spline",
                isLogarithmic: true, "Cross-validation of the spline at the constraint points.")),
          ])
      ],
      landmarks: [.start("topography", SurfaceVariables.topography)])
  }
}
