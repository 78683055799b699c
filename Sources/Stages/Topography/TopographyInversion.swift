import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// Moves the surface until its gravity explains the residual field.
struct TopographyInversion: StageKind {
  let kernels: KernelCache

  let signature = StageSignature(
    kind: "topography_inversion", version: 4,
    summary: "inverts the residual gravity for the height of the surface, by damped least squares",
    declares: declarations, rules: rules)

  func run(_ context: StageContext) throws {
    let task = try InversionTask(context)
    let iterations =
      context[Self.keepIterations] ? IterationHistory(task, to: context[Self.history]) : nil
    let result = try solve(task, context) { snapshot in
      try context.checkCancelled()
      context.log(snapshot.summary(unit: task.style == .density ? "kg/m3" : "m"))
      try iterations?.append(snapshot)
    }
    context.log("\(result.method.path.rawValue) path: \(result.method.reason)")
    context.log(
      "stopped: \(result.reasons.map(\.description).joined(separator: ", ")); "
        + "iteration \(result.returnedIteration) is the result")
    if let sigma = task.problem.uncertainty {
      let scaled = zip(result.residual, sigma).map { $0 / $1 }
      context.log("RMS residual in standard deviations of the data: \(Statistics.rms(scaled))")
    }
    try InversionOutputs(
      context: context, task: task, result: result, kernels: kernels, iterations: iterations
    ).write()
  }

  private func solve(
    _ task: InversionTask, _ context: StageContext, observe: (IterationSnapshot) throws -> Void
  ) throws -> InversionResult {
    let settings = Self.settings(context)
    switch task.style {
    case .geometry:
      return try invert(
        task.problem, settings: settings, cache: kernels, workers: context.workers, observe: observe)
    case .density:
      return try invertDensity(
        task.problem, settings: settings,
        bounds: context[Self.densityRange].map { DensityBounds(lower: $0[0], upper: $0[1]) },
        cache: kernels, workers: context.workers, observe: observe)
    }
  }

  private static func settings(_ context: StageContext) -> InversionSettings {
    let derivative: Derivative =
      switch context[derivative] {
      case .exact: .exact
      case .annulus: .annulus
      case .finiteDifference: .finiteDifference(step: context[stepSize])
      }
    let returned: InversionSettings.ReturnedIteration =
      switch context[returnedIteration] {
      case .best: .best
      case .last: .last
      }
    var result = InversionSettings(
      derivative: derivative, damping: context[damping], maximumIterations: context[maximumIterations],
      l2NormTolerance: context[l2NormTolerance], deltaL2NormTolerance: context[deltaL2NormTolerance],
      increaseLimit: context[increaseLimit], returnedIteration: returned)
    result.stepLimit = context[stepLimit]
    result.regularisation = Regularisation(
      firstDifferences: context[smoothness], secondDifferences: context[curvature],
      referenceModel: context[referenceWeight])
    return result
  }
}

extension IterationSnapshot {
  /// - Parameter unit: of the model.
  func summary(unit: String) -> String {
    "iteration \(record.iteration): RMSE \(record.rmse) mGal, l2-norm \(record.l2Norm), "
      + "step RMS \(record.stepRMS) \(unit)"
  }
}
