import Artefacts
import Datasets
import Inference
import Planning
import StageSupport

/// Draws of the prior with the data that each would give: what networks learn from.
///
/// Without `within` all members are known at once. With it they are those draws that lie in a region which an artefact tells: a
/// fold, whose steps draw a chunk at a time (`PriorSamplesStep`).
struct PriorSamples: FoldKind {
  enum Sampler: String, SettingWord {
    case monteCarlo = "monte_carlo"
    case sobol

    var summary: String {
      switch self {
      case .monteCarlo: "independent draws"
      case .sobol: "evenly spread"
      }
    }
  }

  private static let runs = Setting(
    "runs", .integer, .required, .atLeast(1), "draws in all; more runs keep the first ones")
  private static let data = Setting(
    "data", .list(.output, 1...20), .required,
    "outputs that make the data vector, one behind the other: a grid, a table, numbers")
  private static let derived = Setting(
    "derived", .list(.output, 1...50), .optional,
    "outputs that are one number each, such as a mean depth, of which a network may learn as well")
  static let sampler = Setting(
    "sampler", .word(Sampler.self), .default(.monteCarlo), "of what is drawn; more runs keep the first draws")
  private static let members = Setting(
    FamilySpec.members, .word(MemberStorage.self), .default(.chunks), "how draws are computed")
  static let within = Input.optional(
    "within", [.table, .samples],
    "samples to whose region of highest density the prior is truncated, in the parameters that it has a column of: such as "
      + "draws of an earlier posterior")
  static let share = Setting(
    "within_share", .number,
    .later(default: 0, otherwise: 0.999, when: within.isGiven, told: "0.999 with the input within"),
    .atLeast(0).atMost(1), "of the samples of 'within' that the region holds")
  static let samples = Output(
    "samples", .samples,
    "what was drawn with names, units and distributions, and the data vector of every draw; draws that failed are listed"
  )
  private static let failed = Output("failed", .scalar(.dimensionless), "number of draws that failed")

  private static let spec: FamilySpec = {
    var spec = FamilySpec(roles: [.init("data"), .init("derived", required: false)])
    spec.samplers[Sampler.monteCarlo.rawValue] = SamplerSpec()
    var even = SamplerSpec(maximumVariables: Sobol.maximumDimensions)
    even.isEven = true
    spec.samplers[Sampler.sobol.rawValue] = even
    spec.tellsDraws = true
    return spec
  }()

  let signature = StageSignature(
    kind: "prior_samples", version: 2,
    summary: "draws models from a prior (`~`) and simulates the data of each, for networks to learn from",
    declares: [
      FamilySettings.repeat, runs, data, derived, sampler, FamilySettings.seed, FamilySettings.nested,
      FamilySettings.maximumFailures, FamilySettings.intermediates, members, share, within, samples, failed,
    ],
    rules: [
      .only(share, with: within),
      .check(share, "is above 0", when: within.isGiven) {
        $0 > 0 ? nil : "is above 0: a region that holds no sample is empty"
      },
    ], family: spec
  ).unkeyed(FamilySettings.intermediates.spec)

  /// - Throws: where nothing is drawn, or noise of data.
  private static func drawn(_ request: DesignRequest) throws -> [DrawnVariable] {
    let drawn = try request.variables.map { try DrawnVariable($0) }
    guard !drawn.isEmpty else {
      throw StageError.outOfPlace(
        "nothing is drawn: a prior needs lines such as 'stage.setting ~ uniform(1, 2)'")
    }
    guard request.perturbations.isEmpty else {
      throw StageError.outOfPlace(
        "samples of a prior hold no noise of data: what learns from them adds it; take 'stage.output ~ normal(uncertainty)' "
          + "out")
    }
    return drawn
  }

  func design(_ request: DesignRequest) throws -> RoundPlan {
    let drawn = try Self.drawn(request)
    let (runs, seed) = (request[Self.runs], UInt64(request[FamilySettings.seed]))
    let units: [[Double]]
    switch request[Self.sampler] {
    case .monteCarlo:
      units = UnitDesign.monteCarlo(count: runs, names: request.variables.map(\.name), seed: seed)
    case .sobol: units = try UnitDesign.sobol(count: runs, dimensions: drawn.count, seed: seed)
    }
    return RoundPlan(try units.map { unit in try zip(unit, drawn).map { try $1.value(at: $0) } })
  }

  // MARK: - within a region

  func fold(_ request: DesignRequest) throws -> Fold? {
    guard request[Self.share] > 0 else { return nil }
    _ = try Self.drawn(request)
    var settings: NameTable<SettingValue> = [:]
    for name in [Self.sampler.name, FamilySettings.seed.name, Self.share.name] {
      settings[name] = request.settings.values[name]
    }
    var fold = Fold(step: PriorSamplesStep.kind, settings: settings, first: nil)
    (fold.failures, fold.collects, fold.numbersThrough) = (.ofFamily, true, true)
    // Equal sections draw equally wherever they are: two rounds of one region are one piece of work.
    fold.knowsOuter = false
    return fold
  }

  func rows(_ progress: FoldProgress) throws -> Int { progress.settings[Self.runs] - progress.rows }

  func most(_ progress: FoldProgress) -> Int? { progress.settings[Self.runs] - progress.rows }

  func run(_ context: StageContext) throws {
    let survivors = context.members.filter { !$0.hasFailed }
    let failed = context.members.count - survivors.count
    guard !survivors.isEmpty else { throw StageError.tooFewMembers(found: 0, failed: failed) }
    try SamplesWriter(context: context, survivors: survivors).write(to: context[Self.samples])
    if failed > 0 {
      let share = 1000 * Double(failed) / Double(context.members.count)
      context.warn(
        "\(failed) of \(context.members.count) draws failed: what is left is the prior without the \(share.rounded() / 10) % "
          + "of it where the simulation fails")
    }
    context.log("\(survivors.count) samples, \(failed) failed")
    try NetCDFFile.writeScalar(
      Double(failed), name: Self.failed.name, units: "1", longName: "draws that failed", whole: .count,
      to: context[Self.failed])
  }
}

extension PriorSamples: ReportedKind {
  var report: StageReport { StageReport([.outputs], numbers: [.members]) }
}
