import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport

/// What is left of observed gravity without the ellipsoid's.
struct GravityDisturbance: StageKind {
  static let gravity = Input(
    "gravity", [.gravity, .table],
    "observed gravity (variable gravity) with heights (upward) and latitudes: above the ellipsoid, or with a geoid "
      + "above sea level")
  static let geoid = Input.optional(
    "geoid", [.grid],
    "heights of the geoid above the ellipsoid, in longitude and latitude: the data's heights are above sea level, and "
      + "normal gravity is taken that much further up")
  static let disturbance = Output(
    "gravity", .grid, "the data with gravity_anomaly, the disturbance, and normal_gravity",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: gravity)
  private static let ellipsoid = EllipsoidName.setting(.default(.wgs84))

  let signature = StageSignature(
    kind: "gravity_disturbance", version: 1,
    summary:
      "observed gravity minus normal gravity of the ellipsoid at the same point, in closed form at any height",
    declares: [gravity, geoid, ellipsoid, disturbance])

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context[Self.gravity])
    let observed = try data.values(
      GravityVariables.observed.name,
      hint: "read observed gravity with quantity = observed_gravity, or a table with a column 'gravity'")
    let heights = try data.values(
      GravityVariables.height.name, hint: "give the height of the observations where they are read")
    let latitudes = try data.geographicPlaces().latitude
    if let bad = latitudes.first(where: { !(abs($0) <= 90) }) {
      throw StageError.outOfPlace("the latitude \(bad) is none")
    }
    let field = NormalGravity(context[Self.ellipsoid].ellipsoid)
    let above = try Self.aboveEllipsoid(heights, data, context)
    let normal = zip(latitudes, above).map { field.magnitude(latitude: $0, height: $1) }
    let disturbance = zip(observed, normal).map { $0 - $1 }
    data.set(GravityVariables.normal, normal)
    data.set(GravityVariables.anomaly.described("gravity disturbance, positive downwards"), disturbance)
    try data.write(to: context[Self.disturbance])
    let present = disturbance.filter(\.isFinite)
    context.log(
      "\(present.count) disturbances from \(present.min() ?? .nan) to \(present.max() ?? .nan) mGal, "
        + "mean \(Statistics.mean(present)) mGal")
    if context[Self.geoid] != nil {
      let change = zip(normal, zip(latitudes, heights)).map {
        $0 - field.magnitude(latitude: $1.0, height: $1.1)
      }.filter(\.isFinite)
      context.log(
        "without the geoid the disturbances would be others by \(change.min() ?? .nan) … \(change.max() ?? .nan) mGal, "
          + "mean \(Statistics.mean(change)) mGal")
    }
  }

  /// Heights above the ellipsoid, to which normal gravity belongs.
  private static func aboveEllipsoid(
    _ heights: [Double], _ data: Observations, _ context: StageContext
  ) throws -> [Double] {
    guard let path = context[geoid] else {
      if data.heightDatum == .seaLevel {
        context.warn(
          "the heights are above sea level and are taken as above the ellipsoid: normal gravity is 0.3086 mGal too "
            + "great for each metre that the geoid lies above it; feed the input 'geoid'")
      }
      return heights
    }
    guard data.heightDatum != .ellipsoid else {
      throw StageError.outOfPlace(
        "the heights are above the ellipsoid already (height_datum); leave the input 'geoid' out")
    }
    let places = try data.geographicPlaces()
    let geoid = try GeoidHeights(path: path).heights(longitude: places.longitude, latitude: places.latitude)
    context.log(
      "geoid from \(geoid.min() ?? .nan) to \(geoid.max() ?? .nan) m above the ellipsoid at the data, mean "
        + "\(Statistics.mean(geoid.filter(\.isFinite))) m")
    return zip(heights, geoid).map { $0 + $1 }
  }
}
