/// A minimiser of a function of one variable that has a single minimum: each trial cuts the
/// interval that holds it to 0.618 of its length. [Kiefer1953]
///
/// It has no memory of its own: the next trial follows from the trials so far, so a search that
/// was interrupted goes on where it stopped. The ends of the interval are never tried.
public enum GoldenSection {
  /// 1 − 1/φ, the place of the lower trial in the interval.
  private static let lowerShare = (3 - 5.0.squareRoot()) / 2

  /// Where to evaluate next, or nil once the interval is shorter than `tolerance` times the first.
  ///
  /// - Parameters:
  ///   - interval: holds the minimum. A parameter that spans decades goes in as its logarithm.
  ///   - trials: the evaluations so far in any order, others than asked for among them; a score
  ///     of nil or NaN (a failed trial) is worse than any other.
  ///   - tolerance: share of the interval, at least 10⁻⁸: no minimum of doubles is sharper.
  public static func next(
    interval: ClosedRange<Double>, trials: [(x: Double, score: Double?)], tolerance: Double = 1e-3
  ) -> Double? {
    var search = Search(interval: interval, trials: trials)
    let width = interval.upperBound - interval.lowerBound
    let goal = max(tolerance, 1e-8) * width
    while search.upper - search.lower > goal {
      guard let below = search.score(at: search.left) else { return search.left }
      guard let above = search.score(at: search.right) else { return search.right }
      search.cut(below: below, above: above)
    }
    return nil
  }

  /// The same for trials that all have a score.
  public static func next(
    interval: ClosedRange<Double>, trials: [(x: Double, score: Double)], tolerance: Double = 1e-3
  ) -> Double? {
    next(
      interval: interval, trials: trials.map { (x: $0.x, score: Optional($0.score)) },
      tolerance: tolerance)
  }

  /// The trial with the least score, the earliest of equals; nil where none has one.
  public static func best(_ trials: [(x: Double, score: Double?)]) -> (x: Double, score: Double)? {
    var best: (x: Double, score: Double)?
    for trial in trials {
      guard let score = trial.score, !score.isNaN else { continue }
      if best.map({ score < $0.score }) ?? true { best = (trial.x, score) }
    }
    return best
  }

  /// The interval that holds the minimum and the two places within it that decide the next cut.
  private struct Search {
    var lower: Double
    var upper: Double
    var left: Double
    var right: Double
    private let trials: [(x: Double, score: Double?)]
    private let best: Double?
    private let match: Double

    init(interval: ClosedRange<Double>, trials: [(x: Double, score: Double?)]) {
      (lower, upper) = (interval.lowerBound, interval.upperBound)
      let width = upper - lower
      left = lower + lowerShare * width
      right = upper - lowerShare * width
      // Values that went through a file or a logarithm and back come close, not equal.
      match = 1e-11 * width
      self.trials = trials
      best = GoldenSection.best(trials)?.x
    }

    /// The score of the trial at x, infinite where it failed; nil where there was none.
    func score(at x: Double) -> Double? {
      guard let trial = trials.first(where: { abs($0.x - x) <= match }) else { return nil }
      guard let score = trial.score, !score.isNaN else { return .infinity }
      return score
    }

    /// Keeps the part with the lower score; of two equal ones (both failed, say) the part that
    /// holds the best trial, and where that doesn't tell, the lower part.
    mutating func cut(below: Double, above: Double) {
      if below < above || (below == above && (best ?? lower) <= right) {
        (upper, right) = (right, left)
        left = lower + lowerShare * (upper - lower)
      } else {
        (lower, left) = (left, right)
        right = upper - lowerShare * (upper - lower)
      }
    }
  }
}
