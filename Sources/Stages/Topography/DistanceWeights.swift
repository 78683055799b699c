import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Weights that let the surface move freely only away from the points where it is known.
struct DistanceWeightsKind: StageKind {
  let signature = StageSignature(
    kind: "distance_weights", version: 1,
    summary:
      "weights from the distance to the nearest constraint: least at the constraints, greatest far away",
    settings: [
      SettingSpec("low", .number(.dimensionless), .defaultsTo("0"), "weight at the least distance"),
      SettingSpec("high", .number(.dimensionless), .defaultsTo("1"), "weight at the greatest distance"),
      SettingSpec(
        "minimum_distance", .number(.length), .defaultsTo("0 m"), minimum: "0 m",
        "nearer nodes count as if on a point"),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .optional,
        "west, east, south, north edge; nodes outside count as if on a point"),
    ],
    inputs: [
      InputSpec("points", [.constraints, .table], "where the surface is known"),
      InputSpec("like", [.topography, .gravity], "grid whose nodes get weights"),
    ],
    outputs: [OutputSpec("weights", .weights, "a weight for every node")])

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let like = try NetCDFFile.read(context.input("like")).anyGrid()
    guard !like.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "distances are taken in metres and the grid is in degrees; project it first")
    }
    let table = try NetCDFFile.read(context.input("points"))
    let points = Points(easting: try table.column("easting"), northing: try table.column("northing"))
    let weights = try DistanceWeights(
      low: settings.number("low"), high: settings.number("high"),
      minimumDistance: settings.metres("minimum_distance"),
      region: settings.has("region") ? settings.region("region") : nil
    ).weights(like: like, from: points)
    context.log("\(points.count) points, \(weights.geometry.count) nodes")
    var dataset = Dataset(title: "weights from the distance to known points")
    try dataset.addGrid("weights", weights, units: "1", longName: "weight by distance to the nearest point")
    try NetCDFFile.write(dataset, to: context.output("weights"))
  }
}
