import Artefacts
import Datasets
import Geostatistics
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// A regional field by kriging the misfit at constraints.
struct KrigedRegionalTask {
  private typealias Kind = KrigedRegionalSettings

  /// On the nodes of the grid that the inversion uses.
  private let geometry: GridGeometry
  private let misfit: MisfitAtConstraints
  private let zref, densityContrast: Double?
  private let pointDeviations: [Double]
  private let context: StageContext

  init(_ context: StageContext, _ gravity: GravityArtefact, _ constraints: ConstraintPoints) throws {
    self.context = context
    guard let values = gravity.misfit else {
      throw StageError.missingVariable(
        "misfit", artefact: "the gravity input", hint: "put a forward_gravity stage before")
    }
    let field = gravity.trainingGrid(of: values)
    if gravity.uncertainty == nil { context.log("the gravity states no uncertainty: it is taken for exact") }
    let noise = gravity.uncertainty.map { gravity.trainingGrid(of: $0).values }
    geometry = field.geometry
    misfit = try MisfitAtConstraints(
      misfit: field, upward: gravity.trainingGrid(of: gravity.upward),
      uncertainty: noise ?? Array(repeating: 0, count: field.values.count), at: constraints.points)
    let left = constraints.count - misfit.kept.count
    if left > 0 {
      context.log(
        "\(left) of \(constraints.count) constraints lie outside the grid or where the misfit is missing")
    }
    (zref, densityContrast) = (gravity.zref, gravity.densityContrast)
    let deviations = constraints.uncertainty ?? constraints.upward.map { _ in 0 }
    pointDeviations = misfit.kept.map { deviations[$0] }
  }

  struct Field {
    let kriging: Kriging
    let estimate: CovarianceSearch.Estimate?
    let regional: Grid
    let deviation: Grid
    /// Whether the deviation says what leaked; no for a draw.
    let hasLeak: Bool
    /// Whether the surface has been inverted and nobody says what its errors leak.
    var isInvalid = false
  }

  /// The base result.
  func field() throws -> Field {
    let surface = try context[Kind.start].map { try NetCDFFile.read($0) }
    if surface?.attribute(GravityVariables.drawnAnew) != nil {
      throw StageError.outOfPlace(
        "input 'start' is a member's draw, and estimating the field anew from it would count the draw's errors twice; add "
          + "'gravity ~ conditional' of this stage to the ensemble")
    }
    let leak = try leak(surface)
    let (degree, workers) = (context[RegionalMethodSettings.drift].degree ?? 0, context.workers)
    let correlation = context[Kind.covariance].correlation
    let result: KrigedRegional
    if let deviation = context[Kind.deviation], let length = context[Kind.length] {
      result = try KrigedRegional(
        misfit, leak: leak, degree: degree,
        model: KrigingModel(Covariance(correlation, deviation: deviation, length: length)),
        region: geometry.region, workers: workers)
    } else {
      result = try KrigedRegional(
        misfit, leak: leak, degree: degree, correlation: correlation, region: geometry.region,
        workers: workers)
    }
    let structure = result.kriging.model.covariance.structures[0]
    context.log(
      "regional field: deviation \(rounded(structure.deviation)) mGal, length \(rounded(structure.length)) m")
    if let limits = result.estimate?.atLimits, !limits.isEmpty {
      context.warn(
        "\(limits.joined(separator: " and ")) of the regional field ended at a limit of the search")
    }
    let (mean, deviation) = result.field(on: geometry, workers: workers)
    var hasLeak = false
    if case .covariance = leak { hasLeak = true }
    let isInverted = surface?.has(SurfaceVariables.starting) ?? false
    if isInverted, !hasLeak {
      context.warn(
        "the surface of input 'start' has been inverted for these data, and its errors are not known here: the regional field's "
          + "deviations are invalid; feed input 'surfaces' with draws of it")
    }
    return Field(
      kriging: result.kriging, estimate: result.estimate, regional: mean, deviation: deviation,
      hasLeak: hasLeak, isInvalid: isInverted && !hasLeak)
  }

  private func leak(_ surface: Dataset?) throws -> KrigedRegional.Leak {
    guard let surface else {
      context.warn(Self.unmodelled)
      return .points(pointDeviations.map { _ in 0 })
    }
    let heights = try surface.grid(SurfaceVariables.topography)
    guard let zref, let densityContrast else {
      throw StageError.outOfPlace(
        "telling what the surface leaks into the misfit needs the density contrast and zref of the forward gravity, and "
          + "they vary from cell to cell; leave input 'start' out")
    }
    let leak = SurfaceLeak(of: Self.layer(heights, zref, densityContrast), at: misfit.observations)
    if let path = context[Kind.surfaces] { return .covariance(try scatter(path, leak, heights.geometry)) }
    if let kriged = try KrigedField(surface) {
      let covariance = leak.covariance(
        of: try kriged.kriging(workers: context.workers), workers: context.workers)
      let deviations = (0..<covariance.rows).map { max(0, covariance[$0, $0]).squareRoot() }
      context.log(
        "leak of the surface's errors into the misfit at the constraints: \(rounded(Statistics.rms(deviations))) mGal RMS"
      )
      return .covariance(covariance)
    }
    context.warn(Self.unmodelled)
    guard pointDeviations.contains(where: { $0 > 0 }) else { return .points(pointDeviations.map { _ in 0 }) }
    let spacing = Statistics.median(NearestNeighbours.distances(among: misfit.points))
    let sensitivity = leak.sensitivity(length: spacing / 2, workers: context.workers)
    return .points(zip(sensitivity, pointDeviations).map { $0 * $1 })
  }

  /// What draws of the surface make at the constraints.
  private func scatter(_ path: String, _ leak: SurfaceLeak, _ nodes: GridGeometry) throws -> Matrix {
    let reader = try NetCDFSeriesReader(path)
    let name = SurfaceVariables.topography.name
    guard reader.count > 2, try reader.geometry(of: name).isSame(as: nodes) else {
      throw StageError.outOfPlace(
        "input 'surfaces' has \(reader.count) draws; three at least are needed, on the nodes of input 'start'"
      )
    }
    let covariance = leak.covariance(
      ofDraws: try (0..<reader.count).map { try reader.slice($0, variable: name) }, workers: context.workers)
    let deviations = (0..<covariance.rows).map { covariance[$0, $0].squareRoot() }
    context.log(
      "leak of the surface's errors into the misfit at the constraints: \(rounded(Statistics.rms(deviations))) mGal RMS, by "
        + "\(reader.count) draws, relative error \(rounded((0.5 / Double(reader.count - 1)).squareRoot()))")
    return covariance
  }

  private static let unmodelled =
    "what the starting surface's errors between the constraints leak into the regional field is not modelled: make the "
    + "surface with method = kriging and feed input 'start' from it"

  private static func layer(_ surface: Grid, _ zref: Double, _ densityContrast: Double) -> PrismLayer {
    PrismLayer(
      topography: surface.values, geometry: surface.geometry,
      reference: Array(repeating: zref, count: surface.values.count),
      densityContrast: Array(repeating: densityContrast, count: surface.values.count))
  }

  /// A member's field: of its own misfit, with the base result's covariances.
  func draw(around base: KrigedField, _ draw: MemberDraw, _ simulations: SimulationCache) throws -> Field {
    guard misfit.points == base.data.points else {
      throw StageError.outOfPlace(
        "the member has a misfit at other places than the result that it varies about: constraints must stay where they are"
      )
    }
    let workers = context.workers
    let kriging = try base.kriging(workers: workers)
    let simulation = try ConditionalSimulation(kriging, on: geometry, cache: simulations, workers: workers)
    let regional = try simulation.draw(
      draw.streams, member: draw.member, data: misfit.values == base.data.values ? nil : misfit.values,
      workers: workers)
    let deviation = Grid(
      geometry: geometry, values: kriging.predict(at: geometry.nodes, workers: workers).deviation)
    return Field(kriging: kriging, estimate: nil, regional: regional, deviation: deviation, hasLeak: false)
  }
}
