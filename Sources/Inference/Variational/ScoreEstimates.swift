public import NumericCore

/// Estimates of the gradient (and Hessian) of the ELBO with respect to mean and log deviations, from draws of the family:
/// mean of (w − b) ∂ln q, w the scaled log joint densities. [Ranganath2014]
///
/// With u = (x − μ)/σ and v = (LLᵀ)⁻¹u: ∂ln q/∂μ = v/σ, ∂ln q/∂λ = u∘v − 1.
public struct ScoreEstimates: Sendable {
  /// Of mean and log deviations, 2d numbers, the entropy included.
  public let gradient: [Double]
  /// Norm of the gradient over that of its standard errors; ∞ without noise, 0 without both.
  public let signalToNoise: Double
  /// Rows of 2d scores, one a draw.
  let scores: [[Double]]
  private let values: [Double]
  private let baseline: VariationalSettings.Baseline
  private let deviations: [Double]
  private let inverse: Matrix
  private let u, v: [[Double]]

  /// - Parameters:
  ///   - family: diagonal or of fixed correlation.
  ///   - samples: x of every draw.
  ///   - values: w of every draw, with `joint` entropy less s ln q.
  ///   - entropyScale: s with analytic entropy, 0 with joint.
  ///   - weights: of the draws, of mean 1; nil where all count alike.
  public init(
    _ family: GaussianFamily, samples: [[Double]], values: [Double],
    baseline: VariationalSettings.Baseline, entropyScale: Double, weights: [Double]? = nil
  ) {
    let dimension = family.dimension
    let deviations = family.deviations
    let inverse = family.inverseCorrelation
    let u = samples.map { x in (0..<dimension).map { (x[$0] - family.mean[$0]) / deviations[$0] } }
    let v = u.map { inverse.times($0) }
    let scores = u.indices.map { k in
      (0..<dimension).map { v[k][$0] / deviations[$0] } + (0..<dimension).map { u[k][$0] * v[k][$0] - 1 }
    }
    let terms = (0..<2 * dimension).map { component in
      Self.terms(values, scores.map { $0[component] }, baseline, weights)
    }
    var gradient = terms.map { Statistics.sum($0) / Double(max(1, $0.count)) }
    for index in dimension..<2 * dimension { gradient[index] += entropyScale }
    signalToNoise = Self.signalToNoise(gradient, terms)
    self.gradient = gradient
    (self.scores, self.values, self.baseline) = (scores, values, baseline)
    (self.deviations, self.inverse, self.u, self.v) = (deviations, inverse, u, v)
  }

  /// (w − b) s of one component, with weights ω of mean 1 ω (w − b) s.
  static func terms(
    _ values: [Double], _ scores: [Double], _ baseline: VariationalSettings.Baseline,
    _ weights: [Double]? = nil
  ) -> [Double] {
    if let weights { return weighted(values, scores, baseline, weights) }
    switch baseline {
    case .none: return zip(values, scores).map { $0 * $1 }
    case .leaveOneOut:
      let centred = leaveOneOut(values)
      return zip(centred, scores).map { $0 * $1 }
    case .optimal:
      let weights = scores.map { $0 * $0 }
      let total = Statistics.sum(weights)
      let base = total == 0 ? 0 : Statistics.sum(zip(values, weights).map { $0 * $1 }) / total
      return zip(values, scores).map { ($0 - base) * $1 }
    }
  }

  private static func weighted(
    _ values: [Double], _ scores: [Double], _ baseline: VariationalSettings.Baseline, _ weights: [Double]
  ) -> [Double] {
    let shift = values.first ?? 0
    // Of one draw alone there are no others.
    let isCentred = baseline != .none && values.count > 1
    let shifted = isCentred ? values.map { $0 - shift } : values
    let count = Double(values.count)
    let mean: Double
    switch baseline {
    case .none: mean = 0
    case .leaveOneOut: mean = Statistics.sum(zip(shifted, weights).map { $0 * $1 }) / count
    case .optimal:
      let squares = zip(scores, weights).map { $0 * $0 * $1 * $1 }
      let total = Statistics.sum(squares)
      mean = total == 0 ? 0 : Statistics.sum(zip(shifted, squares).map { $0 * $1 }) / total
    }
    return values.indices.map { index in
      let part = baseline == .leaveOneOut && isCentred ? count / max(count - weights[index], 1e-9) : 1
      return weights[index] * (shifted[index] - mean) * part * scores[index]
    }
  }

  /// w − (Σw − w)/(n − 1) = (w − mean) n/(n − 1): as differences from the mean, so that equal values give 0 exactly.
  static func leaveOneOut(_ values: [Double]) -> [Double] {
    let count = Double(values.count)
    guard values.count > 1 else { return values }
    let shift = values[0]
    let shifted = values.map { $0 - shift }
    let mean = Statistics.sum(shifted) / count
    return shifted.map { ($0 - mean) * (count / (count - 1)) }
  }

  static func signalToNoise(_ gradient: [Double], _ terms: [[Double]]) -> Double {
    let noises = terms.map { column in
      Statistics.variance(column, lostDegrees: 1) / Double(column.count)
    }
    let noise = Statistics.sum(noises.filter(\.isFinite)).squareRoot()
    let signal = Statistics.sum(gradient.map { $0 * $0 }).squareRoot()
    if noise > 0 { return signal / noise }
    return signal > 0 ? .infinity : 0
  }

  /// mean of (w − b)(score scoreᵀ + ∂²ln q), symmetric, 2d × 2d; what is no number is 0.
  public func hessian() -> Matrix {
    let (dimension, count) = (deviations.count, values.count)
    let size = 2 * dimension
    let seconds = (0..<count).map { secondDerivatives($0) }
    let centred = baseline == .leaveOneOut ? Self.leaveOneOut(values) : values
    var result = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in 0..<size {
        let weights = (0..<count).map { k in scores[k][row] * scores[k][column] + seconds[k][row, column] }
        let terms: [Double]
        if baseline == .optimal {
          terms = Self.terms(values, weights, .optimal)
        } else {
          terms = zip(centred, weights).map { $0 * $1 }
        }
        let mean = Statistics.sum(terms) / Double(count)
        result[row, column] = mean.isFinite ? mean : 0
      }
    }
    for row in 0..<size {
      for column in 0..<row {
        let mean = 0.5 * (result[row, column] + result[column, row])
        (result[row, column], result[column, row]) = (mean, mean)
      }
    }
    return result
  }

  /// ∂²ln q of one draw: −Cᵢⱼ/(σᵢσⱼ), −uᵢuⱼCᵢⱼ − δᵢⱼuᵢvᵢ and −uⱼCᵢⱼ/σᵢ − δᵢⱼvᵢ/σᵢ, C = (LLᵀ)⁻¹.
  private func secondDerivatives(_ k: Int) -> Matrix {
    let dimension = deviations.count
    var result = Matrix(rows: 2 * dimension, columns: 2 * dimension)
    for i in 0..<dimension {
      for j in 0..<dimension {
        let c = inverse[i, j]
        let same = i == j ? 1.0 : 0
        result[i, j] = -c / (deviations[i] * deviations[j])
        result[dimension + i, dimension + j] = -u[k][i] * u[k][j] * c - same * u[k][i] * v[k][i]
        let mixed = -u[k][j] * c / deviations[i] - same * v[k][i] / deviations[i]
        (result[i, dimension + j], result[dimension + j, i]) = (mixed, mixed)
      }
    }
    return result
  }
}

extension GaussianFamily {
  /// (LLᵀ)⁻¹ of a fixed correlation; the identity of a diagonal family.
  var inverseCorrelation: Matrix {
    guard case .fixedCorrelation(_, let factor) = spread else { return .identity(dimension) }
    // Column by column: L y = e, Lᵀ x = y.
    var result = Matrix(rows: dimension, columns: dimension)
    for column in 0..<dimension {
      var x = [Double](repeating: 0, count: dimension)
      x[column] = 1
      for row in 0..<dimension {
        for k in 0..<row { x[row] -= factor[row, k] * x[k] }
        x[row] /= factor[row, row]
      }
      for row in stride(from: dimension - 1, through: 0, by: -1) {
        for k in row + 1..<max(row + 1, dimension) { x[row] -= factor[k, row] * x[k] }
        x[row] /= factor[row, row]
      }
      for row in 0..<dimension { result[row, column] = x[row] }
    }
    return result
  }
}
