import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// Gravity of the cells between a surface and its reference level, and the misfit to the data.
struct ForwardGravity: StageKind {
  let kernels: KernelCache

  let signature = StageSignature(
    kind: "forward_gravity", version: 3,
    summary: "gravity of the prisms between the surface and the reference level, and its misfit to the data",
    settings: SharedSettings.contrastSettings + [
      SharedSettings.modelSetting,
      SettingSpec(
        "fields", .list(.word(PrismField.allCases.map(\.rawValue)), count: 1...10), .optional,
        "further fields of the model to write: z is down, gradients in Eotvos; tesseroids: potential only"),
    ],
    inputs: [
      InputSpec("topography", [.topography], "surface; one cell a node"),
      InputSpec("gravity", [.gravity], "gravity anomaly; its nodes are the observation points"),
    ] + SharedSettings.contrastInputs,
    outputs: [
      OutputSpec(
        "gravity", .gravity, "the data with forward_gravity and misfit",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert")),
      OutputSpec("rms_misfit", .scalar(.acceleration), "root mean square of the misfit"),
    ])

  func run(_ context: StageContext) throws {
    var gravity = try GravityArtefact(path: context.input("gravity"))
    let surface = try TopographyArtefact(path: context.input("topography")).topography
    let contrast = try SharedSettings.contrast(context, gravity: gravity)
    let body = ModelBody(
      shape: SharedSettings.shape(context.settings), surface: surface,
      reference: try contrast.reference(surface.geometry),
      densityContrast: try contrast.densities(surface.geometry))
    try body.checkCoordinates(gravity.geometry)
    let points = gravity.observationPoints
    let forward = try body.gravity(at: points, cache: kernels, context)
    gravity.forward = forward
    gravity.misfit = zip(gravity.anomaly, forward).map { $0 - $1 }
    (gravity.zref, gravity.densityContrast) = (contrast.zref.number, contrast.density.number)
    try gravity.write(to: context.output("gravity"), extra: fields(context, body, points))
    let rms = Statistics.rms(gravity.misfit ?? [])
    context.log(
      "\(points.easting.count) observations, \(surface.geometry.count) \(body.shape), misfit \(rms) mGal RMS")
    try NetCDFFile.writeScalar(
      rms * 1e-5, name: "rms_misfit", units: "m s-2", longName: "root mean square of the misfit",
      to: context.output("rms_misfit"))
  }

  private func fields(
    _ context: StageContext, _ body: ModelBody, _ points: ObservationPoints
  ) throws -> [(variable: Variable, values: [Double])] {
    var names: [String] = []
    for case .word(let name) in context.settings.elements("fields") where !names.contains(name) {
      names.append(name)
    }
    return try names.compactMap { PrismField(rawValue: $0) }.map { field in
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
    try checkObservations(points, against: prisms)
    let model = ForwardModel.gz(of: prisms, at: points, cache: cache, workers: context.workers)
    context.log(model.method)
    return model.gravity
  }

  func values(of field: PrismField, at points: ObservationPoints, workers: Workers) throws -> [Double] {
    switch (shape, field) {
    case (.prisms, _):
      try checkObservations(points, against: prisms)
      return PrismGravity.values(of: field, layer: prisms, at: points, workers: workers)
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
