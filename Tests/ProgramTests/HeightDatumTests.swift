import Datasets
import Foundation
import Gravity
import NumericCore
import Testing

/// Heights above sea level and above the ellipsoid, as a user would bring one to the other.
@Suite struct HeightDatumTests {
  private static let stations = [(24.3, -28.2, 1200.0), (24.9, -28.7, 900), (25.4, -28.1, 1500)]

  private func project(_ datum: String, _ geoid: String, _ more: String = "") throws -> TemporaryProject {
    let project = try TemporaryProject()
    let rows = Self.stations.map { "\($0.0),\($0.1),\($0.2),978900" }.joined(separator: "\n")
    try project.write("stations.csv", "longitude,latitude,height (m),g (mGal)\n\(rows)\n")
    // A geoid that rises to the east: bicubic interpolation is exact.
    var lines = ""
    for row in 0..<5 {
      for column in 0..<7 {
        let (longitude, latitude) = (23 + Double(column) * 0.5, -30 + Double(row))
        lines += "\(longitude),\(latitude),\(20 + (longitude - 23) * 4)\n"
      }
    }
    try project.write("geoid.csv", "longitude,latitude,height (m)\n" + lines)
    try project.write(
      "a.manifest",
      """
      [t : read_table]
      file = file("stations.csv")
      longitude = "longitude"
      latitude = "latitude"
      upward = "height (m)"
      gravity = "g (mGal)"
      \(datum)

      [n : read_grid]
      file = file("geoid.csv")
      quantity = topography

      [d : gravity_disturbance]
      gravity <- t.table
      \(geoid)

      \(more)
      """)
    return project
  }

  private func run(_ project: TemporaryProject) throws -> Program.Outcome {
    try project.pipe("run", "a.manifest", "--no-report")
  }

  @Test func aGeoidConverts() throws {
    let project = try project("height_datum = sea_level", "geoid <- n.grid")
    defer { project.remove() }
    let outcome = try run(project)
    #expect(outcome.status == 0 && !outcome.errors.contains("above sea level"), "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("a", "d.gravity"))
    // Heights stay as they are: topography is above sea level as well.
    #expect(try table.column("upward") == Self.stations.map(\.2))
    #expect(table.attribute("height_datum")?.text == "sea_level")
    let field = NormalGravity(.wgs84)
    for (found, station) in zip(try table.column("gravity_anomaly"), Self.stations) {
      let geoid = 20 + (station.0 - 23) * 4
      let expected = 978_900 - field.magnitude(latitude: station.1, height: station.2 + geoid)
      #expect(abs(found - expected) < 1e-6)
      #expect(
        abs(expected - (978_900 - field.magnitude(latitude: station.1, height: station.2)) - 0.3086 * geoid)
          < 0.05)
    }
  }

  @Test func withoutAGeoidItIsTold() throws {
    let project = try project("height_datum = sea_level", "")
    defer { project.remove() }
    let outcome = try run(project)
    #expect(
      outcome.status == 0 && outcome.errors.contains("the heights are above sea level"), "\(outcome.errors)")
  }

  @Test func heightsAboveTheEllipsoidNeedNone() throws {
    let project = try project("height_datum = ellipsoid", "geoid <- n.grid")
    defer { project.remove() }
    let outcome = try run(project)
    #expect(
      outcome.status == 1 && outcome.errors.contains("above the ellipsoid already"), "\(outcome.errors)")
  }

  @Test func aTopographyIsNoGeoid() throws {
    let project = try project("", "geoid <- n.grid")
    defer { project.remove() }
    let text = try String(contentsOf: project.root.appendingPathComponent("geoid.csv"), encoding: .utf8)
    try project.write("geoid.csv", text.replacing(",20.0\n", with: ",1500.0\n"))
    let outcome = try run(project)
    #expect(outcome.status == 1 && outcome.errors.contains("is it a topography?"), "\(outcome.errors)")
  }

  /// Sum and difference undo each other, on other nodes too.
  @Test func gridsAreAdded() throws {
    let more = """
      [r : resample]
      data <- n.grid
      angular_spacing = 0.25 deg
      interpolation = bicubic

      [up : add_grids]
      data <- r.data
      other <- n.grid
      height_datum = ellipsoid

      [down : add_grids]
      data <- up.data
      other <- n.grid
      operation = subtract
      """
    let project = try project("", "", more)
    defer { project.remove() }
    let outcome = try run(project)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let sum = try NetCDFFile.read(project.result("a", "up.data"))
    #expect(sum.attribute("height_datum")?.text == "ellipsoid")
    let back = try NetCDFFile.read(project.result("a", "down.data")).grid("topography")
    let start = try NetCDFFile.read(project.result("a", "r.data")).grid("topography")
    let twice = try sum.grid("topography")
    for index in start.values.indices {
      #expect(abs(twice.values[index] - 2 * start.values[index]) < 1e-9)
      #expect(abs(back.values[index] - start.values[index]) < 1e-9)
    }
  }
}
