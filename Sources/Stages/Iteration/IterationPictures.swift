import Artefacts
import Planning

// What a report shows of an iterative inversion.

extension IterativeInversion: ReportedKind {
  private static func curve(
    _ column: IterationReport.Column, _ title: String, _ caption: String, isLogarithmic: Bool = false
  ) -> ReportItem {
    .curve(
      ColumnCurve(
        history.name, IterationReport.Column.round, column.variable, title: title,
        isLogarithmic: isLogarithmic, caption))
  }

  var report: StageReport {
    StageReport(
      [
        Self.curve(
          .misfit, "Value", "Of the model after each round; where it stays, the trial was rejected."),
        Self.curve(
          .gradientNorm, "Gradient",
          "L2 norm of the gradient that steps follow; rounds that only told values have none."),
        Self.curve(
          .ratio, "Actual over predicted reduction",
          "1 where the quadratic model is the value itself; trials below 0.001 are rejected."),
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
  var variable: Variable {
    let isCount =
      switch self {
      case .iteration, .events, .improved, .rejected, .accepted, .stalled, .began, .iterationOfGradient: true
      default: false
      }
    return Variable(rawValue, isCount ? .count : .number, longName)
  }
}
