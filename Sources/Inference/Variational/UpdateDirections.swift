public import NumericCore

/// Which way mean and log deviations go: the gradient, scaled or through a projected Hessian.
public enum UpdateDirections {
  /// (σ²∘g_μ, ½g_λ): the natural gradient of a diagonal Gaussian, which romtools takes for correlated ones too.
  public static func diagonalNatural(_ gradient: [Double], deviations: [Double]) -> [Double] {
    let dimension = deviations.count
    return finite(
      (0..<2 * dimension).map { index in
        index < dimension ? gradient[index] * deviations[index] * deviations[index] : 0.5 * gradient[index]
      })
  }

  /// F⁻¹g with the Fisher information of the family: blocks diag(1/σ)(LLᵀ)⁻¹diag(1/σ) and I + LLᵀ∘(LLᵀ)⁻¹.
  public static func natural(_ gradient: [Double], family: GaussianFamily) -> [Double] {
    let dimension = family.dimension
    let deviations = family.deviations
    guard case .fixedCorrelation(_, let factor) = family.spread else {
      return diagonalNatural(gradient, deviations: deviations)
    }
    let correlation = factor.gramOfRows()
    let scaled = (0..<dimension).map { deviations[$0] * gradient[$0] }
    let means = zip(correlation.times(scaled), deviations).map { $0 * $1 }
    let inverse = family.inverseCorrelation
    var information = Matrix.identity(dimension)
    for index in information.values.indices {
      information.values[index] += correlation.values[index] * inverse.values[index]
    }
    let logs = Array(gradient.dropFirst(dimension))
    let solved = (try? Cholesky(information).solve(logs)) ?? logs.map { 0.5 * $0 }
    return finite(means + solved)
  }

  /// The step of Newton's method upwards: |λ| ≥ `regularisation` for the Hessian's eigenvalues, so that it ascends.
  ///
  /// - Parameter scales: S of the metric, with g̃ = Sg, H̃ = SHS and the step S H̃⁻¹g̃; ones for the standard one.
  public static func newton(
    _ gradient: [Double], _ hessian: Matrix, _ form: VariationalSettings.Hessian, regularisation: Double,
    scales: [Double]
  ) -> [Double] {
    let size = gradient.count
    var scaled = hessian
    for row in 0..<size { for column in 0..<size { scaled[row, column] *= scales[row] * scales[column] } }
    let slope = zip(gradient, scales).map { $0 * $1 }
    let step: [Double]
    switch form {
    case .rawDiagonal:
      step = (0..<size).map { slope[$0] / max(abs(scaled[$0, $0]), regularisation) }
    case .projectedDiagonal:
      let projected = SymmetricEigen(scaled).applying { max(abs($0), regularisation) }
      step = (0..<size).map { slope[$0] / projected[$0, $0] }
    case .full:
      step = SymmetricEigen(scaled).applying { 1 / max(abs($0), regularisation) }.times(slope)
    }
    return finite(zip(step, scales).map { $0 * $1 })
  }

  /// (σ, √½): the metric in which the Fisher information of a diagonal Gaussian is I.
  public static func naturalScales(deviations: [Double]) -> [Double] {
    deviations + [Double](repeating: 0.5.squareRoot(), count: deviations.count)
  }

  private static func finite(_ values: [Double]) -> [Double] { values.map { $0.isFinite ? $0 : 0 } }
}
