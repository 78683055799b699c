import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Scattered gravity on a grid at one height, by sources that produce the same field.
struct EquivalentSourcesGrid: StageKind {
  let signature = StageSignature(
    kind: "equivalent_sources_grid", version: 3,
    summary:
      "grids scattered gravity at a constant height by equivalent sources, for large sets gradient-boosted",
    settings: Self.specifications,
    inputs: [
      InputSpec(
        "table", [.table], "gravity_anomaly at easting, northing, upward; weight or uncert for weights"),
      InputSpec("testing", [.table], required: false, "points that were held out, to score the field at"),
      InputSpec("like", [.grid], required: false, "a grid whose nodes are taken"),
    ],
    outputs: [
      OutputSpec(
        "gravity", .gravity, "gravity_anomaly and upward on the grid",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), collected: true),
      OutputSpec(
        "residuals", .table, "observed, predicted and residual at the held-out points, else at the data"),
      OutputSpec("scores", .table, "dampings that were tried with their mean R² at left-out data"),
      OutputSpec("rmse", .scalar(.acceleration), "root mean square of the residuals", collected: true),
      OutputSpec(
        "r2", .scalar(.dimensionless), "coefficient of determination of the prediction, 1 is perfect"),
      OutputSpec(
        "cv_score", .scalar(.dimensionless),
        "mean R² at left-out data with the damping taken; NaN where nothing was cross-validated",
        collected: true),
    ])

  private static let specifications: [SettingSpec] = [
    SettingSpec("height", .number(.length), .required, "height of the grid, above the data's datum"),
    SettingSpec(
      "spacing", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "distance of the nodes; needed unless another grid is given"),
    SettingSpec(
      "region", .list(.number(.length), count: 4...4), .optional,
      "west, east, south, north edge of the grid; default: what the data cover, to whole spacings"),
    SettingSpec("variable", .text, .defaultsTo("\"gravity_anomaly\""), "the column that is gridded"),
    SettingSpec(
      "method", .word(["single", "gradient_boosted"]), .defaultsTo("single"),
      "one system of all data, or window after window"),
    SettingSpec(
      "depth", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "of the sources below the data; default 4.5 × mean distance of neighbours"),
    SettingSpec(
      "damping", .number(.dimensionless), .optional, minimum: "0", minimumExcluded: true,
      "keeps the sources small; default none"),
    SettingSpec(
      "dampings", .list(.number(.dimensionless), count: 1...100), .optional, minimum: "0",
      minimumExcluded: true,
      "trial dampings, of which cross-validation takes the best"),
    SettingSpec(
      "block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "one source a block of this size; default: one below each datum"),
    SettingSpec(
      "window_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "gradient_boosted: side of the windows; default: such that one holds about 5000 data"),
    SettingSpec("seed", .integer, .defaultsTo("0"), minimum: "0", "gradient_boosted: shuffles the windows"),
    SettingSpec("use_weights", .boolean, .defaultsTo("no"), "weigh data by column weight, else 1 / uncert²"),
    SettingSpec(
      "cross_validate", .boolean, .optional, "score a given damping at left-out data too, for ensembles"),
    SettingSpec(
      "mask_distance", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "no value where the nearest datum is further away"),
    SettingSpec(
      "uncertainty", .number(.acceleration), .optional, minimum: "0 mGal",
      "standard deviation of the gridded gravity, the same everywhere"),
  ]

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let data = try Stations(path: context.input("table"), settings)
    let target = try Self.target(data.points, context)
    var fit = EquivalentSourcesFit(
      depth: settings.optionalNumber("depth"), damping: settings.optionalNumber("damping"),
      blockSize: settings.optionalNumber("block_size"))
    let windows = try Self.windows(settings)
    try context.checkCancelled()
    let scores = try Self.choose(data, &fit, windows, context)
    let sources = try Self.sources(data, fit, windows, context)
    try context.checkCancelled()
    try Self.write(sources, data, target, context)
    try Self.judge(sources, data, context)
    try Self.write(scores, to: context.output("scores"))
    let taken = scores.first { $0.damping == fit.damping }?.score ?? .nan
    try NetCDFFile.writeScalar(
      taken, name: "cv_score", units: "1", longName: "mean R² at left-out data",
      to: context.output("cv_score"))
  }

  private static func windows(_ settings: Settings) throws -> BoostingWindows? {
    guard settings.word("method") == "gradient_boosted" else {
      guard !settings.has("window_size") else {
        throw StageError.outOfPlace("'window_size' needs method = gradient_boosted")
      }
      return nil
    }
    guard let seed = UInt32(exactly: settings.integer("seed")) else {
      throw StageError.outOfPlace("the seed must lie below 2^32")
    }
    return BoostingWindows(size: settings.optionalNumber("window_size"), seed: seed)
  }

  private static func target(_ points: Points, _ context: StageContext) throws -> GridGeometry {
    let settings = context.settings
    let given = try PlaceSettings.region(settings, isGeographic: false)
    if let path = context.inputs["like"] {
      guard given == nil, !settings.has("spacing") else {
        throw StageError.outOfPlace("the nodes of 'like' are taken as they are; leave spacing and region out")
      }
      guard let like = try Observations(path: path).geometry, !like.isGeographic else {
        throw StageError.outOfPlace("'like' must be a grid in projected metres")
      }
      return like
    }
    guard let spacing = settings.optionalNumber("spacing") else {
      throw StageError.missingSetting(name: "spacing", because: "no grid is given whose nodes could be taken")
    }
    if let given { return try GridGeometry.covering(given, spacing: spacing, isGeographic: false) }
    guard let box = points.boundingRegion else { throw StageError.outOfPlace("the table has no rows") }
    let region = Region(
      west: (box.west / spacing).rounded(.down) * spacing, east: (box.east / spacing).rounded(.up) * spacing,
      south: (box.south / spacing).rounded(.down) * spacing,
      north: (box.north / spacing).rounded(.up) * spacing)
    return try GridGeometry.covering(region, spacing: spacing, isGeographic: false)
  }

  /// Sets the best damping; the scores of the trials, or the given damping without a score.
  private static func choose(
    _ data: Stations, _ fit: inout EquivalentSourcesFit, _ windows: BoostingWindows?, _ context: StageContext
  ) throws -> [DampingScore] {
    var dampings = context.settings.has("dampings") ? context.settings.numbers("dampings") : []
    guard dampings.isEmpty || fit.damping == nil else {
      throw StageError.outOfPlace("both 'damping' and 'dampings' are given; keep one")
    }
    if dampings.isEmpty, context.settings.has("cross_validate"), context.settings.flag("cross_validate") {
      guard let damping = fit.damping else {
        throw StageError.missingSetting(name: "damping", because: "cross_validate = yes scores it")
      }
      dampings = [damping]
    }
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
    let settings = context.settings
    let height = settings.metres("height")
    if let top = sources.upward.max(), top >= height {
      throw StageError.outOfPlace(
        "the grid at \(height) m lies in or below sources, of which the highest is at \(top) m; "
          + "raise 'height' or enlarge 'depth'")
    }
    let nodes = target.nodes
    let heights = Array(repeating: height, count: target.count)
    var values = sources.evaluate(nodes, heights, workers: context.workers)
    if let distance = settings.optionalNumber("mask_distance") {
      let nearest = NearestNeighbours.distances(from: nodes, to: data.points)
      for index in values.indices where nearest[index] > distance { values[index] = .nan }
      context.log(
        "\(values.count { $0.isNaN }) of \(values.count) nodes are further than \(distance) m from any datum")
    }
    var gravity = GravityArtefact(geometry: target, anomaly: values, upward: heights)
    gravity.uncertainty = settings.optionalNumber("uncertainty", in: .milligal).map {
      Array(repeating: $0, count: target.count)
    }
    try gravity.write(to: context.output("gravity"))
    context.log("\(target.rows) x \(target.columns) nodes at \(height) m, \(target.region)")
  }

  private static func judge(_ sources: EquivalentSources, _ data: Stations, _ context: StageContext) throws {
    let isHeldOut = context.inputs["testing"] != nil
    let points = try context.inputs["testing"].map { try Stations(path: $0, context.settings) } ?? data
    let predicted = sources.evaluate(points.points, points.upward, workers: context.workers)
    let residual = zip(points.values, predicted).map { $0 - $1 }
    var table = try Dataset.ofPoints(points.points, title: "residuals of equivalent sources")
    for (variable, values) in [
      (PointVariables.observed, points.values), (PointVariables.predictedGravity, predicted),
      (PointVariables.gravityResidual, residual),
    ] { try table.add(variable, values) }
    try NetCDFFile.write(table, to: context.output("residuals"))
    let rmse = Statistics.rms(residual)
    let r2 = Statistics.determination(of: predicted, against: points.values)
    context.log(
      "\(isHeldOut ? "held-out points" : "data"): \(residual.count), RMSE \(rmse) mGal, R² \(r2), median of |residual| "
        + "\(Statistics.median(residual.map(abs))) mGal")
    try NetCDFFile.writeScalar(
      rmse, name: "rmse", units: "mGal", longName: "root mean square of the residuals",
      to: context.output("rmse"))
    try NetCDFFile.writeScalar(
      r2, name: "r2", units: "1", longName: "coefficient of determination", to: context.output("r2"))
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

  init(path: String, _ settings: Settings) throws {
    let table = try Observations(path: path)
    guard table.geometry == nil else { throw StageError.outOfPlace("a table is needed, this is a grid") }
    let places = try table.projectedPlaces()
    let name = settings.optionalText("variable") ?? GravityVariables.anomaly.name
    let heights = try table.values(GravityVariables.height.name, hint: "heights are needed")
    let data = try table.values(name, hint: "name the column to grid as 'variable'")
    let weights = try settings.flag("use_weights") ? Self.weights(table) : nil
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
