import CNetCDF
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct AxisTests {
  private func axis(
    _ values: [Double], tolerance: Double = 0.01, isSingle: Bool = false, isAngle: Bool = false
  ) throws -> Axis {
    try Axis(
      snapping: "x", values: values, tolerance: tolerance, isSingle: isSingle, isAngle: isAngle, path: "a")
  }

  private func rounded(_ values: [Double], _ decimals: Double) -> [Double] {
    values.map { ($0 * decimals).rounded() / decimals }
  }

  /// Minutes of arc with three and four decimals, a quarter of one in single precision: the nodes are the true ones.
  @Test(arguments: [(60.0, 1e4), (60, 1e3), (120, 1e4), (30, 1e3), (240, 1e5)])
  func roundedDegrees(_ parts: Double, _ decimals: Double) throws {
    for start in [170.0, -40, 12.5, -75.25 + 0.5 / parts] {
      let exact = (0..<90).map { start + Double($0) / parts }
      let found = try axis(rounded(exact, decimals), isAngle: true)
      #expect(
        abs(found.low - start) < 1e-9 && abs(found.high - exact[89]) < 1e-9,
        "\(start): \(found.low) \(found.high)")
      let turned = try axis(rounded(exact, decimals).reversed(), isAngle: true)
      #expect(turned.isDescending && abs(turned.low - start) < 1e-9 && abs(turned.high - exact[89]) < 1e-9)
    }
  }

  @Test(arguments: [240.0, 120, 60, 10, 7])
  func singlePrecisionDegrees(_ parts: Double) throws {
    let exact = (0..<200).map { 170 + Double($0) / parts }
    let found = try axis(exact.map { Double(Float($0)) }, isSingle: true, isAngle: true)
    #expect(found.low == 170 && abs(found.high - exact[199]) < 1e-12)
  }

  @Test func roundedAndCutOffMetres() throws {
    let thirds = (0..<30).map { 500_000 + Double($0) * 1000 / 3 }
    let found = try axis(rounded(thirds, 10))
    #expect(found.low == 500_000 && abs(found.high - thirds[29]) < 1e-6)
    let cut = thirds.map { ($0 * 10).rounded(.down) / 10 }
    #expect(try abs(axis(cut).low - 500_000) <= 0.1)
    let single = (0..<50).map { Double(Float(7_000_000.25 + 333.5 * Double($0))) }
    #expect(try abs(axis(single, isSingle: true).low - 7_000_000.25) <= 0.5)
  }

  /// Coordinates of full precision keep their bits.
  @Test func exactCoordinatesAreKept() throws {
    for (start, step) in [(0.1, 0.1), (-59.75, 0.5), (123.456, 1.0 / 3), (1e6 / 7, 1000.0 / 7)] {
      let values = (0..<40).map { start + Double($0) * step }
      let found = try axis(values, isAngle: true)
      #expect(found.low == values[0] && found.high == values[39] && found.deviation < 1e-9)
    }
  }

  @Test func whatIsIrregularIsRefused() throws {
    for values in [[0.0, 10, 21], [0, 1, 2, 4], [0, 1, 1, 2], [0, 2, 1, 3], [0, 0, 0]] {
      #expect(error { _ = try axis(values) } != nil, "\(values)")
    }
    // Whole numbers are rounded ones only where many of them agree on it.
    let spread = (0..<20).map { (Double($0) * 10.4).rounded() }
    #expect(error { _ = try axis(spread) } != nil)
    #expect(try axis([0.0, 10, 21], tolerance: 0.1).count == 3)
    #expect(try axis([5.0]).step == 0)
  }
}

/// What NetCDF files say of their coordinates.
@Suite struct CoordinateTests {
  private func file(
    _ first: (name: String, texts: [(String, String)]), _ second: (name: String, texts: [(String, String)]),
    y: [Double] = [-20, -10], x: [Double] = [10, 20, 30], texts: [(String, String)] = []
  ) -> ForeignFile {
    ForeignFile(
      dimensions: [(first.name, y.count), (second.name, x.count)],
      variables: [
        .init(name: first.name, type: NC_DOUBLE, dimensions: [0], values: y, texts: first.texts),
        .init(name: second.name, type: NC_DOUBLE, dimensions: [1], values: x, texts: second.texts),
        .init(
          name: "z", type: NC_DOUBLE, dimensions: [0, 1], values: (0..<(x.count * y.count)).map(Double.init),
          texts: texts),
      ])
  }

  private func read(_ file: ForeignFile, _ options: GridReadOptions = GridReadOptions()) throws
    -> GridVariable
  {
    let folder = try ScratchFolder("datasets")
    try file.write(folder.path("a.nc"))
    return try GridFile.readVariable(folder.path("a.nc"), options: options)
  }

  private func fault(_ file: ForeignFile, _ options: GridReadOptions = GridReadOptions()) -> String {
    do { return "no fault: \(try read(file, options).grid.geometry)" } catch { return "\(error)" }
  }

  private var strict: GridReadOptions {
    var options = GridReadOptions(measure: .length)
    options.isStrict = true
    return options
  }

  private let east = [("units", "degrees_east")]
  private let north = [("units", "degrees_north")]

  @Test func unitsTellWhereNamesAreSilent() throws {
    let found = try read(file(("a", north), ("b", east)))
    #expect(
      found.kind == .geographic
        && found.grid.geometry.region == Region(west: 10, east: 30, south: -20, north: -10))
    let turned = try read(
      file(("a", [("units", "degreeE")]), ("b", [("units", "degree_N")]), y: [-20, -10], x: [1, 2, 3]))
    #expect(turned.grid.geometry.region == Region(west: -20, east: -10, south: 1, north: 3))
    #expect(turned.grid.values == [0, 3, 1, 4, 2, 5])
    let named = try read(
      file(("a", [("standard_name", "latitude")]), ("b", [("standard_name", "longitude")])))
    #expect(named.kind == .geographic)
    let radians = try read(
      file(("lat", [("units", "rad")]), ("lon", [("units", "radian")]), y: [0, 0.5], x: [0, 1, 2]))
    #expect(abs(radians.grid.geometry.region.east - 360 / Double.pi) < 1e-12)
  }

  @Test func degreesWithoutAWordAreAsked() throws {
    let bare = file(("y", []), ("x", [("long_name", "x")]), texts: [("units", "m")])
    #expect(fault(bare, strict).contains("may be degrees or kilometres; say geographic = yes"))
    var options = strict
    options.isGeographic = true
    #expect(try read(bare, options).kind == .geographic)
    (options.isGeographic, options.coordinateUnit) = (nil, "km")
    #expect(try read(bare, options).grid.geometry.region.east == 30_000)
    options.coordinateUnit = "degrees"
    #expect(try read(bare, options).kind == .geographic)
    // A look at a file asks nothing.
    #expect(try read(bare).kind == .projected)
    let far = file(
      ("y", []), ("x", []), y: [7_000_000, 7_001_000], x: [0, 1000, 2000], texts: [("units", "m")])
    let found = try read(far, strict)
    #expect(
      found.kind == .projected && found.remarks.contains { $0.contains("no unit and are taken as metres") })
    options = strict
    options.isGeographic = true
    #expect(
      fault(file(("y", [("units", "m")]), ("x", [("units", "m")])), options).contains(
        "geographic = yes is given"))
  }

  @Test func whatIsNoLatitudeIsRefused() {
    let colatitude = file(("lat", north), ("lon", east), y: [0, 90, 180])
    #expect(fault(colatitude).contains("latitude 180 is outside -90 … 90; colatitudes"))
    #expect(fault(file(("lat", north), ("lon", east), y: [-100, 0])).contains("latitude -100"))
    #expect(fault(file(("lat", north), ("lon", east), x: [0, 300, 600])).contains("longitude"))
    #expect(fault(file(("colatitude", []), ("lon", east))).contains("can't tell easting from northing"))
    #expect(fault(file(("lat", [("units", "degrees_south")]), ("lon", east))).contains("degrees_south"))
  }

  @Test func otherCoordinatesAreRefused() {
    let names = [("standard_name", "grid_latitude"), ("units", "degrees")]
    let other = [("standard_name", "grid_longitude"), ("units", "degrees")]
    #expect(fault(file(("rlat", names), ("rlon", other))).contains("rotated pole"))
    #expect(fault(file(("rlat", []), ("rlon", []))).contains("rotated pole"))
    var mapped = file(("y", north), ("x", east), texts: [("grid_mapping", "crs: x y")])
    for (attribute, text) in [
      (("grid_mapping_name", "rotated_latitude_longitude"), "rotated pole"),
      (("crs_wkt", "DERIVINGCONVERSION[\"Pole\""), "rotated pole"),
      (("GeoTransform", "0 1 0.5 10 0.5 -1"), "rotated grid"),
      (("longitude_of_prime_meridian", "2.337"), "meridian at 2.337"),
    ] {
      mapped.variables.append(
        .init(name: "crs", type: NC_INT, dimensions: [], values: [0], texts: [attribute]))
      for variable in [nil, "z"] {
        #expect(fault(mapped, GridReadOptions(variable: variable)).contains(text), "\(attribute)")
      }
      mapped.variables.removeLast()
    }
  }

  @Test func coordinatesOfTwoDimensionsAreRefused() {
    let variables: [ForeignFile.Variable] = ["lat", "lon"].map {
      .init(name: $0, type: NC_DOUBLE, dimensions: [0, 1], values: [0, 1, 2, 3, 4, 5])
    }
    let grid = ForeignFile.Variable(
      name: "z", type: NC_DOUBLE, dimensions: [0, 1], values: [0, 1, 2, 3, 4, 5],
      texts: [("coordinates", "lat lon")])
    let curvilinear = ForeignFile(dimensions: [("j", 2), ("i", 3)], variables: variables + [grid])
    for variable in [nil, "z"] {
      #expect(
        fault(curvilinear, GridReadOptions(variable: variable)).contains("coordinates of two dimensions"))
    }
  }

  @Test func depthsBecomeHeights() throws {
    let metres = [("units", "m")]
    let depth = { (texts: [(String, String)], name: String) in
      var result = file(("y", metres), ("x", metres), texts: metres + texts)
      result.variables[2].name = name
      return result
    }
    let expected = [0.0, -1, -2, -3, -4, -5]
    for texts in [[("positive", "down")], [("standard_name", "sea_floor_depth_below_geoid")]] {
      let found = try read(depth(texts, "z"), strict)
      #expect(found.grid.values == expected && found.grid.values[0].sign == .plus)
      #expect(found.remarks.contains { $0.contains("turned to heights") })
    }
    #expect(fault(depth([], "depth"), strict).contains("say depth = yes"))
    #expect(try read(depth([("positive", "up")], "depth"), strict).grid.values[5] == 5)
    var options = strict
    options.isDepth = true
    #expect(try read(depth([], "depth"), options).grid.values == expected)
    options.isDepth = false
    #expect(try read(depth([("positive", "down")], "z"), options).grid.values[5] == 5)
    var negative = depth([], "moho_depth")
    negative.variables[2].values = expected
    #expect(try read(negative, strict).grid.values == expected)
    (options.isDepth, options.scale) = (nil, -1000)
    #expect(try read(depth([], "z"), options).grid.values[5] == -5000)
  }

  @Test func unitsOfValuesAreConvertedRefusedOrTold() throws {
    let metres = [("units", "m")]
    func grid(_ unit: String?) -> ForeignFile {
      file(("y", metres), ("x", metres), texts: unit.map { [("units", $0)] } ?? [])
    }
    #expect(try read(grid("fathom"), strict).grid.values[5] == 5 * 1.8288)
    #expect(fault(grid("nT"), strict).contains("'z' has the unit 'nT', a magnetic field, expected length"))
    #expect(fault(grid("smoots"), strict).contains("'smoots', which isn't known"))
    #expect(try read(grid(nil), strict).remarks.contains { $0.contains("'z' has no unit and is taken as m") })
    var density = strict
    density.measure = .density
    #expect(fault(grid(nil), density).contains("has no unit"))
    density.valueUnits = "g/cm3"
    #expect(try read(grid(nil), density).grid.values[5] == 5000)
    var deviations = strict
    (deviations.measure, deviations.usualUnit) = (.acceleration, "m/s2")
    #expect(try read(grid(nil), deviations).grid.values[5] == 5e5)
  }
}
