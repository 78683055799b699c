public import NumericCore

/// A Gaussian process of mean 0 through values at points of the unit cube.
///
/// Covariance of the values at x and x′: s (1 + √5 r + 5r²/3) exp(−√5 r) with r² = Σ wₖ (xₖ − x′ₖ)²: Matérn's of
/// smoothness 5/2 with a weight wₖ = 1/length² for each axis; observations carry independent noise.
/// [Rasmussen2006]
public struct GaussianProcess: Sendable {
  /// The covariance's numbers.
  public struct Kernel: Sendable, Equatable {
    /// Inverse squared length of each axis.
    public var weights: [Double]
    /// Variance of a value, and of the noise on an observation.
    public var scale, noise: Double

    /// - Parameters:
    ///   - weights: one an axis.
    ///   - scale: variance of a value.
    ///   - noise: variance of the noise on an observation.
    public init(weights: [Double], scale: Double, noise: Double) {
      (self.weights, self.scale, self.noise) = (weights, scale, noise)
    }
  }

  /// Where the function was observed, one list of coordinates a point.
  public let points: [[Double]]
  /// The covariance of values.
  public let kernel: Kernel
  private let axes: Int
  private let flat: [Double]
  private let factor: Matrix
  /// C⁻¹y.
  private let coefficients: [Double]

  /// - Precondition: one value a point, at least one.
  /// - Throws: `notPositiveDefinite` where points coincide and the noise is too small to tell them apart.
  public init(points: [[Double]], values: [Double], kernel: Kernel) throws(NumericError) {
    precondition(!points.isEmpty && points.count == values.count, "one value a point")
    (self.points, self.kernel) = (points, kernel)
    axes = kernel.weights.count
    flat = points.flatMap { $0 }
    var matrix = Matrix(rows: points.count, columns: points.count)
    for row in points.indices {
      for column in 0..<row {
        let square = Self.distance(points[row], points[column], kernel.weights)
        matrix[row, column] = kernel.scale * Self.matern(square).value
      }
      matrix[row, row] = kernel.scale + kernel.noise
    }
    let cholesky = try Cholesky(matrix)
    factor = cholesky.factor
    coefficients = cholesky.solve(values)
  }

  /// Mean and variance of the value (without noise) at a point.
  public func predict(_ point: [Double]) -> (mean: Double, variance: Double) {
    let (covariances, _) = covariances(point)
    let half = solvedForward(covariances)
    let mean = zip(covariances, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    return (mean, max(0, kernel.scale - half.reduce(0) { $0 + $1 * $1 }))
  }

  /// Mean of the value at a point, without its variance: linear work where that is quadratic.
  public func mean(_ point: [Double]) -> Double {
    zip(covariances(point).values, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// At each datum what the process through the others predicts, with this kernel, less the value there:
  /// −(C⁻¹y)ᵢ/(C⁻¹)ᵢᵢ. [Rasmussen2006, 5.12]
  public func leaveOneOutErrors() -> [Double] {
    coefficients.indices.map { index in
      var unit = [Double](repeating: 0, count: coefficients.count)
      unit[index] = 1
      let half = solvedForward(unit)
      return -coefficients[index] / half.reduce(0) { $0 + $1 * $1 }
    }
  }

  /// A prediction with its slopes along the axes.
  public struct Prediction: Sendable {
    /// Of the function, without the noise of an observation.
    public var mean, variance: Double
    /// Derivatives of mean and variance, one an axis.
    public var meanSlope, varianceSlope: [Double]
  }

  /// Mean and variance at a point, with their derivatives: n² operations for n observations.
  public func predictWithSlopes(_ point: [Double]) -> Prediction {
    let (covariances, slopes) = covariances(point)
    let half = solvedForward(covariances)
    let whole = solvedBackward(half)
    var result = Prediction(
      mean: zip(covariances, coefficients).reduce(0) { $0 + $1.0 * $1.1 },
      variance: max(0, kernel.scale - half.reduce(0) { $0 + $1 * $1 }),
      meanSlope: [Double](repeating: 0, count: axes), varianceSlope: [Double](repeating: 0, count: axes))
    for (index, slope) in slopes.enumerated() {
      for axis in 0..<axes {
        // d r²/dx = 2 w (x − x′)
        let inner = 2 * kernel.weights[axis] * (point[axis] - flat[index * axes + axis]) * slope
        result.meanSlope[axis] += coefficients[index] * inner
        result.varianceSlope[axis] -= 2 * whole[index] * inner
      }
    }
    return result
  }

  /// Covariances of the value at a point with those at the data, and their derivatives with respect to r².
  private func covariances(_ point: [Double]) -> (values: [Double], slopes: [Double]) {
    let count = points.count
    var values = [Double](repeating: 0, count: count)
    var slopes = [Double](repeating: 0, count: count)
    flat.withUnsafeBufferPointer { flat in
      for index in 0..<count {
        var square = 0.0
        for axis in 0..<axes {
          let difference = point[axis] - flat[index * axes + axis]
          square += kernel.weights[axis] * difference * difference
        }
        let (value, slope) = Self.matern(square)
        values[index] = kernel.scale * value
        slopes[index] = kernel.scale * slope
      }
    }
    return (values, slopes)
  }

  private func solvedForward(_ right: [Double]) -> [Double] {
    var x = right
    let order = x.count
    factor.values.withUnsafeBufferPointer { factor in
      x.withUnsafeMutableBufferPointer { x in
        for row in 0..<order {
          var sum = x[row]
          for column in 0..<row { sum -= factor[row * order + column] * x[column] }
          x[row] = sum / factor[row * order + row]
        }
      }
    }
    return x
  }

  private func solvedBackward(_ right: [Double]) -> [Double] {
    var x = right
    let order = x.count
    factor.values.withUnsafeBufferPointer { factor in
      x.withUnsafeMutableBufferPointer { x in
        for row in stride(from: order - 1, through: 0, by: -1) {
          let value = x[row] / factor[row * order + row]
          x[row] = value
          for column in 0..<row { x[column] -= value * factor[row * order + column] }
        }
      }
    }
    return x
  }

  static func distance(_ first: [Double], _ second: [Double], _ weights: [Double]) -> Double {
    var sum = 0.0
    for axis in weights.indices {
      let difference = first[axis] - second[axis]
      sum += weights[axis] * difference * difference
    }
    return sum
  }

  /// (1 + √5 r + 5r²/3) exp(−√5 r) and its derivative with respect to r², −5/6 (1 + √5 r) exp(−√5 r), which
  /// has no singularity at r = 0.
  static func matern(_ square: Double) -> (value: Double, slope: Double) {
    let root = (5 * square).squareRoot()
    let decay = Elementary.exp(-root)
    return ((1 + root + 5.0 / 3 * square) * decay, -5.0 / 6 * (1 + root) * decay)
  }
}
