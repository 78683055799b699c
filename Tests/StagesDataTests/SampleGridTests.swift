import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesData

/// What a grid has at points.
@Suite struct SampleGridTests {
  /// A plane is what it is between its nodes; outside there is nothing.
  @Test func planeAtPoints() throws {
    let data = try Samples.grid(Samples.nodes(6, 5), ["topography": { $0 - 3 * $1 }])
    let points = try Samples.table(["easting": [500, 4200, 9000], "northing": [0, 3900, 0]])
    let done = try LoneStage(SampleGrid(), "column = \"base\"", ["data": .grid, "points": .table])
      .run(["data": data, "points": points])
    let values = try done.dataset("table").column("base")
    #expect(abs(values[0] - 500) < 1e-9 && abs(values[1] + 7500) < 1e-9 && values[2].isNaN)
    #expect(done.said == ["topography at 3 points as base", "1 of 3 points have no value"])
  }

  @Test(arguments: [
    "column = \"easting\"", "variable = \"easting\"", "variable = \"a\"\ncolumn = \"easting\"",
  ])
  func coordinatesAreNotReplaced(section: String) {
    let found = LoneStage(SampleGrid(), section, ["data": .grid, "points": .table]).mistakes
    #expect(
      found == [
        "M144: 'variable' and 'column' would call the values \"easting\", which says where the points are; choose "
          + "another 'column'"
      ])
  }
}
