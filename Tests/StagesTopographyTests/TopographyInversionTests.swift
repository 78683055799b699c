import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

import Gravity

/// A surface from its gravity.
@Suite struct TopographyInversionTests {
  /// A bump of 200 m from the gravity that it makes, starting from a level surface.
  private static func invert(_ section: String) throws -> (done: LoneStage.Outcome, truth: [Double]) {
    let geometry = Samples.nodes(13, 11, spacing: 2000)
    let bump: (Double, Double) -> Double = { east, north in
      let (x, y) = ((east - 12_000) / 5000, (north - 10_000) / 5000)
      return 200 / ((1 + x * x + y * y) * (1 + x * x + y * y))
    }
    let truth = try Samples.grid(geometry, ["topography": bump])
    let places = try Samples.gravity(geometry, height: 1000) { _, _ in 0 }
    let kernels = KernelCache()
    let made = try LoneStage(
      ForwardGravity(kernels: kernels), "zref = 0 m\ndensity_contrast = 500 kg/m3",
      ["topography": .topography, "gravity": .gravity]
    ).run(["topography": truth, "gravity": places]).dataset("gravity")
    let forward = try made.grid("forward_gravity")
    var data = Dataset()
    try data.addGrid("gravity_anomaly", forward, units: "mGal", longName: "gravity")
    try data.addGrid(
      "upward", Grid(geometry: geometry, repeating: 1000), units: "m", longName: "height")
    let start = try Samples.grid(geometry, ["topography": { _, _ in 0 }])
    let done = try LoneStage(
      TopographyInversion(kernels: kernels),
      "zref = 0 m\ndensity_contrast = 500 kg/m3\ndamping = 0.001\n" + section,
      ["gravity": .gravity, "topography": .topography]
    ).run(["gravity": data, "topography": start])
    return (done, try truth.grid("topography").values)
  }

  @Test func theSurfaceComesBack() throws {
    let (done, truth) = try Self.invert("l2_norm_tolerance = 0.05")
    let found = try done.dataset("topography").grid("topography").values
    let worst = zip(found, truth).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 20, "\(worst)")
    #expect(try done.scalar("rmse") < 0.0026)
  }

  @Test func stepsOfSlabsBelongToFiniteDifferences() {
    let stage = LoneStage(
      TopographyInversion(kernels: KernelCache()), "damping = 1\nstep_size = 2 m\nsmoothness = 1",
      ["gravity": .gravity, "topography": .topography])
    #expect(
      stage.mistakes == [
        "M140: 'step_size' has no meaning with derivative = exact (default); leave it out or use it with derivative = "
          + "finite_difference"
      ])
  }

  @Test(arguments: [
    (
      "style = density\nat_observations = stop",
      "M140: 'at_observations' has no meaning with style = density: a surface of known height does not move; leave it "
        + "out or use it with style = geometry"
    ),
    (
      "target = noise\nl2_norm_tolerance = 0.1",
      "M140: 'l2_norm_tolerance' has no meaning with target = noise: target = noise stands in its place; leave it out "
        + "or use it with target = tolerance"
    ),
    (
      "buffer_width = 1 km\nbuffer_angle = 1 deg",
      "M142: 'buffer_width' and 'buffer_angle' exclude each other: a grid is in metres or in degrees; keep one"
    ),
    (
      "model = tesseroids\nderivative = annulus",
      "M144: 'derivative' and 'model' don't go together: the annulus is a derivative of prisms; tesseroids take exact "
        + "or finite_difference"
    ),
  ])
  func settingsThatDoNotGoTogether(section: String, message: String) {
    let stage = LoneStage(
      TopographyInversion(kernels: KernelCache()), "damping = 1\n" + section,
      ["gravity": .gravity, "topography": .topography])
    #expect(stage.mistakes == [message])
  }
}
