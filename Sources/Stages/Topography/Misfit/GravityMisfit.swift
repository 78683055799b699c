import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// The misfit of a surface's gravity as one number, and its exact gradient: what `iterative_inversion` makes small.
struct GravityMisfit: StageKind {
  let kernels: KernelCache

  private static let misfit = Output(
    "misfit", .scalar(.dimensionless),
    "half the sum of squared residuals (over their deviations with data_weights = uncertainty) and of the terms of "
      + "smoothness, curvature and reference_weight")
  private static let dataPart = Output("data_misfit", .scalar(.dimensionless), "the part of the data in it")
  private static let gradient = Output(
    "gradient", .grid,
    "derivative of the misfit by the height of each node (topography), or by its density contrast (density_contrast)"
  ).onDemand
  private static let gravity = Output(
    "gravity", .gravity, "the data with the surface's gravity and residual"
  ).onDemand

  private typealias Inversion = TopographyInversion

  let signature = StageSignature(
    kind: "gravity_misfit", version: 1,
    summary:
      "compares the gravity of a surface with the data, with the exact gradient by heights or density contrasts",
    declares: [
      Inversion.gravity, Inversion.start, Inversion.mask, Inversion.referenceModel, ContrastSettings.all,
      ModelSettings.shape, Inversion.style, Inversion.dataWeights, Inversion.smoothness, Inversion.curvature,
      Inversion.smoothed, Inversion.referenceWeight, misfit, dataPart, gradient, gravity,
    ],
    rules: [
      .needs(
        Inversion.referenceWeight, when: Inversion.referenceModel.isGiven && Inversion.smoothed.is(.surface),
        because: "a reference has no effect without a weight"),
      .only(Inversion.referenceWeight, with: Inversion.referenceModel),
      .needs(
        Inversion.referenceModel, with: Inversion.smoothed, in: .difference,
        because: "smoothness acts on the difference from it"),
      .atLeastOne(
        Inversion.smoothness, Inversion.curvature, with: Inversion.smoothed, in: .difference,
        because: "it is what acts on the difference"),
    ])

  func run(_ context: StageContext) throws {
    let task = try InversionTask(context)
    var terms = Regularisation(
      firstDifferences: context[Inversion.smoothness], secondDifferences: context[Inversion.curvature],
      referenceModel: context[Inversion.referenceWeight])
    terms.isAboutReference = context[Inversion.smoothed] == .difference
    let evaluate = task.style == .geometry ? surfaceMisfit : densityMisfit
    let found = try evaluate(
      task.problem, terms, context.wants(Self.gradient.name), .automatic, kernels, context.workers)
    context.log("\(found.method.path.rawValue) path: \(found.method.reason)")
    context.log("misfit \(found.value): \(found.data) of the data, \(found.penalty) of the terms")
    try scalar(Self.misfit, found.value, "misfit of the data and the terms", context)
    try scalar(Self.dataPart, found.data, "misfit of the data", context)
    if context.wants(Self.gradient.name) { try writeGradient(found, task, context) }
    if context.wants(Self.gravity.name) { try writeGravity(found, task, context) }
  }

  private func scalar(_ output: Output, _ value: Double, _ longName: String, _ context: StageContext) throws {
    try NetCDFFile.writeScalar(
      value, name: output.name, units: "1", longName: longName, to: context[output])
  }

  private func writeGradient(_ found: SurfaceMisfit, _ task: InversionTask, _ context: StageContext) throws {
    var dataset = Dataset(title: "gradient")
    let values = zip(found.gradient, task.start.values).map { $1.isNaN ? .nan : $0 }
    let (name, units) =
      task.style == .geometry
      ? (SurfaceVariables.topography.name, "m-1") : (SurfaceVariables.contrast.name, "m3 kg-1")
    try dataset.addGrid(
      name, Grid(geometry: task.start.geometry, values: values), units: units,
      longName:
        "derivative of the misfit by the node's \(task.style == .geometry ? "height" : "density contrast")")
    try NetCDFFile.write(dataset, to: context[Self.gradient])
  }

  /// Held-out nodes have no residual: they are no part of the misfit.
  private func writeGravity(_ found: SurfaceMisfit, _ task: InversionTask, _ context: StageContext) throws {
    var gravity = task.gravity
    func spread(_ values: [Double]) -> [Double] {
      var all = [Double](repeating: .nan, count: gravity.geometry.count)
      for (row, node) in task.trainingNodes.enumerated() where task.problem.isObserved?[row] != false {
        all[node] = values[row]
      }
      return all
    }
    let forward = spread(found.forward)
    (gravity.forward, gravity.residual) = (forward, spread(found.residual))
    gravity.misfit = zip(gravity.anomaly, forward).map { $0 - $1 }
    (gravity.zref, gravity.densityContrast) = (task.contrast.zref.number, task.contrast.density.number)
    try gravity.write(to: context[Self.gravity])
  }
}
