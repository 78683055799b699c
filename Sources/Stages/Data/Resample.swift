import Datasets
import NumericCore
import Planning
import StageSupport

/// A grid on other nodes of the same coordinates.
struct Resample: StageKind {
  let signature = StageSignature(
    kind: "resample", version: 2,
    summary: "interpolates a grid to another spacing, or to the nodes of another grid",
    settings: PlaceSettings.spacing("needed unless another grid is given")
      + PlaceSettings.region("the new grid") + [
        PlaceSettings.interpolation
      ],
    inputs: [
      InputSpec("data", [.grid], "the grid"),
      InputSpec("like", [.grid], required: false, "a grid whose nodes are taken"),
    ],
    outputs: [
      OutputSpec(
        "data", .grid, "the fields on the new nodes; none outside the grid",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: "data")
    ])

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context.input("data"))
    guard let geometry = data.geometry, geometry.columns > 1, geometry.rows > 1 else {
      throw StageError.outOfPlace("a grid of at least two rows and two columns is needed")
    }
    let target = try target(geometry, context)
    let places = geometry.turned(target.nodes)
    let interpolation = PlaceSettings.interpolation(context.settings)
    var result = try Observations(geometry: target, title: "resampled grid")
    result.adoptAttributes(of: data)
    var missing = 0
    for field in try data.fields() {
      let values = try PlaceSettings.sample(field.grid, of: field.name, at: places, by: interpolation)
      result.set(field.name, values, units: data.units(field.name), longName: data.longName(field.name))
      missing = max(missing, values.count { $0.isNaN })
    }
    try result.write(to: context.output("data"))
    context.log("\(target.rows) x \(target.columns) nodes from \(geometry.rows) x \(geometry.columns)")
    if missing > 0 { context.log("\(missing) of \(target.count) nodes have no value") }
  }

  private func target(_ geometry: GridGeometry, _ context: StageContext) throws -> GridGeometry {
    let settings = context.settings
    let isGeographic = geometry.isGeographic
    let region = try PlaceSettings.region(settings, isGeographic: isGeographic)
    let spacing = try PlaceSettings.spacing(settings, isGeographic: isGeographic)
    if let path = context.inputs["like"] {
      guard region == nil, spacing == nil else {
        throw StageError.outOfPlace("the nodes of 'like' are taken as they are; leave spacing and region out")
      }
      guard let like = try Observations(path: path).geometry, like.isGeographic == isGeographic else {
        throw StageError.outOfPlace("'like' must be a grid in the same coordinates as the data")
      }
      return like
    }
    guard let spacing else {
      throw StageError.missingSetting(
        name: isGeographic ? "angular_spacing" : "spacing",
        because: "no grid is given whose nodes could be taken")
    }
    return try GridGeometry.covering(region ?? geometry.region, spacing: spacing, isGeographic: isGeographic)
  }
}
