public import NumericCore

extension GaussianProcess {
  /// What is known of the noise on observations.
  public enum Noise: Sendable, Equatable {
    /// The values are exact but for this variance.
    case fixed(Double)
    /// Estimated with the rest, at least this.
    case estimated(minimum: Double)
  }

  /// The process whose kernel is the most probable one for the values: maximum of likelihood times prior,
  /// searched in the logarithms of its numbers from two starts.
  ///
  /// Prior densities, as Optuna 5 has them: exp(−0.1/w − 0.1 w) for a weight, s exp(−s) for the scale,
  /// n^0.1 exp(−30 n) for noise that is estimated. They are made for standardised values.
  /// - Precondition: one value a point, at least one.
  public static func fitted(
    points: [[Double]], values: [Double], noise: Noise
  ) throws(NumericError) -> GaussianProcess {
    let fit = KernelFit(points: points, values: values, noise: noise)
    return try GaussianProcess(points: points, values: values, kernel: fit.best())
  }
}

/// The search for a kernel.
struct KernelFit {
  private let values: [Double]
  private let axes: Int
  /// Squared differences of each pair (row > column) along each axis: [pair · axes + axis].
  private let squares: [Double]
  private let noise: GaussianProcess.Noise

  init(points: [[Double]], values: [Double], noise: GaussianProcess.Noise) {
    (self.values, self.noise) = (values, noise)
    axes = points.first?.count ?? 0
    var squares: [Double] = []
    squares.reserveCapacity(points.count * (points.count - 1) / 2 * axes)
    for row in points.indices {
      for column in 0..<row {
        for axis in 0..<axes {
          let difference = points[row][axis] - points[column][axis]
          squares.append(difference * difference)
        }
      }
    }
    self.squares = squares
  }

  private var minimumNoise: Double {
    switch noise {
    case .fixed(let value): value
    case .estimated(let minimum): minimum
    }
  }

  private var estimatesNoise: Bool { if case .estimated = noise { true } else { false } }

  func best() -> GaussianProcess.Kernel {
    let count = axes + (estimatesNoise ? 2 : 1)
    let lower = [Double](repeating: -12, count: count)
    let upper = [Double](repeating: 12, count: axes) + [Double](repeating: 6, count: count - axes)
    var best: BoundedMinimiser.Result?
    for weight in [0.0, 3.0] {
      var start = [Double](repeating: weight, count: axes) + [0]
      if estimatesNoise { start.append(-4) }
      let result = BoundedMinimiser.minimise(
        from: start, lower: lower, upper: upper, limits: .init(iterations: 60, gradient: 1e-3)
      ) { loss($0) }
      if best.map({ result.value < $0.value }) ?? true { best = result }
    }
    return kernel(best?.point ?? [Double](repeating: 0, count: count))
  }

  func kernel(_ logarithms: [Double]) -> GaussianProcess.Kernel {
    let numbers = logarithms.map { Elementary.exp($0) }
    let noise = estimatesNoise ? numbers[axes + 1] + minimumNoise : minimumNoise
    return GaussianProcess.Kernel(weights: Array(numbers[..<axes]), scale: numbers[axes], noise: noise)
  }

  /// −log(likelihood · prior) but for constants, and its gradient with respect to the logarithms.
  func loss(_ logarithms: [Double]) -> (value: Double, gradient: [Double]) {
    let kernel = kernel(logarithms)
    let count = values.count
    var matrix = Matrix(rows: count, columns: count)
    var slopes = [Double](repeating: 0, count: count * (count - 1) / 2)
    fill(&matrix, &slopes, kernel)
    guard let cholesky = try? Cholesky(matrix) else {
      // Not positive definite in floating point: worse than anything.
      return (.infinity, [Double](repeating: 0, count: logarithms.count))
    }
    let coefficients = cholesky.solve(values)
    var value = 0.5 * zip(values, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    for row in 0..<count { value += Elementary.log(cholesky.factor[row, row]) }
    let spread = Self.inverse(cholesky.factor, minus: coefficients)
    var gradient = dataGradient(spread, slopes, kernel)
    for axis in 0..<axes {
      let weight = kernel.weights[axis]
      value += 0.1 / weight + 0.1 * weight
      gradient[axis] += 0.1 * weight - 0.1 / weight
    }
    value += kernel.scale - logarithms[axes]
    gradient[axes] += kernel.scale - 1
    if estimatesNoise {
      let own = kernel.noise - minimumNoise
      value += 30 * kernel.noise - 0.1 * Elementary.log(kernel.noise)
      let trace = (0..<count).reduce(0) { $0 + spread[$1 * count + $1] }
      gradient.append(own * (0.5 * trace + 30 - 0.1 / kernel.noise))
    }
    return (value, gradient)
  }

  private func fill(_ matrix: inout Matrix, _ slopes: inout [Double], _ kernel: GaussianProcess.Kernel) {
    let count = values.count
    squares.withUnsafeBufferPointer { squares in
      var pair = 0
      for row in 0..<count {
        for column in 0..<row {
          var square = 0.0
          for axis in 0..<axes { square += kernel.weights[axis] * squares[pair * axes + axis] }
          let (value, slope) = GaussianProcess.matern(square)
          matrix.values[row * count + column] = kernel.scale * value
          slopes[pair] = kernel.scale * slope
          pair += 1
        }
        matrix.values[row * count + row] = kernel.scale + kernel.noise
      }
    }
  }

  /// ½ tr((C⁻¹ − ααᵀ) dC/dp) for the logarithms of weights and scale.
  private func dataGradient(
    _ spread: [Double], _ slopes: [Double], _ kernel: GaussianProcess.Kernel
  ) -> [Double] {
    let count = values.count
    var gradient = [Double](repeating: 0, count: axes + 1)
    var pair = 0
    for row in 0..<count {
      for column in 0..<row {
        let part = spread[row * count + column] * slopes[pair]
        for axis in 0..<axes { gradient[axis] += part * squares[pair * axes + axis] }
        pair += 1
      }
    }
    for axis in 0..<axes { gradient[axis] *= kernel.weights[axis] }
    // Σ spread·C over everything but the noise: C C⁻¹ = 1 and αᵀCα = αᵀy.
    var trace = 0.0
    var bending = 0.0
    for row in 0..<count { trace += spread[row * count + row] }
    for row in 0..<count { bending += values[row] * spread[count * count + row] }
    gradient[axes] = 0.5 * (Double(count) - bending - kernel.noise * trace)
    return gradient
  }

  /// The lower triangle of C⁻¹ − ααᵀ from the factor of C, with α behind it.
  private static func inverse(_ factor: Matrix, minus coefficients: [Double]) -> [Double] {
    let count = factor.rows
    // Row j holds column j of L⁻¹ from its diagonal on, so that products run along rows.
    var columns = [Double](repeating: 0, count: count * count)
    var result = [Double](repeating: 0, count: count * count) + coefficients
    factor.values.withUnsafeBufferPointer { factor in
      columns.withUnsafeMutableBufferPointer { columns in
        for column in 0..<count {
          columns[column * count + column] = 1 / factor[column * count + column]
          for row in column + 1..<max(count, column + 1) {
            var sum = 0.0
            for index in column..<row { sum += factor[row * count + index] * columns[column * count + index] }
            columns[column * count + row] = -sum / factor[row * count + row]
          }
        }
        for row in 0..<count {
          for column in 0...row {
            var sum = 0.0
            for index in row..<count { sum += columns[row * count + index] * columns[column * count + index] }
            result[row * count + column] = sum - coefficients[row] * coefficients[column]
          }
        }
      }
    }
    return result
  }
}
