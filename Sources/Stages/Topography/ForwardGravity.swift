import Artefacts
import Datasets
public import Gravity
import NumericCore
public import Planning
import StageSupport
import Topography

/// Gravity of the cells between a surface and its reference level, and the misfit to the data.
struct ForwardGravity: StageKind {
  let kernels: KernelCache

  private static let topography = Input("topography", [.topography], "surface; one cell a node")
  private static let gravity = Input(
    "gravity", [.gravity], "gravity anomaly; its nodes are the observation points")
  private static let predicted = Output(
    "gravity", .gravity, "the data with forward_gravity and misfit",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
  private static let misfit = Output("rms_misfit", .scalar(.acceleration), "root mean square of the misfit")
  private static let fields = Setting(
    "fields", .list(.word(PrismField.self), 1...10), .optional,
    "further fields of the model to write: e east, n north, z down; gradients in Eotvos")

  /// The further fields are computed otherwise than they once were, and differ in their last digits; a model's gravity does
  /// not, and keeps its keys.
  private static let digits = Setting(
    "fields_version", .integer,
    .later(default: 1, otherwise: 2, when: fields.isGiven, told: "2 with fields, else 1"),
    .atLeast(1).atMost(2), "of the further fields' last digits, for keys alone")

  let signature = StageSignature(
    kind: "forward_gravity", version: 5,
    summary: "gravity of the prisms between the surface and the reference level, and its misfit to the data",
    declares: [
      topography, gravity, ContrastSettings.all, ModelSettings.shape, fields, digits, predicted, misfit,
    ],
    rules: [
      .check(ModelSettings.shape, fields, "allow of tesseroids the fields potential and g_z alone") {
        shape, fields in
        guard shape == .tesseroids, let other = fields?.first(where: { $0 != .potential && $0 != .down })
        else {
          return nil
        }
        return "don't go together: tesseroids have the fields potential and g_z, not \(other.rawValue)"
      },
      .only(digits, when: fields.isGiven),
      .check(digits, "is 2 with fields", when: fields.isGiven) {
        $0 == 2 ? nil : "is 2 with fields: those of version 1 are computed by older programs alone"
      },
    ])

  func run(_ context: StageContext) throws {
    var gravity = try GravityArtefact(path: context[Self.gravity])
    let surface = try TopographyArtefact(path: context[Self.topography]).topography
    let contrast = try ContrastSettings.contrast(context, gravity: gravity)
    let body = ModelBody(
      shape: context[ModelSettings.shape], surface: surface,
      reference: try contrast.reference(surface.geometry),
      densityContrast: try contrast.densities(surface.geometry))
    try body.checkCoordinates(gravity.geometry)
    let points = gravity.observationPoints
    let forward = try body.gravity(at: points, cache: kernels, context)
    gravity.forward = forward
    gravity.misfit = zip(gravity.anomaly, forward).map { $0 - $1 }
    (gravity.zref, gravity.densityContrast) = (contrast.zref.number, contrast.density.number)
    try gravity.write(to: context[Self.predicted], extra: fields(context, body, points))
    let misfits = (gravity.misfit ?? []).filter(\.isFinite)
    if misfits.count < points.count {
      context.log(
        "\(points.count - misfits.count) data have no value: gravity is computed there, a misfit is not")
    }
    let rms = misfits.isEmpty ? .nan : Statistics.rms(misfits)
    context.log(
      "\(points.easting.count) observations, \(surface.geometry.count) \(body.shape), misfit \(rms) mGal RMS")
    try NetCDFFile.writeScalar(
      rms, name: Self.misfit.name, units: "mGal", longName: "root mean square of the misfit",
      to: context[Self.misfit])
  }

  private func fields(
    _ context: StageContext, _ body: ModelBody, _ points: ObservationPoints
  ) throws -> [(variable: Variable, values: [Double])] {
    var wanted: [PrismField] = []
    for field in context[Self.fields] ?? [] where !wanted.contains(field) { wanted.append(field) }
    return try wanted.map { field in
      (field.variable, try body.values(of: field, at: points, workers: context.workers))
    }
  }
}

extension PrismField {
  /// As files hold it: a gradient of gravity is no gravity.
  fileprivate var variable: Variable {
    let quantity: Quantity =
      switch self {
      case .potential: .gravityPotential
      case .east, .north, .down: .gravity
      case .eastEast, .northNorth, .downDown, .eastNorth, .eastDown, .northDown: .gravityGradient
      }
    return Variable(rawValue, quantity, "\(longName) of the model")
  }
}

/// The cells of a stage's model with what computes their fields.
struct ModelBody {
  let shape: ModelShape
  let surface: Grid
  let reference, densityContrast: [Double]

  var prisms: PrismLayer {
    PrismLayer(
      topography: surface.values, geometry: surface.geometry, reference: reference,
      densityContrast: densityContrast)
  }

  private var tesseroids: TesseroidLayer {
    let rows = surface.geometry.northings.map { GeocentricRadius.wgs84(latitude: $0) }
    return TesseroidLayer(
      topography: surface.values, geometry: surface.geometry, reference: reference,
      densityContrast: densityContrast,
      sphere: (0..<surface.geometry.count).map { rows[$0 / surface.geometry.columns] })
  }

  /// Throws where the surface, the data and the shape are not of the same coordinates.
  func checkCoordinates(_ data: GridGeometry) throws {
    guard data.isGeographic == surface.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "the gravity is in \(Self.name(data)) and the topography in \(Self.name(surface.geometry))")
    }
    guard (shape == .tesseroids) == data.isGeographic else {
      throw InversionError.wrongCoordinates(shape: shape)
    }
  }

  private static func name(_ geometry: GridGeometry) -> String {
    geometry.isGeographic ? "longitude and latitude" : "projected metres"
  }

  /// g_z, by the cheapest of the sums that applies; the log says which.
  func gravity(
    at points: ObservationPoints, cache: KernelCache, _ context: StageContext
  ) throws -> [Double] {
    guard shape == .prisms else { return try values(of: .down, at: points, workers: context.workers) }
    try checkObservations(points, against: prisms.geometry)
    if let hit = prisms.firstReached(points) {
      context.warn(
        "observations lie in or on the model, the first at easting \(points.easting[hit.point]) m, northing "
          + "\(points.northing[hit.point]) m: \(points.upward[hit.point]) m up, under a top at \(hit.top) m; gravity is "
          + "computed there as anywhere else")
    }
    let model = ForwardModel.gz(of: prisms, at: points, cache: cache, workers: context.workers)
    context.log(model.method)
    return model.gravity
  }

  func values(of field: PrismField, at points: ObservationPoints, workers: Workers) throws -> [Double] {
    switch (shape, field) {
    case (.prisms, _):
      try checkObservations(points, against: prisms.geometry)
      let values = PrismGravity.values(of: field, layer: prisms, at: points, workers: workers)
      if let point = values.firstIndex(where: { !$0.isFinite }) {
        throw StageError.outOfPlace(
          "\(field.rawValue) is infinite at easting \(points.easting[point]) m, northing \(points.northing[point]) m, "
            + "\(points.upward[point]) m up: the observation lies on an edge of a prism; move it off the edge"
        )
      }
      return values
    case (.tesseroids, .down):
      return try TesseroidGravity.gz(of: tesseroids, at: points.geocentric, workers: workers)
    case (.tesseroids, .potential):
      return try TesseroidGravity.values(
        of: .potential, layer: tesseroids, at: points.geocentric, workers: workers)
    default:
      throw StageError.outOfPlace(
        "tesseroids have the fields potential and g_z, not \(field.rawValue); use prisms on a projected grid")
    }
  }
}

extension GravityArtefact {
  /// Every node as an observation point, in the order of the grid.
  var observationPoints: ObservationPoints {
    let nodes = geometry.nodes
    return ObservationPoints(easting: nodes.easting, northing: nodes.northing, upward: upward)
  }
}

extension PrismField: SettingWord {
  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .potential, .east, .north, .down: longName
    case .eastEast, .northNorth, .downDown, .eastNorth, .eastDown, .northDown: ""
    }
  }
}

extension ForwardGravity: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireAnomaly(Self.gravity, in: &foresight)
    request.requireQuantity(.height, of: Self.topography, in: &foresight)
    request.requireContrastQuantities(in: &foresight)
    request.requireContrast(of: Self.gravity, in: &foresight)
    for grid in [ContrastSettings.densityGrid, ContrastSettings.zrefGrid] {
      request.requireSameMesh(grid, as: Self.topography, in: &foresight)
    }
    foresight[Self.predicted] = request.modelled(request.facts(Self.gravity))
    return foresight
  }
}

extension ForwardGravity: ReportedKind {
  var report: StageReport {
    StageReport([
      // One scale for both, so that what the model explains can be seen.
      .maps([
        FieldMap(
          .own("gravity", GravityVariables.anomaly), "Observed gravity", .signed, caption: "Gravity anomaly."),
        FieldMap(
          .own("gravity", GravityVariables.forward), "Forward gravity", .signed,
          caption: "Effect of the starting topography, same colours."),
      ]),
      .map(
        FieldMap(
          .own("gravity", GravityVariables.misfit), "Misfit", .difference, caption: "Observed − forward.")),
    ])
  }
}
