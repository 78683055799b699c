import Inference
public import NumericCore

/// Whether the posteriors of a network may be believed: how the true targets of samples that took no part in training lie
/// in them.
public struct NetworkCalibration: Sendable {
  /// What is told of one target.
  public struct Target: Sendable {
    /// Places of the truths in their posteriors, Φ(t): uniform if calibrated.
    public var places: [Double]
    /// Shares that lie where the density is greater than at the truth: uniform if calibrated.
    public var sharesAbove: [Double]
    public var truths, means, deviations: [Double]
    /// Nats, posterior against prior and prior against posterior.
    public var gains, gainsOfPrior: [Double]
    /// Shares within δ = 5 % of the prior's range of the truth, above and below.
    public var near, above, below: [Double]
    /// What lies outside of the prior's support.
    public var leakages: [Double]
    /// Before there are data.
    public var prior: TargetPrior
  }

  /// One a target.
  public let targets: [Target]
  /// −ln p of the true targets, joint where there are several.
  public let losses: [Double]
  /// Of TARP: shares of draws nearer to a random reference than the truth; uniform if calibrated. [Lemos2023]
  public let referenceShares: [Double]
  /// Posteriors averaged over the data, at `averageShares` of the prior: the shares that lie below.
  public let averages: [[Double]]
  /// Shares of the prior at whose quantiles averages are taken.
  public static let averageShares = (1...19).map { Double($0) / 20 }

  /// - Parameters:
  ///   - rows: data with noise, sample by sample.
  ///   - truths: their targets, sample by sample.
  ///   - draws: from each posterior for TARP.
  public init(
    _ network: NetworkCommittee, rows: [Double], truths: [Double], draws: Int = 200, seed: UInt64,
    workers: Workers = .serial
  ) throws(NetworkError) {
    let mixtures = try network.mixtures(rows, workers: workers)
    let count = network.targets.count
    var logs: [Double] = []
    for (sample, mixture) in mixtures.enumerated() {
      let truth = Array(truths[(sample * count)..<((sample + 1) * count)])
      logs.append(network.logDensity(mixture, truth))
    }
    losses = logs.map { -$0 }
    var found: [Target] = []
    var averages: [[Double]] = []
    for index in network.targets.indices {
      let own = stride(from: index, to: truths.count, by: count).map { truths[$0] }
      let judged = Self.judge(network, index, own, mixtures, workers)
      found.append(judged.target)
      averages.append(judged.averages)
    }
    (targets, self.averages) = (found, averages)
    referenceShares = Self.references(network, mixtures, truths, draws: draws, seed: seed, workers)
  }

  private static func judge(
    _ network: NetworkCommittee, _ index: Int, _ truths: [Double], _ mixtures: [JointMixture],
    _ workers: Workers
  ) -> (target: Target, averages: [Double]) {
    let (count, target) = (mixtures.count, network.targets[index])
    let range = target.prior.range
    let reach = 0.05 * (range.upperBound - range.lowerBound)
    let quantiles = averageShares.map { target.prior.quantile($0) }
    // Rows of 10 numbers and of the averages.
    let width = 10 + quantiles.count
    var table = [Double](repeating: 0, count: count * width)
    table.withUnsafeMutableBufferPointer { table in
      nonisolated(unsafe) let table = table
      workers.forEach(count) { sample in
        let posterior = network.posterior(mixtures[sample], index)
        let truth = truths[sample]
        let moments = posterior.moments
        let gain = posterior.gain(over: target.whole ?? target.prior)
        let sides = posterior.sides(of: truth, reach: reach)
        let numbers = [
          posterior.cumulative(truth), posterior.shareAbove(truth), truth, moments.mean,
          moments.variance.squareRoot(), gain.ofPosterior, gain.ofPrior, sides.below, sides.above,
          posterior.leakage,
        ]
        for (place, number) in numbers.enumerated() { table[sample * width + place] = number }
        for (place, quantile) in quantiles.enumerated() {
          table[sample * width + 10 + place] = posterior.cumulative(quantile)
        }
      }
    }
    func column(_ place: Int) -> [Double] { (0..<count).map { table[$0 * width + place] } }
    let (below, above) = (column(7), column(8))
    let result = Target(
      places: column(0), sharesAbove: column(1), truths: truths, means: column(3), deviations: column(4),
      gains: column(5), gainsOfPrior: column(6), near: zip(below, above).map { max(0, 1 - $0 - $1) },
      above: above,
      below: below, leakages: column(9), prior: target.prior)
    return (result, quantiles.indices.map { Statistics.mean(column(10 + $0)) })
  }

  /// References are the targets of other samples.
  private static func references(
    _ network: NetworkCommittee, _ mixtures: [JointMixture], _ truths: [Double], draws: Int, seed: UInt64,
    _ workers: Workers
  ) -> [Double] {
    let count = network.targets.count
    let random = CounterRandom(seed: seed, stream: "posterior draws")
    let order = DataSplit.permutation(mixtures.count, CounterRandom(seed: seed, stream: "references"), row: 0)
    var shares = [Double](repeating: 0, count: mixtures.count)
    shares.withUnsafeMutableBufferPointer { shares in
      nonisolated(unsafe) let shares = shares
      workers.forEach(mixtures.count) { sample in
        let reference = order[sample] == sample ? (sample + 1) % mixtures.count : order[sample]
        func distance(_ point: ArraySlice<Double>) -> Double {
          zip(zip(point, truths[(reference * count)..<((reference + 1) * count)]), network.targets).reduce(0)
          {
            let difference = $1.1.difference($1.0.0, $1.0.1) / $1.1.scale
            return $0 + difference * difference
          }
        }
        let found = network.draws(mixtures[sample], draws, random: random, row: sample).draws
        let own = distance(truths[(sample * count)..<((sample + 1) * count)])
        let nearer = found.count { distance($0[...]) < own }
        // In the middle of its step, so that shares of a few draws are as uniform as can be.
        shares[sample] = (Double(nearer) + 0.5) / Double(found.count + 1)
      }
    }
    return shares
  }

  /// The mean of the losses and its standard error.
  public var loss: (mean: Double, error: Double) {
    (
      Statistics.mean(losses),
      Statistics.deviation(losses, lostDegrees: 1) / Double(losses.count).squareRoot()
    )
  }

  /// Part of the values within the central interval of a share.
  public static func coverage(_ places: [Double], _ share: Double) -> Double {
    Double(places.count { abs(2 * $0 - 1) <= share }) / Double(places.count)
  }

  /// How many values lie in each of equal bins from 0 to 1.
  public static func histogram(_ values: [Double], bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    for value in values { counts[min(bins - 1, max(0, Int(value * Double(bins))))] += 1 }
    return counts
  }

  /// Part of the values up to each share, with the 95 % band of a bootstrap over samples.
  public static func expected(_ values: [Double], at shares: [Double], seed: UInt64) -> [(
    part: Double, low: Double, high: Double
  )] {
    let random = CounterRandom(seed: seed, stream: "bootstrap")
    let count = values.count
    let replicas = (0..<200).map { replica in
      random.uniform(count, row: replica).map { values[min(count - 1, Int($0 * Double(count)))] }.sorted()
    }
    let sorted = values.sorted()
    func part(_ values: [Double], _ share: Double) -> Double {
      var (low, high) = (0, values.count)
      while low < high {
        let middle = (low + high) / 2
        if values[middle] <= share { low = middle + 1 } else { high = middle }
      }
      return Double(low) / Double(values.count)
    }
    return shares.map { share in
      let parts = replicas.map { part($0, share) }
      return (part(sorted, share), Statistics.percentile(parts, 2.5), Statistics.percentile(parts, 97.5))
    }
  }
}

extension TargetPrior {
  /// The value below which a share lies.
  public func quantile(_ share: Double) -> Double {
    switch self {
    case .uniform(let low, let high): return low + (high - low) * share
    case .normal(let mean, let deviation): return mean + deviation * Quantile.standardNormal(share)
    case .sampled(let quantiles, _):
      let position = share * Double(quantiles.count - 1)
      let below = min(quantiles.count - 2, Int(position))
      return quantiles[below] + (position - Double(below)) * (quantiles[below + 1] - quantiles[below])
    }
  }
}
