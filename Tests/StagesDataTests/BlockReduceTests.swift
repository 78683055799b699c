import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesData

/// Points reduced to one a block.
@Suite struct BlockReduceTests {
  private static let points = try? Samples.table([
    "easting": [100, 900, 1100, 1900, 400], "northing": [100, 900, 200, 700, 300],
    "gravity_anomaly": [1, 2, 4, 8, 3], "uncert": [1, 1, 2, 2, 1],
  ])

  private static func reduce(_ section: String) throws -> Dataset {
    let stage = LoneStage(
      BlockReduction(), "block_size = 1 km\nregion = 0, 2, 0, 1 km\n" + section, ["table": .table])
    return try stage.run(["table": try #require(points)]).dataset("table")
  }

  @Test func everyPointCountsOnceInTheMean() throws {
    let reduced = try Self.reduce("reduction = mean")
    // Three points in the western block, two in the eastern.
    #expect(try reduced.column("gravity_anomaly") == [2, 6])
    let deviations = try reduced.column("uncert")
    #expect(
      abs(deviations[0] - 1 / 3.0.squareRoot()) < 1e-15 && abs(deviations[1] - 2.0.squareRoot()) < 1e-15)
  }

  /// Which single wild value does not move, and whose blocks count alike.
  @Test func mediansHaveNoVariance() throws {
    let reduced = try Self.reduce("reduction = median\ncenter_coordinates = yes")
    #expect(try reduced.column("gravity_anomaly") == [2, 6] && reduced.column("weight") == [1, 1])
    #expect(try reduced.column("easting") == [500, 1500] && reduced.column("northing") == [500, 500])
  }

  /// Equal weights make a weighted mean the mean.
  @Test func weightedMean() throws {
    #expect(try Self.reduce("reduction = weighted_mean").column("gravity_anomaly") == [2, 6])
  }

  @Test func whatBelongsToAnotherReductionIsRefused() {
    func mistakes(_ section: String) -> [String] {
      LoneStage(BlockReduction(), "block_size = 1 km\n" + section, ["table": .table]).mistakes
    }
    #expect(mistakes("reduction = weighted_mean\nweights = spread") == [])
    #expect(
      mistakes("weights = spread\nvariable = \"upward\"") == [
        "M140: 'weights' has no meaning with reduction = median (default); leave it out or use it with "
          + "reduction = weighted_mean",
        "M140: 'variable' has no meaning with reduction = median (default): a median knows no variance: every block "
          + "weighs 1; leave it out or use it with reduction = mean or weighted_mean",
      ])
    #expect(
      mistakes("region = 2, 0, 0, 1 km") == [
        "M144: 'region' must be west, east, south, north: 2000.0 … 0.0, 0.0 … 1000.0 is turned around"
      ])
  }
}
