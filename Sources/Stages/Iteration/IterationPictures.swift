import Artefacts
import Planning

// What a report shows of an iterative inversion.

extension IterativeInversion: ReportedKind {
  /// Against iterations: of trials that were rejected several have one number.
  private static func curve(_ column: IterationReport.Column, _ title: String, _ caption: String)
    -> ReportItem
  {
    .curve(
      ColumnCurve(
        history.name, IterationReport.Column.iteration.variable, column.variable, title: title, caption))
  }

  var report: StageReport {
    StageReport(
      [
        Self.curve(
          .misfit, "Value",
          "Of the model of each iteration. A branch begins with the value of the section that it continues, which may be "
            + "of other events."),
        Self.curve(
          .gradientNorm, "Gradient",
          "L2 norm of the gradient that steps follow; where only values were computed there is none."),
        Self.curve(
          .ratio, "Actual over predicted reduction",
          "Of the trial that led to the iteration: 1 where the quadratic model is the value itself. Below 0.001 a trial is "
            + "rejected, and stands at the iteration that it was to leave."),
        Self.curve(
          .radius, "Radius",
          "Of the trial that follows: doubled after good long steps, a quarter after bad ones."),
        .outputs,
      ],
      numbers: [
        .number(.scalar("misfit"), "value"), .number(.scalar("reduction"), "value over the first"),
        .number(.scalar("iterations"), "iterations"),
        .number(.scalar("gradient_norm"), "norm of the gradient"),
      ])
  }
}

extension IterationReport.Column {
  /// The rows of the history.
  static let round = Variable("round", .count, "round")

  /// As files and figures have it.
  var variable: Variable { HistoryVariables.column(rawValue, longName: longName) }
}
