import Planning
import StageSupport

extension SyntheticModel: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let mesh = request.mesh(region: "region", spacing: "spacing", in: &foresight)
    var surface = OutputFacts(has: ["topography"])
    if let mesh, let spacing = request.settings.optionalNumber("spacing"),
      let buffer = request.settings.optionalNumber("buffer")
    {
      surface.mesh = mesh.padded(nodes: Int(buffer / spacing), spacing: spacing)
    }
    foresight.outputs["topography"] = surface
    foresight.outputs["gravity"] = gravity(request, mesh)
    foresight.outputs["constraints"] = constraints(request)
    return foresight
  }

  private func gravity(_ request: ForesightRequest, _ mesh: Mesh?) -> OutputFacts {
    var facts = OutputFacts(has: ["gravity_anomaly", "upward", "zref"])
    facts.lose("misfit", because: Lack.misfit)
    facts.lose("res", because: Lack.regional)
    if request.lacks("density_contrast"), request.inputs["density_contrast_grid"] == nil {
      facts.absence =
        "stage '\(request.stage)' has no density contrast, so that its surface has no gravity; set its density_contrast"
    }
    if request.inputs["density_contrast_grid"] == nil { facts.gain("density_contrast") }
    let isQuiet = request.settings.optionalNumber("gravity_noise") == 0
    if isQuiet, request.lacks("gravity_noise_fraction") {
      facts.lose("uncert", because: Lack.noise(request.stage, "gravity_noise"))
    }
    if let tests = request.settings.values["testing_data"] {
      facts.mesh = tests == .boolean(false) ? mesh : mesh?.refined
      if tests == .boolean(false) {
        facts.lose("test", because: Lack.tests)
      } else {
        facts.gain("test")
      }
    }
    return facts
  }

  private func constraints(_ request: ForesightRequest) -> OutputFacts {
    var facts = OutputFacts(has: ["easting", "northing", "upward"])
    if request.settings.optionalInteger("constraints") == 0 {
      facts.lose("upward", because: "stage '\(request.stage)' has constraints = 0; set it")
    }
    if request.settings.optionalNumber("constraints_noise") == 0 {
      facts.lose("uncert", because: Lack.noise(request.stage, "constraints_noise"))
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

extension SyntheticMoho: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    let mesh = request.mesh(region: "region", spacing: "spacing", isGeographic: true, in: &foresight)
    foresight.outputs["topography"] = OutputFacts(has: ["topography"], mesh: mesh)
    var gravity = OutputFacts(has: ["gravity_anomaly", "upward", "zref", "density_contrast"], mesh: mesh)
    if request.settings.optionalNumber("gravity_noise") == 0 {
      gravity.lose("uncert", because: Lack.noise(request.stage, "gravity_noise"))
    }
    gravity.lose("test", because: Lack.tests)
    gravity.lose("misfit", because: Lack.misfit)
    gravity.lose("res", because: Lack.regional)
    foresight.outputs["gravity"] = gravity
    return foresight
  }
}
