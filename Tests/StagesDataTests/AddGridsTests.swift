import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// Sums and differences of fields.
@Suite struct AddGridsTests {
  private static func run(_ section: String, _ data: Dataset, _ other: Dataset) throws -> Grid {
    try LoneStage(AddGrids(), section, ["data": .grid, "other": .grid])
      .run(["data": data, "other": other]).dataset("data").grid("topography")
  }

  /// What is added and taken away again is what it was, also from other nodes.
  @Test func thereAndBack() throws {
    let heights = try Samples.grid(Samples.nodes(6, 5), ["topography": { $0 / 7 - $1 / 3 }])
    let geoid = try Samples.grid(
      Samples.nodes(12, 9, spacing: 500), ["topography": { 40 + $0 / 1000 + 0 * $1 }])
    let sum = try Self.run("", heights, geoid)
    #expect(abs(sum.values[0] - 40) < 1e-12)
    let again = try Samples.grid(Samples.nodes(6, 5), ["topography": { 40 + $0 / 1000 + $0 / 7 - $1 / 3 }])
    let back = try Self.run("operation = subtract", again, geoid)
    for (found, value) in zip(back.values, try heights.grid("topography").values) where found.isFinite {
      #expect(abs(found - value) < 1e-9)
    }
    #expect(sum.geometry == back.geometry)
  }

  @Test func unitsMustBeAlike() throws {
    let heights = try Samples.grid(Samples.nodes(6, 5), ["topography": { $0 + $1 }])
    let gravity = try Samples.gravity(Samples.nodes(6, 5)) { $0 + $1 }
    let message = "'topography' is in m and 'gravity_anomaly' in mGal: they can't be added"
    #expect(throws: StageError.outOfPlace(message)) { try Self.run("", heights, gravity) }
  }
}
