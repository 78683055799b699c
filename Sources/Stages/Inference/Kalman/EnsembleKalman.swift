import Artefacts
import Inference
import NumericCore
import Planning
import StageSupport

/// Fits an ensemble of settings, or of grids, to data by Kalman's update.
struct EnsembleKalman: FoldKind {
  private static let maxIterations = Setting(
    "max_iterations", .integer, .optional(meaning: 50), .atLeast(1), "changes that are taken at most")
  private static let errorTolerance = Setting(
    "error_tolerance", .number, .optional(meaning: 1e-5), .atLeast(0),
    "no more changes once the members' misfit, in deviations of the noise, is this small: 1 stops at the noise"
  )
  private static let updateTolerance = Setting(
    "update_tolerance", .number, .optional(meaning: 1e-6), .atLeast(0),
    "no more changes once the change of all members together has this norm")
  private static let maxRefusals = Setting(
    "max_refusals", .integer, .optional(meaning: 5), .atLeast(0),
    "no more changes once more than so many steps after each other were refused")
  private static let members = Setting(
    FamilySpec.members, .word(MemberStorage.self),
    .later(
      default: .nodes, otherwise: .chunks, when: !KalmanEntries.moves.isGiven,
      told: "chunks of settings, nodes of a grid"), "how model runs are kept")

  static let samples = Output("samples", .table, "the last ensemble with what its members predict")
  static let summary = Output(
    "summary", .table, "of every setting mean, deviation and quantiles; of a grid of its mean over the nodes")
  static let history = Output("history", .table, "misfit and spread, a row a round")
  static let maps = Output(
    "maps", .grid, "of a grid that moves mean, standard deviation and the prior's; without moves empty")
  static let error = Output(
    "error", .scalar(.dimensionless),
    "root mean square misfit of the members in deviations of the noise: about 1")
  static let failed = Output("failed", .scalar(.dimensionless), "model runs that failed, of all rounds")

  private static let spec: FamilySpec = {
    var spec = PosteriorSettings.frugal
    // A member that fails is drawn anew.
    spec.toleratesFailures = true
    return spec
  }()

  let signature = StageSignature(
    kind: "ensemble_kalman", version: 2,
    summary:
      "fits an ensemble of settings (`stage.setting ~ prior`), or of grids (`moves`), to data by Kalman's update",
    declares: [PosteriorSettings.section, KalmanEntries.moves, KalmanEntries.model] + KalmanEntries.algorithm
      + [
        maxIterations, errorTolerance, updateTolerance, maxRefusals, members, samples, summary, history, maps,
        error, failed,
      ],
    rules: KalmanEntries.rules + [
      .only(
        maxIterations, errorTolerance, updateTolerance, maxRefusals, with: KalmanEntries.method,
        in: .inversion)
    ], family: spec)

  /// Members follow from each other; see `fold`.
  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    let settings = request.settings
    var own: NameTable<SettingValue> = [:]
    for name in PosteriorSettings.stepSettings + KalmanEntries.algorithm.map(\.name) {
      own[name] = settings.values[name]
    }
    // The planner keeps what moves; the deviation of the grid's prior is given with it and only then.
    guard settings[KalmanEntries.fieldDeviation] == nil else {
      guard request.variables.isEmpty, request.perturbations.isEmpty else {
        throw StageError.outOfPlace(
          "a grid that moves is what is unknown: no settings and no data vary beside it")
      }
      var fold = Fold(step: EnsembleKalmanStep.kind, settings: own, first: nil)
      (fold.failures, fold.proposals) = (.reported, KalmanEntries.rows(settings))
      return fold
    }
    let prior = try PosteriorPrior(request.variables, perturbations: request.perturbations, settings)
    let coordinates = try prior.coordinates(.priorQuantile)
    var points = KalmanEntries.start(settings, dimensions: prior.margins.count)
    if settings[KalmanEntries.method] == .inversion { points.append(EnsembleUpdate.mean(points)) }
    var fold = Fold(
      step: EnsembleKalmanStep.kind, settings: own, first: RoundPlan(points.map(coordinates.physical)))
    fold.failures = .reported
    return fold
  }

  /// A smoother ends by itself; an inversion by its tolerances.
  func rows(_ progress: FoldProgress) throws -> Int {
    let settings = progress.settings
    guard settings[KalmanEntries.method] == .inversion, let last = progress.last,
      let error = last[KalmanReport.error], let update = last[KalmanReport.update]
    else { return progress.next.rows.count }
    let iterations = Int(last[KalmanReport.iteration] ?? 0)
    let refused = Int(last[KalmanReport.refused] ?? 0)
    let goesOn =
      iterations < settings[Self.maxIterations] && error > settings[Self.errorTolerance]
      && update > settings[Self.updateTolerance] && refused <= settings[Self.maxRefusals]
    return goesOn ? progress.next.rows.count : 0
  }

  func most(_ progress: FoldProgress) -> Int? {
    let settings = progress.settings
    guard settings[KalmanEntries.method] == .smoother else { return nil }
    return max(0, settings[KalmanEntries.assimilations] + 1 - progress.rounds) * settings[KalmanEntries.draws]
  }

  func run(_ context: StageContext) throws { try KalmanOutputs(context).write() }
}

/// Columns of the report of a step.
enum KalmanReport {
  static let iteration = "iteration"
  static let error = "error"
  static let spread = "spread"
  static let inflation = "inflation"
  static let step = "step"
  static let update = "update_norm"
  static let refused = "refused"
  static let failed = "failed"
}
