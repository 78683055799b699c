import Datasets
import Foundation
import NumericCore
import Testing

/// What Invert4Geom does wrong and the manual's page of peculiarities says is fixed here, as a user would see it.
@Suite struct QuirkTests {
  static let model =
    SmallPipeline.model("constraints = 16", "constraints_noise = 5 m")
    + SmallPipeline.start("method = flat", "height = 492 m")

  private static func grid(_ project: TemporaryProject, _ name: String, _ variable: String) throws -> [Double]
  {
    try NetCDFFile.read(project.result("u", name)).grid(variable).values
  }

  /// Writes gravity with deviations of which some are missing, and a field that nothing needs, to `g.nc`.
  private static func writeGravity(_ project: TemporaryProject) throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 28_000), spacing: 4000)
    let nodes = geometry.nodes
    let gravity = zip(nodes.easting, nodes.northing).map { 5 * Elementary.sin($0 / 9000) + $1 / 9000 }
    var dataset = Dataset()
    for (name, values) in [
      ("g", gravity), ("sigma", gravity.indices.map { $0 % 7 == 3 ? .nan : 0.2 }),
      ("remark", gravity.indices.map { $0 % 3 == 0 ? .nan : 1 }),
    ] {
      try dataset.addGrid(name, Grid(geometry: geometry, values: values), units: "mGal", longName: name)
    }
    try NetCDFFile.write(dataset, to: project.root.path + "/g.nc")
  }

  private static func reading(_ name: String, _ extra: String = "") -> String {
    """
    [\(name) : read_grid]
    file = file("../g.nc")
    variable = "g"
    quantity = gravity
    height = 1 km
    \(extra)

    [\(name)_inversion : topography_inversion]
    gravity <- \(name).grid
    topography <- start.topography
    density_contrast = 2669 kg/m3
    zref = 492 m
    damping = 0.1
    max_iterations = 3


    """
  }

  /// Q15: standard deviations that are missing at some nodes drop no observation where they are not asked for; where
  /// they are, data without one are left out, which is said.
  @Test func missingDeviationsDropNoObservation() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try Self.writeGravity(project)
    let manifest =
      Self.model + Self.reading("plain")
      + Self.reading("holed", "uncertainty_variable = \"sigma\"")
    try project.write("pipelines/u.manifest", manifest)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Self.grid(project, "holed.grid", "uncert").contains { $0.isNaN })
    for (output, variable) in [
      ("topography", "topography"), ("gravity", "res"), ("gravity", "forward_gravity"),
    ] {
      let plain = try Self.grid(project, "plain_inversion.\(output)", variable)
      #expect(plain.allSatisfy { $0.isFinite })
      #expect(try Self.grid(project, "holed_inversion.\(output)", variable) == plain)
    }
    let weighed = try project.pipe(
      "run", "pipelines/u.manifest", "--no-report", "--set", "holed_inversion.data_weights=uncertainty")
    #expect(weighed.status == 0)
    #expect(weighed.errors.contains("13 of 88 data have no value and are left out"), "\(weighed.errors)")
  }

  /// Q15 of tables: a column that no stage reads may have holes, or hold words.
  @Test func columnsNotReadDropNoRow() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    var (plain, holed) = ("easting,northing,upward,g\n", "easting,northing,upward,g,drift,remark\n")
    for index in 0..<40 {
      let (e, n) = (Double(index * 7 % 40) * 1000, Double(index * 11 % 28) * 1000)
      let row = "\(e),\(n),\(10 * (index % 5)),\(5 * Elementary.sin(e / 9000) + n / 9000)"
      plain += row + "\n"
      holed += row + (index % 3 == 0 ? ",," : ",\(index),") + (index % 2 == 0 ? "windy\n" : "\n")
    }
    try project.write("plain.csv", plain)
    try project.write("holed.csv", holed)
    let stages = ["plain", "holed"].map { name in
      """
      [\(name) : read_table]
      file = file("../\(name).csv")
      gravity_anomaly = "g"

      [\(name)_south : cut]
      data <- \(name).table
      region = 0 km, 40 km, 0 km, 20 km

      [\(name)_blocks : block_reduce]
      table <- \(name)_south.data
      block_size = 5 km
      reduction = mean

      [\(name)_gridded : equivalent_sources_grid]
      table <- \(name)_blocks.table
      spacing = 4 km
      region = 0 km, 40 km, 0 km, 20 km
      height = 1 km
      damping = 0.01


      """
    }
    try project.write("pipelines/u.manifest", stages.joined())
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("u", "holed.table"))
    let (eastings, drift) = (try table.column("easting"), try table.column("drift"))
    #expect(eastings.count == 40)
    #expect(drift.count { $0.isNaN } == 14)
    let log = try project.pipe("log", "holed", "pipelines/u.manifest")
    #expect(log.output.contains("40 of 40 rows kept") && log.output.contains("column remark is left out"))
    let expected = try Self.grid(project, "plain_gridded.gravity", "gravity_anomaly")
    #expect(expected.allSatisfy { $0.isFinite })
    #expect(try Self.grid(project, "holed_gridded.gravity", "gravity_anomaly") == expected)
  }

  /// Q15 and Q14: a known height counts for the score whether or not its uncertainty is known, which counts where it
  /// is; points outside are counted and told.
  @Test func heightsOfUnknownUncertaintyAreScored() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "points.csv",
      "easting,northing,upward,uncert\n8000,8000,490,\n20000,12000,494,5\n30000,16000,512,1\n90000,9000,1,1\n"
    )
    try project.write(
      "pipelines/u.manifest",
      Self.model + """
        [points : read_table]
        file = file("../points.csv")

        [inversion : topography_inversion]
        gravity <- model.gravity
        topography <- start.topography
        damping = 0.1
        max_iterations = 2

        [members : ensemble_loop]
        repeat = inversion
        runs = 3
        model.gravity ~ normal(uncertainty)

        [statistics : merged_stats]
        members <- members.members
        constraints <- points.table

        [flat : score_at_points]
        surface <- start.topography
        points <- points.table

        [judged : score_at_points]
        surface <- statistics.statistics
        points <- points.table
        sigmas = 1000
        """)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let score = try NetCDFFile.read(project.result("u", "flat.rmse"))
    #expect(abs(try score.scalar("rmse") - ((4 + 4 + 400) / 3.0).squareRoot()) <= 1e-9)
    #expect(score.attribute("points_not_scored")?.number == 1)
    // Within a thousand standard deviations lies everything that has one.
    #expect(try NetCDFFile.readScalar(project.result("u", "judged.coverage")) == 1)
    #expect(try NetCDFFile.readScalar(project.result("u", "judged.total_coverage")) == 1)
    let judged = try project.pipe("log", "judged", "pipelines/u.manifest")
    #expect(judged.output.contains("1 of 3 scored points have no uncertainty"), "\(judged.output)")
    let merged = try project.pipe("log", "statistics", "pipelines/u.manifest")
    #expect(merged.output.contains("1 of 4 constraints lie outside the members"), "\(merged.output)")
  }

  /// Q10: a mask holds in every member of an ensemble, with whatever is drawn.
  @Test func masksHoldInMembers() throws {
    let project = try runPipeline(
      Self.model + """
        [mask : region_mask]
        region = 0 km, 24 km, 0 km, 28 km
        like <- start.topography

        [inversion : topography_inversion]
        gravity <- model.gravity
        topography <- start.topography
        mask <- mask.mask
        damping = 0.1
        max_iterations = 3

        [members : ensemble_loop]
        repeat = inversion
        runs = 3
        model.gravity ~ normal(uncertainty)
        inversion.density_contrast ~ normal(2669, 50) kg/m3
        """)
    defer { project.remove() }
    let reader = try NetCDFSeriesReader(project.result("u", "members.members"))
    let geometry = try reader.geometry(of: "topography")
    for run in 0..<3 {
      let surface = try reader.slice(run, variable: "topography")
      for node in surface.indices {
        #expect((surface[node] == 492) == (geometry.easting(node % geometry.columns) > 24_000))
      }
    }
  }

  /// Q11: the median is the score in a search for the reference level, and every trial's is that of a run by hand.
  @Test func mediansAreSearchedToo() throws {
    let inversion = """
      [inversion : topography_inversion]
      gravity <- model.gravity
      topography <- start.topography
      constraints <- model.constraints
      damping = 0.1
      max_iterations = 3
      score_average = median


      """
    let project = try runPipeline(
      Self.model + inversion + """
        [search : search]
        repeat = inversion
        score = inversion.constraints_rmse
        trials = 3
        inversion.zref ~ uniform(450, 530) m
        """)
    defer { project.remove() }
    try project.write("pipelines/hand.manifest", Self.model + inversion)
    let table = try NetCDFFile.read(project.result("u", "search.scores"))
    let scores = try table.column("score")
    for (trial, level) in try table.column("zref").enumerated() {
      for average in ["median", "mean"] {
        let hand = try project.pipe(
          "run", "pipelines/hand.manifest", "--no-report", "--set", "inversion.zref=\(level) m", "--set",
          "inversion.score_average=\(average)")
        #expect(hand.status == 0, "\(hand.errors)")
        let score = try NetCDFFile.readScalar(project.result("hand", "inversion.constraints_rmse"))
        #expect((score == scores[trial]) == (average == "median"))
      }
    }
  }

  /// Q16: a search for the damping leaves nothing behind. What is inverted with the best damping is what the same damping
  /// gives without a search, and the data are as they were.
  @Test func searchesLeaveNothingBehind() throws {
    let model = Self.model.replacingOccurrences(of: "constraints = 16", with: "testing_data = yes")
      .replacingOccurrences(of: "constraints_noise = 5 m\n", with: "")
    let inversion = """
      [inversion : topography_inversion]
      gravity <- model.gravity
      topography <- start.topography
      damping = DAMPING
      max_iterations = 5


      """
    let project = try runPipeline(
      model + inversion.replacingOccurrences(of: "= DAMPING", with: "<- damping.best") + """
        [damping : damping_cv]
        repeat = inversion
        trials = 4
        """)
    defer { project.remove() }
    let best = try NetCDFFile.readScalar(project.result("u", "damping.best"))
    try project.write(
      "pipelines/hand.manifest", model + inversion.replacingOccurrences(of: "DAMPING", with: "\(best)"))
    #expect(try project.pipe("run", "pipelines/hand.manifest", "--no-report").status == 0)
    let (found, alone) = (try project.results("u"), try project.results("hand"))
    #expect(alone.count == 13)
    for (name, bytes) in alone { #expect(found[name] == bytes, "\(name)") }
    let data = try NetCDFFile.read(project.result("u", "inversion.gravity"))
    let given = try NetCDFFile.read(project.result("u", "model.gravity"))
    for name in ["gravity_anomaly", "test", "upward"] {
      #expect(try data.doubles(name) == given.doubles(name))
    }
  }

  /// Q19: with few points the folds become fewer, and the log says so.
  @Test func fewerFoldsAreTold() throws {
    let project = try runPipeline(
      Self.model.replacingOccurrences(of: "constraints = 16", with: "constraints = 7") + """
        [spline : starting_topography]
        method = spline
        dampings = 1e-6, 1e-3, 1
        constraints <- model.constraints
        like <- model.topography
        """)
    defer { project.remove() }
    let log = try project.pipe("log", "spline", "pipelines/u.manifest")
    #expect(log.output.contains("7 points: cross-validation with 3 folds in place of 5"), "\(log.output)")
  }

  /// Q5: the best iteration is the result; `last` returns what came after it.
  @Test func theBestIterationIsReturned() throws {
    let high = Self.model.replacingOccurrences(of: "[start", with: "gravity_height = 3 km\n\n[start")
    let project = try runPipeline(
      high + """
        [inversion : topography_inversion]
        gravity <- model.gravity
        topography <- start.topography
        derivative = annulus
        damping = 0.002
        max_iterations = 6
        l2_norm_tolerance = 0
        delta_l2_norm_tolerance = 0
        increase_limit = 10
        """)
    defer { project.remove() }
    func returned() throws -> (iteration: Int, rmse: [Double], residual: Double) {
      let history = try NetCDFFile.read(project.result("u", "inversion.history"))
      return (
        Int(history.attribute("returned_iteration")?.number ?? -1), try history.column("rmse"),
        try NetCDFFile.readScalar(project.result("u", "inversion.rmse"))
      )
    }
    let best = try returned()
    #expect(best.iteration == best.rmse.firstIndex(of: best.rmse.min() ?? 0))
    #expect(abs(best.residual / best.rmse[best.iteration] - 1) <= 1e-12)
    let again = try project.pipe(
      "run", "pipelines/u.manifest", "--no-report", "--set", "inversion.returned_iteration=last")
    #expect(again.status == 0, "\(again.errors)")
    let last = try returned()
    #expect(last.rmse == best.rmse && last.iteration == last.rmse.count - 1)
    #expect(last.iteration > best.iteration && last.residual > best.residual)
  }
}
