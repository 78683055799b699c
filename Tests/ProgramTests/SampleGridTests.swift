import Datasets
import Foundation
import NumericCore
import Testing

/// Values of grids at points, and scores at points of known height, on the plane and on the globe.
@Suite struct SampleGridTests {
  /// A plane is what it is between its nodes; the table keeps its columns, and points outside have no value.
  @Test func planeAtPoints() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    var lines = ""
    for row in 0..<6 {
      for column in 0..<9 { lines += "\(1000 * column) \(500 * row) \(3 * column - 2 * row)\n" }
    }
    try project.write("plane.xyz", lines)
    try project.write(
      "points.csv", "easting,northing,upward,note\n1250,700,5,1\n8000,2500,6,2\n8100,0,7,3\n0,0,8,4\n")
    try project.write(
      "pipelines/u.manifest",
      """
      [plane : read_grid]
      file = file("../plane.xyz")
      quantity = topography

      [points : read_table]
      file = file("../points.csv")

      [added : sample_grid]
      data <- plane.grid
      points <- points.table

      [replaced : sample_grid]
      data <- plane.grid
      points <- points.table
      column = "upward"
      interpolation = bilinear
      """)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let added = try NetCDFFile.read(project.result("u", "added.table"))
    let values = try added.column("topography")
    for (value, expected) in zip(values, [0.95, 14, .nan, 0]) {
      #expect(expected.isNaN ? value.isNaN : abs(value - expected) <= 1e-12)
    }
    #expect(added["topography"]?.units == "m")
    #expect(try added.column("upward") == [5, 6, 7, 8])
    #expect(try added.column("note") == [1, 2, 3, 4])
    let replaced = try NetCDFFile.read(project.result("u", "replaced.table"))
    #expect(replaced["topography"] == nil)
    #expect(try abs(replaced.column("upward")[0] - 0.95) <= 1e-12)
    let log = try project.pipe("log", "added", "pipelines/u.manifest")
    #expect(log.output.contains("1 of 4 points have no value"), "\(log.output)")
    let wrong = try project.pipe(
      "run", "pipelines/u.manifest", "--no-report", "--set", "added.column=\"easting\"")
    #expect(wrong.status == 65 && wrong.errors.contains("says where the points are"), "\(wrong.errors)")
  }

  /// Heights of the Moho at seismic points: sampled, scored, and by the inversion itself, with longitudes of either
  /// convention.
  @Test func pointsOnTheGlobe() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "points.csv", "lon,lat,upward\n12.3,43.1,-35000\n376.5,44.7,-34000\n-345.2,41.9,-36500\n30,44,-1\n")
    try project.write(
      "pipelines/u.manifest",
      """
      [moho : synthetic_moho]
      region = 10 deg, 18 deg, 40 deg, 48 deg
      spacing = 2 deg
      density_contrast = 400 kg/m3

      [points : read_table]
      file = file("../points.csv")
      longitude = "lon"
      latitude = "lat"

      [inversion : topography_inversion]
      gravity <- moho.gravity
      topography <- moho.topography
      constraints <- points.table
      model = tesseroids
      damping = 0.001
      max_iterations = 2

      [sampled : sample_grid]
      data <- inversion.topography
      points <- points.table
      variable = "topography"

      [score : score_at_points]
      surface <- inversion.topography
      points <- points.table
      """)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("u", "score.table"))
    #expect(table["longitude"]?.units == "degrees_east" && table["easting"] == nil)
    let (longitude, predicted) = (try table.column("longitude"), try table.column("predicted"))
    #expect(abs(longitude[1] - 16.5) <= 1e-9 && abs(longitude[2] - 14.8) <= 1e-9)
    let sampled = try NetCDFFile.read(project.result("u", "sampled.table")).column("topography")
    #expect(predicted[3].isNaN && sampled[3].isNaN)
    for index in 0..<3 { #expect(sampled[index] == predicted[index]) }
    let residual = [-35_000.0, -34_000, -36_500].enumerated().map { $0.element - predicted[$0.offset] }
    let score = try NetCDFFile.read(project.result("u", "score.rmse"))
    let rmse = try score.scalar("rmse")
    #expect(abs(rmse / Statistics.rms(residual) - 1) <= 1e-12)
    #expect(score.attribute("points_not_scored")?.number == 1)
    // The inversion samples in single precision.
    let own = try NetCDFFile.readScalar(project.result("u", "inversion.constraints_rmse"))
    #expect(abs(own / rmse - 1) <= 1e-5, "\(own) and \(rmse)")
  }
}
