import Artefacts
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
    settings: Self.stepSettings + Self.stopSettings + SharedSettings.contrastSettings + Self.modelSettings
      + Self.regularisationSettings + [SharedSettings.scoreAverage, keepIterations],
    inputs: [
      InputSpec("gravity", [.gravity], "gravity anomaly, with reg where a regional field was separated"),
      InputSpec("topography", [.topography], "the surface to start from; one cell a node"),
      InputSpec("constraints", [.constraints], required: false, "points of known height, for the score only"),
      InputSpec(
        "upper_layer", [.topography], required: false, "surface that must not be exceeded; NaN = free"),
      InputSpec(
        "lower_layer", [.topography], required: false, "surface that must not be undercut; NaN = free"),
      InputSpec("weights", [.weights], required: false, "factor on every step, 0 (frozen) to 1"),
      InputSpec("mask", [.weights], required: false, "nodes that are NaN here do not move"),
      InputSpec(
        "reference_model", [.topography], required: false,
        "surface (density contrast with style density) to stay near to, with reference_weight"),
    ] + SharedSettings.contrastInputs,
    outputs: [
      OutputSpec(
        "topography", .topography, "starting, final surface, last correction and density", collected: true),
      OutputSpec(
        "gravity", .gravity, "the data with the final model's gravity and residual", collected: true),
      OutputSpec(
        "history", .history,
        "misfit norms of every iteration, and why it stopped; with keep_iterations the grids of each"),
      OutputSpec("rmse", .scalar(.acceleration), "root mean square residual of the inner region"),
      OutputSpec("test_rmse", .scalar(.acceleration), "the same at held-out data; NaN without any"),
      OutputSpec(
        "constraints_rmse", .scalar(.length),
        "misfit to the constraints; NaN without any; attribute points_not_scored counts those outside the surface"
      ),
    ])

  private static let keepIterations = SettingSpec(
    "keep_iterations", .boolean, .optional,
    "history holds surface (or density contrast), correction and residual of each iteration; 24 bytes a node")

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

  private static let modelSettings: [SettingSpec] = [
    SharedSettings.modelSetting,
    SettingSpec(
      "style", .word(["geometry", "density"]), .optional,
      "what is sought: the surface's height (default), or the density contrast of its cells"),
    SettingSpec(
      "density_range", .list(.number(.density), count: 2...2), .optional,
      "style density: least and greatest density contrast"),
    SettingSpec(
      "buffer_angle", .number(.angle), .optional, minimum: "0 deg",
      "buffer_width of grids in longitude and latitude"),
  ]

  private static let regularisationSettings: [SettingSpec] = [
    SettingSpec(
      "data_weights", .word(["none", "uncertainty"]), .optional,
      "divide the misfit by the data's standard deviations `uncert`; damping is then in 1/m"),
    SettingSpec(
      "step_limit", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "the most that a node moves in an iteration; longer steps are shortened as a whole"),
    SettingSpec(
      "smoothness", .number(.dimensionless), .optional, minimum: "0",
      "weight of the differences of neighbouring nodes, in the unit of damping"),
    SettingSpec(
      "curvature", .number(.dimensionless), .optional, minimum: "0",
      "weight of the second differences of three nodes in a line, in the unit of damping"),
    SettingSpec(
      "reference_weight", .number(.dimensionless), .optional, minimum: "0",
      "weight of the distance from the input reference_model, in the unit of damping"),
  ]

  func run(_ context: StageContext) throws {
    let task = try InversionTask(context)
    let iterations =
      context.settings.isOn("keep_iterations") ? IterationHistory(task, to: context.output("history")) : nil
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
    let settings = Self.settings(context.settings)
    guard settings.regularisation.referenceModel > 0 || context.inputs["reference_model"] == nil else {
      throw StageError.missingSetting(
        name: "reference_weight", because: "input 'reference_model' has no effect without a weight")
    }
    let range = context.settings.numbers("density_range", in: .kilogramPerCubicMetre)
    switch task.style {
    case .geometry:
      guard range.isEmpty else {
        throw StageError.outOfPlace("density_range is for style density")
      }
      return try invert(
        task.problem, settings: settings, cache: kernels, workers: context.workers, observe: observe)
    case .density:
      guard settings.stepLimit == nil else {
        throw StageError.outOfPlace("step_limit is a length, for style geometry; use density_range")
      }
      for port in ["upper_layer", "lower_layer"] where context.inputs[port] != nil {
        throw StageError.outOfPlace(
          "input '\(port)' bounds a surface, which style density leaves where it is")
      }
      return try invertDensity(
        task.problem, settings: settings,
        bounds: range.count == 2 ? DensityBounds(lower: range[0], upper: range[1]) : nil,
        cache: kernels, workers: context.workers, observe: observe)
    }
  }

  private static func settings(_ settings: Settings) -> InversionSettings {
    let derivative: Derivative =
      switch settings.word("derivative") {
      case "annulus": .annulus
      case "finite_difference": .finiteDifference(step: settings.metres("step_size"))
      default: .exact
      }
    var result = InversionSettings(
      derivative: derivative, damping: settings.number("damping"),
      maximumIterations: settings.integer("max_iterations"),
      l2NormTolerance: settings.number("l2_norm_tolerance"),
      deltaL2NormTolerance: settings.number("delta_l2_norm_tolerance"),
      increaseLimit: settings.number("increase_limit"),
      returnedIteration: settings.word("returned_iteration") == "best" ? .best : .last)
    result.stepLimit = settings.optionalNumber("step_limit")
    result.regularisation = Regularisation(
      firstDifferences: settings.optionalNumber("smoothness") ?? 0,
      secondDifferences: settings.optionalNumber("curvature") ?? 0,
      referenceModel: settings.optionalNumber("reference_weight") ?? 0)
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

extension TopographyInversion: ReportedKind {
  private static let surface = Field.own("topography", SurfaceVariables.topography)
  private static let contrast = Field.own("topography", SurfaceVariables.contrast)
  private static let residual = Field.own("gravity", GravityVariables.residual)
  private static let truth = Field.truth(SurfaceVariables.topography)
  private static let titles = ("Starting", "Inverted − starting", "Inverted")

  var report: StageReport {
    StageReport(
      [
        // A density inversion leaves the surface where it is.
        .group(
          needs: [Self.contrast],
          [
            .comparison(
              FieldComparison(
                .own("topography", SurfaceVariables.startingContrast), Self.contrast, Self.titles))
          ],
          otherwise: Self.surfaces)
      ] + Self.residuals + [Self.heldOut]
        + [
          .map(
            FieldMap(
              .own("topography", SurfaceVariables.correction), "Last correction", .difference,
              caption: "The last step of what is sought.")), .iterations("history"),
        ],
      numbers: [
        .number(
          .first([.scalar("rmse"), .rootMeanSquare(Self.residual)]), "RMSE of the final residual gravity"),
        .number(
          .rootMeanSquare(.difference(Self.surface, Self.truth)), "RMS error of the inverted topography"),
      ])
  }

  private static let surfaces: [ReportItem] = [
    .comparison(
      FieldComparison(
        .own("topography", SurfaceVariables.starting), surface, titles, dots: .known)),
    .comparison(FieldComparison(truth, surface, ("True", "Inverted − true", "Inverted"), dots: .known)),
    .fact("RMS error of the topography", .rootMeanSquare(.difference(surface, truth))),
    .group(
      needs: surface, .own("gravity", GravityVariables.anomaly),
      items: [
        .plot(
          OutputPlot(
            "topography", as: "relief", grid: SurfaceVariables.topography,
            caption: "The surface in light from the north-west, steep slopes exaggerated.")),
        .plot(
          OutputPlot(
            "topography", as: "profile", with: "gravity", grid: SurfaceVariables.topography,
            caption:
              "Gravity and the surface through the middle of the region; dotted: where the lines cross.")),
      ]),
  ]

  private static let residuals: [ReportItem] = {
    let starting = Field.own("gravity", GravityVariables.startingResidual)
    var final = FieldMap(
      residual, "Final residual", .difference,
      caption: "What the inversion did not explain, in colours of its own: should look like noise.")
    final.rim = (width: "buffer_width", angle: "buffer_angle")
    return [
      .comparison(
        FieldComparison(
          starting, residual, ("Initial residual", "Final − initial", "Final residual"), .difference,
          caption: "Residual gravity before and after the inversion in the same colours.")), .map(final),
      .histogram(
        FieldHistogram(
          "Residual gravity", "residual",
          [.init("initial", starting, required: false), .init("final", residual)],
          "Distribution of the residual over the grid.")),
    ]
  }()

  /// Data that the inversion did not see, and what it predicts there.
  private static let heldOut: ReportItem = {
    let (test, forward) = (
      Field.own("gravity", GravityVariables.isTest), Field.own("gravity", GravityVariables.forward)
    )
    return .agreement(
      FieldAgreement(
        ("measured − regional", .held(.sum(forward, residual), where: test, with: residual)),
        ("predicted", .held(forward, where: test, with: residual)), title: "Held-out gravity",
        statistic: .held(residual, where: test, with: residual),
        "At nodes that the inversion did not see; on the line where the prediction is what was measured."))
  }()
}
