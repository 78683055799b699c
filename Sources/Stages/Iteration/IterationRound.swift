import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

/// The work of one step: the state as it was, what the round told, and the state with the plan that follow.
struct IterationRound {
  typealias Step = IterationStep

  let context: StageContext
  let region: TrustRegion
  let prior: Dataset
  var state: SearchState
  /// Where the model and its unknowns are; nil path for the prior.
  var modelPath: String?
  var mapping: ModelMapping
  var deviation: [Double]
  /// The gradient of the iteration, sum over its events; nil before it is known.
  var gradient: MetricVector?
  /// That of the control group alone, where it is not all of them.
  var controlGradient: MetricVector?
  /// Events beside the control group with their gradients, the one that turns it least first.
  var spare: [(event: String, gradient: [Double])] = []
  /// The update of the trial, or of the last accepted one.
  var update: MetricVector?
  /// What this step changed of the history, by slot.
  var newPair: (slot: Int, pair: HistoryPair)?
  var trial: Dataset?
  var plan = RoundPlan()
  var told = IterationReport()

  init(_ context: StageContext) throws {
    self.context = context
    var region = TrustRegion(firstStep: context[IterationSettings.firstStep])
    region.growth = context[IterationSettings.largestStep]
    region.memory = SearchState.slots
    self.region = region
    guard let path = context.inputs[Step.prior] else {
      throw StageError.outOfPlace("'moves' names no arrow, so there is no model to change")
    }
    prior = try NetCDFFile.read(path)
    let known = try context.inputs[Step.search].map { try SearchState(NetCDFFile.read($0)) }
    let state = known ?? SearchState()
    self.state = state
    let mapping = try ModelMapping(context.settings, prior: prior, cutouts: state.cutouts)
    self.mapping = mapping
    modelPath = context.inputs[Step.model]
    deviation = Array(repeating: 0, count: mapping.map.count)
    if let path = context.inputs[Step.deviation] {
      let dataset = try NetCDFFile.read(path)
      deviation = []
      for name in mapping.unknowns {
        guard dataset[name] != nil else {
          throw StageError.outOfPlace(
            "the state that is continued has no unknown '\(name)'; a branch with other parameters begins with "
              + "the model: moves an arrow that comes from its output")
        }
        deviation += try dataset.doubles(name)
      }
    }
    guard deviation.count == mapping.map.count else {
      throw StageError.outOfPlace("the state that is continued belongs to a model of another size")
    }
    if state.gradientIteration != nil, let path = context.inputs[Step.gradient] {
      let dataset = try NetCDFFile.read(path)
      gradient = try Self.gradient(dataset, mapping.unknowns)
      controlGradient = try Self.gradient(dataset, mapping.unknowns, of: IterationFiles.control)
    }
    if state.phase == .trial || state.gradientIteration != state.iteration,
      state.region.length != nil, let path = context.inputs[Step.update]
    {
      update = try MetricVectorFile.vector("step", NetCDFFile.read(path))
    }
  }

  // MARK: - the algorithm

  mutating func advance() throws {
    guard !context.members.isEmpty else { return begin() }
    let results = try EventResults(context, planned: state.planned)
    switch state.phase {
    case .model: try take(results)
    case .trial: try judge(results)
    }
  }

  /// The prior model, or the model of an iteration that is continued: values and gradients of all events at it.
  private mutating func begin() {
    let isFresh = modelPath == nil
    state.phase = .model
    told.isBegun = true
    if !isFresh { context.log("Resuming iteration #\(state.iteration).") }
    context.log(isFresh ? "Adding new iteration #0." : "Values and gradients of the events are asked for.")
    // A branch may have other events.
    let events = EventResults.events(context)
    state.control = state.control.filter(events.contains)
    // The prior model too, as a copy: equal bytes have equal keys.
    var row = RoundPlan.Row([], wants: [EventResults.value, EventResults.gradient], moves: moves(Step.model))
    planBatch(&row)
    plan.rows = [row]
  }

  /// Values or gradients at the model.
  private mutating func take(_ results: EventResults) throws {
    guard !results.hasFailed, results.gradients != nil else {
      throw StageError.outOfPlace(
        "value or gradient of iteration \(state.iteration) failed, so there is no step from it; what failed runs again "
          + "when the pipeline does")
    }
    if let values = results.values {
      let known = state.values
      state.values = results.events.map { ($0, values[$0] ?? .nan) }
      if let bad = state.values.first(where: { !$0.value.isFinite }) {
        throw StageError.outOfPlace(
          "the value\(bad.event.isEmpty ? "" : " of event \"\(bad.event)\"") at iteration \(state.iteration) is no number"
        )
      }
      if known.contains(where: { old in values[old.event].map { $0 != old.value } ?? false }) {
        context.log("The misfit of the model is another one: radius and history begin anew.")
        forget(radius: true)
        state.rootNorm = nil
      }
    }
    try takeGradient(results)
    try propose()
  }

  private mutating func forget(radius: Bool) {
    (state.pairs, state.products) = ([], PairProducts())
    state.gradientIteration = nil
    (gradient, controlGradient) = (nil, nil)
    if radius { (state.region.radius, state.region.firstRadius) = (nil, nil) }
  }

  private mutating func takeGradient(_ results: EventResults) throws {
    let cutouts = try results.cutouts(context, prior)
    if cutouts != state.cutouts {
      state.cutouts = cutouts
      mapping = try ModelMapping(context.settings, prior: prior, cutouts: cutouts)
    }
    let (metric, metricText) = try metric()
    if state.mapText != mapping.text || state.metricText != metricText {
      if !state.mapText.isEmpty {
        // Only where something may change is another question, the length of a step is still the same.
        let isMetric = state.metricText != metricText
        context.log("Map or metric of the unknowns are other ones: the history of steps begins anew.")
        forget(radius: isMetric && context[IterationSettings.smoothingModel] != .current)
      }
      (state.mapText, state.metricText) = (mapping.text, metricText)
    }
    let isOfBatch = controlGradient != nil
    let old = controlGradient ?? gradient
    let before = isOfBatch ? state.control : state.gradientEvents
    let common = Set(before).intersection(results.events)
    let sums = try results.sums(
      mapping, at: deviation, part: common, weights: context[IterationSettings.weights],
      keepsEach: context[IterationSettings.batchSize] != nil)
    let found = metric.vector(dual: sums.all)
    if let old, let update, state.gradientIteration == state.iteration - 1, common.count == before.count,
      !common.isEmpty
    {
      let count = Double(common.count)
      let mine = common.count == results.events.count ? found : metric.vector(dual: sums.part)
      try add(HistoryPair(step: update, change: mine.minus(old).times(1 / count)), metric)
    }
    gradient = found
    (state.gradientIteration, state.gradientEvents) = (state.iteration, results.events)
    chooseControl(sums, results, metric)
    told.tellGradient(norms(metric), isNew: true)
    if state.rootNorm == nil { state.rootNorm = told.gradientNorm }
    context.log(
      "Iteration \(state.iteration): Number of events: \(results.events.count)  chi = \(state.misfit ?? .nan)  "
        + "||g|| = \(told.gradientNorm)  ||Pg|| = \(told.metricNorm)")
  }

  private mutating func add(_ pair: HistoryPair, _ metric: Metric) throws {
    guard TrustRegion.hasCurvature(pair, in: metric) else {
      return context.log("The last step has no positive curvature and is left out of the history.")
    }
    let slot = state.nextSlot
    if state.pairs.first == slot {
      state.pairs.removeFirst()
      state.products = state.products.withoutOldest()
    }
    let older = state.pairs
    state.products = try state.products.adding(pair, after: { try self.pair(older[$0]) }, in: metric)
    state.pairs.append(slot)
    newPair = (slot, pair)
  }

  private func metric() throws -> (metric: Metric, text: String) {
    let isCurrent = context[IterationSettings.smoothingModel] == .current
    let model = isCurrent ? try modelPath.map { try NetCDFFile.read($0) } ?? prior : prior
    return try mapping.metric(at: model, iteration: state.iteration)
  }

  /// L2 norm and metric norm of the gradient that steps follow, of the sum over the events.
  private func norms(_ metric: Metric) -> (l2: Double, metric: Double) {
    guard let gradient else { return (.nan, .nan) }
    let inward = mapping.map.inward(gradient.dual, at: deviation)
    let square = inward.reduce(0) { $0 + $1 * $1 } / mapping.prior.measure
    return (square.squareRoot(), metric.norm(gradient))
  }

  // MARK: - trials

  private mutating func propose() throws {
    guard let gradient else { preconditionFailure("a gradient is known") }
    let metric = try metric().metric
    let count = Double(max(1, state.gradientEvents.count))
    let inward = mapping.map.inward(gradient.dual, at: deviation)
    let mean =
      inward == gradient.dual ? gradient.times(1 / count) : metric.vector(dual: inward.map { $0 / count })
    let history = history()
    while !region.isStalled(state.region) {
      guard
        let found = try region.proposal(&state.region, gradient: mean, history: history, in: metric)
      else {
        context.log("The gradient vanishes: this model is the end.")
        state.region.length = nil
        return
      }
      guard try keep(found, mean, history, metric) else { continue }
      state.phase = .trial
      var row = RoundPlan.Row([], wants: [EventResults.value], moves: moves(Step.proposal))
      planEvents(context[IterationSettings.batchSize] == nil ? [] : state.control, &row)
      switch context[IterationSettings.gradients] {
      case .accepted: row.prepares = [EventResults.gradient]
      case .all: row.wants.append(EventResults.gradient)
      }
      plan.rows = [row]
      return
    }
    told.isStalled = true
    context.log("Stalled: \(region.rejections) trials in a row were no better than the model.")
  }

  /// Makes the trial of a step. Where bounds have altered it the model's prediction is that of the altered step.
  /// - Returns: false where nothing better is predicted of that, so that the radius was made smaller.
  private mutating func keep(
    _ found: TrustRegion.Proposal, _ mean: MetricVector, _ history: PairHistory<any Error>, _ metric: Metric
  ) throws -> Bool {
    var step = found.step
    let change = metric.primal(step)
    var moved = zip(deviation, change).map { $0 + $1 }
    let bounded = mapping.map.bounded(moved)
    if bounded != moved {
      moved = bounded
      step = metric.vector(primal: zip(bounded, deviation).map { $0 - $1 })
      let radius = state.region.radius ?? found.length
      let (predicted, length) = try region.predicted(
        step: step, gradient: mean, history: history, radius: radius, in: metric)
      (state.region.predicted, state.region.length) = (predicted, length)
      guard predicted < 0 else {
        state.region.rejected += 1
        state.region.radius = 0.25 * radius
        context.log("Bounds leave nothing of the step; radius reduced to \(0.25 * radius).")
        return false
      }
    }
    state.region.predicted = predictedOfControl((step, state.region.predicted ?? .nan), mean, metric)
    update = step
    let largest = zip(moved, deviation).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
    let square = zip(moved, deviation).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    told.tellStep(
      length: state.region.length ?? .nan, l2: (square * mapping.prior.measure).squareRoot(),
      largest: largest,
      predicted: (state.region.predicted ?? .nan) * Double(max(1, state.control.count)))
    trial = try mapping.prior.replacing(mapping.map.driven.map(\.name), by: mapping.map.physical(moved))
    context.log("Largest change of the trial: \(largest); tr_radius = \(state.region.radius ?? .nan)")
    return true
  }

  /// Pairs of the state, oldest first, with the new one. They are read one by one.
  private func history() -> PairHistory<any Error> {
    PairHistory(products: state.products) { [self] place in try pair(state.pairs[place]) }
  }

  private func pair(_ slot: Int) throws -> HistoryPair {
    if let newPair, newPair.slot == slot { return newPair.pair }
    guard let step = context.inputs[Step.step(slot)], let change = context.inputs[Step.change(slot)] else {
      throw StageError.outOfPlace("the state lacks the pair \(slot) of its history")
    }
    return HistoryPair(
      step: try MetricVectorFile.vector("step", NetCDFFile.read(step)),
      change: try MetricVectorFile.vector("change", NetCDFFile.read(change)))
  }

  private mutating func judge(_ results: EventResults) throws {
    guard let update else { throw StageError.outOfPlace("the state lacks the update of the trial") }
    let before = state.values.filter { state.control.contains($0.event) }
    let count = Double(max(1, before.count))
    let after = results.values
    let change = after.map { values in
      before.reduce(0.0) { $0 + ((values[$1.event] ?? .nan) - $1.value) } / count
    }
    let (predicted, length) = (state.region.predicted ?? .nan, state.region.length ?? .nan)
    // Near the minimum both changes drown in the rounding of the value [ConnGouldToint2000, §17.4.2].
    let slack = 10 * Double.ulpOfOne * abs(before.reduce(0) { $0 + $1.value }) / count
    let judged = change.map { ($0 - slack) / (predicted - slack) * predicted }
    let isAccepted = region.judge(&state.region, change: judged)
    told.tellTrial(
      actual: (change ?? .nan) * count, predicted: predicted * count, ratio: state.region.ratio ?? .nan,
      length: length, isAccepted: isAccepted,
      improved: before.count { old in (after?[old.event]).map { $0 < old.value } ?? false })
    logTrial(results, before.reduce(0) { $0 + $1.value }, isAccepted: isAccepted)
    guard isAccepted, let values = after else {
      try tellKnownGradient()
      return try propose()
    }
    let scale = try metric().metric.scale
    let moved = zip(deviation, update.smoothed).map { $0 + scale * $1 }
    deviation = mapping.map.bounded(moved)
    state.values = results.events.map { ($0, values[$0] ?? .nan) }
    state.iteration += 1
    trial = try mapping.prior.replacing(mapping.map.driven.map(\.name), by: mapping.map.physical(deviation))
    told.isModel = true
    context.log(
      "Successfully completed iteration #\(state.iteration - 1). Adding new iteration #\(state.iteration).")
    guard results.gradients != nil else {
      state.phase = .model
      var row = RoundPlan.Row([], wants: [EventResults.gradient], moves: moves(Step.model))
      // Other events join those whose values are known.
      if context[IterationSettings.batchSize] != nil { row.wants.insert(EventResults.value, at: 0) }
      planBatch(&row)
      plan.rows = [row]
      return
    }
    acceptedModel = trial
    try takeGradient(results)
    try propose()
  }

  /// The accepted model where the trial of the next step takes the place of `trial`.
  var acceptedModel: Dataset?

  private mutating func tellKnownGradient() throws {
    told.tellGradient(norms(try metric().metric), isNew: false)
  }

  private func logTrial(_ results: EventResults, _ old: Double, isAccepted: Bool) {
    context.log(
      "pred = \(told.predicted)  ared = \(told.actual)  norm_update = \(told.length)  "
        + "tr_radius = \(state.region.radius ?? .nan)")
    if results.hasFailed { context.log("The trial failed, which counts as one that is worse.") }
    context.log(
      "old misfit control group: \(old)  new misfit control group: \(old + told.actual)  predicted reduction control "
        + "group: \(told.predicted)  actual reduction control group: \(told.actual)  \(told.improved) out of "
        + "\(state.control.count) event(s) improved the misfit.")
    context.log(
      isAccepted
        ? "Model update accepted."
        : "Model update rejected, radius reduced to \(state.region.radius ?? .nan).")
  }
}
