import Datasets
import NumericCore
import TestSupport
import Testing

@testable import Waves

/// Misfits and gradients of the prior model of the reference inversion (T7): another program's numbers.
@Suite(.needsReference) struct InversionReferenceTests {
  /// Six events and 24 receivers about 96 × 96 nodes, no correction of dispersion on either side.
  struct Problem {
    let section = Section(x0: 0, z0: 0, spacing: 20, columns: 96, rows: 96)
    let events, receivers: [(x: Double, z: Double)]
    let observed: [[[Double]]]
    let mask: [Double]

    init() throws {
      let data = try NetCDFFile.read(Reference.path("fwi_t7/observed.nc", of: "waves"))
      func values(_ name: String) throws -> [Double] { try data.doubles(name) }
      events = zip(try values("event_x"), try values("event_z")).map { ($0, $1) }
      receivers = zip(try values("receiver_x"), try values("receiver_z")).map { ($0, $1) }
      let p = try values("p")
      observed = (0..<6).map { event in
        (0..<24).map { receiver in Array(p[(event * 24 + receiver) * 400..<(event * 24 + receiver + 1) * 400])
        }
      }
      mask = try values("mapping_mask")
    }

    func simulation(_ event: Int) throws -> Simulation {
      var settings = SimulationSettings(duration: 1.8, outputStep: 0.0045)
      settings.layerCells = 16
      settings.layerFrequency = 5
      settings.layerSpeed = 2300
      settings.correctsDispersion = false
      settings.isDouble = true
      let model = try WaveModel(
        physics: .acoustic2d, section: section,
        fields: [
          .vp: Array(repeating: 2000, count: section.count),
          .rho: Array(repeating: 2000, count: section.count),
        ])
      // Their wavelet is put in half a step later.
      let wavelet = Wavelet.ricker(frequency: 5, delay: 0.24 + 0.00225)
      return try Simulation(
        model: model,
        sources: [
          PointSource(
            x: events[event].x, z: events[event].z, amplitudes: [.volumeRate: 1000], wavelet: wavelet)
        ],
        receivers: receivers.enumerated().map {
          Receiver(name: "R\($0)", x: $1.x, z: $1.z, components: [.p])
        }, settings: settings)
    }

    /// About the direct wave, receivers nearer than 500 m left out; their first sample lies at 4.5 ms.
    func windows(_ event: Int) -> [Window] {
      receivers.enumerated().compactMap { index, receiver in
        let (dx, dz) = (receiver.x - events[event].x, receiver.z - events[event].z)
        let distance = (dx * dx + dz * dz).squareRoot()
        guard distance >= 500 else { return nil }
        let arrival = distance / 2000 + 0.24
        return Window(
          receiver: "R\(index)", component: .p, start: arrival - 0.26, end: min(arrival + 0.34, 1.79))
      }
    }

    func record(_ event: Int) throws -> Seismograms {
      try Seismograms(
        step: 0.0045, count: 401,
        traces: observed[event].enumerated().map {
          Trace(receiver: "R\($0)", component: .p, values: [0] + $1)
        })
    }
  }

  @Test func misfitsAndGradientsOfThePrior() throws {
    let problem = try Problem()
    var phase = PhaseMisfit(shortestPeriod: 0.1, longestPeriod: 0.4)
    phase.width = 1
    let kinds: [(MisfitKind, Double, Double)] = [
      (.l2(isNormalised: false), 928_593_565_310.2703, 1_711_323_975_373.4956),
      (.phase(phase), 8.6573823259321, 16.56601284587073),
      (.traveltime(sigma: 0.01, largestLag: 0.1), 13.412367968401195, 25.960562058964225),
    ]
    var sums = [Double](repeating: 0, count: 3)
    var gradients = [[Double]](repeating: Array(repeating: 0, count: problem.section.count), count: 3)
    for event in problem.events.indices {
      let simulation = try problem.simulation(event)
      var wanted = WavefieldSettings(parameters: [.vp])
      wanted.interval = 4
      let result = try simulation.run(wavefield: wanted, workers: .upTo(2))
      for (index, kind) in kinds.enumerated() {
        let misfit = try WaveformMisfit(kind: kind.0).evaluated(
          synthetic: result.seismograms, observed: problem.record(event), windows: problem.windows(event))
        #expect(misfit.rows.allSatisfy { $0.reason == nil })
        sums[index] += misfit.misfit
        let gradient = try simulation.gradient(
          adjointSource: misfit.adjointSource, wavefield: result.wavefield!, workers: .upTo(2))
        for (node, value) in gradient.parameters[.vp]!.enumerated() {
          gradients[index][node] += 2000 * problem.mask[node] * value
        }
      }
    }
    for (index, kind) in kinds.enumerated() {
      let norm = gradients[index].reduce(0) { $0 + $1 * $1 }.squareRoot()
      print("T7 prior: \(sums[index]) of \(kind.1), |g| \(norm) of \(kind.2), ratio \(norm / kind.2)")
      #expect(abs(sums[index] / kind.1 - 1) <= 0.01)
    }
  }
}
