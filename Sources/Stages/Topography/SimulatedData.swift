import Artefacts
import Datasets
import Geostatistics
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// The data that a surface would have given: gravity where it was observed and heights where they are known, with noise of
/// their stated deviations and a regional field, for a pipeline to be tried on.
struct SimulatedData: StageKind {
  let kernels: KernelCache
  let simulations: SimulationCache

  private static let topography = Input("topography", [.topography], "the surface that is to be true")
  private static let gravity = Input(
    "gravity", [.gravity], "where gravity is observed and how well; its values take no part")
  private static let constraints = Input.optional(
    "constraints", [.constraints], "where heights are known and how well; their values take no part")
  private static let seed = Setting(
    "seed", .integer, .default(0), .atLeast(0), "of noise and regional field; a family draws it")
  private static let regionalDeviation = Setting(
    "regional_deviation", .number(in: .milligal), .default(0), .atLeast(0),
    "standard deviation of the regional field; 0 for none")
  private static let regionalLength = Setting(
    "regional_length", .number(in: .metre), .optional, .above(0), "its correlation length")
  private static let regionalCovariance = Setting(
    "regional_covariance", .word(KrigingSettings.CorrelationWord.self), .optional(meaning: .matern52),
    "how its correlation falls with distance")
  private static let offset = Setting(
    "offset", .number(in: .milligal), .default(0), "a constant in gravity")
  private static let correlationLength = Setting(
    "correlation_length", .number(in: .metre), .optional, .above(0),
    "length of the noise of gravity; without it every datum has noise of its own")
  private static let jitter = Setting(
    "jitter", .number(in: .metre), .default(0), .atLeast(0),
    "standard deviation of an independent error of every point beside its own")

  private static let simulated = Output(
    "gravity", .gravity, "gravity of the surface with noise and regional field",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
  private static let points = Output(
    "constraints", .constraints,
    "heights of the surface at the points, with noise; without input constraints no rows",
    noise: .init(variable: "upward", uncertainty: "uncert"))
  private static let truth = Output("topography", .topography, "the surface itself")

  let signature = StageSignature(
    kind: "simulated_data", version: 1,
    summary: "the gravity and the known heights that a surface would have given, where they were observed",
    declares: [
      topography, gravity, constraints, ContrastSettings.all, seed, regionalDeviation, regionalLength,
      regionalCovariance, offset, correlationLength, jitter, simulated, points, truth,
    ],
    rules: [
      .only(regionalLength, regionalCovariance, with: regionalDeviation), .only(jitter, with: constraints),
      .check(
        regionalDeviation, regionalLength, "come together", when: regionalDeviation.isGiven
      ) { deviation, length in
        deviation > 0 && length == nil ? "come together: a regional field needs a length" : nil
      },
    ])

  func run(_ context: StageContext) throws {
    var gravity = try GravityArtefact(path: context[Self.gravity])
    let surface = try TopographyArtefact(path: context[Self.topography]).topography
    let contrast = try ContrastSettings.contrast(context, gravity: gravity)
    let body = ModelBody(
      shape: .prisms, surface: surface, reference: try contrast.reference(surface.geometry),
      densityContrast: try contrast.densities(surface.geometry))
    try body.checkCoordinates(gravity.geometry)
    let streams = Streams(seed: UInt64(bitPattern: Int64(context[Self.seed])), name: "simulated data")
    let forward = try body.gravity(at: gravity.observationPoints, cache: kernels, context)
    let noise = try noise(gravity, streams, context)
    let regional = try field(
      gravity.geometry, deviation: context[Self.regionalDeviation], length: context[Self.regionalLength],
      context[Self.regionalCovariance].correlation, streams["regional"], context)
    let offset = context[Self.offset]
    gravity.anomaly = forward.indices.map { forward[$0] + regional[$0] + noise[$0] + offset }
    (gravity.forward, gravity.misfit, gravity.regional, gravity.residual) = (nil, nil, nil, nil)
    // Data of a truth know no model: a pipeline must not find the true contrast in them.
    (gravity.zref, gravity.densityContrast) = (nil, nil)
    try gravity.write(to: context[Self.simulated])
    try TopographyArtefact.write(surface, to: context[Self.truth], title: "the surface that is true")
    try writePoints(surface, streams, context)
  }

  private func noise(
    _ gravity: GravityArtefact, _ streams: Streams, _ context: StageContext
  ) throws -> [Double] {
    guard let uncertainty = gravity.uncertainty else {
      context.log("the gravity states no uncertainty: none is added")
      return gravity.anomaly.map { _ in 0 }
    }
    let unit =
      if let length = context[Self.correlationLength] {
        try field(gravity.geometry, deviation: 1, length: length, .exponential, streams["gravity"], context)
      } else {
        streams["gravity"].normal(gravity.geometry.count, row: 0)
      }
    return zip(uncertainty, unit).map { $0 * $1 }
  }

  private func field(
    _ geometry: GridGeometry, deviation: Double, length: Double?, _ correlation: Geostatistics.Correlation,
    _ random: CounterRandom, _ context: StageContext
  ) throws -> [Double] {
    guard deviation > 0, let length else { return Array(repeating: 0, count: geometry.count) }
    let covariance = Covariance(correlation, deviation: deviation, length: length)
    return try simulations.simulation(covariance, geometry: geometry, workers: context.workers)
      .draw(random, member: 0, workers: context.workers).nodes.values
  }

  private func writePoints(_ surface: Grid, _ streams: Streams, _ context: StageContext) throws {
    guard let path = context[Self.constraints] else {
      return try ConstraintsArtefact.write(
        ConstraintPoints(points: Points(easting: [], northing: []), upward: []), to: context[Self.points])
    }
    let known = try ConstraintsArtefact.points(path, on: surface.geometry)
    let heights = BicubicSampler.sample(grid: surface, at: known.points, singlePrecision: false)
    let inside = heights.indices.filter { heights[$0].isFinite }
    guard !inside.isEmpty else { throw StageError.outOfPlace("no constraint lies inside the surface") }
    if inside.count < heights.count {
      context.log(
        "\(heights.count - inside.count) of \(heights.count) constraints lie outside the surface and are left out"
      )
    }
    let (noise, scatter) = (
      streams["heights"].normal(heights.count, row: 0), streams["jitter"].normal(heights.count, row: 0)
    )
    var simulated = known.subset(inside)
    simulated.upward = inside.map { index in
      heights[index] + (known.uncertainty?[index] ?? 0) * noise[index] + context[Self.jitter] * scatter[index]
    }
    try ConstraintsArtefact.write(simulated, to: context[Self.points])
  }
}

extension SimulatedData: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.height, of: Self.topography, in: &foresight)
    request.requireContrastQuantities(in: &foresight)
    var facts = request.facts(Self.gravity)
    for (name, reason) in [
      ("misfit", Lack.misfit), ("forward_gravity", Lack.misfit), ("reg", Lack.regional),
      ("res", Lack.regional),
      ("density_contrast", "simulated data know of no model"), ("zref", "simulated data know of no model"),
    ] { facts.lose(name, because: reason) }
    foresight[Self.simulated] = facts
    foresight[Self.truth] = OutputFacts(
      has: ["topography"], quantity: Quantity.height.inWords, mesh: request.facts(Self.topography).mesh)
    return foresight
  }
}
