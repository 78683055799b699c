import Datasets
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing

@testable import StagesData

/// What `mean(…)` and `median(…)` stand for. Only the planner writes such a stage, so that it is run as one.
@Suite struct ReductionTests {
  private static func value(
    _ function: String, _ dimension: String, of name: String? = nil, in data: Dataset
  ) throws -> Double {
    let folder = try ScratchFolder("reduction")
    try NetCDFFile.write(data, to: folder.path("data.nc"))
    var settings: [String: SettingValue] = ["function": .word(function), "dimension": .word(dimension)]
    settings["variable"] = name.map { .text($0) }
    try Reduction().run(
      StageContext(
        settings: Settings(settings), inputs: ["data": folder.path("data.nc")],
        outputs: ["value": folder.path("value.nc")]))
    return try NetCDFFile.readScalar(folder.path("value.nc"))
  }

  private static let table = try? Samples.table([
    "easting": [0, 1, 2, 3], "northing": [0, 0, 0, 0], "upward": [1, 2, .nan, 9],
    "gravity_anomaly": [10, 20, 30, 40],
  ])

  @Test func missingValuesAreLeftOut() throws {
    let table = try #require(Self.table)
    #expect(try Self.value("mean", "length", in: table) == 4)
    #expect(try Self.value("median", "length", in: table) == 2)
  }

  @Test func canonicalUnits() throws {
    let table = try #require(Self.table)
    #expect(abs(try Self.value("mean", "acceleration", in: table) - 25) < 1e-12)
    #expect(try Self.value("mean", "dimensionless", of: "gravity_anomaly", in: table) == 25)
  }

  @Test func unitsThatDoNotFit() throws {
    let table = try #require(Self.table)
    #expect(
      throws: StageError.outOfPlace("'gravity_anomaly' has the unit 'mGal', but a length is asked for")
    ) { try Self.value("mean", "length", of: "gravity_anomaly", in: table) }
  }
}
