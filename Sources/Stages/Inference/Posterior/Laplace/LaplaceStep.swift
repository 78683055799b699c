import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// A Gauss–Newton round of the kind `laplace`.
struct LaplaceStep: StageKind {
  static let kind = "laplace_step"

  static let difference = Setting(
    "difference", .number, .default(0.1), .above(0),
    "distance of the two runs that a derivative is taken from, in deviations of the posterior so far")
  static let before = Input.optional("state", [.table], "what the rounds before have come to")
  private static let after = Output("state", .table, "what all rounds have come to")
  private static let plan = Output("plan", .file, "the model runs of the next round")
  private static let report = Output("report", .file, "a row of the history")

  let signature = StageSignature(
    kind: LaplaceStep.kind, version: 1, summary: "a Gauss–Newton round towards the most likely settings",
    declares: [PosteriorSettings.ofStep, difference, VariationalStep.outer, before, after, plan, report]
  ).hidden

  func run(_ context: StageContext) throws {
    let data = try PosteriorData(context)
    let prior = try PosteriorPrior(context.memberDraws.map(\.variable), context.settings)
    let coordinates = try prior.coordinates(.priorQuantile)
    var state = LaplaceIteration(coordinates.dimension, difference: context[Self.difference])
    var report = LaplaceIteration.Report()
    var failed = 0
    if let path = context[Self.before] {
      let before = try Self.read(path, coordinates.dimension, difference: context[Self.difference])
      let residuals = try context.members.map { try data.evaluation($0)?.residual }
      failed = residuals.count { $0 == nil }
      do {
        (state, report) = try before.step(residuals)
      } catch {
        throw StageError.outOfPlace(
          "no derivative: the run in the middle failed, or both beside it along a setting; \(failed) of \(residuals.count) have "
            + "no predictions where there are observations")
      }
      context.log(
        "round \(state.iteration): misfit and distance from the prior \(report.objective), step to come \(report.step) "
          + "deviations" + (report.accepted ? "" : ", no improvement: half as far"))
    } else if data.leftOut > 0 {
      context.warn("\(data.leftOut) of \(data.observed.count) observations have no value and are left out")
    }
    var dataset = Dataset(title: "state of a Gauss–Newton iteration")
    for (name, values) in state.columns where !values.isEmpty {
      try dataset.addColumn(name, values, units: nil, longName: name, dimension: name)
    }
    try NetCDFFile.write(dataset, to: context[Self.after])
    var notes: [(name: String, numbers: [Double])] = []
    if let posterior = state.posterior { notes.append(("posterior", posterior.numbers)) }
    try context.write(
      RoundPlan(rows: state.places.map { RoundPlan.Row(coordinates.physical($0)) }, notes: notes),
      FoldReport([
        ("iteration", Double(state.iteration)), ("accepted", report.accepted ? 1 : 0),
        ("objective", report.objective), ("mean_step", report.step), ("failed_steps", Double(state.fails)),
        ("failed_now", Double(failed)),
      ]))
  }

  static func read(_ path: String, _ dimension: Int, difference: Double) throws -> LaplaceIteration {
    let dataset = try NetCDFFile.read(path)
    guard
      let state = LaplaceIteration(
        columns: { name in dataset[name].flatMap { $0.decoded() } ?? [] }, dimension: dimension,
        difference: difference)
    else { throw StageError.outOfPlace("\(path) is no state of an iteration of these settings") }
    return state
  }
}
