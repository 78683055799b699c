import Datasets
import Foundation
import Testing

/// Numbers that a manifest makes of other stages' outputs.
@Suite(.serialized) struct ReductionTests {
  private static func manifest(_ zref: String, extra: String = "") -> String {
    """
    [model : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    constraints = 9
    constraints_noise = 2 m
    [start : starting_topography]
    method = flat
    height <- \(zref)
    like <- model.topography
    \(extra)
    """
  }

  private func height(_ project: TemporaryProject) throws -> Double {
    try NetCDFFile.read(project.result("u", "start.topography")).doubles("topography")[0]
  }

  @Test func aLevelIsTheMeanOfPoints() throws {
    let project = try runPipeline(Self.manifest("mean(model.constraints)"))
    defer { project.remove() }
    let heights = try NetCDFFile.read(project.result("u", "model.constraints")).doubles("upward")
    #expect(abs(try height(project) - heights.reduce(0, +) / 9) < 1e-9)
    // No one's result, and kept like any other.
    let names = try project.results("u").keys.sorted()
    #expect(names.allSatisfy { !$0.contains("mean") }, "\(names)")
    let again = try project.pipe("run", "pipelines/u.manifest")
    #expect(again.errors.contains("0 executed"), "\(again.errors)")
    let dry = try project.pipe("run", "-n", "pipelines/u.manifest")
    #expect(dry.output.contains("mean(model.constraints)"), "\(dry.output)")
    #expect(try project.pipe("check", "pipelines/u.manifest").output == "u: 2 stages, 3 nodes, no mistakes\n")
    let page = try String(
      contentsOf: project.root.appendingPathComponent("results/u/report.html"), encoding: .utf8)
    #expect(page.contains("mean(model.constraints)") || page.contains("model.constraints"))
  }

  @Test func otherFunctionsAndVariables() throws {
    let project = try runPipeline(Self.manifest("median(model.constraints, upward)"))
    defer { project.remove() }
    let heights = try NetCDFFile.read(project.result("u", "model.constraints")).doubles("upward").sorted()
    #expect(try height(project) == heights[4])
    try project.write("pipelines/u.manifest", Self.manifest("mean(model.topography)"))
    #expect(try project.pipe("run", "pipelines/u.manifest").status == 0)
    let surface = try NetCDFFile.read(project.result("u", "model.topography")).doubles("topography")
    #expect(abs(try height(project) - surface.reduce(0, +) / Double(surface.count)) < 1e-9)
  }

  /// A lock holds what the manifest's stages gave.
  @Test func locksAndReportsKnowTheManifestsStagesAlone() throws {
    let project = try runPipeline(Self.manifest("mean(model.constraints)"))
    defer { project.remove() }
    #expect(try project.pipe("lock", "pipelines/u.manifest").status == 0)
    let lock = try String(
      contentsOf: project.root.appendingPathComponent("pipelines/u.manifest.lock"), encoding: .utf8)
    #expect(!lock.contains("mean("))
    #expect(try project.pipe("run", "pipelines/u.manifest", "--locked").status == 0)
    let graph = try project.pipe("graph", "pipelines/u.manifest").output
    #expect(graph.contains("constraints → height") && !graph.contains("reduction"), "\(graph)")
    #expect(try project.pipe("show", "mean(model.constraints).value").status == 0)
    #expect(
      try project.pipe("log", "mean(model.constraints)").output.contains("mean of 9 values of 'upward'"))
  }

  @Test func wrongKindsOfNumbersAreRefused() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/u.manifest", Self.manifest("mean(model.gravity, gravity_anomaly)"))
    let outcome = try project.pipe("run", "pipelines/u.manifest")
    #expect(
      outcome.errors.contains("'gravity_anomaly' has the unit 'mGal', but a length is asked for"),
      "\(outcome.errors)")
  }
}
