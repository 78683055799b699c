/// The choice of the damping of equivalent sources by cross-validation.
public enum SourceCrossValidation {
  /// The damping that predicted left-out data best.
  public struct Choice: Sendable, Equatable {
    /// The first damping with the highest score.
    public let damping: Double
    /// In the order of the trial dampings.
    public let scores: [DampingScore]
    /// How many folds were used.
    public let folds: Int

    /// Whether the best of more than two dampings is the smallest or largest, so that a better one may lie outside.
    public var isAtLimit: Bool {
      let trials = scores.map(\.damping)
      return trials.count > 2 && (damping == trials.min() || damping == trials.max())
    }
  }

  /// Scores each damping by the mean over shuffled folds of R² at left-out data.
  ///
  /// Folds are scikit-learn's `KFold(5, shuffle=True, random_state=0)`, lowered as long as a fold would have a single
  /// datum.
  /// - Parameter windows: fit by gradient boosting with these; nil for one system of all data.
  /// - Throws: `notPositive` for a damping; `tooFewPoints` below four data or without dampings; as the fits.
  public static func choose(
    _ field: FieldValues, dampings: [Double], settings: EquivalentSourcesFit, windows: BoostingWindows?,
    workers: Workers = .serial
  ) throws(NumericError) -> Choice {
    let points = field.points
    for damping in dampings { try requirePositive(damping, "damping") }
    let splits = min(5, points.count / 2)
    guard splits >= 2, !dampings.isEmpty else { throw .tooFewPoints(found: points.count, needed: 4) }
    let folds = KFold.folds(count: points.count, splits: splits, seed: 0)
    var scores: [DampingScore] = []
    for damping in dampings {
      var trial = settings
      trial.damping = damping
      var sum: [Double] = []
      for fold in folds {
        let train = KFold.training(without: fold, count: points.count)
        let fitted = try EquivalentSources.fit(
          field.subset(train), settings: trial, windows: windows, workers: workers)
        let left = field.subset(fold)
        let predicted = fitted.evaluate(left.points, left.upward, workers: workers)
        sum.append(Statistics.determination(of: predicted, against: left.values, weights: left.weights))
      }
      scores.append(DampingScore(damping: damping, score: Statistics.sum(sum) / Double(sum.count)))
    }
    var best = scores[0]
    for trial in scores where trial.score > best.score { best = trial }
    return Choice(damping: best.damping, scores: scores, folds: splits)
  }
}

extension EquivalentSources {
  /// One system of all data, or gradient boosting where windows are given.
  public static func fit(
    _ field: FieldValues, settings: EquivalentSourcesFit, windows: BoostingWindows?,
    workers: Workers = .serial
  ) throws(NumericError) -> EquivalentSources {
    guard let windows else { return try fit(field, settings: settings, workers: workers) }
    return try GradientBoostedSources.fit(field, settings: settings, windows: windows, workers: workers)
      .sources
  }
}
