import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// How sites of the surface move, for kinds that have a source below them.
enum SurfaceDisplacement {
  static let sites = Input("sites", [.table], "places of the surface, in metres")
  static let easting = Setting("easting", .number(in: .metre), .required, "of the source")
  static let northing = Setting("northing", .number(in: .metre), .required, "of the source")
  static let depth = Setting("depth", .number(in: .metre), .required, .above(0), "of the source")
  static let poisson = Setting(
    "poisson", .number, .default(0.25), .above(0).below(0.5), "Poisson's ratio of the half space")
  static let displacement = Output(
    "displacement", .table, "the sites with their displacement to the east, to the north and upwards, metres")

  /// Writes what `moved` tells of each site.
  static func write(
    _ context: StageContext,
    _ moved: (_ easting: Double, _ northing: Double) -> (east: Double, north: Double, up: Double)
  ) throws {
    let sites = try Observations(path: context[sites])
    guard sites.geometry == nil else {
      throw StageError.outOfPlace("the sites are a grid; a table of places is needed")
    }
    let places = try sites.projectedPlaces()
    let found = places.easting.indices.map { moved(places.easting[$0], places.northing[$0]) }
    var table = Dataset()
    table.setAttribute("title", text: "displacement above a point source")
    try table.add(PointVariables.easting, places.easting)
    try table.add(PointVariables.northing, places.northing)
    for (name, direction, values) in [
      ("east", "eastward", found.map(\.east)), ("north", "northward", found.map(\.north)),
      ("up", "upward", found.map(\.up)),
    ] {
      try table.addColumn(name, values, units: "m", longName: "\(direction) displacement")
    }
    try NetCDFFile.write(table, to: context[displacement])
  }
}
