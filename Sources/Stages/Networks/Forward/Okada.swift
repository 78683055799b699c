import Artefacts
import ForwardModels
import Planning
import StageSupport

/// How the ground moves above a source that slips.
struct Okada: StageKind {
  private typealias Shared = SurfaceDisplacement

  private static let strike = Setting(
    "strike", .number(in: .degree), .required, "of the fault, clockwise from north")
  private static let dip = Setting(
    "dip", .number(in: .degree), .required, .atLeast(0).atMost(90), "of the fault, to the right of its strike"
  )
  private static let rake = Setting(
    "rake", .number(in: .degree), .required,
    "of the slip, from along strike (0, left lateral) to up dip (90, thrust)")
  private static let potency = Setting(
    "potency", .number, .required, .above(0),
    "slip times area, cubic metres: the seismic moment over the shear modulus")

  let signature = StageSignature(
    kind: "okada", version: 1,
    summary: "displacement of the surface by a point that slips in an elastic half space",
    declares: [
      Shared.sites, Shared.easting, Shared.northing, Shared.depth, strike, dip, rake, potency, Shared.poisson,
      Shared.displacement,
    ])

  func run(_ context: StageContext) throws {
    let mechanism = (strike: context[Self.strike], dip: context[Self.dip], rake: context[Self.rake])
    let source = DoubleCouple(
      easting: context[Shared.easting], northing: context[Shared.northing], depth: context[Shared.depth],
      mechanism: mechanism, potency: context[Self.potency], poisson: context[Shared.poisson])
    try Shared.write(context) { source.displacement(easting: $0, northing: $1) }
  }
}
