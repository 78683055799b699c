import Artefacts
import Planning
import StageSupport

extension TopographyInversion: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireAnomaly(Self.gravity, in: &foresight)
    request.requireQuantity(.height, of: Self.start, in: &foresight)
    request.requireQuantity(.height, of: Self.upperLayer, Self.lowerLayer, in: &foresight)
    request.requireContrastQuantities(in: &foresight)
    request.requireContrast(of: Self.gravity, in: &foresight)
    if request[Self.dataWeights] == .uncertainty || request[Self.target] == .noise {
      request.require("uncert", of: Self.gravity, in: &foresight)
    }
    for grid in [
      Self.upperLayer, Self.lowerLayer, Self.weights, Self.mask, Self.referenceModel,
      ContrastSettings.densityGrid,
      ContrastSettings.zrefGrid,
    ] { request.requireSameMesh(grid, as: Self.start, in: &foresight) }
    let gravity = request.facts(Self.gravity)
    foresight[Self.surface] = OutputFacts(
      has: ["topography"], quantity: request[Self.style] == .geometry ? Quantity.height.inWords : nil,
      mesh: request.facts(Self.start).mesh)
    foresight[Self.data] = request.modelled(gravity)
    foresight[Self.data].gain("res")
    if let reason = gravity.lacks["test"], let source = request.inputs[Self.gravity.name]?.source {
      foresight[Self.testRMSE].lose(
        OutputFacts.value, because: "it needs '\(source)' with nodes held out, but \(reason)")
    }
    if !request.isFed(Self.constraints) {
      foresight[Self.constraintsRMSE].lose(
        OutputFacts.value,
        because:
          "stage '\(request.stage)' has no points of known height; feed its input '\(Self.constraints.name)'")
    }
    return foresight
  }
}
