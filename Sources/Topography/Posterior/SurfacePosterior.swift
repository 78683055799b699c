public import Geostatistics
import Gravity
public import NumericCore

/// The surface, the regional field and their uncertainty from gravity and known heights together: a normal prior of the
/// surface about a mean, gravity with noise, a stationary regional field, a free constant, heights with their errors.
public struct SurfacePosterior<Prior: FieldPrior> {
  /// What disturbs gravity beside the surface.
  public struct Errors: Sendable {
    /// Of each observation, mGal.
    public var noise: [Double]
    /// The regional field and correlated noise, mGal.
    public var regional: Covariance?
    /// b, the deviation of a constant, mGal; 30 or more make it free.
    public var constant: Double
    /// Deviations of density contrast, kg/m³, and reference level, metres, where no draw carries them; each common to all
    /// cells.
    public var density, reference: Double
    /// Of each known height, metres.
    public var heights: [Double]

    /// No correlated noise and exact density and reference, unless told otherwise.
    public init(
      noise: [Double], regional: Covariance? = nil, constant: Double = 30, density: Double = 0,
      reference: Double = 0, heights: [Double]
    ) {
      (self.noise, self.regional, self.constant) = (noise, regional, constant)
      (self.density, self.reference, self.heights) = (density, reference, heights)
    }
  }

  /// The Gaussian inversion of the surface.
  public typealias Inversion = GaussianInversion<Prior, SurfaceData>

  /// The inverse problem.
  public let inversion: Inversion
  /// Its data.
  public let data: SurfaceData
  private let observations: Int
  private let errors: DataCovariance

  /// - Parameters:
  ///   - data: the model and its data; `errors.heights` has one value for each of the places that it keeps.
  ///   - place: where the preconditioner and the derivatives by density and reference are taken.
  /// - Throws: `KrigingError` for errors without a covariance.
  public init(
    prior: Prior, data: SurfaceData, errors: Errors, at place: SurfaceData.Place,
    settings: Inversion.Settings = .init(), workers: Workers = .serial
  ) throws(KrigingError) {
    let points = data.model.points
    precondition(errors.noise.count == points.count && errors.heights.count == data.rows.count)
    observations = points.count
    self.data = data
    var patterns: [[Double]] = []
    if errors.constant > 0 { patterns.append(Array(repeating: errors.constant, count: points.count)) }
    patterns += Self.patterns(data.model, errors, place.surface, workers)
    let places: DataCovariance.Places =
      place.grid.map { .grid($0.geometry, nodes: $0.nodes) }
      ?? .points(Points(easting: points.easting, northing: points.northing))
    self.errors = try DataCovariance(
      deviations: errors.noise, field: errors.regional, places: places, patterns: patterns, workers: workers)
    let heights = try DataCovariance(
      deviations: errors.heights, field: nil, places: .points(Points(easting: [], northing: [])))
    let covariance = GroupedCovariance([self.errors, heights])
    data.prepare(
      prior: prior, covariance: covariance, field: errors.regional, at: place, workers: workers)
    inversion = GaussianInversion(prior: prior, covariance: covariance, map: data, settings: settings)
  }

  /// ρ_s ∂F/∂Δρ and z_s ∂F/∂zref at a surface.
  private static func patterns(
    _ model: SurfaceData.Model, _ errors: Errors, _ surface: [Double], _ workers: Workers
  ) -> [[Double]] {
    func gravity(contrast: [Double], reference: [Double]) -> [Double] {
      var changed = model
      (changed.densityContrast, changed.reference) = (contrast, reference)
      return ForwardModel.gz(of: changed.layer(surface), at: model.points, workers: workers).gravity
    }
    var result: [[Double]] = []
    if errors.density > 0 {
      // Gravity is linear in the contrast.
      result.append(
        gravity(
          contrast: model.densityContrast.map { _ in errors.density }, reference: model.reference))
    }
    if errors.reference > 0 {
      let (up, down) = (
        gravity(contrast: model.densityContrast, reference: model.reference.map { $0 + 0.5 }),
        gravity(contrast: model.densityContrast, reference: model.reference.map { $0 - 0.5 })
      )
      result.append(zip(up, down).map { errors.reference * ($0 - $1) })
    }
    return result
  }

  /// The mean of regional field and constant at the observations, mGal, of a result's weights.
  public func regional(of result: Inversion.Result, workers: Workers = .serial) -> [Double] {
    errors.fieldTimes(Array(result.weights[..<observations]), workers: workers)
  }

  /// √ mean ((d − F − r̂)/σ)² over the observations: about √(1 − tr(B V Bᵀ C⁻¹)/n) where the model serves; above 1.5 the
  /// deviations mean nothing.
  public func misfit(of result: Inversion.Result, workers: Workers = .serial) -> Double {
    let regional = regional(of: result, workers: workers)
    let scaled = (0..<observations).map { (result.residual[$0] - regional[$0]) / errors.deviations[$0] }
    return Statistics.rms(scaled)
  }

  /// One draw of the posterior: mean and data are drawn, then fitted.
  ///
  /// Streams: "prior" of the mean, "errors 0" of gravity, "errors 1" of the heights.
  public func draw(
    data: [Double], mean: [Double], _ streams: Streams, member: Int, workers: Workers = .serial
  ) throws -> Inversion.Result {
    let away = try inversion.prior.draw(streams["prior"], member: member, workers: workers)
    let noise = try inversion.covariance.draw(streams, member: member, workers: workers)
    return try inversion.minimise(
      data: zip(data, noise).map { $0 + $1 }, mean: zip(mean, away).map { $0 + $1 }, workers: workers)
  }

  /// The normal distribution about a result.
  public func laplace(
    at result: Inversion.Result, workers: Workers = .serial
  ) throws(LaplaceApproximation.Obstacle) -> LaplaceApproximation {
    try LaplaceApproximation(
      prior: inversion.prior, covariance: inversion.covariance,
      map: data.linearised(at: result.field, workers: workers), workers: workers)
  }

  /// Deviations about a result by products with the covariance alone, for problems too large to write out.
  public func probed(
    at result: Inversion.Result, _ probes: ProbedDeviations.Probes, workers: Workers = .serial
  ) -> ProbedDeviations {
    ProbedDeviations(
      prior: inversion.prior, covariance: inversion.covariance,
      map: data.linearised(at: result.field, workers: workers),
      precondition: { data.precondition($0, workers: workers) }, probes, workers: workers)
  }
}
