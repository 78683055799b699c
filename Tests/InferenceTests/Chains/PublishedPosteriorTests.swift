import NumericCore
import TestSupport
import Testing

@testable import Inference

/// Chains against the samples that sbibm publishes.
@Suite(.serialized) struct PublishedPosteriorTests {
  /// The four modes of slcp take more iterations than every run of the tests has time for.
  private static let tasks =
    ["gaussian_linear", "gaussian_linear_uniform", "gaussian_mixture", "two_moons"]
    + (Effort.isLong ? ["slcp"] : [])

  private func run(_ posterior: PublishedPosterior, seed: UInt64, _ move: ChainSettings.Move) -> ChainRun {
    let settings = ChainSettings(
      move: move, dimensions: posterior.dimensions, ensembles: 2, walkers: max(16, 2 * posterior.dimensions),
      warmUp: 600, seed: seed)
    return ChainRun(
      settings, iterations: Effort.count(2000, long: 6000),
      draw: normalPrior(posterior.dimensions, seed: seed),
      density: posterior.density)
  }

  /// Means within four standard errors, of the chains by their size and of the published 10⁴ draws; deviations likewise.
  private func check(_ run: ChainRun, _ posterior: PublishedPosterior, _ name: String) -> [[Double]] {
    let points = run.points.map(posterior.parameters)
    for axis in 0..<posterior.dimensions {
      let values = points.map { $0[axis] }
      let size = run.diagnostics(axis).meanSize
      let error = (1 / size + 1 / posterior.draws).squareRoot()
      let off = (Statistics.mean(values) - posterior.mean[axis]) / posterior.deviation[axis]
      #expect(abs(off) < 4.5 * error, "\(name), coordinate \(axis): mean off by \(off), error \(error)")
      let ratio = Statistics.deviation(values) / posterior.deviation[axis]
      #expect(
        abs(ratio - 1) < 4.5 * error, "\(name), coordinate \(axis): deviation ratio \(ratio), error \(error)")
    }
    return points
  }

  @Test(.needsReference, arguments: tasks) func differentialMoves(name: String) throws {
    for observation in 1...Effort.count(1, long: 5) {
      let posterior = try PublishedPosterior.task(name, observation: observation)
      let run = run(posterior, seed: UInt64(observation), .differential(.init()))
      let points = check(run, posterior, "\(name) \(observation)")
      guard observation == 1, posterior.dimensions <= 5 else { continue }
      let published = try PublishedPosterior.samples(name)
      let chosen = (0..<1000).map { points[$0 * (points.count / 1000)] }
      let accuracy = TwoSampleTest.accuracy(Array(published.prefix(1000)), chosen)
      #expect(accuracy <= 0.55, "\(name): told apart in \(accuracy)")
    }
  }

  @Test(.needsReference, arguments: [ChainSettings.Move.stretch(scale: 2), .adaptive])
  func otherMovesOnOneMode(move: ChainSettings.Move) throws {
    for name in ["gaussian_linear", "gaussian_mixture"] {
      let posterior = try PublishedPosterior.task(name, observation: 1)
      _ = check(run(posterior, seed: 3, move), posterior, name)
    }
  }

  /// Where an algorithm does not find both modes in time it says so.
  @Test(.needsReference) func aStretchMoveBetweenTwoMoonsSaysThatItHasNotConverged() throws {
    let posterior = try PublishedPosterior.task("two_moons", observation: 1)
    let run = run(posterior, seed: 1, .stretch(scale: 2))
    #expect(run.diagnostics(0).rHat > 1.5)
  }

  /// The rank of the truth among independent draws is uniform over problems drawn from the prior: χ² of ten bins.
  @Test func ranksOverProblemsOfThePrior() {
    let random = CounterRandom(seed: 17, stream: "problems")
    var counts = Array(repeating: 0, count: 10)
    let problems = 100
    for problem in 0..<problems {
      let drawn = random.normal(4, row: problem)
      let truth = [drawn[0], drawn[1]]
      func model(_ x: [Double]) -> [Double] { [x[0] + 0.3 * x[1] * x[1], x[1] - 0.2 * x[0]] }
      let data = zip(model(truth), drawn[2...]).map { $0 + 0.5 * $1 }
      let settings = ChainSettings(
        move: .differential(.init()), dimensions: 2, ensembles: 1, walkers: 8, warmUp: 100,
        seed: UInt64(problem))
      let run = ChainRun(settings, iterations: 400, draw: normalPrior(2, seed: UInt64(problem))) { x in
        let square = zip(model(x), data).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return ChainDensity(likelihood: -2 * square, prior: -0.5 * (x[0] * x[0] + x[1] * x[1]))
      }
      let values = run.draws[0].flatMap(\.self)
      let share = Double(values.count { $0 < truth[0] }) / Double(values.count)
      counts[min(9, Int(share * 10))] += 1
    }
    let expected = Double(problems) / 10
    let chi = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // The 99 % point of χ² with 9 degrees of freedom.
    #expect(chi < 21.67, "\(counts)")
  }
}
