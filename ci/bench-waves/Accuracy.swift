import NumericCore
import Waves

/// Seismograms of the references T1 (a homogeneous medium) and T5 (Gaussian anomalies) at a sampling of the user's
/// choice, to be compared with them: what counts is the time to an error, not the time of a step.
struct Accuracy {
  let test: String
  let order: Int
  /// In the wavelength of the highest frequency, 2.5 times the wavelet's.
  let points: Double

  private var isHomogeneous: Bool { test == "t1" }
  private var spacing: Double { 2000 / ((isHomogeneous ? 25 : 20) * points) }

  private func section() -> Section {
    let (x0, z0, width, depth) =
      isHomogeneous ? (-300.0, -300.0, 1400.0, 1800.0) : (0, 0, 1900, 1900)
    return Section(
      x0: x0, z0: z0, spacing: spacing, columns: Int((width / spacing).rounded(.up)) + 1,
      rows: Int((depth / spacing).rounded(.up)) + 1)
  }

  private func speeds(_ section: Section) -> [Double] {
    guard !isHomogeneous else { return Array(repeating: 2000, count: section.count) }
    let anomalies = [(700.0, 700.0, 160.0, 0.05), (1250, 1150, 160, -0.05), (1150, 600, 110, 0.03)]
    return (0..<section.count).map { index in
      let (x, z) = (section.x(index % section.columns), section.z(index / section.columns))
      return anomalies.reduce(2000) { sum, anomaly in
        let (dx, dz) = (x - anomaly.0, z - anomaly.1)
        return sum + 2000 * anomaly.3
          * Elementary.exp(-(dx * dx + dz * dz) / (2 * anomaly.2 * anomaly.2))
      }
    }
  }

  func run(threads: Int) throws {
    let section = section()
    let places =
      isHomogeneous
      ? [(100.0, 0.0), (400, 0), (800, 0), (560, 560), (0, 1200)]
      : [(1000, 200), (1700, 400), (1700, 1000), (1700, 1600), (900, 1700)]
    let wavelet = Wavelet.ricker(frequency: isHomogeneous ? 10 : 8, delay: isHomogeneous ? 0.15 : 0.18)
    var settings = SimulationSettings(
      duration: isHomogeneous ? 1.398 : 1.498, outputStep: isHomogeneous ? 0.001 : 0.002)
    settings.order = order
    // As long a step as the grid allows: the output takes every second or third sample of the reference.
    settings.outputStep = try longest(settings, section)
    settings.step = settings.outputStep
    let simulation = try Simulation(
      model: WaveModel(
        physics: .acoustic2d, section: section,
        fields: [.vp: speeds(section), .rho: Array(repeating: 2000, count: section.count)]),
      sources: [
        PointSource(
          x: isHomogeneous ? 0 : 200, z: isHomogeneous ? 0 : 900, amplitudes: [.volumeRate: 1000],
          wavelet: wavelet)
      ],
      receivers: places.enumerated().map {
        Receiver(name: "R0\($0.offset)", x: $0.element.0, z: $0.element.1, components: [.p])
      }, settings: settings)
    _ = try simulation.run(workers: .upTo(threads))
    var found = try simulation.run(workers: .upTo(threads)).seismograms
    let wall = try wallTime { found = try simulation.run(workers: .upTo(threads)).seismograms }
    print(wall, settings.outputStep, simulation.plan.steps)
    for trace in found.traces { print(trace.values.map { "\($0)" }.joined(separator: " ")) }
  }

  /// The largest multiple of the reference's step, up to three of 1 ms or two of 2 ms, below the limit of stability.
  private func longest(_ settings: SimulationSettings, _ section: Section) throws -> Double {
    let limit = try Stencil(order: settings.order).largestStep(spacing: section.spacing, fastest: 2110)
    let most = isHomogeneous ? 3.0 : 2
    return settings.outputStep * max(1, min(most, (limit / settings.outputStep).rounded(.down)))
  }
}
