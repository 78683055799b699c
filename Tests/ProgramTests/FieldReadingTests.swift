import CNetCDF
import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

/// The folder `cases/field` beside the package: files as users bring them, each with its right answer.
@Suite(
  .enabled(if: FieldCases.folder != nil, "the folder 'shared/cases/field' is not there"))
struct FieldReadingTests {
  // MARK: Order of columns

  @Test(arguments: [
    "01_northing_first", "01_northing_first_named", "01_index_column", "13_esri", "13_geotiff", "13_gxf",
    "13_gmt3",
  ])
  func sameGrid(_ name: String) throws {
    let found = try FieldCases.grid(name)
    #expect(found.geometry == FieldCases.geometry)
    #expect(found.values == FieldCases.values)
  }

  @Test func emptyCellIsAMissingNode() throws {
    let found = try FieldCases.grid("01_empty_cell")
    #expect(found.geometry == FieldCases.geometry)
    #expect(found.values.indices.filter { found.values[$0].isNaN } == [6])
  }

  @Test(arguments: ["01_latitude_first", "01_latitude_first_named"]) func latitudeFirst(_ name: String) throws
  {
    let found = try FieldCases.grid(name, "gravity_anomaly")
    #expect(
      found.geometry.isGeographic
        && found.geometry.region == Region(west: -50, east: -46, south: -24, north: -21))
    #expect(found[0, 0] == -2450 && found[0, 4] == -2446 && found[3, 0] == -2150)
  }

  // MARK: What the file does not say

  @Test(arguments: ["02_xyz", "02_nc", "02_surfer"]) func degreesWithoutAWordAreAsked(_ name: String) throws {
    let refused = try FieldCases.run(name)
    #expect(refused.status == 1 && refused.errors.contains("say geographic = yes"), "\(refused.errors)")
    let told = try FieldCases.run(name, adding: "geographic = yes")
    #expect(told.status == 0, "\(told.errors)")
    let variable = name == "02_xyz" ? "gravity_anomaly" : "topography"
    let found = try told.dataset("g.grid").grid(variable)
    #expect(
      found.geometry.isGeographic
        && found.geometry.region == Region(west: -50, east: -46, south: -24, north: -21))
    let metres = try FieldCases.run(name, adding: "coordinate_unit = \"m\"")
    #expect(metres.status == 0, "\(metres.errors)")
  }

  @Test(arguments: ["03_table", "03_table_tabs"]) func decimalCommas(_ name: String) throws {
    let table = try FieldCases.run(name).dataset("t.table")
    #expect(Set(table.variables.map(\.name)) == ["easting", "northing", "upward"])
    #expect(try table.column("easting")[0] == 500_000.5 && table.column("northing")[0] == 7_000_000.25)
    #expect(try table.column("upward")[0] == -120.5 && table.column("easting").count == 12)
  }

  // MARK: Units

  @Test(arguments: [("04_fathom", 1.8288), ("04_survey_foot", 1200.0 / 3937), ("04_decimetre", 0.1)])
  func knownLengthsAreConverted(_ name: String, _ metres: Double) throws {
    let found = try FieldCases.grid(name)
    #expect(largestDifference(found.values, FieldCases.values.map { $0 * metres }) < 1e-12)
  }

  @Test(arguments: [("04_nanotesla", "nT"), ("04_eotvos", "Eotvos")])
  func otherQuantitiesAreRefused(_ name: String, _ unit: String) throws {
    let found = try FieldCases.run(name)
    #expect(
      found.status == 1 && found.errors.contains("'\(unit)'")
        && found.errors.contains("expected acceleration"), "\(found.errors)")
  }

  // MARK: Missing values

  @Test(arguments: ["05_missing_value_double", "05_valid_range"]) func marksOfMissingValues(_ name: String)
    throws
  {
    let found = try FieldCases.grid(name)
    #expect(found.values.indices.filter { found.values[$0].isNaN } == [7])
    #expect(found.values[8] == 80)
  }

  @Test func unsignedBytes() throws {
    #expect(try FieldCases.grid("05_unsigned_bytes").values == FieldCases.values.map { $0 + 60 })
  }

  // MARK: Coordinates

  @Test func minutesOfFourDecimals() throws {
    let found = try FieldCases.grid("06_minutes")
    let geometry = found.geometry
    #expect(geometry.columns == 60 && geometry.rows == 30)
    #expect(
      abs(geometry.spacingEasting - 1.0 / 60) < 1e-12 && abs(geometry.spacingNorthing - 1.0 / 60) < 1e-12)
    #expect(geometry.region.west == 170 && geometry.region.south == -40)
    #expect(
      abs(geometry.region.east - (170 + 59.0 / 60)) < 1e-9
        && abs(geometry.region.north - (-40 + 29.0 / 60)) < 1e-9)
    #expect(abs(found[0, 0] - 130) < 1e-9 && abs(found[29, 59] - 131.466_666_7) < 1e-6)
  }

  @Test func quarterMinutesInSinglePrecision() throws {
    let geometry = try FieldCases.grid("06_seconds").geometry
    #expect(geometry.columns == 240 && geometry.rows == 40)
    #expect(
      abs(geometry.spacingEasting - 1.0 / 240) < 1e-12 && geometry.region.west == 170
        && geometry.region.south == -40)
  }

  @Test func nodesOnTheEdgeOfAnother() throws {
    let found = try FieldCases.run("07_resample").dataset("g.data").grid("topography")
    #expect(found.values.count { $0.isFinite } == 600)
    let nodes = found.geometry.nodes
    for index in found.values.indices {
      let expected = (nodes.easting[index] - 500_000 + nodes.northing[index] - 7_000_000) / 100
      #expect(abs(found.values[index] - expected) < 0.002)
    }
  }

  @Test func seamOfTheGlobe() throws {
    let found = try FieldCases.run("08_seam").dataset("x.table").column("topography")
    #expect(largestDifference(found, [933.0127, 933.0127, 683.0127, 999.5534]) < 1e-3)
  }

  @Test(arguments: [("12_rotated_pole", "rotated pole"), ("12_colatitude", "latitude 180 is outside")])
  func otherCoordinatesAreRefused(_ name: String, _ text: String) throws {
    let found = try FieldCases.run(name)
    #expect(found.status == 1 && found.errors.contains(text), "\(found.errors)")
  }

  @Test func depthsBecomeHeights() throws {
    #expect(try FieldCases.grid("12_depth").values == FieldCases.values.map { 0 - $0 })
  }

  @Test func geosoftLines() throws {
    let table = try FieldCases.run("13_lines").dataset("t.table")
    // A place stays although '*' says that its height is missing.
    #expect(try table.column("easting") == [500_000, 500_100, 500_000])
    let heights = try table.column("upward")
    #expect(heights.count == 3 && heights[0] == 12.5 && heights[1].isNaN && heights[2] == 13.5)
    #expect(Set(table.variables.map(\.name)) == ["easting", "northing", "upward"])
  }
}

/// A grid of which a corner was written.
@Suite struct CornerTests {
  /// NetCDF-4 with two unlimited dimensions: equal bytes whatever the heap holds.
  @Test func corner() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("a.manifest", "[g : read_grid]\nfile = file(\"corner.nc\")\nquantity = topography\n")
    try FieldCases.writeCorner(project.root.appendingPathComponent("corner.nc").path)
    var seen: Set<Data> = []
    for pattern in ["0", "85", "255"] {
      try? FileManager.default.removeItem(at: project.root.appendingPathComponent(".pipe"))
      try? FileManager.default.removeItem(at: project.root.appendingPathComponent("results"))
      let outcome = try Program.run(
        ["run", "a.manifest"], in: project.root, environment: ["MALLOC_PERTURB_": pattern])
      #expect(outcome.status == 0, "\(outcome.errors)")
      seen.insert(try Data(contentsOf: URL(fileURLWithPath: project.result("a", "g.grid"))))
    }
    #expect(seen.count == 1)
    let found = try NetCDFFile.read(project.result("a", "g.grid")).grid("topography")
    #expect(found.values.count { $0.isNaN } == 19 && found.values[0] == 7)
  }
}

/// Runs manifests of `cases/field`, each in a folder of its own.
enum FieldCases {
  static let folder: URL? = {
    guard let folder = Checkout.shared?.appendingPathComponent("cases/field") else { return nil }
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// The grid of most cases: 0, 10, … 190 row by row from the south-west.
  static let geometry = GridGeometry(
    region: Region(west: 500_000, east: 504_000, south: 7_000_000, north: 7_003_000), columns: 5, rows: 4)
  static let values = (0..<20).map { 10 * Double($0) }

  struct Outcome {
    let project: TemporaryProject
    let name: String
    let status: Int32
    let errors: String

    func dataset(_ result: String) throws -> Dataset {
      try #require(status == 0, "\(errors)")
      return try NetCDFFile.read(project.result(name, result))
    }
  }

  /// - Parameter line: added to the first section.
  static func run(_ name: String, adding line: String = "") throws -> Outcome {
    let folder = try #require(folder)
    let project = try TemporaryProject()
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasPrefix(name.prefix(2)) && !file.hasSuffix(".manifest") {
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent(file), to: project.root.appendingPathComponent(file))
    }
    let text = try String(contentsOf: folder.appendingPathComponent(name + ".manifest"), encoding: .utf8)
    let lines = text.split(separator: "\n", maxSplits: 1)
    try project.write("\(name).manifest", "\(lines[0])\n\(line)\n\(lines[1])")
    let outcome = try project.pipe("run", "\(name).manifest")
    return Outcome(project: project, name: name, status: outcome.status, errors: outcome.errors)
  }

  static func grid(_ name: String, _ variable: String = "topography") throws -> Grid {
    let outcome = try run(name)
    defer { outcome.project.remove() }
    return try outcome.dataset("g.grid").grid(variable)
  }

  /// `y(4)` and `x(5)` written whole, of `z` one value.
  static func writeCorner(_ path: String) throws {
    var (id, y, x): (Int32, Int32, Int32) = (0, 0, 0)
    var variables: [Int32] = [0, 0, 0]
    var codes = [nc_create(path, NC_NETCDF4, &id)]
    codes += [nc_def_dim(id, "y", 0, &y), nc_def_dim(id, "x", 0, &x)]
    codes += [
      nc_def_var(id, "y", NC_DOUBLE, 1, [y], &variables[0]),
      nc_def_var(id, "x", NC_DOUBLE, 1, [x], &variables[1]),
    ]
    codes.append(nc_def_var(id, "z", NC_DOUBLE, 2, [y, x], &variables[2]))
    for variable in variables { codes.append(nc_put_att_text(id, variable, "units", 1, "m")) }
    codes.append(nc_enddef(id))
    codes.append(nc_put_vara_double(id, variables[0], [0], [4], (0..<4).map { 7e6 + 1000 * Double($0) }))
    codes.append(nc_put_vara_double(id, variables[1], [0], [5], (0..<5).map { 5e5 + 1000 * Double($0) }))
    codes.append(nc_put_vara_double(id, variables[2], [0, 0], [1, 1], [7]))
    codes.append(nc_close(id))
    try #require(codes.allSatisfy { $0 == NC_NOERR })
  }
}
