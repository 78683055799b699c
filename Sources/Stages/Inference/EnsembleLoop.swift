import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Repeats an inversion, and whatever below it changes, with settings and data drawn anew.
struct EnsembleLoop: FamilyKind {
  private static let spec: FamilySpec = {
    var spec = FamilySpec(purpose: .ensemble)
    spec.checkKind = "ensemble_check"
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

  let signature = StageSignature(
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
      FamilySettings.nested, FamilySettings.maximumFailures,
    ],
    outputs: [
      OutputSpec("members", .ensemble, "surface and residual of every member, and what was drawn for it"),
      OutputSpec("failed", .scalar(.dimensionless), "number of members that failed"),
    ],
    family: EnsembleLoop.spec)

  func design(_ request: DesignRequest) throws -> DesignStep {
    guard let range = try Self.range(request) else { return DesignStep(members: [], isComplete: true) }
    let variables = try request.variables.map { try DrawnVariable($0) }
    var units = try Self.unitDesign(request)
    if request.settings.has("correlation") {
      let correlation = try Correlation(
        request.settings.elements("correlation"), names: request.variables.map(\.name))
      units = UnitDesign.correlated(units, by: correlation)
    }
    let members = try units[range].map { unit in try zip(unit, variables).map { try $1.value(at: $0) } }
    return DesignStep(members: members, isComplete: range.upperBound == units.count)
  }

  /// The members to add: all at once, or a batch as long as the error is too large. Nil for none.
  private static func range(_ request: DesignRequest) throws -> Range<Int>? {
    let (known, runs) = (request.finished.count, request.settings.integer("runs"))
    guard let until = request.settings.optionalNumber("until") else {
      guard !request.settings.has("batch") else {
        throw StageError.outOfPlace("'batch' needs 'until', the error at which the ensemble is large enough")
      }
      return known == 0 ? 0..<runs : nil
    }
    let batch = request.settings.optionalInteger("batch") ?? usualBatch
    if known > 0 {
      // Where the last look failed, so many members have that the ensemble fails too.
      guard let last = request.checks.last, let error = last, !(error <= until) else { return nil }
    }
    return known..<min(runs, known + batch)
  }

  /// Numbers between 0 and 1: one row a member, one column a variable.
  private static func unitDesign(_ request: DesignRequest) throws -> [[Double]] {
    // Samplers that may be asked for more members give the first of them again, whatever their number.
    let runs = request.settings.integer("runs")
    let seed = UInt64(request.settings.integer("seed"))
    let count = request.variables.count
    guard count > 0 else { return Array(repeating: [], count: runs) }
    switch request.settings.word("sampler") {
    case "monte_carlo":
      return UnitDesign.monteCarlo(count: runs, names: request.variables.map(\.name), seed: seed)
    case "sobol": return try UnitDesign.sobol(count: runs, dimensions: count, seed: seed)
    default:
      return latinHypercube(request.settings, count: runs, dimensions: count, seed: seed)
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
