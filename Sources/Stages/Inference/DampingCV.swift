import Artefacts
import Inference
import Planning
import StageSupport

/// Chooses the damping whose inversion predicts held-out gravity best.
struct DampingCrossValidation: FoldKind {
  static let limits = Setting(
    "limits", .list(.number, 2), .default([0.001, 1]), .above(0),
    "least and greatest damping; between them logarithmic")
  private static let scores = Output(
    "scores", .table, "damping and RMS at the held-out gravity, mGal, of every trial")
  private static let bestScore = Output(
    OutputSpec.bestScore, .scalar(.acceleration), "RMS at the held-out gravity of the best trial")

  let signature = StageSignature(
    kind: "damping_cv", version: 2,
    summary: "chooses the damping by which an inversion predicts held-out gravity best",
    declares: [
      FamilySettings.repeat, limits, FamilySettings.ofSearches, FamilySettings.maximumFailures, scores,
      bestScore,
    ], rules: [.ascending(limits)],
    family: FamilySettings.searchSpec(fixedSetting: "damping", standard: "test_rmse"))

  func design(_ request: DesignRequest) throws -> RoundPlan {
    RoundPlan(try Self.design(request.settings).all(request[FamilySettings.trials]))
  }

  func fold(_ request: DesignRequest) throws -> Fold? {
    let design = try Self.design(request.settings)
    return design.learns ? SearchStep.fold(request.settings, first: try design.first()) : nil
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    progress.settings[FamilySettings.trials] - progress.rows
  }

  func most(_ progress: FoldProgress) -> Int? { progress.settings[FamilySettings.trials] - progress.rows }

  private static func design(_ settings: Settings) throws -> SearchDesign {
    SearchDesign(settings, goals: [.minimise], variables: [try damping(between: settings[limits])])
  }

  /// What is searched.
  static func damping(between limits: [Double]) throws -> DrawnVariable {
    try DrawnVariable(
      name: "damping", isInteger: false, Distribution(name: "log_uniform", numbers: limits))
  }

  func run(_ context: StageContext) throws {
    try SearchOutputs(
      context: context, ports: (Self.scores, Self.bestScore), goals: [.minimise],
      scoreName: "RMS at held-out gravity",
      isLogarithmic: { _ in true }
    ).write()
  }
}
