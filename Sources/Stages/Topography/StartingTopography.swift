import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// The surface that an inversion starts from.
struct StartingTopography: StageKind {
  let signature = StageSignature(
    kind: "starting_topography", version: 3,
    summary: "the surface an inversion starts from: flat, or smooth through points of known height",
    settings: [
      SettingSpec(
        "method", .word(["flat", "spline", "minimum_curvature"]), .required,
        "a level surface, the bi-harmonic spline of the constraints, or their surface in tension"),
      SettingSpec("height", .number(.length), .optional, "height of the flat surface"),
      SettingSpec(
        "dampings", .list(.number(.dimensionless), count: 0...1000),
        .defaultsTo("1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1"),
        minimum: "0", "spline damping: several are cross-validated, one is taken, 0 alone is none"),
      SettingSpec(
        "use_weights", .boolean, .defaultsTo("no"), "weigh constraints by `weight`, else 1 / uncert²"),
      SettingSpec(
        "block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "reduce the constraints in blocks of this size first"),
      SettingSpec(
        "block_reduction", .word(["median", "mean"]), .defaultsTo("median"), "how blocks are reduced"),
      SettingSpec(
        "spacing", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "spacing of the nodes, where no grid is given by `like`"),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .optional,
        "west, east, south, north edge of the nodes, where no grid is given by `like`"),
    ] + Self.furtherSettings + StartingPlaces.specifications,
    inputs: [
      InputSpec(
        "like", [.topography, .gravity, .statistics], required: false,
        "takes the nodes, not the values; of gravity with test points the training nodes"),
      InputSpec("constraints", [.constraints], required: false, "points of known height"),
      InputSpec("upper_layer", [.topography], required: false, "surface that must not be exceeded"),
      InputSpec("lower_layer", [.topography], required: false, "surface that must not be undercut"),
      InputSpec(
        "outside", [.topography], required: false,
        "known surface that is kept but for a region (`inside_region` or input `inside`) and its buffer"),
      InputSpec(
        "inside", [.weights], required: false,
        "with `outside`: nodes with a value other than 0 are made by the constraints"),
    ],
    outputs: [
      OutputSpec("topography", .topography, "the starting surface"),
      OutputSpec("scores", .table, "cross-validation: damping and mean R²"),
    ])

  private static let furtherSettings: [SettingSpec] = [
    SettingSpec(
      "tension", .number(.dimensionless), .optional, minimum: "0", maximum: "1",
      "minimum_curvature: 0 bends least, 1 has no extremum off the points; default 0.35, usual for topography"
    ),
    SettingSpec(
      "inside_region", .list(.number(.length), count: 4...4), .optional,
      "with `outside`: west, east, south, north edge of the nodes that the constraints make"),
    SettingSpec(
      "buffer_width", .number(.length), .optional, minimum: "0 m",
      "with `outside`: zone around those that is made by constraints and outside nodes together; default 0 m"),
    SettingSpec(
      "outside_uncertainty", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "with `outside` and use_weights: standard deviation of that surface"),
  ]

  func run(_ context: StageContext) throws {
    let geometry = try Self.geometry(context)
    let settings = try Self.settings(context, geometry)
    let constraints = try StartingPlaces.constraints(context, geometry)
    let word = context.settings.word("method")
    if word != "flat", constraints == nil {
      throw StageError.missingInput(name: "constraints", because: "method \(word) interpolates them")
    }
    let result = try makeStartingTopography(geometry: geometry, settings: settings, constraints: constraints)
    for note in result.notes { context.log(note) }
    try TopographyArtefact.write(
      result.topography, to: context.output("topography"), title: "starting surface",
      attributes: [("damping", result.damping)])
    try Self.writeScores(result, to: context.output("scores"))
  }

  private static func geometry(_ context: StageContext) throws -> GridGeometry {
    if let path = context.inputs["like"] {
      let dataset = try NetCDFFile.read(path)
      if dataset["gravity_anomaly"] != nil {
        let gravity = try GravityArtefact(path: path)
        return gravity.trainingGrid(of: gravity.anomaly).geometry
      }
      return try dataset.anyGrid().geometry
    }
    guard context.settings.has("region"), let spacing = context.settings.optionalNumber("spacing") else {
      throw StageError.missingInput(name: "like", because: "without it, `region` and `spacing` are needed")
    }
    let region = context.settings.region("region")
    try checkDivides(region, spacing: spacing)
    return GridGeometry(region: region, spacing: spacing)
  }

  private static func settings(
    _ context: StageContext, _ geometry: GridGeometry
  ) throws -> StartingTopographySettings {
    let settings = context.settings
    func layer(_ port: String) throws -> Grid? {
      try context.inputs[port].map { try TopographyArtefact(path: $0).topography }
    }
    var result = StartingTopographySettings(
      method: try method(settings), useWeights: settings.flag("use_weights"),
      blockSize: settings.optionalNumber("block_size"),
      blockReduction: settings.word("block_reduction") == "mean" ? .mean : .median,
      bounds: (upper: try layer("upper_layer"), lower: try layer("lower_layer")),
      outside: try OutsideSettings.outside(context, geometry))
    result.places = try StartingPlaces.nodes(settings, geometry)
    return result
  }

  private static func method(_ settings: Settings) throws -> StartingTopographyMethod {
    let word = settings.word("method")
    guard word == "minimum_curvature" || !settings.has("tension") else {
      throw StageError.outOfPlace("'tension' has no meaning for method \(word); leave it out")
    }
    switch word {
    case "flat":
      guard let height = settings.optionalNumber("height") else {
        throw StageError.missingSetting(name: "height", because: "method flat is a level surface")
      }
      return .flat(height)
    case "minimum_curvature":
      let isWeighted = settings.has("block_size") && settings.word("block_reduction") == "mean"
      guard !settings.flag("use_weights") || isWeighted else {
        throw StageError.outOfPlace(
          "minimum_curvature meets every point, whatever its weight; weights count in block means only: "
            + "set 'block_size' and block_reduction = mean, or leave 'use_weights' out")
      }
      return .minimumCurvature(tension: settings.optionalNumber("tension") ?? 0.35)
    default:
      let dampings = settings.numbers("dampings")
      return .spline(dampings: dampings == [0] ? [] : dampings)
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
