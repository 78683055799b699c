public import Planning

/// The kinds of stage that change a model step by step.
public enum IterationStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [IterativeInversion(), IterationStep(), PriorMisfit()]
}
