import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// The embedded example: a known surface, its noisy gravity, and points where the surface is known.
struct SyntheticModel: StageKind {
  let signature = StageSignature(
    kind: "synthetic_model", version: 4,
    summary: "a known surface with its gravity, noise and constraint points, to try methods on",
    settings: Self.surfaceSettings + Self.gravitySettings + Self.constraintSettings,
    inputs: [ContrastSettings.densityGrid.spec],
    outputs: [
      OutputSpec("topography", .topography, "the true surface"),
      OutputSpec(
        "gravity", .gravity, "its gravity anomaly with noise, and which nodes are held out for testing",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert")),
      OutputSpec(
        "constraints", .constraints, "points of known height",
        noise: .init(variable: "upward", uncertainty: "uncert")),
    ])

  private static let surfaceSettings: [SettingSpec] = [
    SettingSpec(
      "spacing", .number(.length), .defaultsTo("1 km"), minimum: "0 m", minimumExcluded: true,
      "distance of neighbouring nodes"),
    SettingSpec(
      "region", .list(.number(.length), count: 4...4), .defaultsTo("0 km, 40 km, 0 km, 30 km"),
      "west, east, south, north edge of the nodes"),
    SettingSpec(
      "surface", .word(["simple", "regional"]), .defaultsTo("simple"),
      "basin with local features, or smooth undulations"),
    SettingSpec("scale", .number(.dimensionless), .defaultsTo("1"), "factor on the surface's relief"),
    SettingSpec("offset", .number(.length), .defaultsTo("0 m"), "added to the surface"),
    SettingSpec(
      "buffer", .number(.length), .defaultsTo("0 m"), minimum: "0 m",
      "zone around the region in which the surface ramps to its median"),
    SettingSpec(
      "topography_noise", .number(.dimensionless), .defaultsTo("0 %"), minimum: "0",
      "long-wavelength noise of the surface as a part of its greatest height"),
    SettingSpec(
      "topography_coarsening", .integer, .defaultsTo("2"), minimum: "1",
      "cells of the surface to one of its noise"),
    SettingSpec("topography_noise_seed", .integer, .defaultsTo("1"), minimum: "0", "seed of that noise"),
  ]

  private static let gravitySettings: [SettingSpec] = [
    SettingSpec(
      "density_contrast", .number(.density), .optional,
      "density below the surface minus above, unless density_contrast_grid gives it for every node"),
    SettingSpec(
      "zref", .either([.number(.length), .word(["mean"])]), .defaultsTo("mean"),
      "reference level of the prisms, or the surface's mean"),
    SettingSpec("gravity_height", .number(.length), .defaultsTo("1 km"), "height of the observations"),
    SettingSpec(
      "gravity_noise", .number(.acceleration), .defaultsTo("0 mGal"), minimum: "0 mGal",
      "standard deviation of the noise added to the gravity"),
    SettingSpec(
      "gravity_noise_fraction", .number(.dimensionless), .optional, minimum: "0 %",
      "in place of gravity_noise: the noise's standard deviation as a part of the gravity"),
    SettingSpec(
      "gravity_noise_of", .word(["maximum", "value"]), .optional,
      "that part is one of the greatest |gravity|, or of each value's own; default: maximum"),
    SettingSpec("gravity_noise_seed", .integer, .defaultsTo("0"), minimum: "0", "seed of that noise"),
    SettingSpec(
      "testing_data", .either([.boolean, .word(["interpolated"])]), .defaultsTo("no"),
      "nodes at half spacing held out: yes = with gravity and noise of their own, or interpolated"),
    SettingSpec(
      "regional_density_contrast", .number(.density), .optional,
      "adds the gravity of a smooth deeper surface of this contrast: a regional field to separate"),
    SettingSpec(
      "regional_depth", .number(.length), .defaultsTo("-1 km"), "mean height of that deeper surface"),
  ]

  private static let constraintSettings: [SettingSpec] = [
    SettingSpec(
      "constraints", .integer, .defaultsTo("0"), minimum: "0", "number of random points of known height"),
    SettingSpec("constraints_seed", .integer, .defaultsTo("7"), minimum: "0", "seed of their places"),
    SettingSpec(
      "constraints_generator", .word(["legacy", "pcg64"]), .defaultsTo("legacy"),
      "NumPy generator that drew them: RandomState (published models) or default_rng"),
    SettingSpec(
      "constraints_noise", .number(.length), .defaultsTo("0 m"), minimum: "0 m",
      "standard deviation of noise added to their heights, and their stated uncertainty"),
    SettingSpec(
      "constraints_inset", .number(.length), .optional, minimum: "0 m",
      "their distance from the region's edges, at least"),
    SettingSpec("constraints_noise_seed", .integer, .defaultsTo("0"), minimum: "0", "seed of that noise"),
  ]

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let inner = try Self.region(settings)
    let surface = try Self.surface(settings, region: inner)
    let zref = settings.optionalNumber("zref") ?? Statistics.mean(surface.values)
    let contrast = LayerContrast(zref: .number(zref), density: try Self.density(context))
    try TopographyArtefact.write(
      surface, to: context.output("topography"), title: "true surface of a synthetic model",
      attributes: [("zref", zref), ("density_contrast", contrast.density.number)])
    let gravity = try Self.gravity(context, surface: surface, region: inner, contrast: contrast)
    try gravity.write(to: context.output("gravity"))
    let constraints = Self.constraints(settings, surface: surface, region: inner)
    try ConstraintsArtefact.write(constraints, to: context.output("constraints"))
    context.log("surface \(surface.geometry.rows) x \(surface.geometry.columns) nodes, zref \(zref) m")
    context.log("\(gravity.geometry.count) observations, \(constraints.points.count) constraints")
  }

  private static func density(_ context: StageContext) throws -> LayerContrast.Field {
    let number = context.settings.optionalNumber("density_contrast")
    if let path = context.inputs["density_contrast_grid"] {
      guard number == nil else {
        throw StageError.outOfPlace(
          "both the setting 'density_contrast' and the input 'density_contrast_grid' are given; keep one")
      }
      return .grid(
        try NetCDFFile.read(path).grid(
          named: "density_contrast", of: "density_contrast_grid", quantity: "density contrasts",
          units: "kg m-3"))
    }
    guard let number else {
      throw StageError.missingSetting(
        name: "density_contrast",
        because: "a layer without contrast has no gravity, and no grid of it is given")
    }
    guard number != 0 else {
      throw StageError.outOfPlace("density_contrast is zero: a layer without contrast has no gravity")
    }
    return .number(number)
  }

  private static func region(_ settings: Settings) throws -> Region {
    let region = settings.region("region")
    try checkDivides(region, spacing: settings.metres("spacing"))
    return region
  }

  private static func surface(_ settings: Settings, region: Region) throws -> Grid {
    let geometry = GridGeometry(region: region, spacing: settings.metres("spacing"))
    let (scale, offset) = (settings.number("scale"), settings.metres("offset"))
    var surface =
      settings.word("surface") == "simple"
      ? SyntheticTopography.simple(geometry: geometry, scale: scale, offset: offset)
      : SyntheticTopography.regional(geometry: geometry, scale: scale, offset: offset)
    let buffer = settings.metres("buffer")
    if buffer > 0 {
      surface = linearRampPadding(surface, nodes: Int(buffer / settings.metres("spacing")))
    }
    let noise = settings.number("topography_noise")
    if noise > 0 {
      surface = contaminateWithLongWavelengthNoise(
        surface, .fractionOfMaximum(noise),
        coarseSpacing: settings.metres("spacing") * Double(settings.integer("topography_coarsening")),
        seed: UInt64(settings.integer("topography_noise_seed")))
    }
    return surface
  }

  private static func gravity(
    _ context: StageContext, surface: Grid, region: Region, contrast: LayerContrast
  ) throws -> GravityArtefact {
    let settings = context.settings
    let coarse = GridGeometry(region: region, spacing: settings.metres("spacing"))
    let isIndependent = settings.values["testing_data"] == .boolean(true)
    let geometry = isIndependent ? coarse.refined(by: 2) : coarse
    var gravity = GravityArtefact(
      geometry: geometry, anomaly: Array(repeating: 0, count: geometry.count),
      upward: Array(repeating: settings.metres("gravity_height"), count: geometry.count))
    gravity.anomaly = try noiseFreeGravity(
      context, surface: surface, points: gravity.observationPoints, contrast: contrast)
    if let noise = try noise(settings) {
      gravity.uncertainty = noise.deviations(of: gravity.anomaly)
      gravity.anomaly = contaminate(
        gravity.anomaly, noise, seed: UInt64(settings.integer("gravity_noise_seed")))
    }
    (gravity.zref, gravity.densityContrast) = (contrast.zref.number, contrast.density.number)
    if isIndependent { gravity.isTest = halfSpacingTests(geometry) }
    return settings.optionalWord("testing_data") == "interpolated" ? interpolatedTests(gravity) : gravity
  }

  /// Of the gravity; nil without.
  private static func noise(_ settings: Settings) throws -> NoiseDeviation? {
    let absolute = settings.milligal("gravity_noise")
    guard let fraction = settings.optionalNumber("gravity_noise_fraction") else {
      guard !settings.has("gravity_noise_of") else {
        throw StageError.missingSetting(
          name: "gravity_noise_fraction", because: "gravity_noise_of says what it is a part of")
      }
      return absolute > 0 ? .absolute(absolute) : nil
    }
    guard absolute == 0 else {
      throw StageError.outOfPlace("both gravity_noise and gravity_noise_fraction are given; keep one")
    }
    guard fraction > 0 else { return nil }
    let isOfEach = settings.optionalWord("gravity_noise_of") == "value"
    return isOfEach ? .fractionOfEach(fraction) : .fractionOfMaximum(fraction)
  }

  private static func noiseFreeGravity(
    _ context: StageContext, surface: Grid, points: ObservationPoints, contrast: LayerContrast
  ) throws -> [Double] {
    let layer = PrismLayer(
      topography: surface.values, geometry: surface.geometry,
      reference: try contrast.reference(surface.geometry),
      densityContrast: try contrast.densities(surface.geometry))
    try checkObservations(points, against: layer.geometry)
    if let hit = layer.firstReached(points) {
      context.log(
        "warning: observations lie in or on the model, the first \(points.upward[hit.point]) m up under a top at "
          + "\(hit.top) m")
    }
    var gravity = sum(of: layer, at: points, context)
    if let density = context.settings.optionalNumber("regional_density_contrast") {
      let depth = context.settings.metres("regional_depth")
      let deeper = SyntheticTopography.regional(geometry: surface.geometry, scale: 1, offset: depth)
      let count = surface.geometry.count
      let lowerLayer = PrismLayer(
        topography: deeper.values, geometry: surface.geometry,
        reference: Array(repeating: depth, count: count),
        densityContrast: Array(repeating: density, count: count))
      let regional = sum(of: lowerLayer, at: points, context)
      gravity = zip(gravity, regional).map { $0 + $1 }
    }
    return gravity
  }

  /// By direct sums, whose last digit published numbers rest on, unless the model is large.
  private static func sum(
    of layer: PrismLayer, at points: ObservationPoints, _ context: StageContext
  ) -> [Double] {
    let model = ForwardModel.gz(
      of: layer, at: points, fewest: ForwardModel.patience, workers: context.workers)
    context.log(model.method)
    return model.gravity
  }

  private static func constraints(_ settings: Settings, surface: Grid, region: Region) -> ConstraintPoints {
    let count = settings.integer("constraints")
    let region = region.shrunk(by: settings.optionalNumber("constraints_inset") ?? 0)
    let points = syntheticConstraints(
      count: count, seed: UInt32(settings.integer("constraints_seed")),
      generator: settings.word("constraints_generator") == "legacy" ? .legacy : .pcg64, region: region)
    let heights = count == 0 ? [] : BicubicSampler.sample(grid: surface, at: points)
    let deviation = settings.metres("constraints_noise")
    guard deviation > 0 else {
      return ConstraintPoints(points: points, upward: heights, uncertainty: nil, weights: nil)
    }
    var random = NumPyRandom(seed: UInt64(settings.integer("constraints_noise_seed")))
    return ConstraintPoints(
      points: points, upward: heights.map { $0 + random.normal(0, deviation) },
      uncertainty: Array(repeating: deviation, count: count),
      weights: Array(repeating: 1 / (deviation * deviation), count: count))
  }
}

extension SyntheticModel: ReportedKind {
  var report: StageReport { .ofSynthetic }
}

extension StageReport {
  /// What a report shows of a model that data were made from.
  static let ofSynthetic: StageReport = {
    let topography = Field.own("topography", SurfaceVariables.topography)
    let gravity = Field.own("gravity", GravityVariables.anomaly)
    var surface = FieldMap(
      topography, "Topography", .plain, dots: .own("constraints"), caption: "The true topography.")
    surface.note = .counted
    var uncertainty = FieldMap(
      .own("gravity", GravityVariables.uncertainty), "Uncertainty of the gravity", .plain,
      caption: "Standard deviation of each datum.")
    uncertainty.constant = "standard deviation of the gravity"
    return StageReport(
      [
        .map(surface),
        .map(FieldMap(gravity, "Gravity anomaly", .signed, caption: "Observed gravity with its noise.")),
        .map(uncertainty), .fact("constraint points", .rows("constraints")),
      ],
      landmarks: [.truth("topography", SurfaceVariables.topography)])
  }()
}
