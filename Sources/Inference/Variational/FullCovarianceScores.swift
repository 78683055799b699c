public import NumericCore

/// The natural gradient of the ELBO with respect to mean and full covariance, in the family's own coordinates x = μ + S z:
/// a = mean of (w − b) z for the mean, B = mean of (w − b)(z zᵀ − I) for the covariance, so that Δμ = S a, ΔΣ = S B Sᵀ.
///
/// Natural scores are x − μ and (x − μ)(x − μ)ᵀ − Σ. The analytic entropy adds s I to B. With joint entropy and one
/// baseline left out both vanish for every set of draws when the family is the posterior.
public struct FullCovarianceScores: Sendable {
  /// a.
  public let mean: [Double]
  /// B, symmetric.
  public let covariance: Matrix
  /// Norm of (a, B) over that of its standard errors.
  public let signalToNoise: Double

  /// - Parameters:
  ///   - draws: z.
  ///   - values: w of every draw, with `joint` entropy less s ln q.
  ///   - entropyScale: s with analytic entropy, 0 with joint.
  ///   - weights: of the draws, of mean 1; nil where all count alike.
  public init(
    draws: [[Double]], values: [Double], baseline: VariationalSettings.Baseline, entropyScale: Double,
    weights: [Double]? = nil
  ) {
    let dimension = draws.first?.count ?? 0
    let count = Double(max(1, draws.count))
    var terms = (0..<dimension).map { i in
      ScoreEstimates.terms(values, draws.map { $0[i] }, baseline, weights)
    }
    mean = terms.map { Statistics.sum($0) / count }
    var covariance = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0...i {
        let same = i == j ? 1.0 : 0
        let column = ScoreEstimates.terms(values, draws.map { $0[i] * $0[j] - same }, baseline, weights)
        let value = Statistics.sum(column) / count + same * entropyScale
        (covariance[i, j], covariance[j, i]) = (value, value)
        terms.append(column)
      }
    }
    self.covariance = covariance
    signalToNoise = ScoreEstimates.signalToNoise(mean + covariance.values, terms)
  }

  /// √(|a|² + ½|B|²): the length of the natural gradient in the metric of the Fisher information.
  public var norm: Double {
    (Statistics.sum(mean.map { $0 * $0 }) + 0.5 * Statistics.sum(covariance.values.map { $0 * $0 }))
      .squareRoot()
  }
}

extension GaussianFamily {
  /// The family after a step: μ + t S a, Σ⁺ = S exp(t B) Sᵀ, t shortened for either where |t a| or a log eigenvalue would
  /// exceed its limit. Σ stays positive definite whatever B is.
  public func stepped(
    mean a: [Double], covariance b: Matrix, by step: Double, limits: (mean: Double, log: Double)
  ) -> GaussianFamily {
    let length = Statistics.sum(a.map { $0 * $0 }).squareRoot()
    let meanStep = length * step > limits.mean ? limits.mean / length : step
    let old = factor
    let shift = old.times(a)
    let mean = zip(self.mean, shift).map { $0 + meanStep * $1 }
    let eigen = SymmetricEigen(b)
    let largest = max(abs(eigen.values.first ?? 0), abs(eigen.values.last ?? 0))
    let logStep = largest * step > limits.log ? limits.log / largest : step
    // S exp(tB/2) times its transpose.
    let root = eigen.applying { Elementary.exp(0.5 * logStep * $0) }
    let half = old.timesTransposed(root)
    return GaussianFamily(mean: mean, spread: .full(factor: Self.factor(of: half.gramOfRows())))
  }
}
