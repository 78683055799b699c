import Testing

@testable import Waves

/// What can't be simulated is refused with the numbers that say why.
@Suite struct RefusalTests {
  private let section = Section(x0: 0, z0: 0, spacing: 10, columns: 40, rows: 40)

  private func constants(_ values: [Parameter: Double]) -> [Parameter: [Double]] {
    values.mapValues { Array(repeating: $0, count: section.count) }
  }

  private func simulation(
    _ model: WaveModel? = nil, source: PointSource? = nil, receivers: [Receiver]? = nil,
    _ change: (inout SimulationSettings) -> Void = { _ in }
  ) throws -> Simulation {
    var settings = SimulationSettings(duration: 0.5, outputStep: 0.002)
    change(&settings)
    return try Simulation(
      model: model
        ?? WaveModel(physics: .acoustic2d, section: section, fields: constants([.vp: 2000, .rho: 2000])),
      sources: [
        source
          ?? PointSource(
            x: 100, z: 100, amplitudes: [.volumeRate: 1], wavelet: .ricker(frequency: 10, delay: 0.1))
      ],
      receivers: receivers ?? [Receiver(name: "A", x: 200, z: 200, components: [.p])], settings: settings)
  }

  @Test func models() throws {
    #expect(throws: WaveError.missingParameter(.rho, .acoustic2d)) {
      try WaveModel(physics: .acoustic2d, section: section, fields: constants([.vp: 2000]))
    }
    #expect(throws: WaveError.surplusParameter(.eta, .acoustic2d)) {
      try WaveModel(physics: .acoustic2d, section: section, fields: constants([.vp: 2000, .rho: 1, .eta: 1]))
    }
    var density = Array(repeating: 2000.0, count: section.count)
    density[83] = -5
    #expect(throws: WaveError.notPositive(what: "rho", value: -5, row: 2, column: 3)) {
      try WaveModel(
        physics: .acoustic2d, section: section,
        fields: [.vp: Array(repeating: 2000, count: section.count), .rho: density])
    }
    #expect {
      try WaveModel(
        physics: .psv2d, section: section,
        fields: constants([.vpv: 2000, .vph: 3000, .vsv: 800, .eta: 1.2, .rho: 2000]))
    } throws: { error in
      guard case .unstableStiffness = error as? WaveError else { return false }
      return true
    }
  }

  @Test func sourcesAndReceivers() throws {
    let wavelet = Wavelet.ricker(frequency: 10, delay: 0.1)
    #expect(throws: WaveError.outside(what: "source 1", x: -1, z: 100)) {
      try simulation(source: PointSource(x: -1, z: 100, amplitudes: [.volumeRate: 1], wavelet: wavelet))
    }
    #expect(throws: WaveError.outside(what: "receiver A", x: 100, z: 391)) {
      try simulation(receivers: [Receiver(name: "A", x: 100, z: 391, components: [.p])])
    }
    let twin = Receiver(name: "A", x: 100, z: 39, components: [.p])
    #expect(throws: WaveError.sameName(what: "receivers", name: "A")) {
      try simulation(receivers: [twin, twin])
    }
    #expect(throws: WaveError.noSuchComponent(what: "source 1", component: "force_y", .acoustic2d)) {
      try simulation(source: PointSource(x: 1, z: 100, amplitudes: [.forceY: 1], wavelet: wavelet))
    }
    #expect(throws: WaveError.noSuchComponent(what: "receiver A", component: "y", .acoustic2d)) {
      try simulation(receivers: [Receiver(name: "A", x: 100, z: 39, components: [.y])])
    }
    #expect(throws: WaveError.nothing(what: "receiver")) { try simulation(receivers: []) }
  }

  @Test func grids() throws {
    #expect {
      try simulation {
        $0.step = 0.005; $0.outputStep = 0.005
      }
    } throws: { error in
      guard case .unstableStep(0.005, let limit) = error as? WaveError else { return false }
      return limit < 0.003
    }
    let fast = PointSource(
      x: 100, z: 100, amplitudes: [.volumeRate: 1], wavelet: .ricker(frequency: 40, delay: 0.1))
    #expect(throws: WaveError.undersampled(points: 2, needed: 3, spacing: 10, shortest: 20)) {
      try simulation(source: fast)
    }
    let stress = try WaveModel(
      physics: .psv2d, section: section,
      fields: constants([.vpv: 2000, .vph: 2000, .vsv: 1000, .eta: 1, .rho: 2000]))
    #expect(throws: WaveError.freeSurfaceOfStress(.psv2d)) {
      try simulation(
        stress,
        source: PointSource(
          x: 100, z: 100, amplitudes: [.forceX: 1], wavelet: .ricker(frequency: 5, delay: 0.1)),
        receivers: [Receiver(name: "A", x: 100, z: 39, components: [.x])]
      ) { $0.surface = .free }
    }
    let automatic = try simulation { $0.grid = .points(6) }
    // 2000 m/s at 25 Hz: 80 m, six points of 13 m.
    #expect(automatic.plan.section.spacing == 13)
    #expect(automatic.plan.step == 0.002)
  }
}
