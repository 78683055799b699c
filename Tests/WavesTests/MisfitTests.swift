import NumericCore
import Testing

@testable import Waves

/// Misfits are differentiable, and their derivatives exact.
@Suite struct MisfitTests {
  static let step = 0.01

  /// Band-limited signals of 1000 samples with two windows.
  static func traces(seed: UInt64, shift: Double = 0) -> [Double] {
    var random = NumPyRandom(seed: seed)
    var values = [Double](repeating: 0, count: 1000)
    for _ in 0..<12 {
      let (centre, amplitude) = (random.uniform(1, 9), random.uniform(-1, 1))
      let (width, frequency, phase) = (
        random.uniform(0.4, 0.8), random.uniform(0.8, 1.6), random.uniform(0, 6)
      )
      for index in values.indices {
        let t = Double(index) * step - centre - shift
        values[index] +=
          amplitude * Elementary.exp(-0.5 * (t / width) * (t / width))
          * Elementary.cos(2 * .pi * frequency * t + phase)
      }
    }
    return values
  }

  static func record(_ values: [Double]) throws -> Seismograms {
    try Seismograms(
      step: step, count: values.count, traces: [Trace(receiver: "A", component: .z, values: values)])
  }

  static let windows = [
    Window(receiver: "A", component: .z, start: 1, end: 5, weight: 2),
    Window(receiver: "A", component: .z, start: 5.5, end: 9.3),
  ]

  static func phase(root: Bool = false) throws -> MisfitKind {
    var phase = PhaseMisfit(shortestPeriod: 0.5, longestPeriod: 2)
    phase.isRoot = root
    return .phase(phase)
  }

  static var kinds: [(MisfitKind, Double)] {
    get throws {
      [
        (.l2(isNormalised: false), 1e-8), (.l2(isNormalised: true), 1e-8),
        (.traveltime(sigma: 0.1, largestLag: 1), 1e-8), (.envelope, 1e-8), (try phase(), 1e-7),
        (try phase(root: true), 1e-7),
      ]
    }
  }

  /// A nearby signal: the other one stretched a little and with other amplitudes.
  static func nearby() -> [Double] {
    let (a, b) = (traces(seed: 1, shift: 0.06), traces(seed: 9))
    return zip(a, b).map { 1.1 * $0 + 0.03 * $1 }
  }

  @Test func derivativesAreExact() throws {
    let observed = try Self.record(Self.traces(seed: 1))
    let synthetic = Self.nearby()
    let direction = Self.traces(seed: 4)
    for (kind, limit) in try Self.kinds {
      let misfit = WaveformMisfit(kind: kind)
      func value(_ epsilon: Double) throws -> WaveformMisfit.Result {
        try misfit.evaluated(
          synthetic: Self.record(zip(synthetic, direction).map { $0 + epsilon * $1 }), observed: observed,
          windows: Self.windows)
      }
      let result = try value(0)
      #expect(result.rows.allSatisfy { $0.reason == nil })
      let expected = zip(result.adjointSource.traces[0].values, direction).reduce(0) { $0 + $1.0 * $1.1 }
      // Richardson's rule of two central differences: error ε⁴.
      let errors = try [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4].map { epsilon -> Double in
        let wide = (try value(2 * epsilon).misfit - value(-2 * epsilon).misfit) / (4 * epsilon)
        let narrow = (try value(epsilon).misfit - value(-epsilon).misfit) / (2 * epsilon)
        return abs((4 * narrow - wide) / 3 - expected) / abs(expected)
      }
      print("derivative of \(kind): \(errors.min()!)")
      #expect(errors.min()! <= limit)
    }
  }

  @Test func equalTracesHaveNoMisfit() throws {
    let observed = try Self.record(Self.traces(seed: 1))
    for (kind, _) in try Self.kinds {
      let result = try WaveformMisfit(kind: kind).evaluated(
        synthetic: observed, observed: observed, windows: Self.windows)
      let isRoot = if case .phase(let phase) = kind { phase.isRoot } else { false }
      #expect(result.misfit <= (isRoot ? 1e-12 : 1e-25))
    }
  }

  /// A shift is recovered by cross-correlation; the phase misfit quadruples when it doubles.
  @Test func shiftsAreMeasured() throws {
    let observed = try Self.record(Self.traces(seed: 1))
    let later = try Self.record(Self.traces(seed: 1, shift: -0.015))
    let travel = try WaveformMisfit(kind: .traveltime(sigma: 1, largestLag: 0.5)).evaluated(
      synthetic: later, observed: observed, windows: Self.windows)
    for row in travel.rows { #expect(abs(row.lag! - 0.015) <= 1e-3) }
    let phases = try [0.01, 0.02].map { shift in
      try WaveformMisfit(kind: Self.phase()).evaluated(
        synthetic: Self.record(Self.traces(seed: 1, shift: shift)), observed: observed, windows: Self.windows
      ).misfit
    }
    #expect(abs(phases[1] / phases[0] - 4) <= 2e-3)
  }

  @Test func skippedCyclesAreFlagged() throws {
    let wave = (0..<1000).map { index -> Double in
      let t = Double(index) * Self.step - 5
      return Elementary.exp(-0.5 * t * t) * Elementary.cos(2 * .pi * t)
    }
    let opposite = try WaveformMisfit(kind: Self.phase()).evaluated(
      synthetic: Self.record(wave.map { -$0 }), observed: Self.record(wave),
      windows: [Window(receiver: "A", component: .z, start: 2, end: 8)])
    #expect(opposite.rows[0].reason == .cycleSkip)
    #expect(opposite.misfit == 0)
    #expect(opposite.adjointSource.traces[0].values.allSatisfy { $0 == 0 })
  }

  @Test func weightsAndFlagsCount() throws {
    let (observed, synthetic) = (try Self.record(Self.traces(seed: 1)), try Self.record(Self.nearby()))
    var misfit = WaveformMisfit(kind: .l2(isNormalised: true))
    let plain = try misfit.evaluated(synthetic: synthetic, observed: observed, windows: Self.windows)
    misfit.receiverWeights = ["A": 3]
    misfit.componentWeights = [.z: 0.5]
    var windows = Self.windows
    windows[1].isFlagged = true
    let weighted = try misfit.evaluated(synthetic: synthetic, observed: observed, windows: windows)
    #expect(weighted.misfit == 3 * 0.5 * 2 * plain.rows[0].value)
    #expect(weighted.rows[1].reason == .flagged)
    #expect(weighted.rows[1].value == plain.rows[1].value)
  }

  @Test func badInputIsRefused() throws {
    let observed = try Self.record(Self.traces(seed: 1))
    let misfit = WaveformMisfit(kind: .l2(isNormalised: false))
    let short = try Self.record(Array(Self.traces(seed: 1).prefix(500)))
    #expect(throws: WaveError.otherSampling(step: 0.01, count: 500, expectedStep: 0.01, expectedCount: 1000))
    {
      try misfit.evaluated(synthetic: short, observed: observed, windows: nil)
    }
    #expect(throws: WaveError.windowOutside(receiver: "A", start: 8, end: 12, last: 9.99)) {
      try misfit.evaluated(
        synthetic: observed, observed: observed,
        windows: [Window(receiver: "A", component: .z, start: 8, end: 12)])
    }
    #expect(throws: WaveError.nothing(what: "trace B.z for its window")) {
      try misfit.evaluated(
        synthetic: observed, observed: observed,
        windows: [Window(receiver: "B", component: .z, start: 1, end: 2)])
    }
  }
}
