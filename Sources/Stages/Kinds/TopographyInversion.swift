import Datasets
import Gravity
import Inversion
import NumericCore
import Planning

/// Moves the surface until its gravity explains the residual field.
struct TopographyInversion: StageKind {
  let kernels: KernelCache

  let signature = StageSignature(
    kind: "topography_inversion", version: 3,
    summary: "inverts the residual gravity for the height of the surface, by damped least squares",
    settings: Self.stepSettings + Self.stopSettings + SharedSettings.contrastSettings,
    inputs: [
      InputSpec("gravity", [.gravity], "gravity anomaly, with reg where a regional field was separated"),
      InputSpec("topography", [.topography], "the surface to start from; one prism a node"),
      InputSpec("constraints", [.constraints], required: false, "points of known height, for the score only"),
      InputSpec(
        "upper_layer", [.topography], required: false, "surface that must not be exceeded; NaN = free"),
      InputSpec(
        "lower_layer", [.topography], required: false, "surface that must not be undercut; NaN = free"),
      InputSpec("weights", [.weights], required: false, "factor on every step, 0 (frozen) to 1"),
      InputSpec("mask", [.weights], required: false, "nodes that are NaN here do not move"),
    ],
    outputs: [
      OutputSpec(
        "topography", .topography, "starting, final surface, last correction and density", collected: true),
      OutputSpec(
        "gravity", .gravity, "the data with the final model's gravity and residual", collected: true),
      OutputSpec("history", .history, "misfit norms of every iteration, and why it stopped"),
      OutputSpec("rmse", .scalar(.acceleration), "root mean square residual of the inner region"),
      OutputSpec("test_rmse", .scalar(.acceleration), "the same at held-out data; NaN without any"),
      OutputSpec("constraints_rmse", .scalar(.length), "misfit to the constraints; NaN without any"),
    ])

  private static let stepSettings: [SettingSpec] = [
    SettingSpec(
      "damping", .number(.dimensionless), .required, minimum: "0",
      "weight of the step's size against the misfit, mGal/m"),
    SettingSpec(
      "derivative", .word(["exact", "annulus", "finite_difference"]), .defaultsTo("exact"),
      "sensitivity of gravity to a node's height: analytic at the moving face, or as Invert4Geom"),
    SettingSpec(
      "step_size", .number(.length), .defaultsTo("1 m"), minimum: "0 m", minimumExcluded: true,
      "thickness of the slab of derivative finite_difference"),
  ]

  private static let stopSettings: [SettingSpec] = [
    SettingSpec("max_iterations", .integer, .defaultsTo("100"), minimum: "1", "stops after so many"),
    SettingSpec(
      "l2_norm_tolerance", .number(.dimensionless), .defaultsTo("0.2"), minimum: "0",
      "stops when the square root of the RMSE in mGal is below"),
    SettingSpec(
      "delta_l2_norm_tolerance", .number(.dimensionless), .defaultsTo("1.001"), minimum: "0",
      "stops when the norm's ratio to the next is not above, twice"),
    SettingSpec(
      "increase_limit", .number(.dimensionless), .defaultsTo("20 %"), minimum: "0",
      "stops when the norm is so far above its least"),
    SettingSpec(
      "returned_iteration", .word(["best", "last"]), .defaultsTo("best"), "which iteration is the result"),
    SettingSpec(
      "buffer_width", .number(.length), .defaultsTo("0 m"), minimum: "0 m",
      "zone along the edges of the data that does not count for the RMSE"),
  ]

  func run(_ context: StageContext) throws {
    let task = try InversionTask(context)
    let result = try invert(
      task.problem, settings: Self.settings(context.settings), cache: kernels,
      workers: context.workers
    ) { snapshot in
      try context.checkCancelled()
      context.log(snapshot.summary)
    }
    context.log("\(result.method.path.rawValue) path: \(result.method.reason)")
    context.log(
      "stopped: \(result.reasons.map(\.description).joined(separator: ", ")); "
        + "iteration \(result.returnedIteration) is the result")
    try InversionOutputs(context: context, task: task, result: result, kernels: kernels).write()
  }

  private static func settings(_ settings: Settings) -> InversionSettings {
    let derivative: Derivative =
      switch settings.word("derivative") {
      case "annulus": .annulus
      case "finite_difference": .finiteDifference(step: settings.metres("step_size"))
      default: .exact
      }
    return InversionSettings(
      derivative: derivative, damping: settings.number("damping"),
      maximumIterations: settings.integer("max_iterations"),
      l2NormTolerance: settings.number("l2_norm_tolerance"),
      deltaL2NormTolerance: settings.number("delta_l2_norm_tolerance"),
      increaseLimit: settings.number("increase_limit"),
      returnedIteration: settings.word("returned_iteration") == "best" ? .best : .last)
  }
}

extension IterationSnapshot {
  var summary: String {
    "iteration \(record.iteration): RMSE \(record.rmse) mGal, l2-norm \(record.l2Norm), "
      + "step RMS \(record.stepRMS) m"
  }
}
