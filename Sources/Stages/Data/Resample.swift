import Datasets
import NumericCore
import Planning
import StageSupport

/// A grid on other nodes of the same coordinates.
struct Resample: StageKind {
  static let data = Input("data", [.grid], "the grid")
  static let like = Input.optional("like", [.grid], "a grid whose nodes are taken")
  static let resampled = Output(
    "data", .grid, "the fields on the new nodes; none outside the grid",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: data)
  private static let spacing = PlaneOrGlobe<Double>.spacing()
  private static let region = PlaneOrGlobe<Region>.region(of: "the new grid", otherwise: "those of the grid")

  let signature = StageSignature(
    kind: "resample", version: 2,
    summary: "interpolates a grid to another spacing, or to the nodes of another grid",
    declares: [data, like, spacing, region, ModelSettings.interpolation, resampled],
    rules: [
      .only(
        spacing.plane, spacing.globe, region.plane, region.globe, when: !like.isGiven,
        because: "its nodes are taken as they are"),
      .atLeastOne(spacing.plane, spacing.globe, like), .divided(region.plane, by: spacing.plane),
      .divided(region.globe, by: spacing.globe, isGeographic: true),
    ])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context[Self.data])
    guard let geometry = data.geometry, geometry.columns > 1, geometry.rows > 1 else {
      throw StageError.outOfPlace("a grid of at least two rows and two columns is needed")
    }
    let target = try target(geometry, context)
    let places = geometry.turned(target.nodes)
    var result = try Observations(geometry: target, title: "resampled grid")
    result.adoptAttributes(of: data)
    var missing = 0
    for field in try data.fields() {
      let values = try context[ModelSettings.interpolation].values(
        of: field.name, field.grid, at: places)
      result.set(field.name, values, units: data.units(field.name), longName: data.longName(field.name))
      missing = max(missing, values.count { $0.isNaN })
    }
    try result.write(to: context[Self.resampled])
    context.log("\(target.rows) x \(target.columns) nodes from \(geometry.rows) x \(geometry.columns)")
    if missing > 0 { context.log("\(missing) of \(target.count) nodes have no value") }
  }

  private func target(_ geometry: GridGeometry, _ context: StageContext) throws -> GridGeometry {
    let isGeographic = geometry.isGeographic
    if let path = context[Self.like] {
      guard let like = try Observations(path: path).geometry, like.isGeographic == isGeographic else {
        throw StageError.outOfPlace("'like' must be a grid in the same coordinates as the data")
      }
      return like
    }
    let region = try Self.region.value(context.settings, isGeographic: isGeographic)
    let spacing = try Self.spacing.neededValue(context.settings, isGeographic: isGeographic)
    return try GridGeometry.dividing(region ?? geometry.region, spacing: spacing, isGeographic: isGeographic)
  }
}
