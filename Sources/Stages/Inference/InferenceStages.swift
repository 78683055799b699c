public import Planning

/// The kinds of stage of families: searches, ensembles, sensitivity, and what the planner puts into them.
public enum InferenceStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    DampingCrossValidation(), Search(), WindowedSearch(), EnsembleLoop(), EnsembleCheck(), SearchStep(),
    Sensitivity(), Perturbation(), TableCell(), VariationalInferenceKind(), VariationalStep(), Laplace(),
    LaplaceStep(), FieldModes(), MarkovChains(), MarkovChainStep(), EnsembleKalman(), EnsembleKalmanStep(),
    PriorSamples(), PriorSamplesStep(), SequentialPrior(), SequentialPriorStep(),
  ]
}
