import NumericCore

/// Functions with known minima on which optimisers are compared.
public struct TestFunction: Sendable {
  /// As figures and tables show it.
  public let name: String
  /// Where it is searched.
  public let space: SearchSpace
  /// Its least value there.
  public let minimum: Double
  /// Deviation of the noise on an observation.
  public let noise: Double
  /// Without noise.
  public let value: @Sendable ([Double]) -> Double

  /// The value with noise that depends on seed and trial alone.
  public func observed(_ point: [Double], seed: UInt64, trial: Int) -> Double {
    guard noise > 0 else { return value(point) }
    var random = NumPyRandom.stream(seed: seed, name: "noise", member: trial)
    return value(point) + noise * random.standardNormal()
  }

  /// Branin's function of two variables: three equal minima. [Surjanovic2013]
  public static let branin = TestFunction(
    name: "branin", space: SearchSpace([.real(-5, 10), .real(0, 15)]), minimum: 0.39788735772973816, noise: 0
  ) { point in
    let (x, y) = (point[0], point[1])
    let valley = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
    return valley * valley + 10 * (1 - 1 / (8 * Double.pi)) * Elementary.cos(x) + 10
  }

  /// Hartmann's function of six variables: four hollows. [Surjanovic2013]
  public static let hartmann6 = TestFunction(
    name: "hartmann6", space: SearchSpace(Array(repeating: .real(0, 1), count: 6)),
    minimum: -3.322368011415515, noise: 0
  ) { point in
    let depths = [1.0, 1.2, 3, 3.2]
    return -zip(depths, zip(hartmannWeights, hartmannCentres)).reduce(0) { sum, hollow in
      let (depth, (weights, centre)) = hollow
      let square = zip(weights, zip(point, centre)).reduce(0) { sum, axis in
        let difference = axis.1.0 - axis.1.1
        return sum + axis.0 * difference * difference
      }
      return sum + depth * Elementary.exp(-square)
    }
  }

  /// (x − 0.3)² + (log₁₀ d + 1.2)² + ((k − 13)/5)² of a real, a logarithmic and a whole variable, observed with
  /// noise of deviation 0.05.
  public static let noisyQuadratic = TestFunction(
    name: "noisy_quadratic", space: SearchSpace([.real(-2, 2), .logarithmic(1e-3, 1), .integer(0, 20)]),
    minimum: 0, noise: 0.05
  ) { point in
    let offsets = [point[0] - 0.3, Elementary.log10(point[1]) + 1.2, (point[2] - 13) / 5]
    return offsets.reduce(0) { $0 + $1 * $1 }
  }

  /// All of them.
  public static let all = [branin, hartmann6, noisyQuadratic]

  private static let hartmannWeights: [[Double]] = [
    [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ]
  private static let hartmannCentres: [[Double]] = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ]
}
