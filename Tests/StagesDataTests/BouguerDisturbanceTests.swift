import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// The disturbance without what topography does.
@Suite struct BouguerDisturbanceTests {
  private static let stage = LoneStage(BouguerDisturbance(), "", ["gravity": .table])

  @Test func theEffectIsTakenAwayAndTheDisturbanceKept() throws {
    let table = try Samples.table([
      "easting": [0, 1], "northing": [0, 1], "gravity_anomaly": [10, -3], "topographic_effect": [4, .nan],
    ])
    let reduced = try Self.stage.run(["gravity": table]).dataset("gravity")
    #expect(try reduced.column("gravity_anomaly")[0] == 6)
    #expect(try reduced.column("gravity_anomaly")[1].isNaN)
    #expect(try reduced.column("gravity_disturbance") == [10, -3])
    #expect(
      throws: StageError.outOfPlace(
        "the table has a gravity_disturbance already: the effect would be taken away twice")
    ) { try Self.stage.run(["gravity": reduced]) }
  }

  @Test func anEffectIsNeeded() throws {
    let table = try Samples.table(["easting": [0], "northing": [0], "gravity_anomaly": [10]])
    let error = #expect(throws: StageError.self) { try Self.stage.run(["gravity": table]) }
    #expect("\(try #require(error))".contains("put a stage of kind 'topographic_effect' before"))
  }
}
