import CNetCDF
import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct GridFileTests {
  /// 3 eastings (0, 10, 20 km), 2 northings (5, 15 km); value = easting + northing / 100.
  private func file(
    _ names: (x: String, y: String) = ("x", "y"), transposed: Bool = false, descending: Bool = false,
    units: String? = "km", type: nc_type = NC_DOUBLE, mode: Int32 = NC_CLASSIC_MODEL
  ) -> ForeignFile {
    let factor = units == "m" ? 1000.0 : 1
    let xs = [0.0, 10, 20].map { $0 * factor }
    let ys = (descending ? [15.0, 5] : [5, 15]).map { $0 * factor }
    let value = { (x: Double, y: Double) in (x + y / 100) / factor }
    let values =
      transposed ? xs.flatMap { x in ys.map { value(x, $0) } } : ys.flatMap { y in xs.map { value($0, y) } }
    let attributes = units.map { [("units", $0)] } ?? []
    return ForeignFile(
      dimensions: [(names.x, 3), (names.y, 2)],
      variables: [
        .init(name: names.x, type: type, dimensions: [0], values: xs, texts: attributes),
        .init(name: names.y, type: type, dimensions: [1], values: ys, texts: attributes),
        .init(name: "z", type: type, dimensions: transposed ? [0, 1] : [1, 0], values: values),
      ], mode: mode)
  }

  private let geometry = GridGeometry(
    region: Region(west: 0, east: 20000, south: 5000, north: 15000), columns: 3, rows: 2)
  private let values = [0.05, 10.05, 20.05, 0.15, 10.15, 20.15]

  @Test(arguments: [("x", "y"), ("Easting", "Northing"), ("data_easting", "data_northing"), ("X", "Y")])
  func anyOrderAndDirection(_ names: (String, String)) throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    for transposed in [false, true] {
      for descending in [false, true] {
        for mode in [NC_CLASSIC_MODEL, NC_64BIT_OFFSET, NC_64BIT_DATA, NC_NETCDF4] {
          try file(names, transposed: transposed, descending: descending, mode: mode)
            .write(path)
          let found = try GridFile.readVariable(path)
          #expect(found.grid == Grid(geometry: geometry, values: values))
          #expect(found.kind == .projected)
          #expect(found.units == nil)
        }
      }
    }
  }

  @Test func coordinatesInMetresAndWithoutUnits() throws {
    let folder = try ScratchFolder("datasets")
    try file(units: "m").write(folder.path("m.nc"))
    #expect(try GridFile.read(folder.path("m.nc"), variable: "z").grid.geometry == geometry)
    try file(units: nil).write(folder.path("none.nc"))
    let bare = try GridFile.read(folder.path("none.nc"), variable: "z").grid.geometry
    #expect(bare.region == Region(west: 0, east: 20, south: 5, north: 15))
    let options = GridReadOptions(coordinateUnit: "km")
    #expect(
      try GridFile.read(folder.path("none.nc"), variable: "z", options: options).grid.geometry == geometry)
    try file(units: "furlong").write(folder.path("bad.nc"))
    #expect(
      error { _ = try GridFile.read(folder.path("bad.nc"), variable: "z") }
        == .wrongUnits(
          path: folder.path("bad.nc"), variable: "coordinates of z", found: "furlong",
          expected: [Measure.length.examples, Measure.angle.examples]))
  }

  @Test func longitudeAndLatitudeAreGeographic() throws {
    let folder = try ScratchFolder("datasets")
    try file(("lon", "lat"), descending: true, units: "degrees_north").write(folder.path("a.nc"))
    let found = try GridFile.readVariable(folder.path("a.nc"))
    #expect(found.kind == .geographic)
    #expect(found.grid.geometry.region == Region(west: 0, east: 20, south: 5, north: 15))
    #expect(found.grid.values == values)
  }

  @Test func packedAndMissingValues() throws {
    let folder = try ScratchFolder("datasets")
    var foreign = file()
    foreign.variables[2].type = NC_SHORT
    foreign.variables[2].values = [1, 2, -32768, 4, -9999, 6]
    foreign.variables[2].numbers = [
      ("_FillValue", -32768), ("missing_value", -9999), ("scale_factor", 0.5), ("add_offset", 100),
    ]
    foreign.variables[2].texts = [("units", "µGal"), ("long_name", "gravity")]
    try foreign.write(folder.path("a.nc"))
    let found = try GridFile.readVariable(folder.path("a.nc"))
    let expected = [100.5, 101, .nan, 102, .nan, 103].map { $0 / 1000 }
    #expect(Dataset.Values.double(found.grid.values) == .double(expected))
    #expect(found.units == "mGal")
    #expect(found.foundUnits == "µGal")
    #expect(found.attributes.first { $0.name == "long_name" }?.value == .text("gravity"))
  }

  @Test(arguments: [
    ("km", 1000.0, "m"), ("metres", 1, "m"), ("mGal", 1, "mGal"), ("m s-2", 1e5, "mGal"),
    ("m/s^2", 1e5, "mGal"), ("m s**-2", 1e5, "mGal"), ("µm s⁻²", 0.1, "mGal"), ("nm/s2", 1e-4, "mGal"),
    ("g/cm3", 1000, "kg/m3"), ("kg m-3", 1, "kg/m3"), ("Eotvos", 1, "Eotvos"), ("mW/m2", 1, "mW/m2"),
  ])
  func valueUnits(_ text: String, _ factor: Double, _ canonical: String) throws {
    let folder = try ScratchFolder("datasets")
    var foreign = file()
    foreign.variables[2].texts = [("units", text)]
    foreign.variables[2].values = [1, 2, 3, 4, 5, 6]
    try foreign.write(folder.path("a.nc"))
    let found = try GridFile.readVariable(folder.path("a.nc"))
    #expect(found.units == canonical)
    #expect(
      found.grid.values.map { $0 }
        == (1...6).map { factor < 1 ? Double($0) / (1 / factor).rounded() : Double($0) * factor })
  }

  @Test func furtherDimensionsOfOneAreSqueezed() throws {
    let folder = try ScratchFolder("datasets")
    var foreign = file()
    foreign.dimensions += [("time", 0), ("level", 1)]
    foreign.variables[2].dimensions = [2, 3, 1, 0]
    try foreign.write(folder.path("a.nc"))
    #expect(try GridFile.readVariable(folder.path("a.nc")).grid == Grid(geometry: geometry, values: values))
    foreign.dimensions[3].1 = 2
    foreign.variables[2].values += foreign.variables[2].values
    try foreign.write(folder.path("b.nc"))
    #expect(
      error { _ = try GridFile.read(folder.path("b.nc"), variable: "z") }
        == .wrongDimensions(
          path: folder.path("b.nc"), variable: "z", found: ["time", "level", "y", "x"],
          expected: ["northing", "easting"]))
  }

  @Test func singlePrecisionCoordinatesAreRegular() throws {
    let folder = try ScratchFolder("datasets")
    var foreign = file(type: NC_FLOAT)
    foreign.variables[0].values = [1000.1, 1000.2, 1000.3]
    try foreign.write(folder.path("a.nc"))
    #expect(try GridFile.readVariable(folder.path("a.nc")).grid.geometry.columns == 3)
  }

  @Test func axesThatAreNoneAreRefused() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    var foreign = file()
    foreign.variables[0].values = [0, 10, 21]
    try foreign.write(path)
    let found = error { _ = try GridFile.readVariable(path) }
    #expect(found == .irregular(path: path, coordinate: "x", smallest: 10, largest: 11, tolerance: 0.01))
    #expect(
      found?.description
        == "\(path): coordinate 'x' is not regular: its steps go from 10.0 to 11.0, and nodes lie more than 1 % of a step "
        + "off equal ones; resample the grid, or raise regularity_tolerance")
    foreign.variables[0].values = [0, .nan, 20]
    try foreign.write(path)
    #expect(
      error { _ = try GridFile.readVariable(path) }
        == .coordinateNotFinite(path: path, coordinate: "x", index: 1))
    foreign = file()
    foreign.variables.remove(at: 0)
    try foreign.write(path)
    #expect(
      error { _ = try GridFile.read(path, variable: "z") }
        == .coordinateMissing(path: path, variable: "z", dimension: "x"))
    #expect(error { _ = try GridFile.readVariable(path) } == .noGrid(path: path, found: ["y", "z"]))
  }

  @Test func axesWithOtherNamesAreToldByTheCaller() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    try file(("u", "v"), transposed: true).write(path)
    #expect(
      error { _ = try GridFile.read(path, variable: "z") }
        == .unclearAxes(path: path, variable: "z", found: ["u", "v"]))
    for options in [GridReadOptions(eastingName: "u"), GridReadOptions(northingName: "v")] {
      #expect(
        try GridFile.readVariable(path, options: options).grid == Grid(geometry: geometry, values: values))
    }
  }

  @Test func severalGridsNeedAName() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    var foreign = file()
    var second = foreign.variables[2]
    second.name = "w"
    foreign.variables.append(second)
    try foreign.write(path)
    #expect(error { _ = try GridFile.readVariable(path) } == .severalGrids(path: path, found: ["z", "w"]))
    #expect(try GridFile.readAll(path).map(\.name) == ["z", "w"])
  }

  /// The library would give zeros for the part of a classic file that is missing.
  @Test func truncatedClassicFilesAreNoticed() throws {
    let folder = try ScratchFolder("datasets")
    let (whole, cut) = (folder.path("whole.nc"), folder.path("cut.nc"))
    for mode in [NC_CLASSIC_MODEL, NC_64BIT_OFFSET, NC_64BIT_DATA] {
      try file(mode: mode).write(whole)
      let content = try bytes(whole)
      for length in 4..<content.count {
        try content.prefix(length).write(to: URL(fileURLWithPath: cut))
        guard case .damaged(cut, _)? = error({ _ = try NetCDFFile.read(cut) }) else {
          Issue.record("\(length) of \(content.count) bytes were read")
          return
        }
      }
    }
  }
}
