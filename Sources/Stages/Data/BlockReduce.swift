import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// One row for the points of each block: thins dense surveys, and averages repeated stations.
struct BlockReduction: StageKind {
  let signature = StageSignature(
    kind: "block_reduce", version: 2,
    summary: "reduces the points of each block to one, by mean, median or weighted mean",
    settings: [
      SettingSpec(
        "block_size", .number(.length), .required, minimum: "0 m", minimumExcluded: true,
        "side of the blocks; adjusted so that whole blocks fit the region"),
      SettingSpec(
        "reduction", .word(["mean", "median", "weighted_mean"]), .defaultsTo("median"),
        "of the values of a block"),
      SettingSpec(
        "weights", .word(["propagated", "spread"]), .defaultsTo("propagated"),
        "weighted_mean: variance of a block's mean, from 1/Σw or from the scatter of its values"),
      SettingSpec(
        "center_coordinates", .boolean, .defaultsTo("no"), "put the points into the middles of the blocks"),
      SettingSpec(
        "variable", .text, .optional,
        "whose scatter gives the weights; default: gravity_anomaly, upward or the only one"),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .optional,
        "west, east, south, north edge of the blocks; default: bounding box of the points"),
    ],
    inputs: [InputSpec("table", [.table], "points with easting and northing")],
    outputs: [
      OutputSpec(
        "table", .table, "one row a block, from the south-west, with weight",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
    ])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context.input("table"))
    guard data.geometry == nil else {
      throw StageError.outOfPlace("a grid can't be reduced by blocks; resample it")
    }
    let settings = context.settings
    let points = try data.projectedPlaces()
    let region = try PlaceSettings.region(settings, isGeographic: false)
    let blocks = try BlockReduce(points: points, size: settings.metres("block_size"), region: region)
    var result = Observations(rows: blocks.members.count, title: "points reduced by blocks")
    let reduced = try Self.reduce(data, blocks, settings)
    let places = data.has("longitude") ? try data.values("longitude", hint: "") : []
    let goesRound = places.contains { $0 > 180 }
    for column in reduced {
      // Between -180 and 180 again, unless they went to 360 before.
      let isTurned = column.name == "longitude" && !goesRound && column.values.contains { $0 > 180 }
      result.set(
        column.name, isTurned ? column.values.map(Degrees.wrapped) : column.values,
        units: data.units(column.name), longName: data.longName(column.name))
    }
    try result.write(to: context.output("table"))
    let most = blocks.members.map(\.count).max() ?? 0
    context.log("\(data.count) points in \(blocks.members.count) blocks, at most \(most) in one")
  }

  private typealias Column = (name: String, values: [Double])

  private static func reduce(
    _ data: Observations, _ blocks: BlockReduce, _ settings: Settings
  ) throws -> [Column] {
    let reduction = settings.word("reduction")
    let main = try settings.optionalText("variable") ?? mainVariable(data)
    let weights = try reduction == "weighted_mean" ? weights(data) : nil
    var columns: [Column] = []
    var spread: [Double]?
    for name in data.names where name != "weight" && name != "uncert" {
      let values = try values(of: name, data)
      let isPlace = ["easting", "northing", "longitude", "latitude"].contains(name)
      if isPlace, settings.flag("center_coordinates"), name == "easting" || name == "northing" {
        columns.append((name, name == "easting" ? blocks.centers.easting : blocks.centers.northing))
      } else if reduction == "median" {
        columns.append((name, blocks.median(values)))
      } else if let weights, !isPlace {
        let rule: BlockReduce.Spread = settings.word("weights") == "propagated" ? .propagated : .weighted
        let found = blocks.weightedMean(values, weights: weights, spread: rule)
        columns.append((name, found.values))
        if name == main { spread = found.weights }
      } else {
        columns.append((name, blocks.mean(values)))
        if name == main { spread = blocks.meanWithSpread(values).weights }
      }
    }
    // A median knows no variance; every block then counts alike.
    columns.append(("weight", spread ?? Array(repeating: 1, count: blocks.members.count)))
    if data.has("uncert") {
      columns.append(("uncert", try uncertainty(data, blocks, weights)))
    }
    return columns
  }

  /// Longitudes of points on both sides of the 180th meridian side by side, so that their mean lies between them.
  private static func values(of name: String, _ data: Observations) throws -> [Double] {
    let values = try data.values(name, hint: "")
    let finite = values.filter(\.isFinite)
    guard name == "longitude", let least = finite.min(), let most = finite.max(), most - least > 180 else {
      return values
    }
    return Degrees.together(values)
  }

  private static func mainVariable(_ data: Observations) throws -> String {
    if data.has("gravity_anomaly") || !data.has("upward") { return try data.mainVariable() }
    return "upward"
  }

  /// Column `weight`, else 1 / uncert².
  private static func weights(_ data: Observations) throws -> [Double] {
    let hint = "a weighted mean needs a column 'weight' or 'uncert'"
    let weights =
      data.has("weight")
      ? try data.values("weight", hint: hint) : try data.values("uncert", hint: hint).map { 1 / ($0 * $0) }
    if let bad = weights.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
      throw StageError.outOfPlace("row \(bad + 1): the weight \(weights[bad]) is not a number above 0")
    }
    return weights
  }

  /// Of a weighted mean 1/√Σ(1/σ²); else the mean variance over the number of points, for independent errors.
  private static func uncertainty(
    _ data: Observations, _ blocks: BlockReduce, _ weights: [Double]?
  ) throws -> [Double] {
    let deviations = try data.values("uncert", hint: "")
    return blocks.members.map { block in
      if weights != nil {
        return 1 / Statistics.sum(block.map { 1 / (deviations[$0] * deviations[$0]) }).squareRoot()
      }
      let squares = Statistics.sum(block.map { deviations[$0] * deviations[$0] })
      return squares.squareRoot() / Double(block.count)
    }
  }
}

extension BlockReduction: ReportedKind {
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints("table")]) }
}
