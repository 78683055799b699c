import Artefacts
import Datasets
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing

@testable import StagesInference

/// The damping that predicts best. How trials are chosen: FamilyDesignTests.
@Suite struct DampingCVTests {
  @Test func limitsGoFromLowToHigh() {
    #expect(
      LoneStage(DampingCrossValidation(), "repeat = repeated\nlimits = 1, 0.1", beside: [Repeated()]).mistakes
        .contains("M144: 'limits' goes from low to high, but 1 is not below 0.1"))
  }

  /// Between the limits equal steps of the logarithm, both ends among them.
  @Test func trialsAreLogarithmic() throws {
    let settings = Settings([
      "limits": .list([.number(ExactDecimal(1)), .number(ExactDecimal(100))]),
      "trials": .number(ExactDecimal(3)),
    ])
    let trials = try DampingCrossValidation().design(DesignRequest(settings: settings, variables: [])).rows
    for (row, expected) in zip(trials, [1.0, 10, 100]) { #expect(abs(row.values[0] - expected) < 1e-12) }
    #expect(trials.count == 3)
  }
}
