import Datasets
import Foundation
import Gravity
import NumericCore
import Testing

/// Quirk Q20 as a user meets it: grids from files whose cells are 2000 m by 1250 m. With eastings and northings of all
/// files exchanged every result is the same with eastings and northings exchanged.
@Suite struct NonSquareGridTests {
  private static let plain = GridGeometry(
    region: Region(west: 0, east: 24_000, south: 10_000, north: 30_000), columns: 13, rows: 17)
  private static let turned = GridGeometry(
    region: Region(west: 10_000, east: 30_000, south: 0, north: 24_000), columns: 17, rows: 13)

  private static func line(_ easting: Double, _ northing: Double, _ value: Double, isTurned: Bool) -> String {
    isTurned ? "\(northing) \(easting) \(value)\n" : "\(easting) \(northing) \(value)\n"
  }

  /// Files `gravity.xyz` and `points.csv` of one of the two.
  private static func write(_ project: TemporaryProject, isTurned: Bool) throws {
    let nodes = plain.nodes
    let truth = zip(nodes.easting, nodes.northing).map { easting, northing in
      400 + 150 * Elementary.sin(easting / 5000) * Elementary.cos(northing / 7000) + northing / 400
    }
    let layer = PrismLayer(
      topography: truth, geometry: plain, reference: Array(repeating: 400, count: truth.count),
      densityContrast: Array(repeating: 2500, count: truth.count))
    let gravity = PrismGravity.gz(
      of: layer, at: ObservationPoints(grid: plain, upward: 1500), workers: .serial)
    let folder = isTurned ? "turned" : "plain"
    try project.write(
      "\(folder)/gravity.xyz",
      gravity.indices.map {
        line(nodes.easting[$0], nodes.northing[$0], gravity[$0], isTurned: isTurned)
      }.joined())
    var points = isTurned ? "northing,easting,upward\n" : "easting,northing,upward\n"
    for index in 0..<14 {
      let (column, row) = (index * 5 % 13, index * 7 % 17)
      let node = row * 13 + column
      points += "\(nodes.easting[node] + 300),\(min(nodes.northing[node] + 400, 30_000)),\(truth[node])\n"
    }
    try project.write("\(folder)/points.csv", points)
  }

  private static func stages(_ folder: String, region: String) -> String {
    """
    [\(folder)_data : read_grid]
    file = file("../\(folder)/gravity.xyz")
    quantity = gravity
    height = 1.5 km

    [\(folder)_points : read_table]
    file = file("../\(folder)/points.csv")

    [\(folder)_start : starting_topography]
    method = spline
    dampings = 1e-4
    constraints <- \(folder)_points.table
    like <- \(folder)_data.grid

    [\(folder)_predicted : forward_gravity]
    topography <- \(folder)_start.topography
    gravity <- \(folder)_data.grid
    density_contrast = 2300 kg/m3
    zref = 400 m

    [\(folder)_regional : regional_separation]
    method = constraints
    damping = 0.01
    gravity <- \(folder)_predicted.gravity
    constraints <- \(folder)_points.table

    [\(folder)_weights : distance_weights]
    points <- \(folder)_points.table
    like <- \(folder)_start.topography
    low = 0.2

    [\(folder)_mask : region_mask]
    region = \(region)
    like <- \(folder)_start.topography

    [\(folder)_inversion : topography_inversion]
    gravity <- \(folder)_regional.gravity
    topography <- \(folder)_start.topography
    weights <- \(folder)_weights.weights
    mask <- \(folder)_mask.mask
    constraints <- \(folder)_points.table
    derivative = annulus
    damping = 0.02
    smoothness = 0.002
    curvature = 0.001
    buffer_width = 2.5 km
    max_iterations = 5

    [\(folder)_smooth : filter_grid]
    data <- \(folder)_inversion.topography
    variable = "topography"
    type = lowpass
    filter_width = 6 km

    [\(folder)_fine : resample]
    data <- \(folder)_smooth.data
    spacing = 500 m

    [\(folder)_score : score_at_points]
    surface <- \(folder)_inversion.topography
    points <- \(folder)_points.table


    """
  }

  /// The one stage that can't take them says so.
  @Test func edgeDecayAsksForSquareCells() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try Self.write(project, isTurned: false)
    try project.write(
      "pipelines/t.manifest",
      """
      [data : read_grid]
      file = file("../plain/gravity.xyz")
      quantity = gravity
      height = 1.5 km

      [edge : edge_decay]
      like <- data.grid
      buffer = 10 %
      top = 500 m
      zref = 0 m
      density = 2670 kg/m3
      """)
    let outcome = try project.pipe("run", "pipelines/t.manifest", "--no-report")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("are 2000.0 m by 1250.0 m; they must be square"), "\(outcome.errors)")
  }

  @Test func everythingTurns() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try Self.write(project, isTurned: false)
    try Self.write(project, isTurned: true)
    try project.write(
      "pipelines/t.manifest",
      Self.stages("plain", region: "0 km, 20 km, 10 km, 30 km")
        + Self.stages("turned", region: "10 km, 30 km, 0 km, 20 km"))
    let outcome = try project.pipe("run", "pipelines/t.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for (output, variable, tolerance) in [
      ("start.topography", "topography", 1e-5), ("predicted.gravity", "forward_gravity", 1e-8),
      ("regional.gravity", "reg", 1e-6), ("weights.weights", "weights", 1e-12),
      ("inversion.topography", "topography", 1e-3), ("inversion.gravity", "res", 1e-5),
      ("smooth.data", "topography", 1e-3), ("fine.data", "topography", 1e-2),
    ] {
      let one = try NetCDFFile.read(project.result("t", "plain_" + output)).grid(variable)
      let other = try NetCDFFile.read(project.result("t", "turned_" + output)).grid(variable)
      let (columns, rows) = (one.geometry.columns, one.geometry.rows)
      try #require(other.geometry.columns == rows && other.geometry.rows == columns)
      let largest = one.values.indices.map {
        abs(one.values[$0] - other.values[$0 % columns * rows + $0 / columns])
      }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
      #expect(largest <= tolerance, "\(output): \(largest)")
    }
    let fine = try NetCDFFile.read(project.result("t", "plain_fine.data")).grid("topography").geometry
    #expect(fine.columns == 49 && fine.rows == 41)
    for score in ["inversion.rmse", "inversion.constraints_rmse", "score.rmse"] {
      let one = try NetCDFFile.readScalar(project.result("t", "plain_" + score))
      let other = try NetCDFFile.readScalar(project.result("t", "turned_" + score))
      #expect(one > 0 && abs(one / other - 1) <= 1e-4, "\(score): \(one) and \(other)")
    }
    let history = try NetCDFFile.read(project.result("t", "plain_inversion.history")).column("rmse")
    #expect(history.count > 3 && history[history.count - 1] < 0.5 * history[0])
  }
}
