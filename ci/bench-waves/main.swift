// Speed of the wave kernels: million points a second of forward runs and gradients, of one shot in 500² nodes with 20
// cells of absorbing layer, 1000 steps in single precision; beside it the bandwidth of a stream triad of the same
// size of memory. `swift run -c release bench-waves [steps]`.
//
// One case, for ci/bench-waves/peers.py, which runs it in turn with deepwave:
// `bench-waves case acoustic2d 4 2 gradient [steps]` (order, threads) prints seconds, megabytes (10⁶ bytes) of memory at the most,
// the step, how many there are, and megabytes of the stored wavefield: memory is to exceed these by 64 at the most;
// `bench-waves seismograms t1 8 6 1` (order, points in the shortest wavelength, threads) seconds and traces.

import NumericCore
import Waves

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

struct Bench {
  let physics: Physics
  let order: Int
  let steps: Int

  func simulation() throws -> Simulation {
    let section = Section(x0: 0, z0: 0, spacing: 10, columns: 500, rows: 500)
    let values: [Parameter: Double] = [
      .vp: 2000, .rho: 2000, .vsh: 1400, .vsv: 1200, .vpv: 2000, .vph: 2000, .eta: 1,
    ]
    var fields: [Parameter: [Double]] = [:]
    for (parameter, value) in values where physics.parameters.contains(parameter) {
      fields[parameter] = (0..<section.count).map { value * (1 + 1e-4 * Double($0 % 97)) }
    }
    let amplitudes: [SourceComponent: Double] = physics == .acoustic2d ? [.volumeRate: 1] : [.forceZ: 1]
    let frequency = physics == .acoustic2d ? 8.0 : 5.0
    var settings = SimulationSettings(duration: Double(steps - 40) * 0.002, outputStep: 0.002)
    settings.order = order
    return try Simulation(
      model: WaveModel(physics: physics, section: section, fields: fields),
      sources: [
        PointSource(
          x: 2500, z: 2500, amplitudes: amplitudes, wavelet: .ricker(frequency: frequency, delay: 0.2))
      ],
      receivers: (0..<100).map {
        Receiver(
          name: "R\($0)", x: 20 + 49 * Double($0), z: 20,
          components: physics == .acoustic2d ? [.p] : [.x, .z])
      }, settings: settings)
  }

  /// Wall and processor time of the faster of two runs, with points · steps.
  func run(threads: Int, gradient: Bool, bandwidth: Double) throws {
    let simulation = try simulation()
    var (wall, busy) = (Double.infinity, Double.infinity)
    for _ in 0..<2 {
      let start = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
      try Self.pass(simulation, physics, threads, gradient)
      let end = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
      (wall, busy) = (min(wall, end.0 - start.0), min(busy, end.1 - start.1))
    }
    let points = 540.0 * 540 * Double(simulation.plan.steps) * 1e-6
    let what = gradient ? "forward and gradient, K = 10" : "forward"
    print(
      "\(physics.rawValue) order \(order), \(threads) threads, \(what): \(rounded(wall)) s, "
        + "\(rounded(points / wall)) Mpoints/s; \(rounded(busy)) s of processor, \(rounded(points / busy)) Mpoints/s"
        + (gradient ? "" : "; \(rounded(points * 1e6 * traffic / wall / bandwidth)) of the bandwidth")
    )
  }

  /// Seconds and megabytes of the second of two runs, the step, and how many there are.
  func once(threads: Int, gradient: Bool) throws {
    let simulation = try simulation()
    try Self.pass(simulation, physics, threads, gradient)
    let wall = try wallTime { try Self.pass(simulation, physics, threads, gradient) }
    let stored = gradient ? try StoredWavefield.bytes(simulation, settings: Self.wavefield(physics)) : 0
    print(wall, peakMemory(), simulation.plan.step, simulation.plan.steps, Double(stored) / 1e6)
  }

  /// Kept of the forward run: every tenth step.
  static func wavefield(_ physics: Physics) -> WavefieldSettings {
    var wanted = WavefieldSettings(parameters: physics == .acoustic2d ? [.vp] : [.vpv, .vph, .vsv])
    (wanted.interval, wanted.isForced) = (10, true)
    return wanted
  }

  static func pass(_ simulation: Simulation, _ physics: Physics, _ threads: Int, _ gradient: Bool) throws {
    guard gradient else {
      _ = try simulation.run(workers: .upTo(threads))
      return
    }
    let result = try simulation.run(wavefield: wavefield(physics), workers: .upTo(threads))
    guard let wavefield = result.wavefield else { fatalError("the wavefield was asked for") }
    _ = try simulation.gradient(
      adjointSource: result.seismograms, wavefield: wavefield, workers: .upTo(threads))
  }

  /// Bytes a point and step where every sweep reads and writes each field once and reads each coefficient: more than the
  /// whole bandwidth is what several steps in one front save.
  private var traffic: Double { physics == .acoustic2d ? 9 * 4 : 16 * 4 }

  private func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }
}

/// a = b + 3 c over arrays as large as the fields of a run: bytes a second.
func streamBandwidth() -> Double {
  let count = 540 * 540 * 2
  var a = [Float](repeating: 0, count: count)
  let (b, c) = ([Float](repeating: 1, count: count), [Float](repeating: 2, count: count))
  var best = Double.infinity
  for _ in 0..<50 {
    let start = seconds(CLOCK_MONOTONIC)
    for index in 0..<count { a[index] = b[index] + 3 * c[index] }
    best = min(best, seconds(CLOCK_MONOTONIC) - start)
  }
  return a[7] == 7 ? Double(12 * count) / best : 0
}

/// Megabytes (10⁶ bytes) of memory at the most so far.
func peakMemory() -> Double {
  var usage = rusage()
  #if canImport(Glibc)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  #else
    getrusage(RUSAGE_SELF, &usage)
  #endif
  return Double(usage.ru_maxrss) * 1.024e-3
}

func wallTime(_ body: () throws -> Void) rethrows -> Double {
  let start = seconds(CLOCK_MONOTONIC)
  try body()
  return seconds(CLOCK_MONOTONIC) - start
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "case"?:
  guard arguments.count >= 5, let physics = Physics(rawValue: arguments[1]), let order = Int(arguments[2]),
    let threads = Int(arguments[3]), let steps = Int(arguments.count > 5 ? arguments[5] : "1000")
  else { fatalError("case PHYSICS ORDER THREADS forward|gradient [STEPS]") }
  try Bench(physics: physics, order: order, steps: steps)
    .once(threads: threads, gradient: arguments[4] == "gradient")
case "seismograms"?:
  guard arguments.count == 5, let order = Int(arguments[2]), let points = Double(arguments[3]),
    let threads = Int(arguments[4])
  else { fatalError("seismograms t1|t5 ORDER POINTS THREADS") }
  try Accuracy(test: arguments[1], order: order, points: points).run(threads: threads)
default:
  let steps = arguments.first.flatMap { Int($0) } ?? 1000
  let bandwidth = streamBandwidth()
  print("stream triad: \((bandwidth * 1e-8).rounded() / 10) GB/s")
  for (physics, order) in [(Physics.acoustic2d, 4), (.acoustic2d, 8), (.psv2d, 4), (.psv2d, 8)] {
    for gradient in [false, true] {
      for threads in [1, 2] {
        try Bench(physics: physics, order: order, steps: steps)
          .run(threads: threads, gradient: gradient, bandwidth: bandwidth)
      }
    }
  }
}
