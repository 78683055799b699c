import Artefacts
import Datasets
import ForwardModels
import NumericCore
import Planning
import StageSupport

/// How the ground moves above a source that swells.
struct Mogi: StageKind {
  private static let sites = Input("sites", [.table], "places of the surface, in metres")
  private static let easting = Setting("easting", .number(in: .metre), .required, "of the source")
  private static let northing = Setting("northing", .number(in: .metre), .required, "of the source")
  private static let depth = Setting("depth", .number(in: .metre), .required, .above(0), "of the source")
  private static let volume = Setting(
    "volume_change", .number, .required, "cubic metres, positive where the source swells")
  private static let poisson = Setting(
    "poisson", .number, .default(0.25), .above(0).below(0.5), "Poisson's ratio of the half space")
  private static let displacement = Output(
    "displacement", .table, "the sites with their displacement to the east, to the north and upwards, metres")

  let signature = StageSignature(
    kind: "mogi", version: 1,
    summary: "displacement of the surface by a point that swells in an elastic half space",
    declares: [sites, easting, northing, depth, volume, poisson, displacement])

  func run(_ context: StageContext) throws {
    let sites = try Observations(path: context[Self.sites])
    guard sites.geometry == nil else {
      throw StageError.outOfPlace("the sites are a grid; a table of places is needed")
    }
    let places = try sites.projectedPlaces()
    let source = BuriedPointSource(
      easting: context[Self.easting], northing: context[Self.northing], depth: context[Self.depth],
      volumeChange: context[Self.volume], poisson: context[Self.poisson])
    let moved = places.easting.indices.map {
      source.displacement(easting: places.easting[$0], northing: places.northing[$0])
    }
    var table = Dataset()
    table.setAttribute("title", text: "displacement above a point source")
    try table.add(PointVariables.easting, places.easting)
    try table.add(PointVariables.northing, places.northing)
    for (name, direction, values) in [
      ("east", "eastward", moved.map(\.east)), ("north", "northward", moved.map(\.north)),
      ("up", "upward", moved.map(\.up)),
    ] {
      try table.addColumn(name, values, units: "m", longName: "\(direction) displacement")
    }
    try NetCDFFile.write(table, to: context[Self.displacement])
  }
}
