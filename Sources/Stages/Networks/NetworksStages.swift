public import Planning

/// The kinds of stage of learnt posteriors.
public enum NetworksStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    MixtureNetwork(), NetworkPosterior(), NetworkCalibrationStage(), Mogi(), BirchMurnaghan(),
  ]
}
