import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesData

/// Scattered gravity on a grid, by sources.
@Suite struct EquivalentSourcesGridTests {
  private static let section = "height = 500 m\nspacing = 1 km\nregion = 0, 4, 0, 4 km\n"

  /// The field of a mass 3 km down, mGal, `factor` times.
  private static func grid(_ factor: Double, _ more: String) throws -> (grid: Grid, rmse: Double, r2: Double)
  {
    let (easting, northing) = (
      (0..<36).map { Double($0 % 6) * 800 }, (0..<36).map { Double($0 / 6) * 800 }
    )
    let field = zip(easting, northing).map { east, north in
      let (x, y) = (east - 2000, north - 2000)
      return factor * 1e12 / (x * x + y * y + 9e6) / (x * x + y * y + 9e6).squareRoot() * 3
    }
    let table = try Samples.table([
      "easting": easting, "northing": northing, "upward": Array(repeating: 0, count: 36),
      "gravity_anomaly": field,
    ])
    let done = try LoneStage(EquivalentSourcesGrid(), section + more, ["table": .table]).run(["table": table])
    return (
      try done.dataset("gravity").grid("gravity_anomaly"), try done.scalar("rmse"), try done.scalar("r2")
    )
  }

  /// Sources of a given depth and damping are linear in the data, which they fit.
  @Test func linearInTheData() throws {
    let settings = "depth = 3 km\ndamping = 1e-3"
    let (once, twice) = (try Self.grid(1, settings), try Self.grid(2, settings))
    #expect(once.r2 > 0.999)
    let greatest = twice.grid.values.map(abs).max() ?? 0
    for (one, two) in zip(once.grid.values, twice.grid.values) {
      #expect(abs(2 * one - two) < 1e-9 * greatest)
    }
    #expect(abs(2 * once.rmse - twice.rmse) < 1e-9 * twice.rmse)
  }

  @Test func theBestOfSeveralDampings() throws {
    let done = try Self.grid(1, "depth = 3 km\ndampings = 1e-3, 1000")
    #expect(done.r2 > 0.999)
  }

  @Test(arguments: [
    ("", ["M143: one of 'spacing' and input 'like' is needed"]),
    (
      "spacing = 1 km\nseed = 3\nwindow_size = 2 km",
      [
        "M140: 'seed' has no meaning with method = single (default); leave it out or use it with method = "
          + "gradient_boosted",
        "M140: 'window_size' has no meaning with method = single (default); leave it out or use it with method = "
          + "gradient_boosted",
      ]
    ),
    (
      "spacing = 1 km\ndamping = 1\ndampings = 1, 2",
      ["M142: 'damping' and 'dampings' exclude each other; keep one"]
    ),
    (
      "spacing = 1 km\ncross_validate = yes",
      [
        "M141: 'damping' is needed with cross_validate = yes: it is what is scored"
      ]
    ),
    (
      "spacing = 1 km\ncross_validate = yes\ndampings = 1, 2",
      [
        "M140: 'cross_validate' has no meaning with 'dampings': trial dampings are always scored; leave it out or use "
          + "it without 'dampings'"
      ]
    ),
    (
      "spacing = 1 km\nregion = 0, 1, 2, 0 km",
      [
        "M144: 'region' must be west, east, south, north: 0.0 … 1000.0, 2000.0 … 0.0 is turned around"
      ]
    ),
  ])
  func settingsThatDoNotGoTogether(section: String, messages: [String]) {
    let stage = LoneStage(EquivalentSourcesGrid(), "height = 1 km\n" + section, ["table": .table])
    #expect(stage.mistakes == messages)
  }

  @Test func nodesOfAnotherGridAreTakenAsTheyAre() {
    let stage = LoneStage(
      EquivalentSourcesGrid(), "height = 1 km\nspacing = 1 km", ["table": .table, "like": .grid])
    #expect(
      stage.mistakes == [
        "M140: 'spacing' has no meaning with input 'like': its nodes are taken as they are; leave it out or use it "
          + "without input 'like'"
      ])
  }
}
