import NumericCore
import Testing

@testable import Inference

@Suite struct GaussianProcessTests {
  private static let points = Halton.scrambled(count: 12, dimensions: 3, seed: 2)
  private static let values = points.map { Elementary.sin(5 * $0[0]) + $0[1] * $0[1] - $0[2] }
  private static let kernel = GaussianProcess.Kernel(weights: [4, 2, 1], scale: 1.3, noise: 1e-10)

  private func process(noise: Double = 1e-10) throws -> GaussianProcess {
    var kernel = Self.kernel
    kernel.noise = noise
    return try GaussianProcess(points: Self.points, values: Self.values, kernel: kernel)
  }

  @Test func interpolates() throws {
    let process = try process()
    for (point, value) in zip(Self.points, Self.values) {
      let (mean, variance) = process.predict(point)
      #expect(abs(mean - value) < 1e-7)
      #expect(variance >= 0 && variance < 1e-8)
    }
    // Far away nothing is known.
    let (mean, variance) = process.predict([40, -30, 50])
    #expect(abs(mean) < 1e-12 && abs(variance - Self.kernel.scale) < 1e-12)
  }

  @Test func noiseIsNotFollowed() throws {
    let process = try process(noise: 0.5)
    #expect(zip(Self.points, Self.values).contains { abs(process.predict($0).mean - $1) > 0.05 })
  }

  @Test func orderOfDataDoesNotMatter() throws {
    let order = [7, 3, 11, 0, 5, 9, 1, 10, 2, 8, 4, 6]
    let turned = try GaussianProcess(
      points: order.map { Self.points[$0] }, values: order.map { Self.values[$0] }, kernel: Self.kernel)
    let (there, here) = (turned.predict([0.2, 0.9, 0.4]), try process().predict([0.2, 0.9, 0.4]))
    #expect(abs(there.mean - here.mean) < 1e-6 && abs(there.variance - here.variance) < 1e-8)
  }

  /// One observation, by hand: mean k y/(s + n), variance s − k²/(s + n).
  @Test func oneObservation() throws {
    let kernel = GaussianProcess.Kernel(weights: [9], scale: 2, noise: 0.1)
    let process = try GaussianProcess(points: [[0.5]], values: [3], kernel: kernel)
    let root = 5.0.squareRoot() * 3 * 0.2
    let covariance = 2 * (1 + root + root * root / 3) * Elementary.exp(-root)
    let (mean, variance) = process.predict([0.7])
    #expect(abs(mean - covariance * 3 / 2.1) < 1e-14)
    #expect(abs(variance - (2 - covariance * covariance / 2.1)) < 1e-14)
  }

  @Test func slopesAreThoseOfDifferences() throws {
    let process = try process(noise: 1e-4)
    let point = [0.31, 0.62, 0.17]
    let slopes = process.predictWithSlopes(point)
    #expect(slopes.mean == process.predict(point).mean && slopes.variance == process.predict(point).variance)
    for axis in 0..<3 {
      let step = 1e-5
      var (above, below) = (point, point)
      above[axis] += step
      below[axis] -= step
      let (high, low) = (process.predict(above), process.predict(below))
      #expect(abs((high.mean - low.mean) / (2 * step) - slopes.meanSlope[axis]) < 1e-6)
      #expect(abs((high.variance - low.variance) / (2 * step) - slopes.varianceSlope[axis]) < 1e-6)
    }
  }

  @Test(arguments: [GaussianProcess.Noise.fixed(1e-6), .estimated(minimum: 1e-6)])
  func gradientOfTheFit(_ noise: GaussianProcess.Noise) {
    let fit = KernelFit(points: Self.points, values: Self.values, noise: noise)
    var place = [0.7, -0.4, 1.3, 0.2]
    if case .estimated = noise { place.append(-3) }
    let gradient = fit.loss(place).gradient
    #expect(gradient.count == place.count)
    for index in place.indices {
      let step = 1e-5
      var (above, below) = (place, place)
      above[index] += step
      below[index] -= step
      let slope = (fit.loss(above).value - fit.loss(below).value) / (2 * step)
      #expect(abs(slope - gradient[index]) < 1e-5 * max(1, abs(slope)), "number \(index)")
    }
  }

  @Test func fitIsAMaximumAndFindsWhatMatters() throws {
    let points = Halton.scrambled(count: 30, dimensions: 3, seed: 5)
    let values = GaussianProcessSearch.standardised(points.map { Elementary.sin(9 * $0[0]) + 0.3 * $0[1] })
    let process = try GaussianProcess.fitted(points: points, values: values, noise: .fixed(1e-6))
    let weights = process.kernel.weights
    #expect(weights[0] > 5 * weights[1] && weights[1] > weights[2])
    let fit = KernelFit(points: points, values: values, noise: .fixed(1e-6))
    let place = (weights + [process.kernel.scale]).map { Elementary.log($0) }
    #expect(fit.loss(place).gradient.allSatisfy { abs($0) < 0.05 })
  }

  @Test func equalPointsNeedNoise() {
    let kernel = GaussianProcess.Kernel(weights: [1], scale: 1, noise: 0)
    #expect(throws: NumericError.self) {
      try GaussianProcess(points: [[0.5], [0.5]], values: [1, 2], kernel: kernel)
    }
  }

  @Test func boundedMinimiser() {
    // Rosenbrock's valley, minimum at (1, 1), and with a wall at x = 0.5.
    func valley(_ x: [Double]) -> (value: Double, gradient: [Double]) {
      let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
    }
    let limits = BoundedMinimiser.Limits(iterations: 300, gradient: 1e-9)
    let free = BoundedMinimiser.minimise(
      from: [-1.2, 1], lower: [-5, -5], upper: [5, 5], limits: limits, valley)
    #expect(abs(free.point[0] - 1) < 1e-5 && abs(free.point[1] - 1) < 1e-5)
    let walled = BoundedMinimiser.minimise(
      from: [-1.2, 1], lower: [-5, -5], upper: [0.5, 5], limits: limits, valley)
    #expect(walled.point[0] == 0.5 && abs(walled.point[1] - 0.25) < 1e-6)
    #expect(abs(walled.value - 0.25) < 1e-10)
    let endless = BoundedMinimiser.minimise(from: [0], lower: [-1], upper: [1]) { _ in (.nan, [0]) }
    #expect(endless.value == .infinity)
  }
}
