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
    "observed gravity (variable gravity) at heights above the ellipsoid (upward), with latitudes")
  static let disturbance = Output(
    "gravity", .grid, "the data with gravity_anomaly, the disturbance, and normal_gravity",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: gravity)
  private static let ellipsoid = EllipsoidName.setting(.default(.wgs84))

  let signature = StageSignature(
    kind: "gravity_disturbance", version: 1,
    summary:
      "observed gravity minus normal gravity of the ellipsoid at the same point, in closed form at any height",
    declares: [gravity, ellipsoid, disturbance])

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
    let normal = zip(latitudes, heights).map { field.magnitude(latitude: $0, height: $1) }
    let disturbance = zip(observed, normal).map { $0 - $1 }
    data.set(GravityVariables.normal, normal)
    data.set(GravityVariables.anomaly.described("gravity disturbance, positive downwards"), disturbance)
    try data.write(to: context[Self.disturbance])
    let present = disturbance.filter(\.isFinite)
    context.log(
      "\(present.count) disturbances from \(present.min() ?? .nan) to \(present.max() ?? .nan) mGal, "
        + "mean \(Statistics.mean(present)) mGal")
  }
}
