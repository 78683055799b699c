import Datasets
import Gravity
import NumericCore
import TestSupport
import Testing

@testable import Topography

/// How the data of the regional cases came about: surface, gravity, noise, constraints, start, misfit. Each link from
/// the one before.
@Suite(
  "The chain of the reference cases", .needsReference)
struct ReferenceChainTests {
  private static func gravity(_ surface: [Double]) -> [Double] {
    let layer = PrismLayer(
      topography: surface, geometry: model,
      reference: Array(repeating: meanTopography, count: model.count),
      densityContrast: Array(repeating: 2669, count: model.count))
    return PrismGravity.gz(of: layer, at: ObservationPoints(grid: model, upward: 1000), workers: .upTo(2))
  }

  @Test func anomalyIsModelPlusRegionalPlusNoise() throws {
    let file = try Reference.dataset("e_regional_separation.nc")
    let truth = SyntheticTopography.simple(geometry: model).values
    let stored = try Reference.dataset("a_true_topography.nc").grid("topography").values
    #expect(largestDifference(truth, stored) <= 1e-9)
    #expect(try file.grid("upward").values.allSatisfy { $0 == 1000 })
    let clean = zip(Self.gravity(truth), try file.grid("true_regional").values).map { $0 + $1 }
    let anomaly = contaminate(clean, .absolute(0.2), seed: 1)
    #expect(largestDifference(anomaly, try file.grid("gravity_anomaly").values) <= 1e-9)
  }

  @Test func startAndMisfitFollow() throws {
    let file = try Reference.dataset("e_regional_separation.nc")
    let start = try makeStartingTopography(
      geometry: model,
      settings: StartingTopographySettings(method: .spline(dampings: [1e-4]), useWeights: true),
      constraints: .reference(weighted: true)
    ).topography.values
    let stored = try file.grid("starting_topography").values
    #expect(largestDifference(start, stored) <= 1e-4)
    let forward = Self.gravity(stored)
    #expect(largestDifference(forward, try file.grid("forward_gravity").values) <= 1e-9)
    let misfit = zip(try file.grid("gravity_anomaly").values, forward).map { $0 - $1 }
    #expect(largestDifference(misfit, try file.grid("misfit").values) <= 1e-9)
  }

  /// Heights of the constraints are samples of the true surface, to the rounding of single precision, plus noise of
  /// their own deviations; weights follow from those.
  @Test func constraintsAreSamplesPlusNoise() throws {
    let table = try TableFile.read(Reference.path("ef_constraints.csv"))
    let constraints = try ConstraintPoints.reference(weighted: true)
    let truth = SyntheticTopography.simple(geometry: model)
    let known = try table.numbers("true_upward")
    #expect(largestDifference(BicubicSampler.sample(grid: truth, at: constraints.points), known) <= 1e-4)
    let deviations = try #require(constraints.uncertainty)
    let ratios = known.indices.map { (constraints.upward[$0] - known[$0]) / deviations[$0] }
    // 60 standard normals.
    #expect(abs(Statistics.rms(ratios) - 1) <= 0.3 && abs(Statistics.mean(ratios)) <= 0.4)
    for (weight, deviation) in zip(try #require(constraints.weights), deviations) {
      #expect(abs(weight * deviation * deviation - 1) <= 1e-14)
    }
  }

  /// The peer's best surfaces in tension, which GMT leaves unsolved far from data: there only their size is compared.
  @Test(arguments: [("con_cv_pygmt", 0.020334471624930517), ("con_cv_pygmt_combined", 0)])
  func surfacesOfTheBestTension(_ name: String, _ tension: Double) throws {
    let rows = try RegionalCandidatesReferenceTests.rows(name)
    #expect(try #require(rows.first { $0.isBest }).candidate.values == [tension])
    let data = try MinimumCurvatureReferenceTests.data()
    let surface = try MinimumCurvature.fit(
      points: data.points, values: data.values, on: MinimumCurvatureReferenceTests.enlarged, tension: tension
    ).surface
    let found = Array(surface.values.dropFirst(41).dropLast(41))
    let field = try Reference.dataset("e_regional_separation.nc").grid("reg_" + name).values
    let differences = zip(found, field).map { $0 - $1 }
    #expect(Statistics.rms(differences) <= 1.5, "RMS \(Statistics.rms(differences))")
    let nodes = try MinimumCurvatureReferenceTests.nodes(data.points, model)
    let largest = nodes.map { abs(differences[$0]) }.max() ?? .infinity
    #expect(largest <= 0.2, "at the data \(largest)")
  }
}
