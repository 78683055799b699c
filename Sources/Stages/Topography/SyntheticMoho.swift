import Artefacts
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// A known deep surface in longitude and latitude with its gravity, to try tesseroids on.
struct SyntheticMoho: StageKind {
  let signature = StageSignature(
    kind: "synthetic_moho", version: 1,
    summary: "a known Moho in longitude and latitude with the gravity of its tesseroids and noise",
    settings: [
      SettingSpec(
        "region", .list(.number(.angle), count: 4...4), .defaultsTo("-70 deg, -40 deg, -35 deg, -10 deg"),
        "west, east, south, north edge of the nodes"),
      SettingSpec(
        "spacing", .number(.angle), .defaultsTo("1 deg"), minimum: "0 deg", minimumExcluded: true,
        "distance of neighbouring nodes"),
      SettingSpec(
        "zref", .number(.length), .defaultsTo("-35 km"), "reference level, and mean height of the surface"),
      SettingSpec(
        "relief", .number(.length), .defaultsTo("8 km"), "amplitude of the surface's undulations"),
      SettingSpec("density_contrast", .number(.density), .required, "density below the surface minus above"),
      SettingSpec("gravity_height", .number(.length), .defaultsTo("10 km"), "height of the observations"),
      SettingSpec(
        "gravity_noise", .number(.acceleration), .defaultsTo("0 mGal"), minimum: "0 mGal",
        "standard deviation of the noise added to the gravity"),
      SettingSpec("gravity_noise_seed", .integer, .defaultsTo("0"), minimum: "0", "seed of that noise"),
    ],
    outputs: [
      OutputSpec("topography", .topography, "the true surface"),
      OutputSpec(
        "gravity", .gravity, "its gravity with noise",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert")),
    ])

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let edges = settings.numbers("region")
    let region = Region(west: edges[0], east: edges[1], south: edges[2], north: edges[3])
    let spacing = settings.number("spacing")
    guard region.width > 0, region.height > 0 else {
      throw StageError.outOfPlace("the region's edges must be in the order west, east, south, north")
    }
    for extent in [region.width, region.height] {
      let cells = extent / spacing
      guard abs(cells - cells.rounded()) <= 1e-9 * max(1, cells) else {
        throw StageError.outOfPlace(
          "the spacing of \(spacing)° does not divide the region's extent of \(extent)°; choose another spacing"
        )
      }
    }
    let geometry = GridGeometry(region: region, spacing: spacing, isGeographic: true)
    let (zref, contrast) = (settings.metres("zref"), settings.kilogramPerCubicMetre("density_contrast"))
    guard contrast != 0 else {
      throw StageError.outOfPlace("density_contrast is zero: a layer without contrast has no gravity")
    }
    // The greatest of the bells that make the surface is 150 m high.
    let surface = SyntheticTopography.regional(
      geometry: geometry, scale: settings.metres("relief") / 150, offset: zref)
    try TopographyArtefact.write(
      surface, to: context.output("topography"), title: "true surface of a synthetic model",
      attributes: [("zref", zref), ("density_contrast", contrast)])
    var gravity = GravityArtefact(
      geometry: geometry, anomaly: Array(repeating: 0, count: geometry.count),
      upward: Array(repeating: settings.metres("gravity_height"), count: geometry.count))
    let body = ModelBody(
      shape: .tesseroids, surface: surface, reference: Array(repeating: zref, count: geometry.count),
      densityContrast: Array(repeating: contrast, count: geometry.count))
    gravity.anomaly = try body.values(
      of: .down, at: gravity.observationPoints, workers: context.workers)
    let noise = settings.milligal("gravity_noise")
    if noise > 0 {
      gravity.anomaly = contaminate(
        gravity.anomaly, .absolute(noise), seed: UInt64(settings.integer("gravity_noise_seed")))
      gravity.uncertainty = Array(repeating: noise, count: geometry.count)
    }
    (gravity.zref, gravity.densityContrast) = (zref, contrast)
    try gravity.write(to: context.output("gravity"))
    context.log("surface \(geometry.rows) x \(geometry.columns) nodes about \(zref) m")
  }
}

extension SyntheticMoho: ReportedKind {
  var report: StageReport { .ofSynthetic }
}
