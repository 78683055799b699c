import Datasets
import Foundation
import Manifests
import NumericCore
import Planning
import Synchronization
import TestSupport
import Testing

@testable import StagesData

/// Files of others through `read_table` and `read_grid`: what they are read as, what is asked, what is told.
@Suite struct ReadingTests {
  /// What a stage warned of.
  final class Told: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
  }

  private struct Run {
    var dataset: Dataset
    var told: String
  }

  private static func run(
    _ kind: any StageKind, _ output: String, _ text: String, _ settings: [String: SettingValue]
  ) throws -> Run {
    let folder = try ScratchFolder("reading")
    let told = Told()
    var all = settings
    all["file"] = .file(try folder.write(text, "input"))
    var context = StageContext(settings: Settings(all), inputs: [:], outputs: [output: folder.path("out.nc")])
    context.warn = { told.add($0) }
    try kind.run(context)
    return Run(dataset: try NetCDFFile.read(folder.path("out.nc")), told: told.text)
  }

  private static func table(_ text: String, _ settings: [String: SettingValue] = [:]) throws -> Run {
    try run(ReadTable(), "table", text, settings)
  }

  private static func grid(_ text: String, _ settings: [String: SettingValue] = [:]) throws -> Run {
    try run(ReadGrid(), "grid", text, ["quantity": .word("topography")].merging(settings) { $1 })
  }

  private static func fault(_ body: () throws -> Run) -> String {
    do { return "no fault: \(try body().dataset.variables.map(\.name))" } catch { return "\(error)" }
  }

  private static func number(_ text: String) -> SettingValue {
    .number(ExactDecimal(text) ?? ExactDecimal(0))
  }

  // MARK: Tables

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
    #expect(Self.fault { try Self.table(bare) }.contains("say geographic = yes"))
    let told = try Self.table(bare, ["geographic": .boolean(true)]).dataset
    #expect(try told.column("longitude") == [10, 11] && told.column("latitude") == [-24, -23])
    #expect(
      try Self.table(bare, ["coordinate_unit": .text("km")]).dataset.column("easting") == [10_000, 11_000])
    #expect(
      try Self.table(bare, ["coordinate_unit": .text("degrees")]).dataset.column("longitude") == [10, 11])
    let words = try Self.table("easting,northing,upward\n10,-24,5\n11,-23,6\n")
    #expect(words.told.contains("may be degrees or kilometres, are taken as metres"))
    #expect(try words.dataset.column("easting") == [10, 11])
    #expect(Self.fault { try Self.table("lon,lat,z\n10,-124,5\n11,-23,6\n") }.contains("latitude"))
    #expect(
      Self.fault { try Self.table("lon,lat,z\n500000,24,5\n500100,23,6\n") }.contains("longitude 500000"))
  }

  @Test func depthsBecomeHeights() throws {
    let text = "easting,northing,depth\n500000,7000000,35\n500100,7000100,36\n"
    let named = try Self.table(text)
    #expect(try named.dataset.column("upward") == [-35, -36])
    #expect(named.told.contains("'depth' holds depths"))
    #expect(try Self.table(text, ["depth": .text("depth")]).dataset.column("upward") == [-35, -36])
    #expect(Self.fault { try Self.table(text, ["upward": .text("depth")]) }.contains("say depth = \"depth\""))
    let scaled = try Self.table(text, ["upward": .text("depth"), "scale": Self.number("-1000")])
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
      Self.fault { try Self.table(text, denied) }.contains(
        "'uGal' by its header, but the settings say 'm/s2'"))
    let wrong = text.replacing("[uGal]", with: "[nT]")
    #expect(Self.fault { try Self.table(wrong, settings) }.contains("'nT', a magnetic field"))
    #expect(
      Self.fault { try Self.table(text.replacing("(ft)", with: "(smoots)"), settings) }.contains("smoots"))
  }

  @Test func marksOfMissingValues() throws {
    let text = "easting,northing,upward,g\n500000,7000000,5,1\n500100,7000100,-9999,2\n500200,7000200,6,3\n"
    #expect(Self.fault { try Self.table(text) }.contains("holds 1 time -9999"))
    let named = try Self.table(text, ["missing": .list([Self.number("-9999")])]).dataset
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

  // MARK: Grids

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
    #expect(Self.fault { try Self.grid(negative, settings) }.contains("negative standard deviation"))
  }

  @Test func densitiesAndWeights() throws {
    let text = "easting,northing,rho\n500000,7000000,2.67\n501000,7000000,2.7\n"
    let density: [String: SettingValue] = ["quantity": .word("density_contrast")]
    #expect(Self.fault { try Self.grid(text, density) }.contains("has no unit"))
    let told = try Self.grid(text, density.merging(["value_unit": .text("g/cm3")]) { $1 }).dataset
    #expect(try largestDifference(told.grid("density_contrast").values, [2670, 2700]) < 1e-9)
    #expect(told["density_contrast"]?.units == "kg/m3")
    let wrong = try Self.grid(text, density.merging(["value_unit": .text("kg/m3")]) { $1 })
    #expect(wrong.told.contains("very little for densities"))
    let weights = ["quantity": SettingValue.word("weights")]
    #expect(try Self.grid(text, weights).dataset.grid("weights").values == [2.67, 2.7])
    #expect(
      Self.fault { try Self.grid(text.replacing("rho", with: "rho (m)"), weights) }.contains("'m', length"))
  }

  // MARK: Files that are nearly right

  @Test func aWordAmongNumbersIsNamed() {
    let text = "easting,northing,height\n500000,7000000,5\n501000,7000000,six\n"
    #expect(
      Self.fault { try Self.grid(text) }.contains(
        "line 3: column 'height' should hold numbers, found 'six'"))
  }

  @Test(arguments: [
    "# x (m) y (m) z (ft)\n500000 7000000 100\n501000 7000000 200\n",
    "x (m) y (m) z (ft)\n500000 7000000 100\n501000 7000000 200\n",
    "x,y,z\nm,m,ft\n500000,7000000,100\n501000,7000000,200\n",
  ])
  func unitsInAnyPlace(_ text: String) throws {
    let found = try Self.grid(text)
    #expect(try largestDifference(found.dataset.grid("topography").values, [30.48, 60.96]) < 1e-9, "\(text)")
    #expect(!found.told.contains("has no unit"), "\(found.told)")
  }

  @Test func fortranExponents() throws {
    let text = "easting,northing,height (m)\n5.0D+05,7.0D+06,1.5D+00\n5.01D+05,7.0D+06,2.5D-01\n"
    #expect(try Self.grid(text).dataset.grid("topography").values == [1.5, 0.25])
  }

  @Test func whatIsEndlessIsMissing() throws {
    let text = "easting,northing,height (m)\n500000,7000000,inf\n501000,7000000,5\n"
    let found = try Self.grid(text)
    let values = try found.dataset.grid("topography").values
    #expect(values[0].isNaN && values[1] == 5)
    #expect(
      found.told.contains("1 of 2 values of 'height' are infinite and count as missing"), "\(found.told)")
  }

  @Test(arguments: [
    ([0xFF, 0xFE, 0x61, 0x00], "text in UTF-16"), (Array("PK\u{3}\u{4}xlsx".utf8), "a workbook (xlsx)"),
    (Array("<html></html>".utf8), "a web page"),
  ])
  func otherFilesAreNamed(_ bytes: [UInt8], _ what: String) throws {
    let folder = try ScratchFolder("reading")
    let path = folder.path("input")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for (kind, output): (any StageKind, String) in [(ReadTable(), "table"), (ReadGrid(), "grid")] {
      let settings = ["file": SettingValue.file(path), "quantity": .word("topography")]
      let context = StageContext(
        settings: Settings(settings), inputs: [:], outputs: [output: folder.path("out.nc")])
      #expect(
        Self.fault {
          try kind.run(context)
          return Run(dataset: Dataset(), told: "")
        }.contains(what))
    }
  }

  @Test func aStackOfGridsIsNamed() throws {
    let folder = try ScratchFolder("stack")
    var stack = Dataset()
    stack.dimensions = [("time", 2), ("y", 2), ("x", 2)].map { Dataset.Dimension(name: $0.0, size: $0.1) }
    for name in ["y", "x"] { try stack.addColumn(name, [0, 1000], units: "m", dimension: name) }
    try stack.add(
      Dataset.Variable(
        name: "z", dimensions: ["time", "y", "x"], values: .double(Array(repeating: 1, count: 8)),
        attributes: []))
    try NetCDFFile.write(stack, to: folder.path("in.nc"))
    let context = StageContext(
      settings: Settings(["file": .file(folder.path("in.nc")), "quantity": .word("topography")]), inputs: [:],
      outputs: ["grid": folder.path("out.nc")])
    #expect(
      Self.fault {
        try ReadGrid().run(context)
        return Run(dataset: Dataset(), told: "")
      }.contains("'z' on time (2) x y (2) x x (2), more than one grid"))
  }
}
