import Datasets
import Foundation
import TestSupport
import Testing

/// Posteriors of settings, as a user runs them.
@Suite(.serialized) struct PosteriorTests {
  /// Gravity of a layer with an unknown contrast and reference level, some milliseconds a run.
  static func manifest(_ lines: String, kind: String = "variational_inference", prior: String = Self.prior)
    -> String
  {
    """
    [model : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal

    [predicted : forward_gravity]
    topography <- model.topography
    gravity <- model.gravity
    density_contrast = 2600 kg/m3
    zref = 480 m

    [posterior : \(kind)]
    repeat = predicted
    seed = 3
    \(lines)
    \(prior)
    """
  }

  static let prior = """
    predicted.density_contrast ~ normal(2600, 100) kg/m3
    predicted.zref ~ truncated_normal(480, 15, 450, 530) m
    """
  static let data = """
    forward = predicted.gravity
    observations <- model.gravity
    """
  private static let few = data + "\nsamples = 40\ntrend_window = 0\ngradient_tolerance = 0\ndraws = 16"

  private func run(_ text: String, _ arguments: String...) throws -> (TemporaryProject, Program.Outcome) {
    let project = try TemporaryProject()
    try project.write("pipelines/p.manifest", text)
    let outcome = try Program.run(
      ["run", "pipelines/p.manifest", "--no-report"] + arguments, in: project.root)
    return (project, outcome)
  }

  /// One and two threads, a raised budget, members in nodes: the same results as an uninterrupted run.
  @Test(.timeLimit(.minutes(5))) func goesOnBitForBit() throws {
    let text = Self.manifest(Self.few + "\nmax_iterations = 9")
    let (whole, first) = try run(text, "--jobs", "1")
    defer { whole.remove() }
    #expect(first.status == 0, "\(first.errors)")
    let expected = try whole.results("p").filter { $0.key.hasPrefix("posterior.") }
    #expect(expected.count > 8)
    let (raised, part) = try run(text, "--jobs", "2", "--set", "posterior.max_iterations=6")
    defer { raised.remove() }
    #expect(part.status == 0, "\(part.errors)")
    let again = try raised.pipe("run", "pipelines/p.manifest", "--no-report", "--jobs", "2")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try raised.results("p").filter { $0.key.hasPrefix("posterior.") } == expected)
    let idle = try raised.pipe("run", "pipelines/p.manifest", "--no-report")
    #expect(idle.executed == 0)
    // Lowered again: the cache answers all but the end.
    let lowered = try raised.pipe(
      "run", "pipelines/p.manifest", "--no-report", "--set", "posterior.max_iterations=6")
    #expect(lowered.executed == 0, "\(lowered.errors)")
    let (nodes, by) = try run(text, "--set", "posterior.members=nodes")
    defer { nodes.remove() }
    #expect(by.status == 0, "\(by.errors)")
    #expect(try nodes.results("p").filter { $0.key.hasPrefix("posterior.") } == expected)
  }

  /// Killed again and again, at moments of its own.
  @Test(.timeLimit(.minutes(5))) func killedItGoesOn() throws {
    let text = Self.manifest(Self.few + "\nmax_iterations = 9")
    let (whole, first) = try run(text)
    defer { whole.remove() }
    #expect(first.status == 0, "\(first.errors)")
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/p.manifest", text)
    for kill in 0..<Effort.count(4, long: 20) {
      let running = try Program.start(["run", "pipelines/p.manifest", "--no-report"], in: project.root)
      Thread.sleep(forTimeInterval: 0.1 + 0.07 * Double(kill % 7))
      Foundation.kill(running.process.processIdentifier, SIGKILL)
      _ = running.wait()
    }
    let last = try project.pipe("run", "pipelines/p.manifest", "--no-report")
    #expect(last.status == 0, "\(last.errors)")
    #expect(try project.results("p") == whole.results("p"))
  }

  /// A linear trade-off: what laplace finds variational inference finds, and the evidence is the same.
  @Test func twoWaysAgree() throws {
    let text =
      Self.manifest(Self.data) + "\n\n"
      + Self.manifest(Self.data, kind: "laplace").components(separatedBy: "\n\n")[2].replacing(
        "[posterior : laplace]", with: "[first : laplace]")
    let (project, outcome) = try run(text)
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    func number(_ name: String) throws -> Double { try NetCDFFile.readScalar(project.result("p", name)) }
    #expect(try number("first.converged") == 1)
    #expect(try number("posterior.pareto_k") < 0.7)
    #expect(try abs(number("posterior.evidence") - number("first.evidence")) < 0.05)
    let found = try NetCDFFile.read(project.result("p", "posterior.posterior"))
    #expect(try found.texts("setting") == ["density_contrast", "zref"])
    let mean = try found.doubles("mean")
    let deviation = try found.doubles("stdev")
    #expect(abs(mean[0] - 2669) < 4 * deviation[0])
    #expect(deviation[0] < 30 && deviation[1] < 15)
    let samples = try NetCDFFile.read(project.result("p", "posterior.samples"))
    #expect(samples.size(of: "point") == 200)
    #expect(samples["prediction"]?.dimensions == ["point", "datum"])
    #expect(samples["zref"]?.units == "m")
  }

  private static let refusals: [(lines: String, prior: String, said: String)] = [
    (data, "predicted.density_contrast ~ integers(2600, 2700) kg/m3", "has no density"),
    (data, "predicted.density_contrast ~ discrete(2600, 2700) kg/m3", "has no density"),
    (
      data + "\ncoordinates = sigmoid", "predicted.density_contrast ~ normal(2600, 50) kg/m3",
      "has no lower end"
    ),
    (data + "\ncovariance = full\noptimizer = newton", prior, "newton has no Hessian of a full covariance"),
    ("log_likelihood = predicted.rms_misfit\nobservations <- model.gravity", prior, "observations"),
    ("forward = predicted.gravity", prior, "observations"),
    (data + "\nnoise_covariance = file(\"r.txt\")", prior, "eigenvalue 1 of 63 is"),
    (data + "\nplain_deviation = -1", prior, "plain_deviation"),
    ("forward = predicted.rms_misfit\nobservations <- model.gravity", prior, "do not overlap"),
    (data + "\ncorrelation = density_contrast, zref, 1.5", prior, "must lie between -1 and 1"),
  ]

  @Test(arguments: refusals.indices) func badInput(_ index: Int) throws {
    let refusal = Self.refusals[index]
    let project = try TemporaryProject()
    defer { project.remove() }
    // Not positive definite: −1 off the diagonal.
    let matrix = (0..<63).map { row in
      (0..<63).map { $0 == row ? "1" : abs($0 - row) == 1 ? "-1" : "0" }.joined(separator: " ")
    }
    try project.write("pipelines/r.txt", matrix.joined(separator: "\n") + "\n")
    try project.write("pipelines/p.manifest", Self.manifest(refusal.lines, prior: refusal.prior))
    let outcome = try project.pipe("run", "pipelines/p.manifest", "--no-report")
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains(refusal.said), "\(outcome.errors)")
  }

  /// Begun elsewhere it comes to the same posterior; where it begins is part of what decides its steps.
  @Test func beginsWhereALineSays() throws {
    let few = Self.data + "\nsamples = 60\n"
    let start =
      "initial.predicted.zref = normal(500, 3) m\ninitial.predicted.density_contrast = normal(2500, 20) kg/m3\n"
    let (plain, first) = try run(Self.manifest(few))
    defer { plain.remove() }
    let (moved, second) = try run(Self.manifest(few + start))
    defer { moved.remove() }
    #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")
    func number(_ project: TemporaryProject, _ name: String) throws -> Double {
      try NetCDFFile.readScalar(project.result("p", "posterior.\(name)"))
    }
    #expect(try abs(number(plain, "evidence") - number(moved, "evidence")) < 0.1)
    let history = try NetCDFFile.read(moved.result("p", "posterior.history")).doubles("elbo")
    let other = try NetCDFFile.read(plain.result("p", "posterior.history")).doubles("elbo")
    #expect(history.filter(\.isFinite).first != other.filter(\.isFinite).first)
    let wrong = try run(Self.manifest(few + "initial.predicted.zref = normal(600, 3) m\n"))
    defer { wrong.0.remove() }
    #expect(wrong.1.status != 0 && wrong.1.errors.contains("outside of what the prior"), "\(wrong.1.errors)")
  }

  /// Runs that count again, and Adam: the same posterior.
  @Test(arguments: ["reused_rounds = 5\ndraws = 16", "optimizer = adam"]) func otherWays(_ line: String)
    throws
  {
    let (project, outcome) = try run(Self.manifest(Self.data + "\nsamples = 100\n" + line))
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try NetCDFFile.readScalar(project.result("p", "posterior.pareto_k")) < 0.7)
    let history = try NetCDFFile.read(project.result("p", "posterior.history"))
    #expect((history["effective_draws"] != nil) == line.hasPrefix("reused"))
  }

  /// A setting that nothing depends on is told, and keeps its prior.
  @Test func idleSetting() throws {
    let text = Self.manifest(
      Self.data + "\nmax_iterations = 6",
      // Not linear in the reference level, so that a plane through the predictions would depend on all of them.
      prior: Self.prior + "\nmodel.constraints_noise ~ log_normal(3, 0.2) m"
    )
    let (project, outcome) = try run(text)
    defer { project.remove() }
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("does not depend on 'constraints_noise'"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("does not depend on 'zref'"))
  }
}
