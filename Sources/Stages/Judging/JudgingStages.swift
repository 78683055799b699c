public import Planning

/// The kinds of stage of judging results.
public enum JudgingStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    MergedStatistics(), ScoreAtPoints(), CalibrationKind(), Recalibrate(), RecalibratedMembers(),
    FoldPredictions(), PooledPoints(),
    CompareEnsemble(), SimulationCalibration(), CompareGrids(), CompareGravity(),
    RegionalScoring(),
  ]
}
