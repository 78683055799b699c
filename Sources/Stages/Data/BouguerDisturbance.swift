import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The disturbance without the effect of topography and water: what structures below leave.
struct BouguerDisturbance: StageKind {
  static let gravity = Input(
    "gravity", [.gravity, .table], "the disturbance (gravity_anomaly) with topographic_effect")
  static let reduced = Output(
    "gravity", .grid, "the data with the Bouguer disturbance as gravity_anomaly, and gravity_disturbance",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: gravity)

  let signature = StageSignature(
    kind: "bouguer_disturbance", version: 1,
    summary: "gravity disturbance minus the topographic effect",
    declares: [gravity, reduced])

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context[Self.gravity])
    let disturbance = try data.values(
      GravityVariables.anomaly.name, hint: "put a stage of kind 'gravity_disturbance' before")
    let effect = try data.values(
      GravityVariables.topographicEffect.name, hint: "put a stage of kind 'topographic_effect' before")
    guard !data.has(GravityVariables.disturbance.name) else {
      throw StageError.outOfPlace(
        "\(data.noun) has a gravity_disturbance already: the effect would be taken away twice")
    }
    let bouguer = zip(disturbance, effect).map { $0 - $1 }
    data.set(GravityVariables.disturbance, disturbance)
    data.set(GravityVariables.anomaly.described("Bouguer disturbance, positive downwards"), bouguer)
    try data.write(to: context[Self.reduced])
    let present = bouguer.filter(\.isFinite)
    context.log(
      "\(present.count) values from \(present.min() ?? .nan) to \(present.max() ?? .nan) mGal, standard deviation "
        + "\(Statistics.deviation(disturbance)) mGal before and \(Statistics.deviation(bouguer)) mGal after")
  }
}
