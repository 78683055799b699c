import NumericCore

@testable import Inference

/// Runs chains in this process.
struct ChainRun {
  /// [coordinate][walker at β = 1][iteration].
  var draws: [[[Double]]]
  /// [temperature][iteration].
  var samples: [[TemperedEvidence.Sample]]
  var state: ChainState
  var acceptance: [Double]

  init(
    _ settings: ChainSettings, iterations: Int, thinning: Int = 1, draw: (Int) -> [Double],
    density: ([Double]) -> ChainDensity
  ) {
    var state = ChainState(settings, draw: draw)
    var draws = (0..<settings.dimensions).map { _ in
      Array(repeating: [Double](), count: settings.chains)
    }
    var samples = Array(repeating: [TemperedEvidence.Sample](), count: settings.ladder.count)
    var (tried, accepted) = ([Int](), [Int]())
    while state.iterations(settings) < settings.warmUp + iterations {
      state.fold(state.proposals(settings).map { density($0.position) }, settings)
      guard state.endsIteration(settings), state.iterations(settings) > settings.warmUp else { continue }
      if tried.isEmpty {
        (tried, accepted) = (state.tried, state.accepted)
      } else {
        for rung in tried.indices {
          tried[rung] += state.tried[rung]
          accepted[rung] += state.accepted[rung]
        }
      }
      for rung in settings.ladder.indices {
        let range = (rung * settings.chains)..<((rung + 1) * settings.chains)
        let step = rung == 0 ? 0 : settings.ladder[rung - 1] - settings.ladder[rung]
        samples[rung].append(.init(state.densities[range].map(\.likelihood), step: step))
      }
      guard (state.iterations(settings) - settings.warmUp) % thinning == 0 else { continue }
      for walker in 0..<settings.chains {
        for axis in 0..<settings.dimensions { draws[axis][walker].append(state.positions[walker][axis]) }
      }
    }
    (self.draws, self.samples, self.state) = (draws, samples, state)
    acceptance = zip(accepted, tried).map { Double($0) / Double($1) }
  }

  /// All draws of all walkers as points.
  var points: [[Double]] {
    guard let first = draws.first else { return [] }
    return first.indices.flatMap { walker in
      first[walker].indices.map { iteration in draws.map { $0[walker][iteration] } }
    }
  }

  func mean(_ axis: Int) -> Double { Statistics.mean(draws[axis].flatMap(\.self)) }
  func deviation(_ axis: Int) -> Double { Statistics.deviation(draws[axis].flatMap(\.self)) }
  func diagnostics(_ axis: Int) -> ChainDiagnostics { ChainDiagnostics(draws[axis]) }
}

/// Draws of the prior N(0, I) by their number.
func normalPrior(_ dimensions: Int, seed: UInt64) -> (Int) -> [Double] {
  let random = CounterRandom(seed: seed, stream: "test prior")
  return { random.normal(dimensions, row: $0) }
}

/// How well two samples can be told apart: the share of points whose nearest neighbours' majority is of their own
/// sample, by leaving each out; ½ for equal distributions. Coordinates are in units of the first sample's deviations.
enum TwoSampleTest {
  static func accuracy(_ first: [[Double]], _ second: [[Double]], neighbours: Int = 25) -> Double {
    let dimensions = first[0].count
    let centre = (0..<dimensions).map { axis in Statistics.mean(first.map { $0[axis] }) }
    let scale = (0..<dimensions).map { axis in Statistics.deviation(first.map { $0[axis] }) }
    let all = (first + second).map { point in
      (0..<dimensions).map { (point[$0] - centre[$0]) / scale[$0] }
    }
    var right = 0
    for (index, point) in all.enumerated() {
      let distances = all.map { other in zip(point, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      let nearest = distances.indices.filter { $0 != index }.sorted {
        (distances[$0], $0) < (distances[$1], $1)
      }.prefix(neighbours)
      let ofFirst = nearest.count { $0 < first.count }
      if (2 * ofFirst > neighbours) == (index < first.count) { right += 1 }
    }
    return Double(right) / Double(all.count)
  }
}
