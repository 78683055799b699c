import Datasets
import Foundation
import NumericCore
import Testing

/// Data that no check of the manifest can catch: each gets a clear error and nothing is lost.
@Suite struct BadInputTests {
  static let head = """
    [model : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3

    """

  static func inverting(_ extra: String = "", gravity: String = "model.gravity") -> String {
    head + extra + """

      [start : starting_topography]
      method = flat
      height = 492 m
      like <- model.topography

      [inversion : topography_inversion]
      gravity <- \(gravity)
      topography <- start.topography
      damping = 0.1
      zref = 492 m
      density_contrast = 2669 kg/m3
      max_iterations = 3
      """
  }

  /// Runs a manifest that must fail; answers what it said.
  static func failure(_ manifest: String, prepare: (TemporaryProject) throws -> Void = { _ in }) throws
    -> String
  {
    let project = try TemporaryProject()
    defer { project.remove() }
    try prepare(project)
    try project.write("pipelines/bad.manifest", manifest)
    let outcome = try project.pipe("run", "pipelines/bad.manifest")
    #expect(outcome.status != 0)
    return outcome.errors
  }

  static func gravityFile(_ project: TemporaryProject, _ change: (inout Grid) -> Void) throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 5000)
    var grid = Grid(geometry: geometry, repeating: 1)
    change(&grid)
    var dataset = Dataset()
    try dataset.addGrid("g", grid, units: "mGal", longName: "gravity")
    try NetCDFFile.write(dataset, to: project.root.path + "/g.nc")
  }

  static let readGravity = """
    [data : read_grid]
    file = file("../g.nc")
    variable = "g"
    quantity = gravity
    height = 1 km

    """

  /// A node without gravity is no observation: it is left out, which is told.
  @Test func notANumberInTheGravity() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try Self.gravityFile(project) { $0[2, 3] = .nan }
    try project.write("pipelines/holed.manifest", Self.inverting(Self.readGravity, gravity: "data.grid"))
    let outcome = try project.pipe("run", "pipelines/holed.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("warning inversion: 1 of 63 data have no value and are left out"),
      "\(outcome.errors)")
    let surface = try NetCDFFile.read(project.result("holed", "inversion.topography")).grid("topography")
    #expect(surface.values.allSatisfy { $0.isFinite })
  }

  @Test func truncatedFile() throws {
    let said = try Self.failure(Self.inverting(Self.readGravity, gravity: "data.grid")) { project in
      try Self.gravityFile(project) { _ in }
      let path = project.root.path + "/g.nc"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
    }
    #expect(said.contains("g.nc") && said.contains("data"), "\(said)")
  }

  @Test func unknownVariableNamesThoseThatExist() throws {
    let manifest = Self.inverting(
      Self.readGravity.replacingOccurrences(of: "\"g\"", with: "\"gravity\""), gravity: "data.grid")
    let said = try Self.failure(manifest) { try Self.gravityFile($0) { _ in } }
    #expect(said.contains("'gravity'") && said.contains("g"), "\(said)")
  }

  @Test func observationInsideAPrism() throws {
    let said = try Self.failure(
      Self.inverting().replacingOccurrences(
        of: "spacing = 5 km", with: "spacing = 5 km\ngravity_height = 0.5 km"
      ).replacingOccurrences(of: "height = 492 m", with: "height = 600 m"))
    #expect(said.contains("500") && said.contains("prism"), "\(said)")
  }

  @Test func regionThatTheSpacingDoesNotDivide() throws {
    let said = try Self.failure(Self.inverting().replacingOccurrences(of: "5 km", with: "7 km"))
    #expect(
      said.contains(
        "error M144: 'region' and 'spacing' don't fit: the spacing of 7000.0 m does not divide the region's extent of "
          + "40000.0 m; choose another spacing or move an edge\n"), "\(said)")
  }

  @Test func noDensityContrast() throws {
    let said = try Self.failure(
      Self.inverting().replacingOccurrences(
        of: "density_contrast = 2669 kg/m3", with: "density_contrast = 0 kg/m3"))
    #expect(
      said.contains("error M144: 'density_contrast' is zero: a layer without contrast has no gravity\n"),
      "\(said)")
  }

  @Test func emptyConstraintTable() throws {
    let said = try Self.failure(
      Self.head + """
        [start : starting_topography]
        method = spline
        constraints <- model.constraints
        like <- model.topography
        """)
    #expect(
      said.contains(
        "error M150: 'constraints' needs 'upward', which model.constraints has not: stage 'model' has constraints = 0; set it\n"
      ), "\(said)")
  }

  @Test func constraintOutsideTheGridIsReported() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "points.csv", "easting,northing,upward\n20000,15000,480\n5000,5000,600\n90000,15000,400\n")
    try project.write(
      "pipelines/outside.manifest",
      Self.inverting(
        """
        [points : read_table]
        file = file("../points.csv")

        """
      ) + "\nconstraints <- points.table\n")
    let outcome = try project.pipe("run", "pipelines/outside.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let log = try project.pipe("explain", "inversion", "pipelines/outside.manifest")
    #expect(log.output.contains("1 of 3 constraints lie outside the surface"), "\(log.output)\(log.errors)")
  }
}
