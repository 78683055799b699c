public import Planning

/// The kinds of stage of families: searches, ensembles, sensitivity, and what the planner puts into them.
public enum InferenceStages {
  public static let kinds: [any StageKind] = [
    DampingCrossValidation(), Search(), WindowedSearch(), EnsembleLoop(), EnsembleCheck(),
    Sensitivity(), Perturbation(),
  ]
}
