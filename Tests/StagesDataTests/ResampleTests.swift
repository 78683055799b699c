import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// A grid on other nodes.
@Suite struct ResampleTests {
  private static func grid(_ spacing: Double = 1000) throws -> (Double, Double) -> Double {
    { $0 / spacing - 2 * $1 / spacing + 5 }
  }

  /// A plane is a plane between its nodes, and the same at them.
  @Test(arguments: ["nearest", "bilinear", "bicubic", "spline"]) func ownNodes(interpolation: String) throws {
    let data = try Samples.grid(Samples.nodes(6, 5), ["topography": Self.grid()])
    let same = try LoneStage(Resample(), "spacing = 1 km\ninterpolation = \(interpolation)", ["data": .grid])
      .run(["data": data]).dataset("data").grid("topography")
    let own = try data.grid("topography")
    #expect(same.geometry == own.geometry)
    for (a, b) in zip(same.values, own.values) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func nodesOfAnotherGrid() throws {
    let data = try Samples.grid(Samples.nodes(6, 5), ["topography": Self.grid()])
    let like = try Samples.grid(Samples.nodes(9, 7, spacing: 500), ["topography": { _, _ in 0 }])
    let found = try LoneStage(Resample(), "interpolation = bilinear", ["data": .grid, "like": .grid])
      .run(["data": data, "like": like]).dataset("data").grid("topography")
    let nodes = found.geometry.nodes
    #expect(found.geometry.columns == 9 && found.geometry.rows == 7)
    let plane = try Self.grid()
    for (index, value) in found.values.enumerated() {
      #expect(abs(value - plane(nodes.easting[index], nodes.northing[index])) < 1e-12)
    }
  }

  @Test func nodesComeFromOnePlace() {
    #expect(
      LoneStage(Resample(), "", ["data": .grid]).mistakes
        == ["M143: one of 'spacing', 'angular_spacing' and input 'like' is needed"])
    #expect(
      LoneStage(Resample(), "region = 0, 1, 0, 1 km", ["data": .grid, "like": .grid]).mistakes == [
        "M140: 'region' has no meaning with input 'like': its nodes are taken as they are; leave it out or use it "
          + "without input 'like'"
      ])
  }

  @Test func spacingsDivideTheRegion() {
    #expect(
      LoneStage(Resample(), "region = 0, 5, 0, 4 km\nspacing = 3 km", ["data": .grid]).mistakes == [
        "M144: 'region' and 'spacing' don't fit: the spacing of 3000.0 m does not divide the region's extent of 5000.0 m; "
          + "choose another spacing or move an edge"
      ])
  }

  @Test func degreesDoNotFitAPlane() throws {
    let data = try Samples.grid(Samples.nodes(6, 5), ["topography": Self.grid()])
    #expect(
      throws: StageError.outOfPlace(
        "'angular_spacing' does not fit a grid in projected metres; give 'spacing'")
    ) { try LoneStage(Resample(), "angular_spacing = 1 deg", ["data": .grid]).run(["data": data]) }
  }
}
