import Testing

@testable import Inference

@Suite struct FoldAverageTests {
  @Test func meanAndMedian() {
    #expect(FoldAverage.mean([1, 2, 6]) == 3)
    #expect(FoldAverage.median([1, 2, 6]) == 2)
    #expect(FoldAverage.median([1, 2, 6, 8]) == 4)
  }

  /// A fold without a score must not make a trial look better than those judged by all folds.
  @Test(arguments: FoldAverage.allCases) func everyFoldCounts(_ average: FoldAverage) {
    #expect(average([1, .nan, 2]).isNaN)
    #expect(average([1, .infinity]).isNaN)
    #expect(average([]).isNaN)
  }

  @Test func scoreByScore() {
    #expect(FoldAverage.mean([1, 3, 10, 20], folds: 2) == [2, 15])
    #expect(FoldAverage.median([4], folds: 1) == [4])
  }
}
