import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// Gravity of what lies between the ellipsoid and the surface.
@Suite struct TopographicEffectTests {
  /// In the middle of a wide plain, mGal.
  private static func effect(height: Double, _ section: String = "") throws -> Double {
    let plain = try Samples.grid(Samples.nodes(81, 81, spacing: 5000), ["topography": { _, _ in height }])
    let point = try Samples.table([
      "easting": [200_000], "northing": [200_000], "upward": [max(height, 0) + 1],
    ])
    return try LoneStage(
      TopographicEffect(), "cells = prisms\n" + section, ["topography": .topography, "gravity": .table]
    )
    .run(["topography": plain, "gravity": point]).dataset("gravity").column("topographic_effect")[0]
  }

  /// Close to Bouguer's slab, 2πGρh: the plain ends 200 km away, which takes h/2R = 0.25 % off.
  @Test func plainsAreSlabs() throws {
    let slab = 2 * Double.pi * 6.6743e-11 * 2670 * 1000 * 1e5
    #expect(abs(try Self.effect(height: 1000) / slab - 1) < 0.004)
    #expect(abs(try Self.effect(height: 1000, "land_density = 1335 kg/m3") / slab - 0.5) < 0.002)
  }

  /// Water weighs less than the rock in its place.
  @Test func seasAreDeficits() throws {
    let deficit = -2 * Double.pi * 6.6743e-11 * (2670 - 1040) * 1000 * 1e5
    #expect(abs(try Self.effect(height: -1000) / deficit - 1) < 0.004)
    #expect(abs(try Self.effect(height: -1000, "water_density = 2670 kg/m3")) < 1e-9)
  }

  @Test func cellsFitTheCoordinates() throws {
    let plain = try Samples.grid(Samples.nodes(3, 3), ["topography": { _, _ in 1 }])
    let point = try Samples.table(["easting": [0], "northing": [0], "upward": [10]])
    #expect(
      throws: StageError.outOfPlace(
        "tesseroids need a topography in longitude and latitude, this one is in projected metres")
    ) {
      try LoneStage(
        TopographicEffect(), "cells = tesseroids", ["topography": .topography, "gravity": .table]
      )
      .run(["topography": plain, "gravity": point])
    }
  }
}
