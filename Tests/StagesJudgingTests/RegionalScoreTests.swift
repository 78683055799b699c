import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// A separation, by what it leaves at points of known height and elsewhere.
@Suite struct RegionalScoreTests {
  private static func run(
    _ section: String = "", residual: @escaping (Double, Double) -> Double, truth: Bool = false
  ) throws -> LoneStage.Outcome {
    let gravity = try Samples.grid(
      Samples.nodes(5, 4),
      [
        "gravity_anomaly": { 1 + residual($0, $1) }, "upward": { _, _ in 0 }, "misfit_gravity": residual,
        "reg": { _, _ in 1 }, "res": residual,
      ])
    var named = gravity
    for index in named.variables.indices where ["reg", "res"].contains(named.variables[index].name) {
      named.variables[index].attributes = [.init(name: "units", value: .text("mGal"))]
    }
    let points = try Samples.table(["easting": [0], "northing": [0], "upward": [-5]])
    var inputs: [String: PortType] = ["gravity": .gravity, "points": .constraints]
    var data = ["gravity": named, "points": points]
    if truth {
      inputs["true_regional"] = .gravity
      data["true_regional"] = try Samples.gravity(Samples.nodes(5, 4)) { _, _ in 3 }
    }
    return try LoneStage(RegionalScoring(), section, inputs).run(data)
  }

  /// Twice the residual: both scores double and their ratio stays.
  @Test func theRatioHasNoUnit() throws {
    let once = try Self.run { 2 + $0 / 1000 + $1 / 1000 }
    let twice = try Self.run { 4 + $0 / 500 + $1 / 500 }
    #expect(abs(try once.scalar("residual_at_constraints") - 2) < 1e-12)
    for port in ["residual_at_constraints", "residual_amplitude"] {
      #expect(abs(try twice.scalar(port) - 2 * once.scalar(port)) < 1e-12, "\(port)")
    }
    #expect(abs(try once.scalar("ratio") - twice.scalar("ratio")) < 1e-12)
    #expect(try once.scalar("regional_misfit").isNaN)
  }

  @Test func theTruthTellsTheMisfit() throws {
    let told = try Self.run(residual: { 2 + $0 / 1000 + 0 * $1 }, truth: true)
    #expect(abs(try told.scalar("regional_misfit") - 2) < 1e-12)
  }

  @Test func nothingLeftIsNoScore() {
    let message = "the residual is zero everywhere: a separation that leaves nothing has no score"
    #expect(throws: StageError.outOfPlace(message)) { try Self.run { _, _ in 0 } }
  }

  @Test func variablesBelongToATruth() {
    let stage = LoneStage(
      RegionalScoring(), "variable = \"reg\"", ["gravity": .gravity, "points": .constraints])
    #expect(
      stage.mistakes == [
        "M140: 'variable' has no meaning without input 'true_regional'; leave it out or use it with input "
          + "'true_regional'"
      ])
  }
}
