import Artefacts
import Inference
import Planning
import StageSupport

/// Chooses the damping whose inversion predicts held-out gravity best.
struct DampingCrossValidation: FamilyKind {
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

  func design(_ request: DesignRequest) throws -> DesignStep {
    let limits = request.settings.numbers("limits")
    guard limits[0] < limits[1] else {
      throw StageError.outOfPlace("limits must be in ascending order: \(limits[0]), \(limits[1])")
    }
    let own = Distribution(
      name: "log_uniform", arguments: request.settings.elements("limits"))
    let damping = try DrawnVariable(name: "damping", isInteger: false, own)
    return try SearchDesign(request.settings, goals: [.minimise], variables: [damping])
      .step(finished: request.averaged(FamilySettings.foldAverage(request.settings)))
  }

  func run(_ context: StageContext) throws {
    try SearchOutputs(
      context: context, goals: [.minimise], scoreName: "RMS at held-out gravity",
      isLogarithmic: [true]
    ).write()
  }
}
