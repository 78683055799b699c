import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// Two provinces of different density contrast with a curved boundary, to try variable densities on.
struct DensityZones: StageKind {
  let signature = StageSignature(
    kind: "density_zones", version: 1,
    summary: "a grid of two density contrasts, parted where the synthetic regional surface crosses a level",
    settings: [
      SettingSpec(
        "spacing", .number(.length), .defaultsTo("1 km"), minimum: "0 m", minimumExcluded: true,
        "distance of neighbouring nodes"),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .defaultsTo("0 km, 40 km, 0 km, 30 km"),
        "west, east, south, north edge of the nodes"),
      SettingSpec(
        "above", .number(.density), .required, "density contrast where the surface is above the level"),
      SettingSpec("below", .number(.density), .required, "density contrast elsewhere"),
      SettingSpec(
        "level", .number(.length), .defaultsTo("0 m"),
        "height above the regional surface's mean that parts the zones"),
    ],
    outputs: [OutputSpec("density_contrast", .grid, "density contrast of every node")])

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let (region, spacing) = (settings.region("region"), settings.metres("spacing"))
    try checkDivides(region, spacing: spacing)
    let geometry = GridGeometry(region: region, spacing: spacing)
    let (above, below) = (settings.kilogramPerCubicMetre("above"), settings.kilogramPerCubicMetre("below"))
    guard above != 0, below != 0 else {
      throw StageError.outOfPlace("a density contrast is zero: such cells have no gravity to invert")
    }
    let surface = SyntheticTopography.regional(geometry: geometry, offset: -settings.metres("level"))
    let values = surface.values.map { $0 > 0 ? above : below }
    context.log("\(values.count { $0 == above }) of \(values.count) nodes have \(above) kg/m3")
    var dataset = Dataset(title: "density contrast of two provinces")
    try dataset.add(SurfaceVariables.contrast, Grid(geometry: geometry, values: values))
    try NetCDFFile.write(dataset, to: context.output("density_contrast"))
  }
}
