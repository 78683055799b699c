import Datasets
import Foundation
import NumericCore
import Testing

/// Markov chains and ensemble Kalman methods, as a user runs them.
@Suite(.serialized) struct PosteriorDrawTests {
  /// Forward gravity is linear in the density contrast: with a normal prior the posterior and the evidence are known.
  static let linear = """
    [model : synthetic_model]
    spacing = 10 km
    region = 0 km, 40 km, 0 km, 30 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    constraints = 10

    [predicted : forward_gravity]
    topography <- model.topography
    gravity <- model.gravity
    density_contrast = 2600 kg/m3
    zref = 400 m


    """

  static func chains(_ more: String) -> String {
    linear + """
      [chains : markov_chains]
      repeat = predicted
      forward = predicted.gravity
      observations <- model.gravity
      acceleration_deviation = 3 mGal
      seed = 2
      predicted.density_contrast ~ normal(2600, 100) kg/m3
      \(more)

      """
  }

  /// Mean and deviation of the posterior, kg/m³, and the log evidence of data in mGal.
  private func exact(_ project: TemporaryProject) throws -> (
    mean: Double, deviation: Double, evidence: Double
  ) {
    let predicted = try NetCDFFile.read(project.result("u", "predicted.gravity"))
    let unit = try predicted.doubles("forward_gravity").map { $0 / 2600 }
    let data = try predicted.doubles("gravity_anomaly")
    let square = unit.reduce(0) { $0 + $1 * $1 } / 9
    let residual = zip(data, unit).map { $0 - 2600 * $1 }
    let along = zip(residual, unit).reduce(0) { $0 + $1.0 * $1.1 } / 9
    let variance = 1 / (1 / 10_000 + square)
    let whole = residual.reduce(0) { $0 + $1 * $1 } / 9
    let count = Double(data.count)
    let logDeterminant = count * Elementary.log(9) + Elementary.log(10_000 / variance)
    let evidence =
      -0.5 * (whole - along * along * variance + logDeterminant + count * Elementary.log(2 * .pi))
    return (2600 + along * variance, variance.squareRoot(), evidence)
  }

  @Test(arguments: ["differential", "stretch", "adaptive"]) func chainsOfALinearProblem(method: String) throws
  {
    let project = try runPipeline(
      Self.chains(
        """
        method = \(method)
        walkers = 8
        ensembles = 1
        warm_up = 60
        iterations = 200
        temperatures = 4
        """))
    defer { project.remove() }
    let exact = try exact(project)
    let summary = try NetCDFFile.read(project.result("u", "chains.summary"))
    let mean = try summary.doubles("mean")[0]
    let error = try summary.doubles("mean_error")[0]
    #expect(error < 0.2 * exact.deviation)
    #expect(abs(mean - exact.mean) < 4.5 * error, "\(mean) ± \(error), exactly \(exact.mean)")
    let ratio = try summary.doubles("stdev")[0] / exact.deviation
    #expect(abs(ratio - 1) < 0.3, "\(ratio)")
    let evidence = try NetCDFFile.readScalar(project.result("u", "chains.evidence"))
    let told = try NetCDFFile.readScalar(project.result("u", "chains.evidence_error"))
    #expect(
      abs(evidence - exact.evidence) < 4.5 * told + 0.05, "\(evidence) ± \(told), exactly \(exact.evidence)")
    let samples = try NetCDFFile.read(project.result("u", "chains.samples"))
    let drawn = try samples.doubles("density_contrast")
    #expect(drawn.count == 1000 && samples["prediction"]?.dimensions == ["point", "datum"])
    // Predictions belong to their draws.
    let predicted = try NetCDFFile.read(project.result("u", "predicted.gravity"))
    let unit = try predicted.doubles("forward_gravity").map { $0 / 2600 }
    let predictions = try samples.doubles("prediction")
    for draw in [0, 499, 999] {
      for datum in unit.indices {
        let off = abs(predictions[draw * unit.count + datum] - drawn[draw] * unit[datum])
        #expect(off < 1e-9 * abs(drawn[draw]))
      }
    }
  }

  private static func short(_ iterations: Int) -> String {
    chains(
      """
      walkers = 4
      warm_up = 3
      iterations = \(iterations)
      temperatures = 2
      """)
  }

  @Test func moreIterationsGoOnAndThreadsChangeNothing() throws {
    let whole = try runPipeline(Self.short(20), "--jobs", "2")
    defer { whole.remove() }
    let expected = try whole.results("u")
    let grown = try runPipeline(Self.short(7), "--jobs", "1")
    defer { grown.remove() }
    try grown.write("pipelines/u.manifest", Self.short(20))
    let more = try grown.pipe("run", "pipelines/u.manifest", "--no-report", "--jobs", "1")
    #expect(more.status == 0, "\(more.errors)")
    #expect(try grown.results("u") == expected)
    // A smaller budget is answered by what is there: its own node alone runs.
    try grown.write("pipelines/u.manifest", Self.short(12))
    let fewer = try grown.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(fewer.status == 0 && fewer.executed == 1, "\(fewer.errors)")
  }

  @Test func chainsThatAreKilledGoOn() throws {
    let whole = try runPipeline(Self.short(20))
    defer { whole.remove() }
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", Self.short(20))
    for attempt in 1...3 {
      let running = try Program.start(["run", "pipelines/u.manifest", "--no-report"], in: project.root)
      Thread.sleep(forTimeInterval: 0.15 * Double(attempt))
      stop(running.process.processIdentifier)
      _ = running.wait()
    }
    let last = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try project.results("u") == whole.results("u"))
  }

  private func stop(_ process: Int32) { _ = kill(process, SIGKILL) }

  @Test func chainsEndWhenTheyAgree() throws {
    let project = try runPipeline(
      Self.chains(
        """
        walkers = 8
        warm_up = 20
        iterations = 4000
        target_r_hat = 1.05
        target_effective_size = 100
        """))
    defer { project.remove() }
    let rHat = try NetCDFFile.readScalar(project.result("u", "chains.largest_r_hat"))
    let size = try NetCDFFile.readScalar(project.result("u", "chains.smallest_effective_size"))
    #expect(rHat <= 1.05 && size >= 100)
    let history = try NetCDFFile.read(project.result("u", "chains.history"))
    #expect(try history.doubles("iteration").count < 2000)
  }

  static func kalman(_ more: String) -> String {
    linear + """
      [kalman : ensemble_kalman]
      repeat = predicted
      forward = predicted.gravity
      observations <- model.gravity
      acceleration_deviation = 3 mGal
      seed = 2
      \(more)

      """
  }

  /// The surface itself is unknown, about a flat one.
  private static func movingSurface(_ more: String) -> String {
    kalman(
      """
      moves = predicted.topography
      model <- start.topography
      field_deviation = 80
      \(more)
      """
    ).replacing("topography <- model.topography", with: "topography <- start.topography") + """
      [start : starting_topography]
      method = flat
      height = 500 m
      like <- model.topography

      """
  }

  @Test func aSmootherOfALinearProblem() throws {
    let project = try runPipeline(
      Self.kalman(
        """
        draws = 300
        predicted.density_contrast ~ normal(2600, 100) kg/m3
        """))
    defer { project.remove() }
    let exact = try exact(project)
    let summary = try NetCDFFile.read(project.result("u", "kalman.summary"))
    let (mean, deviation) = (try summary.doubles("mean")[0], try summary.doubles("stdev")[0])
    #expect(abs(mean - exact.mean) < 0.3 * exact.deviation, "\(mean), exactly \(exact.mean)")
    #expect(abs(deviation / exact.deviation - 1) < 0.25, "\(deviation), exactly \(exact.deviation)")
    #expect(
      try NetCDFFile.read(project.result("u", "kalman.samples")).doubles("density_contrast").count == 300)
    #expect(try NetCDFFile.read(project.result("u", "kalman.history")).doubles("error").count == 5)
  }

  @Test func anInversionSaysThatItsSpreadIsNoPosterior() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/u.manifest",
      Self.kalman(
        """
        method = eki
        draws = 10
        max_iterations = 15
        predicted.density_contrast ~ normal(2600, 100) kg/m3
        """))
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0 && outcome.errors.contains("is no posterior"), "\(outcome.errors)")
    let exact = try exact(project)
    let summary = try NetCDFFile.read(project.result("u", "kalman.summary"))
    #expect(try summary.doubles("stdev")[0] < 0.5 * exact.deviation)
  }

  @Test func aGridThatMoves() throws {
    let text = Self.movingSurface(
      """
      field_length = 15 km
      localisation_length = 20 km
      draws = 30
      assimilations = 3
      """)
    let project = try runPipeline(text, "--jobs", "2")
    defer { project.remove() }
    let maps = try NetCDFFile.read(project.result("u", "kalman.maps"))
    let deviations = try maps.doubles("stdev")
    #expect(deviations.allSatisfy { $0 > 0 } && Statistics.mean(deviations) < 80)
    let history = try NetCDFFile.read(project.result("u", "kalman.history"))
    let errors = try history.doubles("error")
    #expect(errors.count == 4 && errors[3] < 0.5 * errors[0])
    let other = try runPipeline(text, "--jobs", "1")
    defer { other.remove() }
    #expect(try other.results("u") == project.results("u"))
  }

  /// Twelve members hold eleven modes of twenty nodes whose heights hardly know of each other; thirty hold them all.
  @Test(arguments: [(12, true), (30, false)])
  func aSmootherSaysWhatItsMembersLeaveOut(draws: Int, warns: Bool) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/u.manifest", Self.movingSurface("field_length = 5 km\ndraws = \(draws)"))
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let told = "warning kalman: the first ensemble has 11 modes of the prior's 20"
    #expect(outcome.errors.contains(told) == warns, "\(outcome.errors)")
    #expect(outcome.errors.contains("take up to 21 members") == warns, "\(outcome.errors)")
  }

  @Test func whatCannotBe() throws {
    let prior = "predicted.density_contrast ~ normal(2600, 100) kg/m3\n"
    for (text, told) in [
      (Self.chains("method = stretch\nwalkers = 5"), "an even number of at least 4, not 5"),
      (Self.chains("stretch_scale = 3"), "stretch_scale"),
      (Self.kalman("field_deviation = 3\n" + prior), "moves"),
      (Self.kalman("method = eki\nassimilations = 3\n" + prior), "assimilations"),
      (Self.kalman(""), "varies nothing"),
    ] {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write("pipelines/u.manifest", text)
      let outcome = try project.pipe("check", "pipelines/u.manifest")
      #expect(outcome.status == 65 && (outcome.output + outcome.errors).contains(told), "\(outcome)")
    }
  }
}
