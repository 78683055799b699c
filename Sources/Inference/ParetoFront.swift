/// Trials that are judged by two or more scores, all to be minimised.
public enum ParetoFront {
  /// Which trial of a front is called the best.
  public enum Choice: Sendable, Equatable {
    /// Least in one score, of equals the one least in the next, and so on around.
    case least(Int)
    /// Nearest to the point that has the least of every score, in units of the front's own ranges.
    case compromise
  }

  /// Whether `first` is nowhere worse than `second` and somewhere better; what isn't a number is no better or worse.
  public static func dominates(_ first: [Double], _ second: [Double]) -> Bool {
    var isBetter = false
    for (a, b) in zip(first, second) {
      guard a <= b else { return false }
      if a < b { isBetter = true }
    }
    return isBetter
  }

  /// Trials that no other dominates, by rising first score (then second, …, then position). Equal trials are
  /// all on the front; those with a score that is not finite never are. O(n²).
  public static func indices(_ scores: [[Double]]) -> [Int] {
    let known = scores.indices.filter { scores[$0].allSatisfy(\.isFinite) }
    let front = known.filter { index in !known.contains { dominates(scores[$0], scores[index]) } }
    return front.sorted { left, right in
      scores[left] == scores[right]
        ? left < right : scores[left].lexicographicallyPrecedes(scores[right])
    }
  }

  /// 0 for the front, 1 for the front of what remains without it, and so on; the last for trials with a
  /// score that is not finite.
  public static func ranks(_ scores: [[Double]]) -> [Int] {
    var ranks = [Int](repeating: -1, count: scores.count)
    var left = scores.indices.filter { scores[$0].allSatisfy(\.isFinite) }
    var rank = 0
    while !left.isEmpty {
      let front = left.filter { index in !left.contains { dominates(scores[$0], scores[index]) } }
      for index in front { ranks[index] = rank }
      left.removeAll { ranks[$0] >= 0 }
      rank += 1
    }
    return ranks.map { $0 < 0 ? rank : $0 }
  }

  /// The best trial of the front; nil where no trial has all its scores.
  public static func best(_ scores: [[Double]], by choice: Choice = .least(0)) -> Int? {
    let front = indices(scores)
    switch choice {
    case .least(let objective):
      return front.min { left, right in
        let (a, b) = (turned(scores[left], objective), turned(scores[right], objective))
        return a == b ? left < right : a.lexicographicallyPrecedes(b)
      }
    case .compromise:
      guard let first = front.first else { return nil }
      let ranges = scores[first].indices.map { objective in
        let values = front.map { scores[$0][objective] }
        return (low: values.min() ?? 0, high: values.max() ?? 0)
      }
      func distance(_ index: Int) -> Double {
        zip(scores[index], ranges).reduce(0) { sum, pair in
          let (value, range) = pair
          guard range.high > range.low else { return sum }
          let share = (value - range.low) / (range.high - range.low)
          return sum + share * share
        }
      }
      return front.min { distance($0) < distance($1) }
    }
  }

  private static func turned(_ scores: [Double], _ objective: Int) -> [Double] {
    Array(scores[objective...] + scores[..<objective])
  }

  /// Area between two scores' points and a reference point that is worse than all; points beyond it add none.
  public static func hypervolume(_ points: [[Double]], reference: [Double]) -> Double {
    precondition(reference.count == 2, "the area of two scores")
    let inside = points.filter { $0[0] < reference[0] && $0[1] < reference[1] }
    let sorted = inside.sorted { $0.lexicographicallyPrecedes($1) }
    var (area, level) = (0.0, reference[1])
    for point in sorted where point[1] < level {
      area += (reference[0] - point[0]) * (level - point[1])
      level = point[1]
    }
    return area
  }
}
