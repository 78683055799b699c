import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Inference

@Suite struct EnsembleCoverageTests {
  private struct File: Decodable {
    struct Inputs: Decodable {
      var value, prediction, sigma, own: [Double]
      var block: [Int]
      var members: [[Double]]
    }
    struct Share: Decodable {
      var alone, own: Double
    }
    struct Bootstrap: Decodable {
      var percentile25: Double
      var percentile975: Double
      enum CodingKeys: String, CodingKey {
        case percentile25 = "percentile_2_5"
        case percentile975 = "percentile_97_5"
      }
    }
    struct Recalibrated: Decodable {
      var a, b, objective: Double
    }
    struct Interval: Decodable {
      var probability: Double
    }
    var inputs: Inputs
    var coverage: [String: Share]
    var bootstrap: Bootstrap
    var rankCounts: [Int]
    var studentIdeal: [String: [Double]]
    var recalibration: Recalibrated
    var rankIntervals: [String: [Interval]]
    enum CodingKeys: String, CodingKey {
      case inputs, coverage, bootstrap, recalibration
      case rankCounts = "rank_counts"
      case studentIdeal = "student_ideal"
      case rankIntervals = "rank_intervals"
    }
  }

  private static func file() throws -> File {
    try JSONDecoder().decode(File.self, from: Data(Reference.text("coverage.json", of: "uncertainty").utf8))
  }

  @Test(.needsReference) func sharesBandAndRanks() throws {
    let file = try Self.file()
    let inputs = file.inputs
    let residuals = zip(inputs.value, inputs.prediction).map { $0 - $1 }
    let bootstrap = BlockBootstrap(blocks: inputs.block, samples: 1000, seed: 22)
    let alone = EnsembleCoverage(
      residuals: residuals, deviations: inputs.sigma, members: 24, bootstrap: bootstrap)
    let own = EnsembleCoverage(
      residuals: residuals, deviations: inputs.sigma, own: inputs.own, members: 24, bootstrap: bootstrap)
    for (index, name) in ["1", "2", "3"].enumerated() {
      let share = try #require(file.coverage[name])
      #expect(abs(alone.levels[index].share - share.alone) < 1e-9)
      #expect(abs(own.levels[index].share - share.own) < 1e-9)
    }
    // The blocks are drawn as NumPy draws them.
    #expect(abs(own.levels[1].low - file.bootstrap.percentile25) < 1e-9)
    #expect(abs(own.levels[1].high - file.bootstrap.percentile975) < 1e-9)
    #expect(EnsembleCoverage.rankCounts(values: inputs.value, members: inputs.members) == file.rankCounts)
    for (members, intervals) in file.rankIntervals {
      let found = EnsembleCoverage.rankIntervals(members: try #require(Int(members)))
      #expect(largestDifference(found, intervals.map(\.probability)) < 1e-12)
    }
  }

  @Test(.needsReference) func idealsOfFewMembers() throws {
    for (members, ideals) in try Self.file().studentIdeal {
      let count = try #require(Int(members))
      for (k, ideal) in ideals.enumerated() {
        #expect(abs(StudentDistribution.coverage(deviations: Double(k + 1), members: count) - ideal) < 1e-13)
      }
    }
  }

  /// ν = 1 is Cauchy's distribution, ν = 2 t/√(2 + t²); many degrees are the normal distribution.
  @Test func centralProbabilities() {
    #expect(abs(StudentDistribution.central(1, degrees: 1) - 0.5) < 1e-15)
    #expect(abs(StudentDistribution.central(2, degrees: 2) - 2 / 6.0.squareRoot()) < 1e-15)
    let normal = 1 - 2 * NormalDistribution.cumulative(-2)
    #expect(abs(StudentDistribution.central(2, degrees: 1_000_001) - normal) < 1e-5)
    #expect(StudentDistribution.central(0, degrees: 7) == 0)
  }

  @Test(.needsReference) func recalibrationOfAnotherProgram() throws {
    let file = try Self.file()
    let inputs = file.inputs
    let fit = Recalibration(
      residuals: zip(inputs.value, inputs.prediction).map { $0 - $1 }, deviations: inputs.sigma,
      own: inputs.own, blocks: inputs.block)
    #expect(fit.objective < file.recalibration.objective + 1e-6)
    #expect(abs(fit.factor - file.recalibration.a) < 1e-4)
    #expect(abs(fit.addition - file.recalibration.b) < 1e-4)
    #expect(fit.factorError > 0.01 && fit.factorError < 0.5)
  }

  /// 20 000 normal residuals of 1.7σ and b = 0.8 give both back within three standard errors, and the errors are
  /// those of 40 repetitions.
  @Test func recalibrationFindsWhatWasDrawn() {
    func fit(_ row: Int) -> Recalibration {
      let random = CounterRandom(seed: 3, stream: "residuals")
      let sigma = random.uniform(2000, row: row, round: 1).map { 0.5 + 2 * $0 }
      let own = random.uniform(2000, row: row, round: 2).map { 0.3 * $0 }
      let noise = random.normal(2000, row: row)
      let residuals = noise.indices.map { index in
        noise[index]
          * (1.7 * 1.7 * sigma[index] * sigma[index] + 0.64 + own[index] * own[index]).squareRoot()
      }
      return Recalibration(residuals: residuals, deviations: sigma, own: own, blocks: Array(0..<2000))
    }
    let fits = (0..<40).map(fit)
    let factors = fits.map(\.factor)
    let scatter = Statistics.deviation(factors, lostDegrees: 1)
    #expect(abs(Statistics.mean(factors) - 1.7) < 3 * scatter / 40.0.squareRoot())
    #expect(abs(Statistics.mean(fits.map(\.factorError)) / scatter - 1) < 0.4)
    #expect(abs(Statistics.mean(fits.map { $0.addition * $0.addition }) - 0.64) < 0.4)
  }

  /// Deviations that are too wide are made narrow with b at 0.
  @Test func additionMayStandAtZero() {
    let noise = CounterRandom(seed: 3, stream: "residuals").normal(4000, row: 0)
    let sigma = (0..<4000).map { $0 % 2 == 0 ? 0.1 : 10.0 }
    let fit = Recalibration(
      residuals: zip(noise, sigma).map { 0.5 * $0 * $1 }, deviations: sigma, own: noise.map { _ in 0 },
      blocks: Array(0..<4000))
    #expect(abs(fit.factor - 0.5) < 0.02 && fit.addition < 0.02)
  }

  /// The score of σ is least where σ is true.
  @Test func rankedScoreIsProper() {
    let noise = CounterRandom(seed: 8, stream: "residuals").normal(20_000, row: 0)
    func score(_ sigma: Double) -> Double {
      Statistics.mean(noise.map { RankedProbabilityScore.normal(residual: $0, deviation: sigma) })
    }
    #expect(score(1) < score(0.8) && score(1) < score(1.25))
    #expect(abs(score(1) - 1 / Double.pi.squareRoot()) < 0.01)
    #expect(RankedProbabilityScore.normal(residual: -3, deviation: 0) == 3)
  }
}
