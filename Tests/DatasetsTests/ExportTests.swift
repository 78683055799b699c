import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// What is written for other programs, read back by the readers of their formats.
@Suite struct ExportTests {
  private static let geometry = GridGeometry(
    region: Region(west: 500_000, east: 503_000, south: 7_000_000, north: 7_002_000), spacing: 1000)

  private static func dataset(_ code: Int?) throws -> Dataset {
    var dataset = Dataset()
    let values = (0..<12).map { $0 == 5 ? Double.nan : 0.1 * Double($0) }
    try dataset.addGrid(
      "gravity_anomaly", Grid(geometry: geometry, values: values), units: "mGal", longName: "an <anomaly>")
    try dataset.addGrid(
      "upward", Grid(geometry: geometry, values: values.map { 1000 + $0 }), units: "m", longName: "height")
    try dataset.addScalar("rmse", 3)
    dataset.coordinateSystem = code.map { CoordinateSystem(code: $0) }
    return dataset
  }

  private func read(_ bytes: [UInt8], _ variable: String?, _ folder: ScratchFolder) throws -> GridVariable {
    let path = folder.path("exported")
    try LocalFile.write(bytes, to: path)
    var options = GridReadOptions()
    options.variable = variable
    return try GridFile.readVariable(path, options: options)
  }

  @Test(arguments: [32722, 3031, 2154, 4326])
  func geoTIFF(_ code: Int) throws {
    let folder = try ScratchFolder("export")
    var dataset = try Self.dataset(code == 4326 ? nil : code)
    if code == 4326 {
      dataset = Dataset()
      let globe = GridGeometry(
        region: Region(west: -60, east: -57, south: -20, north: -18), spacing: 1, isGeographic: true)
      try dataset.addGrid("upward", Grid(geometry: globe, repeating: 7))
      try dataset.addGrid("gravity_anomaly", Grid(geometry: globe, repeating: 8), units: "mGal")
      dataset.coordinateSystem = CoordinateSystem(code: code)
    }
    let grid = try ExportedGrid(dataset)
    #expect(grid.fields.count == 2)
    for (band, field) in grid.fields.enumerated() {
      let found = try read(try grid.geoTIFF(), "band\(band + 1)", folder)
      #expect(found.grid.geometry == grid.geometry)
      #expect(Dataset.Values.double(found.grid.values) == .double(field.values))
      #expect(found.coordinateSystem?.code == code)
      #expect(found.units == field.units)
      #expect(found.attributes == [.init(name: "long_name", value: .text(field.name))])
    }
  }

  /// A map without a number of its own keeps its parameters.
  @Test func geoTIFFOfAnUnnamedMap() throws {
    let folder = try ScratchFolder("export")
    for projection in [
      try MapProjection(.mercator(trueScaleLatitude: -22), centralLongitude: -50),
      try MapProjection(
        .transverseMercator(originLatitude: 3, scale: 0.9), centralLongitude: 7, falseEasting: 5),
      try MapProjection(
        .polarStereographic(trueScaleLatitude: -80), centralLongitude: 12, ellipsoid: .sphere),
    ] {
      var dataset = try Self.dataset(nil)
      dataset.coordinateSystem = CoordinateSystem(projection)
      let found = try read(try ExportedGrid(dataset, variables: ["upward"]).geoTIFF(), nil, folder)
      let system = try #require(found.coordinateSystem)
      #expect(system.relation(to: CoordinateSystem(projection)) == .same)
    }
  }

  @Test func surferAndLines() throws {
    let folder = try ScratchFolder("export")
    let grid = try ExportedGrid(try Self.dataset(nil), variables: ["upward"])
    for bytes in [grid.surfer, grid.xyz] {
      let found = try read(bytes, nil, folder)
      #expect(found.grid.geometry == Self.geometry)
      #expect(Dataset.Values.double(found.grid.values) == .double(grid.fields[0].values))
    }
    let lines = String(decoding: try ExportedGrid(try Self.dataset(nil)).xyz, as: UTF8.self)
    #expect(lines.hasPrefix("# easting northing gravity_anomaly(mGal) upward(m)\n500000 7000000 0 1000\n"))
    #expect(lines.split(separator: "\n").count == 12)
  }

  @Test func tables() throws {
    var dataset = Dataset()
    try dataset.addColumn("easting", [1, 2.5], units: "m")
    try dataset.addColumn("upward", [.nan, -3], units: "m")
    try dataset.addColumn("name", ["plain", "a \"b\", c"])
    let table = try ExportedTable(dataset)
    #expect(
      String(decoding: table.csv, as: UTF8.self)
        == "easting,upward,name\n1,,plain\n2.5,-3,\"a \"\"b\"\", c\"\n")
    let grid = ExportedTable(try ExportedGrid(try Self.dataset(nil)))
    #expect(
      grid.count == 11 && grid.columns.map(\.name) == ["easting", "northing", "gravity_anomaly", "upward"])
    var number = Dataset()
    try number.addScalar("rmse", 0.25, units: "mGal")
    #expect(String(decoding: try ExportedTable(number).csv, as: UTF8.self) == "rmse\n0.25\n")
  }

  @Test func whatIsNotThereIsTold() throws {
    let dataset = try Self.dataset(nil)
    #expect(
      throws: DatasetError.variableMissing(path: "", variable: "reg", found: ["gravity_anomaly", "upward"])
    ) {
      try ExportedGrid(dataset, variables: ["reg"])
    }
    var table = Dataset()
    try table.addColumn("upward", [1])
    #expect(throws: DatasetError.noGrid(path: "", found: ["upward"])) { try ExportedGrid(table) }
  }
}
