import Datasets
import Foundation
import NumericCore
import Testing

/// `keep_iterations`: what an inversion went through, as a user finds it.
@Suite(.serialized) struct IterationTests {
  private static let prisms = """
    [model : synthetic_model]
    spacing = 2 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal

    [start : starting_topography]
    method = flat
    height = 492 m
    like <- model.topography

    [inversion : topography_inversion]
    gravity <- model.gravity
    topography <- start.topography
    damping = 0.1
    max_iterations = 4
    l2_norm_tolerance = 0

    """
  /// Many enough cells for the fast operators.
  private static let fast = prisms.replacingOccurrences(of: "spacing = 2 km", with: "spacing = 1 km")
  /// Twice as many data as cells along each side, half of them held out.
  private static let heldOut = prisms.replacingOccurrences(
    of: "gravity_noise = 0.2 mGal", with: "gravity_noise = 0.2 mGal\ntesting_data = yes")
  private static let density = prisms.replacingOccurrences(
    of: "topography <- start.topography", with: "topography <- model.topography\nstyle = density"
  ).replacingOccurrences(of: "damping = 0.1", with: "damping = 1e-2\nzref = 0 m")
  private static let tesseroids = """
    [model : synthetic_moho]
    region = -70 deg, -45 deg, -35 deg, -10 deg
    spacing = 5 deg
    zref = -35 km
    relief = 8 km
    density_contrast = 400 kg/m3
    gravity_height = 10 km

    [start : starting_topography]
    method = flat
    height = -35 km
    like <- model.topography

    [inversion : topography_inversion]
    gravity <- model.gravity
    topography <- start.topography
    model = tesseroids
    damping = 0.02
    max_iterations = 3

    """

  private func run(_ manifest: String, _ name: String = "small", _ more: String...) throws -> TemporaryProject
  {
    let project = try TemporaryProject()
    try project.write("pipelines/\(name).manifest", manifest)
    let outcome = try Program.run(
      ["run", "pipelines/\(name).manifest", "--no-report"] + more, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return project
  }

  /// The last lines belong to the inversion.
  private static func keeping(_ manifest: String) -> String { manifest + "keep_iterations = yes\n" }

  private struct Model: CustomTestStringConvertible {
    let testDescription, manifest: String
    var path = "dense"
  }

  private static let models = [
    Model(testDescription: "prisms", manifest: prisms),
    Model(testDescription: "fast operators", manifest: fast, path: "fast"),
    Model(testDescription: "held-out data", manifest: heldOut),
    Model(testDescription: "density", manifest: density),
    Model(testDescription: "tesseroids", manifest: tesseroids),
  ]

  /// Numbers and results are those of a run that keeps nothing, to the byte; grids and columns are those of the
  /// result; two threads give what one gives.
  @Test(arguments: models) private func changesNothingElse(_ model: Model) throws {
    let plain = try run(model.manifest)
    let kept = try run(Self.keeping(model.manifest), "small", "--jobs", "1")
    let again = try run(Self.keeping(model.manifest), "small", "--jobs", "2")
    defer { for project in [plain, kept, again] { project.remove() } }
    #expect(try kept.pipe("log", "inversion").output.contains("\(model.path) path"))
    let (before, after) = (try plain.results("small"), try kept.results("small"))
    #expect(
      before.filter { $0.key != "inversion.history.nc" } == after.filter { $0.key != "inversion.history.nc" })
    #expect(try again.results("small") == after)
    let old = try NetCDFFile.read(plain.result("small", "inversion.history"))
    let new = try NetCDFFile.read(kept.result("small", "inversion.history"))
    for variable in old.variables { #expect(new[variable.name] == variable) }
    #expect(new.attributes.dropFirst() == old.attributes.dropFirst())
    try compare(kept.result("small", "inversion.history"), project: kept)
  }

  private func compare(_ path: String, project: TemporaryProject) throws {
    let history = try NetCDFSeriesReader(path, dimension: "iteration")
    let surface = try NetCDFFile.read(project.result("small", "inversion.topography"))
    let gravity = try NetCDFFile.read(project.result("small", "inversion.gravity"))
    let whole = try NetCDFFile.read(path)
    let returned = Int(try #require(whole.attribute("returned_iteration")?.number))
    let sought = surface["density_contrast"] == nil ? "topography" : "density_contrast"
    #expect(history.slicedVariables.prefix(2) == [sought, "correction"])
    #expect(try history.slice(returned, variable: sought) == surface.doubles(sought))
    #expect(try history.slice(returned, variable: "correction") == surface.doubles("correction"))
    #expect(try history.slice(0, variable: sought) == surface.doubles("starting_" + sought))
    #expect(history.units(of: "correction") == surface["correction"]?.units)
    let residual = try history.slice(returned, variable: "res")
    let isTest = try gravity["test"].map { _ in try gravity.doubles("test") }
    let found = try gravity.doubles("res")
    let used = found.indices.filter { isTest?[$0] != 1 }.map { found[$0] }
    #expect(residual.count == used.count)
    #expect(zip(residual, used).allSatisfy { abs($0 - $1) <= 1e-9 })
    // Columns tell of the same grids.
    let rmse = try whole.column("rmse")
    for iteration in 0..<history.count {
      let norm = Statistics.rms(try history.slice(iteration, variable: "res"))
      #expect(abs(norm - rmse[iteration]) <= 1e-9 * rmse[0])
    }
    for iteration in 1..<history.count {
      let step = try history.slice(iteration, variable: "correction")
      let before = try history.slice(iteration - 1, variable: sought)
      #expect(try history.slice(iteration, variable: sought) == zip(before, step).map { $0 + $1 })
    }
  }

  /// Data on finer nodes than the surface's have coordinates of their own.
  @Test func finerGravityHasItsOwnNodes() throws {
    let manifest =
      Self.prisms.replacingOccurrences(
        of: "like <- model.topography", with: "region = 0 km, 40 km, 0 km, 30 km\nspacing = 5 km")
      + "keep_iterations = yes\n"
    let project = try run(manifest)
    defer { project.remove() }
    let history = try NetCDFFile.read(project.result("small", "inversion.history"))
    #expect(history["topography"]?.dimensions == ["iteration", "northing", "easting"])
    #expect(history["res"]?.dimensions == ["iteration", "data_northing", "data_easting"])
    #expect(history.size(of: "data_easting") == 21 && history.size(of: "easting") == 9)
    for plot in ["iterations", "map", "convergence"] {
      let outcome = try project.pipe("plot", "inversion.history", "--as", plot, "-o", "\(plot).png")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  /// `no` is as good as nothing said, but for the key.
  @Test func noKeepsNothing() throws {
    let plain = try run(Self.prisms)
    let off = try run(Self.prisms + "keep_iterations = no\n")
    defer { for project in [plain, off] { project.remove() } }
    #expect(try plain.results("small") == off.results("small"))
  }

  /// Members and trials keep theirs; what is collected of them is the same.
  @Test func membersAndTrialsKeepTheirs() throws {
    let families = """

      [best : search]
      repeat = inversion
      score = inversion.rmse
      sampler = grid
      trials = 2
      inversion.damping ~ log_uniform(0.01, 1)

      [ensemble : ensemble_loop]
      repeat = inversion
      runs = 2
      model.gravity ~ normal(uncertainty)
      """
    let plain = try run(Self.prisms + families)
    let kept = try run(Self.keeping(Self.prisms) + families)
    defer { for project in [plain, kept] { project.remove() } }
    for name in ["ensemble.members.nc", "best.scores.nc"] {
      #expect(try plain.results("small")[name] == kept.results("small")[name], "\(name)")
    }
    for node in ["inversion[ensemble 1]", "inversion[best 0]"] {
      let shown = try kept.pipe("show", "\(node).history")
      #expect(shown.output.contains("iteration northing easting"), "\(shown.output) \(shown.errors)")
      let drawn = try kept.pipe("plot", "\(node).history", "--as", "iterations", "-o", "a.svg")
      #expect(drawn.status == 0, "\(drawn.errors)")
      let refused = try plain.pipe("plot", "\(node).history", "--as", "iterations", "-o", "a.svg")
      #expect(refused.status == 66 && refused.errors.contains("keep_iterations = yes"), "\(refused.errors)")
    }
  }

  /// The report shows the iterations where there are some, and its table of them stays that of the numbers.
  @Test func theReportShowsThem() throws {
    for (manifest, isKept) in [(Self.prisms, false), (Self.keeping(Self.prisms), true)] {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write("pipelines/small.manifest", manifest)
      #expect(try project.pipe("run", "pipelines/small.manifest").status == 0)
      let page = try String(
        contentsOf: project.root.appendingPathComponent("results/small/report.html"), encoding: .utf8)
      #expect(page.contains("Iteration 4: surface") == isKept)
      #expect(page.contains("Table of 5 iterations"))
      #expect(!page.contains("can't be"))
    }
  }
}
