import Datasets
import Foundation
import Testing

/// Searches that learn from their scores, as a user runs them.
@Suite(.serialized) struct SearchTests {
  static func manifest(_ search: String) -> String {
    """
    [model : synthetic_model]
    spacing = 2.5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    testing_data = yes
    constraints = 12

    [start : starting_topography]
    method = flat
    height = 492 m
    like <- model.topography

    [inversion : topography_inversion]
    gravity <- model.gravity
    topography <- start.topography
    constraints <- model.constraints
    damping = 0.1
    max_iterations = 6

    [search : search]
    repeat = inversion
    \(search)
    """
  }

  static let learning = manifest(
    """
    score = inversion.constraints_rmse
    sampler = gaussian_process
    startup_trials = 4
    trials = 10
    seed = 1
    inversion.zref ~ uniform(400, 600) m
    inversion.density_contrast ~ integers(2500, 2800) kg/m3
    """)

  @Test func secondRunExecutesNothing() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/s.manifest", Self.learning)
    let first = try project.pipe("run", "pipelines/s.manifest")
    #expect(first.status == 0, "\(first.errors)")
    let told = ["search: 4 so far", "search: 10 of 10"].allSatisfy(first.errors.contains)
    #expect(told, "how many there will be is known at the end: \(first.errors)")
    let results = try project.results("s")
    let second = try project.pipe("run", "pipelines/s.manifest")
    #expect(second.executed == 0 && second.status == 0, "\(second.errors)")
    #expect(try project.results("s") == results)

    let table = try NetCDFFile.read(project.result("s", "search.scores"))
    let (zref, density) = (try table.doubles("zref"), try table.doubles("density_contrast"))
    #expect(table["zref"]?.units == "m" && table["density_contrast"]?.units == "kg m-3")
    let bestZref = try NetCDFFile.read(project.result("s", "search.best_zref"))
    #expect(bestZref.variables.first?.units == "m")
    let scores = try table.doubles("score")
    #expect(zref.count == 10 && zref.prefix(2) == [400, 600] && density.prefix(2) == [2500, 2800])
    #expect(density.allSatisfy { $0.rounded() == $0 })
    // What it learned is better than what it began with.
    #expect((scores.dropFirst(4).min() ?? .infinity) < (scores.prefix(4).min() ?? 0))
    #expect(try NetCDFFile.readScalar(project.result("s", "search.best_score")) == scores.min())
    let best = try #require(scores.firstIndex(of: scores.min() ?? 0))
    #expect(try NetCDFFile.readScalar(project.result("s", "search.best_zref")) == zref[best])

    // Two more trials compute two more.
    let more = try project.pipe("run", "pipelines/s.manifest", "--set", "search.trials=12")
    #expect(
      more.status == 0 && more.executed == 2 + 2 + 1, "two trials, two steps, the search: \(more.errors)")
    let fewer = try project.pipe("run", "pipelines/s.manifest", "--set", "search.trials=6")
    #expect(fewer.status == 0 && fewer.executed == 1, "the search alone: \(fewer.errors)")
  }

  /// Killed at random moments until it gets through: the result is that of an undisturbed run.
  @Test func killedAndResumed() throws {
    let (calm, killed) = (try TemporaryProject(), try TemporaryProject())
    defer {
      calm.remove()
      killed.remove()
    }
    for project in [calm, killed] { try project.write("pipelines/s.manifest", Self.learning) }
    #expect(try calm.pipe("run", "pipelines/s.manifest", "--no-report").status == 0)
    var (landed, patience) = (0, UInt32(60_000))
    while true {
      let running = try Program.start(["run", "pipelines/s.manifest", "--no-report"], in: killed.root)
      usleep(patience)
      kill(running.process.processIdentifier, SIGKILL)
      let outcome = running.wait()
      if outcome.status == 0 { break }
      try #require(outcome.status == SIGKILL, "\(outcome.errors)")
      landed += 1
      patience += 20_000
      try #require(landed < 500)
    }
    #expect(landed > 0)
    #expect(try killed.results("s") == calm.results("s"))
    #expect(try killed.pipe("run", "pipelines/s.manifest", "--no-report").executed == 0)
  }

  @Test(arguments: ["tpe", "sobol"]) func twoScoresKeepTheFront(_ sampler: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let text = Self.manifest(
      """
      score = inversion.constraints_rmse, inversion.test_rmse
      goal = minimise
      sampler = \(sampler)
      trials = 12
      inversion.damping ~ log_uniform(0.001, 1)
      inversion.zref ~ uniform(470, 510) m
      """)
    try project.write("pipelines/s.manifest", text)
    let outcome = try project.pipe("run", "pipelines/s.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("s", "search.scores"))
    let (first, second) = (try table.doubles("score"), try table.doubles("second_score"))
    let front = try table.doubles("on_front")
    #expect(first.count == 12)
    for trial in 0..<12 {
      let isBeaten = (0..<12).contains { other in
        first[other] <= first[trial] && second[other] <= second[trial]
          && (first[other] < first[trial] || second[other] < second[trial])
      }
      #expect((front[trial] == 1) == !isBeaten)
    }
    let zref = try table.doubles("zref")
    func best(_ choose: String) throws -> Double {
      let outcome = try project.pipe("run", "pipelines/s.manifest", "--set", "search.choose=\(choose)")
      #expect(outcome.status == 0 && outcome.executed == 1, "\(outcome.errors)")
      return try NetCDFFile.readScalar(project.result("s", "search.best_zref"))
    }
    #expect(try best("second") == zref[try #require(second.firstIndex(of: second.min() ?? 0))])
    #expect(try best("first") == zref[try #require(first.firstIndex(of: first.min() ?? 0))])
    let report = try String(
      contentsOf: project.root.appendingPathComponent("results/s/report.html"), encoding: .utf8)
    #expect(report.contains("Trials by both scores"))
  }

  @Test func correlatedAndTabulatedEnsemble() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/densities.csv", "name,density\na,2.6\nb,2.7\nc,2.65\nd,2.75\n")
    let text = Self.manifest("score = inversion.test_rmse\ntrials = 2\ninversion.zref ~ uniform(480, 500) m")
    let ensemble = """

      [ensemble : ensemble_loop]
      repeat = inversion
      runs = 6
      sampler = sobol
      correlation = zref, damping, 0.8
      inversion.density_contrast ~ samples(file("../data/densities.csv"), density) g/cm3
      inversion.zref ~ truncated_normal(492, 10, 480, 500) m
      inversion.damping ~ log_normal(0.1, 0.2)
      """
    try project.write("pipelines/e.manifest", text + ensemble)
    let outcome = try project.pipe("run", "pipelines/e.manifest")
    #expect(outcome.status == 0, "\(outcome.errors)")
    func drawn(_ name: String) throws -> [Double] {
      try NetCDFFile.read(project.result("e", "ensemble.members")).doubles("param_" + name)
    }
    let members = try NetCDFFile.read(project.result("e", "ensemble.members"))
    let units = ["density_contrast", "zref", "damping"].map { members["param_" + $0]?.units }
    #expect(units == ["kg m-3", "m", nil], "a damping's unit is none that manifests know")
    let density = try drawn("density_contrast")
    #expect(Set(density).isSubset(of: [2600, 2650, 2700, 2750]) && Set(density).count > 2)
    #expect(try drawn("zref").allSatisfy { $0 >= 480 && $0 <= 500 })
    // More members keep the first; another table gives others.
    let more = try project.pipe("run", "pipelines/e.manifest", "--set", "ensemble.runs=8")
    #expect(more.status == 0 && more.executed == 3, "\(more.errors)")
    #expect(try Array(drawn("density_contrast").prefix(6)) == density)
    try project.write("data/densities.csv", "name,density\na,2.6\n")
    let changed = try project.pipe("run", "pipelines/e.manifest")
    #expect(changed.status == 0, "\(changed.errors)")
    #expect(try drawn("density_contrast") == Array(repeating: 2600, count: 6))
    // Formatting changes no key.
    #expect(try project.pipe("format", "--in-place", "pipelines/e.manifest").status == 0)
    #expect(try project.pipe("run", "pipelines/e.manifest").executed == 0)
    try project.write("data/densities.csv", "name\na\n")
    let broken = try project.pipe("check", "pipelines/e.manifest")
    #expect(broken.status == 65 && broken.errors.contains("density"), "\(broken.errors)")
  }
}
