import NumericCore
import TestSupport
import Testing

@testable import Optimisation

@Suite struct DampedLeastSquaresTests {
  private func system(rows: Int, columns: Int) -> (solver: DampedLeastSquares, right: [Double]) {
    let stride = (columns + 7) / 8 * 8
    var solver = DampedLeastSquares(rows: rows, columns: columns, stride: stride)
    var random = LegacyRandom(seed: 3)
    for row in 0..<rows {
      for column in 0..<columns { solver.matrix[row * stride + column] = random.uniform(-1, 1) }
    }
    return (solver, random.uniform(-1, 1, rows))
  }

  /// Tall, wide, fewer rows than chunks, odd numbers of rows.
  @Test(arguments: [(40, 13), (13, 40), (5, 9), (33, 33), (1, 1)])
  func agreesWithCholesky(_ rows: Int, _ columns: Int) throws {
    let (made, right) = system(rows: rows, columns: columns)
    let damping = 0.3
    let (step, outcome) = made.solve(
      right, damping: damping, tolerance: .init(), workers: .upTo(2))
    var normal = Matrix(rows: columns, columns: columns)
    var image = [Double](repeating: 0, count: columns)
    for i in 0..<columns {
      for row in 0..<rows { image[i] += made.matrix[row * made.stride + i] * right[row] }
      for j in 0..<columns {
        normal[i, j] = i == j ? damping * damping : 0
        for row in 0..<rows {
          normal[i, j] += made.matrix[row * made.stride + i] * made.matrix[row * made.stride + j]
        }
      }
    }
    let direct = try Cholesky(normal).solve(image)
    #expect(largestDifference(step, direct) <= 1e-8)
    #expect(outcome.residual <= 1e-10)
    #expect(step.count == columns)
    #expect(
      step == made.solve(right, damping: damping, tolerance: .init(), workers: .serial).step)
  }

  /// The bound follows the first step's right side, and a small one is still solved to a millionth.
  @Test func laterStepsAreAsExactInMetres() {
    let rule = SolverTolerance(relative: 1e-10, reference: 10)
    for (start, expected) in [(100, 1e-18), (400, 4e-18), (0.01, 1e-18), (1e-12, 1e-24)] {
      #expect(abs(rule.squaredBound(start) - expected) <= 1e-15 * expected)
    }
    #expect(abs(SolverTolerance().squaredBound(4) - 4e-20) <= 1e-35)
  }

  /// With little damping the factor takes over; the iteration alone finds the same, in more rounds.
  @Test func smallSystemsAreFactored() {
    let (made, right) = system(rows: 60, columns: 48)

    let direct = made.solve(right, damping: 1e-3, workers: .upTo(2))
    let iterated = made.solve(
      right, damping: 1e-3, iterationLimit: 1000, workers: .serial)
    #expect(direct.outcome.iterations == 8 && iterated.outcome.iterations > 8)
    #expect(direct.outcome.residual <= 1e-12)
    #expect(largestDifference(direct.step, iterated.step) <= 1e-7)
  }

  @Test func aZeroRightSideNeedsNoIteration() {
    let solver = system(rows: 6, columns: 4).solver
    let (step, outcome) = solver.solve(Array(repeating: 0, count: 6), damping: 1, workers: .serial)
    #expect(step == [0, 0, 0, 0])
    #expect(outcome.iterations == 0 && outcome.residual == 0)
  }
}
