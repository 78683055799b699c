import NumericCore

/// Generalised least squares of a drift under the covariance S of the data, and what is left:
/// A = FᵀS⁻¹F, P = S⁻¹ − S⁻¹F A⁻¹FᵀS⁻¹, β = A⁻¹FᵀS⁻¹c, α = P c.
///
/// Of the data the fit by ordinary least squares is taken first, so that a constant of any size added to them leaves α
/// as it was but for the rounding of the data themselves.
struct DriftFit: Sendable {
  /// Of S.
  let factor: Cholesky
  /// F, a row a datum.
  let design: Matrix
  /// (S⁻¹F)ᵀ, a row a term.
  let weighted: Matrix
  /// Of A.
  let normal: Cholesky
  private let ordinary: OrthogonalDecomposition

  /// - Throws: `notPositiveDefinite` where S is not, or A, which takes columns that depend on each other.
  init(_ system: Matrix, design: Matrix, workers: Workers) throws(NumericError) {
    self.design = design
    factor = try Cholesky(system, workers: workers)
    let (rows, columns) = (design.rows, design.columns)
    var weighted = Matrix(rows: columns, columns: rows)
    for column in 0..<columns {
      let solved = factor.solve((0..<rows).map { design[$0, column] })
      for row in 0..<rows { weighted[column, row] = solved[row] }
    }
    self.weighted = weighted
    var normal = Matrix(rows: columns, columns: columns)
    for first in 0..<columns {
      let image = design.transposedTimes((0..<rows).map { weighted[first, $0] })
      for second in 0..<columns { normal[first, second] = image[second] }
    }
    self.normal = try Cholesky(normal)
    ordinary = OrthogonalDecomposition(design)
  }

  struct Solution {
    /// α = P c.
    var weights: [Double]
    /// β.
    var coefficients: [Double]
    /// cᵀ P c.
    var square: Double
  }

  func solve(_ values: [Double]) -> Solution {
    let start = design.columns > 0 ? ordinary.solve(values) : []
    let left = subtract(start, from: values)
    let change = normal.solve(weighted.times(left))
    let residual = subtract(change, from: left)
    let weights = factor.solve(residual)
    return Solution(
      weights: weights, coefficients: zip(start, change).map(+),
      square: zip(residual, weights).reduce(0) { $0 + $1.0 * $1.1 })
  }

  private func subtract(_ coefficients: [Double], from values: [Double]) -> [Double] {
    guard design.columns > 0 else { return values }
    return zip(values, design.times(coefficients)).map { $0 - $1 }
  }

  /// L_A⁻¹ (S⁻¹F)ᵀ: with it P = S⁻¹ − QᵀQ.
  var projection: Matrix {
    var columns = weighted.transposed()
    normal.solveForward(rows: &columns)
    return columns.transposed()
  }

  /// P, both triangles.
  func projector(workers: Workers) -> Matrix {
    var result = factor.inverse(workers: workers)
    let (projection, count) = (projection, factor.order)
    for term in 0..<projection.rows {
      for row in 0..<count {
        let value = projection[term, row]
        for column in 0..<count { result[row, column] -= value * projection[term, column] }
      }
    }
    return result
  }

  /// ln |FᵀF|.
  func logGram() throws(NumericError) -> Double {
    design.columns > 0 ? try Cholesky(design.transposed().gramOfRows()).logDeterminant : 0
  }
}
