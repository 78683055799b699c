import NumericCore
import Testing

@testable import Inference

@Suite struct TemperedEvidenceTests {
  /// N(y; x, s²) with the prior N(0, I): log Z = Σ log N(y; 0, 1 + s²).
  @Test(arguments: 0..<3) func conjugate(index: Int) throws {
    let y = [1.2, -0.7, 0.3]
    let s = 0.2
    let expected = y.reduce(0) {
      $0 - 0.5 * ($1 * $1 / (1 + s * s) + Elementary.log(2 * Double.pi * (1 + s * s)))
    }
    var offs: [Double] = []
    for seed in 0..<6 {
      let settings = ChainSettings(
        move: ChainStepTests.moves[index], dimensions: 3, ensembles: 1, walkers: 12,
        ladder: ChainSettings.ladder(rungs: 12), warmUp: 200, seed: UInt64(seed))
      let run = ChainRun(settings, iterations: 400, draw: normalPrior(3, seed: UInt64(seed))) { point in
        let square = zip(point, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return ChainDensity(
          likelihood: -0.5 * square / (s * s) - 1.5 * Elementary.log(2 * Double.pi * s * s),
          prior: -0.5 * point.reduce(0) { $0 + $1 * $1 })
      }
      let evidence = try #require(TemperedEvidence(run.samples, ladder: settings.ladder))
      offs.append((evidence.integral - expected) / evidence.error)
      #expect(abs(evidence.integral - expected) < 0.3, "\(evidence) instead of \(expected)")
    }
    #expect(Statistics.rms(offs) < 2.5, "\(offs)")
  }

  @Test func aLadder() {
    let ladder = ChainSettings.ladder(rungs: 3)
    #expect(ladder == [1, 0.03125, 0])
  }

  @Test func tooLittle() {
    #expect(TemperedEvidence([[.init(mean: 0, square: 0, stone: 0)]], ladder: [1]) == nil)
  }
}
