import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// The most likely settings by Gauss–Newton rounds, and the posterior of the pipeline linearised there: a first look for the price of a
/// few rounds of 2d + 1 model runs.
struct Laplace: FoldKind {
  private static let maximumIterations = Setting(
    "max_iterations", .integer, .default(20), .atLeast(1),
    "greatest number of rounds; more go on where fewer ended")
  private static let tolerance = Setting(
    "step_tolerance", .number, .default(0.01), .above(0),
    "step, in deviations of the posterior, below which it is there")
  private static let maximumFailedSteps = Setting(
    "max_failed_steps", .integer, .optional(meaning: 8), .atLeast(0),
    "steps in a row that may be no improvement")
  private static let rounds = Output("iterations", .scalar(.dimensionless), "rounds")
  private static let converged = Output(
    "converged", .scalar(.dimensionless), "1 where the last step was below the tolerance")

  let signature = StageSignature(
    kind: "laplace", version: 2,
    summary: "the most likely settings and the posterior of the pipeline linearised there, with a verdict",
    declares: [
      PosteriorSettings.section, LaplaceStep.difference, maximumIterations, tolerance, maximumFailedSteps,
      VariationalDeclarations.samples, VariationalDeclarations.maximumFailures,
      VariationalDeclarations.members,
      PosteriorOutputs.declarations, rounds, converged,
    ],
    rules: [
      .needs(
        PosteriorSettings.forward, when: PosteriorSettings.logLikelihood.isGiven,
        because: "the posterior is linearised by what predictions change")
    ], family: PosteriorSettings.spec)

  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    _ = try PosteriorPrior(request.variables, perturbations: request.perturbations, request.settings)
      .coordinates(.priorQuantile)
    var settings: NameTable<SettingValue> = [:]
    for name in PosteriorSettings.stepSettings + [LaplaceStep.difference.name] {
      settings[name] = request.settings.values[name]
    }
    return Fold(step: LaplaceStep.kind, settings: settings, first: nil)
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    let settings = progress.settings
    guard let last = progress.last, progress.rounds > 0 else { return progress.next.rows.count }
    let isOver =
      Self.hasConverged(last, settings) || Int(last["iteration"] ?? 0) >= settings[Self.maximumIterations]
      || Int(last["failed_steps"] ?? 0) > settings[Self.maximumFailedSteps]
    return isOver ? 0 : progress.next.rows.count
  }

  private static func hasConverged(_ last: FoldReport, _ settings: Settings) -> Bool {
    last["accepted"] == 1 && (last["mean_step"] ?? .infinity) < settings[tolerance]
  }

  func most(_ progress: FoldProgress) -> Int? {
    let left = progress.settings[Self.maximumIterations] - Int(progress.last?["iteration"] ?? 0)
    return max(0, left) * progress.next.rows.count + progress.settings[VariationalDeclarations.samples]
      + progress.variables.count + 1
  }

  func close(_ progress: FoldProgress) throws -> RoundPlan? {
    guard let numbers = progress.next.note("posterior") else { return nil }
    let settings = progress.settings
    let coordinates = try PosteriorPrior(progress.variables, settings).coordinates(.priorQuantile)
    let dimension = coordinates.dimension
    let family = GaussianFamily.standard(dimension, .full).with(numbers: numbers)
    let draws = ClosingDraws(settings, outer: progress.outer, dimension: dimension)
    return draws.plan(
      settings[VariationalDeclarations.samples], of: family, coordinates,
      iteration: Int(progress.last?["iteration"] ?? 0))
  }

  func run(_ context: StageContext) throws {
    guard let path = context.inputs[LaplaceStep.before.name] else {
      throw StageError.outOfPlace("no round has run")
    }
    let data = try PosteriorData(context)
    let prior = try PosteriorPrior(context.memberDraws.map(\.variable), context.settings)
    let coordinates = try prior.coordinates(.priorQuantile)
    let state = try LaplaceStep.read(path, coordinates.dimension, difference: context[LaplaceStep.difference])
    guard let family = state.posterior else {
      throw StageError.outOfPlace("no round has come to a posterior")
    }
    let reports = try context.readReports()
    let failures = reports.reduce(0) { $0 + Int($1["failed_now"] ?? 0) }
    try PosteriorOutputs(
      context: context, data: data, prior: prior, coordinates: coordinates, family: family,
      runs: state.iteration * (2 * coordinates.dimension + 1), failures: failures,
      allowedFailures: context[VariationalDeclarations.maximumFailures],
      advice: "take variational_inference, which fits more than the middle, or Markov chains"
    ).write()
    let isThere = reports.last.map { Self.hasConverged($0, context.settings) } ?? false
    if !isThere {
      context.warn(
        "after \(state.iteration) rounds the step is still \(reports.last?["mean_step"] ?? .nan) deviations: raise max_iterations"
      )
    }
    for (output, value) in [(Self.rounds, Double(state.iteration)), (Self.converged, isThere ? 1 : 0)] {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary,
        whole: HistoryVariables.whole(output.name), to: context[output])
    }
  }
}
