import Planning
import StageSupport

/// Tries values of any settings and keeps those with the best score.
struct Search: FoldKind {
  static let goalWord = SettingType.word(["minimise", "maximise"])

  let signature = StageSignature(
    kind: "search", version: 2,
    summary: "tries values of any settings (`stage.setting ~ …`) and keeps those of the best score",
    settings: [
      FamilySettings.repeat,
      SettingSpec(
        "score", .either([.output, .list(.output, count: 2...2)]), .required,
        "scalar output that judges a trial, such as inversion.test_rmse, or two of them"),
      SettingSpec(
        "goal", .either([Search.goalWord, .list(Search.goalWord, count: 2...2)]), .defaultsTo("minimise"),
        "which score is the best; one word, or one for each score"),
      SettingSpec(
        "choose", .word(["first", "second", "compromise"]), .optional,
        "of the trials that no other beats in both scores, the best is the one best in the first score (unless "
          + "given), in the second, or nearest to the best of both in units of their ranges"),
      FamilySettings.trials, FamilySettings.searchSamplers, FamilySettings.startupTrials,
      FamilySettings.folds, FamilySettings.foldAverage, FamilySettings.seed, FamilySettings.nested,
      FamilySettings.maximumFailures,
    ],
    outputs: [
      OutputSpec(
        "scores", .table,
        "tried values and scores of every trial; of folds also score_of_fold, and of two scores which "
          + "trials no other beats"),
      OutputSpec(
        OutputSpec.bestScore, .scalar(.dimensionless), "(first) score of the best trial, in its own unit"),
    ],
    family: FamilySettings.searchSpec())

  func design(_ request: DesignRequest) throws -> RoundPlan {
    RoundPlan(try Self.design(request).all(request.settings.integer("trials")))
  }

  func fold(_ request: DesignRequest) throws -> Fold? {
    let design = try Self.design(request)
    return design.learns ? SearchStep.fold(request.settings, first: try design.first()) : nil
  }

  func rows(_ progress: FoldProgress) throws -> Int { progress.settings.integer("trials") - progress.rows }

  func most(_ progress: FoldProgress) -> Int? { progress.settings.integer("trials") - progress.rows }

  private static func design(_ request: DesignRequest) throws -> SearchDesign {
    SearchDesign(
      request.settings, goals: goals(request.settings),
      variables: try request.variables.map { try DrawnVariable($0) })
  }

  func run(_ context: StageContext) throws {
    try SearchOutputs(
      context: context, goals: Self.goals(context.settings), scoreName: "score",
      choice: context.settings.optionalWord("choose") ?? "first", isLogarithmic: Self.isSpreadOverDecades
    ).write()
  }

  /// One for all scores, or one for each.
  static func goals(_ settings: Settings) -> [ScoreGoal] {
    if let word = settings.optionalWord("goal") { return [ScoreGoal(word)] }
    return settings.elements("goal").compactMap {
      if case .word(let word) = $0 { ScoreGoal(word) } else { nil }
    }
  }

  /// The axis of the scores' curve: logarithmic where the trials span more than a decade.
  private static func isSpreadOverDecades(_ values: [Double]) -> Bool {
    guard let least = values.min(), let greatest = values.max(), least > 0 else { return false }
    return greatest / least > 10
  }
}

/// Which score is the best.
enum ScoreGoal: String {
  case minimise, maximise

  init(_ word: String) { self = word == "maximise" ? .maximise : .minimise }

  /// The score as one to be minimised.
  func minimised(_ score: Double) -> Double { self == .maximise ? -score : score }
}

extension [ScoreGoal] {
  /// The scores of a trial as ones to be minimised; the last goal holds for those beyond.
  func minimised(_ scores: [Double]) -> [Double] {
    scores.enumerated().map { self[Swift.min($0, count - 1)].minimised($1) }
  }
}
