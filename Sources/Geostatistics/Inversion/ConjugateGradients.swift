import NumericCore

/// Conjugate gradients for a symmetric positive definite operator.
enum ConjugateGradients {
  struct Outcome {
    var solution: [Double]
    var iterations: Int
    /// Residual over right side.
    var residual: Double
  }

  /// Stops where the residual is below `tolerance` times the right side, where rounding lets it fall no further, or after
  /// `limit` iterations, with what it has.
  static func solve(
    _ right: [Double], tolerance: Double, limit: Int, _ product: ([Double]) -> [Double],
    preconditioner: ([Double]) -> [Double]
  ) -> Outcome {
    var x = [Double](repeating: 0, count: right.count)
    var residual = right
    let start = dot(right, right)
    guard start > 0 else { return Outcome(solution: x, iterations: 0, residual: 0) }
    var searched = preconditioner(residual)
    var direction = searched
    var energy = dot(residual, searched)
    var (square, iterations) = (start, 0)
    while square > tolerance * tolerance * start, iterations < limit {
      let image = product(direction)
      let curvature = dot(direction, image)
      guard curvature > 0, energy > 0 else { break }
      let length = energy / curvature
      for index in x.indices {
        x[index] += length * direction[index]
        residual[index] -= length * image[index]
      }
      square = dot(residual, residual)
      searched = preconditioner(residual)
      let next = dot(residual, searched)
      let ratio = next / energy
      for index in direction.indices { direction[index] = searched[index] + ratio * direction[index] }
      energy = next
      iterations += 1
    }
    return Outcome(solution: x, iterations: iterations, residual: (square / start).squareRoot())
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
