import Inference
import NumericCore
import TestSupport
import Testing

@testable import Networks

@Suite struct CircularTests {
  private static let kernels = [
    CircularDensity.Kernel(weight: 0.7, mean: (0.8, 0.5), factor: (4, 1.5, 6)),
    CircularDensity.Kernel(weight: 0.3, mean: (-0.9, 0.1), factor: (3, -1, 2)),
  ]

  /// The integral along rays, and over all directions.
  @Test func `The density is that of the plane along the ray`() {
    let posterior = CircularDensity(Self.kernels, period: 360, prior: .uniform(low: 0, high: 360))
    for angle in [0, 35.0, 170, 181, 300] {
      let (sin, cos) = Elementary.sincos(angle * Double.pi / 180)
      var sum = 0.0
      for cell in 0..<40_000 {
        let r = (Double(cell) + 0.5) * 1e-4
        for kernel in Self.kernels {
          let (dx, dy) = (r * cos - kernel.mean.0, r * sin - kernel.mean.1)
          let z0: Double = kernel.factor.0 * dx + kernel.factor.1 * dy
          let z1: Double = kernel.factor.2 * dy
          let level: Double = Elementary.exp(-0.5 * (z0 * z0 + z1 * z1))
          sum += kernel.weight * kernel.factor.0 * kernel.factor.2 / (2 * Double.pi) * level * r * 1e-4
        }
      }
      #expect(abs(posterior.density(angle) - sum * Double.pi / 180) < 1e-8)
    }
    let grid = posterior.grid(3600)
    #expect(abs(grid.densities.reduce(0, +) * grid.step - 1) < 1e-5)
  }

  /// Far behind a kernel 1 + b Φ/φ is a difference of nearly equal numbers.
  @Test func `The tail of the ray's integral is smooth`() {
    for b in [-5.9, -6.1, -19.9, -20.1] {
      let value: Double = RayIntegral.logValue(a: 4, dot: 2 * b, c: b * b + 1)
      var sum = 0.0
      for cell in 0..<200_000 {
        let r = (Double(cell) + 0.5) * 2e-5
        sum += r * Elementary.exp(-0.5 * (4 * r * r - 4 * b * r + b * b + 1)) * 2e-5
      }
      #expect(abs(value - Elementary.log(sum)) < 1e-5)
    }
  }

  @Test func `Shares, quantiles and regions go around the turn`() {
    let kernels = [CircularDensity.Kernel(weight: 1, mean: (1, 0), factor: (5, 0, 10))]
    let posterior = CircularDensity(kernels, period: 360, prior: .uniform(low: 0, high: 360))
    let moments = posterior.moments
    // About 0 and 360 alike: 0.1 rad or so.
    #expect(min(moments.mean, 360 - moments.mean) < 1e-6 && abs(moments.variance.squareRoot() - 6) < 0.7)
    #expect(abs(posterior.cumulative(90) - 0.5) < 1e-6 && abs(posterior.cumulative(359.999) - 1) < 1e-3)
    #expect(posterior.cumulative(0) == 0 && posterior.cumulative(360) == 1)
    let (low, high) = (posterior.quantile(0.16), posterior.quantile(0.84))
    #expect(abs(high - low - 2 * 5.9) < 0.6)
    let regions = posterior.highestDensity(0.95)
    #expect(regions.count == 1 && regions[0].upperBound - regions[0].lowerBound < 30)
    let sides = posterior.sides(of: 358, reach: 10)
    #expect(sides.below < 0.2 && sides.above < 0.1 && sides.below + sides.above > 0.02)
    let narrow = CircularDensity(kernels, period: 360, prior: .uniform(low: -20, high: 3))
    #expect(narrow.leakage > 0.2 && narrow.density(5) == 0 && narrow.density(2) > posterior.density(2))
  }

  /// x = cos φ + noise, y = sin φ + noise of deviation s: the posterior is von Mises's distribution of κ = |d|/s².
  @Test(.enabled(if: Effort.isLong), arguments: [0.3, 1.0])
  func `A network learns an angle around the turn`(_ deviation: Double) throws {
    let count = 6000
    let angles = CounterRandom(seed: 4, stream: "angles").uniform(count, row: 0).map { 360 * $0 }
    let data = angles.flatMap { angle -> [Double] in
      let (sin, cos) = Elementary.sincos(angle * Double.pi / 180)
      return [cos, sin]
    }
    var samples = CommitteeTraining.Samples(
      data: data, dataCount: 2, targets: angles, names: ["strike"], priors: [.uniform(low: 0, high: 360)])
    samples.noise = .deviations([deviation, deviation])
    samples.periods = [360]
    var options = TrainingOptions()
    (options.committee, options.hidden, options.kernels) = (2, 8...14, 4...8)
    (options.iterations, options.patience) = (300, 40)
    let split = try DataSplit(count: count, shares: [0.8, 0.1, 0.05, 0.05], seed: 1)
    let network = try CommitteeTraining(options: options, workers: .upTo(2)).run(samples, split: split)
    let rows = try samples.noisy(split.test, seed: 5, stream: "apply")
    let mixtures = try network.mixtures(rows)
    let differences = split.test.indices.map { sample -> Double in
      let (x, y, truth) = (rows[2 * sample], rows[2 * sample + 1], angles[split.test[sample]])
      let kappa = (x * x + y * y).squareRoot() / (deviation * deviation)
      let turn = (truth - Elementary.atan2(y, x) * 180 / Double.pi) * Double.pi / 180
      // ln of e^(κ (cos − 1)) over its integral.
      var sum = 0.0
      for cell in 0..<3600 {
        sum += Elementary.exp(kappa * (Elementary.cos(Double(cell) * Double.pi / 1800) - 1)) * 0.1
      }
      let exact = kappa * (Elementary.cos(turn) - 1) - Elementary.log(sum)
      return exact - network.posterior(mixtures[sample], 0).logDensity(truth)
    }
    let mean = Statistics.mean(differences)
    let error = Statistics.deviation(differences) / Double(differences.count).squareRoot()
    print("circle", deviation, "KL", mean, "±", error)
    #expect(mean < 0.05)
    let truths = split.test.map { angles[$0] }
    let judged = try NetworkCalibration(network, rows: rows, truths: truths, draws: 50, seed: 1)
    #expect(UniformTests.kolmogorov(judged.targets[0].places).pValue > 1e-3)
    #expect(UniformTests.kolmogorov(judged.referenceShares).pValue > 1e-3)
  }

  @Test func `Joint densities of an angle and a number integrate to one`() {
    let targets = [
      NetworkTarget(name: "depth", prior: .normal(mean: 0, deviation: 1)),
      NetworkTarget(name: "strike", prior: .uniform(low: 0, high: 360), period: 360),
    ]
    let network = NetworkCommittee(
      targets: targets, transform: InputTransform(means: [0], scales: [1], basis: nil, deviations: [1]),
      members: [], weights: [], losses: [],
      range: TrainingRange(
        whitening: InputTransform(means: [0], scales: [1], basis: nil, deviations: [1]), anchors: [],
        lengths: [], neighbours: [], residuals: []))
    let mixture = JointMixture(
      targets: 3, weights: [1], means: [0.3, 0.9, 0.2], factors: [2, 0.5, -0.4, 0, 5, 1, 0, 0, 4])
    var sum = 0.0
    for depth in 0..<60 {
      for strike in 0..<180 {
        let point = [-3 + 0.1 * (Double(depth) + 0.5) * 1.1, 2 * (Double(strike) + 0.5)]
        sum += Elementary.exp(network.logDensity(mixture, point)) * 0.11 * 2
      }
    }
    #expect(abs(sum - 1) < 1e-3)
  }

  @Test func `A prior of more than a turn is told`() {
    var samples = CommitteeTraining.Samples(
      data: (0..<100).map(Double.init), dataCount: 1, targets: (0..<100).map { 4 * Double($0) }, names: ["a"],
      priors: [.uniform(low: 0, high: 400)])
    samples.periods = [360]
    #expect(throws: NetworkError.beyondPeriod(name: "a", low: 0, high: 400, period: 360)) {
      let split = try DataSplit(count: 100, shares: [0.7, 0.1, 0.1, 0.1], seed: 1)
      _ = try CommitteeTraining(options: TrainingOptions()).run(samples, split: split)
    }
  }
}
