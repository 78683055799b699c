/// One component of one receiver.
public struct Trace: Equatable, Sendable {
  /// Name of the receiver.
  public let receiver: String
  /// What was recorded.
  public let component: Component
  /// Sample by sample.
  public var values: [Double]

  /// A trace of one component.
  public init(receiver: String, component: Component, values: [Double]) {
    (self.receiver, self.component, self.values) = (receiver, component, values)
  }
}

/// Traces with common sampling; sample k is the value at k · step.
public struct Seismograms: Equatable, Sendable {
  /// Seconds.
  public let step: Double
  /// Samples of each trace.
  public let count: Int
  /// In the order of receivers and components.
  public var traces: [Trace]

  /// - Throws: `.wrongCount` for a trace of another length, `.sameName` for two of one receiver and component.
  public init(step: Double, count: Int, traces: [Trace]) throws(WaveError) {
    for (index, trace) in traces.enumerated() {
      guard trace.values.count == count else {
        throw .wrongCount(what: "the trace of \(trace.receiver)", found: trace.values.count, expected: count)
      }
      let twin = traces[..<index].contains {
        $0.receiver == trace.receiver && $0.component == trace.component
      }
      if twin { throw .sameName(what: "traces", name: "\(trace.receiver).\(trace.component.rawValue)") }
    }
    self.init(unchecked: traces, step: step, count: count)
  }

  init(unchecked traces: [Trace], step: Double, count: Int) {
    (self.step, self.count, self.traces) = (step, count, traces)
  }

  /// The trace of that receiver and component; nil where it has none.
  public func trace(_ receiver: String, _ component: Component) -> Trace? {
    traces.first { $0.receiver == receiver && $0.component == component }
  }

  /// Time of the last sample, seconds.
  public var last: Double { Double(count - 1) * step }
}
