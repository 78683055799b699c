import NumericCore
import Testing

@testable import Waves

/// Uniform between −1 and 1.
func noise(_ count: Int, _ random: inout NumPyRandom) -> [Double] {
  (0..<count).map { _ in random.uniform(-1, 1) }
}

/// A small random medium with sources and receivers off the nodes.
struct SmallCase {
  var physics: Physics
  var order = 8
  var surface = Surface.absorbing
  var isDouble = true
  var corrects = true
  var seed: UInt64 = 1
  var duration = 0.25
  var field = ReceiverField.velocity
  var rows = 37

  var section: Section { Section(x0: 0, z0: 0, spacing: 10, columns: 41, rows: rows) }

  func model(change: [Parameter: [Double]] = [:], amount: Double = 0) throws -> WaveModel {
    var random = NumPyRandom(seed: seed)
    var fields: [Parameter: [Double]] = [:]
    let base: [Parameter: Double] = [
      .vp: 2000, .rho: 2000, .vsh: 1400, .vsv: 1300, .vpv: 2400, .vph: 2500, .eta: 0.95,
    ]
    for parameter in physics.parameters {
      let rough = noise(section.count, &random)
      let smooth = try Smoothing(section: section, vertical: 15, horizontal: 20).applied(to: rough)
      let middle = try #require(base[parameter])
      let added = change[parameter] ?? Array(repeating: 0, count: section.count)
      fields[parameter] = zip(smooth, added).map { middle * (1 + 0.2 * $0) + amount * $1 }
    }
    return try WaveModel(physics: physics, section: section, fields: fields)
  }

  var sources: [PointSource] {
    let wavelet = Wavelet.ricker(frequency: 11, delay: 0.1)
    let amplitudes: [SourceComponent: Double] =
      switch physics {
      case .acoustic2d: [.volumeRate: 3, .forceX: 2e3, .forceZ: -1e3, .momentXX: 1e6]
      case .sh2d: [.forceY: 1e6, .momentXY: 3e7, .momentZY: -2e7]
      case .psv2d: [.forceX: 1e6, .forceZ: -2e6, .momentXX: 3e7, .momentZZ: 1e7, .momentXZ: -2e7]
      case .vti2d: [.forceX: 1e6, .forceY: 1e6, .forceZ: -2e6, .momentXX: 3e7, .momentXY: 2e7]
      }
    return [PointSource(x: 123.4, z: surface == .free ? 17 : 96.1, amplitudes: amplitudes, wavelet: wavelet)]
  }

  var receivers: [Receiver] {
    let components = physics.motion + (physics == .sh2d ? [] : [.p])
    return [
      Receiver(name: "A", x: 301.7, z: 88.8, components: components),
      Receiver(name: "B", x: 250, z: surface == .free ? 6 : 210, components: components),
      Receiver(name: "C", x: 77.3, z: 333.3, components: components),
    ]
  }

  func simulation(
    _ model: WaveModel? = nil, set: KernelSet = .best
  ) throws -> Simulation {
    var settings = SimulationSettings(duration: duration, outputStep: 0.004)
    settings.order = order
    settings.surface = surface
    settings.isDouble = isDouble
    settings.layerCells = 10
    settings.correctsDispersion = corrects
    settings.field = field
    return try Simulation(
      model: model ?? self.model(), sources: sources, receivers: receivers, settings: settings, set: set)
  }
}

extension Seismograms {
  func dot(_ other: Seismograms) -> Double {
    zip(traces, other.traces).reduce(0) { sum, pair in
      sum + zip(pair.0.values, pair.1.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  func random(seed: UInt64) -> Seismograms {
    var random = NumPyRandom(seed: seed)
    var result = self
    for index in result.traces.indices {
      // Components differ by orders of magnitude; every one must count.
      let peak = traces[index].values.reduce(0) { max($0, abs($1)) }
      result.traces[index].values = noise(count, &random).map { $0 / peak }
    }
    return result
  }
}

@Suite struct AdjointTests {
  static let cases: [(Physics, Surface)] = [
    (.acoustic2d, .absorbing), (.acoustic2d, .free), (.sh2d, .absorbing), (.sh2d, .free),
    (.psv2d, .absorbing),
    (.vti2d, .absorbing),
  ]

  /// ⟨F s, r⟩ = ⟨s, Fᵀ r⟩: the seismograms are linear in the wavelet and in the amplitudes.
  @Test(arguments: cases, [4, 8])
  func transposeIsExact(_ problem: (Physics, Surface), order: Int) throws {
    for (isDouble, limit) in [(true, 1e-12), (false, 1e-4)] {
      let small = SmallCase(
        physics: problem.0, order: order, surface: problem.1, isDouble: isDouble,
        field: order == 4 ? .displacement : .velocity)
      let simulation = try small.simulation()
      var wanted = WavefieldSettings(parameters: Set(problem.0.parameters))
      wanted.interval = 1
      let result = try simulation.run(wavefield: wanted)
      let r = result.seismograms.random(seed: 7)
      let gradient = try simulation.gradient(adjointSource: r, wavefield: result.wavefield!)
      let left = result.seismograms.dot(r)
      let amplitudes = small.sources[0].amplitudes
      let right = SourceComponent.allCases.reduce(0.0) {
        $0 + amplitudes[$1, default: 0] * gradient.sources[0].amplitudes[$1, default: 0]
      }
      let size = (result.seismograms.dot(result.seismograms) * r.dot(r)).squareRoot()
      let scaled = abs(left - right) / max(abs(left), 1e-3 * size)
      print(
        "adjoint \(problem) order \(order) double \(isDouble): \(abs(left - right) / abs(left)), \(scaled)")
      #expect(scaled <= limit)
      var byWavelet = 0.0
      for part in gradient.sources[0].wavelets {
        let samples = small.sources[0].wavelet.sampled(
          count: part.values.count, step: part.step, offset: part.offset)
        byWavelet += zip(samples, part.values).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(abs(left - byWavelet) / max(abs(left), 1e-3 * size) <= limit)
    }
  }

  /// Central differences of ½‖s − d‖² along random directions, best over ε.
  @Test(arguments: cases)
  func gradientIsThatOfTheMisfit(_ problem: (Physics, Surface)) throws {
    let small = SmallCase(physics: problem.0, surface: problem.1)
    let observed = try SmallCase(physics: problem.0, surface: problem.1, seed: 2).simulation().run()
      .seismograms
    func chi(_ seismograms: Seismograms) -> (Double, Seismograms) {
      var adjoint = seismograms
      for index in adjoint.traces.indices {
        let norm = observed.traces[index].values.reduce(0) { $0 + $1 * $1 }
        adjoint.traces[index].values = zip(seismograms.traces[index].values, observed.traces[index].values)
          .map {
            ($0 - $1) / norm
          }
      }
      var difference = seismograms
      for index in difference.traces.indices {
        difference.traces[index].values = zip(seismograms.traces[index].values, observed.traces[index].values)
          .map(-)
      }
      return (0.5 * adjoint.dot(difference), adjoint)
    }
    let simulation = try small.simulation()
    var wanted = WavefieldSettings(parameters: Set(problem.0.parameters))
    wanted.interval = 1
    let result = try simulation.run(wavefield: wanted)
    let gradient = try simulation.gradient(
      adjointSource: chi(result.seismograms).1, wavefield: result.wavefield!)
    for parameter in problem.0.parameters {
      var random = NumPyRandom(seed: 11)
      let mean = try small.model()[parameter].reduce(0, +) / Double(small.section.count)
      let direction = noise(small.section.count, &random).map { $0 * mean }
      let expected = zip(direction, gradient.parameters[parameter]!).reduce(0) { $0 + $1.0 * $1.1 }
      var errors: [Double] = []
      for epsilon in [1e-2, 1e-3, 1e-4, 1e-5] {
        let values = try [epsilon, -epsilon].map { amount in
          chi(
            try small.simulation(small.model(change: [parameter: direction], amount: amount)).run()
              .seismograms
          ).0
        }
        errors.append(abs((values[0] - values[1]) / (2 * epsilon) - expected) / abs(expected))
      }
      print("gradient \(problem) \(parameter): \(errors)")
      #expect(errors.min()! <= 1e-7)
      let slope = Elementary.log10(errors[0] / errors[1])
      #expect(abs(slope - 2) <= 0.1)
    }
  }
}
