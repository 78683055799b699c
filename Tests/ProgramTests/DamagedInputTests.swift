import Datasets
import Foundation
import NumericCore
import Testing

/// Input files that end the NetCDF library: the program says so and lives.
@Suite struct DamagedInputTests {
  private static let manifest = """
    [data : read_grid]
    file = file("../g.nc")
    variable = "g"
    quantity = gravity
    height = 1 km

    [quick : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3

    """

  private func bytes(of project: TemporaryProject) throws -> [UInt8] {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 5000)
    var dataset = Dataset()
    try dataset.addGrid("g", Grid(geometry: geometry, repeating: 1), units: "mGal", longName: "gravity")
    // NetCDF-4, as programs of others write it: two dimensions without a value need that.
    dataset.dimensions += ["none", "nothing"].map { Dataset.Dimension(name: $0, size: 0) }
    let path = project.root.path + "/g.nc"
    try NetCDFFile.write(dataset, to: path)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Damage of a structure without a check sum, the heap that holds which dimensions a grid has: most of it
  /// ends the library by a crash or a loop. Each must be an error of the one stage; the other one goes on.
  @Test func programOutlivesTheLibrary() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let whole = try bytes(of: project)
    let heap = try #require(whole.firstRange(of: Array("GCOL".utf8))?.lowerBound)
    try project.write("pipelines/x.manifest", Self.manifest)
    // A length of zero, and lengths beyond the end.
    let damages = [(11, 8, UInt8(0))] + stride(from: 24, to: 140, by: 3).map { ($0, 4, 0x80) }
    var (refused, errors) = (0, 0)
    for (place, count, byte) in damages where refused < 4 {
      var damaged = whole
      for index in 0..<count { damaged[heap + place + index] = byte }
      try Data(damaged).write(to: project.root.appendingPathComponent("g.nc"))
      let outcome = try project.pipe("run", "pipelines/x.manifest", "--no-report")
      try #require(outcome.status == 0 || outcome.status == 1, "at \(place): \(outcome.status)")
      guard outcome.status == 1 else { continue }
      errors += 1
      #expect(outcome.errors.contains("g.nc"), "\(outcome.errors)")
      #expect(FileManager.default.fileExists(atPath: project.result("x", "quick.gravity")))
      guard outcome.errors.contains("crashes the library") || outcome.errors.contains("finds no end") else {
        continue
      }
      refused += 1
      let shown = try project.pipe("show", "g.nc")
      #expect(shown.status == 66 && shown.errors.contains("is truncated or damaged"), "\(shown.errors)")
    }
    #expect(refused > 0, "no damage ended this version of the library; \(errors) were errors")
    try Data(whole).write(to: project.root.appendingPathComponent("g.nc"))
    #expect(try project.pipe("run", "pipelines/x.manifest", "--no-report").executed == 1)
  }
}
