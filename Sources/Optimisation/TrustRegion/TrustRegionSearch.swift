/// A whole search as one pure step: (state, value, gradient) → (state, proposal).
public struct TrustRegionSearch: Sendable {
  /// Radius and acceptance.
  public var region: TrustRegion
  /// What steps are measured in.
  public var metric: Metric

  /// A search by these rules.
  public init(_ region: TrustRegion, metric: Metric = Metric()) {
    (self.region, self.metric) = (region, metric)
  }

  /// Where it is.
  public struct State: Sendable {
    /// The model and its value; no value before the first evaluation.
    public var point: [Double]
    /// At the model.
    public var value: Double?
    /// At the model.
    public var gradient: MetricVector?
    /// Oldest first.
    public var history: [HistoryPair] = []
    /// Radius and the like.
    public var numbers = TrustRegion.State()
    /// What the trial adds to the model.
    public var step: MetricVector?
    /// Accepted steps.
    public var iteration = 0

    /// Before the first evaluation.
    public init(point: [Double]) { self.point = point }
  }

  /// Takes the value and gradient of the point that it had proposed, or of its start, and proposes the next.
  /// - Returns: nil where it has ended: no gradient is left, or it is stalled.
  public func next(_ state: inout State, value: Double, gradient: [Double]) -> [Double]? {
    let derivative = metric.vector(dual: gradient)
    if let step = state.step, let before = state.value, let old = state.gradient {
      if region.judge(&state.numbers, change: value - before) {
        state.point = moved(state.point, step)
        _ = region.add(
          HistoryPair(step: step, change: derivative.minus(old)), to: &state.history, in: metric)
        (state.value, state.gradient) = (value, derivative)
        state.iteration += 1
      }
    } else {
      (state.value, state.gradient) = (value, derivative)
    }
    guard !region.isStalled(state.numbers), let current = state.gradient,
      let proposal = region.proposal(
        &state.numbers, gradient: current, history: PairHistory(state.history, in: metric), in: metric)
    else { return nil }
    state.step = proposal.step
    return moved(state.point, proposal.step)
  }

  private func moved(_ point: [Double], _ step: MetricVector) -> [Double] {
    zip(point, step.smoothed).map { $0 + metric.scale * $1 }
  }
}
