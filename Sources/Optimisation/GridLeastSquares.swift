import CKernels
public import NumericCore

/// Minimises |J x − r|² + d² |x|² for an operator J by preconditioned conjugate gradients on the
/// normal equations, as `DampedLeastSquares` does for a matrix.
///
/// Sums run in a fixed order over all cells; frozen cells have no entries in J and stay 0.
public struct GridLeastSquares<Conditioner: Preconditioner> {
  private var solution, gradient, direction, searched, image, forward: [Double]
  public var preconditioner: Conditioner?

  /// - Parameter preconditioner: an approximation of (JᵀJ + d²)⁻¹, symmetric and positive.
  public init(cells: Int, preconditioner: Conditioner? = nil) {
    solution = Array(repeating: 0, count: cells)
    (gradient, direction, searched, image) = (solution, solution, solution, solution)
    forward = []
    self.preconditioner = preconditioner
  }

  /// The minimiser, one value a cell. Stops where |(JᵀJ + d²) x − Jᵀr| is below the tolerance, or
  /// after 4 · cells + 100 iterations, with what it has.
  public mutating func solve(
    _ jacobian: some CellMap, _ right: [Double], damping: Double, penalty: NormalTerm? = nil,
    tolerance: SolverTolerance, workers: Workers
  ) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    if forward.count != right.count { forward = Array(repeating: 0, count: right.count) }
    jacobian.transposed(right, into: &gradient, workers: workers)
    if let penalty { for index in gradient.indices { gradient[index] -= penalty.offset[index] } }
    for index in solution.indices { solution[index] = 0 }
    let start = Self.dot(gradient, gradient)
    let bound = tolerance.squaredBound(start)
    precondition(workers)
    for index in direction.indices { direction[index] = searched[index] }
    var energy = Self.dot(gradient, searched)
    var (square, iterations) = (start, 0)
    let limit = 4 * solution.count + 100
    while square > bound, iterations < limit {
      normalProduct(jacobian, damping: damping, workers: workers)
      if let penalty {
        let added = penalty.product(direction)
        for index in image.indices { image[index] += added[index] }
      }
      let curvature = Self.dot(direction, image)
      guard curvature > 0 else { break }
      let length = energy / curvature
      for index in solution.indices {
        solution[index] += length * direction[index]
        gradient[index] -= length * image[index]
      }
      square = Self.dot(gradient, gradient)
      precondition(workers)
      let next = Self.dot(gradient, searched)
      let ratio = next / energy
      for index in direction.indices {
        direction[index] = searched[index] + ratio * direction[index]
      }
      energy = next
      iterations += 1
    }
    return (solution, .init(iterations: iterations, start: start, square: square))
  }

  /// searched = the preconditioner's step down the gradient.
  private mutating func precondition(_ workers: Workers) {
    if preconditioner != nil {
      preconditioner?.apply(to: gradient, into: &searched, workers: workers)
    } else {
      for index in searched.indices { searched[index] = gradient[index] }
    }
  }

  /// image = Jᵀ(J direction) + damping² direction.
  private mutating func normalProduct(
    _ jacobian: some CellMap, damping: Double, workers: Workers
  ) {
    jacobian.product(direction, into: &forward, workers: workers)
    jacobian.transposed(forward, into: &image, workers: workers)
    for index in image.indices { image[index] += damping * damping * direction[index] }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    let even = a.count / 8 * 8
    var sum = ck_dot(ck_best_set(), a, b, even)
    for index in even..<a.count { sum += a[index] * b[index] }
    return sum
  }
}

/// An approximation of (JᵀJ + d²)⁻¹, symmetric and positive.
public protocol Preconditioner: Sendable {
  /// result = the approximation times x, one value an unknown.
  mutating func apply(to x: [Double], into result: inout [Double], workers: Workers)
}
