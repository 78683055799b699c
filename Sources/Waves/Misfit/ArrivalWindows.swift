/// Windows about the first arrivals of synthetics, flagged where the data do not fit.
public struct ArrivalWindows: Equatable, Sendable {
  /// A trace arrives where its envelope first exceeds this part of its largest value.
  public var level = 0.05
  /// From this long before the arrival to this long after it, seconds.
  public var before, after: Double
  /// Below this correlation with the synthetics, at the best lag, a window is flagged.
  public var leastCorrelation = 0.7
  /// Above this lag it is flagged, seconds.
  public var largestLag: Double
  /// Quieter traces than this part of the loudest of their component are left out.
  public var leastAmplitude = 1e-4

  /// From `before` seconds ahead of an arrival to `after` seconds behind it.
  public init(before: Double, after: Double, largestLag: Double) {
    (self.before, self.after, self.largestLag) = (before, after, largestLag)
  }

  /// Periods of a band before and after, a lag of half the shortest period.
  public init(band: Band, periodsBefore: Double = 0.5, periodsAfter: Double = 1.5) {
    self.init(
      before: periodsBefore * band.longestPeriod, after: periodsAfter * band.longestPeriod,
      largestLag: 0.5 * band.shortestPeriod)
  }

  /// A window that was placed.
  public struct Picked: Equatable, Sendable {
    /// Where it lies.
    public let window: Window
    /// Seconds.
    public let arrival: Double
    /// Of the data with the synthetics at the best lag.
    public let correlation: Double
    /// Seconds; positive where the data are later.
    public let lag: Double
  }

  /// - Throws: `.otherSampling` for records of other sampling, `.nothing` where no window is left.
  public func picked(synthetic: Seismograms, observed: Seismograms) throws(WaveError) -> [Picked] {
    guard synthetic.count == observed.count, abs(synthetic.step - observed.step) <= 1e-9 * observed.step
    else {
      throw .otherSampling(
        step: synthetic.step, count: synthetic.count, expectedStep: observed.step,
        expectedCount: observed.count)
    }
    var loudest: [Component: Double] = [:]
    for trace in synthetic.traces {
      loudest[trace.component] = max(loudest[trace.component, default: 0], largest(trace.values))
    }
    var result: [Picked] = []
    for trace in synthetic.traces {
      guard let data = observed.trace(trace.receiver, trace.component) else { continue }
      let peak = largest(trace.values)
      guard peak > 0, peak >= leastAmplitude * loudest[trace.component, default: 0] else { continue }
      guard let picked = try picked(trace, data, synthetic) else { continue }
      result.append(picked)
    }
    guard !result.isEmpty else { throw .nothing(what: "window of an arrival") }
    return result
  }

  private func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

  private func picked(_ trace: Trace, _ data: Trace, _ record: Seismograms) throws(WaveError) -> Picked? {
    let quadrature = EnvelopeMisfit.hilbert(trace.values, NonuniformTransform.smooth(2 * record.count))
    let envelope = zip(trace.values, quadrature).map { ($0 * $0 + $1 * $1).squareRoot() }
    let limit = level * largest(envelope)
    guard let index = envelope.firstIndex(where: { $0 > limit }) else { return nil }
    let arrival = Double(index) * record.step
    var window = Window(
      receiver: trace.receiver, component: trace.component, start: max(0, arrival - before),
      end: min(record.last, arrival + after))
    guard window.end - window.start >= 8 * record.step else { return nil }
    let (range, weights) = try window.weights(count: record.count, step: record.step)
    let (s, d) = (Array(trace.values[range]), Array(data.values[range]))
    guard d.allSatisfy(\.isFinite) else {
      window.isFlagged = true
      return Picked(window: window, arrival: arrival, correlation: 0, lag: 0)
    }
    let found = TraveltimeMisfit(sigma: 1, largestLag: 2 * largestLag).value(s, d, weights, record.step)
    let lag = found?.lag ?? 0
    let correlation = correlation(zip(s, weights).map(*), zip(d, weights).map(*), lag / record.step)
    window.isFlagged = found == nil || abs(lag) > largestLag || correlation < leastCorrelation
    return Picked(window: window, arrival: arrival, correlation: correlation, lag: lag)
  }

  /// Σ s(t) d(t + lag) over the roots of both energies.
  private func correlation(_ s: [Double], _ d: [Double], _ lag: Double) -> Double {
    let shift = Int(lag.rounded())
    var (product, first, second) = (0.0, 0.0, 0.0)
    for index in s.indices {
      (first, second) = (first + s[index] * s[index], second + d[index] * d[index])
      if d.indices.contains(index + shift) { product += s[index] * d[index + shift] }
    }
    return first > 0 && second > 0 ? product / (first * second).squareRoot() : 0
  }
}
