import NumericCore

/// How often ±kσ about predictions holds known values, with a band that knows of blocks, beside what M members can reach.
public struct EnsembleCoverage: Equatable, Sendable {
  /// One interval with how often it held the truth.
  public struct Level: Equatable, Sendable {
    /// k.
    public var deviations: Double
    /// Share of the values within.
    public var share: Double
    /// 95 % of the bootstrap of blocks.
    public var low, high: Double
    /// What a normal distribution and M members give.
    public var nominal, ideal: Double
  }

  /// In the order of the intervals asked for.
  public let levels: [Level]
  /// Values that were judged.
  public let count: Int
  /// Root mean square of residual over deviation.
  public let scaledRMS: Double

  /// - Parameters:
  ///   - residuals: value less prediction.
  ///   - deviations: σ of the prediction.
  ///   - own: deviation of each value itself, in the interval as √(σ² + u²); nil for exact values.
  ///   - members: M; nil where σ is no estimate from members.
  ///   - bootstrap: blocks of the values.
  /// - Precondition: one number a value.
  public init(
    residuals: [Double], deviations: [Double], own: [Double]? = nil, members: Int?,
    bootstrap: BlockBootstrap, levels: [Double] = [1, 2, 3]
  ) {
    precondition(residuals.count == deviations.count && !residuals.isEmpty)
    let ratios = residuals.indices.map { index -> Double in
      let added = own?[index] ?? 0
      let whole = (deviations[index] * deviations[index] + added * added).squareRoot()
      return whole > 0 ? abs(residuals[index]) / whole : residuals[index] == 0 ? 0 : .infinity
    }
    count = residuals.count
    scaledRMS = Statistics.rms(ratios)
    self.levels = levels.map { k in
      let share = { (places: [Int]) -> Double in
        Double(places.count { ratios[$0] <= k }) / Double(places.count)
      }
      let band = bootstrap.interval(share)
      let nominal = 1 - 2 * NormalDistribution.cumulative(-k)
      return Level(
        deviations: k, share: share(Array(ratios.indices)), low: band.low, high: band.high, nominal: nominal,
        ideal: members.map { StudentDistribution.coverage(deviations: k, members: $0) } ?? nominal)
    }
  }

  /// The probability of the interval between the j-th and the (M + 1 − j)-th of M members, j = 1 … M/2: (M + 1 − 2j)/(M + 1).
  /// Wider intervals than the first, (M − 1)/(M + 1), M members do not resolve.
  public static func rankIntervals(members: Int) -> [Double] {
    (1...max(1, members / 2)).map { Double(members + 1 - 2 * $0) / Double(members + 1) }
  }

  /// How many values have 0, 1, … M members below them; uniform if values and members are drawn alike.
  public static func rankCounts(values: [Double], members: [[Double]]) -> [Int] {
    precondition(values.count == members.count)
    let most = members.first?.count ?? 0
    var counts = [Int](repeating: 0, count: most + 1)
    for (value, own) in zip(values, members) { counts[own.count { $0 < value }] += 1 }
    return counts
  }
}

/// The continuous ranked probability score of a normal prediction, in the unit of the value: small where it is both right
/// and narrow, so that no inflation of σ buys coverage. [Gneiting2007]
public enum RankedProbabilityScore {
  /// σ [z (2Φ(z) − 1) + 2φ(z) − 1/√π], z = residual/σ; |residual| for σ = 0.
  public static func normal(residual: Double, deviation: Double) -> Double {
    guard deviation > 0 else { return abs(residual) }
    let z = residual / deviation
    return deviation
      * (z * (2 * NormalDistribution.cumulative(z) - 1) + 2 * NormalDistribution.density(z)
        - 1 / Double.pi.squareRoot())
  }
}
