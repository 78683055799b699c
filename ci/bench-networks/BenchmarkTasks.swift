import Foundation
import Networks
import NumericCore

/// Tasks of sbibm: the classifier two-sample test of a committee's draws at observation 1 against the reference samples.
struct BenchmarkTasks {
  let folder: String
  /// Simulations.
  let count: Int
  /// Folder of another program's draws, a file a task; nil for none.
  let draws: String?

  private struct Task: Sendable {
    var name: String
    var dimension: Int
    var prior: TargetPrior
    /// Data of a model by uniform and normal numbers.
    var simulate: @Sendable ([Double], [Double], [Double]) -> [Double]
    /// Uniform and normal numbers that a simulation takes.
    var randoms: Int
  }

  private static let tasks = [
    Task(name: "two_moons", dimension: 2, prior: .uniform(low: -1, high: 1), simulate: moons, randoms: 1),
    Task(
      name: "gaussian_mixture", dimension: 2, prior: .uniform(low: -10, high: 10), simulate: mixture,
      randoms: 2),
    Task(
      name: "gaussian_linear", dimension: 10, prior: .normal(mean: 0, deviation: 0.1.squareRoot()),
      simulate: { model, _, normal in zip(model, normal).map { $0 + 0.1.squareRoot() * $1 } }, randoms: 10),
    Task(name: "slcp", dimension: 5, prior: .uniform(low: -3, high: 3), simulate: lookalikes, randoms: 8),
  ]

  @Sendable private static func moons(_ t: [Double], _ uniform: [Double], _ normal: [Double]) -> [Double] {
    let (sin, cos) = Elementary.sincos(Double.pi * (uniform[0] - 0.5))
    let (r, root) = (0.1 + 0.01 * normal[0], 2.0.squareRoot())
    return [r * cos + 0.25 - abs(t[0] + t[1]) / root, r * sin + (t[1] - t[0]) / root]
  }

  @Sendable private static func mixture(_ t: [Double], _ uniform: [Double], _ normal: [Double]) -> [Double] {
    let deviation = uniform[0] < 0.5 ? 1 : 0.1
    return [t[0] + deviation * normal[0], t[1] + deviation * normal[1]]
  }

  @Sendable private static func lookalikes(_ t: [Double], _ uniform: [Double], _ normal: [Double]) -> [Double]
  {
    let (s1, s2) = (t[2] * t[2], t[3] * t[3])
    let e = Elementary.exp(-2 * abs(t[4]))
    let correlation = (t[4] < 0 ? -1 : 1) * (1 - e) / (1 + e)
    return (0..<4).flatMap { draw -> [Double] in
      let (a, b) = (normal[2 * draw], normal[2 * draw + 1])
      let second = correlation * a + max(0, 1 - correlation * correlation).squareRoot() * b
      return [t[0] + s1 * a, t[1] + s2 * second]
    }
  }

  func run(only: String?) throws {
    for task in Self.tasks where only == nil || only == task.name { try run(task) }
  }

  private func run(_ task: Task) throws {
    let random = CounterRandom(seed: 1, stream: task.name)
    var (data, targets) = ([Double](), [Double]())
    for row in 0..<count {
      let model: [Double]
      switch task.prior {
      case .normal(let mean, let deviation):
        model = random.normal(task.dimension, row: row).map { mean + deviation * $0 }
      default:
        let range = task.prior.range
        model = random.uniform(task.dimension, row: row).map {
          range.lowerBound + (range.upperBound - range.lowerBound) * $0
        }
      }
      targets += model
      data += task.simulate(
        model, random.uniform(task.randoms, row: row, round: 1),
        random.normal(task.randoms, row: row, round: 2))
    }
    let width = data.count / count
    let samples = CommitteeTraining.Samples(
      data: data, dataCount: width, targets: targets, names: (0..<task.dimension).map { "t\($0)" },
      priors: Array(repeating: task.prior, count: task.dimension))
    var options = TrainingOptions()
    (options.seed, options.committee, options.hidden) = (1, 3, 20...40)
    options.iterations = 600
    let split = try DataSplit(count: count, shares: [0.85, 0.1, 0.025, 0.025], seed: 1)
    var network: NetworkCommittee?
    let seconds = try BenchNetworks.seconds {
      network = try CommitteeTraining(options: options, workers: .upTo(2)).run(samples, split: split)
    }
    guard let network, let mixture = try network.mixtures(try observation(task.name)).first else { return }
    let draws = network.draws(mixture, 2000, random: CounterRandom(seed: 2, stream: "draws"), row: 0).draws
    print(
      task.name, count, "simulations, C2ST", try accuracy(draws.flatMap(\.self), task), "trained in", seconds,
      "s")
    guard let folder = self.draws else { return }
    let text = try String(contentsOfFile: "\(folder)/\(task.name).csv", encoding: .utf8)
    let others = text.split(separator: "\n").flatMap { $0.split(separator: ",").compactMap { Double($0) } }
    print(task.name, "peer's C2ST", try accuracy(others, task))
  }

  /// Share of 2000 draws and 2000 reference samples that a classifier assigns rightly: its standard error is 0.008 at 0.5.
  private func accuracy(_ draws: [Double], _ task: Task) throws -> Double {
    try TwoSampleTest.accuracy(
      draws, Array(try reference(task).prefix(2000 * task.dimension)), dimensions: task.dimension, seed: 1,
      workers: .upTo(2))
  }

  private func observation(_ task: String) throws -> [Double] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sbibm/reference_posteriors.json"))
    let all = try JSONSerialization.jsonObject(with: bytes) as? [String: [[String: Any]]]
    return (all?[task]?.first?["observation"] as? [NSNumber])?.map(\.doubleValue) ?? []
  }

  /// Reference samples; of the linear task drawn from its exact posterior N(x/2, 0.05 I).
  private func reference(_ task: Task) throws -> [Double] {
    if task.name == "gaussian_linear" {
      let (observed, random) = (try observation(task.name), CounterRandom(seed: 3, stream: "reference"))
      return (0..<2000).flatMap { row in
        zip(observed, random.normal(task.dimension, row: row)).map { $0 / 2 + 0.05.squareRoot() * $1 }
      }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc", "\(folder)/sbibm/\(task.name)_1_reference_samples.csv.gz"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").dropFirst().flatMap {
      $0.split(separator: ",").compactMap { Double($0) }
    }
  }
}
