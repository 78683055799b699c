import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// One row for the points of each block: thins dense surveys, and averages repeated stations.
struct BlockReduction: StageKind {
  private enum Reduced: String, SettingWord {
    case mean, median
    case weightedMean = "weighted_mean"

    var summary: String {
      switch self {
      case .mean: ""
      case .median: "which single bad values do not move"
      case .weightedMean: "by column weight, else 1 / uncert²"
      }
    }
  }

  private enum Spread: String, SettingWord {
    case propagated, spread

    var summary: String {
      switch self {
      case .propagated: "1/Σw"
      case .spread: "from the scatter of the block's values"
      }
    }

    var rule: BlockReduce.Spread {
      switch self {
      case .propagated: .propagated
      case .spread: .weighted
      }
    }
  }

  private static let points = Input("table", [.table], "points with easting and northing")
  private static let reducedPoints = Output(
    "table", .table, "one row a block, from the south-west, with weight",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
  private static let size = Setting(
    "block_size", .number(in: .metre), .required, .above(0),
    "side of the blocks; adjusted so that whole blocks fit the region")
  private static let reduction = Setting(
    "reduction", .word(Reduced.self), .default(.median), "of the values of a block")
  private static let spread = Setting(
    "weights", .word(Spread.self), .default(.propagated), "variance of a block's mean")
  private static let isCentred = Setting(
    "center_coordinates", .boolean, .default(false), "put the points into the middles of the blocks")
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "gravity_anomaly, upward or the only one"),
    "whose scatter gives the weights")
  private static let region = Setting(
    "region", .region, .optional(otherwise: "bounding box of the points"),
    "west, east, south, north edge of the blocks")

  let signature = StageSignature(
    kind: "block_reduce", version: 2,
    summary: "reduces the points of each block to one, by mean, median or weighted mean",
    declares: [points, size, reduction, spread, isCentred, variable, region, reducedPoints],
    rules: [
      .only(spread, with: reduction, in: .weightedMean),
      .only(
        variable, with: reduction, in: .mean, .weightedMean,
        because: "a median knows no variance: every block weighs 1"),
      .upright(region),
    ])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context[Self.points])
    guard data.geometry == nil else {
      throw StageError.outOfPlace("a grid can't be reduced by blocks; resample it")
    }
    let points = try data.projectedPlaces()
    let blocks = try BlockReduce(points: points, size: context[Self.size], region: context[Self.region])
    var result = Observations(rows: blocks.members.count, title: "points reduced by blocks")
    let reduced = try Self.reduce(data, blocks, context)
    let places = data.has("longitude") ? try data.values("longitude", hint: "") : []
    let goesRound = places.contains { $0 > 180 }
    for column in reduced {
      // Between -180 and 180 again, unless they went to 360 before.
      let isTurned = column.name == "longitude" && !goesRound && column.values.contains { $0 > 180 }
      result.set(
        column.name, isTurned ? column.values.map(Degrees.wrapped) : column.values,
        units: data.units(column.name), longName: data.longName(column.name))
    }
    try result.write(to: context[Self.reducedPoints])
    let most = blocks.members.map(\.count).max() ?? 0
    context.log("\(data.count) points in \(blocks.members.count) blocks, at most \(most) in one")
  }

  private typealias Column = (name: String, values: [Double])

  private static func reduce(
    _ data: Observations, _ blocks: BlockReduce, _ context: StageContext
  ) throws -> [Column] {
    let reduction = context[reduction]
    let main: String? =
      switch reduction {
      case .median: nil
      case .mean, .weightedMean: try context[variable] ?? mainVariable(data)
      }
    let weights = try reduction == .weightedMean ? weights(data) : nil
    var columns: [Column] = []
    var variances: [Double]?
    for name in data.names where name != "weight" && name != "uncert" {
      let values = try values(of: name, data)
      let isPlace = ["easting", "northing", "longitude", "latitude"].contains(name)
      if isPlace, context[isCentred], name == "easting" || name == "northing" {
        columns.append((name, name == "easting" ? blocks.centers.easting : blocks.centers.northing))
      } else if reduction == .median {
        columns.append((name, blocks.median(values)))
      } else if let weights, !isPlace {
        let found = blocks.weightedMean(values, weights: weights, spread: context[spread].rule)
        columns.append((name, found.values))
        if name == main { variances = found.weights }
      } else {
        columns.append((name, blocks.mean(values)))
        if name == main { variances = blocks.meanWithSpread(values).weights }
      }
    }
    // A median knows no variance; every block then counts alike.
    columns.append(("weight", variances ?? Array(repeating: 1, count: blocks.members.count)))
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
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints(Self.reducedPoints.name)]) }
}
