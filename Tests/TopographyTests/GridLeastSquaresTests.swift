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

  /// A step of a large grid is that of the exact operator alone, solved further, to some 10⁻⁶ m.
  @Test(arguments: [Derivative.exact, .annulus])
  func aLargeGridsStepIsAsGood(_ derivative: Derivative) throws {
    let size = 256
    let geometry = GridGeometry(
      region: Region(west: 0, east: 255_000, south: 0, north: 255_000), columns: size, rows: size)
    let zero = [Double](repeating: 0, count: geometry.count)
    let contrast = [Double](repeating: 2669, count: geometry.count)
    let points = ObservationPoints(grid: geometry, upward: 1000)
    let start = (0..<geometry.count).map {
      300 * Elementary.sin(Double($0 % size) / 9 + Double($0 / size) / 14)
    }
    var random = LegacyRandom(seed: 3)
    var gravity = try GridGravity(
      of: .init(
        geometry: geometry, reference: zero, densityContrast: contrast, isPresent: zero.map { _ in true }),
      lattice: ObservationLattice(points, on: geometry), tolerance: .init(1e-9, derivative: 1e-8),
      workers: .upTo(2))
    let forward = try gravity.gz(ofSurface: start, workers: .upTo(2))
    let residual = random.uniform(-5, 5, points.count)
    let problem = InversionProblem(
      model: geometry, startingTopography: start, reference: zero, densityContrast: contrast, points: points,
      anomaly: zip(forward, residual).map { $0 + $1 })
    let found = try invert(
      problem,
      settings: InversionSettings(
        derivative: derivative, damping: 0.05,
        stopping: StoppingRule(maximumIterations: 1, l2NormTolerance: 0, deltaL2NormTolerance: 0)),
      workers: .upTo(2))
    let layer = PrismLayer(
      topography: start, geometry: geometry, reference: zero, densityContrast: contrast)
    let jacobian = try gravity.jacobian(
      derivative, of: layer, free: zero.map { _ in true }, workers: .upTo(2))
    let exact = GridLeastSquares<Unconditioned>(cells: geometry.count).solve(
      jacobian, residual, damping: 0.05, tolerance: .init(relative: 1e-11), workers: .upTo(2)
    ).step
    let byHeight = zip(exact, start).map { derivative.isByHeight || $1 >= 0 ? $0 : -$0 }
    let largest = byHeight.map { abs($0) }.max() ?? 0
    #expect(largest > 10)
    #expect(largestDifference(zip(start, byHeight).map { $0 + $1 }, found.topography) <= 1e-7 * largest)
  }
}
