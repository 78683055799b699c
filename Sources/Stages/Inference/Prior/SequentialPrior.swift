import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Narrows the prior of an inference round by round to where the posterior of one observation is.
///
/// A round computes the repeated posterior with its prior truncated to the region of highest density of the draws of the round
/// before; the first takes the arrow that the manifest has. Inside of the region the prior keeps its shape, so that every round's
/// posterior is the posterior, up to the share that the region leaves out. [Deistler2022]
struct SequentialPrior: FoldKind {
  private static let moves = Setting(
    FamilySpec.moves, .output, .required,
    "input of a stage, such as prior.within, that gets the draws of the round before")
  static let draws = Setting(
    "draws", .output, .required,
    "output with samples of the posterior whose region the next round draws from")
  static let gain = Setting(
    "gain", .output, .optional(otherwise: "output 'gain' of the repeated stage"),
    "what the data tell, in nats: rounds end when it stops growing")
  static let posterior = Setting(
    "posterior", .output, .required, "the table that is handed on of the round with the greatest gain")
  private static let rounds = Setting(
    "max_rounds", .integer, .default(6), .atLeast(1), "rounds at most; more go on where fewer ended")
  private static let least = Setting(
    "min_gain", .number, .default(0.05), .atLeast(0),
    "no more rounds once the gain has grown by less than this, nats")

  static let bestDraws = Output(
    "draws", .table, "samples of the posterior of the round with the greatest gain")
  static let bestPosterior = Output("posterior", .table, "the posterior of that round")
  private static let history = Output("history", .table, "samples and gain, a row a round")
  private static let bestGain = Output(
    "gain", .scalar(.dimensionless), "the greatest gain of a round, nats")
  private static let count = Output("rounds", .scalar(.dimensionless), "rounds that ran")

  private static let spec: FamilySpec = {
    var usual = FamilySpec.Role(gain.name)
    usual.standard = gain.name
    return FamilySpec(roles: [.init(draws.name), usual, .init(posterior.name)])
  }()

  let signature = StageSignature(
    kind: "sequential_prior", version: 1,
    summary:
      "narrows a prior round by round to where the posterior of one observation is, and grows its samples",
    declares: [
      FamilySettings.repeat, FamilySettings.nested, moves, draws, gain, posterior, rounds, least,
      FamilySettings.seed, bestDraws, bestPosterior, history, bestGain, count,
    ], family: spec)

  /// Rounds follow from each other; see `fold`.
  func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }

  func fold(_ request: DesignRequest) throws -> Fold? {
    guard request.perturbations.isEmpty, request.variables.count <= 1 else {
      throw StageError.outOfPlace(
        "a sequence of priors varies the number of samples alone: 'prior.runs ~ integers(1000, 16000)' begins with the first "
          + "and doubles up to the second")
    }
    var settings: NameTable<SettingValue> = [:]
    var first = RoundPlan.Row([])
    if let variable = request.variables.first {
      let drawn = try DrawnVariable(variable)
      guard variable.isInteger, drawn.distribution.name == "integers" else {
        throw StageError.outOfPlace(
          "'\(variable.name)' takes integers(FIRST, LAST): the samples of the first round, and of a round at most"
        )
      }
      let ends = drawn.distribution.numbers
      settings[SequentialPriorStep.first.name] = SettingValue(ends[0])
      settings[SequentialPriorStep.last.name] = SettingValue(ends[1])
      first = RoundPlan.Row([ends[0]])
    }
    return Fold(step: SequentialPriorStep.kind, settings: settings, first: RoundPlan(rows: [first]))
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    guard progress.rounds < progress.settings[Self.rounds], !hasEnded(progress) else { return 0 }
    return progress.next.rows.count
  }

  func most(_ progress: FoldProgress) -> Int? {
    hasEnded(progress) ? 0 : progress.settings[Self.rounds] - progress.rounds
  }

  private func hasEnded(_ progress: FoldProgress) -> Bool {
    let gains = progress.reports.compactMap { $0?[SequentialReport.gain] }
    guard gains.count > 1 else { return false }
    return gains[gains.count - 1] - gains[gains.count - 2] < progress.settings[Self.least]
  }

  func run(_ context: StageContext) throws {
    for (input, output) in [
      (SequentialReport.draws, Self.bestDraws), (SequentialReport.posterior, Self.bestPosterior),
    ] {
      try context.give(
        input, at: SequentialPriorStep.given(context.inputs, input), to: output.name, context[output])
    }
    let reports = try context.readReports()
    var table = Dataset()
    table.setAttribute("title", text: "rounds of a sequence of priors")
    let numbers = reports.indices.map { Double($0 + 1) }
    try table.addColumn("round", numbers, longName: "number of the round", dimension: "round_number")
    for (name, longName) in [
      (SequentialReport.runs, "samples of the round; missing where the section does not vary them"),
      (SequentialReport.gain, "information gain of the posterior over the whole prior, nats"),
    ] {
      try table.addColumn(
        name, reports.map { $0[name] ?? .nan }, longName: longName, dimension: "round_number")
    }
    try NetCDFFile.write(table, to: context[Self.history])
    let gains = reports.compactMap { $0[SequentialReport.gain] }
    for (output, value) in [
      (Self.bestGain, gains.max() ?? .nan), (Self.count, Double(reports.count)),
    ] {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary,
        whole: HistoryVariables.whole(output.name), to: context[output])
    }
    context.log("\(reports.count) rounds, gains \(gains)")
  }
}

/// Columns of the report of a round, and what is handed on of the best.
enum SequentialReport {
  static let runs = "runs"
  static let gain = "gain"
  static let draws = "best_draws"
  static let posterior = "best_posterior"
}

extension SequentialPrior: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .curve(
          ColumnCurve(
            "history", SequentialVariables.round, SequentialVariables.gain, title: "Gain by round",
            "Information gain of the posterior over the whole prior."))
      ], numbers: [.number(.scalar(Self.bestGain.name), "information gain of the best round"), .members])
  }
}

/// What the table of rounds holds.
enum SequentialVariables {
  static let round = Variable("round", .count, "number of the round")
  static let gain = Variable("gain", .number, "information gain of the posterior over the whole prior, nats")
}
