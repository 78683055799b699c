import Datasets
import Foundation
import NumericCore
import Testing

/// Searches that judge their trials by folds, by a regional separation, or window by window, as a user runs them.
@Suite(.serialized) struct TuningTests {
  static let head = """
    [model : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    constraints = 12

    [split : split_table]
    method = kfold
    folds = 3
    table <- model.constraints

    [start : starting_topography]
    method = spline
    dampings = 1e-6
    constraints <- split.training
    like <- model.topography

    [inversion : topography_inversion]
    gravity <- model.gravity
    topography <- start.topography
    constraints <- split.testing
    damping = 0.1
    max_iterations = 4
    """

  static func search(_ lines: String) -> String {
    head + "\n\n[search : search]\nrepeat = inversion\nscore = inversion.constraints_rmse\nfolds = split\n"
      + lines + "\ninversion.zref ~ uniform(400, 600) m\n"
  }

  private static func run(_ project: TemporaryProject, _ arguments: String...) throws -> Program.Outcome {
    try Program.run(["run", "pipelines/s.manifest", "--no-report"] + arguments, in: project.root)
  }

  /// Every score of a fold is what the same settings give by hand.
  @Test func foldsAreRunsOfTheirOwn() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.search("trials = 3"))
    try project.write("pipelines/hand.manifest", Self.head)
    #expect(try Self.run(project).status == 0)
    let table = try NetCDFFile.read(project.result("s", "search.scores"))
    let (zref, scores) = (try table.column("zref"), try table.column("score"))
    let byFold = try table.doubles("score_of_fold")
    #expect(try table.variable("score_of_fold").dimensions == ["trial", "fold"] && byFold.count == 9)
    for (trial, value) in zref.enumerated() {
      for fold in 0..<3 {
        let hand = try project.pipe(
          "run", "pipelines/hand.manifest", "--no-report", "--set", "split.fold=\(fold)", "--set",
          "inversion.zref=\(value) m")
        #expect(hand.status == 0, "\(hand.errors)")
        let score = try NetCDFFile.readScalar(project.result("hand", "inversion.constraints_rmse"))
        #expect(score == byFold[3 * trial + fold])
      }
      let mean = byFold[3 * trial..<3 * trial + 3].reduce(0, +) / 3
      #expect(abs(scores[trial] / mean - 1) < 1e-15)
    }
    let best = try #require(scores.firstIndex(of: scores.min() ?? 0))
    #expect(try NetCDFFile.readScalar(project.result("s", "search.best")) == zref[best])

    // The median chooses anew and computes no trial again.
    let median = try Self.run(project, "--set", "search.fold_average=median")
    #expect(median.status == 0 && median.executed == 1, "\(median.errors)")
    let medians = try NetCDFFile.read(project.result("s", "search.scores")).column("score")
    for trial in 0..<3 { #expect(medians[trial] == byFold[3 * trial..<3 * trial + 3].sorted()[1]) }
  }

  @Test(arguments: ["gaussian_process", "tpe", "golden_section"])
  func learnersGoThroughFolds(_ sampler: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let startup = sampler == "golden_section" ? "" : "\nstartup_trials = 4"
    try project.write(
      "pipelines/s.manifest", Self.search("sampler = \(sampler)\ntrials = 8\nseed = 1\(startup)"))
    let first = try Self.run(project)
    #expect(first.status == 0, "\(first.errors)")
    let results = try project.results("s")
    let again = try Self.run(project, "--jobs", "1")
    #expect(again.status == 0 && again.executed == 0, "\(again.errors)")
    let table = try NetCDFFile.read(project.result("s", "search.scores"))
    #expect(try table.column("score").count == 8 && table.doubles("score_of_fold").count == 24)
    #expect(try table.column("score").allSatisfy(\.isFinite))
    // Two more trials are six more inversions, two steps and the search.
    let more = try Self.run(project, "--set", "search.trials=10")
    #expect(more.status == 0 && more.executed == 9, "\(more.errors)")
    let back = try Self.run(project)
    #expect(back.executed == 0, "\(back.errors)")
    #expect(try project.results("s") == results)
  }

  /// Of a damping that no fold's data can decide here, but each trial is judged by all.
  @Test func dampingByFolds() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/s.manifest",
      Self.head.replacingOccurrences(of: "damping = 0.1", with: "damping <- cv.best")
        .replacingOccurrences(of: "constraints = 12", with: "constraints = 12\ntesting_data = yes")
        + "\n\n[cv : damping_cv]\nrepeat = inversion\ntrials = 3\nfolds = split\n")
    let outcome = try Self.run(project)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("s", "cv.scores"))
    #expect(try table.doubles("score_of_fold").count == 9)
    #expect(try table.column("score").allSatisfy { $0 > 0 })
  }

  // MARK: - regional fields

  static let regional = """
    [model : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    constraints = 16
    regional_density_contrast = 430 kg/m3

    [start : starting_topography]
    method = spline
    constraints <- model.constraints
    like <- model.topography

    [predicted : forward_gravity]
    topography <- start.topography
    gravity <- model.gravity

    [regional : regional_separation]
    method = trend
    gravity <- predicted.gravity
    constraints <- model.constraints

    [score : regional_score]
    gravity <- regional.gravity
    points <- model.constraints
    true_regional <- regional.gravity
    """

  @Test func regionalScore() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.regional)
    #expect(try Self.run(project).status == 0)
    func scalar(_ port: String) throws -> Double {
      try NetCDFFile.readScalar(project.result("s", "score.\(port)"))
    }
    let field = try NetCDFFile.read(project.result("s", "regional.gravity")).grid("res")
    let amplitude = try scalar("residual_amplitude")
    #expect(abs(amplitude / Statistics.rms(field.values) - 1) < 1e-14)
    #expect(try abs(scalar("ratio") - scalar("residual_at_constraints") / amplitude) < 1e-14)
    #expect(try scalar("regional_misfit") == 0, "it is its own truth")
    let median = try Self.run(project, "--set", "score.average=median")
    #expect(median.status == 0 && median.executed == 1)
    #expect(
      try abs(scalar("residual_amplitude") / Statistics.rootMedianSquare(field.values) - 1) < 1e-14)
  }

  @Test func scoresSayWhatTheyLeaveOut() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let text = Self.head.replacingOccurrences(
      of: "[split :",
      with: "[south : cut]\ndata <- model.gravity\nregion = 0 km, 40 km, 0 km, 15 km\n\n[split :"
    ).replacingOccurrences(of: "gravity <- model.gravity\ntopo", with: "gravity <- south.data\ntopo")
      .replacingOccurrences(of: "like <- model.topography", with: "like <- south.data")
    try project.write("pipelines/s.manifest", text + "\n[expect]\ninversion.rmse <= 1 Gal\n")
    let outcome = try Self.run(project, "--set", "split.fold=none")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let known = try NetCDFFile.read(project.result("s", "model.constraints")).column("northing")
    let outside = known.count { $0 > 15000 }
    #expect(outside > 0)
    let score = try NetCDFFile.read(project.result("s", "inversion.constraints_rmse"))
    #expect(score.attribute("points_not_scored")?.number == Double(outside))
    let log = try project.pipe("log", "inversion", "pipelines/s.manifest")
    #expect(log.output.contains("\(outside) of 12 constraints lie outside"), "\(log.output)")
    let mean = try score.scalar("constraints_rmse")
    #expect(
      try Self.run(project, "--set", "split.fold=none", "--set", "inversion.score_average=median").status == 0
    )
    let median = try NetCDFFile.readScalar(project.result("s", "inversion.constraints_rmse"))
    #expect(median > 0 && median < mean)
  }

  // MARK: - windows

  static let windows = """
    [pipeline]
    region = 0 km, 40 km, 0 km, 32 km
    zref = 492 m

    [zones : density_zones]
    spacing = 2 km
    region = $region
    above = 1799 kg/m3
    below = 2999 kg/m3
    level = -20 m

    [model : synthetic_model]
    spacing = 2 km
    region = $region
    density_contrast_grid <- zones.density_contrast
    constraints = 40

    [data : cut]
    data <- model.gravity
    region = $region

    [points : cut]
    data <- model.constraints
    region = $region

    [start : starting_topography]
    method = flat
    height = $zref
    like <- data.data

    [inversion : topography_inversion]
    gravity <- data.data
    topography <- start.topography
    constraints <- points.data
    density_contrast = 2400 kg/m3
    zref = $zref
    damping = 0.1
    max_iterations = 8

    [windows : windowed_search]
    repeat = inversion
    score = inversion.constraints_rmse
    windows = points
    padded_windows = data
    points <- model.constraints
    region = $region
    spacing = 2 km
    window_width = 16 km
    window_buffer = 2 km
    trials = 4
    inversion.density_contrast ~ uniform(1500, 3300) kg/m3
    """

  /// Every trial of a window is the inversion of the data cut to it.
  @Test func windowsAreRunsOfTheirOwn() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.windows)
    let outcome = try Self.run(project)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("s", "windows.windows"))
    #expect(try table.column("west") == [0, 12000, 24000, 0, 12000, 24000])
    #expect(try table.column("south") == [0, 0, 0, 16000, 16000, 16000])
    #expect(try table.column("trials") == Array(repeating: 4, count: 6))
    let trials = try NetCDFFile.read(project.result("s", "windows.scores"))
    let (window, density) = (try trials.column("window"), try trials.column("density_contrast"))
    let trial = try #require(window.lastIndex(of: 1))
    let hand = Self.windows.components(separatedBy: "[windows :")[0]
    try project.write("pipelines/hand.manifest", hand)
    let outcomeByHand = try project.pipe(
      "run", "pipelines/hand.manifest", "--no-report", "--set", "data.region=10 km, 30 km, 0 km, 18 km",
      "--set",
      "points.region=12 km, 28 km, 0 km, 16 km", "--set", "inversion.density_contrast=\(density[trial]) kg/m3"
    )
    #expect(outcomeByHand.status == 0, "\(outcomeByHand.errors)")
    let score = try NetCDFFile.readScalar(project.result("hand", "inversion.constraints_rmse"))
    #expect(try score == trials.column("score")[trial])
    let file = try NetCDFFile.read(project.result("s", "windows.best_density_contrast"))
    let grid = try file.grid("density_contrast")
    let named = [file, table, trials].map { $0["density_contrast"]?.units }
    #expect(named == Array(repeating: "kg m-3", count: 3))
    let best = try table.column("density_contrast")
    #expect(grid.values.min() ?? 0 >= best.min() ?? 1 && grid.values.max() ?? 1 <= best.max() ?? 0)
    #expect(try Self.run(project).executed == 0)
  }

  // MARK: - windows in degrees

  static let globe = """
    [moho : synthetic_moho]
    region = -60 deg, -48 deg, -32 deg, -20 deg
    spacing = 2 deg
    zref = -35 km
    density_contrast = 400 kg/m3

    [points : read_table]
    file = file("../points.csv")
    longitude = "longitude"
    latitude = "latitude"

    [data : cut]
    data <- moho.gravity
    geographic_region = -60 deg, -48 deg, -32 deg, -20 deg

    [near : cut]
    data <- points.table
    geographic_region = -60 deg, -48 deg, -32 deg, -20 deg

    [start : starting_topography]
    method = flat
    height = -35 km
    like <- data.data

    [inversion : topography_inversion]
    gravity <- data.data
    topography <- start.topography
    constraints <- near.data
    model = tesseroids
    zref = -35 km
    density_contrast = 300 kg/m3
    damping = 0.02
    max_iterations = 6

    [windows : windowed_search]
    repeat = inversion
    score = inversion.constraints_rmse
    windows = near
    padded_windows = data
    points <- points.table
    geographic_region = -60 deg, -48 deg, -32 deg, -20 deg
    angular_spacing = 2 deg
    angular_window_width = 6 deg
    angular_window_buffer = 4 deg
    trials = 3
    inversion.density_contrast ~ uniform(200, 600) kg/m3
    """

  /// The same in longitude and latitude: every trial is the inversion of the data cut to its window.
  @Test func windowsInDegrees() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("points.csv", "longitude,latitude,upward\n-54,-26,-35000\n")
    try project.write("pipelines/s.manifest", Self.globe.components(separatedBy: "[data :")[0])
    #expect(try Self.run(project).status == 0)
    let moho = try NetCDFFile.read(project.result("s", "moho.topography")).grid("topography")
    // Some beyond 180°, as tables have them.
    let rows = moho.geometry.nodes.easting.indices.map { node in
      let (east, north) = (moho.geometry.nodes.easting[node], moho.geometry.nodes.northing[node])
      return "\(node % 2 == 0 ? east + 360 : east),\(north),\(moho.values[node])"
    }
    try project.write("points.csv", "longitude,latitude,upward\n" + rows.joined(separator: "\n") + "\n")
    try project.write("pipelines/s.manifest", Self.globe)
    let outcome = try Self.run(project)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("s", "windows.windows"))
    #expect(
      try table.column("west") == [-60, -54, -60, -54] && table.column("longitude") == [-57, -51, -57, -51])
    #expect(table["south"]?.units == "degrees_north" && table["easting"] == nil)
    #expect(try table.column("points") == [16, 16, 16, 16])
    let trials = try NetCDFFile.read(project.result("s", "windows.scores"))
    let density = try trials.column("density_contrast")
    let trial = try #require(try trials.column("window").firstIndex(of: 3))
    try project.write("pipelines/hand.manifest", Self.globe.components(separatedBy: "[windows :")[0])
    let hand = try project.pipe(
      "run", "pipelines/hand.manifest", "--no-report", "--set",
      "data.geographic_region=-58 deg, -48 deg, -30 deg, -20 deg", "--set",
      "near.geographic_region=-54 deg, -48 deg, -26 deg, -20 deg", "--set",
      "inversion.density_contrast=\(density[trial]) kg/m3")
    #expect(hand.status == 0, "\(hand.errors)")
    let score = try NetCDFFile.readScalar(project.result("hand", "inversion.constraints_rmse"))
    #expect(try score == trials.column("score")[trial])
    let grid = try NetCDFFile.read(project.result("s", "windows.best_density_contrast")).grid(
      "density_contrast")
    #expect(grid.geometry == moho.geometry)
    let best = try table.column("density_contrast")
    #expect(best.allSatisfy { density.contains($0) })
    let (least, most) = (try #require(best.min()), try #require(best.max()))
    #expect(grid.values.allSatisfy { $0 >= least && $0 <= most }, "\(grid.values)")
    for (set, text) in [
      ("windows.spacing=1 km", "'spacing' has no meaning without 'region'"),
      ("windows.window_buffer=3 km", "'window_buffer' has no meaning without 'region'"),
      ("windows.angular_window_buffer=3 deg", "a buffer of 3.0° is 1.5 times the spacing of 2.0°"),
      ("windows.region=0 m, 9 m, 0 m, 9 m", "region"),
    ] {
      let wrong = try Self.run(project, "--set", set)
      #expect(wrong.status == 65 && wrong.errors.contains(text), "\(set): \(wrong.errors)")
    }
  }

  static let foldedWindows = windows.replacingOccurrences(
    of: "[points : cut]\ndata <- model.constraints",
    with:
      "[split : split_table]\nmethod = kfold\nfolds = 2\ntable <- model.constraints\n\n[points : cut]\ndata <- split.testing"
  ).replacingOccurrences(of: "trials = 4", with: "trials = 3\nfolds = split")

  /// The score of a trial is the mean over the folds of what the window gives with that fold held out.
  @Test func windowsGoThroughFolds() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.foldedWindows)
    let outcome = try Self.run(project)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let trials = try NetCDFFile.read(project.result("s", "windows.scores"))
    let (window, density) = (try trials.column("window"), try trials.column("density_contrast"))
    let (scores, byFold) = (try trials.column("score"), try trials.doubles("score_of_fold"))
    #expect(scores.count == 18 && byFold.count == 36 && trials.attribute("fold_average")?.text == "mean")
    for trial in scores.indices {
      let mean = (byFold[2 * trial] + byFold[2 * trial + 1]) / 2
      #expect(mean.isNaN == scores[trial].isNaN && (mean.isNaN || abs(scores[trial] / mean - 1) < 1e-15))
    }
    let table = try NetCDFFile.read(project.result("s", "windows.windows"))
    let best = try table.column("density_contrast")
    let trial = try #require(window.lastIndex(of: 1))
    let ofWindow = window.indices.filter { window[$0] == 1 && scores[$0].isFinite }
    #expect(best[1] == ofWindow.min { scores[$0] < scores[$1] }.map { density[$0] })
    try project.write(
      "pipelines/hand.manifest", Self.foldedWindows.components(separatedBy: "[windows :")[0])
    for fold in 0..<2 {
      let hand = try project.pipe(
        "run", "pipelines/hand.manifest", "--no-report", "--set", "data.region=10 km, 30 km, 0 km, 18 km",
        "--set", "points.region=12 km, 28 km, 0 km, 16 km", "--set",
        "inversion.density_contrast=\(density[trial]) kg/m3", "--set", "split.fold=\(fold)")
      #expect(hand.status == 0, "\(hand.errors)")
      let score = try NetCDFFile.readScalar(project.result("hand", "inversion.constraints_rmse"))
      #expect(score == byFold[2 * trial + fold])
    }
    // Another average judges anew without another inversion.
    let median = try Self.run(project, "--set", "windows.fold_average=median")
    #expect(median.status == 0 && median.executed == 1, "\(median.errors)")
    #expect(try Self.run(project, "--set", "windows.sampler=golden_section").status == 0)
  }

  /// Windows without enough points are left out and told; without any window there is no answer.
  @Test func windowsWithoutPoints() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.windows)
    let few = ["--set", "model.constraints=5", "--set", "windows.window_width=8 km"]
    let outcome = try Program.run(["run", "pipelines/s.manifest"] + few, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("s", "windows.windows"))
    let (points, state) = (try table.column("points"), try table.texts("state"))
    let best = try table.column("density_contrast")
    #expect(points.contains(0) && points.contains { $0 > 0 })
    for index in points.indices {
      #expect(state[index] == (points[index] > 0 ? "finished" : "too few points"))
      #expect(best[index].isNaN == (points[index] == 0))
    }
    let skipped = try NetCDFFile.readScalar(project.result("s", "windows.skipped"))
    #expect(skipped == Double(points.count { $0 == 0 }))
    let log = try project.pipe("log", "windows", "pipelines/s.manifest")
    #expect(log.output.contains("0 points: skipped, too few points"), "\(log.output)")

    let none = try Self.run(project, "--set", "windows.min_constraints=41")
    #expect(none.status == 1 && none.errors.contains("none of the 6 windows has a value"), "\(none.errors)")
  }

  @Test func windowsLearn() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.windows)
    let learning = ["--set", "windows.sampler=gaussian_process", "--set", "windows.trials=6"]
    let first = try Program.run(["run", "pipelines/s.manifest", "--no-report"] + learning, in: project.root)
    #expect(first.status == 0, "\(first.errors)")
    let trials = try NetCDFFile.read(project.result("s", "windows.scores"))
    let (window, density) = (try trials.column("window"), try trials.column("density_contrast"))
    for index in 0..<6 {
      let own = density.indices.filter { window[$0] == Double(index) }.map { density[$0] }
      #expect(own.count == 6 && own.prefix(2) == [1500, 3300] && Set(own).count == 6)
    }
    let nearest = try Program.run(
      ["run", "pipelines/s.manifest", "--no-report", "--set", "windows.merge=nearest"] + learning,
      in: project.root)
    #expect(nearest.status == 0 && nearest.executed == 1, "\(nearest.errors)")
    let values = try NetCDFFile.read(project.result("s", "windows.best")).grid("density_contrast").values
    let best = try NetCDFFile.read(project.result("s", "windows.windows")).column("density_contrast")
    #expect(Set(values) == Set(best))
  }

  @Test func mistakes() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    func errors(_ text: String) throws -> String {
      try project.write("pipelines/s.manifest", text)
      let outcome = try project.pipe("check", "pipelines/s.manifest")
      #expect(outcome.status == 65)
      return outcome.errors
    }
    #expect(
      try errors(Self.windows.replacingOccurrences(of: "windows = points\n", with: "windows = inversion\n"))
        .contains("names 'inversion' of kind topography_inversion, which has no setting 'region'"))
    #expect(
      try errors(Self.windows.replacingOccurrences(of: "windows = points\n", with: "")).contains(
        "needs the setting 'windows'"))
    #expect(
      try errors(Self.windows.replacingOccurrences(of: "buffer = 2 km", with: "buffer = 3 km")).contains(
        "error M144: 'window_buffer' and 'spacing' don't fit: a buffer of 3000.0 m is 1.5 times the spacing of 2000.0 m"
      ))
  }
}
