import Datasets
import Foundation
import NumericCore
import Testing

/// Regional fields, starting surfaces and buffer zones through manifests, as a user would ask for them.
@Suite(.serialized) struct RegionalPipelineTests {
  private func project(_ name: String, _ arguments: String...) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.copyShipped(name)
    let outcome = try Program.run(
      ["run", "pipelines/\(name).manifest", "--no-report"] + arguments, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return project
  }

  @Test func methodsAtConstraintsAreTheBetterOnes() throws {
    let project = try project("regional")
    defer { project.remove() }
    func error(_ method: String) throws -> Double {
      try NetCDFFile.readScalar(project.result("regional", "error_\(method).rms_error"))
    }
    let blind = try ["constant", "trend", "filter", "continued", "sources"].map(error)
    let informed = try ["spline", "points", "tension", "tuned"].map(error)
    #expect(informed.max()! < blind.min()!, "\(informed) and \(blind) mGal")
    #expect(informed.min()! < 0.6)
    let truth = try NetCDFFile.read(project.result("regional", "truth.gravity"))
    let found = try NetCDFFile.read(project.result("regional", "tension.gravity"))
    let difference = try NetCDFFile.read(project.result("regional", "error_tension.difference"))
    let expected = zip(try found.doubles("reg"), try truth.doubles("gravity_anomaly")).map { $0 - $1 }
    #expect(try difference.doubles("difference") == expected)
    let bias = try NetCDFFile.readScalar(project.result("regional", "error_tension.bias"))
    #expect(abs(bias - Statistics.mean(expected)) <= 1e-12)
    let largest = try NetCDFFile.readScalar(project.result("regional", "error_tension.largest_error"))
    #expect(abs(largest - expected.map(abs).max()!) <= 1e-12)
  }

  @Test func smallRegional() throws {
    let project = try project("regional", "--profile", "ci")
    project.remove()
  }

  /// The decay of the published how-to, and the least buffer that keeps it near the target.
  @Test func bufferIsFound() throws {
    let project = try project(
      "buffer_width", "--set", "edge.top=492.2704164812973 m", "--set", "edge.buffer=0 %", "--set",
      "edge.density=2670 kg/m3")
    defer { project.remove() }
    let decay = try NetCDFFile.readScalar(project.result("buffer_width", "edge.decay"))
    #expect(abs(100 * decay - 49.33355) <= 5e-6, "\(decay)")
    let scores = try NetCDFFile.read(project.result("buffer_width", "search.scores"))
    let (buffers, distances) = (try scores.column("buffer"), try scores.column("score"))
    let best = try NetCDFFile.readScalar(project.result("buffer_width", "search.best"))
    #expect(distances[buffers.firstIndex(of: best)!] == distances.min()!)
    let distance = try NetCDFFile.readScalar(project.result("buffer_width", "chosen.distance_to_target"))
    #expect(distance <= 0.002)
    #expect(try NetCDFFile.readScalar(project.result("buffer_width", "chosen.buffer_width")) == 5000)
  }

  @Test func smallBufferSearch() throws {
    let project = try project("buffer_width", "--profile", "ci")
    project.remove()
  }

  static let basin = """
    [model : synthetic_model]
    spacing = 2 km
    density_contrast = 2669 kg/m3
    constraints = 15
    constraints_noise = 5 m
    regional_density_contrast = 430 kg/m3

    [start : starting_topography]
    method = spline
    constraints <- model.constraints
    like <- model.topography

    [predicted : forward_gravity]
    topography <- start.topography
    gravity <- model.gravity


    """

  private func outcome(_ stage: String) throws -> (TemporaryProject, Program.Outcome) {
    let project = try TemporaryProject()
    try project.write("pipelines/own.manifest", Self.basin + stage)
    return (project, try project.pipe("run", "pipelines/own.manifest", "--no-report"))
  }

  @Test func maskedNodesAreRegional() throws {
    let (project, outcome) = try outcome(
      """
      [mask : region_mask]
      like <- model.topography
      region = 10 km, 30 km, 0 km, 30 km

      [regional : regional_separation]
      method = filter
      filter_type = up_continue
      height_displacement = 5 km
      pad_mode = reflect
      gravity <- predicted.gravity
      mask <- mask.mask
      """)
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = try NetCDFFile.read(project.result("own", "regional.gravity"))
    let residual = try file.grid("res")
    let (misfit, regional) = (try file.doubles("misfit"), try file.doubles("reg"))
    for node in 0..<residual.geometry.count {
      let easting = residual.geometry.easting(node % residual.geometry.columns)
      #expect((residual.values[node] == 0) == (easting < 10_000 || easting > 30_000))
      #expect(abs(residual.values[node] + regional[node] - misfit[node]) <= 1e-12)
    }
  }

  static let foreseen = [
    (
      "method = constraints\nconstraints <- model.constraints\ngrid_method = spline\ntension = 0.5",
      "error M140: 'tension' has no meaning with grid_method = spline; leave it out or use it with "
        + "method = constraints and grid_method = minimum_curvature\n"
    ),
    (
      "method = trend\nfolds = 3",
      "error M140: 'folds' has no meaning with method = trend; leave it out or use it with method = constraints_cv\n"
    ),
    (
      "method = constraints_cv\nconstraints <- model.constraints",
      "error M143: one of 'damping_limits' and 'depth_limits' is needed with method = constraints_cv and "
        + "grid_method = eq_sources (default)\n"
    ),
    (
      "method = constraints_cv\nconstraints <- model.constraints\ngrid_method = spline\ndamping_limits = 1, 0.1",
      "error M144: 'damping_limits' goes from low to high, but 1 is not below 0.1\n"
    ),
    (
      "method = constraints\nconstraints <- model.constraints\ngrid_method = minimum_curvature\nuse_weights = yes",
      "error M141: 'constraints_block_size' is needed with method = constraints and grid_method = minimum_curvature and "
        + "use_weights = yes: minimum_curvature meets every point, whatever its weight; weights count in block means only\n"
    ),
    (
      "method = equivalent_sources\ndamping = 1\ndampings = 1, 2",
      "error M142: 'damping' and 'dampings' exclude each other; keep one\n"
    ),
    (
      "method = filter\nfilter_type = up_continue",
      "error M141: 'height_displacement' is needed with method = filter and filter_type = up_continue\n"
    ),
    (
      "method = filter\nfilter_width = 9 km\npad_mode = edge\npad_value = 1",
      "error M140: 'pad_value' has no meaning with pad_mode = edge; leave it out or use it with method = filter and "
        + "pad_mode = linear_ramp or constant\n"
    ),
    (
      "method = constraints",
      "error M141: input 'constraints' is needed with method = constraints: the misfit is sampled there\n"
    ),
    (
      "method = constant",
      "error M141: input 'constraints' is needed with method = constant and without 'value': it is the median of the "
        + "misfit there\n"
    ),
    (
      "method = constraints\nconstraints <- model.constraints\ngrid_method = spline\nspline_dampings = 0, 1",
      "error M144: 'spline_dampings' has 0 among others; 0 alone is a spline without damping\n"
    ),
  ]

  @Test(arguments: foreseen) func mistakesAreForeseen(_ settings: String, _ message: String) throws {
    let (project, outcome) = try outcome(
      "[regional : regional_separation]\ngravity <- predicted.gravity\n\(settings)\n")
    defer { project.remove() }
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// Settings that belong to other methods, of which a trend takes none: all at once.
  @Test func everySettingOfOtherMethodsIsRefused() throws {
    let lines = [
      "value = 1 mGal", "grid_method = spline", "tension = 0.5", "spline_dampings = 1", "use_weights = no",
      "constraints_block_size = 1 km", "filter_type = lowpass", "filter_width = 9 km",
      "height_displacement = 1 km",
      "pad_mode = edge", "pad_width_factor = 3", "pad_value = 1", "depth = 1 km", "damping = 1",
      "dampings = 1, 2",
      "block_size = 1 km", "observation_height = 2 km", "damping_limits = 1, 2", "depth_limits = 1, 2 km",
      "tension_limits = 0, 1", "trials = 3", "folds = 3", "seed = 1", "cv_score = ratio",
    ]
    let (project, outcome) = try outcome(
      "[regional : regional_separation]\ngravity <- predicted.gravity\nmethod = trend\n"
        + lines.joined(separator: "\n") + "\n")
    defer { project.remove() }
    #expect(outcome.status == 65)
    let told = outcome.errors.split(separator: "\n").filter { $0.contains("error M140") }
    #expect(told.count == lines.count, "\(outcome.errors)")
    for line in lines {
      let name = line.prefix { $0 != " " }
      #expect(told.contains { $0.contains("'\(name)' has no meaning with method = trend") }, "\(name)")
    }
  }

  @Test func noDampingIsASplineWithoutIt() throws {
    let (project, outcome) = try outcome(
      """
      [regional : regional_separation]
      method = constraints
      grid_method = spline
      spline_dampings = 0
      gravity <- predicted.gravity
      constraints <- model.constraints
      """)
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func mistakesAreTold() throws {
    let (project, outcome) = try outcome(
      """
      [regional : regional_separation]
      gravity <- predicted.gravity
      method = equivalent_sources
      depth = 2 km
      observation_height = -3 km
      """)
    defer { project.remove() }
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("raise 'observation_height' or enlarge 'depth'"), "\(outcome.errors)")
  }

  @Test(arguments: [
    (
      "inside_region = 10 km, 20 km, 10 km, 20 km", 65,
      "error M140: 'inside_region' has no meaning without input 'outside'; leave it out or use it with input 'outside'\n"
    ),
    (
      "outside <- model.topography", 65,
      "error M143: one of 'inside_region' and input 'inside' is needed with input 'outside': it says where the "
        + "constraints replace the surface 'outside'\n"
    ),
    (
      "outside <- model.topography\ninside_region = 90 km, 99 km, 0 km, 9 km", 1,
      "no node lies inside, so there is nothing to interpolate"
    ),
    (
      "use_weights = yes", 65,
      "error M141: 'block_size' is needed with method = minimum_curvature and use_weights = yes: minimum_curvature meets "
        + "every point, whatever its weight; weights count in block means only\n"
    ),
    (
      "use_weights = yes\nblock_size = 2 km", 65,
      "error M144: 'block_reduction' must be mean: minimum_curvature meets every point, whatever its weight; weights "
        + "count in block means only\n"
    ),
  ])
  func mistakesOfSurfacesAreTold(_ settings: String, _ status: Int32, _ message: String) throws {
    let (project, outcome) = try outcome(
      """
      [surface : starting_topography]
      method = minimum_curvature
      constraints <- model.constraints
      like <- model.topography
      \(settings)

      """)
    defer { project.remove() }
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func degreesAreRefused() throws {
    let (project, outcome) = try outcome(
      """
      [moho : synthetic_moho]
      region = 10 deg, 20 deg, 40 deg, 48 deg
      spacing = 2 deg
      density_contrast = 400 kg/m3

      [surface : starting_topography]
      method = minimum_curvature
      constraints <- model.constraints
      like <- moho.topography
      """)
    defer { project.remove() }
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("put a stage of kind 'project' before"), "\(outcome.errors)")
  }

  /// A spline through points of known longitude and latitude, on nodes of longitude and latitude.
  @Test func splineInLongitudeAndLatitude() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let points = [
      (12.0, 42.0, -30_000.0), (16, 44, -35_000), (18, 46, -31_000), (14, 48, -38_000), (11, 45.5, -33_000),
    ]
    let rows = points.map { "\($0.0),\($0.1),\($0.2)" }.joined(separator: "\n")
    try project.write("data/wells.csv", "lon,lat,depth\n\(rows)\n")
    let manifest = """
      [moho : synthetic_moho]
      region = 10 deg, 20 deg, 40 deg, 48 deg
      spacing = 2 deg
      density_contrast = 400 kg/m3

      [wells : read_table]
      file = file("../data/wells.csv")
      longitude = "lon"
      latitude = "lat"
      upward = "depth"

      [surface : starting_topography]
      method = spline
      dampings = 0
      constraints <- wells.table
      like <- moho.topography

      """
    try project.write(
      "pipelines/own.manifest", manifest + "projection = transverse_mercator\ncentral_longitude = 15 deg\n")
    let outcome = try project.pipe("run", "pipelines/own.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let surface = try NetCDFFile.read(project.result("own", "surface.topography")).grid("topography")
    #expect(surface.geometry.isGeographic)
    for point in points.prefix(4) {
      let found = surface[Int((point.1 - 40) / 2), Int((point.0 - 10) / 2)]
      #expect(abs(found - point.2) <= 1e-3, "\(found) at \(point)")
    }
    // At other nodes it is the spline of the projected places.
    let map = try MapProjection(
      .transverseMercator(originLatitude: 0, scale: 1), centralLongitude: 15, ellipsoid: .wgs84)
    let places = try points.map { try map.project(longitude: $0.0, latitude: $0.1) }
    let spline = try BiharmonicSpline.fit(
      points: Points(easting: places.map(\.easting), northing: places.map(\.northing)),
      values: points.map(\.2), damping: nil)
    let node = try map.project(longitude: 20, latitude: 40)
    let expected = spline.evaluate(at: Points(easting: [node.easting], northing: [node.northing]))[0]
    #expect(abs(surface[0, 5] - expected) <= 1e-6)

    let wrong: [(String, Int32, String)] = [
      ("", 1, "setting 'projection' is needed"),
      (
        "scale = 1", 65,
        "error M140: 'scale' has no meaning without 'projection'; leave it out or use it with projection = "
          + "transverse_mercator\n"
      ),
      (
        "projection = transverse_mercator", 65,
        "error M141: 'central_longitude' is needed with 'projection'\n"
      ),
    ]
    for (setting, status, message) in wrong {
      try project.write("pipelines/own.manifest", manifest + setting + "\n")
      let refused = try project.pipe("run", "pipelines/own.manifest", "--no-report")
      #expect(refused.status == status && refused.errors.contains(message), "\(refused.errors)")
    }
  }
}
