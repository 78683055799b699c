import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// What an iterative inversion hands on when it has ended.
struct IterationOutputs {
  private typealias Column = IterationReport.Column

  enum Total { case misfit, reduction, gradientNorm, iterations, trials }

  struct Ports {
    var model, deviation, gradient, history: Output
    var numbers: [(Output, Total)]
  }

  let context: StageContext
  let reports: [FoldReport]
  /// Why it has ended, in words.
  let end: String

  func write(_ ports: Ports) throws {
    for (output, state) in [
      (ports.model, IterationStep.model), (ports.deviation, IterationStep.deviation),
      (ports.gradient, IterationStep.gradient),
    ] {
      guard let path = context.inputs[state] else {
        throw StageError.outOfPlace("the inversion has no '\(state)': its first step failed")
      }
      try context.give(state, at: path, to: output.name, context[output])
    }
    try writeHistory(to: context[ports.history])
    for (output, total) in ports.numbers {
      try NetCDFFile.writeScalar(
        number(total), name: output.name, units: "1", longName: longName(total),
        whole: HistoryVariables.whole(output.name), to: context[output])
    }
    tell()
  }

  private func column(_ column: Column) -> [Double] { reports.map { $0[column.rawValue] ?? .nan } }

  private func last(_ column: Column) -> Double { self.column(column).last(where: \.isFinite) ?? .nan }

  private func number(_ total: Total) -> Double {
    switch total {
    case .misfit: last(.misfit)
    case .reduction: last(.misfit) / (column(.misfit).first(where: \.isFinite) ?? .nan)
    case .gradientNorm: last(.gradientNorm)
    case .iterations: last(.iteration)
    case .trials: Double(column(.accepted).count(where: \.isFinite))
    }
  }

  private func longName(_ total: Total) -> String {
    switch total {
    case .misfit: "value of the model"
    case .reduction: "value over the first one"
    case .gradientNorm: "L2 norm of the last gradient"
    case .iterations: "accepted updates"
    case .trials: "trials"
    }
  }

  private func writeHistory(to path: String) throws {
    var dataset = Dataset(title: "history of an iterative inversion")
    try dataset.add(Column.round, reports.indices.map(Double.init), along: Column.round.name)
    for column in Column.allCases {
      try dataset.add(column.variable, self.column(column), along: Column.round.name)
    }
    dataset.setAttribute("stopped", text: end)
    try NetCDFFile.write(dataset, to: path)
  }

  private func tell() {
    let trials = Int(number(.trials))
    let rejected = column(.accepted).count { $0 == 0 }
    context.log(
      "stopped: \(end); iteration \(Int(number(.iterations))), value \(number(.misfit)), \(trials) trials, "
        + "\(rejected) of them rejected")
    if end.hasPrefix("stalled") || end.hasPrefix("the radius") { context.warn("it ended early: \(end)") }
  }
}

extension IterationReport.Column {
  /// As files say it.
  var longName: String {
    switch self {
    case .iteration: "accepted updates"
    case .events: "events of the value"
    case .misfit: "value of the model, sum over its events"
    case .gradientNorm: "L2 norm of the gradient"
    case .metricNorm: "norm of the gradient in the metric of steps"
    case .rootNorm: "L2 norm of the first gradient of the path"
    case .predicted: "change of the value that was predicted of the trial"
    case .actual: "change of the value by the trial"
    case .ratio: "actual over predicted"
    case .length: "length of the trial's step in the metric"
    case .radius: "radius of the next trial"
    case .firstRadius: "first radius"
    case .accepted: "1 where the trial became the model"
    case .improved: "events whose value became less"
    case .nextLength: "length of the next step in the metric"
    case .nextL2: "L2 norm of the next step"
    case .nextLargest: "largest change of an unknown by the next step"
    case .nextPredicted: "change of the value that is predicted of the next step"
    case .rejected: "trials rejected in a row"
    case .stalled: "1 where the search can't go on"
    case .began: "1 in the row before the first round"
    case .gradientIteration: "iteration whose model the gradient belongs to"
    }
  }
}
