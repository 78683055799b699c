import Artefacts
import Planning
import StageSupport

extension SplitGrid: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts("gravity")
    if let fed = request.inputs["gravity"], facts.has.contains("test") {
      foresight.refuse(
        "\(fed.source) has nodes that are held out already; leave one of the two out", at: "gravity")
    }
    facts.gain("test")
    switch request.settings.optionalWord("method") {
    case "interpolated": facts.mesh = facts.mesh?.refined
    case "alternate":
      if let mesh = facts.mesh, let fed = request.inputs["gravity"], mesh.coarsened == nil {
        foresight.refuse(
          "every second node is kept, from edge to edge, which needs an odd number of columns and rows; "
            + "\(fed.source) has \(mesh.columns) x \(mesh.rows): cut it by one", at: "gravity")
      }
    default: facts.mesh = nil
    }
    foresight.outputs["gravity"] = facts
    return foresight
  }
}

extension SplitTable: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    for port in ["training", "testing"] { foresight.outputs[port] = request.facts("table") }
    return foresight
  }
}

extension Cut: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts("data")
    // Which nodes lie inside is told by the file alone.
    facts.mesh = nil
    foresight.outputs["data"] = facts
    return foresight
  }
}

extension Resample: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts("data")
    facts.mesh = request.inputs["like"]?.facts.mesh
    // Flags between nodes would be none.
    facts.forget("test")
    foresight.outputs["data"] = facts
    return foresight
  }
}

extension GravityDisturbance: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.observedGravity, of: "gravity", in: &foresight)
    request.requireQuantity(.height, of: "geoid", in: &foresight)
    for variable in ["gravity", "upward"] { request.require(variable, of: "gravity", in: &foresight) }
    var facts = request.facts("gravity")
    facts.gain("gravity_anomaly", "normal_gravity")
    facts.quantity = Quantity.gravity.inWords
    foresight.outputs["gravity"] = facts
    return foresight
  }
}

extension TopographicEffect: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.height, of: "topography", in: &foresight)
    request.require("upward", of: "gravity", in: &foresight)
    var facts = request.facts("gravity")
    facts.gain("topographic_effect")
    foresight.outputs["gravity"] = facts
    return foresight
  }
}

extension BouguerDisturbance: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    for variable in ["gravity_anomaly", "topographic_effect"] {
      request.require(variable, of: "gravity", in: &foresight)
    }
    var facts = request.facts("gravity")
    facts.gain("gravity_disturbance")
    foresight.outputs["gravity"] = facts
    return foresight
  }
}

extension EquivalentSourcesGrid: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    if let variable = request.settings.optionalText("variable") {
      request.require(variable, of: "table", in: &foresight)
    }
    var facts = OutputFacts(
      has: ["gravity_anomaly", "upward"], quantity: Quantity.gravity.inWords,
      mesh: request.inputs["like"]?.facts.mesh)
    if request.lacks("uncertainty") {
      facts.lose("uncert", because: Lack.noise(request.stage, "uncertainty"))
    }
    facts.lose("test", because: Lack.tests)
    facts.lose("misfit", because: Lack.misfit)
    facts.lose("res", because: Lack.regional)
    for name in ["density_contrast", "zref"] { facts.lose(name, because: "data know of no model") }
    foresight.outputs["gravity"] = facts
    return foresight
  }
}
