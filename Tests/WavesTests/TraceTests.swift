import NumericCore
import Testing

@testable import Waves

@Suite struct TraceTests {
  static func record(_ values: [Double], step: Double = 0.01) throws -> Seismograms {
    try Seismograms(
      step: step, count: values.count, traces: [Trace(receiver: "A", component: .z, values: values)])
  }

  private func wave(_ count: Int, _ step: Double, _ frequency: Double) -> [Double] {
    (0..<count).map { index in
      let t = Double(index) * step - 5
      return Elementary.exp(-0.5 * t * t) * Elementary.cos(2 * .pi * frequency * t)
    }
  }

  @Test func bandKeepsWhatIsInsideIt() throws {
    var processing = TraceProcessing()
    processing.band = try Band(shortestPeriod: 0.5, longestPeriod: 2)
    let inside = try processing.applied(to: Self.record(wave(1000, 0.01, 1.2))).seismograms
    #expect(relativeError(inside.traces[0].values, wave(1000, 0.01, 1.2)) <= 2e-3)
    let outside = try processing.applied(to: Self.record(wave(1000, 0.01, 5))).seismograms
    #expect(outside.traces[0].values.allSatisfy { abs($0) <= 1e-6 })
    #expect(throws: WaveError.aboveNyquist(frequency: 2.5, nyquist: 0.5)) {
      try processing.applied(to: Self.record(wave(100, 1, 0.1), step: 1))
    }
  }

  @Test func samplingIsChangedWithoutLoss() throws {
    var processing = TraceProcessing()
    processing.newStep = 0.0137
    let found = try processing.applied(to: Self.record(wave(1000, 0.01, 3))).seismograms
    #expect(found.count == 730 - 0)
    let exact = wave(found.count, 0.0137, 3)
    #expect(zip(found.traces[0].values, exact).allSatisfy { abs($0 - $1) <= 2e-6 })
  }

  @Test func integralAndDerivativeUndoEachOther() throws {
    var (up, down) = (TraceProcessing(), TraceProcessing())
    (up.calculus, down.calculus) = (.differentiate, .integrate)
    let plain = wave(1000, 0.01, 1)
    let slope = try up.applied(to: Self.record(plain)).seismograms
    let back = try down.applied(to: slope).seismograms
    #expect(relativeError(back.traces[0].values, plain) <= 1e-3)
  }

  @Test func trendAndTaper() throws {
    var processing = TraceProcessing()
    processing.removesTrend = true
    let line = (0..<200).map { 3 + 0.2 * Double($0) }
    #expect(
      try processing.applied(to: Self.record(line)).seismograms.traces[0].values.allSatisfy {
        abs($0) <= 1e-12
      })
    processing.removesTrend = false
    processing.taper = 0.1
    let tapered = try processing.applied(to: Self.record(Array(repeating: 1, count: 201))).seismograms.traces[
      0
    ].values
    #expect(tapered[0] == 0 && tapered[100] == 1 && abs(tapered[10] - 0.5) <= 1e-12)
  }

  @Test func gapsAreBridgedOrDropped() throws {
    var values = (0..<100).map(Double.init)
    values[40] = .nan
    values[41] = .nan
    let record = try Seismograms(
      step: 0.01, count: 100,
      traces: [
        Trace(receiver: "A", component: .z, values: values),
        Trace(receiver: "B", component: .z, values: (0..<100).map(Double.init)),
      ])
    var processing = TraceProcessing()
    let strict = try processing.applied(to: record)
    #expect(strict.dropped == ["A.z"] && strict.seismograms.traces.map(\.receiver) == ["B"])
    processing.longestGap = 0.03
    let bridged = try processing.applied(to: record)
    #expect(bridged.bridged == 1 && bridged.dropped.isEmpty)
    #expect(
      zip(bridged.seismograms.traces[0].values, (0..<100).map(Double.init)).allSatisfy {
        abs($0 - $1) <= 1e-12
      })
  }

  @Test func arrivalsGiveWindows() throws {
    func pulse(_ at: Double) -> [Double] {
      (0..<1000).map { index in
        let u = (Double(index) * 0.01 - at) / 0.1
        return (1 - u * u) * Elementary.exp(-0.5 * u * u)
      }
    }
    func record(_ a: [Double], _ b: [Double]) throws -> Seismograms {
      try Seismograms(
        step: 0.01, count: 1000,
        traces: [
          Trace(receiver: "A", component: .z, values: a), Trace(receiver: "B", component: .z, values: b),
        ])
    }
    let picks = try ArrivalWindows(before: 0.3, after: 1, largestLag: 0.2).picked(
      synthetic: record(pulse(4), pulse(6)), observed: record(pulse(4.05), pulse(3)))
    #expect(picks.count == 2)
    #expect(!picks[0].window.isFlagged && abs(picks[0].lag - 0.05) <= 1e-3 && picks[0].correlation > 0.95)
    #expect(picks[1].window.isFlagged)
    #expect(abs(picks[0].arrival - 3.7) <= 0.1)
  }

  @Test func waveletsHaveTheirSpectra() throws {
    let band = try Band(shortestPeriod: 0.5, longestPeriod: 2)
    let delta = Wavelet.filteredDelta(band: band, delay: 6).sampled(count: 1200, step: 0.01, offset: 0)
    let spectrum = PaddedSpectrum(delta, length: 2400)
    for (frequency, response) in [(0.2, 0.0), (1, 1), (1.9, 1), (2.25, 0.5), (3, 0)] {
      let bin = Int((frequency * 24).rounded())
      let size = (spectrum.real[bin] * spectrum.real[bin] + spectrum.imaginary[bin] * spectrum.imaginary[bin])
        .squareRoot()
      #expect(abs(size * 0.01 - response) <= 0.02)
    }
    let step = Wavelet.filteredHeaviside(band: band, delay: 6).sampled(count: 1200, step: 0.01, offset: 0)
    for index in 1..<1199 { #expect(abs((step[index + 1] - step[index - 1]) / 0.02 - delta[index]) <= 5e-3) }
    let bell = Wavelet.gaussianRate(duration: 3, delay: 5).sampled(count: 1000, step: 0.01, offset: 0.5)
    #expect(abs(bell.reduce(0, +) * 0.01 - 1) <= 1e-12)
    let ricker = Wavelet.ricker(frequency: 2, delay: 3)
    let file = Wavelet.samples(ricker.sampled(count: 600, step: 0.01, offset: 0), step: 0.01)
    let again = file.sampled(count: 900, step: 0.007, offset: 0.5)
    let exact = ricker.sampled(count: 900, step: 0.007, offset: 0.5)
    #expect(zip(again, exact).allSatisfy { abs($0 - $1) <= 1e-9 })
    #expect(abs(file.highestFrequency / ricker.highestFrequency - 1) <= 0.1)
    #expect(abs(file.bandwidth / ricker.bandwidth - 1) <= 0.1)
  }
}
