import NumericCore

/// How far a number from values that depend on their neighbours may be off: the same number of samples of whole blocks,
/// drawn with replacement. [Kunsch1989]
///
/// Values of one block (a square of the plane, a replica) stay together, so that what is common to them is drawn once;
/// counted one by one, 400 points of 40 blocks would seem to tell four times as much as they do.
public struct BlockBootstrap: Sendable {
  /// Places of the values of each block.
  public let members: [[Int]]
  private let draws: [[Int]]

  /// - Parameters:
  ///   - blocks: the block of each value; any labels.
  ///   - samples: how many.
  ///   - seed: of NumPy's `default_rng`, whose `integers(0, blocks, (samples, blocks))` chooses the blocks.
  /// - Precondition: a value at least.
  public init(blocks: [Int], samples: Int = 1000, seed: UInt64) {
    precondition(!blocks.isEmpty && samples > 0)
    var members: [Int: [Int]] = [:]
    for (place, block) in blocks.enumerated() { members[block, default: []].append(place) }
    let labels = members.keys.sorted()
    self.members = labels.map { members[$0] ?? [] }
    var random = NumPyRandom(seed: seed)
    draws = (0..<samples).map { _ in random.integers(0, labels.count, count: labels.count) }
  }

  /// Percentiles of a number over the samples; NaN among them is left out.
  ///
  /// - Parameter statistic: of the places of the values of a sample.
  public func percentiles(_ percents: [Double], _ statistic: ([Int]) -> Double) -> [Double] {
    let values = draws.map { draw in statistic(draw.flatMap { members[$0] }) }
    return percents.map { Statistics.percentile(values, $0) }
  }

  /// The interval that holds the number with 95 %.
  public func interval(_ statistic: ([Int]) -> Double) -> (low: Double, high: Double) {
    let ends = percentiles([2.5, 97.5], statistic)
    return (ends[0], ends[1])
  }
}
