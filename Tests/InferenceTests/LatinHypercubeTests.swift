import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct LatinHypercubeTests {
  /// From SciPy 1.17.1.
  @Test func centeredAsSciPy() {
    let line = LatinHypercube.centered(count: 10, dimensions: 1, seed: 0)
    #expect(line.map { $0[0] } == [0.45, 0.65, 0.25, 0.75, 0.35, 0.55, 0.95, 0.05, 0.85, 0.15])
    let plane = LatinHypercube.centered(count: 5, dimensions: 2, seed: 0)
    #expect(plane == [[0.5, 0.9], [0.9, 0.3], [0.7, 0.5], [0.1, 0.1], [0.3, 0.7]])
  }

  /// From SciPy 1.17.1.
  @Test func randomAsSciPy() {
    let samples = LatinHypercube.random(count: 3, dimensions: 2, seed: 3)
    #expect(
      samples == [
        [0x1.46b7439d7580dp-1, 0x1.d7959751e1603p-1],
        [0x1.0f539bd9b30b3p-4, 0x1.1d3e7a1059455p-3],
        [0x1.efef74f54e9c0p-1, 0x1.0b69ba831ca34p-1],
      ])
  }

  @Test(arguments: [1, 2, 7, 100]) func oneSampleInEachStratum(_ count: Int) {
    for samples in [
      LatinHypercube.centered(count: count, dimensions: 3, seed: 5),
      LatinHypercube.random(count: count, dimensions: 3, seed: 5),
    ] {
      for dimension in 0..<3 {
        let strata = samples.map { Int(($0[dimension] * Double(count)).rounded(.up)) }
        #expect(strata.sorted() == Array(1...count))
      }
    }
  }

  // MARK: - the best of several

  /// The best of forty that one generator of SciPy 1.17.1 draws: number 17, whose least distance is 0.398 in place of
  /// 0.178, and number 20, whose |r| is 0.007 in place of 0.113.
  @Test func theBestOfSciPys() {
    let apart = LatinHypercube.chosen(by: .maximin, candidates: 40, count: 5, dimensions: 2, seed: 3)
    #expect(
      apart == [
        [0x1.3e33e050b74dap-1, 0x1.4791344e7edf0p-3], [0x1.d587cece8ae0ep-1, 0x1.d45887805a6f0p-2],
        [0x1.026fc44132bbap-2, 0x1.3d32e35162b5bp-2], [0x1.e39c64f57b01ap-2, 0x1.551a4aebd7dcbp-1],
        [0x1.08f5fdc1a3fb4p-3, 0x1.bd3a48527cf82p-1],
      ])
    let free = LatinHypercube.chosen(
      by: .minimumCorrelation, candidates: 40, count: 5, dimensions: 2, seed: 3)
    #expect(
      free == [
        [0x1.caba33cbc11e2p-1, 0x1.d8ba3e3551a7ep-1], [0x1.fdf9a364faf7ap-2, 0x1.17afdbdf52523p-5],
        [0x1.9eef7dda86c63p-5, 0x1.9308c045b7325p-1], [0x1.6e12e5c7ef683p-2, 0x1.b4b1ad7e2016ep-2],
        [0x1.671bce1df7adcp-1, 0x1.12e5b80cd50dap-2],
      ])
    // Of thirty with 50 samples of four dimensions: the eighth sample.
    let large = LatinHypercube.chosen(by: .maximin, candidates: 30, count: 50, dimensions: 4, seed: 11)
    #expect(large[7] == [0.8395755593789275, 0.016263707447363662, 0.7387797125730005, 0.8579596175393978])
    #expect(abs(Self.leastDistance(large) - 0.17317765474669872) < 1e-15)
    let straight = LatinHypercube.chosen(
      by: .minimumCorrelation, candidates: 30, count: 50, dimensions: 4, seed: 11)
    #expect(straight[7] == [0.06633863480189821, 0.7718942702068614, 0.3541088465083707, 0.5434378447599082])
    #expect(abs(Self.greatestCorrelation(straight) - 0.12031614145611721) < 1e-14)
  }

  /// Every pair, plainly.
  private static func leastDistance(_ samples: [[Double]]) -> Double {
    var least = Double.infinity
    for first in samples.indices {
      for second in 0..<first {
        let square = zip(samples[first], samples[second]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        least = min(least, square.squareRoot())
      }
    }
    return least
  }

  private static func greatestCorrelation(_ samples: [[Double]]) -> Double {
    func covariance(_ a: Int, _ b: Int) -> Double {
      let (x, y) = (samples.map { $0[a] }, samples.map { $0[b] })
      let (meanX, meanY) = (Statistics.mean(x), Statistics.mean(y))
      return zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    }
    var greatest = 0.0
    for a in samples[0].indices {
      for b in 0..<a {
        greatest = max(greatest, abs(covariance(a, b)) / (covariance(a, a) * covariance(b, b)).squareRoot())
      }
    }
    return greatest
  }

  @Test(arguments: [UInt64(0), 1, 7], [LatinHypercube.Rule.maximin, .minimumCorrelation])
  func moreCandidatesAreNeverWorse(_ seed: UInt64, _ rule: LatinHypercube.Rule) {
    func merit(_ samples: [[Double]]) -> Double {
      rule == .maximin ? Self.leastDistance(samples) : -Self.greatestCorrelation(samples)
    }
    let random = LatinHypercube.random(count: 30, dimensions: 3, seed: seed)
    var last = merit(random)
    #expect(LatinHypercube.chosen(by: rule, candidates: 1, count: 30, dimensions: 3, seed: seed) == random)
    for candidates in [2, 10, 100, 300] {
      let own = LatinHypercube.chosen(
        by: rule, candidates: candidates, count: 30, dimensions: 3, seed: seed)
      #expect(merit(own) >= last)
      last = merit(own)
      for axis in 0..<3 { #expect(own.map { Int(($0[axis] * 30).rounded(.up)) }.sorted() == Array(1...30)) }
      #expect(
        own == LatinHypercube.chosen(by: rule, candidates: candidates, count: 30, dimensions: 3, seed: seed))
    }
    #expect(last > merit(random))
    #expect(
      LatinHypercube.chosen(by: rule, candidates: 300, count: 30, dimensions: 3, seed: seed + 50)
        != LatinHypercube.chosen(by: rule, candidates: 300, count: 30, dimensions: 3, seed: seed))
  }

  @Test func littleToChooseFrom() {
    for rule in [LatinHypercube.Rule.maximin, .minimumCorrelation] {
      for (count, dimensions) in [(0, 3), (1, 3), (2, 0), (2, 1)] {
        let own = LatinHypercube.chosen(
          by: rule, candidates: 9, count: count, dimensions: dimensions, seed: 4)
        #expect(own.count == count && own.allSatisfy { $0.count == dimensions })
      }
    }
  }

  @Test func nothingToSample() {
    #expect(LatinHypercube.centered(count: 0, dimensions: 3, seed: 1).isEmpty)
    #expect(LatinHypercube.random(count: 2, dimensions: 0, seed: 1) == [[], []])
  }

  struct Row {
    let parameter: String
    let value: Double
    let distribution: String
    let low: Double
    let scale: Double
    let isInteger: Bool
    let isLogarithmic: Bool

    /// The value that belongs to a unit sample.
    func value(at u: Double) -> Double {
      switch distribution {
      case "normal": return Quantile.normal(u, mean: low, deviation: scale)
      case "uniform_discrete": return Double(Quantile.integers(u, low: Int(low), high: Int(low + scale)))
      default:
        if isLogarithmic {
          let bounds = (Elementary.pow10(low), Elementary.pow10(low + scale))
          return Quantile.logUniform(u, low: bounds.0, high: bounds.1)
        }
        let value = Quantile.uniform(u, low: low, high: low + scale)
        return isInteger ? value.rounded(.toNearestOrEven) : value
      }
    }
  }

  /// What Invert4Geom drew, through the inverse distribution functions.
  @Test(
    .needsReference,
    arguments: ["centered", "random"], [0, 1])
  func invert4Geom(_ criterion: String, _ seed: Int) throws {
    let rows = try Self.rows(criterion: criterion, seed: seed)
    let names = rows.map(\.parameter).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    #expect(names.count == (seed == 0 ? 3 : 4))
    let count = rows.count / names.count
    let samples =
      criterion == "centered"
      ? LatinHypercube.centered(count: count, dimensions: names.count, seed: UInt64(seed))
      : LatinHypercube.random(count: count, dimensions: names.count, seed: UInt64(seed))
    for (index, row) in rows.enumerated() {
      let value = row.value(at: samples[index % count][index / count])
      #expect(abs(value - row.value) <= 1e-13 * abs(row.value), "\(row)")
    }
  }

  private static func rows(criterion: String, seed: Int) throws -> [Row] {
    let text = try Reference.text("h_lhc_scipy_main5e459c6.csv")
    return try text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells[1] == criterion, cells[3] == "\(seed)" else { return nil }
      return Row(
        parameter: cells[4], value: try #require(Double(cells[6])), distribution: cells[7],
        low: try #require(Double(cells[8])), scale: try #require(Double(cells[9])),
        isInteger: cells[10] == "int", isLogarithmic: cells[11] == "True")
    }
  }
}
