import NumericCore

/// Moments of many quantities in blocks of neighbouring members of a sequence that fills its cube evenly, and the
/// standard error of the deviation that follows from how much the blocks differ.
///
/// Every block of 2ᵏ points of Sobol's sequence fills the cube evenly, so that blocks differ far less than as many
/// independent draws would, and the formula for those (`RunningMoments.deviationError`) asks for far too many members.
/// Noise that no sequence draws makes the blocks differ as it should. With w the mean of (x − mean)² in a block of n
/// members, N members in m blocks, and the variance v = Σ n w/N:
///
///     error of v = √(m/(m − 1) · Σ (n (w − v))²)/N,  relative error of the deviation = error of v/(2 v)
///
/// as for blocks that are independent. They are not, the whole is more even than its blocks, so the error is still too
/// large: for the sum of three normal settings it is 0.06 at 64 members and 0.015 at 256 where in truth it is 0.021
/// and 0.005, and the formula of independent draws gives 0.085 and 0.044. With as much noise as settings make, 0.077 and
/// 0.034 where 0.069 and 0.032 are true.
public struct BlockMoments: Sendable, Equatable {
  /// The moments of the members of one block.
  public struct Block: Sendable, Equatable {
    /// Members in it.
    public var count: Int
    /// Mean and Σ (x − mean)² of each quantity.
    public var mean, second: [Double]

    /// - Precondition: one mean and sum a quantity.
    public init(count: Int, mean: [Double], second: [Double]) {
      precondition(mean.count == second.count, "one mean and sum a quantity")
      (self.count, self.mean, self.second) = (count, mean, second)
    }

    mutating func add(_ values: [Double]) {
      count += 1
      for index in values.indices {
        let difference = values[index] - mean[index]
        mean[index] += difference / Double(count)
        second[index] += difference * (values[index] - mean[index])
      }
    }

    /// Both together.
    func joined(with other: Block) -> Block {
      guard count > 0 else { return other }
      guard other.count > 0 else { return self }
      var result = self
      result.count += other.count
      let share = Double(other.count) / Double(result.count)
      for index in mean.indices {
        let difference = other.mean[index] - mean[index]
        result.mean[index] += difference * share
        result.second[index] += other.second[index] + difference * difference * Double(count) * share
      }
      return result
    }
  }

  /// As many full blocks make way for half as many of twice the size.
  public static let most = 16

  /// Members of a full block, a power of two.
  public private(set) var size: Int
  /// In order; members that are missing are in none.
  public private(set) var blocks: [Block]
  private let quantities: Int

  /// Of no members yet.
  public init(quantities: Int) { (self.quantities, size, blocks) = (quantities, 1, []) }

  /// Goes on from what was kept.
  /// - Precondition: there is a block, and fewer than `most`; all of the same quantities.
  public init(size: Int, blocks: [Block]) {
    precondition(!blocks.isEmpty && blocks.count <= Self.most && size > 0, "blocks as they were kept")
    (self.size, self.blocks, quantities) = (size, blocks, blocks[0].mean.count)
  }

  /// Members in all.
  public var count: Int { blocks.reduce(0) { $0 + $1.count } }

  /// A member by its position in the sequence.
  /// - Precondition: one value for each quantity.
  public mutating func add(_ values: [Double], at position: Int) {
    precondition(values.count == quantities && position >= 0, "one value for each quantity")
    while position / size >= Self.most { joinPairs() }
    while blocks.count <= position / size {
      let zero = [Double](repeating: 0, count: quantities)
      blocks.append(Block(count: 0, mean: zero, second: zero))
    }
    blocks[position / size].add(values)
    if position + 1 == size * Self.most { joinPairs() }
  }

  private mutating func joinPairs() {
    blocks = stride(from: 0, to: blocks.count, by: 2).map { first in
      first + 1 < blocks.count ? blocks[first].joined(with: blocks[first + 1]) : blocks[first]
    }
    size *= 2
  }

  /// Relative standard error of the deviation of each quantity; NaN below two blocks with members, and where nothing
  /// varies.
  public var relativeDeviationErrors: [Double] {
    let own = blocks.filter { $0.count > 0 }
    let (all, m) = (Double(count), Double(own.count))
    guard own.count > 1 else { return Array(repeating: .nan, count: quantities) }
    return (0..<quantities).map { index in
      let mean = own.reduce(0) { $0 + Double($1.count) * $1.mean[index] } / all
      let sums = own.map { block in
        let away = block.mean[index] - mean
        return block.second[index] + Double(block.count) * away * away
      }
      let variance = sums.reduce(0, +) / all
      guard variance > 0 else { return .nan }
      let squares = zip(own, sums).reduce(0) { total, block in
        let excess = block.1 - Double(block.0.count) * variance
        return total + excess * excess
      }
      return (m / (m - 1) * squares).squareRoot() / all / (2 * variance)
    }
  }

  /// Mean of these over the quantities that vary; NaN if none does.
  public var relativeDeviationError: Double {
    Statistics.mean(relativeDeviationErrors.filter(\.isFinite))
  }
}
