import Inference
import NumericCore
import Planning
import StageSupport

/// Draws the posterior of any settings by Markov chains.
struct MarkovChains: FoldKind {
  private static let iterations = Setting(
    "iterations", .integer, .default(1000), .atLeast(1),
    "iterations after the warm-up; every walker has one chance to move in each. More go on where fewer ended")
  private static let targetRHat = Setting(
    "target_r_hat", .number, .optional, .above(1),
    "1.01: no more iterations once the greatest R-hat of all settings is this small")
  private static let targetSize = Setting(
    "target_effective_size", .integer, .optional, .atLeast(1),
    "no more iterations once bulk and tail of every setting have so many effective draws")
  static let kept = Setting(
    "samples", .integer, .default(1000), .atLeast(1),
    "rows of the samples, with what they predict, taken evenly from all draws; the summary is of all")
  private static let members = Setting(
    FamilySpec.members, .word(MemberStorage.self), .default(.chunks), "how model runs are kept")

  static let samples = Output("samples", .table, "draws of the posterior with what they predict")
  static let summary = Output(
    "summary", .table, "of every setting mean, deviation, quantiles, R-hat, effective sizes of bulk and tail")
  static let history = Output(
    "history", .table, "acceptance, likelihood and looks at R-hat, a row an iteration")
  static let traces = Output(
    "traces", .table, "draws of every setting, walker by walker, for trace and rank plots")
  static let correlations = Output("autocorrelation", .table, "of every setting, by lag")
  static let largestRHat = Output(
    "largest_r_hat", .scalar(.dimensionless), "greatest R-hat of all settings: 1 where chains agree")
  static let smallestSize = Output(
    "smallest_effective_size", .scalar(.dimensionless),
    "smallest effective size of bulk and tail of all settings")
  static let acceptance = Output(
    "acceptance", .scalar(.dimensionless), "share of proposals that were accepted")
  static let evidence = Output(
    "evidence", .scalar(.dimensionless),
    "log evidence by thermodynamic integration; without temperatures it has no value")
  static let evidenceError = Output("evidence_error", .scalar(.dimensionless), "its standard error")
  static let failed = Output("failed", .scalar(.dimensionless), "model runs that failed")

  let signature = StageSignature(
    kind: "markov_chains", version: 1,
    summary: "draws the posterior of any settings (`stage.setting ~ prior`) by Markov chains",
    declares: [PosteriorSettings.section] + ChainEntries.algorithm + [
      iterations, targetRHat, targetSize, kept, members, samples, summary, history, traces, correlations,
      largestRHat, smallestSize, acceptance, evidence, evidenceError, failed,
    ], rules: ChainEntries.rules, family: spec)

  private static let spec: FamilySpec = {
    var spec = PosteriorSettings.frugal
    // A point without a likelihood is one that no walker goes to.
    spec.toleratesFailures = true
    return spec
  }()

  /// Chains follow from each other; see `fold`.
  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    let prior = try PosteriorPrior(
      request.variables, perturbations: request.perturbations, request.settings)
    let count = prior.margins.count
    let settings = try ChainEntries.chains(request.settings, dimensions: count)
    let coordinates = try prior.coordinates(.priorQuantile)
    let start = ChainState(settings, draw: ChainEntries.start(request.settings, dimensions: count))
    var own: NameTable<SettingValue> = [:]
    for name in PosteriorSettings.stepSettings + ChainEntries.algorithm.map(\.name) {
      own[name] = request.settings.values[name]
    }
    var fold = Fold(
      step: MarkovChainStep.kind, settings: own,
      first: RoundPlan(start.proposals(settings).map { coordinates.physical($0.position) }))
    (fold.failures, fold.collects) = (.reported, true)
    return fold
  }

  /// Whole iterations are run: a part of one could not be folded.
  func rows(_ progress: FoldProgress) throws -> Int {
    guard left(progress) > 0, !isMet(progress) else { return 0 }
    return progress.next.rows.count
  }

  func most(_ progress: FoldProgress) -> Int? {
    isMet(progress) ? 0 : left(progress) * progress.next.rows.count
  }

  /// Rounds that the budget leaves.
  private func left(_ progress: FoldProgress) -> Int {
    let settings = progress.settings
    let rounds = settings[ChainEntries.method] == .stretch ? 2 : 1
    return 1 + (settings[ChainEntries.warmUp] + settings[Self.iterations]) * rounds - progress.rounds
  }

  private func isMet(_ progress: FoldProgress) -> Bool {
    let (rHat, size) = (progress.settings[Self.targetRHat], progress.settings[Self.targetSize])
    guard rHat != nil || size != nil, let last = progress.last, let found = last[ChainReport.rHat],
      let sizeFound = last[ChainReport.size], found.isFinite, sizeFound.isFinite
    else { return false }
    return found <= rHat ?? .infinity && sizeFound >= Double(size ?? 0)
  }

  func run(_ context: StageContext) throws { try ChainOutputs(context).write() }
}

/// Columns of the report of a step.
enum ChainReport {
  static let iteration = "iteration"
  static let draws = "draws"
  static let acceptance = "acceptance"
  static let logLikelihood = "log_likelihood"
  static let failed = "failed"
  static let rHat = "largest_r_hat"
  static let size = "smallest_effective_size"
  /// Of a temperature: means of ℓ and ℓ², the stone, and exchanges with the next hotter one.
  static func mean(_ rung: Int) -> String { "mean_\(rung)" }
  static func square(_ rung: Int) -> String { "square_\(rung)" }
  static func stone(_ rung: Int) -> String { "stone_\(rung)" }
  static func exchanged(_ rung: Int) -> String { "exchanged_\(rung)" }
}
