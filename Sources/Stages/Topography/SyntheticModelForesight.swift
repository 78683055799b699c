import Artefacts
import Planning
import StageSupport

extension SyntheticModel: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let mesh = Mesh(region: request[Self.region], spacing: request[Self.spacing])
    var surface = OutputFacts(has: ["topography"], quantity: Quantity.height.inWords)
    if let mesh, let spacing = request[Self.spacing], let buffer = request[Self.buffer] {
      surface.mesh = mesh.padded(nodes: Int(buffer / spacing), spacing: spacing)
    }
    foresight[Self.topography] = surface
    foresight[Self.data] = gravity(request, mesh, in: &foresight)
    foresight[Self.points] = constraints(request)
    return foresight
  }

  private func gravity(
    _ request: ForesightRequest, _ mesh: Mesh?, in foresight: inout Foresight
  ) -> OutputFacts {
    request.requireContrastQuantities(in: &foresight)
    var facts = OutputFacts(
      has: ["gravity_anomaly", "upward", "zref"], quantity: Quantity.gravity.inWords)
    facts.lose("misfit", because: Lack.misfit)
    facts.lose("res", because: Lack.regional)
    if request.isFed(ContrastSettings.densityGrid) {
      facts.forget("density_contrast")
    } else {
      facts.gain("density_contrast")
      if request.lacks(Self.density) {
        facts.absence =
          "stage '\(request.stage)' has no density contrast, so that its surface has no gravity; set its "
          + Self.density.name
      }
    }
    if request[Self.gravityNoise] == 0, request.lacks(Self.noiseFraction) {
      facts.lose("uncert", because: Lack.noise(request.stage, Self.gravityNoise.name))
    }
    switch request[Self.testingData] {
    case .first(false)?:
      facts.lose("test", because: Lack.tests)
      facts.mesh = mesh
    case .first(true)?, .second(.interpolated)?:
      facts.gain("test")
      facts.mesh = mesh?.refined
    case nil: break
    }
    return facts
  }

  private func constraints(_ request: ForesightRequest) -> OutputFacts {
    var facts = OutputFacts(has: ["easting", "northing", "upward"])
    if request[Self.constraintCount] == 0 {
      facts.lose("upward", because: "stage '\(request.stage)' has \(Self.constraintCount.name) = 0; set it")
    }
    if request[Self.constraintNoise] == 0 {
      facts.lose("uncert", because: Lack.noise(request.stage, Self.constraintNoise.name))
    }
    return facts
  }
}

extension Mesh {
  /// With as many nodes more on each side.
  fileprivate func padded(nodes: Int, spacing: Double) -> Mesh {
    let width = Double(nodes) * spacing
    return Mesh(
      edges: (west - width, east + width, south - width, north + width), columns: columns + 2 * nodes,
      rows: rows + 2 * nodes, isGeographic: isGeographic)
  }
}
