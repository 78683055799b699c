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

/// Trials grouped by what stands behind their values. What is chosen next: FamilyDesignTests.
@Suite struct SearchStepTests {
  /// In the order of the first trial of each place, and every trial once.
  @Test func placesInOrder() {
    let rows: [[Double]] = [[1, 10], [2, 20], [3, 10], [4, 20], [5, 30]]
    let places = SearchStep.places(rows, from: 1)
    #expect(places.map(\.place) == [[10], [20], [30]])
    #expect(places.map(\.trials) == [[0, 2], [1, 3], [4]])
    // Without places all trials are of one search.
    #expect(SearchStep.places(rows, from: 2).map(\.trials) == [[0, 1, 2, 3, 4]])
  }

  /// Budgets do not enter a step, so that a raised one goes on.
  @Test func stepsKnowNoBudget() throws {
    let settings = Settings([
      "sampler": .word("tpe"), "seed": .number(ExactDecimal(3)), "trials": .number(ExactDecimal(20)),
      "max_failures": .number(ExactDecimal(2)),
    ])
    let fold = SearchStep.fold(settings, first: [])
    #expect(fold.step == "search_step")
    #expect(Set(fold.settings.map(\.key)) == ["goal", "sampler", "seed"])
    #expect(fold.settings["goal"] == .word("minimise"))
  }
}
