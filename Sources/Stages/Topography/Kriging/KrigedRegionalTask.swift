import Datasets
import Geostatistics
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// A regional field by kriging the misfit at constraints.
struct KrigedRegionalTask {
  /// What the field follows but for coefficients.
  enum DriftWord: String, SettingWord {
    case constant, linear

    var summary: String {
      switch self {
      case .constant: "an unknown mean: adding a constant to the data changes no residual"
      case .linear: "an unknown plane"
      }
    }
  }

  static let surface = Input.optional(
    "surface", [.file],
    "output `covariance` of the starting surface: what its errors leak into the misfit is then told from the regional field")
  static let drift = Setting(
    "regional_drift", .word(DriftWord.self), .later(default: .constant), "what the field follows but for coefficients")
  static let covariance = Setting(
    "covariance", .word(KrigingSettings.CorrelationWord.self), .later(default: .matern52),
    "how the correlation of the field falls with distance")
  static let deviation = Setting(
    "deviation", .number(in: .milligal), .optional(otherwise: "estimated from the misfit"), .above(0),
    "standard deviation of the field")
  static let length = Setting(
    "length", .number(in: .metre), .optional(otherwise: "estimated from the misfit"), .above(0),
    "correlation length of the field")

  /// On the nodes of the grid that the inversion uses.
  private let geometry: GridGeometry
  private let misfit: MisfitAtConstraints
  private let zref, densityContrast: Double?
  private let pointDeviations: [Double]

  init(_ gravity: GravityArtefact, _ constraints: ConstraintPoints, log: (String) -> Void) throws {
    guard !gravity.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "the gravity is in longitude and latitude and kriging needs metres; put a stage of kind 'project' before")
    }
    guard let values = gravity.misfit else {
      throw StageError.missingVariable(
        "misfit", artefact: "the gravity input", hint: "put a forward_gravity stage before")
    }
    let field = gravity.trainingGrid(of: values)
    if gravity.uncertainty == nil { log("the gravity states no uncertainty: it is taken for exact") }
    let noise = gravity.uncertainty.map { gravity.trainingGrid(of: $0).values }
    geometry = field.geometry
    misfit = try MisfitAtConstraints(
      misfit: field, upward: gravity.trainingGrid(of: gravity.upward),
      uncertainty: noise ?? Array(repeating: 0, count: field.values.count), at: constraints.points)
    let left = constraints.count - misfit.kept.count
    if left > 0 { log("\(left) of \(constraints.count) constraints lie outside the grid or where the misfit is missing") }
    (zref, densityContrast) = (gravity.zref, gravity.densityContrast)
    let deviations = constraints.uncertainty ?? constraints.upward.map { _ in 0 }
    pointDeviations = misfit.kept.map { deviations[$0] }
  }

  struct Field {
    let kriging: Kriging
    let estimate: CovarianceSearch.Estimate?
    let regional, deviation: Grid

    func writeCovariance(to path: String) throws {
      try KrigingArtefact(kriging, mean: regional).write(to: path, unit: "mGal", estimate: estimate)
    }
  }

  /// The base result.
  ///
  /// - Parameter surface: the starting surface with its covariance; nil or without one: the leak is not modelled.
  func field(
    _ settings: Settings, surface: KrigingArtefact?, workers: Workers, log: (String) -> Void
  ) throws -> Field {
    let leak = try leak(surface, workers: workers, log: log)
    let degree = settings[Self.drift] == .linear ? 1 : 0
    let correlation = settings[Self.covariance].correlation
    let result: KrigedRegional
    if let deviation = settings[Self.deviation], let length = settings[Self.length] {
      result = try KrigedRegional(
        misfit, leak: leak, degree: degree,
        model: KrigingModel(Covariance(correlation, deviation: deviation, length: length)),
        region: geometry.region, workers: workers)
    } else {
      result = try KrigedRegional(
        misfit, leak: leak, degree: degree, correlation: correlation, region: geometry.region, workers: workers)
    }
    let structure = result.kriging.model.covariance.structures[0]
    log("regional field: deviation \(rounded(structure.deviation)) mGal, length \(rounded(structure.length)) m")
    if let limits = result.estimate?.atLimits, !limits.isEmpty {
      log("warning: \(limits.joined(separator: " and ")) ended at a limit of the search")
    }
    let (mean, deviation) = result.field(on: geometry, workers: workers)
    return Field(kriging: result.kriging, estimate: result.estimate, regional: mean, deviation: deviation)
  }

  private func leak(
    _ surface: KrigingArtefact?, workers: Workers, log: (String) -> Void
  ) throws -> KrigedRegional.Leak {
    guard let zref, let densityContrast else {
      throw StageError.outOfPlace(
        "kriging the misfit needs the density contrast and zref of the forward gravity, and they vary from cell to cell")
    }
    if let surface, surface.model != nil {
      let layer = layer(surface.mean, zref, densityContrast)
      let covariance = SurfaceLeak(of: layer, at: misfit.observations)
        .covariance(of: try surface.kriging(workers: workers), workers: workers)
      let deviations = (0..<covariance.rows).map { max(0, covariance[$0, $0]).squareRoot() }
      log("leak of the surface's errors into the misfit at the constraints: \(rounded(Statistics.rms(deviations))) mGal RMS")
      return .covariance(covariance)
    }
    log(
      "warning: the starting surface has no covariance, so what its errors between the constraints leak into the regional "
        + "field is not modelled; feed input 'surface' from a kriged one")
    guard let surface, pointDeviations.contains(where: { $0 > 0 }) else {
      return .points(pointDeviations.map { _ in 0 })
    }
    let spacing = Statistics.median(NearestNeighbours.distances(among: misfit.points))
    let sensitivity = SurfaceLeak(of: layer(surface.mean, zref, densityContrast), at: misfit.observations)
      .sensitivity(length: spacing / 2, workers: workers)
    return .points(zip(sensitivity, pointDeviations).map { $0 * $1 })
  }

  private func layer(_ surface: Grid, _ zref: Double, _ densityContrast: Double) -> PrismLayer {
    PrismLayer(
      topography: surface.values, geometry: surface.geometry,
      reference: Array(repeating: zref, count: surface.values.count),
      densityContrast: Array(repeating: densityContrast, count: surface.values.count))
  }

  /// A member's field: of its own misfit, with the base result's covariances.
  func draw(
    around base: KrigingArtefact, _ streams: Streams, member: Int, _ simulations: SimulationCache,
    workers: Workers
  ) throws -> Field {
    guard misfit.points == base.data.points else {
      throw StageError.outOfPlace(
        "the member has a misfit at other places than the result that it varies about: constraints must stay where they are")
    }
    let kriging = try base.kriging(workers: workers)
    let areDrawn = misfit.values != base.data.values
    let simulation = try ConditionalSimulation(kriging, on: geometry, cache: simulations, workers: workers)
    let regional = try simulation.draw(
      streams, member: member, data: areDrawn ? misfit.values : nil, workers: workers)
    let deviation = Grid(
      geometry: geometry, values: kriging.predict(at: geometry.nodes, workers: workers).deviation)
    return Field(kriging: kriging, estimate: nil, regional: regional, deviation: deviation)
  }
}
