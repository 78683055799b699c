import Testing

@testable import Waves

/// Absorbing layers against the same simulation in a section so large that no edge is heard.
@Suite struct LayerTests {
  @Test(arguments: [(20, 1e-4), (40, 1e-4)])
  func edgesAreSilent(cells: Int, limit: Double) throws {
    func run(_ reach: Double) throws -> Seismograms {
      var test = FieldCase(
        physics: .acoustic2d, values: [.vp: 2000, .rho: 2000],
        region: (-reach, 2000 + reach, -reach, 2000 + reach), spacing: 13,
        source: PointSource(
          x: 500, z: 500, amplitudes: [.volumeRate: 1000], wavelet: .ricker(frequency: 8, delay: 0.2)),
        receivers: [(1500, 500), (1500, 1500), (500, 1900)], components: [.p], duration: 1.2)
      test.layerCells = cells
      return try test.seismograms(outputStep: 0.003)
    }
    let (small, large) = (try run(0), try run(1300))
    for (a, b) in zip(small.traces, large.traces) {
      let error = relativeError(a.values, b.values)
      print("layer of \(cells), \(a.receiver): \(error)")
      #expect(error <= limit)
    }
  }

  /// Psv waves leave too, and nothing grows: energy after the waves have left is a millionth.
  @Test func nothingIsLeft() throws {
    let test = FieldCase(
      physics: .psv2d, values: [.vpv: 3000, .vph: 3300, .vsv: 1732, .eta: 0.9, .rho: 2200],
      region: (0, 600, 0, 600), spacing: 15,
      source: PointSource(
        x: 300, z: 300, amplitudes: [.forceX: 1e6], wavelet: .ricker(frequency: 8, delay: 0.2)),
      receivers: [(450, 400)], components: [.x, .z], duration: 8)
    let found = try test.seismograms(outputStep: 0.002)
    for trace in found.traces {
      let peak = trace.values.reduce(0) { max($0, abs($1)) }
      let late = trace.values.suffix(2000).reduce(0) { max($0, abs($1)) }
      print("late \(trace.component): \(late / peak)")
      #expect(late <= 1e-4 * peak)
    }
  }
}
