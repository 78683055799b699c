import Datasets
import Foundation
import NumericCore
import Testing

/// Where uncertainty comes from, and whether it is true, as a user asks for it.
@Suite(.serialized) struct SensitivityTests {
  /// misfit = data − density · f: its variance at a node is that of the noise, 0.2², plus (250 f)².
  static func misfit(_ design: String, samples: Int = 64) -> String {
    SmallPipeline.model() + SmallPipeline.start() + """
      [predicted : forward_gravity]
      topography <- start.topography
      gravity <- model.gravity
      density_contrast = 2669 kg/m3
      zref = 492 m

      [analysis : sensitivity]
      repeat = predicted
      design = \(design)
      samples = \(samples)
      seed = 1
      variable = misfit
      model.gravity ~ normal(uncertainty)
      predicted.density_contrast ~ normal(2669, 250) kg/m3
      """
  }

  /// (250 f)² and 0.2² of every node, mGal².
  private func parts(_ project: TemporaryProject) throws -> (density: [Double], noise: Double) {
    let predicted = try NetCDFFile.read(project.result("u", "predicted.gravity"))
    let forward = try predicted.doubles("forward_gravity")
    return (forward.map { $0 * $0 * 250 * 250 / 2669 / 2669 }, 0.04)
  }

  @Test func indicesOfALinearModel() throws {
    let project = try runPipeline(Self.misfit("sobol_indices"))
    defer { project.remove() }
    let (density, noise) = try parts(project)
    let maps = try NetCDFFile.read(project.result("u", "analysis.maps"))
    #expect(try maps.texts("input") == ["density_contrast", "gravity"])
    #expect(maps["first_order"]?.dimensions == ["input", "northing", "easting"])
    #expect(maps["z_stdev"]?.units == "mGal" && maps.attribute("variable")?.text == "misfit")
    let (first, total) = (try maps.doubles("first_order"), try maps.doubles("total"))
    let deviation = try maps.doubles("z_stdev")
    let count = density.count
    for node in 0..<count {
      let whole = density[node] + noise
      #expect(abs(deviation[node] / whole.squareRoot() - 1) < 0.3)
      for (input, part) in [density[node], noise].enumerated() {
        #expect(abs(first[input * count + node] - part / whole) < 0.45)
        #expect(abs(total[input * count + node] - part / whole) < 0.3)
      }
    }
    // Nodes have noise of their own, so that the whole map is known far better than a node.
    let table = try NetCDFFile.read(project.result("u", "analysis.indices"))
    let expected = Statistics.sum(density) / (Statistics.sum(density) + noise * Double(count))
    #expect((0.2...0.8).contains(expected))
    for column in ["first_order", "total"] {
      let found = try table.column(column)
      #expect(abs(found[0] - expected) < 0.08 && abs(found[1] - 1 + expected) < 0.08, "\(column): \(found)")
    }
    let sum = try table.column("first_order").reduce(0, +)
    #expect(abs(try NetCDFFile.readScalar(project.result("u", "analysis.interaction")) - 1 + sum) < 1e-12)
    #expect(sum < 1.1)
  }

  @Test func oneAtATime() throws {
    let project = try runPipeline(Self.misfit("one_at_a_time"))
    defer { project.remove() }
    let (density, _) = try parts(project)
    let table = try NetCDFFile.read(project.result("u", "analysis.indices"))
    let norms = try table.column("rms_deviation")
    let expected = Statistics.mean(density).squareRoot()
    #expect(abs(norms[0] / expected - 1) < 0.08 && abs(norms[1] / 0.2 - 1) < 0.05, "\(norms) \(expected)")
    #expect(abs(try table.column("part").reduce(0, +) - 1) < 1e-12)
    let maps = try NetCDFFile.read(project.result("u", "analysis.maps"))
    let (deviation, together) = (try maps.doubles("deviation"), try maps.doubles("z_stdev"))
    let count = density.count
    for node in 0..<count {
      let sum = deviation[node] * deviation[node] + deviation[count + node] * deviation[count + node]
      #expect(abs(together[node] - sum.squareRoot()) < 1e-12)
      // The density alone: exactly in proportion to the gravity.
      #expect(abs(deviation[node] / density[node].squareRoot() / (norms[0] / expected) - 1) < 1e-9)
    }
    #expect(try NetCDFFile.readScalar(project.result("u", "analysis.interaction")).isNaN)
  }

  @Test func moreSamplesKeepTheFirstAndThreadsDoNotMatter() throws {
    let project = try runPipeline(Self.misfit("sobol_indices", samples: 4), "--jobs", "1")
    defer { project.remove() }
    let other = try runPipeline(Self.misfit("sobol_indices", samples: 4), "--jobs", "3")
    defer { other.remove() }
    #expect(try project.results("u") == other.results("u"))
    let again = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(again.executed == 0)
    let more = try project.pipe("run", "pipelines/u.manifest", "--no-report", "--set", "analysis.samples=6")
    // Two samples more: four members each, of which A and AB share their noise; and the analysis.
    #expect(more.status == 0 && more.executed == 2 * (4 + 2) + 1, "\(more.errors)")
  }

  /// Samples with a failed member are left out whole: what is left are the indices of the others.
  @Test func failedMembersAreLeftOut() throws {
    let varied = Self.misfit("sobol_indices", samples: 16).replacingOccurrences(
      of: "~ normal(2669, 250) kg/m3", with: "~ discrete(2500, 0, 2600, 2700, 2800, 2900, 3000, 3100) kg/m3")
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", varied + "\nmax_failures = 64")
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.errors.contains("'density_contrast' is zero"))
    // Two of sixteen points of A and of B lie in an eighth; each fails two of the four members.
    let failed = try NetCDFFile.readScalar(project.result("u", "analysis.failed"))
    #expect(failed == 8)
    let maps = try NetCDFFile.read(project.result("u", "analysis.maps"))
    let left = try #require(maps.attribute("samples")?.number)
    #expect(left >= 12 && left <= 14)
    #expect(try maps.doubles("total").allSatisfy { $0 >= 0 })
  }

  @Test func whatItCannotDoIsSaid() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    func said(_ manifest: String) throws -> String {
      try project.write("pipelines/u.manifest", manifest)
      let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
      #expect(outcome.status != 0)
      return outcome.errors + outcome.output
    }
    let wrong = Self.misfit("sobol_indices", samples: 4).replacingOccurrences(
      of: "variable = misfit", with: "variable = topography")
    #expect(try said(wrong).contains("'gravity_anomaly', 'forward_gravity', 'misfit'"))
    #expect(try said(Self.misfit("halves", samples: 4)).contains("sobol_indices or one_at_a_time"))
  }

  // MARK: - calibration

  static let calibrated =
    SmallPipeline.model("constraints = 60", "constraints_noise = 5 m") + """
      [split : split_table]
      table <- model.constraints
      fraction = 50 %

      [start : starting_topography]
      method = spline
      dampings = 1e-6
      constraints <- split.training
      like <- model.topography

      [e : ensemble_loop]
      repeat = start
      runs = 12
      sampler = monte_carlo
      split.training ~ normal(uncertainty)

      [s : merged_stats]
      members <- e.members
      weight_by = none

      """

  @Test func coverageAtHeldOutPoints() throws {
    let project = try runPipeline(
      Self.calibrated + """
        [c : calibration]
        statistics <- s.statistics
        points <- split.testing

        [k : calibration]
        statistics <- s.statistics
        points <- split.testing
        sigmas = 1, 2, 3

        [ranks : calibration]
        members <- e.members
        points <- split.testing
        probabilities = 20 %, 68 %, 95 %

        [score : score_at_points]
        surface <- s.statistics
        points <- split.testing
        sigmas = 2
        """)
    defer { project.remove() }
    func scalar(_ name: String) throws -> Double { try NetCDFFile.readScalar(project.result("u", name)) }
    let table = try NetCDFFile.read(project.result("u", "c.coverage"))
    let nominal = try table.column("nominal")
    let (alone, total) = (try table.column("coverage"), try table.column("total_coverage"))
    #expect(nominal.count == 20 && nominal[0] == 0.05 && nominal[19] == 0.99)
    #expect(
      zip(alone, alone.dropFirst()).allSatisfy { $0 <= $1 } && zip(alone, total).allSatisfy { $0 <= $1 })
    let error = Statistics.mean(zip(total, nominal).map { abs($0 - $1) })
    #expect(abs(try scalar("c.calibration_error") - error) < 1e-12)
    let (low, high) = (try table.column("band_low"), try table.column("band_high"))
    #expect(zip(low, nominal).allSatisfy { $0 <= $1 } && zip(high, nominal).allSatisfy { $0 >= $1 })
    // ±2 deviations: what score_at_points counts.
    let sigmas = try NetCDFFile.read(project.result("u", "k.coverage"))
    #expect(abs(try sigmas.column("nominal")[0] - 0.682689492137086) < 1e-12)
    #expect(try sigmas.column("coverage")[1] == scalar("score.coverage"))
    #expect(try sigmas.column("total_coverage")[1] == scalar("score.total_coverage"))
    // The factor does what it says, worked out here from the points.
    let points = try NetCDFFile.read(project.result("u", "c.points"))
    let scale = try scalar("c.best_scale")
    let (known, found) = (try points.column("upward"), try points.column("predicted"))
    let deviation = try points.column("deviation")
    let covered = known.indices.count { index in
      let own = scale * deviation[index]
      return abs(known[index] - found[index]) <= (own * own + 25).squareRoot() * (1 + 1e-9)
    }
    #expect(abs(Double(covered) / Double(known.count) - 0.6827) < 1.5 / Double(known.count), "\(covered)")
    // By the members' ranks: few members, so that intervals are few, but the same story.
    let ranks = try NetCDFFile.read(project.result("u", "ranks.coverage"))
    let rankCoverage = try ranks.column("coverage")
    // 12 members tell no interval from another that is wider than 11/13.
    #expect(rankCoverage.count == 2 && rankCoverage[0] <= rankCoverage[1])
    #expect(abs(rankCoverage[1] - alone[12]) < 0.35)
    #expect(try scalar("ranks.scored") == Double(known.count))
  }

  @Test func oneOfTwoIsJudged() throws {
    for (inputs, message) in [
      ("", "error M143: one of input 'statistics' and input 'members' is needed\n"),
      (
        "statistics <- s.statistics\nmembers <- e.members",
        "error M142: input 'statistics' and input 'members' exclude each other; keep one\n"
      ),
    ] {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write(
        "pipelines/u.manifest", Self.calibrated + "[c : calibration]\n\(inputs)\npoints <- split.testing\n")
      let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
      #expect(outcome.status == 65 && outcome.errors.contains(message), "\(outcome.errors)")
    }
  }
}
