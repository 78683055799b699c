import Datasets
import Foundation
import Testing

/// What searches inside stages and members chose, as outputs that files, stages and ensembles can use.
@Suite struct ChosenValueTests {
  private static let model = """
    [model : synthetic_model]
    spacing = 2.5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    testing_data = yes
    constraints = 25
    regional_density_contrast = 430 kg/m3

    [start : starting_topography]
    method = spline
    dampings = 1e-6
    constraints <- model.constraints
    like <- model.topography

    [predicted : forward_gravity]
    topography <- start.topography
    gravity <- model.gravity

    """

  @Test func regionalChoicesAreOutputs() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "a.manifest",
      Self.model + """
        [tuned : regional_separation]
        method = constraints_cv
        grid_method = eq_sources
        damping_limits = 1e-3, 10
        depth_limits = 5 km, 50 km
        trials = 3
        gravity <- predicted.gravity
        constraints <- model.constraints

        [again : regional_separation]
        method = constraints
        grid_method = eq_sources
        damping <- tuned.chosen_damping
        depth <- tuned.chosen_depth
        gravity <- predicted.gravity
        constraints <- model.constraints
        """)
    let outcome = try project.pipe("run", "a.manifest", "--no-report")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let trials = try NetCDFFile.read(project.result("a", "tuned.trials"))
    #expect(try trials.column("damping").count == 9 && trials["residual_at_constraints"]?.units == "mGal")
    let best = Int(try #require(trials.attribute("best_trial")?.number))
    let damping = try NetCDFFile.readScalar(project.result("a", "tuned.chosen_damping"))
    #expect(try damping == trials.column("damping")[best])
    #expect(
      try NetCDFFile.readScalar(project.result("a", "tuned.chosen_depth")) == trials.column("depth")[best])
    #expect(try NetCDFFile.readScalar(project.result("a", "tuned.chosen_tension")).isNaN)
    #expect(
      try NetCDFFile.read(project.result("a", "again.gravity")).doubles("reg")
        == NetCDFFile.read(project.result("a", "tuned.gravity")).doubles("reg"))
  }

  /// Each member's own damping, where a nested search chooses it.
  @Test func membersRecordTheirDamping() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "a.manifest",
      Self.model + """
        [regional : regional_separation]
        method = constant
        gravity <- predicted.gravity
        constraints <- model.constraints

        [damping : damping_cv]
        repeat = inversion
        limits = 0.001, 1
        trials = 3
        sampler = grid

        [inversion : topography_inversion]
        gravity <- regional.gravity
        topography <- start.topography
        damping <- damping.best
        max_iterations = 3

        [ensemble : ensemble_loop]
        repeat = inversion
        runs = 3
        seed = 1
        nested = damping
        model.gravity ~ normal(uncertainty)
        """)
    let outcome = try project.pipe("run", "a.manifest", "--no-report")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let members = try NetCDFFile.read(project.result("a", "ensemble.members"))
    let used = try members.doubles("used_damping")
    #expect(
      used.count == 3 && used.allSatisfy { [0.001, 1].contains($0) || abs($0 / 0.0316227766 - 1) < 1e-6 })
    for member in 0..<3 {
      let shown = try project.pipe("show", "damping[ensemble \(member)].best")
      #expect(shown.output.contains(String(used[member]).prefix(6)), "\(shown.output)")
    }
  }

  /// A score keeps its dimension, and what is found its unit.
  @Test func expectationsOfScores() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    func manifest(_ expected: String) -> String {
      SearchTests.manifest(
        "score = inversion.test_rmse\ntrials = 2\nsampler = grid\ninversion.zref ~ uniform(400, 600) m")
        + "\n\n[expect]\nsearch.best_score <= \(expected)\n"
    }
    try project.write("a.manifest", manifest("1e-9 mGal"))
    let outcome = try project.pipe("run", "a.manifest", "--no-report")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains("expected search.best_score <= 1e-9 mGal, found ")
        && outcome.errors.contains(" mGal\n"), "\(outcome.errors)")
    let score = try NetCDFFile.read(project.result("a", "search.best_score"))
    #expect(score.variables[0].units == "mGal")
    try project.write("a.manifest", manifest("4"))
    #expect(try project.pipe("check", "a.manifest").status == 65)
    try project.write("a.manifest", manifest("1 Gal"))
    #expect(try project.pipe("run", "a.manifest", "--no-report").status == 0)
  }

  /// A list's only element is drawn by the name of a pipeline setting, as the message for lists says.
  @Test(arguments: ["$smooth", "$smooth, 0.1"]) func anElementOfAListIsDrawn(_ list: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let text =
      "[pipeline]\nsmooth = 1e-3\n\n"
      + Self.model.replacing("dampings = 1e-6", with: "dampings = \(list)")
      + "[ensemble : ensemble_loop]\nrepeat = start\nruns = 3\nseed = 1\n"
    try project.write("a.manifest", text + "pipeline.smooth ~ log_uniform(1e-6, 1)\n")
    let outcome = try project.pipe("run", "a.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try NetCDFFile.read(project.result("a", "ensemble.members")).doubles("param_smooth").count == 3)
    try project.write("b.manifest", text + "start.dampings ~ log_uniform(1e-6, 1)\n")
    let refused = try project.pipe("check", "b.manifest")
    #expect(
      refused.status == 65
        && refused.errors.contains(
          "write an element as $name, a setting of [pipeline], and draw pipeline.name"),
      "\(refused.errors)")
  }
}
