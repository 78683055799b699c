import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// The surface that an inversion starts from.
struct StartingTopography: StageKind {
  enum Method: String, SettingWord {
    case flat, spline
    case minimumCurvature = "minimum_curvature"

    var summary: String {
      switch self {
      case .flat: "a level surface"
      case .spline: "the bi-harmonic spline of the constraints"
      case .minimumCurvature: "their surface in tension"
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
  private static let like = Input.optional(
    "like", [.topography, .gravity, .statistics],
    "takes the nodes, not the values; of gravity with test points the training nodes")
  static let constraints = Input.optional("constraints", [.constraints], "points of known height")
  private static let upperLayer = Input.optional(
    "upper_layer", [.topography], "surface that must not be exceeded")
  private static let lowerLayer = Input.optional(
    "lower_layer", [.topography], "surface that must not be undercut")
  private static let topography = Output("topography", .topography, "the starting surface")
  private static let scores = Output("scores", .table, "cross-validation: damping and mean R²")

  let signature = StageSignature(
    kind: "starting_topography", version: 3,
    summary: "the surface an inversion starts from: flat, or smooth through points of known height",
    declares: [
      method, height, dampings, useWeights, blockSize, blockReduction, spacing, region, tension,
      OutsideSettings.settings, StartingPlaces.projection, like, constraints, upperLayer, lowerLayer,
      OutsideSettings.inputs, topography, scores,
    ], rules: rules)

  private static let interpolates = method.is(.spline, .minimumCurvature)
  private static let meetsAll =
    "minimum_curvature meets every point, whatever its weight; weights count in block means only"

  private static let rules: [Rule] = [
    .only(height, with: method, in: .flat), .needs(height, with: method, in: .flat),
    .only(dampings, with: method, in: .spline), DampingList.zeroStandsAlone(dampings),
    .only(useWeights, blockSize, when: interpolates), .only(blockReduction, with: blockSize),
    .only(tension, with: method, in: .minimumCurvature),
    .needs(constraints, when: interpolates, because: "the surface goes through them"),
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
  ]

  func run(_ context: StageContext) throws {
    let geometry = try Self.geometry(context)
    let settings = try Self.settings(context, geometry)
    let constraints = try StartingPlaces.constraints(context, geometry)
    let result = try makeStartingTopography(geometry: geometry, settings: settings, constraints: constraints)
    for note in result.notes { context.log(note) }
    for warning in result.warnings { context.warn(warning) }
    try TopographyArtefact.write(
      result.topography, to: context[Self.topography], title: "starting surface",
      attributes: [("damping", result.damping)])
    try Self.writeScores(result, to: context[Self.scores])
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
    func layer(_ port: Input<String?>) throws -> Grid? {
      try context[port].map { try TopographyArtefact(path: $0).topography }
    }
    var result = StartingTopographySettings(
      method: method(context), useWeights: context[useWeights], blockSize: context[blockSize],
      blockReduction: blockReduction(context),
      bounds: (upper: try layer(upperLayer), lower: try layer(lowerLayer)),
      outside: try OutsideSettings.outside(context, geometry))
    result.places = try StartingPlaces.nodes(context, geometry)
    return result
  }

  private static func method(_ context: StageContext) -> StartingTopographyMethod {
    switch context[method] {
    case .flat: .flat(context[given: height])
    case .spline: .spline(dampings: DampingList.positive(context[dampings]))
    case .minimumCurvature: .minimumCurvature(tension: context[tension])
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

  private static func writeScores(_ result: StartingTopographyResult, to path: String) throws {
    // A spline that was not cross-validated has one row without a score.
    let rows = result.scores.map { ($0.damping, $0.score) }
    let table = rows.isEmpty ? [(result.damping ?? 0, Double.nan)] : rows
    var dataset = Dataset(title: "cross-validation of the spline")
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
    request.requireQuantity(.height, of: Self.upperLayer, Self.lowerLayer, in: &foresight)
    foresight[Self.topography] = OutputFacts(
      has: ["topography"], quantity: Quantity.height.inWords, mesh: mesh)
    return foresight
  }
}

extension OutputFacts {
  /// Nodes that an inversion may use: of gravity with nodes held out every second one.
  fileprivate var trainingMesh: Mesh? {
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
