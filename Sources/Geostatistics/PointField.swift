public import NumericCore

/// Draws of a stationary field of mean 0 at scattered points, by the Cholesky factor of their covariance.
public struct PointField: Sendable {
  private let factor: Cholesky

  /// - Throws: `tooManyPoints`; `closePoints` where even 10⁻⁹ of the variance on the diagonal leaves no factor.
  public init(_ covariance: Covariance, _ points: Points, workers: Workers = .serial) throws(KrigingError) {
    let data = KrigingData(
      points: points, values: Array(repeating: 0, count: points.count),
      deviations: Array(repeating: 0, count: points.count))
    try data.check()
    let matrix = covariance.matrix(points, workers: workers)
    guard let factor = FactorSampler.factor(matrix, covariance.variance, workers) else {
      throw data.closest(covariance.metric)
    }
    self.factor = factor
  }

  /// The draw of one member, a function of the stream of `random` and the member alone.
  public func draw(_ random: CounterRandom, member: Int) -> [Double] {
    factor.factorTimes(random.normal(factor.order, row: member))
  }
}
