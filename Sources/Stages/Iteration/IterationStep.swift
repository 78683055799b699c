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
  /// Of a pair of the history: the update of its round, byte for byte, and what it changed of the gradient.
  static func step(_ slot: Int) -> String { "step_\(slot)" }
  static func change(_ slot: Int) -> String { "change_\(slot)" }
  private static let pairs = (0..<SearchState.slots).flatMap { [step($0), change($0)] }
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
    ] + pairs.map { .init($0, .grid) }

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
    ] + pairs.map { Output($0, .grid, "of a pair of the history") } + [
      Output("plan", .file, "what is computed next"), Output("report", .file, "a row of the history"),
    ]

  let signature = StageSignature(
    kind: IterationStep.kind, version: 2, summary: "a round of an iterative inversion",
    declares: IterationSettings.algorithm + [IterationSettings.arrows] + inputs + outputs
  ).hidden

  func run(_ context: StageContext) throws {
    var round = try IterationRound(context)
    try round.advance()
    try round.write()
  }
}
