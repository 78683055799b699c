public import Geostatistics
public import NumericCore

/// The regional field by kriging the misfit at constraints, with what leaks from the surface's errors into it.
///
/// y = F β + r + A(z − ẑ) + H ε: S = K_r + E + Σ_n. r̂ and its deviation are those of `Kriging`; the covariance of r is
/// Matérn's 5/2 with s, ℓ by the restricted likelihood, E and Σ_n given. A constant added to the misfit goes into β and
/// changes no residual.
public struct KrigedRegional: Sendable {
  /// What is known of the errors of the misfit at the constraints beside the observations' noise.
  public enum Leak: Sendable {
    /// E of the surface's kriging, mGal².
    case covariance(Matrix)
    /// No covariance of the surface: the deviation that each constraint's own error makes, mGal. What the surface does
    /// between the constraints is then taken for regional but for an independent error τ, which is estimated.
    case points([Double])
  }

  public let misfit: MisfitAtConstraints
  public let kriging: Kriging
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

  /// With known numbers, as for a member.
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
      Grid(geometry: geometry, values: prediction.mean), Grid(geometry: geometry, values: prediction.deviation)
    )
  }

  /// A member's field r* = u_r + W(y* − u_rc), u_r ~ N(0, K_r).
  ///
  /// y* is the misfit of the member's own surface and gravity, which carry E and Σ_n already: no error is added. Numbers,
  /// E and S are those of the base result; estimated again in each member E would count twice (var y* = K_r + 2E). An
  /// error τ, which no draw carries, is drawn.
  /// - Parameter values: y*, one value a kept constraint.
  /// - Throws: `CirculantEmbedding.Obstacle`.
  public func draw(
    values: [Double], on geometry: GridGeometry, seed: UInt64, member: Int, workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) -> Grid {
    let simulation = try FieldSimulation(
      kriging.model.covariance, geometry: geometry, points: kriging.data.points, workers: workers)
    let field = simulation.draw(
      CounterRandom(seed: seed, stream: "regional"), member: member, workers: workers)
    let jitter = CounterRandom(seed: seed, stream: "regional jitter").normal(values.count, row: member)
    let points = zip(field.points, jitter).map { $0 + kriging.model.jitter * $1 }
    return conditioned(field.nodes, points: points, values: values, workers: workers)
  }

  /// u_r + W(y* − u_rc) of a given draw.
  public func conditioned(
    _ nodes: Grid, points: [Double], values: [Double], workers: Workers = .serial
  ) -> Grid {
    precondition(points.count == kriging.data.count && values.count == kriging.data.count)
    let left = zip(values, points).map { $0 - $1 }
    let mean = kriging.mean(of: left, at: nodes.geometry.nodes, workers: workers)
    return Grid(geometry: nodes.geometry, values: zip(nodes.values, mean).map { $0 + $1 })
  }
}
