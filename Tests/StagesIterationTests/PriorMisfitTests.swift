import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesIteration

/// The misfit of a model beforehand.
@Suite struct PriorMisfitTests {
  private static func stage(_ more: String = "") -> LoneStage {
    LoneStage(
      PriorMisfit(), "parameters = topography\nlengths = 3 km, 5 km\n" + more,
      ["model": .grid, "reference": .grid])
  }

  private static func model(_ value: @escaping (Double, Double) -> Double) throws -> Dataset {
    try Samples.grid(Samples.nodes(5, 4), ["topography": value])
  }

  private static let reference: @Sendable (Double, Double) -> Double = { 500 + 0.01 * $0 + 0.02 * $1 }

  @Test(arguments: ["relative_deviation_from_prior", "absolute", "logarithmic"])
  func gradientIsThatOfDifferences(scaling: String) throws {
    let stage = Self.stage("deviations = \(scaling == "absolute" ? "40" : "0.08")\nscaling = \(scaling)")
    let reference = try Self.model(Self.reference)
    func misfit(_ node: Int, _ change: Double) throws -> (value: Double, gradient: [Double]) {
      var model = try Self.model { Self.reference($0, $1) + 20 * Elementary.sin($0 / 1500 + $1 / 900) }
      var values = try model.doubles("topography")
      values[node] += change
      try model.replaceValues(of: "topography", with: values)
      let outcome = try stage.run(["model": model, "reference": reference])
      return (try outcome.scalar("misfit"), try outcome.dataset("gradient").doubles("topography"))
    }
    for node in [0, 7, 13, 19] {
      let gradient = try misfit(node, 0).gradient[node]
      let found = (try misfit(node, 0.01).value - misfit(node, -0.01).value) / 0.02
      #expect(abs(found - gradient) <= 1e-6 * abs(gradient), "\(found) and \(gradient)")
    }
    let none = try stage.run(["model": reference, "reference": reference])
    #expect(try none.scalar("misfit") == 0)
  }

  /// One node alone: ½ (m/σ)².
  @Test func farNodesAreIndependent() throws {
    let reference = try Self.model { _, _ in 100 }
    var model = reference
    var values = try model.doubles("topography")
    (values[0], values[19]) = (110, 120)
    try model.replaceValues(of: "topography", with: values)
    let outcome = try LoneStage(
      PriorMisfit(), "parameters = topography\nlengths = 1 m, 1 m\nscaling = absolute\ndeviations = 10",
      ["model": .grid, "reference": .grid]
    ).run(["model": model, "reference": reference])
    #expect(abs(try outcome.scalar("misfit") - 2.5) < 1e-12)
  }

  @Test func mistakes() {
    #expect(
      Self.stage("deviations = 1, 2").mistakes.contains { $0.contains("2 deviations of 1 parameters") },
      "\(Self.stage("deviations = 1, 2").mistakes)")
  }

  @Test func otherNodesAreRefused() throws {
    let other = try Samples.grid(Samples.nodes(6, 4), ["topography": { _, _ in 500 }])
    #expect(throws: (any Error).self) {
      try Self.stage("deviations = 0.1").run(["model": Self.model(Self.reference), "reference": other])
    }
  }
}
