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

  @Test func weightedPercentiles() {
    let values = [10.0, 1, 4, 7, 2]
    let parts = [0.0, 3, 10, 25, 50, 62, 95, 100]
    func percentiles(_ weights: [Double], of values: [Double] = values) -> [Double] {
      Statistics.weightedPercentiles(values, weights: weights, parts)
    }
    // Equal weights are none, whatever their size.
    for (found, percent) in zip(percentiles(Array(repeating: 0.3, count: 5)), parts) {
      #expect(abs(found - Statistics.percentile(values, percent)) < 1e-12)
    }
    // By hand: 1 to 1/6 of the weight, 2 to 4/6, 4 to 1; as many as 36/14 equal values, so windows 14/36 wide.
    let small = Statistics.weightedPercentiles([4, 1, 2], weights: [2, 1, 3], [0, 50, 100])
    let expected: [Double] = [22.0 / 14, 30.0 / 14, 52.0 / 14]
    for (found, expected) in zip(small, expected) { #expect(abs(found - expected) < 1e-13) }
    // The order of the sample is nothing, ties included; neither is the scale of the weights.
    let tied = percentiles([1, 2, 3, 4, 5], of: [3, 3, 1, 3, 9])
    #expect(tied == percentiles([4, 5, 2, 1, 3], of: [3, 9, 3, 3, 1]))
    #expect(
      zip(tied, percentiles([2, 4, 6, 8, 10], of: [3, 3, 1, 3, 9])).allSatisfy { abs($0 - $1) < 1e-12 })
    // Turned round.
    let turned = Statistics.weightedPercentiles(
      values.map { -$0 }, weights: [1, 2, 3, 4, 5], parts.map { 100 - $0 })
    #expect(zip(percentiles([1, 2, 3, 4, 5]), turned).allSatisfy { abs($0 + $1) < 1e-12 })
    // Values without weight, or missing, are not there.
    let with = Statistics.weightedPercentiles([5, 1, .nan, 9, 7], weights: [1, 2, 4, 0, 3], parts)
    #expect(with == Statistics.weightedPercentiles([5, 1, 7], weights: [1, 2, 3], parts))
    #expect(Statistics.weightedPercentiles([4], weights: [2], [0, 50, 100]) == [4, 4, 4])
    #expect(Statistics.weightedPercentiles([4], weights: [0], [50])[0].isNaN)
    // Weight draws percentiles to its value.
    let heavy = Statistics.weightedPercentiles([1, 2, 4], weights: [1, 1, 1000], [50])[0]
    #expect(heavy > 3.99)
    // A weight that goes to nothing: no jump.
    let nearly = Statistics.weightedPercentiles([5, 1, 2, 7], weights: [1, 2, 1e-9, 3], parts)
    let without = Statistics.weightedPercentiles([5, 1, 7], weights: [1, 2, 3], parts)
    #expect(zip(nearly, without).allSatisfy { abs($0 - $1) < 1e-7 })
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
