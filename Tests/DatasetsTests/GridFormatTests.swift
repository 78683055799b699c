import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct GridFormatTests {
  static let expected: [Double] = [0, 1, 2, 3, 10, 11, .nan, 13, 20, 21, 22, 23]

  static let surferText = """
    DSAA
    4 3
    1000 1300
    -500 -100
    0 23
    0 1 2 3

    10 11 1.70141e+38 13
    20 21
    22 23

    """

  static let icgem = """
    generating_institute     gfz-potsdam
    product_type             gravity_field
    height_over_ell          2500.0000 m
    latlimit_north           -10.00
    latlimit_south           -12.00
    longlimit_west           5.0
    longlimit_east           6.5
    gridstep                 0.5
    latitude_parallels       3
    longitude_parallels      4
    number_of_gridpoints     12
    gapvalue                 9999.0000

        longitude    latitude   gravity_ell
          [deg.]       [deg.]       [mgal]
    end_of_head =====================================

    """
    + (0..<3).reversed().flatMap { row in
      (0..<4).map { column in
        let value = row == 1 && column == 2 ? "9999.0000" : "\(10 * row + column).0"
        return "  \(5 + 0.5 * Double(column))  \(-12 + row)  \(value)\n"
      }
    }.joined()

  static let xyz = """
    # west to east
    1300 -500 3
    1000 -500 0
    1100 -500 1
    1200 -500 2
    > second
    1000,-300,10
    1100\t-300\t11
    1300 -300 1.3D1
    1000 -100 20
    1100 -100 21
    1200 -100 22
    1300 -100 23

    """

  private func write(_ bytes: [UInt8]) throws -> (ScratchFolder, String) {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.grd")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return (folder, path)
  }

  private func read(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) throws -> GridVariable {
    let (folder, path) = try write(bytes)
    defer { withExtendedLifetime(folder) {} }
    return try GridFile.readVariable(path, options: options)
  }

  private func fault(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) -> String {
    do {
      let found = try read(bytes, options)
      return "no fault: \(found.grid.geometry)"
    } catch {
      let text = "\(error)"
      return text.range(of: "a.grd: ").map { String(text[$0.upperBound...]) } ?? text
    }
  }

  private func same(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  @Test(arguments: [
    "oasisFloat", "oasisShortColumns", "oasisCompressed", "surfer6", "surfer7", "surferText", "xyz",
  ])
  func everyFormatGivesTheSameGrid(name: String) throws {
    let found = try read(Self.bytes(name))
    #expect(same(found.grid.values, Self.expected), "\(found.grid.values)")
    #expect(found.grid.geometry.eastings == [1000, 1100, 1200, 1300])
    #expect(found.grid.geometry.northings == [-500, -300, -100])
    #expect(found.kind == .projected)
  }

  static func bytes(_ name: String) -> [UInt8] {
    switch name {
    case "oasisFloat": SampleGrids.oasisFloat
    case "oasisDoubleScaled": SampleGrids.oasisDoubleScaled
    case "oasisShortColumns": SampleGrids.oasisShortColumns
    case "oasisCompressed": SampleGrids.oasisCompressed
    case "surfer6": SampleGrids.surfer6
    case "surfer7": SampleGrids.surfer7
    case "surferText": Array(surferText.utf8)
    case "icgem": Array(icgem.utf8)
    default: Array(xyz.utf8)
    }
  }

  @Test func scaledValues() throws {
    let found = try read(SampleGrids.oasisDoubleScaled)
    #expect(same(found.grid.values, Self.expected.map { $0 / 2 + 5 }))
  }

  @Test func icgemGridsAreGeographic() throws {
    let found = try read(Array(Self.icgem.utf8))
    #expect(same(found.grid.values, Self.expected))
    #expect(found.kind == .geographic && found.grid.geometry.isGeographic)
    #expect(found.grid.geometry.eastings == [5, 5.5, 6, 6.5] && found.units == "mGal")
    #expect(found.name == "gravity_ell")
    let height = try read(Array(Self.icgem.utf8), GridReadOptions(variable: "height_over_ell"))
    #expect(height.grid.values.allSatisfy { $0 == 2500 } && height.units == "m")
  }

  @Test func unitsAndNames() throws {
    var options = GridReadOptions(coordinateUnit: "km")
    options.valueUnits = "uGal"
    let found = try read(SampleGrids.surfer6, options)
    #expect(found.grid.geometry.eastings == [1e6, 1.1e6, 1.2e6, 1.3e6] && found.units == "mGal")
    #expect(found.grid[2, 3] == 0.023)
    let named = Array("lon lat z g\n0 0 1 2\n1 0 3 4\n0 1 5 6\n1 1 7 8\n".utf8)
    let third = try read(named, GridReadOptions(variable: "g"))
    #expect(third.grid.values == [2, 4, 6, 8] && third.kind == .geographic)
    #expect(fault(named) == "holds several grids, 'z', 'g'; name the variable to read")
  }

  /// Every text and every binary file cut short, at every length, is refused and says why.
  @Test(arguments: [
    "oasisFloat", "oasisDoubleScaled", "oasisShortColumns", "oasisCompressed", "surfer6", "surfer7",
    "surferText",
    "icgem",
  ])
  func truncatedFilesAreRefused(name: String) throws {
    let whole = Self.bytes(name)
    var format = GridFormat.surfer
    if name.hasPrefix("oasis") { format = .oasisMontaj }
    if name == "icgem" { format = .icgem }
    // The last line's end, and a digit of the last number, may be missing from a text.
    let least = name == "icgem" ? 5 : name == "surferText" ? 3 : 1
    for length in 0...(whole.count - least) {
      let text = fault(Array(whole[..<length]), GridReadOptions(format: format))
      #expect(!text.hasPrefix("no fault"), "\(name) of \(length) bytes: \(text)")
    }
  }

  @Test func faultsSayWhatAndWhere() {
    let text = Self.surferText.replacing("10 11", with: "10 eleven")
    #expect(fault(Array(text.utf8)) == "line 8: found 'eleven', expected value 6 of 12")
    let more = Self.surferText + "24\n"
    #expect(fault(Array(more.utf8)) == "line 11: found '24', expected the end of the file after 12 values")
    #expect(
      fault(Array(Self.icgem.replacing("  5.5  -11  11.0", with: "  5.5  -11  x").utf8))
        == "line 22: found 'x', expected a number")
    #expect(
      fault(Array(Self.icgem.replacing("  5.5  -11  11.0\n", with: "").utf8))
        == "is truncated or damaged: 1 of 12 nodes of the header's grid have no line")
    #expect(
      fault(Array(Self.icgem.replacing("  5.5  -11", with: "  5.0  -11").utf8))
        == "line 22: found a node at 5.0, -11.0, expected each node of the header's grid once")
    #expect(
      fault(Array((Self.xyz + "1300 -100 7\n").utf8))
        == "holds two values at 1300.0, -100.0, which can't be read; remove one, or reduce them by blocks")
    #expect(fault(Array("1 2 3\n4 5\n".utf8)) == "line 2: found 2 numbers, expected 3 as on the lines before")
    #expect(fault(Array("1 2 3\n4 b 5\n".utf8)) == "line 2: found 'b', expected a number")
    #expect(fault([1, 2, 0, 4]).hasPrefix("is none of the formats that are read"))
    #expect(
      fault(Array(Self.surferText.utf8), GridReadOptions(format: .oasisMontaj)).hasPrefix(
        "is truncated or damaged"))
    var rotated = SampleGrids.oasisFloat
    rotated.replaceSubrange(52..<60, with: withUnsafeBytes(of: (30.0).bitPattern.littleEndian, Array.init))
    #expect(
      fault(rotated) == "holds a grid rotated by 30.0°, which can't be read; resample it to an unrotated one")
  }

  /// A changed byte in the compressed part never passes: zlib's check sum stands behind each block.
  @Test func damagedBlocksAreRefused() {
    let whole = SampleGrids.oasisCompressed
    for index in stride(from: 576, to: whole.count, by: 1) {
      var bytes = whole
      bytes[index] ^= 0x10
      let found = try? read(bytes)
      // The 16 bytes in front of each stream mean nothing to the reader.
      #expect(found == nil || same(found?.grid.values ?? [], Self.expected), "byte \(index)")
    }
  }

  @Test func scatteredPointsAreNoGrid() {
    var random = NumPyRandom(seed: 1)
    let text = (0..<200).map { _ in "\(random.normal(0, 1)) \(random.normal(0, 1)) 1\n" }.joined()
    #expect(fault(Array(text.utf8)).contains("is not regular"))
    let diagonal = (0..<50).map { "\($0) \($0) 1\n" }.joined()
    #expect(fault(Array(diagonal.utf8)).contains("50 points on 50 x 50 coordinates"))
  }

  @Test func plainTables() throws {
    let folder = try ScratchFolder("datasets")
    let plain = try folder.write("# a survey\n1 2 3 4\n5,6,7,nan\n", "a.xyz")
    let table = try TableFile.readAny(plain)
    #expect(table.columns.map(\.name) == ["easting", "northing", "upward", "column4"])
    #expect(try table.numbers("upward") == [3, 7] && (try table.numbers("column4"))[1].isNaN)
    let named = try TableFile.readAny(plain, options: TableReadOptions(names: ["lon", "lat", "h", "g"]))
    #expect(named.columns.map(\.name) == ["lon", "lat", "h", "g"])
    let words = try folder.write("x y g\n1 2 3\n", "b.xyz")
    #expect(try TableFile.readAny(words).columns.map(\.name) == ["x", "y", "g"])
    let csv = try folder.write("x,name\n1,two words\n", "c.csv")
    #expect(try TableFile.readAny(csv).texts("name") == ["two words"])
    #expect(
      error { _ = try TableFile.readAny(plain, options: TableReadOptions(names: ["a", "b", "c", "d", "e"])) }
        == .malformed(path: plain, line: 2, found: "4 columns", expected: "5, as many as were named"))
  }
}
