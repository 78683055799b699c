import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

/// Members that draw what a stage's own result leaves open.
@Suite(.serialized) struct ConditionalTests {
  private static let kriged = ["method = kriging", "constraints <- model.constraints", "jitter = 1 mm"]
  private static let model =
    SmallPipeline.constrained(points: 12) + SmallPipeline.start(kriged[0], kriged[1], kriged[2])
  private static let inversion =
    SmallPipeline.separated("grid_method = kriging", "start <- start.topography", iterations: 3) + """
      [ensemble : ensemble_loop]
      repeat = inversion
      runs = 3
      sampler = monte_carlo
      seed = 2
      model.gravity ~ normal(uncertainty)
      model.constraints ~ normal(uncertainty)
      start.topography ~ conditional
      regional.gravity ~ conditional

      """

  /// Draws scatter about the kriged surface as it says, whether the points are drawn beside it or with it, and are the
  /// points' own heights where these are exact.
  @Test(arguments: ["", "model.constraints ~ normal(uncertainty)\n"])
  func drawsScatterAsStated(line: String) throws {
    let project = try runPipeline(
      Self.model + """
        [e : ensemble_loop]
        repeat = start
        runs = 400
        sampler = monte_carlo
        start.topography ~ conditional

        """ + line)
    defer { project.remove() }
    let start = try NetCDFFile.read(project.result("u", "start.topography"))
    let (mean, stated) = (try start.doubles("topography"), try start.doubles("uncert"))
    let reader = try NetCDFSeriesReader(project.result("u", "e.members"))
    let members = try (0..<reader.count).map { try reader.slice($0, variable: "topography") }
    #expect(Set(members).count == 400)
    let ratios = mean.indices.map { node in Statistics.deviation(members.map { $0[node] }) / stated[node] }
    // One node's of 400 draws is within 3.5 % of the true one; four of these.
    #expect(ratios.allSatisfy { abs($0 - 1) < 0.15 } && abs(Statistics.mean(ratios) - 1) < 0.03, "\(ratios)")
    let bias = mean.indices.map { node in
      (Statistics.mean(members.map { $0[node] }) - mean[node]) / stated[node]
    }
    #expect(bias.allSatisfy { abs($0) < 0.25 })
  }

  /// A member is a function of its number: threads and further members change no byte of it.
  @Test func membersDependOnTheirNumberAlone() throws {
    var all: [[[Double]]] = []
    for options in [["--jobs", "1"], ["--jobs", "2"], ["--set", "ensemble.runs=5"]] {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write("pipelines/u.manifest", Self.model + Self.inversion)
      let outcome = try Program.run(
        ["run", "pipelines/u.manifest", "--no-report"] + options, in: project.root)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let reader = try NetCDFSeriesReader(project.result("u", "ensemble.members"))
      all.append(try (0..<3).map { try reader.slice($0, variable: "topography") })
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  /// The base result comes before the members that draw about it, and what they draw with is hashed: another density
  /// makes the regional draws anew.
  @Test func theBaseIsAnInput() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", Self.model + Self.inversion)
    let first = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(first.status == 0, "\(first.errors)")
    let again = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(again.errors.contains(" 0 executed"), "\(again.errors)")
    let other = try project.pipe(
      "run", "pipelines/u.manifest", "--no-report", "--set", "predicted.density_contrast=2600 kg/m3")
    #expect(other.status == 0 && !other.errors.contains(" 0 executed"), "\(other.errors)")
  }

  @Test func aSurfaceWithoutCovarianceIsRefused() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/u.manifest",
      (Self.model + Self.inversion).replacingOccurrences(
        of: Self.kriged.joined(separator: "\n"), with: "method = spline\nconstraints <- model.constraints"))
    let outcome = try project.pipe("check", "pipelines/u.manifest")
    #expect(
      outcome.status == 65
        && outcome.errors.contains(
          "error M140: 'start.topography ~ conditional' has no meaning with method = spline; leave it out or use it with "
            + "method = kriging"),
      "\(outcome.errors)")
  }

  /// Estimated anew from a drawn surface, the regional field would count the surface's errors twice.
  @Test func aDrawnSurfaceNeedsADrawnField() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/u.manifest",
      (Self.model + Self.inversion).replacingOccurrences(of: "regional.gravity ~ conditional\n", with: ""))
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(
      outcome.status != 0 && outcome.errors.contains("would count the draw's errors twice"),
      "\(outcome.errors)")
  }

  /// `~ prior` draws the reference of an inversion: members differ by it, about the mean with the stated deviation.
  @Test func referencesAreDrawnFromThePrior() throws {
    let project = try runPipeline(
      SmallPipeline.model("constraints = 12") + SmallPipeline.start() + """
        [prior : prior_surface]
        mean <- start.topography
        prior = smooth
        step_deviation = 20 m
        level_deviation = 40 m

        [inversion : topography_inversion]
        gravity <- model.gravity
        topography <- start.topography
        reference_model <- prior.topography
        data_weights = uncertainty
        smoothness_of = difference
        smoothness = 0.05
        reference_weight = 0.025
        damping = 0.001
        zref = 492 m
        max_iterations = 3

        [references : ensemble_loop]
        repeat = prior
        runs = 300
        sampler = monte_carlo
        prior.topography ~ prior

        [e : ensemble_loop]
        repeat = inversion
        runs = 3
        sampler = monte_carlo
        model.gravity ~ normal(uncertainty)
        prior.topography ~ prior
        """)
    defer { project.remove() }
    let reader = try NetCDFSeriesReader(project.result("u", "references.members"))
    let draws = try (0..<reader.count).map { try reader.slice($0, variable: "topography") }
    let node = 4 * 11 + 5
    let values = draws.map { $0[node] }
    #expect(abs(Statistics.mean(values) - 460) < 6)
    // (DᵀD/20² + 1/40²)⁻¹ has some 13 m in the middle.
    let deviation = Statistics.deviation(values)
    #expect(deviation > 8 && deviation < 20, "\(deviation)")
    let members = try NetCDFSeriesReader(project.result("u", "e.members"))
    let surfaces = try (0..<3).map { try members.slice($0, variable: "topography") }
    #expect(Set(surfaces).count == 3)
  }

  @Test func drawsByAnotherWordAreRefused() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/u.manifest",
      (Self.model + Self.inversion).replacingOccurrences(
        of: "start.topography ~ conditional", with: "start.topography ~ prior"))
    let outcome = try project.pipe("check", "pipelines/u.manifest")
    #expect(
      outcome.status == 65
        && outcome.errors.contains("M116: start.topography is drawn by '~ conditional', not by '~ prior'"),
      "\(outcome.errors)")
  }

  /// A second pass: the misfit of the inverted surface with what its draws leak, else its deviations are invalid.
  @Test func aSecondPassTakesDrawsOfTheSurface() throws {
    let second = """
      [again : forward_gravity]
      topography <- inversion.topography
      gravity <- model.gravity
      density_contrast = 2669 kg/m3
      zref = 492 m

      [second : regional_separation]
      method = constraints
      grid_method = kriging
      gravity <- again.gravity
      constraints <- model.constraints
      start <- inversion.topography

      [known : regional_separation]
      method = constraints
      grid_method = kriging
      gravity <- again.gravity
      constraints <- model.constraints
      start <- inversion.topography
      surfaces <- ensemble.members

      """
    let project = try runPipeline(Self.model + Self.inversion + second)
    defer { project.remove() }
    func attribute(_ name: String, _ attribute: String) throws -> String? {
      try NetCDFFile.read(project.result("u", name)).attribute(attribute)?.text
    }
    #expect(try attribute("second.gravity", "uncertainty") == "invalid")
    #expect(try attribute("known.gravity", "leak_modelled") == "yes")
    #expect(try attribute("known.gravity", "uncertainty") == nil)
  }

  // MARK: - truths from the prior

  /// Surfaces drawn from the prior of a posterior, and the data that they would have given: its draws rank them evenly and its
  /// deviations cover them.
  @Test func posteriorsCoverTruthsOfTheirPrior() throws {
    let count = Effort.count(12, long: 250)
    let project = try runPipeline(
      """
      [places : synthetic_model]
      spacing = 3 km
      region = 0 km, 30 km, 0 km, 24 km
      density_contrast = 400 kg/m3
      gravity_noise = 0.2 mGal
      constraints = 8
      constraints_noise = 5 m

      [level : starting_topography]
      method = flat
      height = 500 m
      like <- places.topography

      [truth : random_surface]
      mean <- level.topography
      covariance = matern_32
      deviation = 70 m
      length = 9 km

      [data : simulated_data]
      topography <- truth.topography
      gravity <- places.gravity
      constraints <- places.constraints
      density_contrast = 400 kg/m3
      zref = 500 m
      regional_deviation = 1 mGal
      regional_length = 20 km

      [posterior : posterior]
      gravity <- data.gravity
      topography <- level.topography
      constraints <- data.constraints
      density_contrast = 400 kg/m3
      zref = 500 m
      prior = stationary
      covariance = matern_32
      deviation = 70 m
      length = 9 km
      regional_deviation = 1 mGal
      regional_length = 20 km
      draws = 19

      [comparison : compare_ensemble]
      members <- posterior.members
      truth <- data.topography

      [truths : ensemble_loop]
      repeat = comparison
      runs = \(count)
      sampler = monte_carlo
      truth.seed ~ integers(0, 1000000)
      data.seed ~ integers(0, 1000000)
      posterior.seed ~ integers(0, 1000000)

      [calibration : simulation_based_calibration]
      members <- truths.members
      rank_distance = 12 km

      """)
    defer { project.remove() }
    let table = try NetCDFFile.read(project.result("u", "calibration.coverage"))
    let (found, ideal) = (try table.column("coverage"), try table.column("ideal"))
    // A truth's own share scatters by some 6 %: four standard errors.
    let slack = 0.24 / Double(count).squareRoot()
    #expect(zip(found, ideal).allSatisfy { abs($0 - $1) < slack }, "\(found) \(ideal)")
    if Effort.isLong {
      #expect(abs(found[1] - ideal[1]) < 0.015, "\(found) \(ideal)")
      #expect(try NetCDFFile.readScalar(project.result("u", "calibration.ranks_outside")) <= 0.15)
    }
  }
}
