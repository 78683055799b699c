import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Repeats an inversion, and whatever below it changes, with settings and data drawn anew.
struct EnsembleLoop: FoldKind {
  private static let spec: FamilySpec = {
    var spec = FamilySpec(purpose: .ensemble)
    spec.noiseSettings = ["compatible"]
    spec.samplers = [
      "latin_hypercube": latinHypercube, "monte_carlo": SamplerSpec(),
      "sobol": sobol,
    ]
    return spec
  }()

  private static let sobol: SamplerSpec = {
    var spec = SamplerSpec(maximumVariables: Sobol.maximumDimensions)
    spec.isEven = true
    return spec
  }()

  private static let latinHypercube: SamplerSpec = {
    var spec = SamplerSpec(isExtensible: false)
    spec.criteria = [
      "centered": CriterionSpec(), "random": CriterionSpec(),
      "maximin": CriterionSpec(minimumVariables: 1, comparesCandidates: true),
      "minimum_correlation": CriterionSpec(minimumVariables: 2, comparesCandidates: true),
    ]
    return spec
  }()

  /// Hypercubes compared, unless given: as many as UQpy compares.
  private static let usualCandidates = 100

  /// Members between two looks at the error, unless given.
  private static let usualBatch = 16

  let signature = EnsembleLoop.declared.unkeyed(FamilySettings.intermediates)

  private static let declared = StageSignature(
    kind: "ensemble_loop", version: 4,
    summary: "repeats a stage and what changes before it, with settings and data drawn anew (`~`)",
    settings: [
      FamilySettings.repeat,
      SettingSpec("runs", .integer, .required, minimum: "1", "number of members; with until the greatest"),
      SettingSpec(
        "until", .number(.dimensionless), .optional, minimum: "0", minimumExcluded: true,
        "2 %: no more members once the standard error of their deviation, in units of it and averaged over the nodes, "
          + "is this small: of monte_carlo that of independent draws, of sobol by how much blocks of the sequence "
          + "differ, which noise of data enters; not with latin_hypercube"),
      SettingSpec(
        "batch", .integer, .optional, minimum: "2",
        "members between two looks at that error; default 16"),
      SettingSpec(
        "sampler", .word(["latin_hypercube", "monte_carlo", "sobol"]), .defaultsTo("latin_hypercube"),
        "of the settings drawn; monte_carlo and sobol keep the first members when runs grows"),
      SettingSpec(
        "criterion", .word(["centered", "random", "maximin", "minimum_correlation"]), .defaultsTo("centered"),
        "place of a Latin hypercube's samples within their strata; or that of several random hypercubes whose nearest "
          + "samples are the farthest apart (maximin) or whose settings are the least correlated"),
      SettingSpec(
        "candidates", .integer, .optional, minimum: "1",
        "random hypercubes that maximin and minimum_correlation choose from, the first of them that of random; "
          + "default 100"),
      SettingSpec(
        "correlation", .list(.either([.name, .number(.dimensionless)]), count: 3...300), .optional,
        "between settings drawn: two names and a number, and more such triples "
          + "(zref, density_contrast, -0.5); of the normal quantiles, so any distributions"),
      FamilySettings.seed,
      SettingSpec(
        "compatible", .word(["none", "invert4geom"]), .defaultsTo("none"),
        "draw data as Invert4Geom does: run i from default_rng(i)"),
      FamilySettings.nested, FamilySettings.maximumFailures, FamilySettings.intermediates,
    ],
    outputs: [
      OutputSpec("members", .ensemble, "surface and residual of every member, and what was drawn for it"),
      OutputSpec("failed", .scalar(.dimensionless), "number of members that failed"),
    ],
    family: EnsembleLoop.spec)

  func design(_ request: DesignRequest) throws -> RoundPlan {
    guard !request.settings.has("batch") else {
      throw StageError.outOfPlace("'batch' needs 'until', the error at which the ensemble is large enough")
    }
    return RoundPlan(try Self.members(request.settings, request.variables))
  }

  /// An ensemble that stops goes by batches; its step tells how well the members so far tell the deviation.
  func fold(_ request: DesignRequest) throws -> Fold? {
    guard request.settings.has("until") else { return nil }
    let first = try Self.batch(request.settings, request.variables, from: 0)
    var fold = Fold(step: "ensemble_check", settings: Self.checkSettings(request.settings), first: first)
    (fold.plans, fold.tellsMembers, fold.knowsOuter) = (false, false, false)
    (fold.collects, fold.numbersThrough) = (true, true)
    return fold
  }

  /// Nothing for independent draws, so that a check is the same whatever else draws them.
  private static func checkSettings(_ settings: Settings) -> NameTable<SettingValue> {
    let sampler = settings.word("sampler")
    return spec.samplers[sampler]?.isEven == true ? ["sampler": .word(sampler)] : [:]
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    let left = progress.settings.integer("runs") - progress.rows
    guard progress.rounds > 0, progress.reports.count == progress.rounds else { return left }
    let error = progress.last?["value"] ?? .nan
    return error <= progress.settings.number("until") ? 0 : left
  }

  func most(_ progress: FoldProgress) -> Int? { progress.settings.integer("runs") - progress.rows }

  func next(_ progress: FoldProgress) throws -> RoundPlan {
    try Self.batch(progress.settings, progress.variables, from: progress.rows)
  }

  private static func batch(
    _ settings: Settings, _ variables: [DesignRequest.Variable], from first: Int
  ) throws -> RoundPlan {
    let members = try members(settings, variables)
    let count = settings.optionalInteger("batch") ?? usualBatch
    return RoundPlan(Array(members[min(first, members.count)..<min(members.count, first + count)]))
  }

  /// All `runs` of them. Samplers that may be asked for more give the first of them again.
  private static func members(
    _ settings: Settings, _ variables: [DesignRequest.Variable]
  ) throws -> [[Double]] {
    let drawn = try variables.map { try DrawnVariable($0) }
    var units = try unitDesign(settings, variables.map(\.name))
    if settings.has("correlation") {
      let correlation = try Correlation(settings.elements("correlation"), names: variables.map(\.name))
      units = UnitDesign.correlated(units, by: correlation)
    }
    return try units.map { unit in try zip(unit, drawn).map { try $1.value(at: $0) } }
  }

  /// Numbers between 0 and 1: one row a member, one column a variable.
  private static func unitDesign(_ settings: Settings, _ names: [String]) throws -> [[Double]] {
    let runs = settings.integer("runs")
    let seed = UInt64(settings.integer("seed"))
    let count = names.count
    guard count > 0 else { return Array(repeating: [], count: runs) }
    switch settings.word("sampler") {
    case "monte_carlo":
      return UnitDesign.monteCarlo(count: runs, names: names, seed: seed)
    case "sobol": return try UnitDesign.sobol(count: runs, dimensions: count, seed: seed)
    default:
      return latinHypercube(settings, count: runs, dimensions: count, seed: seed)
    }
  }

  private static func latinHypercube(
    _ settings: Settings, count: Int, dimensions: Int, seed: UInt64
  ) -> [[Double]] {
    let rule: LatinHypercube.Rule
    switch settings.word("criterion") {
    case "centered": return LatinHypercube.centered(count: count, dimensions: dimensions, seed: seed)
    case "random": return LatinHypercube.random(count: count, dimensions: dimensions, seed: seed)
    case "maximin": rule = .maximin
    default: rule = .minimumCorrelation
    }
    return LatinHypercube.chosen(
      by: rule, candidates: settings.optionalInteger("candidates") ?? usualCandidates, count: count,
      dimensions: dimensions, seed: seed)
  }

  func run(_ context: StageContext) throws {
    let survivors = context.members.filter { !$0.hasFailed }
    let failed = context.members.count - survivors.count
    guard let first = survivors.first else {
      throw StageError.tooFewMembers(found: 0, failed: failed)
    }
    let writer = try EnsembleWriter(context: context, template: first, count: survivors.count)
    for (index, member) in survivors.enumerated() {
      try context.checkCancelled()
      try writer.write(member, at: index)
    }
    try writer.close(members: survivors)
    context.log("\(survivors.count) members gathered, \(failed) failed")
    try NetCDFFile.writeScalar(
      Double(failed), name: "failed", units: "1", longName: "members that failed",
      to: context.output("failed"))
  }
}
