import Datasets
import Foundation
import Gravity
import Inversion
import Manifests
import NumericCore
import Planning
import Testing

@testable import Stages

/// Ensembles of the peer: every member's drawn data and settings lead to its surface, and the members
/// to its statistics.
@Suite struct ReferenceEnsembleTests {
  static let shared: URL? = {
    if let path = ProcessInfo.processInfo.environment["PIPE_SHARED"] { return URL(fileURLWithPath: path) }
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    url = url.deletingLastPathComponent().appendingPathComponent("shared")
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }()

  struct Reference {
    let dataset: Dataset
    let geometry: GridGeometry
    let runs: Int

    init() throws {
      let path =
        try #require(ReferenceEnsembleTests.shared).path + "/reference/gravity/g_ensemble_main5e459c6.nc"
      dataset = try NetCDFFile.read(path)
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

  @Test(.enabled(if: shared != nil, "reference numbers are not beside the checkout"))
  func membersFollowFromWhatWasDrawnForThem() throws {
    let reference = try Reference()
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
    }
  }

  /// `compatible = invert4geom`: run i's gravity and constraints are drawn as there, from one generator's numbers each.
  @Test(.enabled(if: shared != nil, "reference numbers are not beside the checkout"))
  func compatibleNoiseIsTheirs() throws {
    let reference = try Reference()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("noise-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func drawn(_ means: String, _ deviations: String, run: Int) throws -> [Double] {
      var table = Observations(rows: try reference.dataset.doubles(means).count, title: "data")
      table.set("data", try reference.dataset.doubles(means), units: nil, longName: nil)
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
      let gravity = try drawn("original_gravity", "gravity_uncert", run: run)
      #expect(largestDifference(gravity, try reference.slice("sampled_gravity", run)) < 1e-12, "run \(run)")
      let heights = try drawn("constraint_upward", "constraint_uncert", run: run)
      let theirs = try reference.slice("sampled_constraints_upward", run)
      #expect(largestDifference(heights, theirs) < 1e-11, "run \(run)")
    }
  }

  static func inverted(_ reference: Reference, run: Int, start: [Double]) throws -> InversionResult {
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
        maximumIterations: 100, l2NormTolerance: 0.4472135954999579, deltaL2NormTolerance: 1.008,
        returnedIteration: .last),
      workers: .upTo(2))
  }

  @Test(.enabled(if: shared != nil, "reference numbers are not beside the checkout"))
  func statisticsFollowFromTheMembers() throws {
    let reference = try Reference()
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
}

func largestDifference(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).map { abs($0 - $1) }.max() ?? .infinity
}

@Suite struct EnsembleMomentsTests {
  @Test func equalWeightsChangeNothing() {
    let members = [[1.0, 2], [3, 4], [8, 0]]
    let plain = EnsembleMoments(count: 3, nodes: 2, weights: nil) { members[$0] }
    let weighted = EnsembleMoments(count: 3, nodes: 2, weights: [5, 5, 5]) { members[$0] }
    #expect(plain.mean == [4, 2])
    #expect(largestDifference(plain.deviation, weighted.weighted?.deviation ?? []) < 1e-15)
    #expect(plain.minimum == [1, 0] && plain.maximum == [8, 4])
  }

  @Test func allWeightOnOneMemberIsThatMember() {
    let members = [[1.0, 2], [3, 4]]
    let moments = EnsembleMoments(count: 2, nodes: 2, weights: [0, 7]) { members[$0] }
    #expect(moments.weighted?.mean == [3, 4])
    #expect(moments.weighted?.deviation == [0, 0])
  }
}
