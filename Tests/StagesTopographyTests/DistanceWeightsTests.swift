import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// Weights that grow with the distance to known points.
@Suite struct DistanceWeightsTests {
  private static func weights(_ section: String) throws -> Grid {
    let like = try Samples.grid(Samples.nodes(5, 4), ["topography": { $0 + $1 }])
    let points = try Samples.table(["easting": [0], "northing": [0]])
    return try LoneStage(DistanceWeightsKind(), section, ["like": .topography, "points": .table])
      .run(["like": like, "points": points]).dataset("weights").grid("weights")
  }

  @Test func leastAtThePointAndGreatestFarAway() throws {
    let weights = try Self.weights("low = 0.2\nhigh = 0.9")
    #expect(weights.values.first == 0.2 && abs((weights.values.last ?? 0) - 0.9) < 1e-12)
    // Along an edge they grow.
    let row = Array(weights.values.prefix(5))
    #expect(row == row.sorted() && Set(row).count == 5)
  }

  @Test func nearNodesCountAsOnThePoint() throws {
    let weights = try Self.weights("minimum_distance = 1.5 km")
    // (0, 0), (1, 0), (0, 1) and (1, 1) km.
    #expect(weights.values.count { $0 == 0 } == 4)
  }

  @Test func turnedRegions() {
    let stage = LoneStage(
      DistanceWeightsKind(), "region = 4, 0, 0, 4 km", ["like": .topography, "points": .table])
    #expect(
      stage.mistakes == [
        "M144: 'region' must be west, east, south, north: 4000.0 … 0.0, 0.0 … 4000.0 is turned around"
      ])
  }
}
