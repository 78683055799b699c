import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct ParetoSmoothingTests {
  /// Ratios with a Pareto tail of shape k: u^(−k) of even steps of probability.
  private static func ratios(_ shape: Double, _ count: Int) -> [Double] {
    (0..<count).map { -shape * Elementary.log((Double($0) + 0.5) / Double(count)) }
  }

  @Test(arguments: [0.2, 0.5, 0.9]) func findsTheShape(_ shape: Double) {
    let smoothing = ParetoSmoothing(Self.ratios(shape, 4000))
    #expect(abs(smoothing.shape - shape) < 0.06)
    #expect(abs(Statistics.sum(smoothing.logWeights.map { Elementary.exp($0) }) - 1) < 1e-12)
    // E u^(−k) = 1/(1 − k).
    if shape < 0.6 { #expect(abs(smoothing.logMean + Elementary.log(1 - shape)) < 0.02) }
  }

  @Test func equalRatiosAreTrusted() {
    let smoothing = ParetoSmoothing([Double](repeating: -7.25, count: 200))
    #expect(smoothing.shape == -.infinity)
    #expect(abs(smoothing.effectiveSize - 200) < 1e-9)
    #expect(abs(smoothing.logMean + 7.25) < 1e-12)
    #expect(smoothing.logMeanError < 1e-7)
  }

  @Test func tooFewToTell() {
    #expect(ParetoSmoothing([0, -1, -2]).shape.isNaN)
  }

  /// A Gaussian half as wide as its target: k̂ > 0.7; twice as wide: weights are bounded.
  @Test func tooNarrowIsRefused() {
    let draws = NormalDraws(.monteCarlo, seed: 1, stream: "test").rows(2000, dimension: 1, draw: 0).map {
      $0[0]
    }
    func shape(_ width: Double) -> Double {
      ParetoSmoothing(draws.map { z in -0.5 * (width * z) * (width * z) + 0.5 * z * z }).shape
    }
    #expect(shape(0.4) > 0.7)
    #expect(shape(1.6) < 0.5)
  }

  /// k̂, effective size and smoothed mean as the program `loo`'s formulas give them for ten numbers worked by hand would be too
  /// few for a tail; this pins the smoothed mean to the exact one instead: an exponential tail (k = 0).
  @Test func exponentialTail() {
    let ratios = (0..<1000).map { Elementary.log(-Elementary.log((Double($0) + 0.5) / 1000)) }
    let smoothing = ParetoSmoothing(ratios)
    #expect(abs(smoothing.shape) < 0.15)
    #expect(abs(smoothing.logMean) < 0.02)
  }

  @Test func verdictWeighsMoments() throws {
    // Draws of N(0, 1.5²) for the target N(0.3, 1).
    let draws = NormalDraws(.sobol, seed: 2, stream: "test").rows(1024, dimension: 1, draw: 0).map {
      1.5 * $0[0]
    }
    let joints: [Double?] = draws.map { -0.5 * ($0 - 0.3) * ($0 - 0.3) - 4 }
    let proposal = draws.map { -0.5 * $0 * $0 / 2.25 - Elementary.log(1.5) - NormalDistributionConstant.half }
    let verdict = try PosteriorVerdict(
      parameters: draws.map { [$0] } + [[0]], logJoint: joints + [nil], logProposal: proposal + [0])
    #expect(verdict.failed == 1 && verdict.used == 1024)
    #expect(abs(verdict.weightedMean[0] - 0.3) < 0.02)
    #expect(abs(verdict.weightedDeviation[0] - 1) < 0.03)
    #expect(abs(verdict.mean[0]) < 0.02)
    #expect(abs(verdict.logEvidence.value - (NormalDistributionConstant.half - 4)) < 0.02)
    #expect(verdict.grade == .trusted)
  }

  /// The tail of ratios that hardly differ is heavy, and nothing hangs on it.
  @Test func equalWeightsHaveNoTail() throws {
    let numbers = (0..<1000).map { (Double($0) + 0.5) / 1000 }
    func verdict(_ scale: Double) throws -> PosteriorVerdict {
      try PosteriorVerdict(
        parameters: numbers.map { [$0] }, logJoint: numbers.map { scale / $0 },
        logProposal: numbers.map { _ in 0 })
    }
    let (small, large) = (try verdict(2e-5), try verdict(2e-3))
    #expect(small.smoothing.shape > 0.7 && small.grade == .trusted && small.hasEqualWeights)
    #expect(large.smoothing.shape > 0.7 && large.grade == .refused)
  }

  private enum NormalDistributionConstant {
    /// ½ ln 2π
    static let half = 0.91893853320467274178
  }
}
