import NumericCore

/// How well several chains agree about one quantity, and how much their draws tell of it. [Vehtari2021]
public struct ChainDiagnostics: Sendable, Equatable {
  /// √(V̂/W) of the halves of all chains: the greater one of that of the ranks, by which centres differ, and of that of
  /// the ranks of the distance from the median, by which spreads do. 1 where all chains draw alike.
  public var rHat: Double
  /// How many independent draws tell as much of the centre of the distribution: of the ranks.
  public var bulkSize: Double
  /// … of its tails: the smaller one of those for the shares below the 5 % and the 95 % quantiles.
  public var tailSize: Double
  /// … of its mean, which may not exist.
  public var meanSize: Double

  /// - Parameter chains: draws of the quantity, [chain][iteration], as many of each. NaN everywhere with fewer than
  ///   4 draws a chain, or where all draws are equal.
  public init(_ chains: [[Double]]) {
    let length = chains.first?.count ?? 0
    precondition(chains.allSatisfy { $0.count == length }, "chains of one length")
    let halves = Self.split(chains)
    let all = halves.flatMap(\.self)
    guard length >= 4, let first = all.first, all.contains(where: { $0 != first }), all.allSatisfy(\.isFinite)
    else {
      (rHat, bulkSize, tailSize, meanSize) = (.nan, .nan, .nan, .nan)
      return
    }
    let ranked = Self.ranked(halves)
    let median = Statistics.median(all)
    let folded = Self.ranked(halves.map { $0.map { abs($0 - median) } })
    rHat = max(Self.potential(ranked), Self.potential(folded))
    bulkSize = Self.effectiveSize(ranked)
    meanSize = Self.effectiveSize(halves)
    tailSize = [5.0, 95].map { percent in
      let quantile = Statistics.percentile(all, percent)
      return Self.effectiveSize(halves.map { $0.map { $0 <= quantile ? 1 : 0 } })
    }.reduce(.infinity) { $1.isNaN ? .nan : min($0, $1) }
  }

  /// Halves of chains; of an odd number of draws the middle one is in neither.
  static func split(_ chains: [[Double]]) -> [[Double]] {
    chains.flatMap { chain in
      [Array(chain.prefix(chain.count / 2)), Array(chain.suffix(chain.count / 2))]
    }
  }

  /// Φ⁻¹((r − ⅜)/(S + ¼)) of the ranks r among all S draws; equal draws have the mean of their ranks.
  static func ranked(_ chains: [[Double]]) -> [[Double]] {
    let all = chains.flatMap(\.self)
    let order = all.indices.sorted { (all[$0], $0) < (all[$1], $1) }
    var scores = Array(repeating: 0.0, count: all.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, all[order[end]] == all[order[start]] { end += 1 }
      // Ranks start + 1 … end.
      let rank = 0.5 * Double(start + 1 + end)
      let score = Quantile.standardNormal((rank - 0.375) / (Double(all.count) + 0.25))
      for place in start..<end { scores[order[place]] = score }
      start = end
    }
    let length = chains.first?.count ?? 0
    return chains.indices.map { Array(scores[($0 * length)..<(($0 + 1) * length)]) }
  }

  /// √(((n − 1)/n · W + B/n)/W).
  static func potential(_ chains: [[Double]]) -> Double {
    let n = Double(chains.first?.count ?? 0)
    let within = Statistics.mean(chains.map { Statistics.variance($0, lostDegrees: 1) })
    let between = n * Statistics.variance(chains.map { Statistics.mean($0) }, lostDegrees: 1)
    return (((n - 1) / n * within + between / n) / within).squareRoot()
  }

  /// M n/τ with τ = −1 + 2 Σ ρ_t, summed as far as neighbouring pairs are positive and made monotone [Geyer1992];
  /// ρ_t from the variance between and within chains. At most M n log₁₀(M n). Lags are computed as far as they are
  /// needed. NaN where nothing varies.
  static func effectiveSize(_ chains: [[Double]]) -> Double {
    let n = chains.first?.count ?? 0
    guard n >= 3 else { return .nan }
    let lags = Autocorrelation(chains)
    guard lags.total > 0 else { return .nan }
    let size = Double(chains.count * n)
    return size / max(lags.integrated(), 1 / Elementary.log10(size))
  }
}

/// Autocorrelation of several chains about their common mean.
public struct Autocorrelation {
  private let deviations: [[Double]]
  private let within: Double
  /// Variance of a draw, between and within chains.
  let total: Double

  /// - Parameter chains: [chain][iteration], as many of each.
  public init(_ chains: [[Double]]) {
    let means = chains.map { Statistics.mean($0) }
    deviations = zip(chains, means).map { chain, mean in chain.map { $0 - mean } }
    let n = Double(chains.first?.count ?? 0)
    let first = Self.covariance(deviations, 0)
    within = first * n / (n - 1)
    let between = chains.count > 1 ? Statistics.variance(means, lostDegrees: 1) : 0
    total = first + between
  }

  /// Mean over the chains of Σ x_i x_{i+t}/n.
  private static func covariance(_ deviations: [[Double]], _ lag: Int) -> Double {
    var sum = 0.0
    for chain in deviations {
      chain.withUnsafeBufferPointer { values in
        var products = 0.0
        for index in 0..<(values.count - lag) { products += values[index] * values[index + lag] }
        sum += products / Double(values.count)
      }
    }
    return sum / Double(max(1, deviations.count))
  }

  /// ρ_t = 1 − (W − s_t)/V̂.
  public func callAsFunction(_ lag: Int) -> Double {
    lag == 0 ? 1 : 1 - (within - Self.covariance(deviations, lag)) / total
  }

  /// τ = −1 + 2 Σ ρ_t over Geyer's initial monotone sequence.
  func integrated() -> Double {
    let n = deviations.first?.count ?? 0
    var values = [1, self(1)]
    var (even, odd) = (values[0], values[1])
    while values.count - 2 < n - 5, even + odd > 0 {
      let lag = values.count
      (even, odd) = (self(lag), self(lag + 1))
      let isKept = even + odd >= 0
      values += isKept ? [even, odd] : [0, 0]
    }
    let last = values.count - 2
    if even > 0 { values[last] = even }
    for t in stride(from: 2, through: last - 2, by: 2) {
      let before = values[t - 2] + values[t - 1]
      if values[t] + values[t + 1] > before { (values[t], values[t + 1]) = (before / 2, before / 2) }
    }
    return -1 + 2 * values[..<last].reduce(0, +) + values[last]
  }
}
