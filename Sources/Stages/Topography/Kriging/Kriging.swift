import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// A surface through points of known height with its standard deviation, and what it is worth where points are left out.
struct KrigingKind: StageKind {
  static let constraints = Input("constraints", [.constraints], "points of known height")
  private static let like = Input.optional(
    "like", [.topography, .gravity, .statistics],
    "takes the nodes, not the values; of gravity with test points the training nodes")
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .optional, .above(0), "spacing of the nodes, where no grid is given by `like`")
  private static let region = Setting(
    "region", .region, .optional, "west, east, south, north edge of the nodes, where no grid is given by `like`")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional, .above(0), "average the points in blocks of this size first")
  static let folds = Setting(
    "folds", .integer, .optional(meaning: 0), .atLeast(0).atMost(1000),
    "cross-validation by blocks of points: how many folds; 0 leaves single points out, with the covariance of all")
  static let foldSize = Setting(
    "fold_size", .number(in: .metre), .optional, .above(0), "side of the blocks that stay in one fold")
  static let foldSeed = Setting(
    "fold_seed", .integer, .optional(meaning: 0), .atLeast(0).atMost(Double(UInt32.max)),
    "shuffles the blocks over the folds")

  private static let topography = Output("topography", .topography, "the surface with its standard deviation `uncert`")
  private static let covariance = Output("covariance", .file, "points, drift and covariance, for draws and regional fields")
  static let predictions = Output("predictions", .table, "each point as the others predict it")
  static let scores = Output("scores", .table, "covariance and scores of every fold")
  static let rmse = Output("rmse", .scalar(.length), "root mean square of point less prediction by others")

  static let declarations: [any Declaration] = [
    constraints, like, KrigingSettings.driftGrid, SurfaceBounds.upper, SurfaceBounds.lower, spacing, region,
    blockSize, KrigingSettings.all, folds, foldSize, foldSeed, topography, covariance, predictions, scores, rmse,
  ]

  static let rules: [Rule] = [
    .upright(region), .needs(foldSize, with: folds), .only(foldSize, foldSeed, with: folds),
    .needs(region, when: !like.isGiven), .needs(spacing, when: !like.isGiven),
    .only(region, spacing, when: !like.isGiven),
  ]

  let signature = StageSignature(
    kind: "kriging", version: 1,
    summary: "the surface through points of known height that a covariance makes the likeliest, with its uncertainty",
    declares: declarations, rules: rules)

  func run(_ context: StageContext) throws {
    let task = try Self.task(context)
    let result = try task.result(workers: context.workers, log: context.log)
    try Self.write(result, context)
    try KrigingScores(task, result, context.settings, workers: context.workers).write(
      predictions: context[Self.predictions], scores: context[Self.scores], rmse: context[Self.rmse],
      log: context.log)
  }

  static func task(_ context: StageContext) throws -> KrigingTask {
    let geometry = try geometry(context)
    let constraints = try ConstraintsArtefact(path: context[Self.constraints]).constraints
    return try KrigingTask(
      context.settings, geometry, constraints, blockSize: context[blockSize],
      driftGrid: context[KrigingSettings.driftGrid], bounds: try SurfaceBounds(context))
  }

  private static func geometry(_ context: StageContext) throws -> GridGeometry {
    guard let path = context[like] else {
      let (region, spacing) = (context[given: region], context[given: spacing])
      try checkDivides(region, spacing: spacing)
      return GridGeometry(region: region, spacing: spacing)
    }
    let dataset = try NetCDFFile.read(path)
    guard dataset["gravity_anomaly"] != nil else { return try dataset.anyGrid().geometry }
    let gravity = try GravityArtefact(path: path)
    return gravity.trainingGrid(of: gravity.anomaly).geometry
  }

  static func write(_ result: KrigingResult, _ context: StageContext) throws {
    try result.writeTopography(to: context[topography], title: "kriged surface")
    try result.writeCovariance(to: context[covariance])
  }
}
