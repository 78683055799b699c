import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport

/// The mean of a prior, which members of an ensemble draw: `prior.topography ~ prior`.
///
/// An inversion that is held near to it (`reference_model`, `smoothness_of = difference`) with data that are drawn too
/// gives members of the posterior by randomised maximum likelihood.
struct PriorSurface: StageKind {
  private static let mean = Input("mean", [.topography], "mean of the prior, and the nodes")
  static let topography = Output(
    "topography", .topography, "the mean; of a member with `~ prior` a draw of the prior about it")

  static let declarations: [any Declaration] = [mean] + PriorSettings.declarations + [topography]

  let signature: StageSignature = {
    var signature = StageSignature(
      kind: "prior_surface", version: 1,
      summary: "the mean of what is believed of a surface before any data; members draw it",
      declares: declarations, rules: PriorSettings.rules)
    signature.conditional = ConditionalSpec(
      output: topography.name, kind: drawn.kind, base: [topography.name], as: FamilySpec.prior)
    return signature
  }()

  func run(_ context: StageContext) throws {
    let surface = try Self.surface(context[Self.mean])
    try TopographyArtefact.write(surface, to: context[Self.topography], title: "mean of a prior")
  }

  private static func surface(_ path: String) throws -> Grid {
    let surface = try TopographyArtefact(path: path).topography
    guard !surface.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "the nodes are in longitude and latitude and a prior needs metres; put a stage of kind 'project' before"
      )
    }
    return surface
  }

  static let drawn = ConditionalDraw.Drawn(
    kind: "prior_surface_draw", summary: "a surface drawn from a prior about its mean", output: topography,
    declarations: declarations, rules: PriorSettings.rules)

  /// A member's surface.
  static func draw(about base: String, _ draw: MemberDraw, _ context: StageContext) throws {
    let mean = try surface(base)
    try PriorSettings.use(
      context, on: mean.geometry, free: mean.values.map { !$0.isNaN },
      Drawing(mean: mean, draw: draw, context: context))
  }

  private struct Drawing: PriorSettings.Use {
    let mean: Grid
    let draw: MemberDraw
    let context: StageContext

    func callAsFunction(_ prior: some FieldPrior) throws {
      let away = try prior.draw(draw.streams["prior"], member: draw.member, workers: context.workers)
      let surface = Grid(geometry: mean.geometry, values: zip(mean.values, away).map { $0 + $1 })
      try TopographyArtefact.write(surface, to: context[PriorSurface.topography], title: "draw of a prior")
    }
  }
}

extension PriorSurface: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    .surface(Self.topography, about: Self.mean, request)
  }
}
