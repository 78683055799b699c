import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// Truths that went through a pipeline.
@Suite struct SimulationCalibrationTests {
  /// Comparisons of 200 truths with 9 members, each drawn as the members are, the members' deviation times a factor.
  private static func truths(factor: Double) throws -> Dataset {
    let geometry = Samples.nodes(5, 4)
    var random = NumPyRandom(seed: 8)
    var (errors, deviations, ranks): ([Double], [Double], [Double]) = ([], [], [])
    let count = 200
    for _ in 0..<count {
      for _ in 0..<geometry.count {
        let truth = random.normal(0, 10)
        let members = (0..<9).map { _ in factor * random.normal(0, 10) }
        errors.append(Statistics.mean(members) - truth)
        deviations.append(Statistics.deviation(members, lostDegrees: 1))
        ranks.append(Double(members.count { $0 < truth }))
      }
    }
    var dataset = try Samples.grid(geometry, ["base": { _, _ in 0 }])
    dataset.variables.removeAll { $0.name == "base" }
    dataset.dimensions.append(.init(name: "run", size: count))
    for (name, values, units) in [
      ("error", errors, "m"), ("deviation", deviations, "m"), ("rank", ranks, "1"),
    ] {
      try dataset.add(
        .init(
          name: name, dimensions: ["run", "northing", "easting"], values: .double(values),
          attributes: [.init(name: "units", value: .text(units))]))
    }
    try dataset.addColumn("runs", (0..<count).map { _ in 9.0 }, units: "1", dimension: "run")
    return dataset
  }

  private static func run(_ members: Dataset) throws -> LoneStage.Outcome {
    try LoneStage(SimulationCalibration(), "rank_distance = 1 km", ["members": .ensemble]).run([
      "members": members
    ])
  }

  @Test func whatIsDrawnAlikeIsCovered() throws {
    let done = try Self.run(try Self.truths(factor: 1))
    let table = try done.dataset("coverage")
    let (found, ideal) = (try table.column("coverage"), try table.column("ideal"))
    #expect(zip(found, ideal).allSatisfy { abs($0 - $1) < 0.015 }, "\(found) \(ideal)")
    let ranks = try done.dataset("ranks").column("coverage")
    #expect(ranks.count == 10 && ranks.allSatisfy { abs($0 - 0.1) < 0.02 })
    #expect(try done.scalar("ranks_outside") <= 0.3)
    #expect(abs(try done.scalar("coverage_2") - found[1]) < 1e-12)
  }

  @Test func membersTooCloseAreToldApart() throws {
    let done = try Self.run(try Self.truths(factor: 0.4))
    #expect(try done.scalar("coverage_2") < 0.75)
    let ranks = try done.dataset("ranks").column("coverage")
    #expect(ranks[0] > 0.2 && ranks[9] > 0.2)
    #expect(try done.scalar("ranks_outside") > 0.5)
    let maps = try done.dataset("maps")
    let (error, stated) = (
      Statistics.rms(try maps.doubles("rms_error")), Statistics.rms(try maps.doubles("rms_deviation"))
    )
    #expect(stated < 0.5 * error)
  }

  @Test func aComparisonTellsErrorDeviationAndRank() throws {
    let members = try Ensembles.shifted(by: [-2, 0, 5])
    let truth = try Samples.grid(
      Samples.nodes(3, 2), ["topography": { east, north in 10 * (1 + east / 1000 + 3 * north / 1000) + 1 }])
    let done = try LoneStage(CompareEnsemble(), "", ["members": .ensemble, "truth": .topography])
      .run(["members": members, "truth": truth])
    let grids = try done.dataset("comparison")
    #expect(
      try grids.doubles("error").allSatisfy { abs($0) < 1e-12 }
        && grids.doubles("rank").allSatisfy { $0 == 2 })
    #expect(try grids.doubles("deviation").allSatisfy { abs($0 - 13.0.squareRoot()) < 1e-12 })
    #expect(try done.scalar("runs") == 3)
  }

  /// Tables and numbers are compared as grids are, row by row.
  @Test func aComparisonOfTables() throws {
    let truth = try Samples.table([
      "easting": [0, 1000, 2000], "northing": [0, 0, 1000], "observed": [10, 20, 30],
    ])
    let done = try LoneStage(
      CompareEnsemble(), "variable = observed", ["members": .ensemble, "truth": .table]
    ).run(["members": try Ensembles.tables(shiftedBy: [-2, 0, 5]), "truth": truth])
    let table = try done.dataset("comparison")
    #expect(try table.column("error") == [1, 1, 1] && table.column("rank") == [1, 1, 1])
    #expect(try table.column("easting") == [0, 1000, 2000] && table["deviation"]?.units == "mGal")
    #expect(try done.scalar("other_rms_error") == 1 && done.scalar("rms_error").isNaN)
  }

  @Test func aComparisonOfNumbers() throws {
    var truth = Dataset()
    try truth.addScalar("density", 4, units: "kg m-3", longName: "density")
    let stage = LoneStage(
      CompareEnsemble(), "variable = depth", ["members": .ensemble, "truth": .scalar(.density)])
    let done = try stage.run([
      "members": try Ensembles.numbers([3, 5, 7], units: "kg m-3"), "truth": truth,
    ])
    let table = try done.dataset("comparison")
    #expect(
      try table.column("error") == [1] && table.column("rank") == [1] && table.column("deviation") == [2])
  }

  /// Of rows that all are judged there is no distance.
  @Test func truthsOfRows() throws {
    var dataset = Dataset()
    dataset.dimensions = [.init(name: "run", size: 3), .init(name: "point", size: 1)]
    for (name, values, units) in [
      ("error", [1.0, -1, 3], "kg m-3"), ("deviation", [2, 2, 2], "kg m-3"), ("rank", [0, 4, 2], "1"),
    ] {
      try dataset.add(
        .init(
          name: name, dimensions: ["run", "point"], values: .double(values),
          attributes: [.init(name: "units", value: .text(units))]))
    }
    try dataset.addColumn("runs", [4, 4, 4], units: "1", dimension: "run")
    let stage = LoneStage(SimulationCalibration(), "", ["members": .ensemble])
    let done = try stage.run(["members": dataset])
    #expect(try done.scalar("coverage_2") == 1 && done.dataset("maps").column("bias") == [1])
    #expect(try done.dataset("maps")["rms_error"]?.units == "kg m-3")
    #expect(throws: StageError.self) {
      try LoneStage(SimulationCalibration(), "rank_distance = 1 km", ["members": .ensemble]).run([
        "members": dataset
      ])
    }
  }
}
