import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// Deviations made true by points that took no part.
@Suite struct RecalibrateTests {
  private static func statistics() throws -> Dataset {
    try Samples.grid(
      Samples.nodes(6, 5),
      [
        "z_mean": { _, _ in 100 }, "z_stdev": { east, _ in 10 + east / 1000 },
        "z_min": { east, _ in 100 - 2 * (10 + east / 1000) },
        "percentile_95": { east, _ in 100 + 1.6 * (10 + east / 1000) },
      ])
  }

  /// Residuals of twice the stated deviation, in 40 blocks of 5 folds.
  private static func points(scatter: Double) throws -> Dataset {
    var random = NumPyRandom(seed: 3)
    var table = Dataset()
    let count = 400
    let residuals = (0..<count).map { _ in random.normal(0, 10 * scatter) }
    func add(_ name: String, _ values: [Double]) throws {
      try table.addColumn(name, values, units: "m", longName: name)
    }
    try add("easting", (0..<count).map { Double($0 % 20) * 1000 })
    try add("northing", (0..<count).map { Double($0 / 20) * 1000 })
    try add("upward", residuals.map { 100 + $0 })
    try add("predicted", residuals.map { _ in 100 })
    try add("deviation", residuals.map { _ in 10 })
    try table.addColumn("fold", (0..<count).map { Double($0 / 80) }, units: "1", longName: "fold")
    return table
  }

  private static func run(_ points: Dataset, _ section: String = "") throws -> LoneStage.Outcome {
    try LoneStage(Recalibrate(), section, ["statistics": .statistics, "points": .table])
      .run(["statistics": try statistics(), "points": points])
  }

  @Test func deviationsBecomeTrue() throws {
    let done = try Self.run(try Self.points(scatter: 2))
    let (a, b) = (try done.scalar("factor"), try done.scalar("addition"))
    // Both explain the same residuals, since all stated deviations are alike.
    let stretched = (100 * a * a + b * b).squareRoot()
    #expect(abs(stretched - 20) < 1.5, "\(a) \(b)")
    let (before, after) = (try Self.statistics(), try done.dataset("statistics"))
    let raw = try after.doubles("z_stdev_raw")
    #expect(try raw == before.doubles("z_stdev"))
    let deviations = try after.doubles("z_stdev")
    for node in raw.indices {
      let expected = (a * a * raw[node] * raw[node] + b * b).squareRoot()
      #expect(abs(deviations[node] - expected) < 1e-9)
      // What lies k deviations away lies k of the new ones away.
      #expect(abs(try after.doubles("percentile_95")[node] - 100 - 1.6 * expected) < 1e-9)
      #expect(abs(try after.doubles("z_min")[node] - 100 + 2 * expected) < 1e-9)
    }
    #expect(
      after.number(attribute: "recalibration_folds") == 5 && after.number(attribute: "recalibration_a") == a)
  }

  /// By numbers of other folds, so that the coverage is no echo of the fit.
  @Test func coverageBeforeAndAfter() throws {
    let table = try Self.run(try Self.points(scatter: 2)).dataset("coverage")
    let (before, after) = (try table.column("coverage"), try table.column("recalibrated_coverage"))
    #expect(abs(before[1] - 0.683) < 0.06 && abs(after[1] - 0.954) < 0.03, "\(before) \(after)")
    let (low, high) = (try table.column("coverage_low"), try table.column("coverage_high"))
    #expect(low[0] <= after[0] && after[0] <= high[0])
  }

  /// Points that scatter by themselves are no fault of the ensemble.
  @Test func ownScatterIsNotTheEnsembles() throws {
    let done = try Self.run(try Self.points(scatter: 2), "jitter = 17.3205 m")
    let (a, b) = (try done.scalar("factor"), try done.scalar("addition"))
    #expect(abs((100 * a * a + b * b).squareRoot() - 10) < 2, "\(a) \(b)")
  }
}
