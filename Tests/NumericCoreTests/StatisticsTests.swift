import NumericCore
import Testing

@Suite struct StatisticsTests {
  @Test func missingValuesAreLeftOut() {
    let values = [3.0, .nan, 4]
    #expect(Statistics.mean(values) == 3.5)
    #expect(Statistics.rms(values) == 12.5.squareRoot())
    #expect(Statistics.median(values) == 3.5)
    #expect(Statistics.deviation(values) == 0.5)
    #expect(Statistics.deviation(values, lostDegrees: 1) == 0.5.squareRoot())
    #expect(Statistics.rootMedianSquare([-1, 5, 2]) == 2)
    #expect(Statistics.mean([.nan]).isNaN && Statistics.median([]).isNaN)
    #expect(Statistics.deviation([1], lostDegrees: 1).isNaN)
  }

  @Test func percentiles() {
    let values = [10.0, 1, 4, 7, 2]
    #expect(Statistics.percentile(values, 0) == 1)
    #expect(Statistics.percentile(values, 100) == 10)
    #expect(Statistics.percentile(values, 50) == 4)
    #expect(abs(Statistics.percentile(values, 10) - 1.4) <= 1e-15)
    #expect(abs(Statistics.percentile(values, 95) - 9.4) <= 1e-14)
  }

  @Test func weighted() {
    #expect(Statistics.weightedMean([1, 5, .nan], weights: [3, 1, 9]) == 2)
    #expect(Statistics.weightedDeviation([1, 5, .nan], weights: [3, 1, 9]) == 3.0.squareRoot())
  }

  @Test func longSumsLoseLittle() {
    let values = Array(repeating: 0.1, count: 1_000_000)
    #expect(abs(Statistics.sum(values) - 100_000) <= 1e-9)
  }

  @Test func determination() {
    #expect(Statistics.determination(of: [1, 2, 3], against: [1, 2, 3]) == 1)
    #expect(Statistics.determination(of: [2, 2, 2], against: [1, 2, 3]) == 0)
    #expect(Statistics.determination(of: [2, 3], against: [5, 5]) == 0)
    #expect(Statistics.determination(of: [5, 5], against: [5, 5]) == 1)
    #expect(Statistics.determination(of: [1], against: [1]).isNaN)
    // Weights 3 and 1 on data 0 and 4: mean 1, spread 12; errors 1 and 0 cost 3.
    #expect(Statistics.determination(of: [1, 4], against: [0, 4], weights: [3, 1]) == 0.75)
  }
}
