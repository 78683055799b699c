import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct GaussianLikelihoodTests {
  @Test func independentNoise() throws {
    let likelihood = try GaussianLikelihood([1, .nan, 3], deviations: [0.5, 0, 2])
    #expect(likelihood.leftOut == 1 && likelihood.used == 2)
    let expected =
      -0.5 * (0.2 * 0.2 / 0.25 + 1 / 4.0) - Elementary.log(0.5) - Elementary.log(2) - Elementary.log(2 * .pi)
    #expect(abs(try likelihood.logDensity([0.8, 7, 4]) - expected) < 1e-14)
    #expect(largestDifference(try likelihood.whitenedResidual([0.8, 7, 4]), [0.4, -0.5]) < 1e-14)
    #expect(try likelihood.logDensity([0.8, 7, .nan]).isNaN)
    #expect(throws: PosteriorError.predictionSize(found: 2, needed: 3)) { try likelihood.logDensity([1, 2]) }
  }

  /// By a matrix that is a product: the density of independent noise of the whitened data.
  @Test func correlatedNoise() throws {
    let matrix = Matrix(rows: 3, columns: 3, values: [4, 1, 0.5, 1, 2, 0.3, 0.5, 0.3, 1])
    let y = [1.0, 2, -1]
    let likelihood = try GaussianLikelihood(y, covariance: matrix)
    let factor = try Cholesky(matrix)
    let square = zip(y, factor.solve(y)).reduce(0) { $0 + $1.0 * $1.1 }
    let expected = -0.5 * square - 0.5 * factor.logDeterminant - 1.5 * Elementary.log(2 * .pi)
    #expect(abs(try likelihood.logDensity([0, 0, 0]) - expected) < 1e-13)
    // A datum without value takes its row and column with it.
    let fewer = try GaussianLikelihood([1, .nan, -1], covariance: matrix)
    let small = try GaussianLikelihood(
      [1, -1], covariance: Matrix(rows: 2, columns: 2, values: [4, 0.5, 0.5, 1]))
    #expect(abs(try fewer.logDensity([0, 9, 0]) - small.logDensity([0, 0])) < 1e-14)
    // The regularisation is relative: in other units nothing changes but the constant.
    let scaled = Matrix(rows: 3, columns: 3, values: matrix.values.map { $0 * 1e-10 })
    let one = try GaussianLikelihood(y, covariance: matrix, regularisation: 0.1).logDensity([0, 0, 0])
    let other = try GaussianLikelihood(y.map { $0 * 1e-5 }, covariance: scaled, regularisation: 0.1)
      .logDensity([0, 0, 0])
    #expect(abs(one - other + 3 * Elementary.log(1e5)) < 1e-9)
  }

  @Test func severalSets() throws {
    let first = try GaussianLikelihood([1, 2], deviations: [1, 1])
    let second = try GaussianLikelihood([5], deviations: [0.1])
    let both = GaussianLikelihood(joining: [first, second])
    #expect(
      abs(try both.logDensity([1.5, 2, 5.1]) - first.logDensity([1.5, 2]) - second.logDensity([5.1])) < 1e-13)
    #expect(both.count == 3)
  }

  @Test func refusals() {
    #expect(throws: PosteriorError.deviationNotPositive(datum: 1, value: 0)) {
      try GaussianLikelihood([1, 2], deviations: [1, 0])
    }
    #expect(throws: PosteriorError.deviationNotPositive(datum: 0, value: -1)) {
      try GaussianLikelihood([1, 2], deviations: [-1, 0])
    }
    #expect(throws: PosteriorError.noData(leftOut: 2)) {
      try GaussianLikelihood([.nan, .nan], deviations: [1, 1])
    }
    #expect {
      try GaussianLikelihood([1, 2], covariance: Matrix(rows: 2, columns: 2, values: [1, 2, 2, 1]))
    } throws: { error in
      guard case .covarianceNotPositiveDefinite(let value, 1, 2)? = error as? PosteriorError else {
        return false
      }
      return abs(value - -1) < 1e-12
    }
    #expect(throws: PosteriorError.covarianceNotSymmetric(row: 0, column: 1)) {
      try GaussianLikelihood([1, 2], covariance: Matrix(rows: 2, columns: 2, values: [1, 0.2, 0, 1]))
    }
    #expect(throws: PosteriorError.covarianceSize(found: 1, needed: 2)) {
      try GaussianLikelihood([1, 2], covariance: Matrix.identity(1))
    }
  }

  @Test func eigenvalues() {
    let matrix = Matrix(rows: 3, columns: 3, values: [2, 1, 0, 1, 2, 1, 0, 1, 2])
    let eigen = SymmetricEigen(matrix)
    let root = 2.0.squareRoot()
    #expect(largestDifference(eigen.values, [2 - root, 2, 2 + root]) < 1e-14)
    #expect(largestDifference(eigen.applying { $0 }.values, matrix.values) < 1e-14)
    let square = eigen.applying { $0 * $0 }
    #expect(largestDifference(square.values, matrix.timesTransposed(matrix).values) < 1e-13)
  }
}
