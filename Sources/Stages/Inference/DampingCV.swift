import Artefacts
import Inference
import Planning
import StageSupport

/// Chooses the damping whose inversion predicts held-out gravity best.
struct DampingCrossValidation: FoldKind {
  let signature = StageSignature(
    kind: "damping_cv", version: 2,
    summary: "chooses the damping by which an inversion predicts held-out gravity best",
    settings: [
      FamilySettings.repeat,
      SettingSpec(
        "limits", .list(.number(.dimensionless), count: 2...2), .defaultsTo("0.001, 1"), minimum: "0",
        minimumExcluded: true, "least and greatest damping; between them logarithmic"),
      FamilySettings.trials, FamilySettings.searchSamplers, FamilySettings.startupTrials,
      FamilySettings.folds, FamilySettings.foldAverage, FamilySettings.seed, FamilySettings.nested,
      FamilySettings.maximumFailures,
    ],
    outputs: [
      OutputSpec("scores", .table, "damping and RMS at the held-out gravity, mGal, of every trial"),
      OutputSpec("best_score", .scalar(.acceleration), "RMS at the held-out gravity of the best trial"),
    ],
    family: FamilySettings.searchSpec(fixedSetting: "damping", fixedScore: "test_rmse"))

  func design(_ request: DesignRequest) throws -> RoundPlan {
    RoundPlan(try Self.design(request.settings).all(request.settings.integer("trials")))
  }

  func fold(_ request: DesignRequest) throws -> Fold? {
    let design = try Self.design(request.settings)
    return design.learns ? SearchStep.fold(request.settings, first: try design.first()) : nil
  }

  func rows(_ progress: FoldProgress) throws -> Int { progress.settings.integer("trials") - progress.rows }

  func most(_ progress: FoldProgress) -> Int? { progress.settings.integer("trials") - progress.rows }

  private static func design(_ settings: Settings) throws -> SearchDesign {
    SearchDesign(settings, goals: [.minimise], variables: [try damping(settings)])
  }

  /// What is searched, between the limits.
  static func damping(_ settings: Settings) throws -> DrawnVariable {
    let limits = settings.numbers("limits")
    guard limits[0] < limits[1] else {
      throw StageError.outOfPlace("limits must be in ascending order: \(limits[0]), \(limits[1])")
    }
    let own = Distribution(name: "log_uniform", arguments: settings.elements("limits"))
    return try DrawnVariable(name: "damping", isInteger: false, own)
  }

  func run(_ context: StageContext) throws {
    try SearchOutputs(
      context: context, goals: [.minimise], scoreName: "RMS at held-out gravity",
      isLogarithmic: { _ in true }
    ).write()
  }
}
