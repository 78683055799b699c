import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Weights that let the surface move freely only away from the points where it is known.
struct DistanceWeightsKind: StageKind {
  private static let low = Setting("low", .number, .default(0), "weight at the least distance")
  private static let high = Setting("high", .number, .default(1), "weight at the greatest distance")
  private static let minimumDistance = Setting(
    "minimum_distance", .number(in: .metre), .default(0), .atLeast(0),
    "nearer nodes count as if on a point")
  private static let region = Setting(
    "region", .region, .optional,
    "west, east, south, north edge; nodes outside count as if on a point")
  private static let points = Input("points", [.constraints, .table], "where the surface is known")
  private static let like = Input("like", [.topography, .gravity], "grid whose nodes get weights")
  private static let weights = Output("weights", .weights, "a weight for every node")

  let signature = StageSignature(
    kind: "distance_weights", version: 1,
    summary:
      "weights from the distance to the nearest constraint: least at the constraints, greatest far away",
    declares: [low, high, minimumDistance, region, points, like, weights], rules: [.upright(region)])

  func run(_ context: StageContext) throws {
    let like = try NetCDFFile.read(context[Self.like]).anyGrid()
    guard !like.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "distances are taken in metres and the grid is in degrees; project it first")
    }
    let table = try NetCDFFile.read(context[Self.points])
    let points = Points(easting: try table.column("easting"), northing: try table.column("northing"))
    let weights = try DistanceWeights(
      low: context[Self.low], high: context[Self.high], minimumDistance: context[Self.minimumDistance],
      region: context[Self.region]
    ).weights(like: like, from: points)
    context.log("\(points.count) points, \(weights.geometry.count) nodes")
    var dataset = Dataset(title: "weights from the distance to known points")
    try dataset.addGrid("weights", weights, units: "1", longName: "weight by distance to the nearest point")
    try NetCDFFile.write(dataset, to: context[Self.weights])
  }
}
