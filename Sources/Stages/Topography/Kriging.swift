import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// A surface through points of known height with its standard deviation, and what it is worth where points are left out.
struct KrigingKind: StageKind {
  private static let constraints = Input("constraints", [.constraints], "points of known height")
  private static let like = Input.optional(
    "like", [.topography, .gravity, .statistics],
    "takes the nodes, not the values; of gravity with test points the training nodes")
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .optional, .above(0),
    "spacing of the nodes, where no grid is given by `like`")
  private static let region = Setting(
    "region", .region, .optional,
    "west, east, south, north edge of the nodes, where no grid is given by `like`")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional, .above(0), "average the points in blocks of this size first"
  )
  static let folds = Setting(
    "folds", .integer, .optional(meaning: 0), .atLeast(0).atMost(1000),
    "cross-validation by blocks of points: how many folds; 0 leaves single points out, with the covariance of all"
  )
  static let foldSize = Setting(
    "fold_size", .number(in: .metre), .optional, .above(0), "side of the blocks that stay in one fold")
  static let foldSeed = Setting(
    "fold_seed", .integer, .optional(meaning: 0), .atLeast(0).atMost(Double(UInt32.max)),
    "shuffles the blocks over the folds")

  static let topography = Output(
    "topography", .topography,
    "the surface with its standard deviation `uncert`, and the covariance that draws and regional fields take from it"
  )
  private static let predictions = Output("predictions", .table, "each point as the others predict it")
  private static let scores = Output("scores", .table, "covariance and scores of every fold")
  private static let rmse = Output(
    "rmse", .scalar(.length), "root mean square of point less prediction by others")

  static let declarations: [any Declaration] = [
    constraints, like, KrigingSettings.driftGrid, SurfaceBounds.upper, SurfaceBounds.lower,
    SurfaceBounds.observations, spacing, region,
    blockSize, KrigingSettings.all, SurfaceBounds.upperLimit, SurfaceBounds.lowerLimit, folds, foldSize,
    foldSeed,
    topography, predictions, scores, rmse,
  ]

  static let rules: [Rule] =
    [
      .upright(region), .needs(foldSize, with: folds), .only(foldSize, foldSeed, with: folds),
      .needs(region, when: !like.isGiven), .needs(spacing, when: !like.isGiven),
      .only(region, spacing, when: !like.isGiven, because: "the nodes are those of 'like'"),
      .divided(region, by: spacing),
    ] + SurfaceBounds.rules

  let signature: StageSignature = {
    var signature = StageSignature(
      kind: "kriging", version: 1,
      summary:
        "the surface through points of known height that a covariance makes the likeliest, with its uncertainty",
      declares: declarations, rules: rules)
    signature.conditional = ConditionalSpec(
      output: topography.name, kind: drawn.kind, base: [topography.name])
    return signature
  }()

  func run(_ context: StageContext) throws {
    let task = try Self.task(context)
    let result = try task.result(context)
    try result.write(to: context[Self.topography], title: "kriged surface")
    try KrigingScores(task, result, context.settings, workers: context.workers).write(
      Self.scoreFiles(context), log: context.log)
  }

  static func scoreFiles(_ context: StageContext) -> KrigingScores.Files {
    .init(predictions: context[predictions], scores: context[scores], rmse: context[rmse])
  }

  static func task(_ context: StageContext) throws -> KrigingTask {
    let geometry = try geometry(context)
    let constraints = try ConstraintsArtefact.points(context[constraints], on: geometry)
    return try KrigingTask(context, geometry, constraints, blockSize: context[blockSize])
  }

  private static func geometry(_ context: StageContext) throws -> GridGeometry {
    guard let path = context[like] else {
      return GridGeometry(region: context[given: region], spacing: context[given: spacing])
    }
    let dataset = try NetCDFFile.read(path)
    guard dataset.has(GravityVariables.anomaly) else { return try dataset.anyGrid().geometry }
    let gravity = try GravityArtefact(path: path)
    return gravity.trainingGrid(of: gravity.anomaly).geometry
  }
}

extension KrigingKind: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.require("upward", of: Self.constraints, in: &foresight)
    request.requireQuantity(.height, of: SurfaceBounds.upper, SurfaceBounds.lower, in: &foresight)
    let mesh =
      request.isFed(Self.like)
      ? request.facts(Self.like).trainingMesh
      : Mesh(region: request[Self.region] ?? nil, spacing: request[Self.spacing] ?? nil)
    foresight[Self.topography] = OutputFacts(
      has: ["topography", "uncert"], quantity: Quantity.height.inWords, mesh: mesh)
    return foresight
  }
}

extension KrigingKind: ReportedKind {
  var report: StageReport {
    let (surface, deviation) = (
      Field.own("topography", SurfaceVariables.topography),
      Field.own("topography", SurfaceVariables.deviation)
    )
    var map = FieldMap(
      surface, "Kriged surface", dots: .known, caption: "The surface through the points of known height.")
    map.note = .none
    return StageReport([
      .map(map),
      .map(
        FieldMap(
          deviation, "Standard deviation", dots: .known,
          caption: "Of the surface; a new point scatters about it by its own error and the jitter besides.")),
      .fact("jitter", .attribute("topography", "kriging_jitter")),
    ])
  }
}
