import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The difference of two surfaces on the same nodes.
struct CompareGrids: StageKind {
  private static let surface = Input("surface", [.topography, .statistics], "the surface")
  private static let reference = Input("reference", [.topography, .statistics], "what it should be")
  private static let difference = Output("difference", .grid, "surface minus reference")
  private static let error = Output("rms_error", .scalar(.length), "root mean square of the difference")

  let signature = StageSignature(
    kind: "compare_grids", version: 1, summary: "difference of two surfaces on the same nodes",
    declares: [surface, reference, difference, error])

  func run(_ context: StageContext) throws {
    let surface = try TopographyArtefact(path: context[Self.surface]).topography
    let reference = try TopographyArtefact(path: context[Self.reference]).topography
    guard surface.geometry.isSame(as: reference.geometry) else {
      throw StageError.gridsDiffer("the surface", "its reference")
    }
    let difference = zip(surface.values, reference.values).map { $0 - $1 }
    var dataset = Dataset(title: "surface minus reference")
    try dataset.add(
      SurfaceVariables.difference, Grid(geometry: surface.geometry, values: difference))
    try NetCDFFile.write(dataset, to: context[Self.difference])
    let rms = Statistics.rms(difference.filter(\.isFinite))
    context.log("rms_error \(rms) m")
    try NetCDFFile.writeScalar(
      rms, name: Self.error.name, units: "m", longName: "RMS of surface minus reference",
      to: context[Self.error])
  }
}

extension CompareGrids: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.height, of: Self.surface, Self.reference, in: &foresight)
    request.requireSameMesh(Self.surface, as: Self.reference, in: &foresight)
    foresight[Self.difference] = OutputFacts(mesh: request.facts(Self.surface).mesh)
    return foresight
  }
}
