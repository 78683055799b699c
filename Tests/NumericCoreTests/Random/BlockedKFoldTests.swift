import Testing

@testable import NumericCore

/// Against verde 1.9's BlockKFold with shuffle and balance, on points of `RandomState(3)`.
@Suite struct BlockedKFoldTests {
  static let points = Points(
    easting: [
      22032, 28326, 11636, 20433, 35718, 35852, 5023, 8290, 2059, 17632, 1195, 18273, 25966, 11139, 27050,
      23635, 959, 22354, 10370, 16604, 11341, 27726, 17618,
    ],
    northing: [
      4706, 16339, 23409, 9191, 6659, 11639, 28092, 29280, 20172, 27085, 25373, 11340, 2767, 19602, 16735,
      10847, 6752, 12196, 14068, 8077, 8754, 13731, 25816,
    ])

  struct Case: Sendable {
    var size: Double
    var seed: UInt32
    var blocks: Int
    var folds: [[Int]]
  }

  static let cases = [
    Case(
      size: 8000, seed: 10, blocks: 10,
      folds: [
        [6, 7, 10], [0, 3, 12, 13, 15, 18], [4, 11, 14, 17, 19, 20], [1, 2, 5, 8, 9, 16, 21, 22],
      ]),
    Case(
      size: 12000, seed: 0, blocks: 6,
      folds: [
        [1, 4, 5, 12, 14, 21], [0, 3, 11, 15, 17, 19], [2, 6, 7, 8, 9, 10, 13, 16, 18, 20, 22],
      ]),
    Case(
      size: 5000, seed: 10, blocks: 15,
      folds: [
        [4, 5, 6, 10], [12, 15, 17, 18], [3, 8, 11, 19], [2, 9, 13, 22], [0, 1, 7, 14, 16, 20, 21],
      ]),
  ]

  @Test(arguments: cases) func balanced(_ row: Case) throws {
    let found = try BlockedKFold(
      points: Self.points, blocks: .size(row.size), splits: row.folds.count, seed: row.seed)
    #expect(found.folds == row.folds)
    #expect(found.isBalanced && found.blockCount == row.blocks)
  }

  @Test func byNumberOfBlocks() throws {
    let first = try BlockedKFold(
      points: Self.points, blocks: .counts(rows: 3, columns: 4), splits: 3, seed: 10)
    #expect(
      first.folds == [
        [0, 3, 6, 7, 10, 12, 15], [4, 13, 14, 17, 18], [1, 2, 5, 8, 9, 11, 16, 19, 20, 21, 22],
      ])
    #expect(first.blockCount == 10)
    let second = try BlockedKFold(
      points: Self.points, blocks: .counts(rows: 2, columns: 2), splits: 2, seed: 1)
    #expect(
      second.folds == [
        [1, 2, 6, 7, 8, 9, 10, 13, 14, 22], [0, 3, 4, 5, 11, 12, 15, 16, 17, 18, 19, 20, 21],
      ])
  }

  /// Twelve points of one block and three alone: no three folds hold about as many points.
  @Test func unbalanced() throws {
    let points = Points(
      easting: (100..<112).map(Double.init) + [10000, 20000, 30000],
      northing: Array(repeating: 100, count: 15))
    let first = try BlockedKFold(points: points, blocks: .size(10000), splits: 3, seed: 0)
    #expect(!first.isBalanced)
    #expect(first.folds == [[14], [13], Array(0...12)])
    let second = try BlockedKFold(points: points, blocks: .size(10000), splits: 3, seed: 1)
    #expect(second.folds == [Array(0...12), [14], [13]])
  }

  /// Every point is held out once, and points of a block together.
  @Test(arguments: [UInt32](0..<8)) func partition(_ seed: UInt32) throws {
    let found = try BlockedKFold(points: Self.points, blocks: .size(9000), splits: 3, seed: seed)
    #expect(found.folds.joined().sorted() == Array(0..<23))
    #expect(found.folds.allSatisfy { !$0.isEmpty })
    for block in try BlockReduce(points: Self.points, size: 9000).members {
      #expect(found.folds.count { !Set($0).isDisjoint(with: block) } == 1)
    }
  }

  @Test func tooFewBlocks() {
    #expect(throws: NumericError.tooFewBlocks(found: 1, needed: 2)) {
      try BlockedKFold(points: Self.points, blocks: .size(100_000), splits: 2, seed: 0)
    }
  }
}
