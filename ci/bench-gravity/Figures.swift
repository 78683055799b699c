import Foundation
import Gravity
import Optimisation
import Topography
import NumericCore
import Synchronization

/// A line of the table of figures: what was measured, what was asked, what the peer takes.
struct Figure {
  let work: String
  let cost: Cost
  let memory: Int
  /// Seconds and MB.
  let asked: (seconds: Double, memory: Int?)
  /// Seconds that Invert4Geom or Harmonica takes on a machine of two processors, nil where it can't.
  let peer: Double?
  var remark = ""

  func show() {
    let seconds = cost.elapsed / 1e3
    let ratio = peer.map { String(format: "%8.0f s, 1/%.0f", $0, $0 / seconds) } ?? "        impossible"
    let met = seconds <= asked.seconds && asked.memory.map { memory <= $0 } ?? true
    let limit = String(format: "%g s", asked.seconds) + (asked.memory.map { ", \($0) MB" } ?? "")
    print(
      work.padding(toLength: 46, withPad: " ", startingAt: 0),
      String(format: "%9.3f s %9.3f s %6d MB", seconds, cost.processor / 1e3, memory),
      ratio.padding(toLength: 20, withPad: " ", startingAt: 0), "<=", limit, met ? "met" : "MISSED",
      remark)
  }
}

/// The table of the README, in-process, on two threads, but for its last line.
func benchFigures() throws {
  print("work, clock, processor, peak memory, the peer and the ratio to it, what is asked")
  let workers = Workers.upTo(2)
  let example = publishedExample(workers)
  try published(
    example, "one inversion, damping 0.139", [0.13894954943731375], (0.2, nil), peer: 19.7, workers)
  try published(example, "damping table, 8 trials", dampings, (1.2, 60), peer: 148, workers)
  try larger(workers)
  try onPoints(workers)
  try million(workers)
}

private let dampings = [
  0.001, 0.0026826957952797246, 0.0071968567300115215, 0.019306977288832496, 0.0517947467923121,
  0.13894954943731375, 0.3727593720314938, 1,
]

/// The example of the peer's tutorial on damping: a basin of 41 × 31 cells with noise of 0.2 mGal.
private func publishedExample(_ workers: Workers) -> InversionProblem {
  let model = square(41, 31)
  let topography = SyntheticTopography.simple(geometry: model).values
  let reference = Array(repeating: Statistics.mean(topography), count: model.count)
  let contrast = Array(repeating: 2669.0, count: model.count)
  let half = model.refined(by: 2)
  let layer = PrismLayer(
    topography: topography, geometry: model, reference: reference, densityContrast: contrast)
  let clean = PrismGravity.gz(
    of: layer, at: ObservationPoints(grid: half, upward: 1000), workers: workers)
  let anomaly = contaminate(clean, .absolute(0.2), seed: 0)
  let training = anomaly.indices.filter {
    $0 % half.columns % 2 == 0 && $0 / half.columns % 2 == 0
  }
  return InversionProblem(
    model: model, startingTopography: reference, reference: reference, densityContrast: contrast,
    points: ObservationPoints(grid: model, upward: 1000), anomaly: training.map { anomaly[$0] })
}

private func published(
  _ problem: InversionProblem, _ work: String, _ dampings: [Double],
  _ asked: (Double, Int?), peer: Double, _ workers: Workers
) throws {
  let counts = Mutex((next: 0, iterations: 0, sweeps: 0))
  resetPeakMemory()
  let cost = median(of: 3) {
    counts.withLock { $0 = (0, 0, 0) }
    // As the engine does: a thread that is free takes the next trial.
    workers.forEach(min(2, dampings.count)) { _ in
      while true {
        let trial = counts.withLock { counts -> Int in
          counts.next += 1
          return counts.next - 1
        }
        guard trial < dampings.count else { return }
        let settings = InversionSettings(
          derivative: .annulus, damping: dampings[trial],
          stopping: StoppingRule(maximumIterations: 200, l2NormTolerance: 0.04, deltaL2NormTolerance: 1.01),
          returnedIteration: .last)
        let threads: Workers = dampings.count > 1 ? .serial : workers
        guard let result = try? invert(problem, settings: settings, workers: threads) else {
          fatalError("the published example failed")
        }
        counts.withLock { counts in
          counts.iterations += result.history.count - 1
          counts.sweeps += result.history.reduce(0) { $0 + $1.solverIterations }
        }
      }
    }
  }
  let (_, iterations, sweeps) = counts.withLock { $0 }
  Figure(
    work: work, cost: cost, memory: peakMemory(), asked: asked, peer: peer,
    remark: "\(iterations) iterations, \(sweeps) sweeps"
  ).show()
}

private func larger(_ workers: Workers) throws {
  let problem = try problem(square(161, 121), amplitude: 700, path: .fast, threads: 2)
  let settings = InversionSettings(
    derivative: .annulus, damping: 0.1,
    stopping: StoppingRule(maximumIterations: 5, l2NormTolerance: 0, deltaL2NormTolerance: 0))
  resetPeakMemory()
  let cost = try median(of: 3) { _ = try invert(problem, settings: settings, workers: workers) }
  Figure(
    work: "161 x 121 cells, 5 iterations, annulus", cost: cost, memory: peakMemory(),
    asked: (1, 150), peer: 367, remark: "peer: dense Jacobian, 3 GB"
  ).show()
}

private func onPoints(_ workers: Workers) throws {
  let geometry = square(161, 121)
  let layer = PrismLayer(
    topography: basin(geometry, amplitude: 700), geometry: geometry,
    reference: Array(repeating: 0, count: geometry.count),
    densityContrast: Array(repeating: 2669, count: geometry.count))
  let points = ObservationPoints(grid: geometry, upward: 1000)
  resetPeakMemory()
  let cost = median(of: 3) { _ = PrismGravity.gz(of: layer, at: points, workers: workers) }
  Figure(
    work: "forward, 161 x 121 on itself, direct sums", cost: cost, memory: peakMemory(), asked: (1, nil),
    peer: 45.6,
    remark: String(format: "%.0f M pairs/s", Double(points.count * points.count) / cost.elapsed / 1e3)
  ).show()
}

private func million(_ workers: Workers) throws {
  let geometry = square(1000, 1000)
  let zero = [Double](repeating: 0, count: geometry.count)
  let surface = basin(geometry, amplitude: 700)
  let points = ObservationPoints(grid: geometry, upward: 1000)
  resetPeakMemory()
  // From nothing: kernels, the reference's part and the surface's.
  let cost = try median(of: 3) {
    var gravity = try GridGravity(
      of: .init(
        geometry: geometry, reference: zero, densityContrast: Array(repeating: 2669, count: geometry.count),
        isPresent: zero.map { _ in true }), lattice: ObservationLattice(points, on: geometry),
      tolerance: .init(1e-6), workers: workers)
    _ = try gravity.gz(ofSurface: surface, workers: workers)
  }
  Figure(
    work: "forward, 1000 x 1000 on itself, to 1e-6 mGal", cost: cost, memory: peakMemory(), asked: (3, nil),
    peer: 34 * 3600, remark: "10^12 pairs"
  ).show()
}

/// The last line of the table, which takes minutes.
func benchMillion() throws {
  let workers = Workers.upTo(2)
  let problem = try problem(square(1000, 1000), amplitude: 700, path: .fast, threads: 2)
  let settings = InversionSettings(
    derivative: .exact, damping: 0.05,
    stopping: StoppingRule(maximumIterations: 20, l2NormTolerance: 0, deltaL2NormTolerance: 0), path: .fast)
  resetPeakMemory()
  var result: InversionResult?
  let inversion = try median(of: 1) { result = try invert(problem, settings: settings, workers: workers) }
  Figure(
    work: "1000 x 1000 cells, 20 iterations", cost: inversion, memory: peakMemory(), asked: (300, 4000),
    peer: nil,
    remark: String(format: "noise 0.2 mGal, RMS residual %.4f", result?.history.last?.rmse ?? .nan)
  ).show()
}
