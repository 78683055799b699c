public import NumericCore

/// A mixture of normal distributions of several numbers, with full covariances.
public struct JointMixture: Sendable, Equatable {
  /// Numbers of a draw.
  public var targets: Int
  /// Of the kernels; their sum is 1.
  public var weights: [Double]
  /// Kernel by kernel.
  public var means: [Double]
  /// Kernel by kernel the upper triangle U of UᵀU = Σ⁻¹, row by row with its zeros.
  public var factors: [Double]

  /// - Precondition: as many means and factors as kernels ask for.
  public init(targets: Int, weights: [Double], means: [Double], factors: [Double]) {
    precondition(means.count == weights.count * targets && factors.count == means.count * targets)
    (self.targets, self.weights, self.means, self.factors) = (targets, weights, means, factors)
  }

  /// ln p(t), by way of the largest term.
  public func logDensity(_ point: [Double]) -> Double {
    let constant = -0.5 * Double(targets) * 1.8378770664093454836
    var levels: [Double] = []
    for kernel in weights.indices where weights[kernel] > 0 {
      var level = Elementary.log(weights[kernel]) + constant
      for row in 0..<targets {
        let start = (kernel * targets + row) * targets
        var z = 0.0
        for column in row..<targets {
          z += factors[start + column] * (point[column] - means[kernel * targets + column])
        }
        level += Elementary.log(factors[start + row]) - 0.5 * z * z
      }
      levels.append(level)
    }
    guard let largest = levels.max(), largest > -.infinity else { return -.infinity }
    return largest + Elementary.log(levels.reduce(0) { $0 + Elementary.exp($1 - largest) })
  }

  /// The distribution of one target.
  public func marginal(_ target: Int, support: ClosedRange<Double>?) -> ScalarMixture {
    var deviations: [Double] = []
    for kernel in weights.indices { deviations.append(rootOfVariance(kernel, target)) }
    return ScalarMixture(
      weights: weights, means: weights.indices.map { means[$0 * targets + target] }, deviations: deviations,
      support: support)
  }

  /// Length of the target's row of U⁻¹: U⁻¹ U⁻ᵀ = Σ.
  private func rootOfVariance(_ kernel: Int, _ target: Int) -> Double {
    var sum = 0.0
    for column in target..<targets {
      let entry = solve(kernel, unit: column)[target]
      sum += entry * entry
    }
    return sum.squareRoot()
  }

  private func solve(_ kernel: Int, unit: Int) -> [Double] {
    var right = [Double](repeating: 0, count: targets)
    right[unit] = 1
    return solve(kernel, right)
  }

  /// U⁻¹ b.
  private func solve(_ kernel: Int, _ right: [Double]) -> [Double] {
    var x = right
    for row in (0..<targets).reversed() {
      let start = (kernel * targets + row) * targets
      for column in (row + 1)..<max(row + 1, targets) { x[row] -= factors[start + column] * x[column] }
      x[row] /= factors[start + row]
    }
    return x
  }

  /// Mean vector and covariance, row by row, without regard to any support.
  public var moments: (mean: [Double], covariance: [Double]) {
    var mean = [Double](repeating: 0, count: targets)
    for kernel in weights.indices {
      for target in 0..<targets { mean[target] += weights[kernel] * means[kernel * targets + target] }
    }
    var covariance = [Double](repeating: 0, count: targets * targets)
    for kernel in weights.indices {
      let columns = (0..<targets).map { solve(kernel, unit: $0) }
      for row in 0..<targets {
        for column in 0..<targets {
          let own = columns.reduce(0) { $0 + $1[row] * $1[column] }
          let spread =
            (means[kernel * targets + row] - mean[row]) * (means[kernel * targets + column] - mean[column])
          covariance[row * targets + column] += weights[kernel] * (own + spread)
        }
      }
    }
    return (mean, covariance)
  }

  /// Independent draws, and the share of draws that were refused.
  ///
  /// - Parameters:
  ///   - row: of the random numbers.
  ///   - accepted: what becomes of a draw; nil for one that is refused.
  /// - Returns: fewer draws than asked for where nearly all are refused.
  func draws(
    _ count: Int, random: CounterRandom, row: Int, _ accepted: ([Double]) -> [Double]?
  ) -> (draws: [[Double]], leakage: Double) {
    var found: [[Double]] = []
    var (tried, round) = (0, 0)
    while found.count < count, tried < 50 * count + 1000 {
      let uniforms = random.uniform(1024, row: row, round: 2 * round)
      let normals = random.normal(1024 * targets, row: row, round: 2 * round + 1)
      for index in 0..<1024 where found.count < count {
        tried += 1
        let kernel = self.kernel(at: uniforms[index])
        var point = solve(kernel, Array(normals[(index * targets)..<((index + 1) * targets)]))
        for target in 0..<targets { point[target] += means[kernel * targets + target] }
        if let point = accepted(point) { found.append(point) }
      }
      round += 1
    }
    return (found, tried == 0 ? 0 : 1 - Double(found.count) / Double(tried))
  }

  /// Independent draws within the supports, and the share of draws that fell outside of them.
  ///
  /// - Parameter row: of the random numbers.
  /// - Returns: fewer draws than asked for where nearly all fall outside.
  public func draws(
    _ count: Int, supports: [ClosedRange<Double>?], random: CounterRandom, row: Int
  ) -> (draws: [[Double]], leakage: Double) {
    draws(count, random: random, row: row) { point in
      zip(point, supports).allSatisfy { $1?.contains($0) ?? true } ? point : nil
    }
  }

  /// The distribution of two numbers, kernel by kernel.
  func plane(_ first: Int, _ second: Int) -> [CircularDensity.Kernel] {
    weights.indices.map { kernel in
      let columns = (0..<targets).map { solve(kernel, unit: $0) }
      func covariance(_ row: Int, _ column: Int) -> Double {
        columns.reduce(0) { $0 + $1[row] * $1[column] }
      }
      let (xx, xy, yy) = (covariance(first, first), covariance(first, second), covariance(second, second))
      // Σ⁻¹ = UᵀU with U upper: Σ = U⁻¹U⁻ᵀ from the lower corner up.
      let lower = 1 / yy.squareRoot()
      let upper = 1 / (xx - xy * xy / yy).squareRoot()
      return CircularDensity.Kernel(
        weight: weights[kernel],
        mean: (means[kernel * targets + first], means[kernel * targets + second]),
        factor: (upper, -upper * xy / yy, lower))
    }
  }

  private func kernel(at share: Double) -> Int {
    var left = share
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}
