import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// A round of variational inference: what came of its draws, and the draws of the next.
struct VariationalStep: StageKind {
  static let kind = "variational_step"

  static let initial = Input.optional(
    "initial", [.posterior], "a posterior to begin with, instead of the prior")
  static let before = Input.optional("state", [.table], "what the rounds before have come to")
  private static let after = Output("state", .table, "what all rounds have come to")
  private static let plan = Output("plan", .file, "the draws of the next round")
  private static let report = Output("report", .file, "a row of the history")
  static let outer = Setting(
    "outer", .text, .optional, "the member of another family that this one is inside of")

  let signature = StageSignature(
    kind: VariationalStep.kind, version: 2, summary: "a round of variational inference",
    declares: [PosteriorSettings.ofStep] + VariationalDeclarations.algorithm + [
      outer, initial, before, after, plan, report,
    ]
  ).hidden

  /// Names in a plan's notes, and columns of the report that others read.
  enum Names {
    static let (averaged, best, last) = ("averaged", "best", "last")
    static let trial = "trial"
    static let failedNow = "failed_now"
    static let iteration = "iteration"
  }

  func run(_ context: StageContext) throws {
    let data = try PosteriorData(context, conventions: context[VariationalDeclarations.compatible])
    let problem = try Self.problem(context, data)
    let settings = problem.inference.settings
    var state: VariationalState
    var report = VariationalInference.Report()
    let isTrial: Bool
    if let path = context[Self.before] {
      let before = try Self.read(path, problem)
      let evaluations = try data.evaluations(context.members, onFailure: context[PosteriorSettings.onFailure])
      do {
        (state, report) = try problem.inference.step(
          before, normals: problem.normals(before), evaluations: evaluations)
      } catch {
        throw StageError.outOfPlace("\(error); \(Self.failures(context, evaluations))")
      }
      isTrial = before.phase == .trial
    } else {
      state = VariationalState(try problem.start(context[Self.initial]), settings: settings)
      isTrial = false
      if data.leftOut > 0 {
        context.warn("\(data.leftOut) of \(data.observed.count) observations have no value and are left out")
      }
    }
    try Self.write(state, to: context[Self.after])
    let rows = problem.inference.places(state, normals: problem.normals(state)).map {
      RoundPlan.Row(problem.coordinates.physical($0))
    }
    let notes = [
      (Names.averaged, state.average.numbers), (Names.best, state.best.numbers),
      (Names.last, state.current.numbers),
    ]
    try context.write(
      RoundPlan(rows: rows, notes: notes.map { (name: $0.0, numbers: $0.1) }),
      Self.row(report, isTrial: isTrial))
    Self.tell(report, isTrial: isTrial, context)
  }

  static func problem(_ context: StageContext, _ data: PosteriorData) throws -> VariationalProblem {
    try VariationalProblem(
      context.memberDraws.map(\.variable), context.settings, variances: data.deviations.map { $0 * $0 },
      outer: context[outer])
  }

  private static func failures(
    _ context: StageContext, _ evaluations: [VariationalInference.Evaluation?]
  ) -> String {
    let failed = context.members.count(where: \.hasFailed)
    let silent = evaluations.count { $0 == nil } - failed
    return
      "\(failed) of \(evaluations.count) runs failed and \(silent) gave no number where there are observations"
  }

  // MARK: - reports

  private static func row(_ report: VariationalInference.Report, isTrial: Bool) -> FoldReport {
    var row = FoldReport([
      (Names.iteration, Double(report.iteration)), (Names.trial, isTrial ? 1 : 0),
      ("accepted", report.accepted ? 1 : 0), ("elbo", report.elbo), ("elbo_error", report.error),
      ("log_likelihood", report.logLikelihood), ("log_prior", report.logPrior),
      ("relative_mse", report.relativeMeanSquare), ("gradient_norm", report.gradientNorm),
      ("signal_to_noise", report.signalToNoise), ("step", report.step), ("mean_step", report.meanStep),
      ("failed_steps", Double(report.fails)), ("runs", Double(report.runs)),
      ("failed", Double(report.failures)),
      (Names.failedNow, Double(report.failedNow)),
    ])
    // Only where earlier draws count again, so that other histories are as they were.
    if !report.effectiveDraws.isNaN { row.columns.append(("effective_draws", report.effectiveDraws)) }
    return row
  }

  private static func tell(_ report: VariationalInference.Report, isTrial: Bool, _ context: StageContext) {
    guard report.runs > 0 else { return }
    let kind =
      isTrial ? (report.accepted ? "iteration" : "trial not taken after iteration") : "linearised round"
    context.log(
      "\(kind) \(report.iteration): evidence lower bound \(report.elbo) ± \(report.error), \(report.runs) runs, "
        + "\(report.failures) failed")
  }

  // MARK: - state

  private static func write(_ state: VariationalState, to path: String) throws {
    var dataset = Dataset(title: "state of a variational inference")
    for (name, values) in state.columns where !values.isEmpty {
      try dataset.addColumn(name, values, units: nil, longName: name, dimension: name)
    }
    try NetCDFFile.write(dataset, to: path)
  }

  static func read(_ path: String, _ problem: VariationalProblem) throws -> VariationalState {
    let dataset = try NetCDFFile.read(path)
    // Only the form of the family and a fixed correlation come from here.
    guard
      let state = VariationalState(
        columns: { name in dataset[name].flatMap { $0.decoded() } ?? [] }, form: problem.form,
        settings: problem.inference.settings)
    else { throw StageError.outOfPlace("\(path) is no state of an inference of these settings") }
    return state
  }
}
