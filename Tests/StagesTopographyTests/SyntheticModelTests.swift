import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// The embedded example.
@Suite struct SyntheticModelTests {
  private static let small =
    "spacing = 2 km\nregion = 0, 16, 0, 12 km\ndensity_contrast = 400 kg/m3\nconstraints = 5\n"

  private static func model(_ more: String = "") throws -> LoneStage.Outcome {
    try LoneStage(SyntheticModel(), small + more).run()
  }

  @Test func equalSeedsAreEqualModels() throws {
    let noisy = "gravity_noise = 0.5 mGal\n"
    let (one, same) = (try Self.model(noisy), try Self.model(noisy))
    let other = try Self.model(noisy + "gravity_noise_seed = 3")
    func anomaly(_ model: LoneStage.Outcome) throws -> [Double] {
      try model.dataset("gravity").grid("gravity_anomaly").values
    }
    #expect(try anomaly(one) == anomaly(same))
    #expect(try anomaly(one) != anomaly(other))
    #expect(try one.dataset("gravity").grid("uncert").values.allSatisfy { $0 == 0.5 })
  }

  /// Gravity is linear in the contrast, and constraints lie on the surface.
  @Test func gravityFollowsTheContrast() throws {
    let once = try Self.model()
    let twice = try LoneStage(
      SyntheticModel(), Self.small.replacing("400 kg/m3", with: "800 kg/m3")
    ).run()
    func anomaly(_ model: LoneStage.Outcome) throws -> [Double] {
      try model.dataset("gravity").grid("gravity_anomaly").values
    }
    for (one, two) in zip(try anomaly(once), try anomaly(twice)) { #expect(abs(2 * one - two) < 1e-9) }
    #expect(try once.dataset("constraints").column("upward").count == 5)
  }

  @Test func heldOutNodesAreAtHalfSpacing() throws {
    let gravity = try Self.model("testing_data = yes").dataset("gravity").grid("test")
    #expect(gravity.geometry.columns == 17 && gravity.values.count { $0 == 0 } == 9 * 7)
  }

  @Test func spacingsDivideTheRegion() {
    #expect(
      LoneStage(SyntheticModel(), "spacing = 7 km\nregion = 0, 16, 0, 12 km").mistakes == [
        "M144: 'region' and 'spacing' don't fit: the spacing of 7000.0 m does not divide the region's extent of 16000.0 "
          + "m; choose another spacing or move an edge"
      ])
  }
}
