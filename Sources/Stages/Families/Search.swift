import Inference
import Planning

/// Tries values of any settings and keeps those with the best score.
struct Search: FamilyKind {
  let signature = StageSignature(
    kind: "search", version: 1,
    summary: "tries values of any settings (`stage.setting ~ …`) and keeps those of the best score",
    settings: [
      FamilySettings.repeat,
      SettingSpec(
        "score", .output, .required, "scalar output that judges a trial, such as inversion.test_rmse"),
      SettingSpec(
        "goal", .word(["minimise", "maximise"]), .defaultsTo("minimise"), "which score is the best"),
      FamilySettings.trials, FamilySettings.searchSamplers, FamilySettings.seed, FamilySettings.nested,
      FamilySettings.maximumFailures,
    ],
    outputs: [
      OutputSpec("scores", .table, "tried values and score of every trial, SI units"),
      OutputSpec("best_score", .scalar(.dimensionless), "score of the best trial, SI units"),
    ],
    family: FamilySpec(purpose: .search))

  func design(_ request: DesignRequest) throws -> DesignStep {
    try SearchDesign(
      sampler: request.settings.word("sampler"), trials: request.settings.integer("trials"),
      seed: UInt64(request.settings.integer("seed")),
      isMaximised: request.settings.word("goal") == "maximise",
      variables: request.variables.map { (isInteger: $0.isInteger, distribution: $0.distribution) }
    ).step(finished: request.finished)
  }

  func run(_ context: StageContext) throws {
    try SearchOutputs(
      context: context, isMaximised: context.settings.word("goal") == "maximise",
      scoreName: "score, SI units",
      isLogarithmic: context.memberVariables.indices.map { isSpreadOverDecades(context, $0) }
    ).write()
  }

  /// The axis of the scores' curve: logarithmic where the trials span more than a decade.
  private func isSpreadOverDecades(_ context: StageContext, _ column: Int) -> Bool {
    let values = context.members.map { $0.values[column] }
    guard let least = values.min(), let greatest = values.max(), least > 0 else { return false }
    return greatest / least > 10
  }
}
