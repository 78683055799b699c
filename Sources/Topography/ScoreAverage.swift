internal import NumericCore

/// One number for many differences.
public enum ScoreAverage: String, Sendable, CaseIterable {
  /// √(mean of squares).
  case mean
  /// √(median of squares): a few bad points do not count.
  case median

  /// NaN marks a missing difference and is left out; NaN if nothing is left.
  public func callAsFunction(_ differences: [Double]) -> Double {
    self == .mean ? Statistics.rms(differences) : Statistics.rootMedianSquare(differences)
  }
}
