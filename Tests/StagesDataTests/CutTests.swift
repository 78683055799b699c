import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// What lies inside a rectangle.
@Suite struct CutTests {
  @Test func nodesInsideStayAsTheyAre() throws {
    let whole = try Samples.grid(Samples.nodes(5, 4), ["topography": { $0 + 10 * $1 }])
    let stage = LoneStage(Cut(), "region = 1, 3, 0, 2 km", ["data": .grid])
    let part = try stage.run(["data": whole]).dataset("data").grid("topography")
    #expect(part.geometry.columns == 3 && part.geometry.rows == 3)
    let nodes = part.geometry.nodes
    #expect(part.values == zip(nodes.easting, nodes.northing).map { $0 + 10 * $1 })
    // To cut what was cut changes nothing.
    #expect(
      try stage.run(["data": stage.run(["data": whole]).dataset("data")]).dataset("data").grid("topography")
        == part)
  }

  /// Longitudes of either convention.
  @Test func rowsInsideStay() throws {
    let table = try Samples.table(["longitude": [350, -10, 5], "latitude": [1, 2, 3], "upward": [7, 8, 9]])
    let stage = LoneStage(Cut(), "geographic_region = -20 deg, 0 deg, 0 deg, 9 deg", ["data": .table])
    #expect(try stage.run(["data": table]).dataset("data").column("upward") == [7, 8])
  }

  @Test func theRegionMustFitTheData() throws {
    let globe = try Samples.grid(
      Samples.nodes(3, 3, spacing: 1, isGeographic: true), ["topography": { $0 + $1 }])
    #expect(
      throws: StageError.outOfPlace(
        "'region' does not fit data in longitude and latitude; give 'geographic_region'")
    ) { try LoneStage(Cut(), "region = 0, 1, 0, 1 km", ["data": .grid]).run(["data": globe]) }
  }

  @Test(arguments: [
    ("", "M143: one of 'region' and 'geographic_region' is needed"),
    (
      "region = 0, 1, 0, 1 km\ngeographic_region = 0 deg, 1 deg, 0 deg, 1 deg",
      "M142: 'region' and 'geographic_region' exclude each other; keep one"
    ),
    (
      "region = 0, 1, 1, 0 km",
      "M144: 'region' must be west, east, south, north: 0.0 … 1000.0, 1000.0 … 0.0 is turned around"
    ),
  ])
  func oneRegionIsNeeded(section: String, message: String) {
    #expect(LoneStage(Cut(), section, ["data": .grid]).mistakes == [message])
  }
}
