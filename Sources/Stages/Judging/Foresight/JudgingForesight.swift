import Planning

extension RegionalScoring: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.require("res", of: "gravity", in: &foresight)
    if request.inputs["true_regional"] == nil {
      foresight.outputs["regional_misfit"] = OutputFacts(lacks: [
        OutputFacts.value:
          "stage '\(request.stage)' does not know the true regional field; feed its input 'true_regional'"
      ])
    }
    return foresight
  }
}

extension ScoreAtPoints: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.require("upward", of: "points", in: &foresight)
    return foresight
  }
}

extension CompareGrids: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireSameMesh("surface", as: "reference", in: &foresight)
    foresight.outputs["difference"] = OutputFacts(mesh: request.facts("surface").mesh)
    return foresight
  }
}

extension CompareGravity: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireSameMesh("field", as: "reference", in: &foresight)
    if let variable = request.settings.optionalText("variable") {
      request.require(variable, of: "field", in: &foresight)
    }
    if !request.open.contains("reference_variable") {
      let variable = request.settings.optionalText("reference_variable") ?? "gravity_anomaly"
      request.require(variable, of: "reference", in: &foresight)
    }
    foresight.outputs["difference"] = OutputFacts(mesh: request.facts("field").mesh)
    return foresight
  }
}
