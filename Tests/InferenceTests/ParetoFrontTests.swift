import Inference
import Testing

@Suite struct ParetoFrontTests {
  private static let scores: [[Double]] = [
    [1, 9], [2, 5], [3, 6], [4, 2], [4, 4], [8, 1], [2, 5], [.nan, 0], [9, 9],
  ]

  @Test func frontHoldsWhatNothingBeats() {
    let front = ParetoFront.indices(Self.scores)
    #expect(front == [0, 1, 6, 3, 5])
    for index in Self.scores.indices.dropLast(2) {
      let isBeaten = Self.scores.contains { ParetoFront.dominates($0, Self.scores[index]) }
      #expect(front.contains(index) == !isBeaten)
    }
  }

  @Test func ranksPeelFronts() {
    #expect(ParetoFront.ranks(Self.scores) == [0, 0, 1, 0, 1, 0, 0, 3, 2])
  }

  /// The order of trials and a growing change of a score's scale make no difference.
  @Test func invariance() {
    let order = [4, 0, 7, 3, 8, 1, 5, 2, 6]
    let turned = order.map { Self.scores[$0] }
    #expect(Set(ParetoFront.indices(turned).map { order[$0] }) == Set(ParetoFront.indices(Self.scores)))
    let scaled = Self.scores.map { [$0[0] * 1e9, $0[1] - 40] }
    #expect(ParetoFront.indices(scaled) == ParetoFront.indices(Self.scores))
  }

  @Test func rulesOfChoice() {
    #expect(ParetoFront.best(Self.scores) == 0)
    #expect(ParetoFront.best(Self.scores, by: .least(1)) == 5)
    #expect(ParetoFront.best(Self.scores, by: .compromise) == 3)
    #expect(ParetoFront.best([[3], [1], [.nan], [1]]) == 1)
    #expect(ParetoFront.best([[.nan, 1], [2, .infinity]]) == nil)
    // Of equals in the first score the one better in the second.
    #expect(ParetoFront.best([[1, 3], [1, 2]]) == 1)
  }

  @Test func hypervolume() {
    #expect(ParetoFront.hypervolume([[1, 2]], reference: [3, 3]) == 2)
    #expect(ParetoFront.hypervolume([[1, 2], [2, 1]], reference: [3, 3]) == 3)
    // Beaten and outside points add nothing.
    #expect(ParetoFront.hypervolume([[2, 1], [1, 2], [2, 2], [4, 0], [0, 3]], reference: [3, 3]) == 3)
    #expect(ParetoFront.hypervolume([], reference: [3, 3]) == 0)
  }
}
