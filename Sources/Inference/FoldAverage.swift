import NumericCore

/// One score out of those of the folds of a cross-validation.
public enum FoldAverage: String, Sendable, CaseIterable {
  case mean, median

  /// NaN if a fold has no score: another trial's may be of harder folds.
  public func callAsFunction(_ scores: [Double]) -> Double {
    guard !scores.isEmpty, scores.allSatisfy(\.isFinite) else { return .nan }
    return self == .mean ? Statistics.mean(scores) : Statistics.median(scores)
  }

  /// The scores of a trial, which stand score by score, each for all folds.
  /// - Precondition: a multiple of `folds`.
  public func callAsFunction(_ scores: [Double], folds: Int) -> [Double] {
    precondition(folds > 0 && scores.count % folds == 0, "as many scores for each fold")
    return stride(from: 0, to: scores.count, by: folds).map { self(Array(scores[$0..<$0 + folds])) }
  }
}
