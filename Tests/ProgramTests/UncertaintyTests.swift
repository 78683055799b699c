import Datasets
import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

/// Ensembles of single steps and of everything, what they say about themselves, and whether that is true.
@Suite(.serialized) struct UncertaintyTests {
  static let model =
    SmallPipeline.constrained(points: 24)
    + SmallPipeline.start("method = spline", "dampings = 1e-6, 1e-3", "constraints <- model.constraints")
    + SmallPipeline.separated("damping = 1", iterations: 4)

  private func scalar(_ project: TemporaryProject, _ name: String) throws -> Double {
    try NetCDFFile.readScalar(project.result("u", name))
  }

  // MARK: - partial ensembles

  @Test func startingSurfacesAreWeighedByTheConstraints() throws {
    let project = try runPipeline(
      Self.model + """
        [e : ensemble_loop]
        repeat = start
        runs = 6
        sampler = sobol
        model.constraints ~ normal(uncertainty)

        [s : merged_stats]
        members <- e.members
        constraints <- model.constraints
        truth <- model.topography
        percentiles = 0, 50 %, 1
        weighted_percentiles = yes
        inner = 8 km
        """)
    defer { project.remove() }
    let members = try NetCDFFile.read(project.result("u", "e.members"))
    #expect(members["res"] == nil && members["rmse"] == nil)
    let statistics = try NetCDFFile.read(project.result("u", "s.statistics"))
    let mean = try statistics.grid("weighted_mean")
    // Eleven by eight and a half cells of 4 km without two nodes at each edge.
    #expect(mean.geometry.columns == 7 && mean.geometry.region.west == 8000)
    // Worked out here from the members: weights, mean, percentiles.
    let constraints = try NetCDFFile.read(project.result("u", "model.constraints"))
    let places = Points(
      easting: try constraints.column("easting"), northing: try constraints.column("northing"))
    let heights = try constraints.column("upward")
    let geometry = try NetCDFSeriesReader(project.result("u", "e.members")).geometry(of: "topography")
    let all = try members.doubles("topography")
    let surfaces = (0..<6).map { index in
      Grid(geometry: geometry, values: Array(all[index * geometry.count..<(index + 1) * geometry.count]))
    }
    let weights = surfaces.map { surface in
      let found = BicubicSampler.sample(grid: surface, at: places)
      let rms = Statistics.rms(zip(heights, found).map { $0 - $1 })
      return 1 / (rms * rms)
    }
    let node = 2 * geometry.columns + 2
    let values = surfaces.map { $0.values[node] }
    #expect(abs(mean.values[0] - Statistics.weightedMean(values, weights: weights)) < 1e-9)
    let median = Statistics.weightedPercentiles(values, weights: weights, [50])[0]
    #expect(abs(try statistics.doubles("percentile_50")[0] - median) < 1e-9)
    #expect(try statistics.doubles("percentile_0")[0] >= (values.min() ?? .infinity))
    #expect(try statistics.doubles("percentile_100")[0] <= (values.max() ?? 0))
    #expect(try scalar(project, "s.rms_error") > 0 && scalar(project, "s.gravity_mean_stdev").isNaN)
    let effective = try scalar(project, "s.effective_runs")
    #expect(effective > 1 && effective < 6)
  }

  /// Q17: members whose residual is small at the constraints weigh more, not those whose regional field is small.
  @Test func regionalFieldsAreWeighedByTheResidual() throws {
    let project = try runPipeline(
      Self.model + """
        [e : ensemble_loop]
        repeat = regional
        runs = 5
        sampler = monte_carlo
        model.gravity ~ normal(uncertainty)
        regional.damping ~ log_uniform(0.01, 100)

        [s : merged_stats]
        members <- e.members
        constraints <- model.constraints

        [plain : merged_stats]
        members <- e.members

        [other : merged_stats]
        members <- e.members
        variable = misfit
        region = 0 km, 20 km, 0 km, 30 km
        """)
    defer { project.remove() }
    let statistics = try NetCDFFile.read(project.result("u", "s.statistics"))
    #expect(statistics.attribute("variable")?.text == "reg" && statistics["z_mean"]?.units == "mGal")
    let reader = try NetCDFSeriesReader(project.result("u", "e.members"))
    let constraints = try NetCDFFile.read(project.result("u", "model.constraints"))
    let places = Points(
      easting: try constraints.column("easting"), northing: try constraints.column("northing"))
    func weights(_ variable: String) throws -> [Double] {
      try (0..<5).map { index in
        let found = BicubicSampler.sample(grid: try reader.grid(index, variable: variable), at: places)
        return 1 / (Statistics.rms(found) * Statistics.rms(found))
      }
    }
    #expect(statistics.attribute("weights")?.numbers == (try weights("res")))
    #expect(statistics.attribute("weights")?.numbers != (try weights("reg")))
    let deviation = Statistics.mean(try statistics.doubles("weighted_stdev"))
    #expect(abs(try scalar(project, "s.gravity_mean_stdev") - deviation) < 1e-9)
    #expect(try scalar(project, "s.mean_stdev").isNaN)
    // Without constraints a regional field that takes everything in must not weigh most.
    let plain = try NetCDFFile.read(project.result("u", "plain.statistics"))
    #expect(plain["weighted_mean"] == nil && plain.attribute("weights") == nil)
    let part = try NetCDFFile.read(project.result("u", "other.statistics"))
    #expect(try part.grid("z_mean").geometry.columns == 6 && part.attribute("variable")?.text == "misfit")
  }

  static let stations = """
    [stations : read_table]
    file = file("../data/synthetic_stations.csv")
    gravity_anomaly = "gravity_anomaly"

    [grid : equivalent_sources_grid]
    table <- stations.table
    spacing = 4 km
    height = 1 km
    damping = 0.01
    depth = 8 km

    [e : ensemble_loop]
    repeat = grid
    runs = 4
    sampler = monte_carlo
    grid.depth ~ uniform(2, 20) km
    grid.damping ~ log_uniform(0.001, 10)

    """

  private func stationsProject(_ manifest: String) throws -> (TemporaryProject, Program.Outcome) {
    let project = try TemporaryProject()
    try project.copyData("synthetic_stations.csv")
    try project.write("pipelines/u.manifest", manifest)
    return (project, try project.pipe("run", "pipelines/u.manifest", "--no-report"))
  }

  @Test func griddedStationsAreWeighedByTheirScore() throws {
    let statistics = """
      [s : merged_stats]
      members <- e.members
      weight_by = score

      [r : merged_stats]
      members <- e.members
      weight_by = residual
      """
    let scored = Self.stations.replacingOccurrences(
      of: "depth = 8 km", with: "depth = 8 km\ncross_validate = yes")
    let (project, outcome) = try stationsProject(scored + statistics)
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    let members = try NetCDFFile.read(project.result("u", "e.members"))
    let scores = try members.column("cv_score")
    #expect(Set(scores).count == 4 && scores.allSatisfy { $0 > 0 && $0 <= 1 })
    let merged = try NetCDFFile.read(project.result("u", "s.statistics"))
    #expect(
      merged.attribute("weights")?.numbers == scores
        && merged.attribute("variable")?.text == "gravity_anomaly")
    let residuals = try NetCDFFile.read(project.result("u", "r.statistics")).attribute("weights")?.numbers
    #expect(residuals == (try members.column("rmse").map { 1 / ($0 * $0) }))
    #expect(members["rmse"]?.units == "mGal")
    // Not scored: it says what to do.
    let (other, unscored) = try stationsProject(Self.stations + statistics)
    defer { other.remove() }
    #expect(unscored.status == 1 && unscored.errors.contains("cross_validate = yes"), "\(unscored.errors)")
  }

  @Test func whatMembersDoNotHoldIsNamed() throws {
    let lines: [(String, Int32, String)] = [
      ("variable = depth", 1, "'depth'"), ("weight_by = residual", 1, "no residual"),
      ("weighted_percentiles = yes", 1, "weighted_percentiles"), ("inner = 90 km", 1, "no node"),
      (
        "weight_by = constraints", 65,
        "error M141: input 'constraints' is needed with weight_by = constraints: members are weighed by their fit to "
          + "them\n"
      ),
    ]
    for (line, status, text) in lines {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write(
        "pipelines/u.manifest",
        Self.model + """
          [e : ensemble_loop]
          repeat = start
          runs = 2
          model.constraints ~ normal(uncertainty)

          [s : merged_stats]
          members <- e.members
          \(line)
          """)
      let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
      #expect(outcome.status == status && outcome.errors.contains(text), "\(line): \(outcome.errors)")
    }
  }

  // MARK: - size

  static func stopping(_ until: String, sampler: String = "sobol") -> String {
    model + """
      [e : ensemble_loop]
      repeat = inversion
      runs = 40
      until = \(until)
      batch = 8
      sampler = \(sampler)
      seed = 1
      model.gravity ~ normal(uncertainty)
      predicted.zref ~ normal(492, 5) m

      [s : merged_stats]
      members <- e.members
      """
  }

  @Test func stopsWhenTheDeviationIsKnown() throws {
    let project = try runPipeline(Self.stopping("20 %", sampler: "monte_carlo"))
    defer { project.remove() }
    let table = try NetCDFFile.read(project.result("u", "s.convergence"))
    let members = try table.column("members")
    let errors = try table.column("relative_stdev_error")
    let runs = Int(try #require(members.last))
    #expect(runs % 8 == 0 && runs < 40 && members == (2...runs).map(Double.init))
    // It stopped at the first look that was good enough.
    for looked in stride(from: 8, through: runs, by: 8) {
      #expect((errors[looked - 2] <= 0.2) == (looked == runs), "\(looked): \(errors[looked - 2])")
    }
    #expect(try scalar(project, "s.stdev_error") == errors.last)
    #expect(try scalar(project, "s.mean_error") == table.column("mean_error").last)
    let deviation = try table.column("stdev")
    #expect(
      abs(try table.column("mean_error")[runs - 2] * Double(runs).squareRoot() / deviation[runs - 2] - 1)
        < 1e-9)
    // Again: nothing to do; a forecast knows; a smaller error keeps the members there are.
    let again = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(again.executed == 0, "\(again.errors)")
    let forecast = try project.pipe("run", "-n", "pipelines/u.manifest").output
    #expect(!forecast.contains("will run"), "\(forecast)")
    let more = try project.pipe("run", "pipelines/u.manifest", "--no-report", "--set", "e.until=1 %")
    #expect(more.status == 0, "\(more.errors)")
    #expect(try NetCDFFile.read(project.result("u", "e.members")).column("member").count == 40)
    // Members beyond: each has noise and three stages; then looks, members and statistics.
    let looks = 40 / 8 - 1 - runs / 8
    #expect(more.executed == (40 - runs) * 4 + looks + 2, "\(more.executed) after \(runs)")
    // The members are those of a fixed number of runs.
    let bytes = try project.results("u")
    let fixed = try runPipeline(
      Self.stopping("1 %", sampler: "monte_carlo").replacingOccurrences(
        of: "until = 1 %\nbatch = 8\n", with: ""))
    defer { fixed.remove() }
    #expect(try fixed.results("u")["e.members.nc"] == bytes["e.members.nc"])
  }

  /// Of the Sobol sequence the error follows from how blocks of it differ, here worked out from the members.
  @Test func theSobolSequenceStopsWhenItsBlocksAgree() throws {
    let manifest = Self.stopping("5 %").replacingOccurrences(
      of: "model.gravity ~ normal(uncertainty)\n",
      with: "predicted.density_contrast ~ normal(2669, 100) kg/m3\n"
    ).replacingOccurrences(of: "repeat = inversion", with: "repeat = predicted")
      .replacingOccurrences(of: "runs = 40", with: "runs = 400")
    let project = try runPipeline(manifest)
    defer { project.remove() }
    let members = try NetCDFSeriesReader(project.result("u", "e.members"))
    let runs = try members.column("member").count
    let grids = try (0..<runs).map { try members.slice($0, variable: "forward_gravity") }
    func error(_ count: Int) -> Double {
      var moments = BlockMoments(quantities: grids[0].count)
      for position in 0..<count { moments.add(grids[position], at: position) }
      return moments.relativeDeviationError
    }
    for looked in stride(from: 8, through: runs, by: 8) {
      #expect((error(looked) <= 0.05) == (looked == runs), "\(looked): \(error(looked))")
    }
    // Independent draws need some two hundred for 5 %.
    #expect(runs >= 16 && runs <= 120, "\(runs)")
    let independent = try NetCDFFile.read(project.result("u", "s.convergence")).column("relative_stdev_error")
    #expect(try #require(independent.last) > 0.05)
    #expect(try project.pipe("run", "pipelines/u.manifest", "--no-report").executed == 0)
  }

  @Test func stoppingDoesNotDependOnThreads() throws {
    var all: [[String: Data]] = []
    for jobs in ["1", "3"] {
      let project = try runPipeline(Self.stopping("20 %", sampler: "monte_carlo"), "--jobs", jobs)
      defer { project.remove() }
      all.append(try project.results("u"))
    }
    #expect(all[0] == all[1] && all[0].count > 10)
  }

  /// A density of zero makes a member fail: the others count, as long as not too many do.
  @Test func failedMembersAreLeftOut() throws {
    func manifest(_ allowed: Int) -> String {
      Self.model + """
        [e : ensemble_loop]
        repeat = predicted
        runs = 24
        until = 1 %
        batch = 8
        sampler = sobol
        max_failures = \(allowed)
        predicted.density_contrast ~ discrete(2500, 0, 2600, 2700, 2800, 2900, 3000, 3100) kg/m3

        [s : merged_stats]
        members <- e.members
        """
    }
    // Of eight Sobol points one lies in each eighth: one failure a batch.
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", manifest(3))
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.errors.contains("'density_contrast' is zero"))
    #expect(try scalar(project, "e.failed") == 3 && scalar(project, "s.runs") == 21)
    let log = try project.pipe("log", "e.check[e 15]").output
    #expect(log.contains("14 members: relative standard error"), "\(log)")
    // One too many: it says so and stops.
    let other = try TemporaryProject()
    defer { other.remove() }
    try other.write("pipelines/u.manifest", manifest(0))
    let failed = try other.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(failed.status == 1 && failed.errors.contains("more than max_failures = 0"), "\(failed.errors)")
    #expect(!failed.errors.contains("of 24"))
  }

  @Test func aLatinHypercubeCannotStop() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", Self.stopping("20 %", sampler: "latin_hypercube"))
    let outcome = try project.pipe("check", "pipelines/u.manifest")
    #expect(outcome.status == 65)
    let text = outcome.output + outcome.errors
    #expect(text.contains("M129") && text.contains("monte_carlo or sobol"), "\(text)")
  }

  // MARK: - independence

  /// Q9: gravity and constraints get noise of their own; `compatible = invert4geom` shares it, as there.
  @Test func noiseStreamsAreIndependent() throws {
    func noise(_ line: String) throws -> (gravity: [Double], constraints: [Double]) {
      let project = try runPipeline(
        Self.model + """
          [e : ensemble_loop]
          repeat = inversion
          runs = 1
          \(line)
          model.gravity ~ normal(uncertainty)
          model.constraints ~ normal(uncertainty)
          """)
      defer { project.remove() }
      func drawn(_ port: String, _ variable: String, _ deviation: Double) throws -> [Double] {
        let shown = try project.pipe("show", "model.\(port)[e 0].data", "--json").json()
        let path = try #require(shown["file"] as? String)
        let base = try NetCDFFile.read(project.result("u", "model.\(port)")).doubles(variable)
        return zip(try NetCDFFile.read(path).doubles(variable), base).map { ($0 - $1) / deviation }
      }
      return (try drawn("gravity", "gravity_anomaly", 0.2), try drawn("constraints", "upward", 5))
    }
    let own = try noise("seed = 4")
    let count = own.constraints.count
    let product = zip(own.gravity, own.constraints).map(*)
    #expect(abs(Statistics.mean(product)) < 3 / Double(count).squareRoot())
    #expect(zip(own.gravity, own.constraints).allSatisfy { abs($0 - $1) > 1e-6 })
    let shared = try noise("compatible = invert4geom")
    #expect(zip(shared.gravity, shared.constraints).allSatisfy { abs($0 - $1) < 1e-9 })
    // NumPy's default_rng(0).normal: Invert4Geom's run 0.
    let first = [0.12573022, -0.13210486, 0.64042265, 0.10490012]
    #expect(
      zip(shared.constraints, first).allSatisfy { abs($0 - $1) < 1e-7 }, "\(shared.constraints.prefix(4))")
  }

  /// A cross-validation inside every member: each member's damping is the best for its own data.
  @Test func crossValidationInsideMembers() throws {
    func manifest(_ nested: String) -> String {
      Self.model.replacingOccurrences(of: "damping = 0.1\nmax", with: "damping <- damping.best\nmax")
        .replacingOccurrences(
          of: "gravity_noise = 0.2 mGal", with: "gravity_noise = 3 mGal\ntesting_data = yes")
          + """
          [damping : damping_cv]
          repeat = inversion
          limits = 0.01, 10
          trials = 5

          [e : ensemble_loop]
          repeat = inversion
          runs = 4
          seed = 3
          \(nested)
          model.gravity ~ normal(uncertainty)
          """
    }
    func dampings(_ nested: String) throws -> [String] {
      let project = try runPipeline(manifest(nested))
      defer { project.remove() }
      return try (0..<4).map { member in
        let text = try project.pipe("show", "inversion[e \(member)].topography", "--json").output
        let best = try project.pipe("show", "damping[e \(member)].best", "--json")
        guard best.status == 0 else { return "base" }
        let path = try #require(try best.json()["file"] as? String)
        #expect(!text.isEmpty)
        // The best of the trials for this member's data.
        let scores = try #require(
          try project.pipe("show", "damping[e \(member)].scores", "--json").json()["file"] as? String)
        let table = try NetCDFFile.read(scores)
        let (values, tried) = (try table.column("score"), try table.column("damping"))
        let least = try #require(values.firstIndex(of: values.min() ?? .nan))
        #expect(try NetCDFFile.readScalar(path) == tried[least])
        return "\(values)"
      }
    }
    #expect(try dampings("") == Array(repeating: "base", count: 4))
    let own = try dampings("nested = damping")
    #expect(Set(own).count == 4 && !own.contains("base"))
  }
}

extension TemporaryProject {
  /// Copies a small file that is shipped beside the manifests.
  func copyData(_ name: String) throws {
    let folder = root.appendingPathComponent("data")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Checkout.root.appendingPathComponent("data/\(name)"), to: folder.appendingPathComponent(name))
  }
}
