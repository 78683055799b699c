public import Planning

/// The kinds of stage of learnt posteriors.
public enum NetworksStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    MixtureNetwork(), MixtureNetworkPart(), NetworkPosterior(), NetworkCalibrationStage(),
    ComparePosteriors(),
    Mogi(), Okada(), BirchMurnaghan(), RadialEarth(),
  ]
}
