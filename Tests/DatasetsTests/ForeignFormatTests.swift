import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// ESRI ASCII, GXF, GMT's own and old formats, tables as grids, and what is refused by name.
@Suite struct ForeignFormatTests {
  private func read(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) throws -> GridVariable {
    let folder = try ScratchFolder("datasets")
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path("a.grd")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try GridFile.readVariable(path, options: options)
  }

  private func read(_ text: String, _ options: GridReadOptions = GridReadOptions()) throws -> GridVariable {
    try read(Array(text.utf8), options)
  }

  private func fault(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) -> String {
    do { return "no fault: \(try read(bytes, options).grid.geometry)" } catch { return "\(error)" }
  }

  private func expectGrid(_ found: GridVariable, _ comment: String) {
    #expect(found.grid.geometry.eastings == [1000, 1100, 1200, 1300], "\(comment)")
    #expect(found.grid.geometry.northings == [-500, -300, -100], "\(comment)")
    #expect(
      Dataset.Values.double(found.grid.values) == .double(GridFormatTests.expected),
      "\(comment): \(found.grid.values)")
  }

  // MARK: ESRI ASCII

  static let esriValues = "20 21 22 23\n10 11 -9999 13\n0 1 2 3\n"

  @Test(arguments: [
    "ncols 4\nnrows 3\nxllcorner 950\nyllcorner -600\ndx 100\ndy 200\nNODATA_value -9999\n",
    "NCOLS 4\nNROWS 3\nXLLCENTER 1000\nYLLCENTER -500\nDX 100\nDY 200\nNODATA_VALUE -9999\n",
    "\u{FEFF}nrows 3\r\nncols 4\r\ncellsize 100\r\ndy 200\r\nyllcenter -500\r\nxllcorner 950\r\n",
  ])
  func esriHeaders(_ header: String) throws {
    // Without NODATA_value the format says -9999.
    let text = header.contains("cellsize") ? header.replacing("cellsize 100", with: "dx 100") : header
    expectGrid(try read(text + Self.esriValues), header)
  }

  @Test func esriSquaresAndCommas() throws {
    let text =
      "ncols 2\nnrows 2\nxllcorner 499500,5\nyllcorner 0\ncellsize 1000\nNODATA_value -9999\n1,5 2,5\n3,5 -9999\n"
    let found = try read(text)
    #expect(
      found.grid.geometry.eastings == [500_000.5, 501_000.5] && found.grid.geometry.northings == [500, 1500])
    #expect(found.grid.values[0] == 3.5 && found.grid.values[1].isNaN && found.grid.values[3] == 2.5)
    #expect(found.remarks.contains { $0.contains("no unit and are taken as metres") })
  }

  @Test func esriFaults() {
    let header = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n"
    #expect(fault(Array((header + "1 2 3\n").utf8)).contains("expected value 4 of 4"))
    #expect(fault(Array((header + "1 2 3 4 5\n").utf8)).contains("found '5'"))
    #expect(fault(Array((header + "1 2 x 4\n").utf8)).contains("line 6: found 'x', expected value 3 of 4"))
    #expect(
      fault(Array("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\n1 2 3 4\n".utf8)).contains(
        "without 'cellsize'"))
    #expect(
      fault(Array("ncols 2\nnrows -2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1\n".utf8)).contains("nrows -2"))
    #expect(
      fault(Array("ncols 99999\nnrows 99999\nxllcorner 0\nyllcorner 0\ncellsize 1\n1\n".utf8)).contains(
        "do not fit"))
  }

  // MARK: GXF

  private func gxf(_ sense: Int, _ values: [Double?], extra: String = "") -> String {
    let isAlongEast = [1, -2, 3, -4].contains(sense)
    let (points, rows) = isAlongEast ? (4, 3) : (3, 4)
    let (along, across) = isAlongEast ? (100, 200) : (200, 100)
    return
      "Some words\n#POINTS\n\(points)\n#ROWS\n\(rows)\n#PTSEPARATION\n\(along)\n#RWSEPARATION\n\(across)\n#XORIGIN\n1000\n"
      + "#YORIGIN\n-500\n#SENSE\n\(sense)\n#DUMMY\n-1e32\n#UNIT_LENGTH\n\"m\",1\n\(extra)#GRID\n"
      + values.map { $0.map { "\($0)" } ?? "-1e32" }.joined(separator: "\n") + "\n"
  }

  /// The nodes in the order of a scan that starts at a corner.
  private func scan(_ sense: Int) -> [Double?] {
    let rows = [2, -2, 3, -3].contains(sense) ? [2, 1, 0] : [0, 1, 2]
    let columns = [3, -3, 4, -4].contains(sense) ? [3, 2, 1, 0] : [0, 1, 2, 3]
    var nodes: [Int] = []
    if [1, -2, 3, -4].contains(sense) {
      for row in rows { nodes += columns.map { row * 4 + $0 } }
    } else {
      for column in columns { nodes += rows.map { $0 * 4 + column } }
    }
    return nodes.map { node in
      let value = GridFormatTests.expected[node]
      return value.isNaN ? nil : value
    }
  }

  @Test(arguments: [1, -1, 2, -2, 3, -3, 4, -4]) func gxfScans(_ sense: Int) throws {
    expectGrid(try read(gxf(sense, scan(sense))), "sense \(sense)")
  }

  @Test func gxfTransformsAndUnits() throws {
    let halved = scan(1).map { $0.map { $0 / 2 } }
    expectGrid(try read(gxf(1, halved, extra: "#TRANSFORM\n2,0\n")), "transform")
    let feet = gxf(1, scan(1)).replacing("\"m\",1", with: "\"foot of Clarke\",0.3047972654")
    #expect(abs(try read(feet).grid.geometry.region.west - 304.7972654) < 1e-9)
    #expect(fault(Array(gxf(1, scan(1), extra: "#ROTATION\n30\n").utf8)).contains("rotated by 30°"))
    #expect(
      fault(Array(gxf(1, scan(1)).replacing("#SENSE\n1", with: "#SENSE\n7").utf8)).contains("#SENSE 7.0"))
    #expect(fault(Array(gxf(1, Array(scan(1).dropLast())).utf8)).contains("expected value 12 of 12"))
    #expect(fault(Array("#POINTS\n4\n#ROWS\n3\n".utf8)).contains("no #GRID"))
  }

  /// Two digits of base 90, a dummy, and three values as a repeated one.
  @Test func gxfCompressed() throws {
    func word(_ value: Int) -> String {
      String(decoding: [UInt8(37 + value / 90), UInt8(37 + value % 90)], as: UTF8.self)
    }
    let words = GridFormatTests.expected.map { $0.isNaN ? "!!" : word(Int($0) + 5) }
    var text = gxf(1, [], extra: "#GTYPE\n2\n#TRANSFORM\n1 -5\n")
    let end = try #require(text.range(of: "#GRID\n"))
    text = String(text[..<end.upperBound])
    expectGrid(
      try read(text + words.prefix(7).joined() + "\n" + words.dropFirst(7).joined() + "\n"), "compressed")
    let constant = try read(text + "\"\"" + word(12) + word(105) + "\n")
    #expect(constant.grid.values.allSatisfy { $0 == 100 })
    #expect(fault(Array((text + "\"\"" + word(13) + word(105)).utf8)).contains("repeated 13.0 times"))
    #expect(fault(Array((text + word(1)).utf8)).contains("end early"))
  }

  // MARK: GMT

  private func gmt(_ values: [Float], isPixels: Bool, units: [String] = ["x", "y", "mGal"]) -> [UInt8] {
    func int(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    func double(_ value: Double) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
    }
    let edges = isPixels ? [950.0, 1350, -600, 0] : [1000, 1300, -500, -100]
    let numbers = edges + [0, 23, 100, 200, 1, 0]
    let texts = units.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: 80 - $0.utf8.count) }
    let head = int(4) + int(3) + int(isPixels ? 1 : 0) + numbers.flatMap(double) + texts
    return head + [UInt8](repeating: 0, count: 892 - head.count) + values.flatMap { int(Int($0.bitPattern)) }
  }

  @Test(arguments: [true, false]) func gmtBinary(_ isPixels: Bool) throws {
    let values = (0..<3).reversed().flatMap { row in
      GridFormatTests.expected[(4 * row)..<(4 * row + 4)].map(Float.init)
    }
    let bytes = gmt(values, isPixels: isPixels)
    let found = try read(bytes)
    expectGrid(found, "GMT")
    #expect(found.units == "mGal" && found.kind == .projected)
    var swapped = bytes
    let widths = [Int](repeating: 4, count: 3) + [Int](repeating: 8, count: 10)
    var place = 0
    for width in widths {
      swapped.replaceSubrange(place..<(place + width), with: bytes[place..<(place + width)].reversed())
      place += width
    }
    for start in stride(from: 892, to: bytes.count, by: 4) {
      swapped.replaceSubrange(start..<(start + 4), with: bytes[start..<(start + 4)].reversed())
    }
    expectGrid(try read(swapped), "big-endian")
    #expect(fault(Array(bytes.dropLast())).contains("do not fill"))
    let degrees = gmt(
      values, isPixels: false, units: ["longitude [degrees_east]", "latitude [degrees_north]", "z"])
    #expect(fault(degrees).contains("latitude"))
  }

  // MARK: Tables as grids

  @Test(arguments: [
    "northing,easting,z\n", "y,x,z\n", "# northing easting z\n", "UTM_N,UTM_E,z\n", "z,northing,easting\n",
    ",northing,easting,z\n",
  ])
  func gridsFromTables(_ header: String) throws {
    let rows = (0..<3).flatMap { row in (0..<4).map { (row, $0) } }
    let text = rows.map { row, column in
      let (x, y, z) = (1000 + 100 * column, -500 + 200 * row, GridFormatTests.expected[row * 4 + column])
      let value = z.isNaN ? "" : "\(z)"
      if header.hasPrefix("z") { return "\(value),\(y),\(x)" }
      return (header.hasPrefix(",") ? "\(row * 4 + column)," : "") + "\(y),\(x),\(value)"
    }.joined(separator: "\n")
    expectGrid(try read(header + text), header)
  }

  @Test func columnsThatCanNotBeToldAreAsked() throws {
    #expect(
      fault(Array("a,b,c\n0,0,1\n1,0,2\n0,1,3\n1,1,4\n".utf8)).contains("can't tell easting from northing"))
    let named = try read(
      "a,b,c\n0,0,1\n1,0,2\n0,1,3\n1,1,4\n", GridReadOptions(eastingName: "b", northingName: "a"))
    #expect(named.grid.values == [1, 3, 2, 4])
    #expect(
      fault(Array("x,y,lon,lat,g\n0,0,1,1,1\n1,0,2,1,2\n".utf8)).contains("can't tell easting from northing"))
    #expect(fault(Array("x,y,g,h\n0,0,1,1\n1,0,2,1\n".utf8)).contains("several grids, 'g', 'h'"))
    let bare = try read("0 0 5 9\n1000 0 6 9\n0 1000 7 9\n1000 1000 8 9\n")
    #expect(
      bare.grid.values == [5, 6, 7, 8]
        && bare.remarks.contains { $0.contains("1 is taken as easting, 2 as northing, 3") })
    let geographic = try read(
      "latitude,longitude,gravity (uGal)\n-24,-50,1000\n-24,-49,2000\n-23,-50,3000\n-23,-49,\n")
    #expect(
      geographic.kind == .geographic
        && geographic.grid.geometry.region == Region(west: -50, east: -49, south: -24, north: -23))
    #expect(
      geographic.grid.values.prefix(3) == [1, 2, 3] && geographic.grid.values[3].isNaN
        && geographic.units == "mGal")
  }

  // MARK: Refused

  @Test(arguments: [
    ("PK\u{3}\u{4}xx", "archive"), ("GRIB....", "GRIB"), ("<!DOCTYPE html>", "web page"),
    ("{\"a\": 1}", "JSON"),
    ("version https://git-lfs.github.com/spec/v1\n", "Git LFS"), ("netcdf a {\n}", "CDL"),
    ("%PDF-1.4", "PDF"),
    ("! a grid\n@z GRID, 5\n1 2 3\n", "ZMAP"), ("SQLite format 3\u{0}", "GeoPackage"),
    ("DatasetHeader Begin\n", "ER Mapper"),
  ])
  func knownByNameOnly(_ text: String, _ name: String) {
    let found = fault(Array(text.utf8))
    #expect(found.contains(name) && found.contains("which can't be read; "), "\(found)")
  }

  @Test func binariesKnownByName() {
    #expect(fault([0x1F, 0x8B, 8, 0]).contains("gzip"))
    #expect(fault([0x93] + Array("NUMPY".utf8)).contains("NumPy"))
    #expect(fault([0x89, 0x50, 0x4E, 0x47, 0, 0]).contains("PNG"))
    #expect(fault([1, 2, 0, 4]).contains("is none of the formats that are read"))
    #expect(
      fault(SampleGrids.surfer6, GridReadOptions(variable: "height")).contains(
        "no variable 'height'; found 'z'"))
  }
}
