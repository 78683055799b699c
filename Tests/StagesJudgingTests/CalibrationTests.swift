import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// Intervals of an ensemble against known heights.
@Suite struct CalibrationTests {
  /// Points one and a half deviations above a level surface.
  private static func run(_ section: String) throws -> LoneStage.Outcome {
    let statistics = try Samples.grid(
      Samples.nodes(6, 5), ["z_mean": { _, _ in 100 }, "z_stdev": { _, _ in 10 }])
    let points = try Samples.table([
      "easting": [1000, 2500, 3000, 4000], "northing": [1000, 1500, 2000, 3000],
      "upward": [115, 115, 115, 115],
    ])
    return try LoneStage(CalibrationKind(), section, ["statistics": .statistics, "points": .table]).run([
      "statistics": statistics, "points": points,
    ])
  }

  @Test func intervalsCoverWhatLiesInside() throws {
    let done = try Self.run("sigmas = 1, 1.4, 1.6, 3")
    #expect(try done.dataset("coverage").column(CoverageVariables.coverage.name) == [0, 0, 1, 1])
    #expect(try done.scalar("scored") == 4)
    // The deviation would have to be half as large again.
    #expect(abs(try done.scalar("best_scale") - 1.5) < 1e-9)
  }

  @Test(arguments: [
    ("sigmas = 1\nprobabilities = 50 %", ["M142: 'probabilities' and 'sigmas' exclude each other; keep one"]),
    ("sigmas = 9", ["M144: 'sigmas' beyond 8 cover everything; leave them out"]),
  ])
  func intervalsComeFromOnePlace(section: String, messages: [String]) {
    let stage = LoneStage(CalibrationKind(), section, ["statistics": .statistics, "points": .table])
    #expect(stage.mistakes == messages)
  }

  @Test func oneSourceIsNeeded() {
    #expect(
      LoneStage(CalibrationKind(), "", ["points": .table]).mistakes
        == ["M143: one of input 'statistics' and input 'members' is needed"])
  }
}
