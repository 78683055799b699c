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
    declares: declarations, rules: rules)

  func run(_ context: StageContext) throws {
    let inner = context[Self.region]
    let surface = Self.surface(context, region: inner)
    let zref =
      switch context[Self.zref] {
      case .first(let height): height
      case .second(.mean): Statistics.mean(surface.values)
      }
    let contrast = try Self.density(context).map { LayerContrast(zref: .number(zref), density: $0) }
    try TopographyArtefact.write(
      surface, to: context[Self.topography], title: "true surface of a synthetic model",
      attributes: [("zref", zref), ("density_contrast", contrast?.density.number)])
    let gravity = try Self.gravity(context, surface: surface, region: inner, contrast: contrast)
    try gravity.write(to: context[Self.data])
    let constraints = Self.constraints(context, surface: surface, region: inner)
    try ConstraintsArtefact.write(constraints, to: context[Self.points])
    context.log("surface \(surface.geometry.rows) x \(surface.geometry.columns) nodes, zref \(zref) m")
    context.log("\(gravity.geometry.count) observations, \(constraints.points.count) constraints")
    if contrast == nil { context.log("no density contrast is given: the surface has no gravity") }
  }

  /// Nil where only the surface is asked for.
  private static func density(_ context: StageContext) throws -> LayerContrast.Field? {
    guard let path = context[ContrastSettings.densityGrid] else {
      return context[density].map { .number($0) }
    }
    return .grid(
      try NetCDFFile.read(path).grid(
        named: "density_contrast", of: ContrastSettings.densityGrid.name, quantity: "density contrasts",
        units: "kg m-3"))
  }

  private static func surface(_ context: StageContext, region: Region) -> Grid {
    let spacing = context[spacing]
    let geometry = GridGeometry(region: region, spacing: spacing)
    let (scale, offset) = (context[scale], context[offset])
    var surface =
      switch context[shape] {
      case .simple: SyntheticTopography.simple(geometry: geometry, scale: scale, offset: offset)
      case .regional: SyntheticTopography.regional(geometry: geometry, scale: scale, offset: offset)
      }
    let buffer = context[buffer]
    if buffer > 0 {
      surface = linearRampPadding(surface, nodes: Int(buffer / spacing))
    }
    let noise = context[topographyNoise]
    if noise > 0 {
      surface = contaminateWithLongWavelengthNoise(
        surface, .fractionOfMaximum(noise),
        coarseSpacing: spacing * Double(context[coarsening]),
        seed: UInt64(context[topographySeed]))
    }
    return surface
  }

  private static func gravity(
    _ context: StageContext, surface: Grid, region: Region, contrast: LayerContrast?
  ) throws -> GravityArtefact {
    let coarse = GridGeometry(region: region, spacing: context[spacing])
    let testing = context[testingData]
    let isIndependent = testing == .first(true)
    let geometry = isIndependent ? coarse.refined(by: 2) : coarse
    var gravity = GravityArtefact(
      geometry: geometry, anomaly: Array(repeating: 0, count: geometry.count),
      upward: Array(repeating: context[height], count: geometry.count))
    guard let contrast else {
      gravity.anomaly = Array(repeating: .nan, count: geometry.count)
      return gravity
    }
    gravity.anomaly = try noiseFreeGravity(
      context, surface: surface, points: gravity.observationPoints, contrast: contrast)
    if let noise = noise(context) {
      gravity.uncertainty = noise.deviations(of: gravity.anomaly)
      gravity.anomaly = contaminate(
        gravity.anomaly, noise, seed: UInt64(context[noiseSeed]))
    }
    (gravity.zref, gravity.densityContrast) = (contrast.zref.number, contrast.density.number)
    if isIndependent { gravity.isTest = halfSpacingTests(geometry) }
    return testing == .second(.interpolated) ? interpolatedTests(gravity) : gravity
  }

  /// Of the gravity; nil without.
  private static func noise(_ context: StageContext) -> NoiseDeviation? {
    let absolute = context[gravityNoise]
    guard let fraction = context[noiseFraction] else { return absolute > 0 ? .absolute(absolute) : nil }
    guard fraction > 0 else { return nil }
    switch context[noiseOf] {
    case .maximum: return .fractionOfMaximum(fraction)
    case .value: return .fractionOfEach(fraction)
    }
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
    if let density = context[regionalDensity] {
      let depth = context[regionalDepth]
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

  private static func constraints(
    _ context: StageContext, surface: Grid, region: Region
  ) -> ConstraintPoints {
    let count = context[constraintCount]
    let region = region.shrunk(by: context[inset])
    let points = syntheticConstraints(
      count: count, seed: UInt32(context[constraintSeed]), generator: generator(context), region: region)
    let heights = count == 0 ? [] : BicubicSampler.sample(grid: surface, at: points)
    let deviation = context[constraintNoise]
    guard deviation > 0 else {
      return ConstraintPoints(points: points, upward: heights, uncertainty: nil, weights: nil)
    }
    var random = NumPyRandom(seed: UInt64(context[constraintNoiseSeed]))
    return ConstraintPoints(
      points: points, upward: heights.map { $0 + random.normal(0, deviation) },
      uncertainty: Array(repeating: deviation, count: count),
      weights: Array(repeating: 1 / (deviation * deviation), count: count))
  }

  private static func generator(_ context: StageContext) -> ConstraintGenerator {
    switch context[generatorName] {
    case .legacy: .legacy
    case .pcg64: .pcg64
    }
  }
}

extension SyntheticModel: ReportedKind {
  var report: StageReport { .ofSynthetic(points: Self.points) }
}

extension StageReport {
  /// What a report shows of a model that data were made from.
  /// - Parameter points: the output with points of the surface, where the kind has one.
  static func ofSynthetic(points: Output?) -> StageReport {
    let topography = Field.own("topography", SurfaceVariables.topography)
    let gravity = Field.own("gravity", GravityVariables.anomaly)
    var surface = FieldMap(
      topography, "Topography", .plain, dots: points.map { .own($0.name) }, caption: "The true topography.")
    surface.note = .counted
    var uncertainty = FieldMap(
      .own("gravity", GravityVariables.uncertainty), "Uncertainty of the gravity", .plain,
      caption: "Standard deviation of each datum.")
    uncertainty.constant = "standard deviation of the gravity"
    let items: [ReportItem] = [
      .map(surface),
      .map(FieldMap(gravity, "Gravity anomaly", .signed, caption: "Observed gravity with its noise.")),
      .map(uncertainty),
    ]
    let facts = points.map { [ReportItem.fact("constraint points", .rows($0.name))] } ?? []
    return StageReport(items + facts, landmarks: [.truth("topography", SurfaceVariables.topography)])
  }
}
