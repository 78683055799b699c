import NumericCore

/// Draws that chains have kept, iteration by iteration, of the walkers at β = 1.
public struct ChainHistory: Sendable, Equatable {
  /// Walkers of an iteration, and coordinates of a point.
  public let chains, dimensions: Int
  /// [iteration][walker][coordinate], flattened.
  public private(set) var positions: [Double]
  /// [iteration][walker], flattened.
  public private(set) var densities: [ChainDensity]
  /// Which proposal each draw was, as `ChainState.labels`.
  public private(set) var labels: [Int]

  /// Nothing yet.
  public init(chains: Int, dimensions: Int) {
    (self.chains, self.dimensions) = (chains, dimensions)
    (positions, densities, labels) = ([], [], [])
  }

  /// Draws that were kept.
  /// - Precondition: whole iterations.
  public init(chains: Int, dimensions: Int, positions: [Double], densities: [ChainDensity], labels: [Int]) {
    precondition(densities.count == labels.count && positions.count == labels.count * dimensions)
    precondition(labels.count % max(1, chains) == 0, "whole iterations")
    (self.chains, self.dimensions) = (chains, dimensions)
    (self.positions, self.densities, self.labels) = (positions, densities, labels)
  }

  /// Iterations that were kept.
  public var count: Int { chains == 0 ? 0 : labels.count / chains }

  /// Adds where the walkers at β = 1 are.
  public mutating func append(_ state: ChainState) {
    for walker in 0..<chains {
      positions += state.positions[walker]
      densities.append(state.densities[walker])
      labels.append(state.labels[walker])
    }
  }

  /// Adds later draws of the same chains.
  public mutating func append(_ later: ChainHistory) {
    positions += later.positions
    densities += later.densities
    labels += later.labels
  }

  /// The draws of a coordinate: [walker][iteration].
  public func series(_ axis: Int) -> [[Double]] { series { positions[$0 * dimensions + axis] } }

  /// A number of every draw by its place in `labels`: [walker][iteration].
  public func series(_ value: (Int) -> Double) -> [[Double]] {
    (0..<chains).map { walker in (0..<count).map { value($0 * chains + walker) } }
  }

  /// The point of a draw by its place in `labels`.
  public func position(_ draw: Int) -> [Double] {
    Array(positions[(draw * dimensions)..<((draw + 1) * dimensions)])
  }

  /// The greatest R-hat of all coordinates and the smallest effective size, of bulks and tails.
  public func verdict() -> (rHat: Double, size: Double) {
    var (worst, size) = (0.0, Double.infinity)
    for axis in 0..<dimensions {
      let found = ChainDiagnostics(series(axis))
      // A comparison with NaN would pass over what can't be told.
      guard found.rHat.isFinite, found.bulkSize.isFinite, found.tailSize.isFinite else { return (.nan, .nan) }
      worst = max(worst, found.rHat)
      size = min(size, found.bulkSize, found.tailSize)
    }
    return (worst, size)
  }

  /// Whether the chains are looked at after so many kept iterations: from 20 on, each time that an eighth or so has been
  /// added, so that all looks together cost no more than a few.
  public static func isLookedAt(after count: Int) -> Bool {
    guard count >= 20 else { return false }
    var power = 1
    while power * 2 <= count { power *= 2 }
    return count % max(10, power / 8) == 0
  }

  /// How blocks of draws lie after one more iteration: eight of one size become one. A draw is written again once for
  /// every power of eight, and a family of 10⁵ iterations has 40 blocks at most.
  /// - Returns: how many of the last blocks go into the new one, and the sizes after that.
  public static func merged(_ sizes: [Int]) -> (taken: Int, sizes: [Int]) {
    var (left, size, taken) = (sizes, 1, 0)
    while left.count >= 7, left.suffix(7).allSatisfy({ $0 == size }) {
      left.removeLast(7)
      (taken, size) = (taken + 7, size * 8)
    }
    return (taken, left + [size])
  }
}
