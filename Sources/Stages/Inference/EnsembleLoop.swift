import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Repeats an inversion, and whatever below it changes, with settings and data drawn anew.
struct EnsembleLoop: FoldKind {
  private enum Sampler: String, SettingWord {
    case latinHypercube = "latin_hypercube"
    case monteCarlo = "monte_carlo"
    case sobol

    var summary: String {
      switch self {
      case .latinHypercube: "one sample in each stratum of every setting"
      case .monteCarlo: "independent; more runs keep the first members"
      case .sobol: "evenly spread; more runs keep the first members"
      }
    }

    var spec: SamplerSpec {
      switch self {
      case .latinHypercube:
        var spec = SamplerSpec(isExtensible: false)
        for criterion in Criterion.allCases { spec.criteria[criterion.rawValue] = criterion.spec }
        return spec
      case .monteCarlo: return SamplerSpec()
      case .sobol:
        var spec = SamplerSpec(maximumVariables: Sobol.maximumDimensions)
        spec.isEven = true
        return spec
      }
    }
  }

  private enum Criterion: String, SettingWord {
    case centered, random, maximin
    case minimumCorrelation = "minimum_correlation"

    var summary: String {
      switch self {
      case .centered: "in the middle of its stratum"
      case .random: "anywhere in it"
      case .maximin: "of several random hypercubes the one whose nearest samples are the farthest apart"
      case .minimumCorrelation: "of several random hypercubes the one whose settings are the least correlated"
      }
    }

    var spec: CriterionSpec {
      switch self {
      case .centered, .random: CriterionSpec()
      case .maximin: CriterionSpec(minimumVariables: 1)
      case .minimumCorrelation: CriterionSpec(minimumVariables: 2)
      }
    }
  }

  private static let runs = Setting(
    "runs", .integer, .required, .atLeast(1), "number of members; with until the greatest")
  private static let until = Setting(
    "until", .number, .optional, .above(0),
    "2 %: no more members once the standard error of their deviation, in units of it and averaged over the nodes, "
      + "is this small: of monte_carlo that of independent draws, of sobol by how much blocks of the sequence "
      + "differ, which noise of data enters; not with latin_hypercube")
  private static let batch = Setting(
    "batch", .integer, .optional(meaning: 16), .atLeast(2), "members between two looks at that error")
  private static let sampler = Setting(
    "sampler", .word(Sampler.self), .default(.latinHypercube), "of the settings drawn")
  private static let criterion = Setting(
    "criterion", .word(Criterion.self), .default(.centered),
    "where a sample of a Latin hypercube lies within its stratum")
  /// As many as UQpy compares.
  private static let candidates = Setting(
    "candidates", .integer, .optional(meaning: 100), .atLeast(1),
    "random hypercubes that maximin and minimum_correlation choose from, the first of them that of random")
  private static let correlation = Setting(
    "correlation", .list(.any(.either([.output, .name, .number(.dimensionless)])), 3...300), .optional,
    "between settings drawn: two names and a number, and more such triples "
      + "(zref, density_contrast, -0.5; where two share a name stage.setting); of the normal quantiles, so any distributions"
  )
  private static let compatible = Setting(
    "compatible", .word(NoiseStreams.self), .default(.none), "whose random numbers data are drawn with")
  static let members = Output(
    "members", .ensemble,
    "what every member has of its grids (of an inversion surface and residual), tables and numbers, and what was drawn "
      + "for it")
  private static let failed = Output("failed", .scalar(.dimensionless), "number of members that failed")

  private static let spec: FamilySpec = {
    var spec = FamilySpec(roles: [.collected])
    spec.noiseSettings = [compatible.name]
    spec.choosing = FamilySpec.Choosing(criterion: criterion.name, stop: until.name)
    for sampler in Sampler.allCases { spec.samplers[sampler.rawValue] = sampler.spec }
    return spec
  }()

  let signature = StageSignature(
    kind: "ensemble_loop", version: 4,
    summary: "repeats a stage and what changes before it, with settings and data drawn anew (`~`)",
    declares: [
      FamilySettings.repeat, runs, until, batch, sampler, criterion, candidates, correlation,
      FamilySettings.seed, compatible, FamilySettings.nested, FamilySettings.maximumFailures,
      FamilySettings.intermediates, FamilySettings.members, members, failed,
    ],
    rules: [
      .only(batch, with: until), .only(criterion, candidates, with: sampler, in: .latinHypercube),
      .only(candidates, with: criterion, in: .maximin, .minimumCorrelation),
    ], family: spec
  ).unkeyed(FamilySettings.intermediates.spec)

  func design(_ request: DesignRequest) throws -> RoundPlan {
    RoundPlan(try Self.members(request.settings, request.variables))
  }

  /// An ensemble that stops goes by batches; its step tells how well the members so far tell the deviation.
  func fold(_ request: DesignRequest) throws -> Fold? {
    guard request[Self.until] != nil else { return nil }
    let first = try Self.batch(request.settings, request.variables, from: 0)
    var fold = Fold(
      step: EnsembleCheck.kind, settings: EnsembleCheck.settings(isEven: request[Self.sampler].spec.isEven),
      first: first)
    (fold.plans, fold.tellsMembers, fold.knowsOuter) = (false, false, false)
    (fold.collects, fold.numbersThrough) = (true, true)
    return fold
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    let left = progress.settings[Self.runs] - progress.rows
    guard progress.rounds > 0, progress.reports.count == progress.rounds else { return left }
    let error = progress.last?[EnsembleCheck.error.name] ?? .nan
    return error <= progress.settings[given: Self.until] ? 0 : left
  }

  func most(_ progress: FoldProgress) -> Int? { progress.settings[Self.runs] - progress.rows }

  func next(_ progress: FoldProgress) throws -> RoundPlan {
    try Self.batch(progress.settings, progress.variables, from: progress.rows)
  }

  private static func batch(
    _ settings: Settings, _ variables: [DesignRequest.Variable], from first: Int
  ) throws -> RoundPlan {
    let members = try members(settings, variables)
    let count = settings[batch]
    return RoundPlan(Array(members[min(first, members.count)..<min(members.count, first + count)]))
  }

  /// All `runs` of them. Samplers that may be asked for more give the first of them again.
  private static func members(
    _ settings: Settings, _ variables: [DesignRequest.Variable]
  ) throws -> [[Double]] {
    let drawn = try variables.map { try DrawnVariable($0) }
    var units = try unitDesign(settings, variables.map(\.name))
    if let elements = settings[correlation] {
      let correlation = try Correlation(elements, names: variables.map(\.name))
      units = UnitDesign.correlated(units, by: correlation)
    }
    return try units.map { unit in try zip(unit, drawn).map { try $1.value(at: $0) } }
  }

  /// Numbers between 0 and 1: one row a member, one column a variable.
  private static func unitDesign(_ settings: Settings, _ names: [String]) throws -> [[Double]] {
    let runs = settings[runs]
    let seed = UInt64(settings[FamilySettings.seed])
    let count = names.count
    guard count > 0 else { return Array(repeating: [], count: runs) }
    switch settings[sampler] {
    case .monteCarlo:
      return UnitDesign.monteCarlo(count: runs, names: names, seed: seed)
    case .sobol: return try UnitDesign.sobol(count: runs, dimensions: count, seed: seed)
    case .latinHypercube:
      return latinHypercube(settings, count: runs, dimensions: count, seed: seed)
    }
  }

  private static func latinHypercube(
    _ settings: Settings, count: Int, dimensions: Int, seed: UInt64
  ) -> [[Double]] {
    let rule: LatinHypercube.Rule
    switch settings[criterion] {
    case .centered: return LatinHypercube.centered(count: count, dimensions: dimensions, seed: seed)
    case .random: return LatinHypercube.random(count: count, dimensions: dimensions, seed: seed)
    case .maximin: rule = .maximin
    case .minimumCorrelation: rule = .minimumCorrelation
    }
    return LatinHypercube.chosen(
      by: rule, candidates: settings[candidates], count: count,
      dimensions: dimensions, seed: seed)
  }

  func run(_ context: StageContext) throws {
    let survivors = context.members.filter { !$0.hasFailed }
    let failed = context.members.count - survivors.count
    guard !survivors.isEmpty else {
      throw StageError.tooFewMembers(found: 0, failed: failed)
    }
    try EnsembleWriter(context: context, survivors: survivors).write()
    context.log("\(survivors.count) members gathered, \(failed) failed")
    try NetCDFFile.writeScalar(
      Double(failed), name: Self.failed.name, units: "1", longName: "members that failed", whole: .count,
      to: context[Self.failed])
  }
}

extension EnsembleLoop: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.members].parts = request.members
    return foresight
  }
}
