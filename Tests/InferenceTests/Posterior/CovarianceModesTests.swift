import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct CovarianceModesTests {
  private static let matrix: Matrix = {
    var matrix = Matrix(rows: 60, columns: 60)
    for i in 0..<60 { for j in 0..<60 { matrix[i, j] = 4 * Elementary.exp(-abs(Double(i - j)) / 12) } }
    return matrix
  }()

  @Test func asTheWholeDecomposition() {
    let modes = CovarianceModes(Self.matrix, count: 6)
    let eigen = SymmetricEigen(Self.matrix)
    let leading = Array(eigen.values.reversed().prefix(6))
    #expect(largestDifference(modes.variances, leading) < 1e-9 * leading[0])
    for k in 0..<6 {
      let mode = (0..<60).map { modes.modes[k, $0] }
      let image = Self.matrix.times(mode)
      #expect(largestDifference(image, mode.map { $0 * leading[k] }) < 1e-4 * leading[0])
      let length: Double = mode.reduce(0.0) { $0 + $1 * $1 }
      #expect(abs(length - 1) < 1e-12)
    }
    #expect(abs(modes.share - leading.reduce(0, +) / 240) < 1e-9)
  }

  @Test func fieldHasTheVariance() {
    let all = CovarianceModes(Self.matrix, count: 60)
    #expect(abs(all.share - 1) < 1e-9)
    // Σ λ φφᵀ is the covariance.
    var variance = [Double](repeating: 0, count: 60)
    for k in 0..<60 {
      let field = all.field((0..<60).map { $0 == k ? 1 : 0 })
      for i in 0..<60 { variance[i] += field[i] * field[i] }
    }
    #expect(largestDifference(variance, [Double](repeating: 4, count: 60)) < 1e-8)
  }
}
