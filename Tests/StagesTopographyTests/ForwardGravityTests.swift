import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

import Gravity

/// Gravity of the cells between a surface and its reference level.
@Suite struct ForwardGravityTests {
  private static func run(_ section: String, height: Double = 1000) throws -> LoneStage.Outcome {
    let surface = try Samples.grid(
      Samples.nodes(41, 41, spacing: 5000), ["topography": { _, _ in height }])
    let gravity = try Samples.gravity(Samples.nodes(41, 41, spacing: 5000), height: 1500) { _, _ in 100 }
    return try LoneStage(
      ForwardGravity(kernels: KernelCache()), section, ["topography": .topography, "gravity": .gravity]
    ).run(["topography": surface, "gravity": gravity])
  }

  /// In the middle about Bouguer's slab, 2πGρh; misfit and gravity make up the data; linear in the density.
  @Test func slabs() throws {
    let once = try Self.run("zref = 0 m\ndensity_contrast = 400 kg/m3").dataset("gravity")
    let twice = try Self.run("zref = 0 m\ndensity_contrast = 800 kg/m3").dataset("gravity")
    let (forward, double) = (
      try once.grid("forward_gravity").values, try twice.grid("forward_gravity").values
    )
    let slab = 2 * Double.pi * 6.6743e-11 * 400 * 1000 * 1e5
    #expect(abs(forward[20 * 41 + 20] / slab - 1) < 0.01)
    let misfit = try once.grid("misfit").values
    for index in forward.indices {
      #expect(abs(forward[index] + misfit[index] - 100) < 1e-12)
      #expect(abs(double[index] - 2 * forward[index]) < 1e-9)
    }
  }

  @Test func aSurfaceAtItsReferenceHasNone() throws {
    let done = try Self.run("zref = 1000 m\ndensity_contrast = 400 kg/m3")
    #expect(try done.dataset("gravity").grid("forward_gravity").values.allSatisfy { $0 == 0 })
    #expect(abs(try done.scalar("rms_misfit") - 100) < 1e-12)
  }

  @Test func tesseroidsHaveTwoFields() {
    let stage = LoneStage(
      ForwardGravity(kernels: KernelCache()),
      "zref = 0 m\ndensity_contrast = 400 kg/m3\nmodel = tesseroids\nfields = potential, g_ee",
      ["topography": .topography, "gravity": .gravity])
    #expect(
      stage.mistakes == [
        "M144: 'model' and 'fields' don't go together: tesseroids have the fields potential and g_z, not g_ee"
      ])
  }
}
