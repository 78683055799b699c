import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// A surface at points of known height.
@Suite struct ScoreAtPointsTests {
  private static func run(_ section: String, deviation: Double? = nil) throws -> LoneStage.Outcome {
    let surface =
      try deviation.map { spread in
        try Samples.grid(
          Samples.nodes(6, 5), ["z_mean": { $0 - 2 * $1 }, "z_stdev": { _, _ in spread }])
      } ?? Samples.grid(Samples.nodes(6, 5), ["topography": { $0 - 2 * $1 }])
    // 3 m and −4 m beside the plane, and one point outside.
    let points = try Samples.table([
      "easting": [2000, 2500, 90_000], "northing": [1000, 1500, 0], "upward": [3, -504, 0],
    ])
    return try LoneStage(
      ScoreAtPoints(), section, ["surface": deviation == nil ? .topography : .statistics, "points": .table]
    ).run(["surface": surface, "points": points])
  }

  @Test func rootMeanSquareAndBias() throws {
    let done = try Self.run("")
    #expect(abs(try done.scalar("rmse") - 12.5.squareRoot()) < 1e-9)
    #expect(abs(try done.scalar("bias") + 0.5) < 1e-9)
    #expect(try done.scalar("coverage").isNaN)
    #expect(done.said.contains("1 of 3 points lie outside: not scored"))
  }

  /// The median of two squares is their mean.
  @Test func medianOfSquares() throws {
    #expect(abs(try Self.run("score_average = median").scalar("rmse") - 12.5.squareRoot()) < 1e-9)
  }

  /// Wider intervals cover more.
  @Test func coverageOfTheDeviation() throws {
    let found = try [1.0, 1.75, 2.1].map {
      try Self.run("sigmas = \($0)", deviation: 2).scalar("coverage")
    }
    #expect(found == [0, 0.5, 1])
  }
}
