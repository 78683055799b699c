import Planning
import StageSupport

extension StartingTopography: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var mesh: Mesh?
    if request.inputs["like"] == nil {
      mesh = request.mesh(region: "region", spacing: "spacing", in: &foresight)
    } else {
      mesh = request.facts("like").trainingMesh
    }
    if let method = request.settings.optionalWord("method"), method != "flat" {
      request.require("upward", of: "constraints", in: &foresight)
    }
    foresight.outputs["topography"] = OutputFacts(has: ["topography"], mesh: mesh)
    return foresight
  }
}

extension OutputFacts {
  /// Nodes that an inversion may use: of gravity with nodes held out every second one.
  fileprivate var trainingMesh: Mesh? {
    if has.contains("test") { return mesh?.coarsened }
    // Of gravity of which it is not known whether nodes are held out nothing follows.
    return has.contains("gravity_anomaly") && lacks["test"] == nil ? nil : mesh
  }
}

extension ForesightRequest {
  /// A model needs a density contrast and a reference level: a setting, a grid, or what the gravity was made with.
  fileprivate func requireContrast(in foresight: inout Foresight) {
    for name in ["density_contrast", "zref"] where lacks(name) && inputs[name + "_grid"] == nil {
      require(
        name, of: "gravity", advice: "give the setting '\(name)' or the input '\(name)_grid'", in: &foresight)
    }
  }

  /// What a model with its own contrast leaves in the gravity that is written.
  fileprivate func modelled(_ facts: OutputFacts) -> OutputFacts {
    var facts = facts
    facts.gain("forward_gravity", "misfit")
    for name in ["density_contrast", "zref"] {
      if inputs[name + "_grid"] != nil { facts.forget(name) } else { facts.gain(name) }
    }
    return facts
  }
}

extension ForwardGravity: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireContrast(in: &foresight)
    for port in ["density_contrast_grid", "zref_grid"] {
      request.requireSameMesh(port, as: "topography", in: &foresight)
    }
    foresight.outputs["gravity"] = request.modelled(request.facts("gravity"))
    return foresight
  }
}

extension RegionalSeparation: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.require("misfit", of: "gravity", in: &foresight)
    var facts = request.facts("gravity")
    facts.gain("reg", "res")
    foresight.outputs["gravity"] = facts
    return foresight
  }
}

extension TopographyInversion: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireContrast(in: &foresight)
    if request.settings.optionalWord("data_weights") == "uncertainty" {
      request.require("uncert", of: "gravity", in: &foresight)
    }
    for port in [
      "upper_layer", "lower_layer", "weights", "mask", "reference_model", "density_contrast_grid",
      "zref_grid",
    ] { request.requireSameMesh(port, as: "topography", in: &foresight) }
    let gravity = request.facts("gravity")
    foresight.outputs["topography"] = OutputFacts(has: ["topography"], mesh: request.facts("topography").mesh)
    var residual = request.modelled(gravity)
    residual.gain("res")
    foresight.outputs["gravity"] = residual
    var (test, constraints) = (OutputFacts(), OutputFacts())
    if let reason = gravity.lacks["test"], let source = request.inputs["gravity"]?.source {
      test.lose(OutputFacts.value, because: "it needs '\(source)' with nodes held out, but \(reason)")
    }
    if request.inputs["constraints"] == nil {
      constraints.lose(
        OutputFacts.value,
        because: "stage '\(request.stage)' has no points of known height; feed its input 'constraints'")
    }
    (foresight.outputs["test_rmse"], foresight.outputs["constraints_rmse"]) = (test, constraints)
    return foresight
  }
}
