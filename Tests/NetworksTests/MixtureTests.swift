import NumericCore
import Testing

@testable import Networks

@Suite struct MixtureTests {
  private let bimodal = ScalarMixture(
    weights: [0.3, 0.7], means: [-1, 2], deviations: [0.5, 0.8], support: nil)
  private let truncated = ScalarMixture(
    weights: [0.3, 0.7], means: [-1, 2], deviations: [0.5, 0.8], support: -1.2...2.5)

  /// ∫ f p over the range by the midpoint rule.
  private func integral(_ mixture: ScalarMixture, _ function: (Double) -> Double) -> Double {
    let grid = mixture.grid(200_000)
    var sum = 0.0
    for (place, density) in zip(grid.places, grid.densities) { sum += function(place) * density * grid.step }
    return sum
  }

  @Test func `Moments, mass and quantiles are those of integrals`() {
    for mixture in [bimodal, truncated] {
      let total: Double = integral(mixture) { _ in 1 }
      #expect(abs(total - 1) < 1e-8)
      let moments = mixture.moments
      let mean: Double = integral(mixture) { $0 }
      let square: Double = integral(mixture) { ($0 - mean) * ($0 - mean) }
      #expect(abs(moments.mean - mean) < 1e-7)
      #expect(abs(moments.variance - square) < 1e-6)
      for share in [0.025, 0.3, 0.5, 0.975] {
        #expect(abs(mixture.cumulative(mixture.quantile(share)) - share) < 1e-10)
      }
    }
  }

  @Test func `The mode is the place of greatest density and may be an end of the support`() {
    let grid = bimodal.grid(100_000)
    let best = grid.densities.indices.max { grid.densities[$0] < grid.densities[$1] } ?? 0
    #expect(abs(bimodal.mode - grid.places[best]) < 1e-4)
    let cut = ScalarMixture(weights: [1], means: [0], deviations: [1], support: 0.5...2)
    #expect(cut.mode == 0.5)
  }

  @Test func `Regions of highest density hold their share in as many parts as there are`() {
    let regions = bimodal.highestDensity(0.6)
    #expect(regions.count == 2)
    let held = regions.reduce(0.0) {
      $0 + bimodal.cumulative($1.upperBound) - bimodal.cumulative($1.lowerBound)
    }
    #expect(abs(held - 0.6) < 2e-3)
    #expect(bimodal.highestDensity(0.05).count == 1)
  }

  @Test func `Information gain of a normal distribution that halves its deviation`() {
    // K16's direction gives ln 2 + 1/8 − 1/2, de Wit's ln ½ + 2 − ½ nats.
    let posterior = ScalarMixture(weights: [1], means: [0], deviations: [0.5], support: nil)
    let gain = posterior.gain(over: .normal(mean: 0, deviation: 1))
    #expect(abs(gain.ofPosterior - 0.3181471805599453) < 1e-5)
    #expect(abs(gain.ofPrior / 0.6931471805599453 - 1.164042561) < 1e-3)
  }

  @Test func `A joint mixture has the moments and marginals of its kernels, and its draws too`() {
    // Σ = (UᵀU)⁻¹ with U = [2, 1; 0, 4].
    let mixture = JointMixture(targets: 2, weights: [1], means: [1, -1], factors: [2, 1, 0, 4])
    let moments = mixture.moments
    let expected = [17.0 / 64, -1.0 / 32, -1.0 / 32, 1.0 / 16]
    #expect(moments.mean == [1, -1])
    for (found, exact) in zip(moments.covariance, expected) { #expect(abs(found - exact) < 1e-14) }
    #expect(abs(mixture.marginal(0, support: nil).deviations[0] - (17.0 / 64).squareRoot()) < 1e-14)
    let determinant = 17.0 / 64 / 16 - 1.0 / 1024
    let peak: Double = -Elementary.log(2 * Double.pi) - 0.5 * Elementary.log(determinant)
    #expect(abs(mixture.logDensity([1, -1]) - peak) < 1e-12)
    let random = CounterRandom(seed: 1, stream: "test")
    let draws = mixture.draws(20_000, supports: [nil, nil], random: random, row: 0).draws
    #expect(abs(Statistics.deviation(draws.map { $0[0] }) - (17.0 / 64).squareRoot()) < 0.01)
    let cut = mixture.draws(1000, supports: [1...2, nil], random: random, row: 0)
    #expect(cut.draws.allSatisfy { $0[0] >= 1 && $0[0] <= 2 })
    #expect(abs(cut.leakage - 0.526) < 0.05)
  }

  @Test func `Tests of uniform numbers`() {
    let even = (0..<1000).map { (Double($0) + 0.5) / 1000 }
    #expect(UniformTests.kolmogorov(even).pValue == 1)
    #expect(UniformTests.kolmogorov(even.map { $0 * $0 }).pValue < 1e-10)
    // Q(19/2, 15.0715…) = 0.05: the 95 % point of χ² with 19 degrees of freedom is 30.1435.
    #expect(abs(UniformTests.upperGamma(halves: 19, 30.14353 / 2) - 0.05) < 1e-6)
    #expect(abs(UniformTests.upperGamma(halves: 4, 9.48773 / 2) - 0.05) < 1e-6)
  }
}
