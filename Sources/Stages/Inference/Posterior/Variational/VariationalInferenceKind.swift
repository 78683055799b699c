import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Fits a Gaussian to the posterior of any settings of any pipeline, round by round, and says whether it can be trusted.
struct VariationalInferenceKind: FoldKind {
  private typealias D = VariationalDeclarations
  private typealias Names = VariationalStep.Names

  private static let spec: FamilySpec = {
    var spec = PosteriorSettings.spec
    for sampler in DrawSampler.allCases { spec.samplers[sampler.rawValue] = sampler.spec }
    spec.starts = VariationalStep.initial.name
    return spec
  }()

  let signature: StageSignature = {
    var signature = StageSignature(
      kind: "variational_inference", version: 2,
      summary:
        "the posterior of any settings (`~` says what is known of them) as a Gaussian in suitable coordinates, with a verdict",
      declares: [PosteriorSettings.section] + VariationalDeclarations.algorithm
        + VariationalDeclarations.stops
        + [VariationalStep.initial, PosteriorOutputs.declarations, VariationalInferenceKind.iterations],
      rules: VariationalDeclarations.rules, family: VariationalInferenceKind.spec)
    signature.remarks = [
      "It begins at the prior, at the posterior that `initial` takes, or for a setting that is drawn where a line says: "
        + "initial.start.height = normal(480, 10) m. Such a setting begins without correlation to the others; starts that come to "
        + "different posteriors tell of several modes."
    ]
    return signature
  }()
  private static let iterations = Output(
    "iterations", .scalar(.dimensionless), "iterations, linearised ones among them")

  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    // What can't be is told before anything runs.
    _ = try problem(request.variables, request.settings, request.perturbations)
    var settings: NameTable<SettingValue> = [:]
    for name in PosteriorSettings.stepSettings + D.algorithm.map(\.name) {
      settings[name] = request.settings.values[name]
    }
    return Fold(step: VariationalStep.kind, settings: settings, first: nil)
  }

  private func problem(
    _ variables: [DesignRequest.Variable], _ settings: Settings, _ perturbations: [String] = []
  ) throws -> VariationalProblem {
    try VariationalProblem(variables, settings, variances: [], outer: nil, perturbations: perturbations)
  }

  // MARK: - when it ends

  func rows(_ progress: FoldProgress) throws -> Int {
    let settings = progress.settings
    guard let last = progress.last else { return progress.next.rows.count }
    try refuseFailures(last, settings)
    let isRomtools = settings[D.compatible] == .romtools
    // romtools counts the state that it begins with.
    let most = settings[D.maximumIterations] - (isRomtools ? 1 : 0)
    if Int(last[Names.iteration] ?? 0) >= max(most, isRomtools ? 0 : 1), progress.rounds > 0 { return 0 }
    return hasConverged(progress, last) ? 0 : progress.next.rows.count
  }

  private func refuseFailures(_ last: FoldReport, _ settings: Settings) throws {
    let failed = Int(last[Names.failedNow] ?? 0)
    let allowed = settings[D.maximumFailures]
    guard failed > allowed else { return }
    throw StageError.outOfPlace(
      "\(failed) draws of a round have no density, and max_failures = \(allowed)")
  }

  private func hasConverged(_ progress: FoldProgress, _ last: FoldReport) -> Bool {
    let settings = progress.settings
    guard last[Names.trial] == 1 else { return false }
    if Int(last["failed_steps"] ?? 0) > settings[D.maximumFailedSteps] { return true }
    guard last["accepted"] == 1 else { return false }
    if let norm = last["gradient_norm"], norm <= Self.gradientTolerance(settings) { return true }
    if let tolerance = settings[D.relativeTolerance],
      let first = progress.reports.dropLast().first(where: Self.isAcceptedTrial).flatMap(\.self),
      Self.elbo(last) / (Self.elbo(first) + 1e-16) <= tolerance
    {
      return true
    }
    let trials = Self.latestTrials(settings[D.trendWindow], of: progress.reports)
    return ElboTrend.isFlat(
      trials.map(Self.elbo), errors: trials.map { $0["elbo_error"] ?? .nan },
      window: settings[D.trendWindow], tolerance: settings[D.trendTolerance])
  }

  /// The last accepted trials, in their order: the first rounds of a long inference are not gone through again in each.
  private static func latestTrials(_ count: Int, of reports: [FoldReport?]) -> [FoldReport] {
    reports.reversed().lazy.filter(isAcceptedTrial).prefix(count).compactMap(\.self).reversed()
  }

  private static func isAcceptedTrial(_ report: FoldReport?) -> Bool {
    report?[Names.trial] == 1 && report?["accepted"] == 1
  }

  private static func elbo(_ report: FoldReport) -> Double { report["elbo"] ?? .nan }

  private static func gradientTolerance(_ settings: Settings) -> Double {
    if let given = settings[D.gradientTolerance] { return given }
    guard settings[D.compatible] == .romtools else { return 1e-6 }
    return settings[D.optimizer] == .newton ? 5e-5 : 1e-5
  }

  func most(_ progress: FoldProgress) -> Int? {
    let left = progress.settings[D.maximumIterations] - Int(progress.last?[Names.iteration] ?? 0)
    return max(0, left) * progress.next.rows.count + progress.settings[D.samples] + progress.variables.count
      + 1
  }

  // MARK: - the closing round

  func close(_ progress: FoldProgress) throws -> RoundPlan? {
    let settings = progress.settings
    guard let numbers = progress.next.note(settings[D.result].rawValue) else { return nil }
    let problem = try problem(progress.variables, settings)
    let family = problem.form.with(numbers: numbers)
    let draws = ClosingDraws(settings, outer: progress.outer, dimension: family.dimension)
    return draws.plan(
      settings[D.samples], of: family, problem.coordinates,
      iteration: Int(progress.last?[Names.iteration] ?? 0))
  }

  // MARK: - the end

  func run(_ context: StageContext) throws {
    guard let path = context.inputs[VariationalStep.before.name] else {
      throw StageError.outOfPlace("no round has run")
    }
    let data = try PosteriorData(context, conventions: context[D.compatible])
    let settings = context.settings
    let variables = context.memberDraws.map(\.variable)
    let problem = try VariationalProblem(
      variables, settings, variances: data.deviations.map { $0 * $0 }, outer: nil)
    let state = try VariationalStep.read(path, problem)
    let family = settings[D.result].family(state)
    try PosteriorOutputs(
      context: context, data: data, prior: problem.prior, coordinates: problem.coordinates, family: family,
      runs: state.runs, failures: state.failures, allowedFailures: settings[D.maximumFailures]
    ).write()
    try NetCDFFile.writeScalar(
      Double(state.iteration), name: Self.iterations.name, units: "1", longName: "iterations",
      to: context[Self.iterations])
  }
}
