import Artefacts
import NumericCore
import Planning
import StageSupport

/// What a grid has at scattered points.
struct SampleGrid: StageKind {
  let signature = StageSignature(
    kind: "sample_grid", version: 2,
    summary: "interpolates a grid at the points of a table, to which the values are added as a column",
    settings: [
      SettingSpec(
        "variable", .text, .optional, "the field; default: gravity_anomaly, topography or the only one"),
      SettingSpec(
        "column", .text, .optional,
        "name of the values in the table, which replace a column of that name; default: that of the field"),
      PlaceSettings.interpolation,
    ],
    inputs: [
      InputSpec("data", [.grid], "the grid"),
      InputSpec("points", [.table, .constraints], "where its values are wanted, in its coordinates"),
    ],
    outputs: [
      OutputSpec(
        "table", .table, "the points with the grid's values, missing outside the grid",
        noise: .init(variable: "upward", uncertainty: "uncert"))
    ])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context.input("data"))
    guard let geometry = data.geometry, geometry.columns > 1, geometry.rows > 1 else {
      throw StageError.outOfPlace("a grid of at least two rows and two columns is needed")
    }
    var table = try Observations(path: context.input("points"))
    guard table.geometry == nil else {
      throw StageError.outOfPlace("the points are a grid; resample the data to it")
    }
    let name = try context.settings.optionalText("variable") ?? data.mainVariable()
    let field = Grid(
      geometry: geometry, values: try data.values(name, hint: "name one of them as 'variable'"))
    let column = context.settings.optionalText("column") ?? name
    guard !["easting", "northing", "longitude", "latitude"].contains(column) else {
      throw StageError.outOfPlace(
        "'column' is \"\(column)\", which says where the points are; choose another")
    }
    let places = try Self.places(of: table, on: geometry)
    let values = try PlaceSettings.sample(
      field, of: name, at: places, by: PlaceSettings.interpolation(context.settings))
    table.set(column, values, units: data.units(name), longName: data.longName(name))
    try table.write(to: context.output("table"))
    let missing = values.count { $0.isNaN }
    context.log("\(name) at \(values.count) points as \(column)")
    if missing > 0 { context.log("\(missing) of \(values.count) points have no value") }
  }

  /// In the coordinates of the grid; longitudes by its convention.
  private static func places(of table: Observations, on geometry: GridGeometry) throws -> Points {
    guard geometry.isGeographic else { return try table.projectedPlaces() }
    let places = try table.geographicPlaces()
    return geometry.turned(Points(easting: places.longitude, northing: places.latitude))
  }
}

extension SampleGrid: ReportedKind {
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints("table")]) }
}
