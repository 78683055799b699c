import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Changes a model step by step until what other stages compute of it fits: any value with a gradient.
struct IterativeInversion: FoldKind {
  private typealias Column = IterationReport.Column

  private static let outputs = ValueForm<Either<PortReference, [PortReference]>>.either(
    .output, .list(.output, 1...9))
  private static let `repeat` = Setting(
    "repeat", .stage, .required, "the stage to repeat, with all that changes before it")
  private static let value = Setting(
    EventResults.value, outputs, .required, "the number to make small: misfit.misfit; several add up")
  private static let gradient = Setting(
    EventResults.gradient, outputs, .required,
    "its derivative by the parameters of the model, in variables of their names: sensitivity.kernel; as many as "
      + "values")
  private static let moves = Setting(
    FamilySpec.moves, outputs, .required,
    "the arrow that is replaced by the model of each iteration: shot.model; several, if they come from one output"
  )
  private static let each = Setting(
    FamilySpec.each.setting, .output, .optional(otherwise: "there is one event"),
    "the setting of the pipeline that names the event: pipeline.event")
  private static let events = Setting(
    FamilySpec.each.values, .list(.text, 1...100_000), .optional, "the events, by name")
  private static let intermediates = Setting(
    FamilySpec.intermediates, .word(Intermediates.self), .default(.keep), "what members make on the way")

  private enum Intermediates: String, SettingWord {
    case keep, drop

    var summary: String {
      switch self {
      case .keep: ""
      case .drop: "removed as soon as all that reads it has run; made again when needed"
      }
    }
  }

  static let maximumIterations = Setting(
    "max_iterations", .integer, .default(10), .atLeast(0),
    "accepted updates, counted from the prior model on, in a branch too")
  private static let gradientTolerance = Setting(
    "gradient_tolerance", .number, .optional(otherwise: "not looked at"), .above(0),
    "ends where the L2 norm of the gradient is so small a part of the first one's")
  private static let target = Setting(
    "target", .number, .optional(otherwise: "not looked at"), .atLeast(0),
    "ends where the value is this or less")
  private static let continues = Input.optional(
    "continues", [.file], "an iteration of another such stage: inversion.iteration_1, or inversion.last")
  private static let sources = Input.optional(
    "sources", [.table], "where sources are, for source_cutout; else the gradient says it")
  private static let receivers = Input.optional(
    "receivers", [.table], "where receivers are, for receiver_cutout")

  private static let model = Output(
    "model", .grid, "the model of the last iteration", sameTypeAs: moves)
  private static let deviation = Output("deviation", .grid, "its unknowns: 0 is the prior model")
  private static let lastGradient = Output(
    "gradient", .grid, "the last gradient by the unknowns, and the same smoothed")
  static let history = Output("history", .table, "a row for each round: values, norms, radius, verdicts")
  private static let misfit = Output("misfit", .scalar(.dimensionless), "value of the model")
  private static let reduction = Output(
    "reduction", .scalar(.dimensionless), "that value over the value of the first model of the section")
  private static let gradientNorm = Output(
    "gradient_norm", .scalar(.dimensionless),
    "L2 norm of the gradient of the last model of which it was computed")
  private static let iterations = Output("iterations", .scalar(.dimensionless), "updates that were accepted")
  private static let trials = Output("trials", .scalar(.dimensionless), "trials of this section")

  private static let spec: FamilySpec = {
    var spec = FamilySpec(roles: [.init(EventResults.value), .init(EventResults.gradient)])
    spec.states = IterationStep.states
    (spec.moved, spec.budget) = (IterationStep.prior, maximumIterations.name)
    let told: [Column] = [.misfit, .gradientNorm, .ratio, .length, .radius, .events]
    spec.told = told.map(\.rawValue)
    return spec
  }()

  let signature = StageSignature(
    kind: "iterative_inversion", version: 2,
    summary:
      "changes a model step by step until what other stages compute of it fits: any physics with a gradient",
    declares: [`repeat`, value, gradient, moves, each, events] + IterationSettings.algorithm + [
      maximumIterations, gradientTolerance, target, intermediates, continues, sources, receivers, model,
      deviation, lastGradient, history, misfit, reduction, gradientNorm, iterations, trials,
    ],
    rules: IterationSettings.rules + [
      .needs(events, with: each), .only(events, with: each),
      .only(sources, with: IterationSettings.sourceCutout),
      .only(receivers, with: IterationSettings.receiverCutout),
      .needs(
        sources, when: IterationSettings.batchSize.isGiven && IterationSettings.sourceCutout.isGiven,
        because: "the gradients of a batch do not tell where the other events are"),
      .check(value, gradient, "are as many as each other") { value, gradient in
        let (values, gradients) = (count(value), count(gradient))
        return values == gradients ? nil : "don't fit: \(values) values and \(gradients) gradients"
      },
      .check(value, IterationSettings.weights, "fit: a weight for each value") { value, weights in
        guard let weights, weights.count != count(value) else { return nil }
        return "don't fit: \(weights.count) weights for \(count(value)) values"
      },
    ], family: spec
  ).unkeyed(intermediates.spec)

  private static func count(_ outputs: Either<PortReference, [PortReference]>) -> Int {
    switch outputs {
    case .first: 1
    case .second(let list): list.count
    }
  }

  // MARK: - the family

  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    var fold = Fold(step: IterationStep.kind, first: nil)
    for name in IterationSettings.algorithmNames { fold.settings[name] = request.settings.values[name] }
    fold.settings[IterationSettings.arrows.name] = .text(String(request.moves))
    (fold.proposals, fold.failures) = (1, .reported)
    return fold
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    Self.end(of: progress.reports.compactMap(\.self), progress.settings) == nil ? progress.next.rows.count : 0
  }

  /// Why an inversion ends; nil while it goes on.
  private static func end(of reports: [FoldReport], _ settings: Settings) -> String? {
    guard let last = reports.last else { return nil }
    func number(_ column: Column) -> Double { last[column.rawValue] ?? .nan }
    if number(.stalled) == 1 { return "stalled: no trial was better than the model" }
    if let target = settings[target], number(.misfit) <= target { return "the value is at its target" }
    if let tolerance = settings[gradientTolerance], number(.gradientNorm) <= tolerance * number(.rootNorm) {
      return "the gradient is small enough"
    }
    if number(.gradientNorm) == 0 { return "the gradient vanishes" }
    if number(.radius) < 1e-6 * number(.firstRadius) { return "the radius has become too small to go on" }
    // What a branch begins with is computed in any case, so that it can be looked at.
    let isBegun = number(.began) == 1
    if Int(number(.iteration)) >= settings[maximumIterations], !isBegun { return "max_iterations" }
    return nil
  }

  func most(_ progress: FoldProgress) -> Int? { nil }

  func run(_ context: StageContext) throws {
    try IterationOutputs(
      context: context, reports: try context.readReports(),
      end: Self.end(of: try context.readReports(), context.settings) ?? "nothing was planned"
    ).write(
      .init(
        model: Self.model, deviation: Self.deviation, gradient: Self.lastGradient, history: Self.history,
        numbers: [
          (Self.misfit, .misfit), (Self.reduction, .reduction), (Self.gradientNorm, .gradientNorm),
          (Self.iterations, .iterations), (Self.trials, .trials),
        ]))
  }
}
