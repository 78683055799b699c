public import Geostatistics
public import NumericCore

/// The regional field by kriging the misfit at constraints, with what leaks from the surface's errors into it.
///
/// y = F β + r + A(z − ẑ) + H ε: S = K_r + E + Σ_n. r̂ and its deviation are those of `Kriging`; the covariance of r is
/// Matérn's 5/2 with s, ℓ by the restricted likelihood, E and Σ_n given. A constant added to the misfit goes into β and
/// changes no residual. A member's field is a draw of `ConditionalSimulation` with the base result's kriging.
public struct KrigedRegional: Sendable {
  /// What is known of the errors of the misfit at the constraints beside the observations' noise.
  public enum Leak: Sendable {
    /// E of the surface's kriging, mGal².
    case covariance(Matrix)
    /// No covariance of the surface: the deviation that each constraint's own error makes, mGal. What the surface does
    /// between the constraints is then taken for regional but for an independent error τ, which is estimated.
    case points([Double])
  }

  /// What is kriged.
  public let misfit: MisfitAtConstraints
  /// The kriging of it.
  public let kriging: Kriging
  /// How the covariance was estimated; nil where it was given.
  public let estimate: CovarianceSearch.Estimate?

  /// The base result: s and ℓ are estimated.
  ///
  /// - Parameter degree: of the drift, 0 or 1.
  /// - Throws: `KrigingError`, e.g. for fewer constraints than terms of the drift.
  public init(
    _ misfit: MisfitAtConstraints, leak: Leak, degree: Int = 0, correlation: Correlation = .matern52,
    region: Region, workers: Workers = .serial
  ) throws(KrigingError) {
    let data = Self.data(misfit, leak)
    let drift = Drift(degree: degree, over: region)
    let search: CovarianceSearch
    switch leak {
    case .covariance:
      search = CovarianceSearch(correlations: [correlation], jitter: 0, frame: .regional(data))
    case .points:
      search = CovarianceSearch(
        correlations: [correlation], frame: .regional(data, estimatesJitter: true))
    }
    let estimate = try search.estimate(data, drift: drift, workers: workers)
    (self.misfit, self.estimate) = (misfit, estimate)
    kriging = try Kriging(data, drift: drift, model: estimate.model, workers: workers)
  }

  /// With known numbers.
  ///
  /// - Throws: `KrigingError`.
  public init(
    _ misfit: MisfitAtConstraints, leak: Leak, degree: Int = 0, model: KrigingModel, region: Region,
    workers: Workers = .serial
  ) throws(KrigingError) {
    (self.misfit, estimate) = (misfit, nil)
    kriging = try Kriging(
      Self.data(misfit, leak), drift: Drift(degree: degree, over: region), model: model, workers: workers)
  }

  private static func data(_ misfit: MisfitAtConstraints, _ leak: Leak) -> KrigingData {
    switch leak {
    case .covariance(let matrix):
      KrigingData(
        points: misfit.points, values: misfit.values, deviations: misfit.noise, given: matrix)
    case .points(let own):
      KrigingData(
        points: misfit.points, values: misfit.values,
        deviations: zip(misfit.noise, own).map { ($0 * $0 + $1 * $1).squareRoot() })
    }
  }

  /// r̂ and its standard deviation, mGal.
  public func field(on geometry: GridGeometry, workers: Workers = .serial) -> (mean: Grid, deviation: Grid) {
    let prediction = kriging.predict(at: geometry.nodes, workers: workers)
    return (
      Grid(geometry: geometry, values: prediction.mean),
      Grid(geometry: geometry, values: prediction.deviation)
    )
  }
}
