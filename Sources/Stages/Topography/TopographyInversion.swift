import Artefacts
import Datasets
import Gravity
import NumericCore
import Optimisation
import Planning
import StageSupport
import Topography

/// Moves the surface until its gravity explains the residual field.
struct TopographyInversion: StageKind {
  let kernels: KernelCache

  let signature = StageSignature(
    kind: "topography_inversion", version: 7,
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
    tell(result, isDrawn: task.gravity.isDrawn, context)
    try InversionOutputs(
      context: context, task: task, result: result, kernels: kernels, iterations: iterations
    ).write()
  }

  /// Why it stopped, and what a reader should not miss.
  private func tell(_ result: InversionResult, isDrawn: Bool, _ context: StageContext) {
    let reasons = result.reasons.map(\.description).joined(separator: ", ")
    context.log("stopped: \(reasons); iteration \(result.returnedIteration) is the result")
    if !result.reasons.contains(where: \.isTolerance) {
      context.warn("no tolerance was met; it stopped by: \(reasons)")
    }
    if result.returnedIteration == 0, result.history.count > 1 {
      context.warn("the start is the result: no iteration has a smaller misfit")
    }
    let held = result.history.filter { $0.shortened > 0 }
    if let most = held.map(\.shortened).max() {
      context.warn("steps were shortened where the surface would have reached an observation")
      context.log("shortened in \(held.count) iterations, at up to \(most) nodes")
    }
    if let chi = result.chiSquared {
      context.log("mean square of residual / uncert: \(chi)")
      let verdict = UncertaintyVerdict(chi: chi.squareRoot(), isDrawn: isDrawn)
      if let remark = verdict.remark { context.warn(remark) }
      if chi < 0.25 {
        context.warn(
          "noise was fitted: the residual is less than half of the stated deviations; target = noise ends where they "
            + "are equal")
      }
    }
  }

  private func solve(
    _ task: InversionTask, _ context: StageContext, observe: (IterationSnapshot) throws -> Void
  ) throws -> InversionResult {
    var settings = Self.settings(context)
    switch context[Self.target] {
    case .tolerance: break
    case .noise:
      guard task.gravity.uncertainty != nil else {
        throw StageError.missingVariable(
          "uncert", artefact: "the gravity", hint: "target = noise compares the residual with it")
      }
      settings.stopping.chiSquared = task.gravity.isDrawn ? 2 : 1
    }
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
      derivative: derivative, damping: context[damping],
      stopping: StoppingRule(
        maximumIterations: context[maximumIterations], l2NormTolerance: context[l2NormTolerance],
        deltaL2NormTolerance: context[deltaL2NormTolerance], increaseLimit: context[increaseLimit]),
      returnedIteration: returned)
    result.observations = context[atObservations]
    result.stepLimit = context[stepLimit]
    result.regularisation = Regularisation(
      firstDifferences: context[smoothness], secondDifferences: context[curvature],
      referenceModel: context[referenceWeight])
    result.regularisation.isAboutReference = context[smoothed] == .difference
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
  private static let found = Field.own(surface.name, SurfaceVariables.topography)
  private static let contrast = Field.own(surface.name, SurfaceVariables.contrast)
  private static let residual = Field.own(data.name, GravityVariables.residual)
  private static let truth = Field.truth(SurfaceVariables.topography)
  private static let titles = ("Inverted", "Inverted − starting", "Starting")

  var report: StageReport {
    StageReport(
      [
        // A density inversion leaves the surface where it is.
        .group(
          needs: [Self.contrast],
          [
            .comparison(
              FieldComparison(
                Self.contrast, .own(Self.surface.name, SurfaceVariables.startingContrast), Self.titles))
          ],
          otherwise: Self.surfaces)
      ] + Self.residuals + [.judged("RMSE of the final residual gravity", Self.fit), Self.heldOut]
        + [
          .map(
            FieldMap(
              .own(Self.surface.name, SurfaceVariables.correction), "Last correction", .difference,
              caption: "The last step of what is sought.")), .iterations(Self.history.name),
        ],
      numbers: [
        .judged(Self.fit, "RMSE of the final residual gravity"),
        .number(
          .rootMeanSquare(.difference(Self.found, Self.truth)), "RMS error of the inverted topography"),
      ])
  }

  private static let fit = Judgement.noise(
    of: .first([.scalar("rmse"), .rootMeanSquare(residual)]),
    stated: .rootMeanSquare(.own(data.name, GravityVariables.uncertainty)))

  private static let surfaces: [ReportItem] = [
    .comparison(
      FieldComparison(
        found, .own(surface.name, SurfaceVariables.starting), titles, dots: .known)),
    .comparison(FieldComparison(found, truth, ("Inverted", "Inverted − true", "True"), dots: .known)),
    .fact("RMS error of the topography, all nodes", .rootMeanSquare(.difference(found, truth))),
    .group(
      needs: found, .own(data.name, GravityVariables.anomaly),
      items: [
        .plot(
          OutputPlot(
            surface.name, as: "relief", grid: SurfaceVariables.topography,
            caption: "The surface in light from the north-west, steep slopes exaggerated.")),
        .plot(
          OutputPlot(
            surface.name, as: "profile", with: data.name, grid: SurfaceVariables.topography,
            caption:
              "Gravity and the surface through the middle of the region; dotted: where the lines cross.")),
      ]),
  ]

  private static let residuals: [ReportItem] = {
    let starting = Field.own(data.name, GravityVariables.startingResidual)
    var final = FieldMap(
      residual, "Final residual", .difference,
      caption: "What the inversion did not explain, in colours of its own: should look like noise.")
    final.rim = (width: "buffer_width", angle: "buffer_angle")
    return [
      .comparison(
        FieldComparison(
          residual, starting, ("Final residual", "Final − initial", "Initial residual"), .difference,
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
      Field.own(data.name, GravityVariables.isTest), Field.own(data.name, GravityVariables.forward)
    )
    return .agreement(
      FieldAgreement(
        ("measured − regional", .held(.sum(forward, residual), where: test, with: residual)),
        ("predicted", .held(forward, where: test, with: residual)), title: "Held-out gravity",
        statistic: .held(residual, where: test, with: residual),
        "At nodes that the inversion did not see; on the line where the prediction is what was measured."))
  }()
}
