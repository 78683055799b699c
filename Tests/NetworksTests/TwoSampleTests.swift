import NumericCore
import Testing

@testable import Networks

@Suite struct TwoSampleTests {
  private func normal(_ count: Int, _ stream: String, shift: Double = 0, factor: Double = 1) -> [Double] {
    CounterRandom(seed: 2, stream: stream).normal(2 * count, row: 0).map { shift + factor * $0 }
  }

  @Test func `A classifier tells apart what differs and nothing else`() throws {
    let one = normal(600, "one")
    let same = try TwoSampleTest.accuracy(one, normal(600, "two"), dimensions: 2, seed: 1)
    #expect(abs(same - 0.5) < 0.05)
    // The best that can be: Φ(|shift|/2) = Φ(0.707) = 0.76.
    let moved = try TwoSampleTest.accuracy(one, normal(600, "two", shift: 1), dimensions: 2, seed: 1)
    #expect(abs(moved - 0.76) < 0.04)
    // A mere change of width takes a curve.
    let wide = try TwoSampleTest.accuracy(one, normal(600, "two", factor: 3), dimensions: 2, seed: 1)
    #expect(wide > 0.75)
    #expect(throws: TwoSampleTest.Failure.tooFewSamples(found: 3, needed: 10)) {
      try TwoSampleTest.accuracy([1, 2, 3], [1, 2, 3], dimensions: 1, seed: 1)
    }
  }

  @Test func `Overlap and distance of two normal distributions`() {
    let (one, two) = (normal(4000, "one"), normal(4000, "two", shift: 1))
    // 2 Φ(−½) = 0.617, and the largest distance 1 − that.
    #expect(abs(TwoSampleTest.overlap(one, two) - 0.617) < 0.03)
    #expect(abs(TwoSampleTest.kolmogorov(one, two) - 0.383) < 0.03)
    #expect(TwoSampleTest.overlap(one, normal(4000, "three")) > 0.95)
  }

  /// A network whose posterior is wrong where d > 0 and right elsewhere.
  @Test func `The local test tells where a posterior is wrong`() throws {
    let count = 400
    let random = CounterRandom(seed: 8, stream: "local")
    let (t, e) = (random.normal(count, row: 0), random.normal(count, row: 1))
    let rows = zip(t, e).map { $0 + $1 }
    let samples = CommitteeTraining.Samples(
      data: rows, dataCount: 1, targets: t, names: ["t"], priors: [.normal(mean: 0, deviation: 1)])
    var options = TrainingOptions()
    (options.committee, options.hidden, options.kernels, options.iterations) = (1, 3...3, 1...1, 60)
    let split = try DataSplit(count: count, shares: [0.5, 0.2, 0.1, 0.2], seed: 1)
    let network = try CommitteeTraining(options: options).run(samples, split: split)
    let right = try LocalTest(
      network, held: (rows, t), data: [0.5], trials: 20, seed: 1, workers: .upTo(2))
    #expect(right.pValue > 0.05)
    var wrong = network
    // Deviations of a third.
    for index in wrong.members.indices {
      let last = wrong.members[index].parameters.count
      wrong.members[index].parameters[last - 1] += Elementary.log(3)
    }
    let told = try LocalTest(
      wrong, held: (rows, t), data: [0.5], trials: 20, seed: 1, workers: .upTo(2))
    #expect(told.pValue < 0.1 && told.statistic > 5 * right.statistic)
  }
}
