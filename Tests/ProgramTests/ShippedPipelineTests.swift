import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

/// Every shipped manifest, run by the built program.
@Suite(.serialized) struct ShippedPipelineTests {
  @Test func quickstartFindsTheSurface() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("quickstart")
    let outcome = try project.pipe("run", "pipelines/quickstart.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try NetCDFFile.read(project.result("quickstart", "inversion.topography"))
    let truth = try NetCDFFile.read(project.result("quickstart", "model.topography"))
    let errors = zip(try found.doubles("topography"), try truth.doubles("topography")).map { $0 - $1 }
    let rms = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    #expect(rms < 6, "RMS error \(rms) m")
  }

  /// The published table of damping cross-validation, from the manifest alone, to four digits.
  @Test func dampingTable() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("damping_cv")
    let outcome = try project.pipe("run", "pipelines/damping_cv.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let scores = try NetCDFFile.read(project.result("damping_cv", "damping.scores"))
    let published: [(Double, Double)] = [
      (0.001, 1.165218), (0.0026827, 1.170967), (0.0071969, 0.435800), (0.019307, 0.252005),
      (0.051795, 0.251958), (0.13895, 0.239711), (0.37276, 0.496140), (1, 7.036035),
    ]
    let dampings = try scores.column("damping")
    let values = try scores.column("score")
    #expect(dampings.count == published.count)
    for (index, row) in published.enumerated() {
      #expect(abs(dampings[index] / row.0 - 1) < 1e-4)
      #expect(abs(values[index] / row.1 - 1) < 5e-5, "damping \(row.0): \(values[index])")
    }
    #expect(abs(try NetCDFFile.readScalar(project.result("damping_cv", "damping.best")) - 0.1389495) < 1e-6)
  }

  /// The same with test points interpolated from the data, as Invert4Geom 2 makes them: its tutorial's
  /// scores. The two least dampings diverge and reach the observations, where the peer computes on: with
  /// `at_observations = ignore` they are the peer's as well.
  @Test func interpolatedTestPoints() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let shipped = try String(
      contentsOf: Checkout.root.appendingPathComponent("pipelines/damping_cv.manifest"), encoding: .utf8)
    let body = shipped.components(separatedBy: "[expect]")[0]
    try project.write("pipelines/interpolated.manifest", body)
    let outcome = try project.pipe(
      "run", "pipelines/interpolated.manifest", "--set", "model.testing_data=interpolated", "--set",
      "inversion.max_iterations=30", "--set", "inversion.buffer_width=3 km")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let scores = try NetCDFFile.read(project.result("interpolated", "damping.scores")).column("score")
    for (index, published) in [
      (2, 0.119877), (3, 0.023230), (4, 0.026461), (5, 0.097773), (6, 1.730399), (7, 6.319568),
    ] {
      #expect(abs(scores[index] / published - 1) < 5e-5, "\(index): \(scores[index])")
    }
    let ignoring = try project.pipe(
      "run", "pipelines/interpolated.manifest", "--set", "model.testing_data=interpolated", "--set",
      "inversion.max_iterations=30", "--set", "inversion.buffer_width=3 km", "--set",
      "inversion.at_observations=ignore")
    #expect(ignoring.status == 0, "\(ignoring.errors)")
    let all = try NetCDFFile.read(project.result("interpolated", "damping.scores")).column("score")
    for (score, published) in zip(
      all, [0.886706, 0.809352, 0.119877, 0.023230, 0.026461, 0.097773, 1.730399, 6.319568])
    { #expect(abs(score / published - 1) < 5e-5, "\(published): \(score)") }
    // The tutorial's own choice, and its first score.
    let chosen = try project.pipe(
      "run", "pipelines/interpolated.manifest", "--set", "model.testing_data=interpolated", "--set",
      "inversion.max_iterations=30", "--set", "inversion.buffer_width=3 km", "--set",
      "damping.limits=0.1, 1", "--set", "damping.trials=2")
    #expect(chosen.status == 0, "\(chosen.errors)")
    let two = try NetCDFFile.read(project.result("interpolated", "damping.scores")).column("score")
    #expect(abs(two[0] / 0.051026 - 1) < 5e-5 && abs(two[1] / 6.319568 - 1) < 5e-5, "\(two)")
  }

  @Test func ensembleIsCachedRestoredAndExtended() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("ensemble")
    let manifest = "pipelines/ensemble.manifest"
    let first = try project.pipe("run", manifest, "--profile", "ci")
    #expect(first.status == 0, "\(first.errors)")
    let bytes = try project.results("ensemble")
    #expect(bytes.count >= 15)
    let second = try project.pipe("run", manifest, "--profile", "ci")
    #expect(second.status == 0 && second.errors.contains("0 executed"), "\(second.errors)")
    let changed = try project.pipe("run", manifest, "--profile", "ci", "--set", "zref=500 m")
    #expect(changed.status == 0 && !changed.errors.contains(" 0 executed"), "\(changed.errors)")
    #expect(try project.results("ensemble") != bytes)
    let back = try project.pipe("run", manifest, "--profile", "ci")
    #expect(back.errors.contains("0 executed"), "\(back.errors)")
    #expect(try project.results("ensemble") == bytes)
    #expect(FileManager.default.fileExists(atPath: project.root.path + "/results/ensemble/report.html"))
  }

  /// Simulated truths through a whole pipeline, small: all of it is counted.
  @Test func simulatedTruthsAreCounted() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("calibration")
    let outcome = try project.pipe("run", "pipelines/calibration.manifest", "--profile", "ci")
    #expect(outcome.status == 0 || outcome.errors.contains("coverage_2"), "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("calibration", "calibration.coverage"))
    #expect(table.attribute("truths")?.number == 4 && table.attribute("members")?.number == 4)
    let shares = try table.column("coverage")
    #expect(shares.count == 3 && shares[0] < shares[1] && shares[1] <= shares[2])
    let ranks = try NetCDFFile.read(project.result("calibration", "calibration.ranks")).column("coverage")
    #expect(ranks.count == 5 && abs(ranks.reduce(0, +) - 1) < 1e-12)
    // Truths differ, and so do the data made of them.
    let reader = try NetCDFSeriesReader(project.result("calibration", "simulation.members"))
    #expect(Set(try (0..<4).map { try reader.slice($0, variable: "error") }).count == 4)
  }

  @Test func bytesDoNotDependOnThreads() throws {
    var all: [[String: Data]] = []
    for jobs in ["1", "2", "3"] {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.copyShipped("ensemble")
      let outcome = try project.pipe("run", "pipelines/ensemble.manifest", "--profile", "ci", "--jobs", jobs)
      #expect(outcome.status == 0, "\(outcome.errors)")
      all.append(try project.results("ensemble"))
    }
    #expect(all[0] == all[1])
    #expect(all[0] == all[2])
  }

  private func figure(_ project: TemporaryProject) throws -> String {
    try String(contentsOf: project.root.appendingPathComponent("figure.svg"), encoding: .utf8)
  }

  @Test func sensitivityTellsWhereTheUncertaintyComesFrom() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("sensitivity")
    let outcome = try project.pipe(
      "run", "pipelines/sensitivity.manifest", "--set", "spacing=5 km", "--set", "samples=8", "--set",
      "runs=24")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("sensitivity", "indices.indices"))
    let inputs = ["damping", "density_contrast", "zref", "training", "gravity"]
    #expect(try table.texts("input") == inputs)
    let total = try table.column("total")
    #expect(total.allSatisfy { $0 >= 0 } && total.reduce(0, +) > 0.9)
    let alone = try NetCDFFile.read(project.result("sensitivity", "alone.indices"))
    let part = try alone.column("part")
    // Both ways the same input matters most.
    #expect(
      part.firstIndex(of: part.max() ?? 0) == total.firstIndex(of: total.max() ?? 0), "\(part) \(total)")
    let error = try NetCDFFile.readScalar(project.result("sensitivity", "calibration.calibration_error"))
    #expect((0...0.5).contains(error))
    #expect(try NetCDFFile.readScalar(project.result("sensitivity", "statistics.runs")) <= 24)
    for (title, arguments) in [
      (", best scale ", ["calibration.coverage", "--with", "calibration.best_scale"]),
      ("± ", ["alone.indices"]), ("Total Sobol index", ["indices.maps"]),
      ("with the input drawn alone", ["alone.maps"]), ("1/√members", ["statistics.convergence"]),
    ] {
      let drawn = try Program.run(["plot"] + arguments + ["-o", "figure.svg"], in: project.root)
      #expect(drawn.status == 0, "\(drawn.errors)")
      #expect(try figure(project).contains(title), "\(arguments)")
    }
  }

  @Test func partialEnsemblesOfSingleSteps() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("partial_ensembles")
    try project.copyData("synthetic_stations.csv")
    let outcome = try project.pipe(
      "run", "pipelines/partial_ensembles.manifest", "--set", "spacing=2 km", "--set", "runs=6")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for (stage, variable, units) in [
      ("start_statistics", "topography", "m"), ("regional_statistics", "reg", "mGal"),
      ("grid_statistics", "gravity_anomaly", "mGal"),
    ] {
      let statistics = try NetCDFFile.read(project.result("partial_ensembles", "\(stage).statistics"))
      #expect(
        statistics.attribute("variable")?.text == variable && statistics["weighted_stdev"]?.units == units)
      #expect(try statistics.doubles("weighted_stdev").allSatisfy { $0 > 0 })
    }
    let error = try NetCDFFile.readScalar(project.result("partial_ensembles", "start_statistics.rms_error"))
    #expect(error < 60, "RMS error \(error) m")
  }

  @Test(.needsShared)
  func paranaMohoAtPointsThatFoldsLeftOut() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("parana_moho")
    try project.linkShared(Self.paranaFiles)
    let outcome = try project.pipe("run", "pipelines/parana_moho.manifest", "--profile", "ci")
    #expect(outcome.status == 0, "\(outcome.errors)")
    // All 108 points of the grid, each by the fold that left it out; a flat Moho would be 4.9 km off.
    let points = try NetCDFFile.read(project.result("parana_moho", "pooled.points"))
    #expect(try points.column("upward").count == 108 && Set(points.column("fold")).count == 5)
    let error = try NetCDFFile.readScalar(project.result("parana_moho", "pooled.base_rmse"))
    #expect(error < 4200, "\(error)")
    let scores = try NetCDFFile.read(project.result("parana_moho", "pooled.scores"))
    #expect(try scores.texts("surface") == ["mean", "base", "start", "reference"])
    let (low, high) = (try scores.column("base_ratio_low"), try scores.column("base_ratio_high"))
    #expect(low[1] == 1 && high[1] == 1 && low[3] < high[3])
    let coverage = try NetCDFFile.read(project.result("parana_moho", "pooled.coverage")).column(
      "total_coverage")
    #expect(coverage[1] > 0.85, "\(coverage)")
    #expect(
      try NetCDFFile.read(project.result("parana_moho", "recalibrated.statistics"))["z_stdev_raw"] != nil)
    try Self.compareWithPrepared(project)
  }

  static let paranaFiles = [
    "global/gravity-earth-0.5deg.nc", "global/etopo1-0.5deg.nc",
    "south_america/brazil_parana_constraints.csv",
  ]

  /// The prepared grid was interpolated to its nodes over triangles of a lattice whose diagonals are arbitrary: either
  /// choice is as good, and they differ by 1.2 mGal RMS and up to 7.5. So the grids agree within that as a whole (the
  /// Bouguer disturbance within 0.5 mGal RMS), and within 0.5 mGal at nodes that fall on nodes of the raw grids (to 0.02°), where nothing is interpolated.
  private static func compareWithPrepared(_ project: TemporaryProject) throws {
    let found = try NetCDFFile.read(project.result("parana_moho", "gravity.data"))
    let path = try #require(Checkout.shared).appendingPathComponent("data/south_america/brazil_parana.nc")
      .path
    let prepared = try NetCDFFile.read(path)
    let map = try MapProjection(.mercator(trueScaleLatitude: -22), centralLongitude: -50)
    for (name, theirs) in [
      ("gravity_anomaly", "bouguer_disturbance"), ("topographic_effect", "topographic_effect"),
      ("gravity_disturbance", "gravity_disturbance"),
    ] {
      let (grid, other) = (try found.grid(name), try prepared.grid(theirs))
      #expect(grid.geometry.columns == other.geometry.columns && grid.geometry.rows == other.geometry.rows)
      #expect(grid.geometry.region == other.geometry.region)
      let nodes = grid.geometry.nodes
      var (all, onNodes): ([Double], [Double]) = ([], [])
      for index in 0..<nodes.count {
        let place = try map.locate(easting: nodes.easting[index], northing: nodes.northing[index])
        let difference = grid.values[index] - other.values[index]
        all.append(difference)
        let offset = max(
          abs((2 * place.longitude).rounded() / 2 - place.longitude),
          abs((2 * place.latitude).rounded() / 2 - place.latitude))
        if offset < 0.02 { onNodes.append(difference) }
      }
      #expect(onNodes.count >= 6)
      #expect(onNodes.allSatisfy { abs($0) < 0.5 }, "\(name): \(onNodes)")
      #expect(
        Statistics.rms(all) < (theirs == "bouguer_disturbance" ? 0.5 : 1),
        "\(name): RMS \(Statistics.rms(all))")
      #expect(abs(Statistics.mean(all)) < 0.1, "\(name): mean \(Statistics.mean(all))")
    }
  }

  @Test(.needsShared)
  func southAfricaIsGridded() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("south_africa")
    try project.linkShared(["south_africa/gravity_stations.csv", "south_africa/topography.nc"])
    let outcome = try project.pipe("run", "pipelines/south_africa.manifest", "--profile", "ci")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let stations = try NetCDFFile.read(project.result("south_africa", "bouguer.gravity"))
    #expect(try stations.column("gravity_anomaly").count == 14_559)
    #expect(try stations.column("upward").min() == 0)
    let grid = try NetCDFFile.read(project.result("south_africa", "grid.gravity"))
    let values = try grid.grid("gravity_anomaly").values
    let present = values.count { $0.isFinite }
    #expect(present > values.count / 2 && present < values.count, "\(present) of \(values.count)")
    #expect(try NetCDFFile.readScalar(project.result("south_africa", "grid.rmse")) < 20)
    #expect(try NetCDFFile.readScalar(project.result("south_africa", "grid.r2")) > 0.85)
  }

  /// Small runs of searches; their `[expect]` lines hold in both sizes.
  @Test(arguments: ["density_zref", "regional_tuning", "windowed"]) func tuning(_ name: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped(name)
    let outcome = try project.pipe("run", "pipelines/\(name).manifest", "--profile", "ci")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let again = try project.pipe("run", "pipelines/\(name).manifest", "--profile", "ci", "--jobs", "1")
    #expect(again.status == 0 && again.executed == 0, "\(again.errors)")
    func best(_ port: String) throws -> Double {
      try NetCDFFile.readScalar(project.result(name, port))
    }
    switch name {
    case "density_zref":
      #expect(abs(try best("search.best_density_contrast") - 2669) < 60)
      #expect(abs(try best("search.best_zref") - 492.27) < 8)
    case "regional_tuning":
      let table = try NetCDFFile.read(project.result(name, "search.scores"))
      #expect(try table.column("on_front").contains(1) && table.doubles("second_score_of_fold").count == 64)
    default:
      let table = try NetCDFFile.read(project.result(name, "windows.windows"))
      let densities = try table.column("density_contrast")
      // The south of the basin has 2999 kg/m3 and the north 1799; the boundary is no straight line.
      #expect(densities.prefix(3).allSatisfy { $0 > 2500 } && densities.suffix(3).allSatisfy { $0 < 2100 })
      let drawn = try project.pipe(
        "plot", "windows.windows", "--with", "windows.best_density_contrast", "--points", "model.constraints",
        "-o", "figure.svg")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let text = try figure(project)
      #expect(densities.allSatisfy { text.contains(">\(Int($0.rounded()))<") }, "\(densities)")
    }
  }

  /// Its `[expect]` holds: what was chosen step by step gives the surface.
  @Test func combinedFindsWhatIsNotKnown() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("combined")
    let outcome = try project.pipe("run", "pipelines/combined.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let search = try NetCDFFile.read(project.result("combined", "search.scores"))
    #expect(
      try search.doubles("density_contrast").count == 12
        && search.variables.contains { $0.name == "score_of_fold" })
    let chosen = try NetCDFFile.readScalar(project.result("combined", "damping.best"))
    #expect(
      try NetCDFFile.read(project.result("combined", "damping.scores")).column("damping").contains(chosen))
  }

  @Test func missingRealDataAreNamed() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped("parana_moho")
    let outcome = try project.pipe("run", "pipelines/parana_moho.manifest")
    #expect(outcome.status == 66)
    for name in ["gravity-earth-0.5deg.nc", "etopo1-0.5deg.nc", "brazil_parana_constraints.csv"] {
      #expect(outcome.errors.contains(name))
    }
    #expect(outcome.errors.contains("parana_moho.manifest:15:"), "\(outcome.errors)")
  }

  @Test(arguments: [
    "quickstart", "damping_cv", "ensemble", "parana_moho", "south_africa", "variable_density",
    "density_inversion", "tesseroid_moho", "constraining", "adhering", "regional", "buffer_width",
    "density_zref",
    "regional_tuning", "windowed", "sensitivity", "calibration", "partial_ensembles", "combined", "bishop",
    "waves", "regional_waves", "regional_inversion", "waveform_network", "mogi", "birch_murnaghan", "okada",
    "radial_earth", "volcano_rounds", "moho_network",
  ])
  func shippedManifestsAreInCanonicalLayout(name: String) throws {
    let outcome = try Program.run(["format", "--check", "pipelines/\(name).manifest"], in: Checkout.root)
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
