import Datasets
import NumericCore
import Planning
import StageSupport

/// The part of a grid or table inside a rectangle.
struct Cut: StageKind {
  static let data = Input("data", [.grid, .table], "a grid, or a table")
  static let part = Output(
    "data", .grid, "the part inside, edges included",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: data)
  private static let region = PlaneOrGlobe<Region>.region(of: "what is kept")

  let signature = StageSignature(
    kind: "cut", version: 2, summary: "keeps the nodes of a grid or the rows of a table inside a region",
    declares: [data, region, part], rules: [region.needed()])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context[Self.data])
    let isGeographic = data.geometry?.isGeographic ?? (context[Self.region.globe] != nil)
    let region = try Self.region.neededValue(context.settings, isGeographic: isGeographic)
    let kept = data.geometry == nil ? try rows(data, region, isGeographic, context) : try nodes(data, region)
    try kept.write(to: context[Self.part])
    context.log("\(kept.count) of \(data.count) \(data.geometry == nil ? "rows" : "nodes") kept")
  }

  private func nodes(_ data: Observations, _ region: Region) throws -> Observations {
    var result: Observations?
    for field in try data.fields() {
      guard let part = field.grid.cut(to: region) else {
        throw StageError.outOfPlace(
          "the region holds no nodes of the grid, or reaches over its edge: the grid covers \(field.grid.geometry.region)"
        )
      }
      if result == nil {
        result = try Observations(geometry: part.geometry, title: "part of a grid")
        result?.adoptAttributes(of: data)
      }
      result?.set(field.name, part.values, units: data.units(field.name), longName: data.longName(field.name))
    }
    guard let result else { throw StageError.outOfPlace("the grid has no values") }
    return result
  }

  private func rows(
    _ data: Observations, _ region: Region, _ isGeographic: Bool, _ context: StageContext
  ) throws -> Observations {
    let places: Points
    if isGeographic {
      let (longitude, latitude) = try data.geographicPlaces()
      places = Points(easting: longitude.map { region.turned(longitude: $0) }, northing: latitude)
    } else {
      places = try data.projectedPlaces()
    }
    let kept = (0..<data.count).filter {
      region.contains(easting: places.easting[$0], northing: places.northing[$0])
    }
    guard !kept.isEmpty else { throw StageError.outOfPlace("the region holds no row of the table") }
    return data.rows(kept)
  }
}
