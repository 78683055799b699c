import Artefacts
import Planning
import StageSupport

extension SplitGrid: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts(Self.gravity)
    if let fed = request[Self.gravity], facts.has.contains("test") {
      foresight.refuse(
        "\(fed.source) has nodes that are held out already; leave one of the two out", at: Self.gravity)
    }
    facts.gain("test")
    switch request[Self.method] {
    case .interpolated?: facts.mesh = facts.mesh?.refined
    case .alternate?:
      if let mesh = facts.mesh, let fed = request[Self.gravity], mesh.coarsened == nil {
        foresight.refuse(
          "every second node is kept, from edge to edge, which needs an odd number of columns and rows; "
            + "\(fed.source) has \(mesh.columns) x \(mesh.rows): cut it by one", at: Self.gravity)
      }
    case nil: facts.mesh = nil
    }
    foresight[Self.split] = facts
    return foresight
  }
}

extension SplitTable: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    for part in [Self.training, Self.testing] { foresight[part] = request.facts(Self.table) }
    return foresight
  }
}

extension Cut: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts(Self.data)
    // Which nodes lie inside is told by the file alone.
    facts.mesh = nil
    foresight[Self.part] = facts
    return foresight
  }
}

extension Resample: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = request.facts(Self.data)
    facts.mesh = request.facts(Self.like).mesh
    // Flags between nodes would be none.
    facts.forget("test")
    foresight[Self.resampled] = facts
    return foresight
  }
}

extension GravityDisturbance: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.observedGravity, of: Self.gravity, in: &foresight)
    request.requireQuantity(.height, of: Self.geoid, in: &foresight)
    for variable in ["gravity", "upward"] { request.require(variable, of: Self.gravity, in: &foresight) }
    var facts = request.facts(Self.gravity)
    facts.gain("gravity_anomaly", "normal_gravity")
    facts.quantity = Quantity.gravity.inWords
    foresight[Self.disturbance] = facts
    return foresight
  }
}

extension TopographicEffect: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.height, of: Self.topography, in: &foresight)
    request.require("upward", of: Self.gravity, in: &foresight)
    var facts = request.facts(Self.gravity)
    facts.gain("topographic_effect")
    foresight[Self.effect] = facts
    return foresight
  }
}

extension BouguerDisturbance: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    for variable in ["gravity_anomaly", "topographic_effect"] {
      request.require(variable, of: Self.gravity, in: &foresight)
    }
    var facts = request.facts(Self.gravity)
    facts.gain("gravity_disturbance")
    foresight[Self.reduced] = facts
    return foresight
  }
}

extension EquivalentSourcesGrid: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    if let variable = request[Self.variable] { request.require(variable, of: Self.table, in: &foresight) }
    var facts = OutputFacts(
      has: ["gravity_anomaly", "upward"], quantity: Quantity.gravity.inWords,
      mesh: request.facts(Self.like).mesh)
    if request.lacks(Self.uncertainty) {
      facts.lose("uncert", because: Lack.noise(request.stage, Self.uncertainty.name))
    }
    facts.lose("test", because: Lack.tests)
    facts.lose("misfit", because: Lack.misfit)
    facts.lose("res", because: Lack.regional)
    for name in ["density_contrast", "zref"] { facts.lose(name, because: "data know of no model") }
    foresight[Self.gravity] = facts
    return foresight
  }
}
