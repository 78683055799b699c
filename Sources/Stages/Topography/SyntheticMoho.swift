import Artefacts
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// A known deep surface in longitude and latitude with its gravity, to try tesseroids on.
struct SyntheticMoho: StageKind {
  private static let region = Setting(
    "region", .geographicRegion, .default(Region(west: -70, east: -40, south: -35, north: -10)),
    "west, east, south, north edge of the nodes")
  private static let spacing = Setting(
    "spacing", .number(in: .degree), .default(1), .above(0), "distance of neighbouring nodes")
  private static let zref = Setting(
    "zref", .number(in: .metre), .default(-35_000), "reference level, and mean height of the surface")
  private static let relief = Setting(
    "relief", .number(in: .metre), .default(8000), "amplitude of the surface's undulations")
  private static let density = Setting(
    "density_contrast", .number(in: .kilogramPerCubicMetre), .required,
    "density below the surface minus above")
  private static let height = Setting(
    "gravity_height", .number(in: .metre), .default(10_000), "height of the observations")
  private static let noise = Setting(
    "gravity_noise", .number(in: .milligal), .default(0), .atLeast(0),
    "standard deviation of the noise added to the gravity")
  private static let noiseSeed = Setting(
    "gravity_noise_seed", .integer, .default(0), .atLeast(0), "seed of that noise")
  private static let topography = Output("topography", .topography, "the true surface")
  private static let gravity = Output(
    "gravity", .gravity, "its gravity with noise",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))

  let signature = StageSignature(
    kind: "synthetic_moho", version: 1,
    summary: "a known Moho in longitude and latitude with the gravity of its tesseroids and noise",
    declares: [
      region, spacing, zref, relief, density, height, noise, noiseSeed, topography, gravity,
    ],
    rules: [
      .divided(region, by: spacing, isGeographic: true), ContrastSettings.nonzero(density),
    ])

  func run(_ context: StageContext) throws {
    let geometry = GridGeometry(
      region: context[Self.region], spacing: context[Self.spacing], isGeographic: true)
    let (zref, contrast) = (context[Self.zref], context[Self.density])
    // The greatest of the bells that make the surface is 150 m high.
    let surface = SyntheticTopography.regional(
      geometry: geometry, scale: context[Self.relief] / 150, offset: zref)
    try TopographyArtefact.write(
      surface, to: context[Self.topography], title: "true surface of a synthetic model",
      attributes: [("zref", zref), ("density_contrast", contrast)])
    var gravity = GravityArtefact(
      geometry: geometry, anomaly: Array(repeating: 0, count: geometry.count),
      upward: Array(repeating: context[Self.height], count: geometry.count))
    let body = ModelBody(
      shape: .tesseroids, surface: surface, reference: Array(repeating: zref, count: geometry.count),
      densityContrast: Array(repeating: contrast, count: geometry.count))
    gravity.anomaly = try body.values(
      of: .down, at: gravity.observationPoints, workers: context.workers)
    let noise = context[Self.noise]
    if noise > 0 {
      gravity.anomaly = contaminate(
        gravity.anomaly, .absolute(noise), seed: UInt64(context[Self.noiseSeed]))
      gravity.uncertainty = Array(repeating: noise, count: geometry.count)
    }
    (gravity.zref, gravity.densityContrast) = (zref, contrast)
    try gravity.write(to: context[Self.gravity])
    context.log("surface \(geometry.rows) x \(geometry.columns) nodes about \(zref) m")
  }
}

extension SyntheticMoho: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let mesh = Mesh(region: request[Self.region], spacing: request[Self.spacing], isGeographic: true)
    foresight[Self.topography] = OutputFacts(
      has: ["topography"], quantity: Quantity.height.inWords, mesh: mesh)
    var gravity = OutputFacts(
      has: ["gravity_anomaly", "upward", "zref", "density_contrast"], quantity: Quantity.gravity.inWords,
      mesh: mesh)
    if request[Self.noise] == 0 {
      gravity.lose("uncert", because: Lack.noise(request.stage, Self.noise.name))
    }
    gravity.lose("test", because: Lack.tests)
    gravity.lose("misfit", because: Lack.misfit)
    gravity.lose("res", because: Lack.regional)
    foresight[Self.gravity] = gravity
    return foresight
  }
}

extension SyntheticMoho: ReportedKind {
  var report: StageReport { .ofSynthetic(points: nil) }
}
