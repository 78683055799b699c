/// The misfit of an event: Σ weight · χ over windows, with ∂χ/∂s of every sample.
public struct WaveformMisfit: Sendable {
  /// What is compared.
  public let kind: MisfitKind
  /// Of receivers and components; 1 where not named.
  public var receiverWeights: [String: Double] = [:]
  /// Factors of components; 1 where none is given.
  public var componentWeights: [Component: Double] = [:]

  /// A misfit without weights.
  public init(kind: MisfitKind) { self.kind = kind }

  /// One window's part.
  public struct Row: Equatable, Sendable {
    /// The window that it is about.
    public let window: Window
    /// Receiver's · component's · window's.
    public let weight: Double
    /// Unweighted.
    public let value: Double
    /// Seconds, of the kinds that measure one; positive where the data are later.
    public let lag: Double?
    /// Why it contributes nothing, if so.
    public let reason: Reason?
  }

  /// Why a window has no part in the misfit.
  public enum Reason: String, Equatable, Sendable {
    /// The window came flagged.
    case flagged
    /// Phases differ by a cycle.
    case cycleSkip = "cycle_skip"
    /// Data or synthetics without signal.
    case silent
    /// Samples within it that are no numbers.
    case gap
  }

  /// What all windows give.
  public struct Result: Sendable {
    /// χ, the sum over the rows.
    public let misfit: Double
    /// A row a window, in the order of the windows.
    public let rows: [Row]
    /// Sampled as the synthetics; traces without windows are zero.
    public let adjointSource: Seismograms
  }

  /// - Parameter windows: nil: every trace that both have, whole.
  /// - Throws: `.otherSampling`, `.windowOutside`, `.tooShort`, `.noSuchComponent` for a window on a trace that
  ///   is not there.
  public func evaluated(
    synthetic: Seismograms, observed: Seismograms, windows: [Window]?
  ) throws(WaveError) -> Result {
    guard synthetic.count == observed.count, abs(synthetic.step - observed.step) <= 1e-9 * observed.step
    else {
      throw .otherSampling(
        step: synthetic.step, count: synthetic.count, expectedStep: observed.step,
        expectedCount: observed.count)
    }
    var rows: [Row] = []
    var total = 0.0
    var adjoint = synthetic
    for index in adjoint.traces.indices {
      adjoint.traces[index].values = [Double](repeating: 0, count: synthetic.count)
    }
    for window in windows ?? wholeTraces(synthetic, observed) {
      let (row, derivative, range) = try evaluated(window, synthetic, observed)
      rows.append(row)
      guard row.reason == nil else { continue }
      total += row.weight * row.value
      let found = adjoint.traces.firstIndex {
        $0.receiver == window.receiver && $0.component == window.component
      }
      guard let place = found else { preconditionFailure("a window that was evaluated is of no trace") }
      for (offset, sample) in range.enumerated() {
        adjoint.traces[place].values[sample] += row.weight * derivative[offset]
      }
    }
    return Result(misfit: total, rows: rows, adjointSource: adjoint)
  }

  private func wholeTraces(_ synthetic: Seismograms, _ observed: Seismograms) -> [Window] {
    synthetic.traces.filter { observed.trace($0.receiver, $0.component) != nil }.map {
      Window(receiver: $0.receiver, component: $0.component, start: 0, end: synthetic.last)
    }
  }

  private func evaluated(
    _ window: Window, _ synthetic: Seismograms, _ observed: Seismograms
  ) throws(WaveError) -> (Row, [Double], Range<Int>) {
    guard let s = synthetic.trace(window.receiver, window.component),
      let d = observed.trace(window.receiver, window.component)
    else { throw .nothing(what: "trace \(window.receiver).\(window.component.rawValue) for its window") }
    let weight =
      receiverWeights[window.receiver, default: 1] * componentWeights[window.component, default: 1]
      * window.weight
    let (range, weights) = try window.weights(count: synthetic.count, step: synthetic.step)
    guard range.allSatisfy({ s.values[$0].isFinite && d.values[$0].isFinite }) else {
      return (Row(window: window, weight: weight, value: 0, lag: nil, reason: .gap), [], range)
    }
    let value = kind.value(
      Array(s.values[range]), Array(d.values[range]), weights: weights, step: synthetic.step,
      start: Double(range.lowerBound) * synthetic.step)
    let reason: Reason? =
      if window.isFlagged { .flagged } else if let value { value.hasSkipped ? .cycleSkip : nil } else {
        .silent
      }
    let row = Row(window: window, weight: weight, value: value?.value ?? 0, lag: value?.lag, reason: reason)
    return (row, value?.derivative ?? [], range)
  }
}
