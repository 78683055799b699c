import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// Splits the gravity misfit into a smooth regional part and the residual that an inversion explains.
struct RegionalSeparation: StageKind {
  private static let gravity = Input("gravity", [.gravity], "gravity with its misfit")
  private static let mask = Input.optional(
    "mask", [.weights],
    "the residual is multiplied by it and the rest is regional; a missing value counts as 0")
  static let separated = Output(
    "gravity", .gravity, "the data with reg and res",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
  private static let shift = Setting(
    "shift", .number(in: .milligal), .default(0), "added to the regional field")
  private static let reverse = Setting("reverse", .boolean, .default(false), "swap regional and residual")

  static let declarations: [any Declaration] = [
    gravity, RegionalMethodSettings.constraints, mask, KrigedRegionalSettings.start,
    KrigedRegionalSettings.surfaces, RegionalMethodSettings.all,
    shift, reverse, separated, Declarations(RegionalChoice.declarations),
  ]

  static let rules: [Rule] = [
    .only(
      KrigedRegionalSettings.start, when: RegionalMethodSettings.isKriged,
      because: "no other method knows the errors of the surface"),
    .only(KrigedRegionalSettings.surfaces, with: KrigedRegionalSettings.start),
  ]

  let signature: StageSignature = {
    var signature = StageSignature(
      kind: "regional_separation", version: 5,
      summary: "splits the gravity misfit into a regional field and the residual to invert",
      declares: declarations, rules: rules)
    signature.conditional = ConditionalSpec(
      output: separated.name, kind: drawn.kind, base: [separated.name],
      when: RegionalMethodSettings.isKriged)
    return signature
  }()

  func run(_ context: StageContext) throws {
    let gravity = try Self.gravity(context)
    guard RegionalMethodSettings.isKriging(context.settings) else {
      // Test points take no part: the field is estimated on the training nodes and interpolated to them.
      let result = try separateRegional(
        misfit: gravity.trainingGrid(of: gravity.misfit ?? []),
        upward: gravity.trainingGrid(of: gravity.upward),
        settings: try Self.settings(context, gravity), constraints: try Self.constraints(context, gravity),
        workers: context.workers)
      for note in result.notes { context.log(note) }
      for warning in result.warnings { context.warn(warning) }
      return try Self.write(result, gravity, context)
    }
    let field = try Self.krigingTask(context, gravity).field()
    try Self.write(try Self.result(field, gravity, context), gravity, context)
    // Behind the data: what members of an ensemble draw with.
    var dataset = try NetCDFFile.read(context[Self.separated])
    try KrigedField(field.kriging, on: field.regional.geometry)
      .add(to: &dataset, unit: "mGal", estimate: field.estimate)
    dataset.setAttribute("leak_modelled", text: field.hasLeak ? "yes" : "no")
    if field.isInvalid {
      dataset.setAttribute(UncertaintyVerdict.attribute, text: UncertaintyVerdict.invalid)
    }
    try NetCDFFile.write(dataset, to: context[Self.separated])
  }

  /// - Throws: where there is no misfit.
  static func gravity(_ context: StageContext) throws -> GravityArtefact {
    let gravity = try GravityArtefact(path: context[gravity])
    guard gravity.misfit != nil else {
      throw StageError.missingVariable(
        "misfit", artefact: "the gravity input", hint: "put a forward_gravity stage before")
    }
    guard gravity.hasHalfSpacingTests else {
      throw StageError.outOfPlace("test points must lie at half spacing between the training nodes")
    }
    return gravity
  }

  static func krigingTask(_ context: StageContext, _ gravity: GravityArtefact) throws -> KrigedRegionalTask {
    try RegionalMethodSettings.checkMetres(isGeographic: gravity.geometry.isGeographic, "kriging")
    let points = try ConstraintsArtefact.points(
      context[given: RegionalMethodSettings.constraints], on: gravity.geometry)
    return try KrigedRegionalTask(context, gravity, points)
  }

  static func result(
    _ field: KrigedRegionalTask.Field, _ gravity: GravityArtefact, _ context: StageContext
  ) throws -> RegionalResult {
    RegionalResult(
      taking: field.regional.values, from: gravity.trainingGrid(of: gravity.misfit ?? []),
      shift: context[shift],
      mask: try mask(context, gravity), reverse: context[reverse])
  }

  static func write(_ result: RegionalResult, _ gravity: GravityArtefact, _ context: StageContext) throws {
    try RegionalChoice.write(result, context)
    var written = gravity
    let regional = spread(result.regional, over: gravity)
    written.regional = regional
    written.residual = zip(gravity.misfit ?? [], regional).map { $0 - $1 }
    try written.write(to: context[separated])
  }

  private static func settings(_ context: StageContext, _ gravity: GravityArtefact) throws -> RegionalSettings
  {
    RegionalSettings(
      method: try RegionalMethodSettings.method(context, isGeographic: gravity.geometry.isGeographic),
      shift: context[shift], mask: try mask(context, gravity), reverse: context[reverse],
      constraintBlockSize: context[RegionalMethodSettings.blockSize],
      driftDegree: context[RegionalMethodSettings.drift].degree)
  }

  private static func constraints(_ context: StageContext, _ gravity: GravityArtefact) throws
    -> ConstraintPoints?
  {
    guard let path = context[RegionalMethodSettings.constraints] else { return nil }
    let points = try ConstraintsArtefact.points(path, on: gravity.geometry)
    return context[RegionalMethodSettings.useWeights]
      ? points : ConstraintPoints(points: points.points, upward: points.upward)
  }

  /// One number a training node.
  private static func mask(_ context: StageContext, _ gravity: GravityArtefact) throws -> [Double]? {
    guard let path = context[mask] else { return nil }
    let grid = try SharedSettings.grid(path, variable: "mask")
    let training = gravity.trainingGrid(of: gravity.upward).geometry
    let values: [Double]
    if grid.geometry.isSame(as: training) {
      values = grid.values
    } else if grid.geometry.isSame(as: gravity.geometry) {
      values = gravity.trainingGrid(of: grid.values).values
    } else {
      throw StageError.gridsDiffer("input 'mask'", "the gravity")
    }
    return values.map { $0.isNaN ? 0 : $0 }
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

extension RegionalSeparation: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireAnomaly(Self.gravity, in: &foresight)
    request.require("misfit", of: Self.gravity, in: &foresight)
    foresight[Self.separated] = request.facts(Self.gravity)
    foresight[Self.separated].gain("reg", "res")
    return foresight
  }
}

extension RegionalSeparation: ReportedKind {
  var report: StageReport {
    var regional = FieldMap(
      .own("gravity", GravityVariables.regional), "Regional", .difference, dots: .known,
      caption: "The part of the misfit that is not the topography's.")
    regional.note = .none
    return StageReport([
      .map(
        FieldMap(
          .own("gravity", GravityVariables.misfit), "Misfit", .difference,
          caption: "Observed − forward gravity.")),
      .map(regional),
      .map(
        FieldMap(
          .own("gravity", GravityVariables.residual), "Residual", .difference,
          caption: "Misfit − regional: what the inversion explains.")),
    ])
  }
}
