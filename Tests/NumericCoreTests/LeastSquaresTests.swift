import Testing

@testable import NumericCore

@Suite struct LeastSquaresTests {
  @Test func squareSystem() {
    let matrix = CholeskyTests.positiveDefinite(40)
    let truth = (0..<40).map { Double($0) - 17.5 }
    let found = OrthogonalDecomposition(matrix).solve(matrix.times(truth))
    #expect(zip(found, truth).allSatisfy { abs($0 - $1) <= 1e-11 })
  }

  @Test func residualIsOrthogonalToTheColumns() {
    var noise = Noise(3)
    let matrix = Matrix(rows: 50, columns: 12, values: noise.values(600))
    let right = noise.values(50)
    let fitted = matrix.times(OrthogonalDecomposition(matrix).solve(right))
    let normal = matrix.transposedTimes(zip(right, fitted).map(-))
    #expect(normal.allSatisfy { abs($0) <= 1e-13 })
  }

  @Test func smallestSolutionOfADeficientSystem() {
    // Rank 3 in both directions: B·C with B 20 × 3 and C 3 × 8.
    var noise = Noise(5)
    let left = Matrix(rows: 20, columns: 3, values: noise.values(60))
    let right = Matrix(rows: 8, columns: 3, values: noise.values(24))
    var product = Matrix(rows: 20, columns: 8)
    for row in 0..<20 {
      for column in 0..<8 {
        product[row, column] = (0..<3).reduce(0) { $0 + left[row, $1] * right[column, $1] }
      }
    }
    let decomposition = OrthogonalDecomposition(product)
    #expect(decomposition.rank == 3)
    let data = noise.values(20)
    let found = decomposition.solve(data)
    let residual = zip(data, product.times(found)).map(-)
    #expect(product.transposedTimes(residual).allSatisfy { abs($0) <= 1e-13 })
    // The smallest solution lies in the row space: what is left of it after fitting C's rows is nothing.
    let inRowSpace = right.times(OrthogonalDecomposition(right).solve(found))
    #expect(zip(found, inRowSpace).allSatisfy { abs($0 - $1) <= 1e-13 })
  }

  @Test func underdeterminedAndZeroSystems() {
    let wide = Matrix(rows: 1, columns: 3, values: [1, 2, 2])
    let found = OrthogonalDecomposition(wide).solve([9])
    #expect(zip(found, [1, 2, 2]).allSatisfy { abs($0 - $1) <= 1e-14 })
    let zero = OrthogonalDecomposition(Matrix(rows: 3, columns: 2))
    #expect(zero.rank == 0)
    #expect(zero.solve([1, 2, 3]) == [0, 0])
  }

  @Test func ridgeOfScaledColumns() throws {
    // One column (0, 2): mean 1, deviation 1; b = 2y/(4 + α).
    let design = Matrix(rows: 2, columns: 1, values: [0, 2])
    let found = try LeastSquares.solve(design: design, data: [5, 3], damping: 2)
    #expect(abs(found[0] - 1) <= 1e-15)
    // Deviation 2, scaled column (0, 2): the unscaled parameter is half as large.
    let wider = Matrix(rows: 2, columns: 1, values: [0, 4])
    #expect(abs(try LeastSquares.solve(design: wider, data: [5, 3], damping: 2)[0] - 0.5) <= 1e-15)
    // A weight of 4 on the second datum: 4·2·3/(4·4 + 2).
    let weighted = try LeastSquares.solve(
      design: design, data: [5, 3], weights: [1, 4], damping: 2)
    #expect(abs(weighted[0] - 24.0 / 18) <= 1e-15)
  }

  @Test func kernelFormEqualsNormalForm() throws {
    var noise = Noise(11)
    let wide = Matrix(rows: 6, columns: 15, values: noise.values(90))
    let data = noise.values(6)
    let found = try LeastSquares.solve(design: wide, data: data, damping: 0.3)
    let scales = LeastSquares.columnScales(of: wide)
    var gradient = wide.transposedTimes(zip(data, wide.times(found)).map(-))
    for column in 0..<15 {
      gradient[column] = gradient[column] / scales[column] - 0.3 * found[column] * scales[column]
    }
    #expect(gradient.allSatisfy { abs($0) <= 1e-13 })
  }

  @Test func augmentedSystemIsTheSameMinimum() throws {
    var noise = Noise(13)
    let design = Matrix(rows: 9, columns: 5, values: noise.values(45))
    let data = noise.values(9)
    let scales = LeastSquares.columnScales(of: design)
    var scaled = design
    for row in 0..<9 { for column in 0..<5 { scaled[row, column] /= scales[column] } }
    let direct = try LeastSquares.solve(design: design, data: data, damping: 0.05)
    let other = LeastSquares.augmented(scaled, data, damping: 0.05)
    #expect(zip(direct, zip(other, scales).map(/)).allSatisfy { abs($0 - $1) <= 1e-13 })
  }

  @Test func refusals() {
    let design = Matrix(rows: 2, columns: 1, values: [0, 2])
    #expect(throws: NumericError.nonFinite(what: "data", index: 1)) {
      try LeastSquares.solve(design: design, data: [1, .nan])
    }
    #expect(throws: NumericError.negative(what: "damping", value: -1)) {
      try LeastSquares.solve(design: design, data: [1, 2], damping: -1)
    }
    #expect(throws: NumericError.negative(what: "weights", value: -3)) {
      try LeastSquares.solve(design: design, data: [1, 2], weights: [1, -3])
    }
    #expect(throws: NumericError.tooFewPoints(found: 0, needed: 1)) {
      try LeastSquares.solve(design: Matrix(rows: 0, columns: 2), data: [])
    }
  }
}
