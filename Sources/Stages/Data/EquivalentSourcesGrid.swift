import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Scattered gravity on a grid at one height, by sources that produce the same field.
struct EquivalentSourcesGrid: StageKind {
  private enum Method: String, SettingWord {
    case single
    case gradientBoosted = "gradient_boosted"

    var summary: String {
      switch self {
      case .single: "one system of all data"
      case .gradientBoosted: "window after window"
      }
    }
  }

  static let table = Input(
    "table", [.table], "gravity_anomaly at easting, northing, upward; weight or uncert for weights")
  private static let testing = Input.optional(
    "testing", [.table], "points that were held out, to score the field at")
  static let like = Input.optional("like", [.grid], "a grid whose nodes are taken")
  static let gravity = Output(
    "gravity", .gravity, "gravity_anomaly and upward on the grid",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), collected: true)
  private static let residuals = Output(
    "residuals", .table, "observed, predicted and residual at the held-out points, else at the data")
  private static let scores = Output(
    "scores", .table, "dampings that were tried with their mean R² at left-out data")
  private static let rmse = Output(
    "rmse", .scalar(.acceleration), "root mean square of the residuals", collected: true)
  private static let determination = Output(
    "r2", .scalar(.dimensionless), "coefficient of determination of the prediction, 1 is perfect")
  private static let score = Output(
    "cv_score", .scalar(.dimensionless),
    "mean R² at left-out data with the damping taken; NaN where nothing was cross-validated",
    collected: true)

  private static let height = Setting(
    "height", .number(in: .metre), .required, "height of the grid, above the data's datum")
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .optional, .above(0), "distance of the nodes")
  private static let region = Setting(
    "region", .region, .optional(otherwise: "what the data cover, to whole spacings"),
    "west, east, south, north edge of the grid")
  static let variable = Setting(
    "variable", .text, .default(GravityVariables.anomaly.name), "the column that is gridded")
  private static let method = Setting(
    "method", .word(Method.self), .default(.single), "how the sources are found")
  private static let depth = Setting(
    "depth", .number(in: .metre), .optional(otherwise: "4.5 × mean distance of neighbours"), .above(0),
    "of the sources below the data")
  private static let damping = Setting(
    "damping", .number, .optional(otherwise: "none"), .above(0), "keeps the sources small")
  private static let dampings = Setting(
    "dampings", .list(.number, 1...100), .optional, .above(0),
    "trial dampings, of which cross-validation takes the best")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional(otherwise: "one below each datum"), .above(0),
    "one source a block of this size")
  private static let windowSize = Setting(
    "window_size", .number(in: .metre), .optional(otherwise: "such that one holds about 5000 data"),
    .above(0),
    "side of the windows")
  private static let seed = Setting(
    "seed", .integer, .default(0), .atLeast(0).atMost(Double(UInt32.max)), "shuffles the windows")
  fileprivate static let useWeights = Setting(
    "use_weights", .boolean, .default(false), "weigh data by column weight, else 1 / uncert²")
  private static let crossValidate = Setting(
    "cross_validate", .boolean, .optional(meaning: false),
    "score a given damping at left-out data too, for ensembles")
  private static let maskDistance = Setting(
    "mask_distance", .number(in: .metre), .optional, .above(0),
    "no value where the nearest datum is further away")
  static let uncertainty = Setting(
    "uncertainty", .number(in: .milligal), .optional, .atLeast(0),
    "standard deviation of the gridded gravity, the same everywhere")

  let signature = StageSignature(
    kind: "equivalent_sources_grid", version: 3,
    summary:
      "grids scattered gravity at a constant height by equivalent sources, for large sets gradient-boosted",
    declares: [
      table, testing, like, height, spacing, region, variable, method, depth, damping, dampings, blockSize,
      windowSize, seed, useWeights, crossValidate, maskDistance, uncertainty, gravity, residuals, scores,
      rmse, determination, score,
    ],
    rules: [
      .only(spacing, region, when: !like.isGiven, because: "its nodes are taken as they are"),
      .atLeastOne(spacing, like), .upright(region), .divided(region, by: spacing),
      .only(windowSize, seed, with: method, in: .gradientBoosted), .atMostOne(damping, dampings),
      .only(crossValidate, when: !dampings.isGiven, because: "trial dampings are always scored"),
      .needs(damping, when: crossValidate.isOn, because: "it is what is scored"),
    ])

  func run(_ context: StageContext) throws {
    let data = try Stations(path: context[Self.table], context)
    let target = try Self.target(data.points, context)
    var fit = EquivalentSourcesFit(
      depth: context[Self.depth], damping: context[Self.damping], blockSize: context[Self.blockSize])
    let windows: BoostingWindows? =
      switch context[Self.method] {
      case .single: nil
      case .gradientBoosted:
        BoostingWindows(size: context[Self.windowSize], seed: UInt32(context[Self.seed]))
      }
    try context.checkCancelled()
    let scores = try Self.choose(data, &fit, windows, context)
    let sources = try Self.sources(data, fit, windows, context)
    try context.checkCancelled()
    try Self.write(sources, data, target, context)
    try Self.judge(sources, data, context)
    try Self.write(scores, to: context[Self.scores])
    let taken = scores.first { $0.damping == fit.damping }?.score ?? .nan
    try NetCDFFile.writeScalar(
      taken, name: Self.score.name, units: "1", longName: "mean R² at left-out data",
      to: context[Self.score])
  }

  private static func target(_ points: Points, _ context: StageContext) throws -> GridGeometry {
    if let path = context[like] {
      guard let like = try Observations(path: path).geometry, !like.isGeographic else {
        throw StageError.outOfPlace("'like' must be a grid in projected metres")
      }
      return like
    }
    let spacing = context[given: spacing]
    if let given = context[region] {
      return try GridGeometry.dividing(given, spacing: spacing, isGeographic: false)
    }
    guard let box = points.boundingRegion else { throw StageError.outOfPlace("the table has no rows") }
    let region = Region(
      west: (box.west / spacing).rounded(.down) * spacing, east: (box.east / spacing).rounded(.up) * spacing,
      south: (box.south / spacing).rounded(.down) * spacing,
      north: (box.north / spacing).rounded(.up) * spacing)
    return try GridGeometry.dividing(region, spacing: spacing, isGeographic: false)
  }

  /// Sets the best damping; the scores of the trials, or the given damping without a score.
  private static func choose(
    _ data: Stations, _ fit: inout EquivalentSourcesFit, _ windows: BoostingWindows?, _ context: StageContext
  ) throws -> [DampingScore] {
    let dampings = context[dampings] ?? (context[crossValidate] ? [context[given: damping]] : [])
    guard !dampings.isEmpty else { return [DampingScore(damping: fit.damping ?? .nan, score: .nan)] }
    let choice = try SourceCrossValidation.choose(
      FieldValues(points: data.points, upward: data.upward, values: data.values, weights: data.weights),
      dampings: dampings, settings: fit, windows: windows,
      workers: context.workers)
    for trial in choice.scores { context.log("damping \(trial.damping): R² \(trial.score)") }
    if choice.isAtLimit {
      context.warn("the best damping \(choice.damping) is at the end of those tried: try more beyond it")
    }
    fit.damping = choice.damping
    return choice.scores
  }

  private static func sources(
    _ data: Stations, _ fit: EquivalentSourcesFit, _ windows: BoostingWindows?, _ context: StageContext
  ) throws -> EquivalentSources {
    let sources: EquivalentSources
    if let windows {
      let boosted = try GradientBoostedSources.fit(
        FieldValues(points: data.points, upward: data.upward, values: data.values, weights: data.weights),
        settings: fit,
        windows: windows, workers: context.workers)
      let size = boosted.windowSize.map { "\($0) m wide" } ?? "of everything"
      context.log(
        "\(boosted.errors.count - 1) windows \(size), at most \(boosted.largestWindow.data) data and "
          + "\(boosted.largestWindow.sources) sources in one")
      sources = boosted.sources
    } else {
      sources = try EquivalentSources.fit(
        FieldValues(points: data.points, upward: data.upward, values: data.values, weights: data.weights),
        settings: fit,
        workers: context.workers)
    }
    context.log(
      "\(data.values.count) data, \(sources.coefficients.count) sources \(sources.depth) m below them, damping "
        + "\(fit.damping.map { "\($0)" } ?? "none")")
    return sources
  }

  private static func write(
    _ sources: EquivalentSources, _ data: Stations, _ target: GridGeometry, _ context: StageContext
  ) throws {
    let height = context[height]
    if let top = sources.upward.max(), top >= height {
      throw StageError.outOfPlace(
        "the grid at \(height) m lies in or below sources, of which the highest is at \(top) m; "
          + "raise 'height' or enlarge 'depth'")
    }
    let nodes = target.nodes
    let heights = Array(repeating: height, count: target.count)
    var values = sources.evaluate(nodes, heights, workers: context.workers)
    if let distance = context[maskDistance] {
      let nearest = NearestNeighbours.distances(from: nodes, to: data.points)
      for index in values.indices where nearest[index] > distance { values[index] = .nan }
      context.log(
        "\(values.count { $0.isNaN }) of \(values.count) nodes are further than \(distance) m from any datum")
    }
    var gridded = GravityArtefact(geometry: target, anomaly: values, upward: heights)
    gridded.uncertainty = context[uncertainty].map {
      Array(repeating: $0, count: target.count)
    }
    try gridded.write(to: context[gravity])
    context.log("\(target.rows) x \(target.columns) nodes at \(height) m, \(target.region)")
  }

  private static func judge(_ sources: EquivalentSources, _ data: Stations, _ context: StageContext) throws {
    let isHeldOut = context[testing] != nil
    let points = try context[testing].map { try Stations(path: $0, context) } ?? data
    let predicted = sources.evaluate(points.points, points.upward, workers: context.workers)
    let residual = zip(points.values, predicted).map { $0 - $1 }
    var table = try Dataset.ofPoints(points.points, title: "residuals of equivalent sources")
    for (variable, values) in [
      (PointVariables.observed, points.values), (PointVariables.predictedGravity, predicted),
      (PointVariables.gravityResidual, residual),
    ] { try table.add(variable, values) }
    try NetCDFFile.write(table, to: context[residuals])
    let rms = Statistics.rms(residual)
    let r2 = Statistics.determination(of: predicted, against: points.values)
    context.log(
      "\(isHeldOut ? "held-out points" : "data"): \(residual.count), RMSE \(rms) mGal, R² \(r2), median of |residual| "
        + "\(Statistics.median(residual.map(abs))) mGal")
    try NetCDFFile.writeScalar(
      rms, name: rmse.name, units: "mGal", longName: "root mean square of the residuals",
      to: context[rmse])
    try NetCDFFile.writeScalar(
      r2, name: determination.name, units: "1", longName: "coefficient of determination",
      to: context[determination])
  }

  private static func write(_ scores: [DampingScore], to path: String) throws {
    var table = Dataset(title: "cross-validation of the damping")
    try table.add(TrialVariables.damping, scores.map(\.damping), along: TrialVariables.dimension)
    try table.add(
      TrialVariables.score, scores.map(\.score), along: TrialVariables.dimension, units: "1",
      longName: "mean R²")
    try NetCDFFile.write(table, to: path)
  }
}

/// Gravity at scattered points; rows with a missing number are left out.
private struct Stations {
  let points: Points
  let upward, values: [Double]
  let weights: [Double]?

  init(path: String, _ context: StageContext) throws {
    let table = try Observations(path: path)
    guard table.geometry == nil else { throw StageError.outOfPlace("a table is needed, this is a grid") }
    let places = try table.projectedPlaces()
    let name = context[EquivalentSourcesGrid.variable]
    let heights = try table.values(GravityVariables.height.name, hint: "heights are needed")
    let data = try table.values(name, hint: "name the column to grid as 'variable'")
    let weights = try context[EquivalentSourcesGrid.useWeights] ? Self.weights(table) : nil
    let kept = (0..<table.count).filter { index in
      [places.easting[index], places.northing[index], heights[index], data[index], weights?[index] ?? 1]
        .allSatisfy(\.isFinite)
    }
    guard !kept.isEmpty else { throw StageError.outOfPlace("the table has no complete row") }
    points = places.subset(kept)
    upward = kept.map { heights[$0] }
    values = kept.map { data[$0] }
    self.weights = weights.map { all in kept.map { all[$0] } }
  }

  private static func weights(_ table: Observations) throws -> [Double] {
    let hint = "use_weights = yes needs a column 'weight' or 'uncert'"
    let weight = PointVariables.weight.name
    if table.has(weight) { return try table.values(weight, hint: hint) }
    return try table.values(PointVariables.uncertainty.name, hint: hint).map { 1 / ($0 * $0) }
  }
}
