import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

/// Designs of Invert4Geom 2.0.1, whose package UQpy draws from NumPy's legacy generator: uniform numbers column by
/// column, then a permutation of every column's strata; 101 times, of which the best is kept, for `maximin` and
/// `mincorrelation`. That generator, the order and our inverse distribution functions give its numbers.
@Suite struct LatinHypercubeReferenceTests {
  struct Column {
    var values: [Double] = []
    let distribution: String
    let low, scale: Double
    let isInteger, isLogarithmic: Bool

    func value(at u: Double) -> Double {
      switch distribution {
      case "normal": return Quantile.normal(u, mean: low, deviation: scale)
      case "uniform_discrete": return Double(Quantile.integers(u, low: Int(low), high: Int(low + scale)))
      default:
        let value = Quantile.uniform(u, low: low, high: low + scale)
        if isLogarithmic { return Elementary.pow10(value) }
        return isInteger ? value.rounded(.toNearestOrEven) : value
      }
    }
  }

  static func columns(_ criterion: String, _ seed: Int) throws -> [Column] {
    var columns: [Column] = []
    var name: Substring?
    for line in try Reference.text("h_lhc_uqpy_v2.0.1.csv").split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells[1] == criterion, cells[3] == "\(seed)" else { continue }
      if name != cells[4] {
        name = cells[4]
        columns.append(
          Column(
            distribution: String(cells[7]), low: try #require(Double(cells[8])),
            scale: try #require(Double(cells[9])), isInteger: cells[10] == "int",
            isLogarithmic: cells[11].hasPrefix("True")))
      }
      columns[columns.count - 1].values.append(try #require(Double(cells[6])))
    }
    return columns
  }

  /// Unit samples [column][sample].
  static func design(_ criterion: String, count: Int, dimensions: Int, seed: UInt32) -> [[Double]] {
    var random = LegacyRandom(seed: seed)
    let uniform = (0..<dimensions).map { _ in
      random.uniform(0, 1, count).enumerated().map { (Double($0.offset) + $0.element) / Double(count) }
    }
    let middles = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    func shuffled(_ strata: [[Double]]) -> [[Double]] {
      strata.map { column in random.permutation(count).map { column[$0] } }
    }
    guard criterion != "centered" else { return shuffled(uniform.map { _ in middles }) }
    // The criteria that try draw numbers of their own as well, which they do not use.
    if criterion != "random" { for _ in 0..<dimensions { _ = random.uniform(0, 1, count) } }
    var best = shuffled(uniform)
    guard criterion != "random" else { return best }
    let goodness = criterion == "maximin" ? leastDistance : { -greatestCorrelation($0) }
    for _ in 0..<100 {
      let other = shuffled(uniform)
      if goodness(other) > goodness(best) { best = other }
    }
    return best
  }

  static func leastDistance(_ design: [[Double]]) -> Double {
    var least = Double.infinity
    for i in design[0].indices {
      for j in 0..<i {
        var square = 0.0
        for column in design { square += (column[i] - column[j]) * (column[i] - column[j]) }
        least = min(least, square)
      }
    }
    return least
  }

  static func greatestCorrelation(_ design: [[Double]]) -> Double {
    let centred = design.map { column in
      let mean = Statistics.mean(column)
      return column.map { $0 - mean }
    }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var greatest = 0.0
    for i in centred.indices {
      for j in 0..<i {
        let size = product(centred[i], centred[i]) * product(centred[j], centred[j])
        greatest = max(greatest, abs(product(centred[i], centred[j])) / size.squareRoot())
      }
    }
    return greatest
  }

  @Test(
    .needsReference,
    arguments: ["centered", "random", "maximin", "mincorrelation"], [0, 1])
  func valuesOfUQpy(_ criterion: String, _ seed: Int) throws {
    let columns = try Self.columns(criterion, seed)
    #expect(columns.count == (seed == 0 ? 3 : 4))
    let count = columns[0].values.count
    #expect(count == (seed == 0 ? 10 : 5))
    let design = Self.design(
      criterion, count: count, dimensions: columns.count, seed: UInt32(seed))
    for (column, units) in zip(columns, design) {
      for (expected, unit) in zip(column.values, units) {
        #expect(abs(column.value(at: unit) - expected) <= 1e-13 * abs(expected))
      }
      // One sample a stratum, whatever the criterion.
      let strata = units.map { Int(($0 * Double(count)).rounded(.down)) }
      #expect(strata.sorted() == Array(0..<count))
    }
  }

  /// Both versions take the same strata: centred columns hold the same values in another order.
  @Test(.needsReference, arguments: [0, 1])
  func strataAreThoseOfOurDesign(_ seed: Int) throws {
    let columns = try Self.columns("centered", seed)
    let count = columns[0].values.count
    let ours = LatinHypercube.centered(count: count, dimensions: columns.count, seed: UInt64(seed))
    for (place, column) in columns.enumerated() {
      let values = ours.map { column.value(at: $0[place]) }.sorted()
      for (found, expected) in zip(values, column.values.sorted()) {
        #expect(abs(found - expected) <= 1e-13 * abs(expected))
      }
    }
  }

  /// Three samples of one parameter; and ten of a damping that is normal in its logarithm, of which smallest, largest
  /// and mean are printed: the first two give the distribution, the mean the eight samples between.
  @Test func publishedSamples() {
    let three = LatinHypercube.centered(count: 3, dimensions: 1, seed: 0).map { $0[0] }
    for (found, expected) in zip(three, [5.0 / 6, 1.0 / 6, 0.5]) { #expect(abs(found - expected) < 1e-15) }
    let (least, greatest) = (0.00183390, 0.2734367)
    let median = (least * greatest).squareRoot()
    let decades = Elementary.log10(greatest / median) / Quantile.normal(0.95, mean: 0, deviation: 1)
    let ten = LatinHypercube.centered(count: 10, dimensions: 1, seed: 0).map {
      Quantile.logNormal($0[0], median: median, decades: decades)
    }
    #expect(abs(Statistics.mean(ten) - 0.0557078) <= 2e-7)
    #expect(abs((ten.min() ?? 0) - least) <= 1e-9 && abs((ten.max() ?? 0) - greatest) <= 1e-8)
  }

  /// The best of 101 is better than the first.
  @Test func criteriaDoWhatTheySay() {
    let random = Self.design("random", count: 10, dimensions: 3, seed: 0)
    #expect(
      Self.leastDistance(Self.design("maximin", count: 10, dimensions: 3, seed: 0))
        > Self.leastDistance(random))
    #expect(
      Self.greatestCorrelation(Self.design("mincorrelation", count: 10, dimensions: 3, seed: 0))
        < Self.greatestCorrelation(random))
  }
}
