import Datasets
import Foundation
import Gravity
import Manifests
import NumericCore
import Optimisation
import Planning
import StageSupport
import TestSupport
import Testing
import Topography

@testable import StagesInference
@testable import StagesJudging

/// Ensembles of the peer: every member's drawn data and settings lead to its surface, and the members
/// to its statistics.
@Suite struct ReferenceEnsembleTests {
  /// The peer's two versions. 2.0.1 draws the gravity of a member about that of the member before, and weighs members
  /// by the residual that was there before the last step.
  static let versions = ["main5e459c6", "v2.0.1"]

  struct Ensemble {
    let dataset: Dataset
    let geometry: GridGeometry
    let runs: Int

    init(_ version: String) throws {
      dataset = try Reference.dataset("g_ensemble_\(version).nc")
      geometry = try dataset.grid("true_topography").geometry
      runs = try dataset.column("param_zref").count
    }

    func grid(_ name: String) throws -> [Double] { try dataset.grid(name).values }

    func slice(_ name: String, _ run: Int) throws -> [Double] {
      let all = try dataset.doubles(name)
      let size = all.count / runs
      return Array(all[(run * size)..<((run + 1) * size)])
    }
  }

  @Test(.needsReference, arguments: versions)
  func membersFollowFromWhatWasDrawnForThem(_ version: String) throws {
    let reference = try Ensemble(version)
    for run in 0..<reference.runs {
      let constraints = ConstraintPoints(
        points: Points(
          easting: try reference.dataset.column("constraint_easting"),
          northing: try reference.dataset.column("constraint_northing")),
        upward: try reference.slice("sampled_constraints_upward", run),
        weights: try reference.dataset.column("constraint_weight"))
      let damping = try reference.dataset.column("param_spline_damping")[run]
      let start = try makeStartingTopography(
        geometry: reference.geometry,
        settings: StartingTopographySettings(method: .spline(dampings: [damping]), useWeights: true),
        constraints: constraints)
      let expectedStart = try reference.slice("starting_topography", run)
      #expect(largestDifference(start.topography.values, expectedStart) < 1e-4)
      let found = try Self.inverted(reference, run: run, start: start.topography.values)
      let expected = try reference.slice("topography", run)
      // The peer stops its least squares early: 1e-6 of the step's residual.
      #expect(largestDifference(found.topography, expected) < 0.02, "run \(run)")
      #expect(found.history.count - 1 == Int(try reference.dataset.doubles("n_iterations")[run]))
      #expect(largestDifference(found.residual, try reference.slice("final_residual", run)) < 5e-4)
      let rmse = try reference.dataset.column("final_rmse_inner")[run]
      #expect(abs((found.history.last?.rmse ?? 0) / rmse - 1) < 1e-4)
    }
  }

  /// `compatible = invert4geom`: run i's gravity and constraints are drawn as there, from one generator's numbers each.
  @Test(.needsReference, arguments: versions)
  func compatibleNoiseIsTheirs(_ version: String) throws {
    let reference = try Ensemble(version)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noise-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func drawn(_ means: [Double], _ deviations: String, run: Int) throws -> [Double] {
      var table = Observations(rows: means.count, title: "data")
      table.set("data", means, units: nil, longName: nil)
      table.set("uncert", try reference.dataset.doubles(deviations), units: nil, longName: nil)
      let (input, output) = (folder.path + "/in.nc", folder.path + "/out.nc")
      try table.write(to: input)
      let settings = Settings([
        "variable": .word("data"), "uncertainty": .word("uncert"), "distribution": .word("normal"),
        "seed": .number(ExactDecimal(9)), "member": .number(ExactDecimal(run)),
        "stream": .word("any"), "compatible": .word("invert4geom"),
      ])
      try Perturbation().run(
        StageContext(settings: settings, inputs: ["data": input], outputs: ["data": output]))
      return try NetCDFFile.read(output).column("data")
    }
    for run in 0..<reference.runs {
      let walks = version == "v2.0.1" && run > 0
      let means =
        try walks
        ? reference.slice("sampled_gravity", run - 1) : reference.dataset.doubles("original_gravity")
      let gravity = try drawn(means, "gravity_uncert", run: run)
      #expect(largestDifference(gravity, try reference.slice("sampled_gravity", run)) < 1e-12, "run \(run)")
      let heights = try drawn(reference.dataset.doubles("constraint_upward"), "constraint_uncert", run: run)
      let theirs = try reference.slice("sampled_constraints_upward", run)
      #expect(largestDifference(heights, theirs) < 1e-11, "run \(run)")
    }
  }

  static func inverted(_ reference: Ensemble, run: Int, start: [Double]) throws -> InversionResult {
    let count = reference.geometry.count
    let nodes = reference.geometry.nodes
    let parameters = reference.dataset
    var problem = InversionProblem(
      model: reference.geometry, startingTopography: start,
      reference: Array(repeating: try parameters.column("param_zref")[run], count: count),
      densityContrast: Array(repeating: try parameters.column("param_density_contrast")[run], count: count),
      points: ObservationPoints(
        easting: nodes.easting, northing: nodes.northing, upward: try reference.grid("data_upward")),
      anomaly: try reference.slice("sampled_gravity", run))
    let inner = reference.geometry.region.shrunk(by: 3000)
    problem.isInner = (0..<count).map {
      inner.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
    }
    return try invert(
      problem,
      settings: InversionSettings(
        derivative: .annulus, damping: try parameters.column("param_solver_damping")[run],
        stopping: StoppingRule(
          maximumIterations: 100, l2NormTolerance: 0.4472135954999579, deltaL2NormTolerance: 1.008),
        returnedIteration: .last),
      workers: .upTo(2))
  }

  /// What members start from: their starting surface's gravity and no regional field.
  @Test(.needsReference, arguments: versions)
  func startingGravityIsThatOfTheStart(_ version: String) throws {
    let reference = try Ensemble(version)
    for run in 0..<reference.runs {
      let count = reference.geometry.count
      let layer = PrismLayer(
        topography: try reference.slice("starting_topography", run), geometry: reference.geometry,
        reference: Array(repeating: try reference.dataset.column("param_zref")[run], count: count),
        densityContrast: Array(
          repeating: try reference.dataset.column("param_density_contrast")[run], count: count))
      var points = ObservationPoints(grid: reference.geometry, upward: 0)
      points.upward = try reference.grid("data_upward")
      let found = PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
      #expect(largestDifference(found, try reference.slice("starting_forward_gravity", run)) < 1e-9)
      #expect(try reference.slice("reg", run).allSatisfy { $0 == 0 })
    }
  }

  @Test(.needsReference, arguments: versions)
  func statisticsFollowFromTheMembers(_ version: String) throws {
    let reference = try Ensemble(version)
    for (weights, prefix) in [
      (nil, "z"), ("weight_residual_used", "residual_weighted"),
      ("weight_constraints", "constraints_weighted"),
    ] as [(String?, String)] {
      let moments = try EnsembleMoments(
        count: reference.runs, nodes: reference.geometry.count,
        weights: try weights.map { try reference.dataset.column($0) }
      ) { try reference.slice("topography", $0) }
      let mean = moments.weighted?.mean ?? moments.mean
      let deviation = moments.weighted?.deviation ?? moments.deviation
      #expect(largestDifference(mean, try reference.grid(prefix + "_mean")) < 1e-9)
      #expect(largestDifference(deviation, try reference.grid(prefix + "_stdev")) < 1e-9)
      #expect(largestDifference(moments.minimum, try reference.grid("z_min")) < 1e-12)
      #expect(largestDifference(moments.maximum, try reference.grid("z_max")) < 1e-12)
    }
  }

  /// The stage itself on an ensemble made of the peer's members: its weights are the peer's, and so are its statistics.
  @Test(
    .needsReference, arguments: versions,
    ["none", "residual", "constraints"])
  func mergedStatisticsAreTheirs(_ version: String, _ rule: String) throws {
    let reference = try Ensemble(version)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("merged-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var inputs = ["members": folder.path + "/members.nc"]
    try Self.writeMembers(reference, to: folder.path + "/members.nc")
    if rule == "constraints" {
      inputs["constraints"] = folder.path + "/constraints.nc"
      try ConstraintsArtefact.write(
        ConstraintPoints(
          points: Points(
            easting: try reference.dataset.column("constraint_easting"),
            northing: try reference.dataset.column("constraint_northing")),
          upward: try reference.dataset.column("constraint_upward")), to: folder.path + "/constraints.nc")
    }
    let kind = MergedStatistics()
    let outputs = Dictionary(
      uniqueKeysWithValues: kind.signature.outputs.map { ($0.name, "\(folder.path)/out-\($0.name).nc") })
    let settings = Settings(["weight_by": .word(rule), "percentiles": .list([])])
    try kind.run(StageContext(settings: settings, inputs: inputs, outputs: outputs))
    let found = try NetCDFFile.read(outputs["statistics"] ?? "")
    let prefix = rule == "none" ? "z" : rule + "_weighted"
    let own = rule == "none" ? "z" : "weighted"
    let mean = try found.grid(own + "_mean").values
    let deviation = try found.grid(own + "_stdev").values
    // 2.0.1 weighs by a residual that is not the last one: its weights are not those of its members.
    guard version != "v2.0.1" || rule != "residual" else {
      #expect(largestDifference(mean, try reference.grid(prefix + "_mean")) > 1e-3)
      return
    }
    #expect(largestDifference(mean, try reference.grid(prefix + "_mean")) < 1e-8)
    #expect(largestDifference(deviation, try reference.grid(prefix + "_stdev")) < 1e-8)
  }

  /// An ensemble as `ensemble_loop` writes it.
  private static func writeMembers(_ reference: Ensemble, to path: String) throws {
    var empty = Dataset()
    for (name, units) in [("topography", "m"), ("res", "mGal")] {
      try empty.addGrid(name, Grid(geometry: reference.geometry, repeating: 0), units: units, longName: name)
    }
    let writer = try NetCDFSeriesWriter(path: path, count: reference.runs, template: empty)
    var norms: [Double] = []
    for run in 0..<reference.runs {
      var slice = empty
      let residual = try reference.slice("final_residual", run)
      try slice.replaceValues(of: "topography", with: try reference.slice("topography", run))
      try slice.replaceValues(of: "res", with: residual)
      try writer.write(slice, at: run)
      norms.append(Statistics.rms(residual))
    }
    #expect(largestDifference(norms, try reference.dataset.column("final_rmse_all")) < 1e-14)
    try writer.writeColumn("rmse", norms, units: "mGal", longName: "RMS residual of the member")
    try writer.close()
  }
}
