import Artefacts
import Datasets
import Geostatistics
import Gravity
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// Data of a surface that is to be true.
@Suite struct SimulatedDataTests {
  private static let kind = SimulatedData(kernels: KernelCache(), simulations: SimulationCache(megabytes: 8))
  private static let contrast = "density_contrast = 400 kg/m3\nzref = -2000 m\n"

  private static func run(_ section: String, deviation: Double) throws -> LoneStage.Outcome {
    let nodes = Samples.nodes(12, 10)
    let surface = try Samples.grid(nodes, ["topography": { -2000 + 0.02 * $0 - 0.01 * $1 }])
    let gravity = try Samples.grid(
      nodes, ["gravity_anomaly": { _, _ in 999 }, "upward": { _, _ in 500 }, "uncert": { _, _ in deviation }])
    let points = try Samples.table([
      "easting": [1000, 4000, 99_000], "northing": [2000, 6000, 0], "upward": [0, 0, 0],
    ])
    return try LoneStage(
      kind, contrast + section, ["topography": .topography, "gravity": .gravity, "constraints": .constraints]
    ).run(["topography": surface, "gravity": gravity, "constraints": points])
  }

  /// Without noise and regional field: the surface's own gravity and heights, whatever the data were.
  @Test func exactDataAreTheSurfaces() throws {
    let done = try Self.run("", deviation: 0)
    let gravity = try done.dataset("gravity")
    let raised = try Self.run("offset = 3 mGal", deviation: 0).dataset("gravity")
    let (found, more) = (try gravity.doubles("gravity_anomaly"), try raised.doubles("gravity_anomaly"))
    #expect(zip(found, more).allSatisfy { abs($0 + 3 - $1) < 1e-9 } && found.allSatisfy { abs($0) < 10 })
    let points = try done.dataset("constraints")
    // The third lies outside.
    #expect(try points.column("easting") == [1000, 4000])
    let heights = try points.column("upward")
    #expect(abs(heights[0] + 2000) < 1e-9 && abs(heights[1] + 1980) < 1e-9)
    #expect(gravity.number(attribute: "zref") == nil && gravity["misfit"] == nil)
  }

  @Test func noiseHasTheStatedDeviation() throws {
    let exact = try Self.run("", deviation: 0).dataset("gravity").doubles("gravity_anomaly")
    func noise(_ seed: Int) throws -> [Double] {
      let drawn = try Self.run("seed = \(seed)", deviation: 0.5).dataset("gravity").doubles("gravity_anomaly")
      return zip(drawn, exact).map { $0 - $1 }
    }
    let (one, two) = (try noise(1), try noise(2))
    #expect(try noise(1) == one)
    #expect(one != two)
    #expect(abs(Statistics.rms(one + two) - 0.5) < 0.1)
  }

  @Test(arguments: [
    (
      "regional_deviation = 2 mGal",
      "M144: 'regional_deviation' and 'regional_length' come together: a regional field needs a length"
    ),
    (
      "regional_length = 2 km",
      "M140: 'regional_length' has no meaning without 'regional_deviation'; leave it out or use it with 'regional_deviation'"
    ),
  ])
  func regionalFieldsHaveALength(section: String, message: String) {
    let stage = LoneStage(
      Self.kind, Self.contrast + section,
      ["topography": .topography, "gravity": .gravity, "constraints": .constraints])
    #expect(stage.mistakes == [message])
  }
}
