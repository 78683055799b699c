import Datasets
import Gravity
import Inversion
import NumericCore
import Planning

/// Gravity of the prisms between a surface and its reference level, and the misfit to the data.
struct ForwardGravity: StageKind {
  let kernels: KernelCache

  let signature = StageSignature(
    kind: "forward_gravity", version: 3,
    summary: "gravity of the prisms between the surface and the reference level, and its misfit to the data",
    settings: SharedSettings.contrastSettings,
    inputs: [
      InputSpec("topography", [.topography], "surface; one prism a node"),
      InputSpec("gravity", [.gravity], "gravity anomaly; its nodes are the observation points"),
    ],
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
    let layer = PrismLayer(
      topography: surface.values, geometry: surface.geometry,
      reference: contrast.reference(surface.geometry), densityContrast: contrast.densities(surface.geometry))
    let points = gravity.observationPoints
    try checkObservations(points, against: layer)
    let model = ForwardModel.gz(of: layer, at: points, cache: kernels, workers: context.workers)
    context.log(model.method)
    let forward = model.gravity
    gravity.forward = forward
    gravity.misfit = zip(gravity.anomaly, forward).map { $0 - $1 }
    (gravity.zref, gravity.densityContrast) = (contrast.zref, contrast.density)
    try gravity.write(to: context.output("gravity"))
    let rms = Statistics.rms(gravity.misfit ?? [])
    context.log(
      "\(points.easting.count) observations, \(surface.geometry.count) prisms, misfit \(rms) mGal RMS")
    try NetCDFFile.writeScalar(
      rms * 1e-5, name: "rms_misfit", units: "m s-2", longName: "root mean square of the misfit",
      to: context.output("rms_misfit"))
  }
}

extension GravityArtefact {
  /// Every node as an observation point, in the order of the grid.
  var observationPoints: ObservationPoints {
    let nodes = geometry.nodes
    return ObservationPoints(easting: nodes.easting, northing: nodes.northing, upward: upward)
  }
}
