import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// A field of gravity minus what it should be.
@Suite struct CompareGravityTests {
  private static func stage(_ section: String = "") -> LoneStage {
    LoneStage(CompareGravity(), section, ["field": .gravity, "reference": .gravity])
  }

  /// RMS² is bias² plus variance: a shift alone is all bias.
  @Test func aShiftIsBias() throws {
    let field = try Samples.grid(Samples.nodes(4, 3), ["reg_gravity": { $0 / 1000 - $1 / 500 + 2.5 }])
    let reference = try Samples.gravity(Samples.nodes(4, 3)) { $0 / 1000 - $1 / 500 }
    let done = try Self.stage("variable = \"reg_gravity\"").run(["field": field, "reference": reference])
    for port in ["rms_error", "bias", "largest_error"] {
      #expect(abs(try done.scalar(port) - 2.5) < 1e-12, "\(port)")
    }
  }

  @Test func fieldsAreNamed() throws {
    let data = try Samples.gravity(Samples.nodes(4, 3)) { $0 + $1 }
    #expect(
      throws: StageError.missingVariable("reg", artefact: "the field", hint: "found gravity_anomaly, upward")
    ) { try Self.stage().run(["field": data, "reference": data]) }
  }
}
