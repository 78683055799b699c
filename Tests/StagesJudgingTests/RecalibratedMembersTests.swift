import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// Members that scatter as recalibrated statistics say.
@Suite struct RecalibratedMembersTests {
  private static func statistics(raw: Bool = true) throws -> Dataset {
    let nodes = Samples.nodes(3, 2)
    var dataset = try Samples.grid(
      nodes,
      ["z_mean": { east, north in 10 * (1 + east / 1000 + 3 * north / 1000) + 1 }, "z_stdev": { _, _ in 4 }])
    if raw {
      try dataset.addGrid(
        "z_stdev_raw", Grid(geometry: nodes, repeating: 2), units: "m", longName: "deviation of before")
    }
    dataset.setAttribute("variable", text: "topography")
    return dataset
  }

  private static func stage() -> LoneStage {
    LoneStage(RecalibratedMembers(), "", ["members": .ensemble, "statistics": .statistics])
  }

  /// Twice the deviation: twice as far from the mean, the mean as it was, columns as they were.
  @Test func membersAreStretchedAboutTheMean() throws {
    var members = try Ensembles.shifted(by: [-2, 0, 5], norms: [1, 2, 3])
    try members.addColumn("run", [0, 1, 2], units: "1", dimension: "run")
    let done = try Self.stage().run(["members": members, "statistics": try Self.statistics()])
    let found = try done.dataset("members")
    let base: [Double] = [10, 20, 30, 40, 50, 60]
    let shifts: [Double] = [-2, 0, 5]
    let expected: [Double] = shifts.flatMap { shift in base.map { $0 + 1 + 2 * (shift - 1) } }
    #expect(zip(try found.doubles("topography"), expected).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(try found.column("rmse") == [1, 2, 3] && found["topography"]?.units == "m")
  }

  @Test func statisticsOfBeforeAreNone() throws {
    let members = try Ensembles.shifted(by: [-2, 0, 5])
    let error = #expect(throws: StageError.self) {
      try Self.stage().run(["members": members, "statistics": try Self.statistics(raw: false)])
    }
    #expect(error.map { "\($0)".contains("kind recalibrate") } == true)
  }
}
