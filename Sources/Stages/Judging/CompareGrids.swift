import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// The difference of two surfaces on the same nodes.
struct CompareGrids: StageKind {
  let signature = StageSignature(
    kind: "compare_grids", version: 1, summary: "difference of two surfaces on the same nodes",
    inputs: [
      InputSpec("surface", [.topography, .statistics], "the surface"),
      InputSpec("reference", [.topography, .statistics], "what it should be"),
    ],
    outputs: [
      OutputSpec("difference", .grid, "surface minus reference"),
      OutputSpec("rms_error", .scalar(.length), "root mean square of the difference"),
    ])

  func run(_ context: StageContext) throws {
    let surface = try TopographyArtefact(path: context.input("surface")).topography
    let reference = try TopographyArtefact(path: context.input("reference")).topography
    guard surface.geometry.isSame(as: reference.geometry) else {
      throw StageError.gridsDiffer("the surface", "its reference")
    }
    let difference = zip(surface.values, reference.values).map { $0 - $1 }
    var dataset = Dataset(title: "surface minus reference")
    try dataset.add(
      SurfaceVariables.difference, Grid(geometry: surface.geometry, values: difference))
    try NetCDFFile.write(dataset, to: context.output("difference"))
    let rms = Statistics.rms(difference.filter(\.isFinite))
    context.log("rms_error \(rms) m")
    try NetCDFFile.writeScalar(
      rms, name: "rms_error", units: "m", longName: "RMS of surface minus reference",
      to: context.output("rms_error"))
  }
}
