import NumericCore
import Testing

@testable import Inference

@Suite struct ChainDiagnosticsTests {
  /// x_t = φ x_{t−1} + √(1 − φ²) ε from stationarity.
  private func autoregressive(_ phi: Double, chains: Int, length: Int, seed: UInt64) -> [[Double]] {
    let random = CounterRandom(seed: seed, stream: "autoregressive")
    return (0..<chains).map { chain in
      var x = 0.0
      return random.normal(length, row: chain).enumerated().map { index, drawn in
        x = index == 0 ? drawn : phi * x + (1 - phi * phi).squareRoot() * drawn
        return x
      }
    }
  }

  @Test(arguments: [0.0, 0.5, 0.9, -0.4])
  func effectiveSizeOfAnAutoregressiveProcess(phi: Double) {
    // τ = (1 + φ)/(1 − φ); the ranks of a normal process are that process again.
    let expected = 8 * 4000 * (1 - phi) / (1 + phi)
    let found = (0..<10).map { seed in
      ChainDiagnostics(autoregressive(phi, chains: 8, length: 4000, seed: UInt64(seed)))
    }
    let bulk = Statistics.mean(found.map(\.bulkSize))
    #expect(abs(bulk / expected - 1) < 0.05, "\(phi): \(bulk) instead of \(expected)")
    #expect(abs(Statistics.mean(found.map(\.meanSize)) / expected - 1) < 0.05)
    #expect(found.allSatisfy { $0.rHat < 1.01 })
  }

  @Test func theErrorOfTheMeanIsWhatTheSizeSays() {
    let phi = 0.8
    let runs = (0..<400).map { autoregressive(phi, chains: 4, length: 500, seed: UInt64($0)) }
    let spread = Statistics.deviation(runs.map { Statistics.mean($0.flatMap(\.self)) }, lostDegrees: 1)
    let told = Statistics.mean(runs.map { 1 / ChainDiagnostics($0).meanSize.squareRoot() })
    #expect(abs(told / spread - 1) < 0.1, "\(told) instead of \(spread)")
  }

  @Test func chainsThatDisagree() {
    var chains = autoregressive(0.3, chains: 4, length: 500, seed: 3)
    #expect(ChainDiagnostics(chains).rHat < 1.01)
    chains[0] = chains[0].map { $0 + 3 }
    #expect(ChainDiagnostics(chains).rHat > 1.2)
    // Of another spread: the ranks of the distances tell.
    chains = autoregressive(0.3, chains: 4, length: 500, seed: 4)
    chains[0] = chains[0].map { $0 * 4 }
    #expect(ChainDiagnostics(chains).rHat > 1.1)
    // A trend in every chain: the halves tell.
    chains = autoregressive(0.3, chains: 4, length: 500, seed: 5)
    #expect(ChainDiagnostics(chains.map { $0.enumerated().map { $1 + Double($0) / 200 } }).rHat > 1.1)
  }

  /// The tail of a quantity whose extremes stay: |x| beyond the quantiles in runs.
  @Test func nothingVaries() {
    let constant = ChainDiagnostics([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
    #expect(constant.rHat.isNaN && constant.bulkSize.isNaN && constant.tailSize.isNaN)
    #expect(ChainDiagnostics([[1, 2, 3]]).rHat.isNaN)
  }

  @Test func ranksOfEqualDraws() {
    let ranked = ChainDiagnostics.ranked([[2, 1], [2, 5]])
    #expect(ranked[0][0] == ranked[1][0])
    #expect(abs(ranked[0][1] - Quantile.standardNormal(0.625 / 4.25)) < 1e-15)
    #expect(abs(ranked[1][1] - Quantile.standardNormal(3.625 / 4.25)) < 1e-15)
    #expect(abs(ranked[0][0] - Quantile.standardNormal(2.125 / 4.25)) < 1e-15)
  }

  @Test func tailSizeOfIndependentDraws() {
    let sizes = (0..<20).map {
      ChainDiagnostics(autoregressive(0, chains: 4, length: 1000, seed: UInt64($0))).tailSize
    }
    let mean = Statistics.mean(sizes)
    #expect(mean > 3000 && mean < 4400, "\(mean)")
  }
}

@Suite struct ChainHistoryTests {
  @Test func blocksOfEight() {
    var sizes: [Int] = []
    var written = 0
    for count in 1...2000 {
      let before = sizes
      let (taken, after) = ChainHistory.merged(sizes)
      #expect(Array(before.dropLast(taken)) == Array(after.dropLast()))
      sizes = after
      written += after[after.count - 1]
      #expect(sizes.reduce(0, +) == count)
    }
    #expect(sizes.count <= 28)
    // Each draw once for every power of eight.
    #expect(written <= 2000 * 5)
    #expect(ChainHistory.merged([1, 1, 1, 1, 1, 1, 1]).sizes == [8])
    #expect(ChainHistory.merged([]).sizes == [1])
  }

  @Test func looks() {
    #expect(!ChainHistory.isLookedAt(after: 10) && ChainHistory.isLookedAt(after: 20))
    #expect(!ChainHistory.isLookedAt(after: 1000) && ChainHistory.isLookedAt(after: 1024))
    let looks = (1...100_000).count { ChainHistory.isLookedAt(after: $0) }
    #expect(looks < 110)
  }

  @Test func seriesOfAWalker() {
    let settings = ChainSettings(move: .adaptive, dimensions: 2, ensembles: 1, walkers: 3, warmUp: 0, seed: 1)
    var state = ChainState(settings, draw: normalPrior(2, seed: 1))
    var history = ChainHistory(chains: 3, dimensions: 2)
    var later = ChainHistory(chains: 3, dimensions: 2)
    for round in 0..<5 {
      state.fold(
        state.proposals(settings).map { _ in ChainDensity(likelihood: Double(round), prior: 0) }, settings)
      if round < 3 { history.append(state) } else { later.append(state) }
    }
    history.append(later)
    #expect(history.count == 5)
    #expect(history.series(1)[2][4] == state.positions[2][1])
    #expect(history.position(4 * 3 + 2) == state.positions[2])
    #expect(history.series { history.densities[$0].likelihood }[0].last == 4)
  }
}
