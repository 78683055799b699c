import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// A deep surface on the globe.
@Suite struct SyntheticMohoTests {
  private static func moho(_ more: String) throws -> LoneStage.Outcome {
    try LoneStage(
      SyntheticMoho(), "region = 10 deg, 16 deg, 40 deg, 44 deg\nspacing = 2 deg\n" + more
    ).run()
  }

  /// Gravity is linear in the contrast, and its sign that of the relief.
  @Test func gravityFollowsTheContrast() throws {
    let (once, twice) = (
      try Self.moho("density_contrast = 400 kg/m3"), try Self.moho("density_contrast = 800 kg/m3")
    )
    let surface = try once.dataset("topography").grid("topography")
    #expect(surface.geometry.isGeographic && surface.geometry.columns == 4 && surface.geometry.rows == 3)
    let (one, two) = (
      try once.dataset("gravity").grid("gravity_anomaly").values,
      try twice.dataset("gravity").grid("gravity_anomaly").values
    )
    for (a, b) in zip(one, two) { #expect(abs(2 * a - b) < 1e-9 * abs(b)) }
    let level = try Self.moho("density_contrast = 400 kg/m3\nrelief = 0 m").dataset("gravity")
    #expect(try level.grid("gravity_anomaly").values.allSatisfy { $0 == 0 })
  }

  @Test func spacingsDivideTheRegion() {
    let section = "region = 10 deg, 16 deg, 40 deg, 44 deg\nspacing = 2.5 deg\ndensity_contrast = 400 kg/m3"
    #expect(
      LoneStage(SyntheticMoho(), section).mistakes == [
        "M144: 'region' and 'spacing' don't fit: the spacing of 2.5° does not divide the region's extent of 6.0°; choose "
          + "another spacing or move an edge"
      ])
  }
}
