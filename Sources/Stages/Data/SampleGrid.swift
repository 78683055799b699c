import Artefacts
import NumericCore
import Planning
import StageSupport

/// What a grid has at scattered points.
struct SampleGrid: StageKind {
  private static let data = Input("data", [.grid], "the grid")
  private static let points = Input(
    "points", [.table, .constraints], "where its values are wanted, in its coordinates")
  private static let table = Output(
    "table", .table, "the points with the grid's values, missing outside the grid",
    noise: .init(variable: "upward", uncertainty: "uncert"))
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "gravity_anomaly, topography or the only one"), "the field")
  private static let column = Setting(
    "column", .text, .optional(otherwise: "that of the field"),
    "name of the values in the table, which replace a column of that name")
  private static let coordinates = ["easting", "northing", "longitude", "latitude"]

  let signature = StageSignature(
    kind: "sample_grid", version: 2,
    summary: "interpolates a grid at the points of a table, to which the values are added as a column",
    declares: [data, points, variable, column, ModelSettings.interpolation, table],
    rules: [
      .check(variable, column, "give the values another name than a coordinate's") { variable, column in
        guard let name = column ?? variable, coordinates.contains(name) else { return nil }
        return "would call the values \"\(name)\", which says where the points are; choose another 'column'"
      }
    ])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context[Self.data])
    guard let geometry = data.geometry, geometry.columns > 1, geometry.rows > 1 else {
      throw StageError.outOfPlace("a grid of at least two rows and two columns is needed")
    }
    var table = try Observations(path: context[Self.points])
    guard table.geometry == nil else {
      throw StageError.outOfPlace("the points are a grid; resample the data to it")
    }
    let name = try context[Self.variable] ?? data.mainVariable()
    let field = Grid(
      geometry: geometry, values: try data.values(name, hint: "name one of them as 'variable'"))
    let column = context[Self.column] ?? name
    let places = try Self.places(of: table, on: geometry)
    let values = try context[ModelSettings.interpolation].values(of: name, field, at: places)
    table.set(column, values, units: data.units(name), longName: data.longName(name))
    try table.write(to: context[Self.table])
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
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints(Self.table.name)]) }
}
