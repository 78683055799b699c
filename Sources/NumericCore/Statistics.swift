/// Summary numbers of a sample. Unless said otherwise NaN marks a missing value and is left out, and the
/// result is NaN when nothing is left. Sums are pairwise in the order of the array, so their bits depend
/// on the values alone and their error grows as log n.
public enum Statistics {
  /// Σ values, NaN included.
  public static func sum(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { pairwise($0[...]) }
  }

  private static func pairwise(_ values: Slice<UnsafeBufferPointer<Double>>) -> Double {
    guard values.count > 64 else {
      var total = 0.0
      for value in values { total += value }
      return total
    }
    let middle = values.startIndex + values.count / 2
    return pairwise(values[..<middle]) + pairwise(values[middle...])
  }

  /// √(mean of squares).
  public static func rms(_ values: [Double]) -> Double {
    mean(values.map { $0 * $0 }).squareRoot()
  }

  /// √(median of squares), the robust counterpart of `rms`.
  public static func rootMedianSquare(_ values: [Double]) -> Double {
    median(values.map { $0 * $0 }).squareRoot()
  }

  /// The mean of what is not NaN; NaN if nothing is left.
  public static func mean(_ values: [Double]) -> Double {
    let present = values.filter { !$0.isNaN }
    return present.isEmpty ? .nan : sum(present) / Double(present.count)
  }

  /// The standard deviation with n − `lostDegrees` in the denominator (0: of the population).
  public static func deviation(_ values: [Double], lostDegrees: Int = 0) -> Double {
    variance(values, lostDegrees: lostDegrees).squareRoot()
  }

  /// The square of `deviation`; NaN when not more than `lostDegrees` values are present.
  public static func variance(_ values: [Double], lostDegrees: Int = 0) -> Double {
    let present = values.filter { !$0.isNaN }
    guard present.count > lostDegrees else { return .nan }
    let centre = sum(present) / Double(present.count)
    let squares = sum(present.map { ($0 - centre) * ($0 - centre) })
    return squares / Double(present.count - lostDegrees)
  }

  /// The middle value, or the mean of the two middle ones.
  public static func median(_ values: [Double]) -> Double {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The value below which `percent` of the sample lies, linear between order statistics (NumPy's rule).
  ///
  /// - Precondition: 0 ≤ percent ≤ 100.
  public static func percentile(_ values: [Double], _ percent: Double) -> Double {
    precondition(percent >= 0 && percent <= 100)
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return .nan }
    let position = percent / 100 * Double(sorted.count - 1)
    let below = min(Int(position), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    let fraction = position - Double(below)
    let step = sorted[above] - sorted[below]
    // From the nearer end, so that both ends are met exactly.
    return fraction >= 0.5 ? sorted[above] - step * (1 - fraction) : sorted[below] + step * fraction
  }

  /// Percentiles of a weighted sample: the inverse of its weighted distribution function, averaged over a window as wide
  /// as the weight of one value of an unweighted sample that tells as much. [Akinshin2023]
  ///
  /// With n = (Σw)²/Σw² and p = percent/100 the window is p(1 − 1/n) … p(1 − 1/n) + 1/n. Equal weights give `percentile`,
  /// which is linear between order statistics. The result changes continuously with the weights: a value whose weight
  /// goes to nothing drops out. Turning the sample round turns the percentiles round.
  ///
  /// - Precondition: as many weights as values, none negative; 0 ≤ percent ≤ 100.
  public static func weightedPercentiles(
    _ values: [Double], weights: [Double], _ percents: [Double]
  ) -> [Double] {
    precondition(percents.allSatisfy { $0 >= 0 && $0 <= 100 })
    let (present, kept) = pairs(values, weights)
    let sorted = zip(present, kept).filter { $0.1 > 0 }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    guard let first = sorted.first else { return percents.map { _ in .nan } }
    let whole = sum(sorted.map(\.1))
    let width = sum(sorted.map { $0.1 * $0.1 }) / whole
    return percents.map { percent in
      let low = percent / 100 * (whole - width)
      let high = low + width
      // About a value of the window, so that equal values stay as they are.
      var (before, covered, about, excess) = (0.0, 0.0, first.0, 0.0)
      for (value, weight) in sorted {
        let part = min(high, before + weight) - max(low, before)
        if part > 0 {
          if covered == 0 { about = value }
          covered += part
          excess += part * (value - about)
        }
        before += weight
      }
      return covered > 0 ? about + excess / covered : sorted[sorted.count - 1].0
    }
  }

  /// Σwx/Σw over pairs whose value is present.
  ///
  /// - Precondition: as many weights as values.
  public static func weightedMean(_ values: [Double], weights: [Double]) -> Double {
    let (present, kept) = pairs(values, weights)
    return sum(zip(present, kept).map(*)) / sum(kept)
  }

  /// √(Σw(x − x̄)²/Σw), the population's deviation about the weighted mean.
  ///
  /// - Precondition: as many weights as values.
  public static func weightedDeviation(_ values: [Double], weights: [Double]) -> Double {
    weightedVariance(values, weights: weights).squareRoot()
  }

  /// The square of `weightedDeviation`.
  ///
  /// - Precondition: as many weights as values.
  public static func weightedVariance(_ values: [Double], weights: [Double]) -> Double {
    let (present, kept) = pairs(values, weights)
    let total = sum(kept)
    let centre = sum(zip(present, kept).map(*)) / total
    let squares = zip(present, kept).map { $1 * ($0 - centre) * ($0 - centre) }
    return sum(squares) / total
  }

  private static func pairs(_ values: [Double], _ weights: [Double]) -> ([Double], [Double]) {
    precondition(values.count == weights.count)
    let kept = values.indices.filter { !values[$0].isNaN }
    return (kept.map { values[$0] }, kept.map { weights[$0] })
  }

  /// The coefficient of determination 1 − Σw(x − p)²/Σw(x − x̄)² of predictions p of values x.
  ///
  /// A perfect prediction of a constant scores 1, any other of a constant 0; fewer than two values have
  /// no score (NaN).
  ///
  /// - Precondition: arrays of equal count.
  public static func determination(
    of predicted: [Double], against values: [Double], weights: [Double]? = nil
  ) -> Double {
    precondition(predicted.count == values.count && (weights?.count ?? values.count) == values.count)
    guard values.count >= 2 else { return .nan }
    let weights = weights ?? Array(repeating: 1, count: values.count)
    let centre = sum(zip(values, weights).map(*)) / sum(weights)
    let missed = sum(values.indices.map { weights[$0] * square(values[$0] - predicted[$0]) })
    let spread = sum(values.indices.map { weights[$0] * square(values[$0] - centre) })
    if spread == 0 { return missed == 0 ? 1 : 0 }
    return 1 - missed / spread
  }

  private static func square(_ x: Double) -> Double { x * x }
}
