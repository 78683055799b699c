import Datasets
import Manifests
import Planning
import StageSupport
import TestSupport
import Testing

@testable import StagesData

/// Points on both sides of the 180th meridian are neighbours.
@Suite struct DateLineTests {
  private static func number(_ text: String) -> SettingValue {
    .number(ExactDecimal(text) ?? ExactDecimal(0))
  }

  @Test func blocksOfNeighbours() throws {
    let folder = try ScratchFolder("line")
    var table = Dataset(title: "points")
    // Pairs at 179.9 and -179.9, one pair at each of three latitudes.
    try table.addColumn("longitude", [179.9, -179.9, 179.9, -179.9, 179.9, -179.9], units: "degrees_east")
    try table.addColumn("latitude", [0, 0, 10, 10, 20, 20], units: "degrees_north")
    try NetCDFFile.write(table, to: folder.path("in.nc"))
    for fold in 0..<3 {
      let settings: [String: SettingValue] = [
        "method": .word("blocked_kfold"), "folds": Self.number("3"), "fold": Self.number("\(fold)"),
        "block_size": Self.number("500000"), "fraction": Self.number("0.2"), "seed": Self.number("1"),
      ]
      try SplitTable().run(
        StageContext(
          settings: Settings(settings), inputs: ["table": folder.path("in.nc")],
          outputs: ["training": folder.path("a.nc"), "testing": folder.path("b.nc")]))
      let held = try NetCDFFile.read(folder.path("b.nc"))
      // A pair is held out together.
      #expect(try Set(held.column("longitude")) == [179.9, -179.9])
      #expect(try Set(held.column("latitude")).count == 1)
    }
  }

  @Test(arguments: [([179.5, -179.5, 10], -180), ([179.5, 180.5, 10], 180)] as [([Double], Double)])
  func meansLieBetween(_ longitudes: [Double], _ mean: Double) throws {
    let folder = try ScratchFolder("line")
    var table = Dataset(title: "points")
    try table.addColumn("easting", [0, 100, 90_000], units: "m")
    try table.addColumn("northing", [0, 100, 90_000], units: "m")
    try table.addColumn("longitude", longitudes, units: "degrees_east")
    try table.addColumn("upward", [1, 3, 5], units: "m")
    try NetCDFFile.write(table, to: folder.path("in.nc"))
    let settings: [String: SettingValue] = [
      "block_size": Self.number("10000"), "reduction": .word("mean"), "weights": .word("propagated"),
      "center_coordinates": .boolean(false),
    ]
    try BlockReduction().run(
      StageContext(
        settings: Settings(settings), inputs: ["table": folder.path("in.nc")],
        outputs: ["table": folder.path("out.nc")]))
    let reduced = try NetCDFFile.read(folder.path("out.nc"))
    #expect(try reduced.column("upward") == [2, 5])
    let found = try reduced.column("longitude")
    #expect(abs(abs(found[0]) - abs(mean)) < 1e-9 && abs(found[1] - 10) < 1e-9, "\(found)")
  }
}
