import NumericCore
import Testing

@testable import Inference

@Suite struct ChainStepTests {
  static let moves: [ChainSettings.Move] = [.stretch(scale: 2), .differential(.init()), .adaptive]

  /// log N(x; m, C) with C of deviations 0.3 and 0.05 and correlation 0.8, as the likelihood; a flat prior.
  private func tilted(_ point: [Double]) -> ChainDensity {
    let (u, v) = ((point[0] - 0.4) / 0.3, (point[1] + 0.2) / 0.05)
    return ChainDensity(likelihood: -0.5 * (u * u - 1.6 * u * v + v * v) / 0.36, prior: 0)
  }

  private func settings(_ move: ChainSettings.Move, seed: UInt64, warmUp: Int = 300) -> ChainSettings {
    ChainSettings(move: move, dimensions: 2, ensembles: 2, walkers: 8, warmUp: warmUp, seed: seed)
  }

  @Test(arguments: 0..<3) func momentsOfANormalDistribution(index: Int) {
    // Over replicas: means and deviations within their own error, and the error as large as the size says.
    let runs = (100..<140).map { seed in
      ChainRun(
        settings(Self.moves[index], seed: UInt64(seed)), iterations: 500,
        draw: normalPrior(2, seed: UInt64(seed)), density: tilted)
    }
    for (axis, expected) in [(0, (0.4, 0.3)), (1, (-0.2, 0.05))] {
      let means = runs.map { $0.mean(axis) }
      let error = Statistics.deviation(means, lostDegrees: 1)
      let off = (Statistics.mean(means) - expected.0) / (error / Double(runs.count).squareRoot())
      #expect(abs(off) < 4, "mean of \(axis) off by \(off) of its error")
      let told = Statistics.mean(
        runs.map { $0.deviation(axis) / $0.diagnostics(axis).meanSize.squareRoot() })
      #expect(told / error > 0.6 && told / error < 1.6, "axis \(axis): told \(told), is \(error)")
      let spreads = runs.map { $0.deviation(axis) }
      let spreadError = Statistics.deviation(spreads, lostDegrees: 1) / Double(runs.count).squareRoot()
      #expect(abs(Statistics.mean(spreads) - expected.1) < 4 * spreadError + 0.002 * expected.1)
    }
  }

  /// A draw of the target stays one: with walkers that begin there, no move of any kind changes the distribution.
  @Test(arguments: 0..<3) func stationarity(index: Int) {
    // exp(−x⁴/4 + x) in one of two dimensions, drawn by inversion of its tabulated distribution.
    func density(_ x: Double) -> Double { -0.25 * x * x * x * x + x }
    let nodes = (0...4000).map { -4 + 0.002 * Double($0) }
    var sums = [0.0]
    for (a, b) in zip(nodes, nodes.dropFirst()) {
      sums.append(sums[sums.count - 1] + Elementary.exp(density(0.5 * (a + b))))
    }
    let whole = sums[sums.count - 1]
    func quantile(_ u: Double) -> Double {
      let index = sums.firstIndex { $0 >= u * whole } ?? sums.count - 1
      guard index > 0 else { return nodes[0] }
      let part = (u * whole - sums[index - 1]) / (sums[index] - sums[index - 1])
      return nodes[index - 1] + part * 0.002
    }
    let random = CounterRandom(seed: 5, stream: "exact")
    let settings = ChainSettings(
      move: Self.moves[index], dimensions: 2, ensembles: 250, walkers: 8, warmUp: 0, seed: 8)
    let draw = { (row: Int) in
      let u = random.uniform(2, row: row)
      return [quantile(u[0]), quantile(u[1])]
    }
    let run = ChainRun(settings, iterations: 40, draw: draw) { point in
      ChainDensity(likelihood: density(point[0]) + density(point[1]), prior: 0)
    }
    // The last draws of 2000 walkers against the distribution: Kolmogorov–Smirnov at 10⁻³ each.
    for axis in 0..<2 {
      let last = run.draws[axis].map { $0[$0.count - 1] }.sorted()
      var distance = 0.0
      for (place, value) in last.enumerated() {
        let index = min(4000, max(0, Int((value + 4) / 0.002)))
        let share = sums[index] / whole
        distance = max(distance, abs(share - (Double(place) + 0.5) / Double(last.count)))
      }
      #expect(distance < 1.95 / Double(last.count).squareRoot(), "axis \(axis): \(distance)")
    }
  }

  @Test(arguments: 0..<3) func equalNumbersHoweverItIsStopped(index: Int) {
    let settings = ChainSettings(
      move: Self.moves[index], dimensions: 2, ensembles: 2, walkers: 6, ladder: [1, 0.3, 0], warmUp: 10,
      seed: 3)
    func advance(_ state: inout ChainState, rounds: Int) {
      for _ in 0..<rounds {
        state.fold(state.proposals(settings).map { tilted($0.position) }, settings)
      }
    }
    var whole = ChainState(settings, draw: normalPrior(2, seed: 1))
    advance(&whole, rounds: 60)
    var part = ChainState(settings, draw: normalPrior(2, seed: 1))
    advance(&part, rounds: 23)
    part = ChainState(
      round: part.round, positions: part.positions, densities: part.densities, labels: part.labels,
      archives: part.archives, archiveEvery: part.archiveEvery, shapes: part.shapes)
    advance(&part, rounds: 37)
    #expect(part.positions == whole.positions && part.densities == whole.densities)
    #expect(part.archives == whole.archives && part.shapes == whole.shapes)
  }

  @Test(arguments: 0..<3) func labelsTellWhichProposalAWalkerStandsOn(index: Int) {
    let settings = ChainSettings(
      move: Self.moves[index], dimensions: 2, ensembles: 2, walkers: 6, ladder: [1, 0.3, 0], warmUp: 10,
      seed: 3)
    var state = ChainState(settings, draw: normalPrior(2, seed: 1))
    var all: [[Double]] = []
    for _ in 0..<60 {
      #expect(state.proposed(settings) == all.count)
      let proposals = state.proposals(settings)
      all += proposals.map(\.position)
      state.fold(proposals.map { tilted($0.position) }, settings)
      #expect(state.labels.map { all[$0] } == state.positions)
    }
  }

  @Test func theArchiveStaysWithinItsCapacity() {
    let settings = ChainSettings(
      move: .differential(.init(archiveEvery: 1, capacity: 100)), dimensions: 2, ensembles: 1, walkers: 5,
      warmUp: 0, seed: 1)
    let run = ChainRun(settings, iterations: 2000, draw: normalPrior(2, seed: 2), density: tilted)
    #expect(run.state.archives[0].count <= 105 && run.state.archives[0].count >= 50)
    #expect(run.state.archiveEvery >= 64)
  }

  @Test func whatHasNoDensityIsLeftAlone() {
    // A likelihood that fails for half of the prior, walkers beginning there too.
    let settings = ChainSettings(
      move: .stretch(scale: 2), dimensions: 1, ensembles: 2, walkers: 8, warmUp: 100, seed: 4)
    let run = ChainRun(settings, iterations: 2000, draw: normalPrior(1, seed: 4)) { point in
      ChainDensity(likelihood: point[0] < 0 ? .nan : 0, prior: -0.5 * point[0] * point[0])
    }
    #expect(run.points.allSatisfy { $0[0] >= 0 })
    // The half-normal distribution: mean √(2/π).
    let error = 0.6 / run.diagnostics(0).meanSize.squareRoot()
    #expect(abs(run.mean(0) - 0.79788456) < 4 * error)
  }

  @Test func complaints() {
    func complaint(_ move: ChainSettings.Move, _ walkers: Int, _ ladder: [Double] = [1]) -> ChainComplaint? {
      ChainSettings(move: move, dimensions: 3, walkers: walkers, ladder: ladder, warmUp: 0, seed: 0).complaint
    }
    #expect(complaint(.stretch(scale: 2), 7) == .fewWalkers(found: 7, needed: 6, mustBeEven: true))
    #expect(complaint(.stretch(scale: 2), 4) == .fewWalkers(found: 4, needed: 6, mustBeEven: true))
    #expect(complaint(.stretch(scale: 1), 6) == .stretch(1))
    #expect(complaint(.differential(.init()), 2) == .fewWalkers(found: 2, needed: 3, mustBeEven: false))
    #expect(complaint(.adaptive, 1, [1, 0.5, 0.5]) == .ladder)
    #expect(complaint(.adaptive, 1) == nil)
  }

  @Test func threeDifferentIndices() {
    var seen = Set<[Int]>()
    for a in 0..<4 {
      for b in 0..<3 {
        for c in 0..<2 {
          let (x, y, z) = ChainState.distinct(Double(a) / 4, Double(b) / 3 + 0.01, Double(c) / 2, of: 4)
          #expect(Set([x, y, z]).count == 3 && [x, y, z].allSatisfy { (0..<4).contains($0) })
          seen.insert([x, y, z])
        }
      }
    }
    #expect(seen.count == 24)
  }
}
