import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// The surface that an inversion starts from.
@Suite struct StartingTopographyTests {
  private static let nodes = "spacing = 1 km\nregion = 0, 6, 0, 4 km\n"

  @Test func flatSurfaces() throws {
    let surface = try LoneStage(StartingTopography(), Self.nodes + "method = flat\nheight = -0.5 km").run()
      .dataset("topography").grid("topography")
    #expect(surface.geometry == Samples.nodes(7, 5) && surface.values.allSatisfy { $0 == -500 })
  }

  /// Without damping a spline goes through its points, which lie at nodes.
  @Test(arguments: ["method = spline\ndampings = 0", "method = minimum_curvature"])
  func surfacesThroughPoints(section: String) throws {
    let points = try Samples.table([
      "easting": [1000, 5000, 2000, 4000, 0], "northing": [1000, 1000, 3000, 4000, 0],
      "upward": [10, -20, 30, 5, 0],
    ])
    let surface = try LoneStage(StartingTopography(), Self.nodes + section, ["constraints": .constraints])
      .run(["constraints": points]).dataset("topography").grid("topography")
    for (east, north, height) in [(1, 1, 10.0), (5, 1, -20), (2, 3, 30), (4, 4, 5), (0, 0, 0)] {
      #expect(abs(surface[north, east] - height) < 1e-4, "\(east) \(north)")
    }
  }

  /// Between two plateaus a plate overshoots and a membrane does not.
  @Test func tensionKeepsSplinesBetweenTheirPoints() throws {
    let points = try Samples.table([
      "easting": [0, 1000, 2000, 4000, 5000, 6000, 0, 6000],
      "northing": [2000, 2000, 2000, 2000, 2000, 2000, 0, 4000],
      "upward": [0, 0, 0, 100, 100, 100, 0, 100],
    ])
    func extremes(_ line: String) throws -> (least: Double, most: Double) {
      let surface = try LoneStage(
        StartingTopography(), Self.nodes + "method = spline\ndampings = 0\n" + line,
        ["constraints": .constraints]
      ).run(["constraints": points]).dataset("topography").grid("topography")
      // It still goes through its points.
      #expect(abs(surface[2, 1]) < 1e-6 && abs(surface[2, 5] - 100) < 1e-6)
      return (surface.values.min() ?? .nan, surface.values.max() ?? .nan)
    }
    let (plate, tense) = (try extremes(""), try extremes("spline_tension = 0.9"))
    #expect(plate.least < -1 || plate.most > 101)
    #expect(tense.least > plate.least && tense.most < plate.most)
    let held = try extremes("upper_limit = 100 m\nlower_limit = 0 m")
    #expect(held.least == 0 && held.most == 100)
  }

  /// The start by kriging is the surface of a stage of kind kriging, and brings what draws need.
  @Test func krigedStart() throws {
    let points = try Samples.table(KrigingTests.points)
    let start = try LoneStage(
      StartingTopography(), Self.nodes + "method = kriging\n" + KrigingTests.numbers,
      ["constraints": .constraints]
    ).run(["constraints": points])
    let kriged = try LoneStage(
      KrigingKind(), KrigingTests.nodes + KrigingTests.numbers, ["constraints": .constraints]
    ).run(["constraints": points]).dataset("topography")
    let surface = try start.dataset("topography")
    for name in ["topography", "uncert"] { #expect(try surface.doubles(name) == kriged.doubles(name)) }
    #expect(try KrigedField(surface) != nil)
    #expect(try start.dataset("scores").column("score").count == 1)
  }

  @Test(arguments: [
    (
      "method = kriging\nuse_weights = yes",
      "M140: 'use_weights' has no meaning with method = kriging; leave it out or use it with method = spline or "
        + "minimum_curvature"
    ),
    (
      "method = spline\njitter = 2 m",
      "M140: 'jitter' has no meaning with method = spline; leave it out or use it with method = kriging"
    ),
    (
      "method = minimum_curvature\nspline_tension = 0.2",
      "M140: 'spline_tension' has no meaning with method = minimum_curvature; leave it out or use it with method = spline"
    ),
  ])
  func covarianceBelongsToKriging(section: String, message: String) {
    #expect(
      LoneStage(StartingTopography(), Self.nodes + section, ["constraints": .constraints]).mistakes == [
        message
      ])
  }

  @Test(arguments: [
    ("method = flat", ["M141: 'height' is needed with method = flat"]),
    (
      "method = flat\nheight = 0 m\ntension = 0.2",
      [
        "M140: 'tension' has no meaning with method = flat; leave it out or use it with method = minimum_curvature"
      ]
    ),
    (
      "method = spline",
      ["M141: input 'constraints' is needed with method = spline: the surface goes through them"]
    ),
  ])
  func settingsBelongToMethods(section: String, messages: [String]) {
    #expect(LoneStage(StartingTopography(), Self.nodes + section).mistakes == messages)
  }

  @Test func nodesComeFromOnePlace() {
    #expect(
      LoneStage(StartingTopography(), "method = flat\nheight = 0 m").mistakes == [
        "M141: 'spacing' is needed without input 'like'", "M141: 'region' is needed without input 'like'",
      ])
  }
}
