public import NumericCore

/// The posterior of a model that is taken to be linear, in coordinates with the prior N(0, I):
/// e(x) = W(y − f(x)) ≈ e₀ − A(x − μ), Σ = (I + AᵀA)⁻¹, and its mean μ + Σ(Aᵀe₀ − μ). [Tarantola2005]
public struct LinearisedPosterior: Sendable {
  /// e₀ and the rows of A.
  public let residual: [Double]
  /// Rows of A: one a datum.
  public let jacobian: Matrix
  /// Mean of the posterior.
  public let mean: [Double]
  /// I + AᵀA.
  public let precision: Matrix

  /// Around μ, with e₀ and A.
  public init(residual: [Double], jacobian: Matrix, at place: [Double]) {
    (self.residual, self.jacobian) = (residual, jacobian)
    let dimension = place.count
    var precision = jacobian.transposed().gramOfRows()
    for index in 0..<dimension { precision[index, index] += 1 }
    self.precision = precision
    var right = jacobian.transposedTimes(residual)
    for index in 0..<dimension { right[index] -= place[index] }
    mean = zip(place, Self.solve(precision, right)).map { $0 + $1 }
  }

  /// By least squares through draws x of a Gaussian around μ.
  /// - Parameter residuals: e of every draw.
  /// - Throws: `tooFewDraws` with fewer than d + 1.
  public init(draws: [[Double]], residuals: [[Double]], at place: [Double]) throws(PosteriorError) {
    let dimension = place.count
    guard draws.count > dimension, let data = residuals.first?.count else {
      throw .tooFewDraws(found: draws.count, needed: dimension + 1)
    }
    var design = Matrix(rows: draws.count, columns: dimension + 1)
    for (row, x) in draws.enumerated() {
      design[row, 0] = 1
      for column in 0..<dimension { design[row, column + 1] = x[column] - place[column] }
    }
    // One decomposition serves all data: the columns of the pseudo-inverse.
    let decomposition = OrthogonalDecomposition(design)
    var inverse = Matrix(rows: dimension + 1, columns: draws.count)
    for column in 0..<draws.count {
      var unit = [Double](repeating: 0, count: draws.count)
      unit[column] = 1
      for (row, value) in decomposition.solve(unit).enumerated() { inverse[row, column] = value }
    }
    var fit = [Double](repeating: 0, count: data)
    var jacobian = Matrix(rows: data, columns: dimension)
    for datum in 0..<data {
      let solution = inverse.times(residuals.map { $0[datum] })
      fit[datum] = solution[0]
      for column in 0..<dimension { jacobian[datum, column] = -solution[column + 1] }
    }
    self.init(residual: fit, jacobian: jacobian, at: place)
  }

  private static func solve(_ matrix: Matrix, _ right: [Double]) -> [Double] {
    // I + AᵀA is positive definite unless A has what is no number.
    (try? Cholesky(matrix).solve(right)) ?? [Double](repeating: .nan, count: right.count)
  }

  /// Σ.
  public var covariance: Matrix {
    (try? Cholesky(precision).inverse()) ?? Matrix(rows: mean.count, columns: mean.count, repeating: .nan)
  }

  /// The member of a family that is nearest to this posterior.
  public func best(in family: GaussianFamily) -> GaussianFamily {
    let dimension = mean.count
    switch family.spread {
    case .full: return family.with(mean: mean, covariance: covariance)
    case .diagonal:
      let logs = (0..<dimension).map { -0.5 * Elementary.log(precision[$0, $0]) }
      return GaussianFamily(mean: mean, spread: .diagonal(logDeviations: logs))
    case .fixedCorrelation(_, let factor):
      let deviations = Self.deviations(precision, correlation: factor.gramOfRows())
      return GaussianFamily(
        mean: mean,
        spread: .fixedCorrelation(logDeviations: deviations.map { Elementary.log($0) }, factor: factor))
    }
  }

  /// σ that minimises ½ σᵀMσ − Σ ln σᵢ with M = Λ∘R: Newton's method on a convex function, shortened to stay positive.
  static func deviations(_ precision: Matrix, correlation: Matrix) -> [Double] {
    let dimension = precision.rows
    var product = precision
    for index in product.values.indices { product.values[index] *= correlation.values[index] }
    var deviations = (0..<dimension).map { 1 / product[$0, $0].squareRoot() }
    for _ in 0..<60 {
      let gradient = zip(product.times(deviations), deviations).map { $0 - 1 / $1 }
      var hessian = product
      for index in 0..<dimension { hessian[index, index] += 1 / (deviations[index] * deviations[index]) }
      let step = solve(hessian, gradient)
      guard step.allSatisfy(\.isFinite) else { break }
      let largest = zip(step, deviations).map { $0 / $1 }.max() ?? 0
      let part = largest > 0.5 ? 0.5 / largest : 1
      deviations = zip(deviations, step).map { $0 - part * $1 }
      if zip(step, deviations).allSatisfy({ abs($0) < 1e-14 * $1 }) { break }
    }
    return deviations
  }
}
