import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// Two provinces of density.
@Suite struct DensityZonesTests {
  private static let section =
    "spacing = 1 km\nregion = 0, 20, 0, 15 km\nabove = 300 kg/m3\nbelow = 400 kg/m3\n"

  private static func zones(_ more: String = "") throws -> Grid {
    try LoneStage(DensityZones(), section + more).run().dataset("density_contrast").grid("density_contrast")
  }

  /// A higher level leaves fewer nodes above it, down to none.
  @Test func theLevelPartsThem() throws {
    var counts: [Int] = []
    for level in [-1000.0, 0, 20, 1000] {
      let values = try Self.zones("level = \(level) m").values
      #expect(values.allSatisfy { $0 == 300 || $0 == 400 })
      counts.append(values.count { $0 == 300 })
    }
    #expect(counts == counts.sorted(by: >) && counts.first == 21 * 16 && counts.last == 0)
  }

  @Test func contrastsAreNotZeroAndSpacingsFit() {
    let stage = LoneStage(
      DensityZones(), "spacing = 7 km\nabove = 0 kg/m3\nbelow = 400 kg/m3\nregion = 0, 20, 0, 15 km")
    #expect(
      stage.mistakes.sorted() == [
        "M144: 'above' is zero: a layer without contrast has no gravity",
        "M144: 'region' and 'spacing' don't fit: the spacing of 7000.0 m does not divide the region's extent of 20000.0 "
          + "m; choose another spacing or move an edge",
      ])
  }
}
