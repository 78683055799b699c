import Planning
import StageSupport

/// Tries values of any settings and keeps those with the best score.
struct Search: FoldKind {
  /// Of two scores, which of the trials that no other beats in both is the best.
  enum Choice: String, SettingWord {
    case first, second, compromise

    var summary: String {
      switch self {
      case .first: "the one best in the first score"
      case .second: "the one best in the second"
      case .compromise: "the one nearest to the best of both in units of their ranges"
      }
    }
  }

  private static let score = Setting(
    "score", .either(.output, .list(.output, 2)), .required,
    "scalar output that judges a trial, such as inversion.test_rmse, or two of them")
  static let goal = Setting(
    "goal", ScoreGoal.form, .default([.minimise]), "which score is the best; one word, or one for each score")
  private static let choose = Setting(
    "choose", .word(Choice.self), .optional(meaning: .first),
    "of the trials that no other beats in both scores, which is the best")
  private static let scores = Output(
    "scores", .table,
    "tried values and scores of every trial; of folds also score_of_fold, and of two scores which trials no other "
      + "beats")
  private static let bestScore = Output(
    OutputSpec.bestScore, .scalar(.dimensionless),
    "score of the best trial, the first of several, in its own unit")

  let signature = StageSignature(
    kind: "search", version: 2,
    summary: "tries values of any settings (`stage.setting ~ …`) and keeps those of the best score",
    declares: [
      FamilySettings.repeat, score, goal, choose, FamilySettings.ofSearches,
      FamilySettings.maximumFailures, FamilySettings.members, scores, bestScore,
    ], rules: [FamilySettings.chunksAreKnown],
    family: FamilySettings.searchSpec(choosing: .init(goal: goal.name, choice: choose.name)))

  func design(_ request: DesignRequest) throws -> RoundPlan {
    RoundPlan(try Self.design(request).all(request[FamilySettings.trials]))
  }

  func fold(_ request: DesignRequest) throws -> Fold? {
    let design = try Self.design(request)
    guard design.learns else { return nil }
    return SearchStep.fold(request.settings, first: try design.first())
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    progress.settings[FamilySettings.trials] - progress.rows
  }

  func most(_ progress: FoldProgress) -> Int? { progress.settings[FamilySettings.trials] - progress.rows }

  private static func design(_ request: DesignRequest) throws -> SearchDesign {
    SearchDesign(
      request.settings, goals: request[goal],
      variables: try request.variables.map { try DrawnVariable($0) })
  }

  func run(_ context: StageContext) throws {
    try SearchOutputs(
      context: context, ports: (Self.scores, Self.bestScore), goals: context[Self.goal], scoreName: "score",
      choice: context[Self.choose], isLogarithmic: Self.isSpreadOverDecades
    ).write()
  }

  /// The axis of the scores' curve: logarithmic where the trials span more than a decade.
  private static func isSpreadOverDecades(_ values: [Double]) -> Bool {
    guard let least = values.min(), let greatest = values.max(), least > 0 else { return false }
    return greatest / least > 10
  }
}

/// Which score is the best.
enum ScoreGoal: String, SettingWord {
  case minimise, maximise

  var summary: String { "" }

  /// The score as one to be minimised.
  func minimised(_ score: Double) -> Double { self == .maximise ? -score : score }

  /// One for all scores, or one for each.
  static let form = ValueForm<Either<ScoreGoal, [ScoreGoal]>>.either(
    .word(ScoreGoal.self), .list(.word(ScoreGoal.self), 2)
  ).map { goals in
    switch goals {
    case .first(let goal): [goal]
    case .second(let goals): goals
    }
  } back: { (goals: [ScoreGoal]) in
    goals.count == 1 ? .first(goals[0]) : .second(goals)
  }
}

extension [ScoreGoal] {
  /// The scores of a trial as ones to be minimised; the last goal holds for those beyond.
  func minimised(_ scores: [Double]) -> [Double] {
    scores.enumerated().map { self[Swift.min($0, count - 1)].minimised($1) }
  }
}
