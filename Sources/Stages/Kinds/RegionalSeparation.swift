import Inversion
import NumericCore
import Planning

/// Splits the gravity misfit into a smooth regional part and the residual that an inversion explains.
struct RegionalSeparation: StageKind {
  let signature = StageSignature(
    kind: "regional_separation", version: 3,
    summary: "splits the gravity misfit into a regional field and the residual to invert",
    settings: Self.specifications,
    inputs: [
      InputSpec("gravity", [.gravity], "gravity with its misfit"),
      InputSpec("constraints", [.constraints], required: false, "points of known height: no residual there"),
    ],
    outputs: [
      OutputSpec(
        "gravity", .gravity, "the data with reg and res",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
    ])

  private static let specifications: [SettingSpec] = [
    SettingSpec(
      "method", .word(["constant", "trend", "filter", "equivalent_sources", "constraints"]), .required,
      "how the regional field is estimated"),
    SettingSpec(
      "value", .number(.acceleration), .optional,
      "constant: the field; default: median of the misfit at the constraints"),
    SettingSpec("trend", .integer, .defaultsTo("1"), minimum: "0", maximum: "10", "trend: total degree"),
    SettingSpec(
      "filter_width", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "filter: wavelength of the Gaussian"),
    SettingSpec(
      "filter_type", .word(["lowpass", "highpass"]), .defaultsTo("lowpass"), "filter: what passes"),
    SettingSpec(
      "grid_method", .word(["eq_sources", "spline"]), .defaultsTo("eq_sources"),
      "constraints: equivalent sources, or a bi-harmonic spline"),
    SettingSpec(
      "depth", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "equivalent sources: depth below the data; default 4.5 × mean distance of neighbours"),
    SettingSpec(
      "damping", .number(.dimensionless), .optional, minimum: "0",
      "equivalent sources: damping; default none"),
    SettingSpec(
      "spline_dampings", .list(.number(.dimensionless), count: 1...1000),
      .defaultsTo("1e-8, 1e-6, 1e-4, 1e-2, 1, 100"), minimum: "0",
      "spline: damping; several are cross-validated"),
    SettingSpec(
      "use_weights", .boolean, .defaultsTo("no"), "weigh constraints by `weight`, else 1 / uncert²"),
    SettingSpec(
      "block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "equivalent sources: one source a block of this size"),
    SettingSpec(
      "constraints_block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "reduce the constraints to block means first"),
    SettingSpec("shift", .number(.acceleration), .defaultsTo("0 mGal"), "added to the regional field"),
    SettingSpec("reverse", .boolean, .defaultsTo("no"), "swap regional and residual"),
  ]

  func run(_ context: StageContext) throws {
    var gravity = try GravityArtefact(path: context.input("gravity"))
    guard let misfit = gravity.misfit else {
      throw StageError.missingVariable(
        "misfit", artefact: "the gravity input", hint: "put a forward_gravity stage before")
    }
    guard gravity.hasHalfSpacingTests else {
      throw StageError.outOfPlace("test points must lie at half spacing between the training nodes")
    }
    var constraints = try context.inputs["constraints"].map { try ConstraintsArtefact(path: $0).constraints }
    if !context.settings.flag("use_weights") {
      constraints = constraints.map { ConstraintPoints(points: $0.points, upward: $0.upward) }
    }
    // Test points take no part: the field is estimated on the training nodes and interpolated to them.
    let result = try separateRegional(
      misfit: gravity.trainingGrid(of: misfit), upward: gravity.trainingGrid(of: gravity.upward),
      settings: try Self.settings(context), constraints: constraints, workers: context.workers)
    for note in result.notes { context.log(note) }
    let regional = Self.spread(result.regional, over: gravity)
    gravity.regional = regional
    gravity.residual = zip(misfit, regional).map { $0 - $1 }
    try gravity.write(to: context.output("gravity"))
  }

  private static func settings(_ context: StageContext) throws -> RegionalSettings {
    let settings = context.settings
    return RegionalSettings(
      method: try method(context), shift: settings.milligal("shift"), mask: nil,
      reverse: settings.flag("reverse"),
      constraintBlockSize: settings.optionalNumber("constraints_block_size"))
  }

  private static func method(_ context: StageContext) throws -> RegionalMethod {
    let settings = context.settings
    let word = settings.word("method")
    let needsPoints = word == "constraints" || (word == "constant" && !settings.has("value"))
    if needsPoints, context.inputs["constraints"] == nil {
      throw StageError.missingInput(name: "constraints", because: "method \(word) samples the misfit there")
    }
    let sources = EquivalentSourcesSettings(
      depth: settings.optionalNumber("depth"), damping: settings.optionalNumber("damping"),
      blockSize: settings.optionalNumber("block_size"))
    switch word {
    case "constant":
      return settings.optionalNumber("value", in: .milligal).map { .constant($0) } ?? .constraintsMedian
    case "trend": return .trend(degree: settings.integer("trend"))
    case "filter":
      guard let width = settings.optionalNumber("filter_width") else {
        throw StageError.missingSetting(name: "filter_width", because: "method filter needs a wavelength")
      }
      return settings.word("filter_type") == "lowpass"
        ? .filter(wavelength: width) : .filter(wavelength: width, pass: .high)
    case "equivalent_sources": return .equivalentSources(sources)
    default:
      return settings.word("grid_method") == "spline"
        ? .constraintSpline(dampings: settings.numbers("spline_dampings"))
        : .constraintEquivalentSources(sources)
    }
  }

  /// The training nodes' field on all nodes: unchanged there, bicubic between.
  private static func spread(_ regional: Grid, over gravity: GravityArtefact) -> [Double] {
    guard gravity.isTest != nil else { return regional.values }
    var values = BicubicSampler.sample(grid: regional, at: gravity.geometry.nodes, singlePrecision: false)
    for row in 0..<regional.geometry.rows {
      for column in 0..<regional.geometry.columns {
        values[2 * row * gravity.geometry.columns + 2 * column] = regional[row, column]
      }
    }
    return values
  }
}
