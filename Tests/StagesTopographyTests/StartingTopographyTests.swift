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
