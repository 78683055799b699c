import Artefacts
import Datasets
import Gravity
import NumericCore
import Optimisation
import Planning
import StageSupport
import Topography

/// Writes what a topography inversion found.
struct InversionOutputs {
  private typealias Kind = TopographyInversion

  let context: StageContext
  let task: InversionTask
  let result: InversionResult
  let kernels: KernelCache
  /// The history where it holds grids, written but for its end.
  let iterations: IterationHistory?

  func write() throws {
    try writeTopography()
    let fullForward = try forwardAtAllNodes()
    try writeGravity(forward: fullForward)
    try writeHistory()
    try scalar(
      Kind.chiSquared, result.chiSquared ?? .nan, "1",
      "mean square of residual over stated deviation, inner region")
    try scalar(Kind.usedDamping, context[Kind.damping], "1", "damping of the steps")
    try scalar(Kind.rmse, result.history[result.returnedIteration].rmse, "mGal", "RMS residual")
    try scalar(
      Kind.testRMSE, testScore(forward: fullForward), "mGal", "RMS residual at held-out data")
    try writeConstraintsScore()
  }

  private func scalar(_ output: Output, _ value: Double, _ units: String, _ longName: String) throws {
    try NetCDFFile.writeScalar(
      value, name: output.name, units: units, longName: longName, to: context[output])
  }

  private func writeTopography() throws {
    let geometry = task.start.geometry
    var dataset = Dataset(title: "surface from gravity inversion")
    let isDensity = task.style == .density
    let cell = SurfaceVariables.density.described(
      "signed density contrast of the \(task.problem.shape.cell)")
    var fields = [
      (SurfaceVariables.topography, result.topography), (SurfaceVariables.starting, task.start.values),
      (isDensity ? SurfaceVariables.contrastCorrection : SurfaceVariables.correction, result.correction),
      (cell, result.density),
    ]
    if isDensity {
      let contrast = task.problem.contrast(ofSigned: result.density, topography: result.topography)
      fields.append((SurfaceVariables.contrast, contrast))
      fields.append((SurfaceVariables.startingContrast, task.problem.densityContrast))
    }
    for (variable, values) in fields {
      try dataset.add(variable, Grid(geometry: geometry, values: values))
    }
    dataset.setAttribute(SurfaceVariables.referenceLevel, task.contrast.zref.number)
    if !isDensity {
      dataset.setAttribute(SurfaceVariables.contrastNumber, task.contrast.density.number)
    }
    // Said only where it is so: what explains its data has the bytes that it had.
    if let chi = result.chiSquared {
      let verdict = UncertaintyVerdict(chi: chi.squareRoot(), isDrawn: task.gravity.isDrawn)
      if !verdict.isValid { verdict.write(to: &dataset) }
    }
    try NetCDFFile.write(dataset, to: context[Kind.surface])
  }

  /// Gravity of the final model at training and held-out nodes alike.
  private func forwardAtAllNodes() throws -> [Double] {
    guard task.trainingNodes.count < task.gravity.geometry.count else { return result.forward }
    let points = task.gravity.observationPoints
    let density = task.style == .density ? result.density : nil
    var forward: [Double]
    if task.problem.shape == .prisms {
      var layer = PrismLayer(
        topography: result.topography, geometry: task.start.geometry, reference: task.problem.reference,
        densityContrast: task.problem.densityContrast)
      if let density { layer.density = density }
      let model = ForwardModel.gz(of: layer, at: points, cache: kernels, workers: context.workers)
      context.log("held-out nodes by \(model.method)")
      forward = model.gravity
    } else {
      forward = try task.problem.gravity(
        of: result.topography, density: density, at: points, workers: context.workers)
    }
    for (row, node) in task.trainingNodes.enumerated() { forward[node] = result.forward[row] }
    return forward
  }

  private func writeGravity(forward: [Double]) throws {
    var gravity = task.gravity
    let regional = gravity.regional ?? Array(repeating: 0, count: forward.count)
    let startingResidual = gravity.residual
    gravity.forward = forward
    gravity.misfit = zip(gravity.anomaly, forward).map { $0 - $1 }
    gravity.residual = zip(gravity.misfit ?? [], regional).map { $0 - $1 }
    (gravity.zref, gravity.densityContrast) = (task.contrast.zref.number, task.contrast.density.number)
    let extra =
      startingResidual.map { [(variable: GravityVariables.startingResidual, values: $0)] } ?? []
    try gravity.write(to: context[Kind.data], extra: extra)
  }

  private func writeHistory() throws {
    let attributes =
      [
        Dataset.Attribute(
          name: IterationVariables.reason,
          value: .text(result.reasons.map(\.description).joined(separator: ", "))),
        Dataset.Attribute(
          name: IterationVariables.returned, value: .numbers([Double(result.returnedIteration)])),
      ]
      + [Kind.l2NormTolerance, Kind.deltaL2NormTolerance, Kind.damping].map {
        Dataset.Attribute(name: $0.name, value: .numbers([context[$0]]))
      }
    if let iterations { return try iterations.close(attributes: attributes) }
    var dataset = Dataset(title: "history of the inversion")
    for column in HistoryColumn.all(task.style) {
      try dataset.add(
        column.variable, result.history.map(column.value), along: IterationVariables.dimension)
    }
    dataset.attributes += attributes
    try NetCDFFile.write(dataset, to: context[Kind.history])
  }

  /// RMS of forward − (anomaly − regional) at the held-out nodes of the inner region, mGal.
  private func testScore(forward: [Double]) -> Double {
    guard !task.testNodes.isEmpty else { return .nan }
    let regional = task.gravity.regional
    return context[ModelSettings.scoreAverage](
      task.testNodes.map { forward[$0] - (task.gravity.anomaly[$0] - (regional?[$0] ?? 0)) })
  }

  private func writeConstraintsScore() throws {
    var differences: [Double] = []
    if let constraints = task.constraints, constraints.points.count > 0 {
      let surface = Grid(geometry: task.start.geometry, values: result.topography)
      let sampled = BicubicSampler.sample(grid: surface, at: constraints.points)
      differences = zip(constraints.upward, sampled).map { $0 - $1 }
    }
    let inside = differences.filter(\.isFinite)
    let missing = differences.count - inside.count
    if missing > 0 {
      context.log("\(missing) of \(differences.count) constraints lie outside the surface: not scored")
    }
    try SharedSettings.writeScore(
      context[ModelSettings.scoreAverage](inside), missing: missing, name: Kind.constraintsRMSE.name,
      units: "m", longName: "RMS misfit to the constraints", to: context[Kind.constraintsRMSE])
  }
}

extension ModelShape {
  /// What one cell is called.
  var cell: String { self == .prisms ? "prism" : "tesseroid" }
}
