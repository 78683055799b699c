import ForwardModels
import Planning
import StageSupport

/// How the ground moves above a source that swells.
struct Mogi: StageKind {
  private typealias Shared = SurfaceDisplacement

  private static let volume = Setting(
    "volume_change", .number, .required, "cubic metres, positive where the source swells")

  let signature = StageSignature(
    kind: "mogi", version: 1,
    summary: "displacement of the surface by a point that swells in an elastic half space",
    declares: [
      Shared.sites, Shared.easting, Shared.northing, Shared.depth, volume, Shared.poisson,
      Shared.displacement,
    ])

  func run(_ context: StageContext) throws {
    let source = BuriedPointSource(
      easting: context[Shared.easting], northing: context[Shared.northing], depth: context[Shared.depth],
      volumeChange: context[Self.volume], poisson: context[Shared.poisson])
    try Shared.write(context) { source.displacement(easting: $0, northing: $1) }
  }
}
