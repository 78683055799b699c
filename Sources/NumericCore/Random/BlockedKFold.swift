/// Cross-validation folds of whole blocks of points, as verde's
/// `BlockKFold(n_splits=…, shuffle=True, random_state=…, balance=True)` makes them.
///
/// Neighbouring points fall into the same fold, so that a fold tells how well values far from the others are
/// predicted. [Roberts2017]
public struct BlockedKFold: Equatable, Sendable {
  /// The blocks of the bounding box of the points.
  public enum Blocks: Equatable, Sendable {
    /// Their side, metres, adjusted to divide the box.
    case size(Double)
    /// How many there are from south to north and from west to east.
    case counts(rows: Int, columns: Int)
  }

  /// The test indices, ascending, of each fold.
  public let folds: [[Int]]
  /// Whether the folds hold about equally many points; else about equally many blocks.
  public let isBalanced: Bool
  /// Blocks that hold a point.
  public let blockCount: Int

  /// - Parameters:
  ///   - points: metres.
  ///   - blocks: whose points stay together.
  ///   - splits: number of folds; a precondition is that it is at least 2.
  ///   - seed: of NumPy's `RandomState`, which shuffles the blocks.
  /// - Throws: `tooFewPoints` where there are fewer blocks with points than folds; what `BlockReduce` throws.
  public init(points: Points, blocks: Blocks, splits: Int, seed: UInt32) throws(NumericError) {
    precondition(splits >= 2, "at least two folds")
    let parts: BlockReduce
    switch blocks {
    case .size(let size): parts = try BlockReduce(points: points, size: size)
    case .counts(let rows, let columns):
      parts = try BlockReduce(points: points, rows: rows, columns: columns)
    }
    let blocks = parts.members
    guard blocks.count >= splits else { throw .tooFewBlocks(found: blocks.count, needed: splits) }
    var random = LegacyRandom(seed: seed)
    let shuffled = random.permutation(blocks.count).map { blocks[$0] }
    let cuts = Self.balancedCuts(shuffled.map(\.count), splits: splits)
    let ranges = cuts ?? Self.equalCuts(shuffled.count, splits: splits)
    folds = ranges.map { shuffled[$0].joined().sorted() }
    (isBalanced, blockCount) = (cuts != nil, blocks.count)
  }

  /// Part k ends before the first block whose running sum of points exceeds (k + 1) times a fold's share. Nil where
  /// a part would have no block.
  static func balancedCuts(_ sizes: [Int], splits: Int) -> [Range<Int>]? {
    var sums: [Int] = []
    for size in sizes { sums.append((sums.last ?? 0) + size) }
    let share = (sums.last ?? 0) / splits
    var ends = (1..<splits).map { part in sums.firstIndex { $0 > part * share } ?? sizes.count }
    ends.append(sizes.count)
    var start = 0
    var ranges: [Range<Int>] = []
    for end in ends {
      guard end > start else { return nil }
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }

  /// Consecutive parts whose counts differ by one at most, the longer ones first.
  private static func equalCuts(_ count: Int, splits: Int) -> [Range<Int>] {
    var start = 0
    return (0..<splits).map { part in
      let size = count / splits + (part < count % splits ? 1 : 0)
      defer { start += size }
      return start..<start + size
    }
  }
}
