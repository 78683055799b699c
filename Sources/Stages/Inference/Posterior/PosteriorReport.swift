import Artefacts
import Planning
import StageSupport

/// What reports show of an inference by a Gaussian.
enum PosteriorReport {
  static func of(curve: OutputCurve) -> StageReport {
    let variables = (
      Artefacts.Variable(curve.x, .count, curve.x), Artefacts.Variable(curve.y, .number, curve.title)
    )
    return StageReport(
      [
        .plot(
          OutputPlot(
            PosteriorOutputs.samples.name, as: "corner",
            caption:
              "Fresh draws of the fitted Gaussian, an axis a setting; dots by the likelihood of their predictions."
          )),
        .plot(
          OutputPlot(
            PosteriorOutputs.samples.name, as: "predictions",
            caption: "What the draws predict on average, against the observations.")),
        .curve(
          ColumnCurve(
            PosteriorOutputs.history.name, variables.0, variables.1, title: curve.title, curve.caption)),
        .fact(
          "Pareto k (trusted below 0.5, after weighting below 0.7)", .scalar(PosteriorOutputs.shape.name)),
        .fact("effective part of the samples", .scalar(PosteriorOutputs.effectiveSize.name)),
        .fact("log evidence", .scalar(PosteriorOutputs.evidence.name)),
        .fact("its standard error", .scalar(PosteriorOutputs.evidenceError.name)),
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

  /// A column of the history against another.
  struct OutputCurve {
    var x, y, title, caption: String
  }
}

extension VariationalInferenceKind: ReportedKind {
  var report: StageReport {
    PosteriorReport.of(
      curve: .init(
        x: "runs", y: "elbo", title: "Evidence lower bound",
        caption: "Against the number of model runs; it ends where its trend is within its own error."))
  }
}

extension Laplace: ReportedKind {
  var report: StageReport {
    PosteriorReport.of(
      curve: .init(
        x: "iteration", y: "objective", title: "Misfit and distance from the prior",
        caption: "Half the squared misfit and half the squared distance from the prior, both in deviations."))
  }
}
