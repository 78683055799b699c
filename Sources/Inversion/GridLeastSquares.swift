import CKernels
import Gravity
import NumericCore

/// Minimises |J x − r|² + d² |x|² for an operator J by preconditioned conjugate gradients on the
/// normal equations, as `DampedLeastSquares` does for a matrix.
///
/// Sums run in a fixed order over all cells; frozen cells have no entries in J and stay 0.
struct GridLeastSquares {
  private var solution, gradient, direction, searched: [Double]
  private let preconditioner: HalfSpacePreconditioner?

  /// - Parameter preconditioner: an approximation of (JᵀJ + d²)⁻¹, symmetric and positive.
  init(cells: Int, preconditioner: HalfSpacePreconditioner? = nil) {
    solution = Array(repeating: 0, count: cells)
    (gradient, direction, searched) = (solution, solution, solution)
    self.preconditioner = preconditioner
  }

  /// The minimiser, one value a cell. Stops at a relative residual |(JᵀJ + d²) x − Jᵀr| / |Jᵀr| of
  /// `tolerance`, or after `iterationLimit` iterations, with what it has.
  mutating func solve(
    _ jacobian: GridOperator, _ right: [Double], damping: Double, tolerance: Double,
    workers: Workers
  ) -> (step: [Double], outcome: DampedLeastSquares.Outcome) {
    gradient = jacobian.transposed(right, workers: workers)
    for index in solution.indices { solution[index] = 0 }
    let start = Self.dot(gradient, gradient)
    searched = preconditioned(workers)
    direction = searched
    var energy = Self.dot(gradient, searched)
    var (square, iterations) = (start, 0)
    let limit = 4 * solution.count + 100
    while square > tolerance * tolerance * start, iterations < limit {
      let image = normalProduct(jacobian, damping: damping, workers: workers)
      let curvature = Self.dot(direction, image)
      guard curvature > 0 else { break }
      let length = energy / curvature
      for index in solution.indices {
        solution[index] += length * direction[index]
        gradient[index] -= length * image[index]
      }
      square = Self.dot(gradient, gradient)
      searched = preconditioned(workers)
      let next = Self.dot(gradient, searched)
      let ratio = next / energy
      for index in direction.indices {
        direction[index] = searched[index] + ratio * direction[index]
      }
      energy = next
      iterations += 1
    }
    let residual = start > 0 ? (square / start).squareRoot() : 0
    return (solution, .init(iterations: iterations, residual: residual))
  }

  private func preconditioned(_ workers: Workers) -> [Double] {
    preconditioner?.applied(to: gradient, workers: workers) ?? gradient
  }

  /// Jᵀ(J direction) + damping² direction.
  private func normalProduct(
    _ jacobian: GridOperator, damping: Double, workers: Workers
  ) -> [Double] {
    let forward = jacobian.product(direction, workers: workers)
    var image = jacobian.transposed(forward, workers: workers)
    for index in image.indices { image[index] += damping * damping * direction[index] }
    return image
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    let even = a.count / 8 * 8
    var sum = ck_dot(ck_best_set(), a, b, even)
    for index in even..<a.count { sum += a[index] * b[index] }
    return sum
  }
}

/// The inverse of the normal equations of a flat half-space: the derivative of gravity with respect
/// to a level sheet's height multiplies wavenumber k by 2πGΔρ e^(−|k| clearance), so that JᵀJ + d²
/// does by the square of it, times the observations a cell, plus d².
///
/// Applied on a periodic grid of the model's size rounded up to a good length; frozen cells are set
/// to zero before and after, which keeps it symmetric and positive.
struct HalfSpacePreconditioner: Sendable {
  private let geometry: GridGeometry
  private let free: [Bool]
  private let transform: RealTransform2D
  private let symbol: [Double]

  struct Medium {
    /// Root mean square of Δρ, kg/m³; mean height of the observations above the surface, metres.
    var densityContrast, clearance: Double
    var observationsPerCell: Double
  }

  init(_ medium: Medium, damping: Double, geometry: GridGeometry, free: [Bool]) {
    (self.geometry, self.free) = (geometry, free)
    transform = RealTransform2D(
      rows: FourierLength.good(atLeast: geometry.rows),
      columns: FourierLength.good(atLeast: geometry.columns))
    let slab = 2 * Double.pi * 1e5 * PrismGravity.gravitationalConstant * medium.densityContrast
    let across = FourierTransform2D.frequencies(
      count: transform.columns, spacing: geometry.spacingEasting)
    let up = FourierTransform2D.frequencies(count: transform.rows, spacing: geometry.spacingNorthing)
    var symbol = [Double](repeating: 0, count: transform.size(height: transform.rows) / 2)
    for row in 0..<transform.rows {
      for column in 0..<transform.columns / 2 + 1 {
        let cycles = (across[column] * across[column] + up[row] * up[row]).squareRoot()
        let decay = Elementary.exp(-4 * Double.pi * cycles * max(0, medium.clearance))
        symbol[((column / 8) * transform.rows + row) * 8 + column % 8] =
          1 / (medium.observationsPerCell * slab * slab * decay + damping * damping)
      }
    }
    self.symbol = symbol
  }

  func applied(to x: [Double], workers: Workers) -> [Double] {
    var padded = [Double](repeating: 0, count: transform.rows * transform.columns)
    for cell in x.indices where free[cell] {
      padded[cell / geometry.columns * transform.columns + cell % geometry.columns] = x[cell]
    }
    var half = transform.forward(&padded, workers: workers)
    for element in 0..<symbol.count / 8 {
      for lane in 0..<8 {
        half[element * 16 + lane] *= symbol[element * 8 + lane]
        half[element * 16 + 8 + lane] *= symbol[element * 8 + lane]
      }
    }
    let values = transform.inverse(&half, workers: workers)
    return x.indices.map { cell in
      free[cell]
        ? values[cell / geometry.columns * transform.columns + cell % geometry.columns] : 0
    }
  }
}
