import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

/// Published examples recomputed by the reference, from our own models and noise: no file needed.
@Suite struct PublishedExampleTests {
  private static func problem(level: Double, contrast: [Double]) -> InversionProblem {
    let topography = SyntheticTopography.simple(geometry: model).values
    let reference = Array(repeating: level, count: model.count)
    let points = ObservationPoints(grid: model, upward: 1000)
    let layer = PrismLayer(
      topography: topography, geometry: model, reference: reference, densityContrast: contrast)
    let clean = PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
    var problem = InversionProblem(
      model: model, startingTopography: reference, reference: reference,
      densityContrast: contrast, points: points,
      anomaly: contaminate(clean, .absolute(0.2), seed: 0))
    problem.isInner = inner(buffer: 3000)
    return problem
  }

  private static func settings(_ derivative: Derivative) -> InversionSettings {
    InversionSettings(
      derivative: derivative, damping: 0.1,
      stopping: StoppingRule(maximumIterations: 30, l2NormTolerance: 0.45, deltaL2NormTolerance: 1.005),
      returnedIteration: .last)
  }

  /// The layer of the peer's own unit test: 500 m over a reference of 100 m, 200 kg/m³, cells of 10 km.
  @Test func flatLayer() {
    let grid = GridGeometry(region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 10_000)
    func flat(_ value: Double) -> [Double] { Array(repeating: value, count: grid.count) }
    let layer = PrismLayer(
      topography: flat(500), geometry: grid, reference: flat(100), densityContrast: flat(200))
    let found = PrismGravity.gz(of: layer, at: ObservationPoints(grid: grid, upward: 1000), workers: .serial)
    #expect(largestDifference(found[..<3], [3.08686619, 3.15942294, 3.16671307]) <= 1e-8)
  }

  @Test func variableDensity() throws {
    let regional = SyntheticTopography.regional(geometry: model, offset: 20).values
    let problem = Self.problem(
      level: meanTopography, contrast: regional.map { $0 > 0 ? 1799 : 2999 })
    #expect(abs(problem.anomaly[0] - 6.509211850683) <= 1e-9)
    let result = try invert(problem, settings: Self.settings(.annulus), workers: .upTo(2))
    let expected = [
      5.751595, 3.366240, 2.245393, 1.642156, 1.266864, 1.008776, 0.821183, 0.680620, 0.573226,
      0.489929, 0.424459, 0.372359, 0.330413, 0.296267, 0.268184, 0.244865, 0.225330, 0.208829,
      0.194780,
    ]
    #expect(result.history.count == expected.count)
    #expect(largestDifference(result.history.map(\.rmse), expected) <= 2e-6)
    #expect(result.reasons == [.l2NormTolerance])
  }

  @Test func quickStart() throws {
    let problem = Self.problem(level: 500, contrast: Array(repeating: 2669, count: model.count))
    let first = [9.069604, 9.813227, 9.473334, 8.676493, 7.806311]
    #expect(largestDifference(problem.anomaly[..<5], first) <= 1e-6)
    let annulus = try invert(problem, settings: Self.settings(.annulus), workers: .upTo(2))
    let rmse = annulus.history.map(\.rmse)
    #expect(largestDifference(rmse[..<4], [6.743327, 3.737865, 2.178281, 1.350640]) <= 2e-6)
    #expect(rmse.count == 12)
    #expect(abs(rmse[11] - 0.192876) <= 2e-6)
    #expect(abs(annulus.topography[0] - 620.731794) <= 1e-3)
    #expect(abs(annulus.topography[15 * 41 + 20] - 469.273539) <= 1e-3)
    let slab = try invert(
      problem, settings: Self.settings(.finiteDifference(step: 1)), workers: .upTo(2))
    let slabs = slab.history.map(\.rmse)
    #expect(largestDifference(slabs[..<4], [6.743327, 3.597267, 1.997832, 1.169305]) <= 2e-6)
    #expect(slabs.count == 9)
    #expect(abs(slabs[8] - 0.198220) <= 2e-6)
    // Quirk Q2: the derivative at the face that moves needs fewer iterations than the annulus for the same misfit.
    let exact = try invert(problem, settings: Self.settings(.exact), workers: .upTo(2))
    let count = exact.history.count
    #expect(count < rmse.count && exact.reasons == [.l2NormTolerance], "\(count)")
  }
}
