import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

@Suite struct GridLeastSquaresTests {
  /// Inner iterations with and without the preconditioner, and both solutions.
  private func solve(_ derivative: Derivative, damping: Double) throws -> (
    plain: (step: [Double], outcome: DampedLeastSquares.Outcome),
    helped: (step: [Double], outcome: DampedLeastSquares.Outcome)
  ) {
    let size = 48
    let geometry = GridGeometry(
      region: Region(west: 0, east: 47_000, south: 0, north: 47_000), columns: size, rows: size)
    var random = LegacyRandom(seed: 2)
    let topography = random.uniform(-200, 200, geometry.count)
    let zero = [Double](repeating: 0, count: geometry.count)
    let contrast = [Double](repeating: 2669, count: geometry.count)
    let free = (0..<geometry.count).map { $0 % 50 != 7 }
    let points = ObservationPoints(grid: geometry, upward: 1000)
    var gravity = try GridGravity(
      of: .init(
        geometry: geometry, reference: zero, densityContrast: contrast, isPresent: zero.map { _ in true }),
      lattice: ObservationLattice(points, on: geometry), tolerance: .init(1e-9), workers: .upTo(2))
    let layer = PrismLayer(
      topography: topography, geometry: geometry, reference: zero, densityContrast: contrast)
    let jacobian = try gravity.jacobian(derivative, of: layer, free: free, workers: .upTo(2))
    let right = random.uniform(-1, 1, points.count)
    let medium = FlatPreconditioner.Medium(
      densityContrast: 2669, clearance: 1000, observationsPerCell: 1)
    var preconditioner = FlatPreconditioner(
      derivative, medium, damping: damping, geometry: geometry, free: free, workers: .serial)
    preconditioner.adapt(to: derivative, of: layer)
    let results = [nil, preconditioner].map { (preconditioner: FlatPreconditioner?) in
      let solver = GridLeastSquares(cells: geometry.count, preconditioner: preconditioner)
      return solver.solve(jacobian, right, damping: damping, tolerance: .init(), workers: .upTo(2))
    }
    for cell in free.indices where !free[cell] {
      #expect(results.allSatisfy { $0.step[cell] == 0 })
    }
    return (results[0], results[1])
  }

  /// Half of the annulus' columns are negative here.
  @Test(arguments: [0.2, 0.1, 0.05, 0.02, 0.01, 0.005], [Derivative.exact, .annulus])
  func thePreconditionerLeavesTheSolution(_ damping: Double, _ derivative: Derivative) throws {
    let (plain, helped) = try solve(derivative, damping: damping)
    let size = plain.step.map { abs($0) }.max() ?? 0
    #expect(size > 0)
    #expect(largestDifference(plain.step, helped.step) <= 1e-6 * size)
    #expect(plain.outcome.residual <= 1e-10 && helped.outcome.residual <= 1e-10)
    #expect(helped.outcome.iterations <= plain.outcome.iterations)
  }

  @Test(arguments: [Derivative.exact, .annulus, .finiteDifference(step: 1)])
  func fewerIterationsWithLittleDamping(_ derivative: Derivative) throws {
    let (plain, helped) = try solve(derivative, damping: 0.005)
    #expect(2 * helped.outcome.iterations < plain.outcome.iterations)
  }
}
