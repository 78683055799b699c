import Datasets
import Foundation
import Testing

/// `pipe check` looks into the files that a manifest names; `pipe run` leaves that to the stages.
@Suite(.serialized) struct CheckedFilesTests {
  private static let csv = "easting,northing,q\n1000,2000,-5\n3000,2000,-6\n"

  private func check(_ manifest: String, _ files: [String: String]) throws -> Program.Outcome {
    let project = try TemporaryProject()
    defer { project.remove() }
    for (name, text) in files { try project.write("data/\(name)", text) }
    try project.write("pipelines/x.manifest", manifest)
    return try project.pipe("check", "pipelines/x.manifest")
  }

  @Test func columnsThatAreNotThereAreFound() throws {
    let manifest = "[points : read_table]\nfile = file(\"../data/p.csv\")\n"
    let outcome = try check(manifest, ["p.csv": Self.csv])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "x.manifest:2:1: error M153: ")
        && outcome.errors.contains(
          "p.csv: no column 'upward'; found 'easting', 'northing', 'q'\n"),
      "\(outcome.errors)")
    let right = try check(manifest + "upward = \"q\"\n", ["p.csv": Self.csv])
    #expect(right.status == 0, "\(right.errors)")
  }

  @Test func drawnTablesNeedAnUncertaintyInTheFile() throws {
    let manifest = """
      [points : read_table]
      file = file("../data/p.csv")
      upward = "q"
      [start : starting_topography]
      method = spline
      dampings = 0
      constraints <- points.table
      region = 0, 4, 0, 4 km
      spacing = 1 km
      [ensemble : ensemble_loop]
      repeat = start
      runs = 50
      seed = 1
      points.table ~ normal(uncertainty)
      """
    let outcome = try check(manifest, ["p.csv": Self.csv])
    #expect(
      outcome.errors.contains(
        "x.manifest:14:1: error M151: points.table has no uncertainty to draw from: stage 'points' gives none; set its uncertainty\n"
      ), "\(outcome.errors)")
    #expect(outcome.errors.contains("1 mistake; nothing was run"))
    let known = Self.csv.replacingOccurrences(of: "q\n", with: "q,uncert\n").replacingOccurrences(
      of: "-5\n", with: "-5,1\n"
    ).replacingOccurrences(of: "-6\n", with: "-6,1\n")
    #expect(try check(manifest, ["p.csv": known]).status == 0)
  }

  @Test func nodesOfFilesAreCompared() throws {
    func grid(_ columns: Int) -> String {
      (0..<3).flatMap { row in (0..<columns).map { "\($0 * 1000) \(row * 1000) 5\n" } }.joined()
    }
    let manifest = """
      [a : read_grid]
      file = file("../data/a.xyz")
      quantity = topography
      [b : read_grid]
      file = file("../data/b.xyz")
      quantity = topography
      [c : compare_grids]
      surface <- a.grid
      reference <- b.grid
      """
    let outcome = try check(manifest, ["a.xyz": grid(4), "b.xyz": grid(5)])
    #expect(
      outcome.errors.contains(
        "x.manifest:8:1: error M152: 'surface' (a.grid: 4 x 3 nodes, 0 … 3000, 0 … 2000 m) and 'reference' (b.grid: 5 x 3 nodes, 0 … 4000, 0 … 2000 m) must have the same nodes\n"
      ), "\(outcome.errors)")
    #expect(try check(manifest, ["a.xyz": grid(5), "b.xyz": grid(5)]).status == 0)
    let text = try check(manifest, ["a.xyz": "no grid\n", "b.xyz": grid(5)])
    #expect(text.status == 65 && text.errors.contains("x.manifest:2:1: error M153: "), "\(text.errors)")
  }

  /// Another stage, or a family, may give what decides how a file is read.
  @Test func filesReadByOpenSettingsAreNotLookedInto() throws {
    let manifest = """
      [points : read_table]
      file = file("../data/p.csv")
      """
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/p.csv", Self.csv)
    try project.write("pipelines/x.manifest", manifest)
    // The run finds it at the stage.
    let outcome = try project.pipe("run", "pipelines/x.manifest")
    #expect(outcome.status == 1 && outcome.errors.contains("no column 'upward'"), "\(outcome.errors)")
  }
}

/// Standard deviations that are a part of the values.
@Suite(.serialized) struct RelativeUncertaintyTests {
  @Test func aPartOfEachValueIsAddedInQuadrature() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/p.csv", "easting,northing,upward,sigma\n1000,2000,-300,3\n3000,2000,0,4\n")
    func deviations(_ lines: String) throws -> [Double] {
      try project.write(
        "pipelines/u.manifest", "[points : read_table]\nfile = file(\"../data/p.csv\")\n\(lines)\n")
      let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NetCDFFile.read(project.result("u", "points.table")).doubles("uncert")
    }
    #expect(try deviations("uncertainty_fraction = 2 %") == [6, 0])
    #expect(
      try deviations("uncertainty = \"sigma\"\nuncertainty_fraction = 0.01") == [
        (18 as Double).squareRoot(), 4,
      ])
    #expect(try deviations("uncertainty = \"sigma\"") == [3, 4])
  }

  @Test func wholeGravityHasNoUsefulPart() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/p.csv", "easting,northing,upward,g\n1000,2000,-300,980000\n")
    try project.write(
      "pipelines/u.manifest",
      "[points : read_table]\nfile = file(\"../data/p.csv\")\ngravity = \"g\"\nuncertainty_fraction = 1 %\n")
    let outcome = try project.pipe("check", "pipelines/u.manifest")
    #expect(
      outcome.errors.contains(
        "'uncertainty_fraction' is a part of each value, and observed gravity is mostly the ellipsoid's; give the deviation as 'uncertainty'"
      ), "\(outcome.errors)")
  }
}
