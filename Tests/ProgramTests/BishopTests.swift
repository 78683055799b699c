import Datasets
import Foundation
import NumericCore
import Testing

/// The pipeline for the Bishop model, whose grids are not shipped, on a small model written as Geosoft grids.
@Suite struct BishopTests {
  /// A basement and a deeper surface of the same contrast, 1 km nodes.
  private static let model = """
    [model : synthetic_model]
    density_contrast = 400 kg/m3
    offset = -1200 m
    zref = -700 m
    gravity_height = 10 m
    regional_density_contrast = 400 kg/m3
    regional_depth = -10 km

    """
  private static let asTheModel = [
    "spacing=1 km", "region=0 km, 40 km, 0 km, 30 km", "zref=-700 m",
  ].flatMap { ["--set", $0] }

  /// Header of 512 bytes, then float values in rows from the south-west, or doubles in columns and scaled.
  private static func geosoft(_ grid: Grid, inColumns: Bool) -> Data {
    let geometry = grid.geometry
    let (columns, rows) = (geometry.columns, geometry.rows)
    let counts = inColumns ? [8, 2, rows, columns, -1] : [4, 2, columns, rows, 1]
    var data = Data()
    func append<Number>(_ number: Number) { withUnsafeBytes(of: number) { data.append(contentsOf: $0) } }
    for count in counts { append(Int32(count)) }
    let steps = [geometry.spacingEasting, geometry.spacingNorthing]
    let (base, factor) = inColumns ? (10.0, 4.0) : (0, 1)
    for number in (inColumns ? steps.reversed() : steps) + [geometry.region.west, geometry.region.south, 0] {
      append(number)
    }
    append(base)
    append(factor)
    data.append(Data(count: 512 - data.count))
    if inColumns {
      for column in 0..<columns { for row in 0..<rows { append((grid[row, column] - base) * factor) } }
    } else {
      for value in grid.values { append(Float(value)) }
    }
    return data
  }

  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("pipelines/model.manifest", Self.model)
    let outcome = try project.pipe("run", "pipelines/model.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    try project.copyShipped("bishop")
    return project
  }

  @Test func gravityAndWellsTellTheBasement() throws {
    let project = try project()
    defer { project.remove() }
    let basement = try NetCDFFile.read(project.result("model", "model.topography")).grid("topography")
    let gravity = try NetCDFFile.read(project.result("model", "model.gravity")).grid("gravity_anomaly")
    let folder = project.root.appendingPathComponent("data/external/bishop")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.geosoft(basement, inColumns: false).write(to: folder.appendingPathComponent("basement.grd"))
    try Self.geosoft(gravity, inColumns: true).write(to: folder.appendingPathComponent("gravity.grd"))
    var wells = "easting,northing,upward\n"
    for well in 0..<16 {
      let (row, column) = (well * 13 % 31, well * 17 % 41)
      wells +=
        "\(basement.geometry.easting(column)),\(basement.geometry.northing(row)),\(basement[row, column])\n"
    }
    try project.write("data/external/bishop/wells.csv", wells)
    let outcome = try Program.run(
      ["run", "pipelines/bishop.manifest", "--no-report"] + Self.asTheModel, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let read = try NetCDFFile.read(project.result("bishop", "basement_grid.grid")).grid("topography")
    #expect(read.geometry == basement.geometry)
    #expect(read.values == basement.values.map { Double(Float($0)) })
    let anomaly = try NetCDFFile.read(project.result("bishop", "gravity_grid.grid")).grid("gravity_anomaly")
    #expect(zip(anomaly.values, gravity.values).allSatisfy { abs($0 - $1) <= 1e-12 })
    let before = try NetCDFFile.readScalar(project.result("bishop", "start_error.rms_error"))
    let after = try NetCDFFile.readScalar(project.result("bishop", "error.rms_error"))
    #expect(after < 0.6 * before, "\(before) m by the wells, \(after) m with gravity")
  }

  @Test func missingGridsAreNamed() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("bishop")
    let outcome = try project.pipe("run", "pipelines/bishop.manifest")
    #expect(outcome.status == 66)
    for name in ["basement.grd", "gravity.grd", "wells.csv"] { #expect(outcome.errors.contains(name)) }
  }
}
