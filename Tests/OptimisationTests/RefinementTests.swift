import NumericCore
import TestSupport
import Testing

@testable import Optimisation

/// Least squares by an approximation of their map.
@Suite struct RefinementTests {
  private let rows = 60
  private let columns = 40
  private let damping = 0.3

  /// A map with random entries, and it with each changed by a share of its own.
  private func maps(error: Double) -> (exact: DenseMap, near: DenseMap, right: [Double]) {
    var random = LegacyRandom(seed: 11)
    var exact = DenseMap(rows: rows, columns: columns, stride: columns)
    exact.values = random.uniform(-1, 1, rows * columns)
    var near = exact
    near.values = zip(exact.values, random.uniform(-error, error, rows * columns)).map { $0 * (1 + $1) }
    return (exact, near, random.uniform(-1, 1, rows))
  }

  private func residual(_ map: DenseMap, _ right: [Double], _ x: [Double]) -> (left: Double, start: Double) {
    let equations = NormalEquations(map: map, damping: damping, penalty: nil, workers: .serial)
    let b = equations.right(right)
    var (image, scratch) = (b, [Double]())
    equations.product(x, into: &image, scratch: &scratch)
    return (zip(b, image).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot(), norm(b))
  }

  private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// From hardly different to useless maps: what is promised is left of the residual of the map itself, also where the
  /// last correction was not checked.
  @Test(arguments: [1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 100], [1e-4, 1e-6, 1e-9, 1e-11])
  func theResidualIsThatOfTheMap(_ error: Double, _ tolerance: Double) {
    let (exact, near, right) = maps(error: error)
    let solver = GridLeastSquares<Unconditioned>(cells: columns)
    let found = solver.solve(
      ApproximatedMap(exact, near: near), right, damping: damping, tolerance: .init(relative: tolerance),
      workers: .upTo(2))
    let (left, start) = residual(exact, right, found.step)
    // Never above 10⁻⁶ of the right side; the rounding of conjugate gradients beside it.
    let promised = min(tolerance, 1e-6) * start
    #expect(left <= promised * 1.001 + 1e-13 * start)
    #expect(found.outcome.residual <= min(tolerance, 1e-6))
    let plain = solver.solve(
      exact, right, damping: damping, tolerance: .init(relative: 1e-13), workers: .upTo(2))
    #expect(largestDifference(found.step, plain.step) <= 2 * promised / (damping * damping))
  }

  /// Counted by a map that tells of each product.
  @Test func mostProductsAreTheApproximations() {
    let (exact, near, right) = maps(error: 1e-3)
    let (counted, cheap) = (CountedMap(base: exact), CountedMap(base: near))
    _ = GridLeastSquares<Unconditioned>(cells: columns).solve(
      ApproximatedMap(counted, near: cheap), right, damping: damping, tolerance: .init(relative: 1e-9),
      workers: .serial)
    #expect(counted.products.count <= 3)
    #expect(cheap.products.count > 3 * counted.products.count)
  }

  @Test func anEmptyRightSideNeedsNothing() {
    let (exact, near, _) = maps(error: 1e-3)
    let found = GridLeastSquares<Unconditioned>(cells: columns).solve(
      ApproximatedMap(exact, near: near), Array(repeating: 0, count: rows), damping: damping,
      tolerance: .init(),
      workers: .serial)
    #expect(found.step.allSatisfy { $0 == 0 })
    #expect(found.outcome.iterations == 0 && found.outcome.residual == 0)
  }
}

private struct CountedMap: LinearMap {
  final class Count { var count = 0 }

  let base: DenseMap
  let products = Count()

  var length: Int { base.length }
  var observations: Int { base.observations }

  func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    products.count += 1
    base.product(x, into: &result, workers: workers)
  }

  func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    base.transposed(y, into: &result, workers: workers)
  }
}
