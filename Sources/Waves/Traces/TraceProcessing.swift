import NumericCore

/// What is done to every trace of a record, in this order: gaps, trend, taper, band, integral or derivative,
/// new sampling.
public struct TraceProcessing: Equatable, Sendable {
  /// Whether motion is turned into another by calculus.
  public enum Calculus: String, CaseIterable, Hashable, Sendable {
    case none, integrate, differentiate
  }

  /// Gaps (samples that are not numbers) up to this many seconds are bridged by a line; a trace with a
  /// longer one is left out.
  public var longestGap = 0.0
  /// Takes the line of least squares from each trace.
  public var removesTrend = false
  /// Part of a trace's length that a cosine brings to 0 at each end.
  public var taper = 0.0
  /// Zero-phase, with flanks of a squared cosine.
  public var band: Band?
  /// Integral or derivative, behind the band.
  public var calculus = Calculus.none
  /// Seconds; nil: as it is.
  public var newStep: Double?
  /// Seconds of the result; nil: as long as the record.
  public var duration: Double?

  /// Nothing is done.
  public init() {}

  /// What became of traces.
  public struct Result: Sendable {
    /// Those that are left.
    public let seismograms: Seismograms
    /// Gaps that were bridged, and traces that were left out because of one.
    public let bridged: Int
    /// Receivers and components that were left out.
    public let dropped: [String]
  }

  /// - Throws: `.outOfRange`, `.aboveNyquist` for a band that the old or the new sampling can't hold,
  ///   `.tooShort`, `.nothing` where all traces have gaps.
  public func applied(to record: Seismograms) throws(WaveError) -> Result {
    guard record.count >= 4 else { throw .tooShort(what: "the record", found: record.count, needed: 4) }
    guard (0...0.5).contains(taper) else {
      throw .outOfRange(what: "the taper", value: taper, low: 0, high: 0.5)
    }
    try checkSampling(record)
    let step = newStep ?? record.step
    let length = duration ?? record.last
    let count = Int((length / step + 1e-9).rounded(.down)) + 1
    var traces: [Trace] = []
    var (bridged, dropped): (Int, [String]) = (0, [])
    for trace in record.traces {
      guard let (values, gaps) = withoutGaps(trace.values, record.step) else {
        dropped.append("\(trace.receiver).\(trace.component.rawValue)")
        continue
      }
      bridged += gaps
      let processed = processed(values, step: record.step)
      traces.append(
        Trace(
          receiver: trace.receiver, component: trace.component,
          values: BandLimited.resampled(processed, step: record.step, count: count, newStep: step, offset: 0))
      )
    }
    guard !traces.isEmpty else { throw .nothing(what: "trace without gaps") }
    return Result(
      seismograms: Seismograms(unchecked: traces, step: step, count: count), bridged: bridged,
      dropped: dropped)
  }

  private func checkSampling(_ record: Seismograms) throws(WaveError) {
    for (what, value) in [("the new sampling", newStep), ("the duration", duration)] {
      if let value, !(value > 0 && value.isFinite) {
        throw .outOfRange(what: what, value: value, low: 0, high: .infinity)
      }
    }
    if let band {
      let nyquist = 0.5 / max(record.step, newStep ?? record.step)
      if band.highest > nyquist { throw .aboveNyquist(frequency: band.highest, nyquist: nyquist) }
    }
  }

  /// nil where a gap is longer than allowed.
  private func withoutGaps(_ values: [Double], _ step: Double) -> ([Double], Int)? {
    guard values.contains(where: { !$0.isFinite }) else { return (values, 0) }
    var result = values
    var (gaps, index) = (0, 0)
    while index < result.count {
      guard !result[index].isFinite else {
        index += 1
        continue
      }
      let start = index
      while index < result.count, !result[index].isFinite { index += 1 }
      // A gap of k samples lasts k + 1 steps from number to number; at an end there is nothing to bridge to.
      guard start > 0, index < result.count, Double(index - start + 1) * step <= longestGap * (1 + 1e-9)
      else {
        return nil
      }
      let (before, after) = (result[start - 1], result[index])
      for place in start..<index {
        let part = Double(place - start + 1) / Double(index - start + 1)
        result[place] = before + (after - before) * part
      }
      gaps += 1
    }
    return (result, gaps)
  }

  private func processed(_ values: [Double], step: Double) -> [Double] {
    var x = values
    if removesTrend { x = Self.withoutTrend(x) }
    if taper > 0 {
      let flank = max(1, taper * Double(x.count - 1))
      for index in x.indices {
        let edge = min(1, Double(min(index, x.count - 1 - index)) / flank)
        x[index] *= 0.5 - 0.5 * Elementary.cos(.pi * edge)
      }
    }
    if band != nil || calculus == .differentiate { x = spectral(x, step: step) }
    if calculus == .integrate {
      var sum = 0.0
      var previous = x[0]
      for index in x.indices {
        let value = x[index]
        if index > 0 { sum += 0.5 * step * (previous + value) }
        (previous, x[index]) = (value, sum)
      }
    }
    return x
  }

  static func withoutTrend(_ x: [Double]) -> [Double] {
    let count = Double(x.count)
    let middle = 0.5 * (count - 1)
    let mean = x.reduce(0, +) / count
    var (product, square) = (0.0, 0.0)
    for (index, value) in x.enumerated() {
      product += (Double(index) - middle) * (value - mean)
      square += (Double(index) - middle) * (Double(index) - middle)
    }
    let slope = product / square
    return x.enumerated().map { $1 - mean - slope * (Double($0) - middle) }
  }

  private func spectral(_ x: [Double], step: Double) -> [Double] {
    let spectrum = PaddedSpectrum(x, length: NonuniformTransform.smooth(2 * x.count))
    return spectrum.inverted(x.count) { bin in
      let omega = spectrum.angle(bin) / step
      let response = band.map { $0.response(omega / (2 * .pi)) } ?? 1
      return calculus == .differentiate ? (0, omega * response) : (response, 0)
    }
  }
}
