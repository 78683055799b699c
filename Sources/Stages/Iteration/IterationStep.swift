import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

/// One round of an iterative inversion: takes what the events told of a model or of a trial and plans the next.
///
/// A round is not an iteration: a rejected trial is a round of its own, and so are the gradients of an accepted one
/// where they are not computed with every trial.
struct IterationStep: StageKind {
  static let kind = "iteration_step"

  static let (model, deviation, gradient) = ("model", "deviation", "gradient")
  static let (update, search) = ("update", "search")
  static func pair(_ slot: Int) -> String { "pair_\(slot)" }
  /// What the moved arrows have in the manifest.
  static let prior = "prior"
  /// The model that is tried.
  static let proposal = "proposal_0"

  /// Ports of the state.
  static let states: [FamilySpec.StatePort] =
    [
      .init(model, .grid, isMoved: true), .init(deviation, .grid), .init(gradient, .grid),
      .init(update, .grid),
      .init(search, .table),
    ] + (0..<SearchState.slots).map { .init(pair($0), .grid) }

  private static let inputs: [any Declaration] =
    states.map { Input.optional($0.name, [$0.type], "of the step before") } + [
      Input.optional(prior, [.grid], "the model that the inversion began with"),
      Input.optional("sources", [.table], "places of sources"),
      Input.optional("receivers", [.table], "places of receivers"),
    ]
  private static let outputs: [any Declaration] =
    [
      Output(model, .grid, "the model of the iteration"), Output(deviation, .grid, "its unknowns"),
      Output(gradient, .grid, "derivative of the misfit by the unknowns, and the same smoothed"),
      Output(update, .grid, "what the trial adds to the unknowns"),
      Output(search, .table, "numbers, events, cut-outs"),
    ] + (0..<SearchState.slots).map { Output(pair($0), .grid, "a pair of the history") } + [
      Output("plan", .file, "what is computed next"), Output("report", .file, "a row of the history"),
    ]

  let signature = StageSignature(
    kind: IterationStep.kind, version: 1, summary: "a round of an iterative inversion",
    declares: IterationSettings.algorithm + [IterationSettings.arrows] + inputs + outputs
  ).hidden

  func run(_ context: StageContext) throws {
    var round = try IterationRound(context)
    try round.advance()
    try round.write()
  }
}
