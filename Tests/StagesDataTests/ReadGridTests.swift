import Datasets
import NumericCore
import Planning
import StageTestSupport
import TestSupport
import Testing

@testable import StagesData

/// Grids of others through `read_grid`: what they are read as, what is asked, what is told.
@Suite struct ReadGridTests {
  private static func grid(_ text: String, _ settings: [String: SettingValue] = [:]) throws -> FileReading {
    try FileReading.run(ReadGrid(), "grid", text, ["quantity": .word("topography")].merging(settings) { $1 })
  }

  @Test func gridsOfTables() throws {
    let text =
      "northing,easting,z (ft)\n7000000,500000,100\n7000000,501000,200\n7001000,500000,300\n7001000,501000,\n"
    let found = try Self.grid(text)
    let grid = try found.dataset.grid("topography")
    #expect(largestDifference(grid.values.prefix(3), [30.48, 60.96, 91.44]) < 1e-12 && grid.values[3].isNaN)
    #expect(found.told.contains("eastings and northings (500000 … 501000"))
    let metres = try Self.grid(text, ["coordinate_unit": .text("m")])
    #expect(metres.told.isEmpty)
  }

  @Test func gravityWithHeightsAndDeviations() throws {
    let text =
      "easting,northing,g (m/s2),h (ft),s\n500000,7000000,1e-4,100,1e-6\n501000,7000000,2e-4,200,1e-6\n"
    let settings: [String: SettingValue] = [
      "quantity": .word("gravity"), "variable": .text("g"), "height_variable": .text("h"),
      "uncertainty_variable": .text("s"),
    ]
    let found = try Self.grid(text, settings)
    #expect(try largestDifference(found.dataset.grid("gravity_anomaly").values, [10, 20]) < 1e-12)
    #expect(try largestDifference(found.dataset.grid("upward").values, [30.48, 60.96]) < 1e-12)
    // Without a unit of their own deviations are in that of the gravity.
    #expect(try largestDifference(found.dataset.grid("uncert").values, [0.1, 0.1]) < 1e-12)
    #expect(found.told.contains("'s' has no unit and is taken as m/s2"))
    let negative = text.replacing("1e-6", with: "-1e-6")
    #expect(FileReading.fault { try Self.grid(negative, settings) }.contains("negative standard deviation"))
  }

  @Test func theSystemIsToldAndChecked() throws {
    let text = "easting,northing,z (m)\n500000,7000000,1\n501000,7000000,2\n"
    let found = try Self.grid(text, ["crs": .text("EPSG:32722"), "coordinate_unit": .text("m")]).dataset
    #expect(found.coordinateSystem?.code == 32722)
    #expect(try Self.grid(text, ["coordinate_unit": .text("m")]).dataset.coordinateSystem == nil)
    #expect(
      FileReading.fault { try Self.grid(text, ["crs": .text("EPSG:4326"), "coordinate_unit": .text("m")]) }
        .contains(
          "has coordinates in easting and northing, which EPSG:4326 (WGS 84) has not; correct the crs that is given"
        ))
    let section = "file = file(\"z.csv\")\nquantity = topography\ncrs = "
    #expect(LoneStage(ReadGrid(), section + "EPSG:32722", files: ["z.csv": text]).mistakes.isEmpty)
    #expect(
      LoneStage(ReadGrid(), section + "\"utm 22\"", files: ["z.csv": text]).mistakes == [
        "M144: 'crs' names no coordinate reference system: it is neither a number of EPSG nor well-known text nor PROJ's "
          + "words; write EPSG:32722, or \"…\" with well-known text or PROJ's words"
      ])
  }

  @Test func densitiesAndWeights() throws {
    let text = "easting,northing,rho\n500000,7000000,2.67\n501000,7000000,2.7\n"
    let density: [String: SettingValue] = ["quantity": .word("density_contrast")]
    #expect(FileReading.fault { try Self.grid(text, density) }.contains("has no unit"))
    let told = try Self.grid(text, density.merging(["value_unit": .text("g/cm3")]) { $1 }).dataset
    #expect(try largestDifference(told.grid("density_contrast").values, [2670, 2700]) < 1e-9)
    #expect(told["density_contrast"]?.units == "kg/m3")
    let wrong = try Self.grid(text, density.merging(["value_unit": .text("kg/m3")]) { $1 })
    #expect(wrong.told.contains("very little for densities"))
    let weights = ["quantity": SettingValue.word("weights")]
    #expect(try Self.grid(text, weights).dataset.grid("weights").values == [2.67, 2.7])
    #expect(
      FileReading.fault { try Self.grid(text.replacing("rho", with: "rho (m)"), weights) }.contains(
        "'m', length"))
  }
}
