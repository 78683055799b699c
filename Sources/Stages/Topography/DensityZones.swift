import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Two provinces of different density contrast with a curved boundary, to try variable densities on.
struct DensityZones: StageKind {
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .default(1000), .above(0), "distance of neighbouring nodes")
  private static let region = Setting(
    "region", .region, .default(Region(west: 0, east: 40_000, south: 0, north: 30_000)),
    "west, east, south, north edge of the nodes")
  private static let above = Setting(
    "above", .number(in: .kilogramPerCubicMetre), .required,
    "density contrast where the surface is above the level")
  private static let below = Setting(
    "below", .number(in: .kilogramPerCubicMetre), .required, "density contrast elsewhere")
  private static let level = Setting(
    "level", .number(in: .metre), .default(0),
    "height above the regional surface's mean that parts the zones")
  private static let zones = Output("density_contrast", .grid, "density contrast of every node")

  let signature = StageSignature(
    kind: "density_zones", version: 1,
    summary: "a grid of two density contrasts, parted where the synthetic regional surface crosses a level",
    declares: [spacing, region, above, below, level, zones],
    rules: [.divided(region, by: spacing), ContrastSettings.nonzero(above), ContrastSettings.nonzero(below)])

  func run(_ context: StageContext) throws {
    let geometry = GridGeometry(region: context[Self.region], spacing: context[Self.spacing])
    let (above, below) = (context[Self.above], context[Self.below])
    let surface = SyntheticTopography.regional(geometry: geometry, offset: -context[Self.level])
    let values = surface.values.map { $0 > 0 ? above : below }
    context.log("\(values.count { $0 == above }) of \(values.count) nodes have \(above) kg/m3")
    var dataset = Dataset(title: "density contrast of two provinces")
    try dataset.add(SurfaceVariables.contrast, Grid(geometry: geometry, values: values))
    try NetCDFFile.write(dataset, to: context[Self.zones])
  }
}
