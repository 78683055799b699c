import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

/// Pipelines and pictures of `cases/field`; what only reads files is in `FieldReadingTests`.
@Suite(
  .enabled(if: FieldCases.folder != nil, "the folder 'shared/cases/field' is not there"))
struct FieldCaseTests {
  private func scalar(_ outcome: FieldCases.Outcome, _ result: String) throws -> Double {
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try NetCDFFile.readScalar(outcome.project.result(outcome.name, result))
  }

  /// 09: a field two kilometres further up is at that height: there the true surface explains it.
  @Test func continuedGravityIsAtItsHeight() throws {
    let outcome = try FieldCases.run("09_continued")
    defer { outcome.project.remove() }
    let gravity = try outcome.dataset("f.gravity")
    #expect(try Set(gravity.doubles("upward")) == [3000])
    let misfit = try gravity.grid("misfit")
    let middle = (20...40).flatMap { row in (20...40).map { misfit[row, $0] } }
    #expect(abs(Statistics.rms(middle) - 0.0626) < 0.0002)
  }

  /// 10: a step to an observation is shortened and the inversion goes on.
  @Test func reachedObservations() throws {
    let outcome = try FieldCases.run("10_reached")
    defer { outcome.project.remove() }
    #expect(try scalar(outcome, "c.rms_error") < 3.5)
    #expect(
      outcome.errors.contains("steps were shortened where the surface would have reached an observation"))
  }

  @Test func reachedObservationsInAnEnsemble() throws {
    let outcome = try FieldCases.run("10_ensemble")
    defer { outcome.project.remove() }
    #expect(abs(try scalar(outcome, "st.rms_error") - 3.47) < 0.005)
    #expect(abs(try scalar(outcome, "st.mean_stdev") - 0.07) < 0.005)
  }

  /// 11: nodes without gravity are no observations: as if their deviation were boundless. The eighth iteration is
  /// where the inversion ends that has no such nodes in its norm.
  @Test func holesAreNoObservations() throws {
    let outcome = try FieldCases.run("11_holes")
    defer { outcome.project.remove() }
    let found = try outcome.dataset("i.topography").grid("topography")
    #expect(outcome.errors.contains("12 of 315 data have no value and are left out"))
    let project = outcome.project
    let read = try NetCDFFile.read(project.result("11_holes", "g.grid"))
    let gravity = try read.grid("gravity_anomaly")
    var file = Dataset()
    let isMissing = gravity.values.map(\.isNaN)
    try file.addGrid(
      "g", Grid(geometry: gravity.geometry, values: gravity.values.map { $0.isNaN ? 0 : $0 }), units: "mGal")
    try file.addGrid(
      "s", Grid(geometry: gravity.geometry, values: isMissing.map { $0 ? 1e9 : 1 }), units: "mGal")
    try NetCDFFile.write(file, to: project.root.appendingPathComponent("filled.nc").path)
    let text = try String(
      contentsOf: project.root.appendingPathComponent("11_holes.manifest"), encoding: .utf8)
    try project.write(
      "filled.manifest",
      text.replacing("11_gravity_with_holes.nc", with: "filled.nc").replacing(
        "height   = 1 km",
        with: "height = 1 km\nvariable = \"g\"\nuncertainty_variable = \"s\"\nsuspected_marks = keep")
        + "data_weights = uncertainty\nmax_iterations = 8\nl2_norm_tolerance = 0\n")
    let filled = try project.pipe("run", "filled.manifest")
    try #require(filled.status == 0, "\(filled.errors)")
    let expected = try NetCDFFile.read(project.result("filled", "i.topography")).grid("topography")
    #expect(largestDifference(found.values, expected.values) < 0.01)
  }

  /// 14: lines and points by whole turns to where the map is: ticks of 175 … 195 stand at 131, 201, … 411.
  @Test func mapsAcrossTheDateLine() throws {
    let folder = try #require(FieldCases.folder)
    let project = try TemporaryProject()
    defer { project.remove() }
    for name in ["14_pacific.nc", "14_coast.txt", "14_points.csv"] {
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent(name), to: project.root.appendingPathComponent(name))
    }
    let outcome = try project.pipe(
      "plot", "14_pacific.nc", "--coast", "14_coast.txt", "--points", "14_points.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let svg = try String(contentsOf: project.root.appendingPathComponent("14_pacific.svg"), encoding: .utf8)
    #expect(svg.contains("M131 216.91L271 308.96M341 124.85L411 143.26"))
    #expect(svg.contains("<circle cx=\"271\" cy=\"216.91\""))
  }

  /// 15: told before anything runs.
  @Test func heightsAreNoDensities() throws {
    let folder = try #require(FieldCases.folder)
    let project = try TemporaryProject()
    defer { project.remove() }
    try FileManager.default.copyItem(
      at: folder.appendingPathComponent("15_surface_as_density.manifest"),
      to: project.root.appendingPathComponent("15.manifest"))
    for command in ["check", "run"] {
      let outcome = try project.pipe(command, "15.manifest")
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.contains(
          "input 'density_contrast_grid' takes density contrasts (kg m-3) or densities (kg m-3), but m.topography holds "
            + "heights (m)"), "\(outcome.errors)")
    }
  }

  /// Every manifest of the folder is run by some test.
  @Test func noCaseIsForgotten() throws {
    let folder = try #require(FieldCases.folder)
    let tests = ["FieldReadingTests", "FieldCaseTests"].map {
      Checkout.root.appendingPathComponent("Tests/ProgramTests/\($0).swift")
    }
    let text = try tests.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".manifest") {
      #expect(text.contains("\"\(file.dropLast(".manifest".count))"), "\(file)")
    }
  }
}
