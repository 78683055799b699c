import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

// Which events an iteration has, and which of them judge its step.
extension IterationRound {
  /// The events of an iteration: all, or the control group and those used longest ago.
  mutating func planBatch(_ row: inout RoundPlan.Row) {
    guard let size = context[IterationSettings.batchSize] else { return planEvents([], &row) }
    let all = EventResults.events(context)
    let lastUse = all.map { event in state.lastUse.first { $0.event == event }?.iteration }
    let seed = UInt64(context[IterationSettings.seed])
    let ties = all.map { event -> Double in
      var random = NumPyRandom.stream(seed: seed, name: event, member: state.iteration)
      return random.uniform(0, 1, 1)[0]
    }
    let control = all.indices.filter { state.control.contains(all[$0]) }
    planEvents(ControlGroup.batch(control, size: size, lastUse: lastUse, ties: ties).map { all[$0] }, &row)
  }

  /// - Parameter events: by name; all where there are none.
  mutating func planEvents(_ events: [String], _ row: inout RoundPlan.Row) {
    state.planned = events
    row.cases = events.compactMap { context.memberCases.firstIndex(of: $0) }
  }

  /// Which events judge the step, and the sum of their gradients.
  mutating func chooseControl(
    _ gradients: EventResults.Gradients, _ results: EventResults, _ metric: Metric
  ) {
    state.lastUse.removeAll { results.events.contains($0.event) }
    state.lastUse += results.events.map { ($0, state.iteration) }
    guard let size = context[IterationSettings.batchSize] else {
      (state.control, controlGradient, spare) = (results.events, nil, [])
      return
    }
    let angle = context[IterationSettings.controlAngle] * .pi / 180
    let (control, others) = ControlGroup.chosen(
      gradients.each, in: metric, minimum: context[IterationSettings.controlSize] ?? max(1, size / 2),
      largestAngle: angle)
    spare = others.map { (results.events[$0], gradients.each[$0]) }
    state.control = control.map { results.events[$0] }
    controlGradient = metric.vector(
      dual: control.reduce(into: [Double](repeating: 0, count: gradients.all.count)) {
        for index in $0.indices { $0[index] += gradients.each[$1][index] }
      })
    context.log(
      "Control group: \(state.control.joined(separator: ", ")) of \(results.events.joined(separator: ", "))")
  }

  /// What is predicted of the mean over the control group. Where that is no reduction, events join it until it is.
  mutating func predictedOfControl(
    _ found: (step: MetricVector, predicted: Double), _ mean: MetricVector, _ metric: Metric
  )
    -> Double
  {
    guard var control = controlGradient else { return found.predicted }
    let bent = found.predicted - metric.inner(mean, found.step)
    while true {
      let predicted = metric.inner(control, found.step) / Double(state.control.count) + bent
      guard predicted >= 0, let next = spare.first else {
        controlGradient = control
        return predicted
      }
      spare.removeFirst()
      state.control = (state.control + [next.event]).sorted()
      control.add(1, metric.vector(dual: next.gradient))
    }
  }

  func moves(_ port: String) -> [String] {
    Array(repeating: port, count: Int(context[IterationSettings.arrows]) ?? 1)
  }
}
