import Datasets
import Foundation
import Gravity
import NumericCore
import Testing

/// From measurements as other programs write them to grids for an inversion, as a user would do it.
@Suite struct RealDataTests {
  private func run(
    _ manifest: String, _ check: (TemporaryProject, Program.Outcome) throws -> Void
  ) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try MeasuredSample.write(to: project)
    try project.write("pipelines/a.manifest", manifest)
    try check(project, try project.pipe("run", "pipelines/a.manifest", "--no-report"))
  }

  private static let stations = """
    [stations : read_table]
    file = file("../data/stations.csv")
    longitude = "lon"
    latitude = "lat"
    upward = "h"
    gravity = "g"

    [disturbance : gravity_disturbance]
    gravity <- stations.table

    [placed : project]
    data <- disturbance.gravity
    projection = mercator
    central_longitude = 20 deg
    true_scale_latitude = -28 deg

    """

  private static let relief = """
    [relief_map : read_grid]
    file = file("../data/relief.xyz")
    quantity = topography

    [relief : project]
    data <- relief_map.grid
    projection = mercator
    central_longitude = 20 deg
    true_scale_latitude = -28 deg
    spacing = 10 km
    interpolation = bilinear

    """

  /// The sample's gravity is normal gravity plus an anomaly, so that is what is left.
  @Test func disturbanceIsWhatWasAdded() throws {
    try run(Self.stations) { project, outcome in
      #expect(outcome.status == 0, "\(outcome.errors)")
      let table = try NetCDFFile.read(project.result("a", "placed.data"))
      let found = try table.column("gravity_anomaly")
      #expect(found.count == 300)
      for (value, station) in zip(found, MeasuredSample.stations) {
        #expect(abs(value - station.anomaly) < 1e-8)
      }
      // Longitudes came as −341 … −339.
      let longitude = try table.column("longitude")
      #expect(abs(longitude[7] - MeasuredSample.stations[7].longitude) < 1e-9)
      #expect(table["easting"]?.units == "m" && table["longitude"]?.units == "degrees_east")
      let easting = try table.column("easting")
      let map = try MapProjection(.mercator(trueScaleLatitude: -28), centralLongitude: 20)
      let point = try map.project(longitude: longitude[7], latitude: MeasuredSample.stations[7].latitude)
      #expect(easting[7] == point.easting)
    }
  }

  /// Prisms under the plane and tesseroids on the sphere are the same mountain: they agree to a few per cent.
  @Test func prismsAndTesseroidsAgree() throws {
    let manifest =
      Self.stations + Self.relief + """
        [flat : topographic_effect]
        cells = prisms
        topography <- relief.data
        gravity <- placed.data

        [round : topographic_effect]
        cells = tesseroids
        topography <- relief_map.grid
        gravity <- placed.data

        [bouguer : bouguer_disturbance]
        gravity <- flat.gravity
        """
    try run(manifest) { project, outcome in
      #expect(outcome.status == 0, "\(outcome.errors)")
      let flat = try NetCDFFile.read(project.result("a", "flat.gravity")).column("topographic_effect")
      let round = try NetCDFFile.read(project.result("a", "round.gravity")).column("topographic_effect")
      let largest = flat.max() ?? 0
      #expect(largest > 50)
      for (a, b) in zip(flat, round) { #expect(abs(a - b) < 0.08 * largest, "\(a) and \(b)") }
      let differences = zip(flat, round).map { $0 - $1 }
      #expect(Statistics.rms(differences) < 0.03 * largest)
      let bouguer = try NetCDFFile.read(project.result("a", "bouguer.gravity"))
      let (left, before) = (try bouguer.column("gravity_anomaly"), try bouguer.column("gravity_disturbance"))
      for index in flat.indices { #expect(left[index] == before[index] - flat[index]) }
    }
  }

  /// A mass that fills everything: the effect far inside a plate of rock is 2πGρh, and water lacks rock.
  @Test func platesHaveTheirGravity() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    for (name, height) in [("land", 500.0), ("sea", -500.0)] {
      var text = ""
      for row in 0..<41 { for column in 0..<41 { text += "\(5000 * column) \(5000 * row) \(height)\n" } }
      try project.write("data/\(name).xyz", text)
    }
    try project.write("data/point.xyz", "100000 100000 600 0\n")
    let manifest = ["land", "sea"].map { name in
      """
      [\(name) : read_grid]
      file = file("../data/\(name).xyz")
      quantity = topography

      [\(name)_effect : topographic_effect]
      cells = prisms
      topography <- \(name).grid
      gravity <- point.table

      """
    }.joined()
    try project.write(
      "pipelines/a.manifest",
      manifest + """
        [point : read_table]
        file = file("../data/point.xyz")
        columns = "easting", "northing", "upward", "g"
        gravity_anomaly = "g"
        """)
    let outcome = try project.pipe("run", "pipelines/a.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let plate = 2 * Double.pi * PrismGravity.gravitationalConstant * 500 * 1e5
    for (name, density) in [("land", 2670.0), ("sea", 1040.0 - 2670)] {
      let effect = try NetCDFFile.read(project.result("a", "\(name)_effect.gravity")).column(
        "topographic_effect")
      #expect(abs(effect[0] / (plate * density) - 1) < 0.01, "\(name): \(effect[0])")
    }
  }

  /// Scattered stations of a known field become its grid.
  @Test(arguments: ["single", "gradient_boosted"])
  func stationsBecomeAGrid(method: String) throws {
    let manifest =
      Self.stations + """
        [split : split_table]
        table <- placed.data

        [grid : equivalent_sources_grid]
        table <- split.training
        testing <- split.testing
        method = \(method)
        height = 4.2 km
        spacing = 10 km
        region = -60 km, 60 km, -2960 km, -2840 km
        dampings = 1e-6, 1e-4, 1e-2
        uncertainty = 2 mGal
        """
    try run(manifest) { project, outcome in
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rmse = try NetCDFFile.readScalar(project.result("a", "grid.rmse"))
      #expect(rmse < 0.5, "\(rmse) mGal")
      #expect(try NetCDFFile.readScalar(project.result("a", "grid.r2")) > 0.99)
      let grid = try NetCDFFile.read(project.result("a", "grid.gravity")).grid("gravity_anomaly")
      #expect(grid.geometry.columns == 13 && grid.geometry.rows == 13)
      let map = try MapProjection(.mercator(trueScaleLatitude: -28), centralLongitude: 20)
      let nodes = grid.geometry.nodes
      for index in stride(from: 0, to: nodes.count, by: 7) {
        let place = try map.locate(easting: nodes.easting[index], northing: nodes.northing[index])
        let (x, y) = (place.longitude - 20, place.latitude + 28.4)
        let truth = 40 * Elementary.exp(-(x * x + y * y) / 0.2) - 10
        #expect(abs(grid.values[index] - truth) < 2, "\(grid.values[index]) for \(truth)")
      }
    }
  }

  /// Grids go to the plane and back, are cut, resampled and filtered; units follow.
  @Test func gridsGoThroughEveryStage() throws {
    let manifest =
      Self.relief + """
        [back : project]
        data <- relief.data
        projection = mercator
        central_longitude = 20 deg
        true_scale_latitude = -28 deg
        inverse = yes
        angular_spacing = 0.2 deg

        [part : cut]
        data <- relief.data
        region = -100 km, 100 km, -3000 km, -2800 km

        [fine : resample]
        data <- part.data
        spacing = 5 km

        [like : resample]
        data <- relief.data
        like <- fine.data
        interpolation = nearest

        [smooth : filter_grid]
        data <- relief.data
        type = lowpass
        filter_width = 60 km
        pad_mode = reflect

        [steep : filter_grid]
        data <- relief.data
        type = easting_deriv
        pad_mode = constant
        pad_value = 0
        pad_width_factor = 2

        [east : cut]
        data <- relief_map.grid
        geographic_region = 380 deg, 381 deg, -29 deg, -28 deg
        """
    try run(manifest) { project, outcome in
      #expect(outcome.status == 0, "\(outcome.errors)")
      func grid(_ stage: String) throws -> Grid {
        try NetCDFFile.read(project.result("a", "\(stage).data")).grid("topography")
      }
      let back = try grid("back")
      let original = Grid(geometry: MeasuredSample.reliefGeometry, values: MeasuredSample.relief)
      #expect(back.geometry.isGeographic)
      let truth = GridInterpolation.bilinear.sample(original, at: back.geometry.nodes)
      for (a, b) in zip(back.values, truth) where !a.isNaN { #expect(abs(a - b) < 60, "\(a) for \(b)") }
      #expect(back.values.count { !$0.isNaN } > 200)
      let (part, fine, like) = (try grid("part"), try grid("fine"), try grid("like"))
      try #require(
        part.geometry.columns == 21 && part.geometry.rows == 21 && fine.geometry.columns == 41
          && like.geometry == fine.geometry)
      for row in 0..<21 { for column in 0..<21 { #expect(fine[2 * row, 2 * column] == part[row, column]) } }
      let smooth = try grid("smooth")
      #expect((smooth.values.max() ?? 0) < (try grid("relief").values.max() ?? 0))
      let steep = try NetCDFFile.read(project.result("a", "steep.data"))
      #expect(steep["topography"] == nil && steep["topography_easting_deriv"]?.units == "m m-1")
      let east = try grid("east").geometry
      #expect(abs(east.region.west - 380) < 1e-9 && abs(east.region.east - 381) < 1e-9 && east.columns == 6)
    }
  }

  @Test func blocksReduceTables() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "data/p.csv",
      "easting,northing,upward,g,s\n0,0,10,1,1\n10,10,20,3,2\n95,90,30,5,1\n100,100,50,7,1\n40,100,5,9,1\n")
    let stages = [
      ("median", ""), ("mean", ""), ("weighted_mean", ""), ("mean", "center_coordinates = yes\n"),
    ]
    var manifest = """
      [points : read_table]
      file = file("../data/p.csv")
      gravity_anomaly = "g"
      uncertainty = "s"

      """
    for (index, stage) in stages.enumerated() {
      manifest += """
        [b\(index) : block_reduce]
        table <- points.table
        block_size = 50 m
        reduction = \(stage.0)
        \(stage.1)

        """
    }
    try project.write("pipelines/a.manifest", manifest)
    let outcome = try project.pipe("run", "pipelines/a.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    func column(_ stage: Int, _ name: String) throws -> [Double] {
      try NetCDFFile.read(project.result("a", "b\(stage).table")).column(name)
    }
    #expect(try column(0, "gravity_anomaly") == [2, 9, 6])
    #expect(try column(0, "easting") == [5, 40, 97.5] && (try column(0, "upward")) == [15, 5, 40])
    // Variances 2 (n − 1), none, 2: the single point counts as much as the best.
    #expect(try column(1, "weight") == [1, 1, 1])
    // Weights 1 and 1/4: (1 + 3/4)/(5/4).
    let weighted = try column(2, "gravity_anomaly")
    #expect(abs(weighted[0] - 1.4) < 1e-15 && weighted[2] == 6)
    // Variances 1/Σw: 0.8, 1, 0.5.
    let weights = try column(2, "weight")
    for (a, b) in zip(weights, [0.625, 0.5, 1]) { #expect(abs(a - b) < 1e-15) }
    #expect(abs(try column(2, "uncert")[2] - (0.5).squareRoot()) < 1e-15)
    #expect(try column(3, "easting") == [25, 25, 75] && (try column(3, "northing")) == [25, 75, 75])
  }

  /// Mistakes that only the meeting of settings and data shows.
  @Test(arguments: [
    (
      "[f : filter_grid]\ndata <- relief_map.grid\ntype = lowpass\nfilter_width = 10 km\n",
      "in longitude and latitude and metres are needed"
    ),
    (
      "[f : topographic_effect]\ncells = prisms\ntopography <- relief_map.grid\ngravity <- placed.data\n",
      "prisms need a topography in projected metres"
    ),
    (
      "[f : bouguer_disturbance]\ngravity <- placed.data\n",
      "put a stage of kind 'topographic_effect' before"
    ),
    ("[f : cut]\ndata <- relief_map.grid\nregion = 0 m, 1 m, 0 m, 1 m\n", "give 'geographic_region'"),
    ("[f : resample]\ndata <- relief.data\nspacing = 7 km\n", "does not divide the region's extent"),
    (
      "[f : equivalent_sources_grid]\ntable <- placed.data\nheight = -50 km\nspacing = 10 km\ndamping = 1\n",
      "lies in or below sources"
    ),
  ])
  func mistakesAreExplained(stage: String, message: String) throws {
    try run(Self.stations + Self.relief + stage) { _, outcome in
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    (
      "type = lowpass", "error M141: 'filter_width' is needed with type = lowpass\n"
    ),
    (
      "type = up_deriv\nfilter_width = 1 km",
      "error M140: 'filter_width' has no meaning with type = up_deriv; leave it out or use it with type = lowpass or "
        + "highpass\n"
    ),
    (
      "type = up_deriv\npad_mode = mean\npad_value = 3",
      "error M140: 'pad_value' has no meaning with pad_mode = mean; leave it out or use it with pad_mode = linear_ramp "
        + "or constant\n"
    ),
  ])
  func mistakesOfFiltersAreForeseen(settings: String, message: String) throws {
    try run(Self.stations + Self.relief + "[f : filter_grid]\ndata <- relief.data\n\(settings)\n") {
      _, outcome in
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  @Test func mistakesOfProjectionsAreForeseen() throws {
    let project = """
      [f : project]
      data <- relief_map.grid
      projection = polar_stereographic
      central_longitude = 0 deg
      spacing = 10 km

      """
    try run(Self.stations + Self.relief + project) { _, outcome in
      #expect(outcome.status == 65)
      let message =
        "error M141: 'true_scale_latitude' is needed with projection = polar_stereographic: its sign says about which "
        + "pole it projects\n"
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  /// The type of an output that follows its input is known before anything runs.
  @Test func tablesDoNotFeedTopographies() throws {
    let manifest =
      Self.stations + Self.relief
      + "[f : forward_gravity]\ntopography <- placed.data\ngravity <- relief.data\n"
    try run(manifest) { _, outcome in
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("placed.data") && outcome.errors.contains("table"), "\(outcome.errors)")
    }
  }
}
