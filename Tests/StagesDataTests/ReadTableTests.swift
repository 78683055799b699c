import Datasets
import Planning
import TestSupport
import Testing

@testable import StagesData

/// Tables of others through `read_table`: what they are read as, what is asked, what is told.
@Suite struct ReadTableTests {
  private static func table(_ text: String, _ settings: [String: SettingValue] = [:]) throws -> FileReading {
    try FileReading.run(ReadTable(), "table", text, settings)
  }

  @Test(arguments: [
    "northing,easting,upward\n7000000,500000,5\n7000100,500100,6\n",
    "Y;X;Z\n7000000;500000;5,0\n7000100;500100;6,0\n",
    "elevation UTM_E UTM_N\n5 500000 7000000\n6 500100 7000100\n",
    "easting (km),northing (km),height (km)\n500,7000,0.005\n500.1,7000.1,0.006\n",
    ",easting,northing,upward\n0,500000,7000000,5\n1,500100,7000100,6\n",
    "# easting northing upward\n500000 7000000 5\n500100 7000100 6\n",
  ])
  func headerWins(_ text: String) throws {
    let found = try Self.table(text).dataset
    #expect(try largestDifference(found.column("easting"), [500_000, 500_100]) < 1e-9, "\(text)")
    #expect(try largestDifference(found.column("northing"), [7_000_000, 7_000_100]) < 1e-9, "\(text)")
    #expect(try largestDifference(found.column("upward"), [5, 6]) < 1e-9, "\(text)")
  }

  @Test func degreesAreToldByTheHeaderOrTheUser() throws {
    let named = try Self.table("lat,lon,height\n-24,350,5\n-23,349,6\n").dataset
    #expect(try named.column("longitude") == [-10, -11] && named.column("latitude") == [-24, -23])
    let units = try Self.table("northing (deg),easting (deg),z\n-24,10,5\n-23,11,6\n").dataset
    #expect(try units.column("longitude") == [10, 11] && units.column("latitude") == [-24, -23])
    let bare = "10 -24 5\n11 -23 6\n"
    #expect(FileReading.fault { try Self.table(bare) }.contains("say geographic = yes"))
    let told = try Self.table(bare, ["geographic": .boolean(true)]).dataset
    #expect(try told.column("longitude") == [10, 11] && told.column("latitude") == [-24, -23])
    #expect(
      try Self.table(bare, ["coordinate_unit": .text("km")]).dataset.column("easting") == [10_000, 11_000])
    #expect(
      try Self.table(bare, ["coordinate_unit": .text("degrees")]).dataset.column("longitude") == [10, 11])
    let words = try Self.table("easting,northing,upward\n10,-24,5\n11,-23,6\n")
    #expect(words.told.contains("may be degrees or kilometres, are taken as metres"))
    #expect(try words.dataset.column("easting") == [10, 11])
    #expect(FileReading.fault { try Self.table("lon,lat,z\n10,-124,5\n11,-23,6\n") }.contains("latitude"))
    #expect(
      FileReading.fault { try Self.table("lon,lat,z\n500000,24,5\n500100,23,6\n") }.contains(
        "longitude 500000"))
  }

  @Test func depthsBecomeHeights() throws {
    let text = "easting,northing,depth\n500000,7000000,35\n500100,7000100,36\n"
    let named = try Self.table(text)
    #expect(try named.dataset.column("upward") == [-35, -36])
    #expect(named.told.contains("'depth' holds depths"))
    #expect(try Self.table(text, ["depth": .text("depth")]).dataset.column("upward") == [-35, -36])
    #expect(
      FileReading.fault { try Self.table(text, ["upward": .text("depth")]) }.contains("say depth = \"depth\"")
    )
    let scaled = try Self.table(text, ["upward": .text("depth"), "scale": FileReading.number("-1000")])
    #expect(try scaled.dataset.column("upward") == [-35_000, -36_000])
    let heights = text.replacing(",35\n", with: ",-35\n").replacing(",36\n", with: ",-36\n")
    #expect(try Self.table(heights, ["upward": .text("depth")]).dataset.column("upward") == [-35, -36])
  }

  @Test func unitsOfValues() throws {
    let text =
      "easting,northing,upward (ft),g [uGal],sigma\n500000,7000000,100,1000,500\n500100,7000100,200,2000,500\n"
    let settings: [String: SettingValue] = ["gravity_anomaly": .text("g"), "uncertainty": .text("sigma")]
    let found = try Self.table(text, settings).dataset
    #expect(try largestDifference(found.column("upward"), [30.48, 60.96]) < 1e-12)
    #expect(try found.column("gravity_anomaly") == [1, 2] && found.column("uncert") == [0.5, 0.5])
    let own = try Self.table(text, settings.merging(["uncertainty_unit": .text("mGal")]) { $1 }).dataset
    #expect(try own.column("uncert") == [500, 500])
    let denied = settings.merging(["gravity_unit": .text("m/s2")]) { $1 }
    #expect(
      FileReading.fault { try Self.table(text, denied) }.contains(
        "'uGal' by its header, but the settings say 'm/s2'"))
    let wrong = text.replacing("[uGal]", with: "[nT]")
    #expect(FileReading.fault { try Self.table(wrong, settings) }.contains("'nT', a magnetic field"))
    #expect(
      FileReading.fault { try Self.table(text.replacing("(ft)", with: "(smoots)"), settings) }.contains(
        "smoots"))
  }

  @Test func marksOfMissingValues() throws {
    let text = "easting,northing,upward,g\n500000,7000000,5,1\n500100,7000100,-9999,2\n500200,7000200,6,3\n"
    #expect(FileReading.fault { try Self.table(text) }.contains("holds 1 time -9999"))
    let named = try Self.table(text, ["missing": .list([FileReading.number("-9999")])]).dataset
    #expect(try named.column("upward") == [5, 6])
    let kept = try Self.table(text, ["suspected_marks": .word("keep")]).dataset
    #expect(try kept.column("upward") == [5, -9999, 6])
  }

  @Test func valuesThatAreImplausibleAreTold() throws {
    let text = "easting,northing,upward,g\n500000,7000000,5,979000\n500100,7000100,6,979010\n"
    #expect(
      try Self.table(text, ["gravity_anomaly": .text("g")]).told.contains("gravity anomalies lie within"))
    #expect(try Self.table(text, ["gravity": .text("g")]).told.isEmpty)
  }
}
