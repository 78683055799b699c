import Artefacts
import Planning
import StageSupport

/// What reports show of an inference by a Gaussian.
enum PosteriorReport {
  /// Draws by pairs of settings, and what they predict.
  /// - Parameter subject: what the draws are.
  static func draws(of output: String, _ subject: String) -> [ReportItem] {
    [
      .plot(
        OutputPlot(
          output, as: "corner",
          caption: "\(subject), an axis a setting; dots by the likelihood of their predictions.")),
      .plot(
        OutputPlot(
          output, as: "predictions",
          caption: "What the draws predict on average, against the observations."
        ).ifThere(PosteriorVariables.prediction)),
    ]
  }

  /// The evidence, from outputs of these names.
  static func evidence(_ output: String, error: String) -> [ReportItem] {
    [.fact("log evidence", .scalar(output)), .fact("its standard error", .scalar(error))]
  }

  /// - Parameter progress: how the rounds went.
  static func of(progress: ReportItem) -> StageReport {
    StageReport(
      [
        .plot(
          OutputPlot(
            PosteriorOutputs.posterior.name, as: "marginals",
            caption:
              "Each setting before and after the data, both to their own greatest density; the dashed mean counts draws by their weights."
          ))
      ] + draws(of: PosteriorOutputs.samples.name, "Fresh draws of the fitted Gaussian") + [
        progress,
        .fact(
          "Pareto k (trusted below 0.5, after weighting below 0.7)", .scalar(PosteriorOutputs.shape.name)),
        .fact("effective part of the samples", .scalar(PosteriorOutputs.effectiveSize.name)),
      ] + evidence(PosteriorOutputs.evidence.name, error: PosteriorOutputs.evidenceError.name) + [
        .fact(
          "largest shift of a mean by weights, in deviations", .scalar(PosteriorOutputs.shift.name)),
        .fact("nats that a diagonal Gaussian would lose", .scalar(PosteriorOutputs.diagonalLoss.name)),
        .fact("model runs", .scalar(PosteriorOutputs.runs.name)),
        .fact("model runs without a density", .scalar(PosteriorOutputs.failed.name)),
      ],
      numbers: [
        .number(.scalar(PosteriorOutputs.shape.name), "Pareto k"),
        .number(.scalar(PosteriorOutputs.evidence.name), "log evidence"),
      ])
  }
}

extension VariationalInferenceKind: ReportedKind {
  var report: StageReport {
    PosteriorReport.of(
      progress: .plot(
        OutputPlot(
          PosteriorOutputs.history.name, as: "bound",
          caption:
            "Against the number of model runs; the rounds end where its trend is within its own error. Rounds far below are marks at the foot."
        )))
  }
}

extension Laplace: ReportedKind {
  var report: StageReport {
    PosteriorReport.of(
      progress: .curve(
        ColumnCurve(
          PosteriorOutputs.history.name, Artefacts.Variable("iteration", .count, "iteration"),
          Artefacts.Variable("objective", .number, "Misfit and distance from the prior"),
          title: "Misfit and distance from the prior",
          "Half the squared misfit and half the squared distance from the prior, both in deviations.")))
  }
}
