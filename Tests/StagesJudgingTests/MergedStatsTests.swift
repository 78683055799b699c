import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// Moments and percentiles of an ensemble.
@Suite struct MergedStatsTests {
  private static func statistics(_ section: String, norms: [Double]? = nil) throws -> LoneStage.Outcome {
    try LoneStage(MergedStatistics(), section, ["members": .ensemble]).run([
      "members": try Ensembles.shifted(by: [-1, 0, 1, 4], norms: norms)
    ])
  }

  /// Of members that are one surface shifted every node has the spread of the shifts.
  @Test func momentsOfShifts() throws {
    let done = try Self.statistics("percentiles = 50 %, 100 %")
    let maps = try done.dataset("statistics")
    let mean = try maps.grid("z_mean").values
    for (node, value) in mean.enumerated() { #expect(abs(value - (10 * Double(node + 1) + 1)) < 1e-12) }
    for value in try maps.grid("percentile_50").values.enumerated() {
      #expect(abs(value.element - (10 * Double(value.offset + 1) + 0.5)) < 1e-12)
    }
    #expect(try maps.grid("percentile_100").values == maps.grid("z_max").values)
    #expect(try done.scalar("runs") == 4)
  }

  @Test func membersThatFitBetterWeighMore() throws {
    let done = try Self.statistics("", norms: [1, 1e6, 1e6, 1e6])
    let weighted = try done.dataset("statistics").grid("weighted_mean").values
    for (node, value) in weighted.enumerated() { #expect(abs(value - (10 * Double(node + 1) - 1)) < 1e-9) }
    #expect(abs(try done.scalar("effective_runs") - 1) < 1e-9)
  }

  @Test func aPartOfTheGrid() throws {
    let part = try Self.statistics("region = 0, 1, 0, 0 km").dataset("statistics").grid("z_min")
    #expect(part.values == [9, 19])
  }

  /// Statistics of a table are a table: its rows keep places and names.
  @Test func rowsOfTables() throws {
    let stage = LoneStage(MergedStatistics(), "percentiles = 50 %", ["members": .ensemble, "truth": .table])
    let truth = try Samples.table([
      "easting": [0, 1000, 2000], "northing": [0, 0, 1000], "observed": [10, 20, 30],
    ])
    let done = try stage.run(["members": try Ensembles.tables(shiftedBy: [-1, 0, 1, 4]), "truth": truth])
    let table = try done.dataset("statistics")
    #expect(try table.column("z_mean") == [11, 21, 31])
    #expect(try table.column("percentile_50") == [10.5, 20.5, 30.5])
    #expect(try table.column("easting") == [0, 1000, 2000] && table.texts("name") == ["a", "b", "c"])
    #expect(table["z_stdev"]?.units == "mGal")
    #expect(try done.scalar("gravity_rms_error") == 1 && done.scalar("rms_error").isNaN)
  }

  @Test func someRowsOfTables() throws {
    let stage = LoneStage(MergedStatistics(), "region = 1, 3, 0, 1 km", ["members": .ensemble])
    let table = try stage.run(["members": try Ensembles.tables(shiftedBy: [0, 2])]).dataset("statistics")
    #expect(try table.column("z_min") == [20, 30] && table.texts("name") == ["b", "c"])
  }

  /// Of an ensemble of numbers what they are about is not what was drawn.
  @Test func numbers() throws {
    let stage = LoneStage(MergedStatistics(), "", ["members": .ensemble])
    let done = try stage.run(["members": try Ensembles.numbers([3, 5, 7, 9], units: "m")])
    let statistics = try done.dataset("statistics")
    #expect(try statistics.scalar("z_mean") == 6 && statistics.scalar("z_max") == 9)
    #expect(try abs(done.scalar("mean_stdev") - 5.0.squareRoot()) < 1e-12)
    #expect(try done.dataset("convergence").column("members") == [2, 3, 4])
    #expect(try done.scalar("other_mean_stdev").isNaN)
    let drawn = LoneStage(MergedStatistics(), "variable = chi", ["members": .ensemble])
    let beside = try drawn.run(["members": try Ensembles.tables(shiftedBy: [1, 2])]).dataset("statistics")
    #expect(try beside.scalar("z_mean") == 3)
  }

  /// A number is the truth of numbers, in whatever unit; of another unit it is none.
  @Test func truthOfNumbers() throws {
    let stage = LoneStage(MergedStatistics(), "", ["members": .ensemble, "truth": .scalar(.density)])
    func truth(_ units: String) throws -> Dataset {
      var dataset = Dataset()
      try dataset.addScalar("density", 2, units: units, longName: "density")
      return dataset
    }
    let members = try Ensembles.numbers([3, 5, 7, 9], units: "kg m-3")
    let done = try stage.run(["members": members, "truth": try truth("kg m-3")])
    #expect(try done.scalar("other_rms_error") == 4 && done.scalar("rms_error").isNaN)
    #expect(try abs(done.scalar("other_mean_stdev") - 5.0.squareRoot()) < 1e-12)
    #expect(try done.scalar("other_mean_error") > 0 && done.scalar("gravity_mean_stdev").isNaN)
    let error = #expect(throws: StageError.self) {
      try stage.run(["members": members, "truth": try truth("g cm-3")])
    }
    #expect(error.map { "\($0)".contains("are in kg m-3 and the truth is in g cm-3") } == true)
  }

  @Test(arguments: [
    ("inner = 1 km\nregion = 0, 1, 0, 1 km", "M142: 'inner' and 'region' exclude each other; keep one"),
    (
      "weight_by = constraints",
      "M141: input 'constraints' is needed with weight_by = constraints: members are weighed by their fit to them"
    ),
    (
      "weight_by = none\nweighted_percentiles = yes",
      "M144: 'weight_by' and 'weighted_percentiles' don't go together: percentiles of weighted members need weights, "
        + "and none are asked for"
    ),
  ])
  func settingsThatDoNotGoTogether(section: String, message: String) {
    #expect(LoneStage(MergedStatistics(), section, ["members": .ensemble]).mistakes == [message])
  }
}
