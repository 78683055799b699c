import Inference
import Testing

@Suite struct GoldenSectionTests {
  /// Asks for trials until there are no more.
  private func search(
    _ interval: ClosedRange<Double>, tolerance: Double = 1e-3, _ score: (Double) -> Double?
  ) -> [(x: Double, score: Double?)] {
    var trials: [(x: Double, score: Double?)] = []
    while let x = GoldenSection.next(interval: interval, trials: trials, tolerance: tolerance) {
      trials.append((x, score(x)))
      if trials.count > 200 { break }
    }
    return trials
  }

  @Test(arguments: [-0.97, -0.3, 0.0, 0.123, 0.61, 0.999]) func quadratic(_ minimum: Double) throws {
    let trials = search(-1...1, tolerance: 1e-6) { 3 + ($0 - minimum) * ($0 - minimum) }
    let best = try #require(GoldenSection.best(trials))
    #expect(abs(best.x - minimum) <= 2e-6)
    // 0.618ⁿ ≤ 10⁻⁶ after n = 29 cuts, the first of which takes two trials.
    #expect(trials.count == 30)
    #expect(trials.allSatisfy { (-1...1).contains($0.x) })
  }

  @Test func endsWithinTheTolerance() {
    #expect(search(0...10, tolerance: 0.1) { abs($0 - 7) }.count == 6)
    #expect(search(2...2) { $0 }.isEmpty)
  }

  @Test func continuesFromTrialsInAnyOrder() {
    let trials = search(-3...0) { ($0 + 0.86) * ($0 + 0.86) }
    let part = Array(trials.prefix(7))
    let next = GoldenSection.next(interval: -3...0, trials: part.reversed())
    #expect(next == trials[7].x)
    // Through a file as decimal logarithms: close, not equal.
    let rounded = part.map { (x: $0.x + 1e-13, score: $0.score) }
    #expect(abs((GoldenSection.next(interval: -3...0, trials: rounded) ?? .nan) - trials[7].x) < 1e-12)
  }

  @Test func scoresWithoutOptional() {
    let trials: [(x: Double, score: Double)] = []
    #expect(GoldenSection.next(interval: 0...1, trials: trials) == (3 - 5.0.squareRoot()) / 2)
  }

  /// The inversion fails for dampings below a threshold: in some with no score, in some with NaN.
  @Test func failedTrialsAreTheWorst() throws {
    let trials = search(0...1, tolerance: 1e-6) { x in
      if x < 0.2 { return nil }
      return x < 0.4 ? .nan : (x - 0.7) * (x - 0.7)
    }
    let best = try #require(GoldenSection.best(trials))
    #expect(abs(best.x - 0.7) < 2e-6)
  }

  @Test func allTrialsFail() {
    let trials = search(0...1) { _ in nil }
    #expect(trials.count == 16)
    #expect(GoldenSection.best(trials) == nil)
  }

  @Test func otherTrialsAreKeptApart() {
    let extra: [(x: Double, score: Double?)] = [(0, 5), (1, 4), (0.5, 2)]
    let first = GoldenSection.next(interval: 0...1, trials: extra)
    #expect(first == (3 - 5.0.squareRoot()) / 2)
    #expect(GoldenSection.best(extra)?.x == 0.5)
  }
}
