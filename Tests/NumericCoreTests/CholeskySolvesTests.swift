import Testing

@testable import NumericCore

@Suite struct CholeskySolvesTests {
  private func matrix(_ order: Int) -> Matrix {
    let random = CounterRandom(seed: UInt64(order), stream: "matrix")
    var matrix = Matrix(rows: order, columns: order, values: random.normal(order * order, row: 0))
      .gramOfRows()
    for index in 0..<order { matrix[index, index] += 1 }
    return matrix
  }

  @Test(arguments: [1, 2, 31, 63, 64, 65, 130, 200]) func inverseAndHalfSolves(order: Int) throws {
    let matrix = matrix(order)
    let factor = try Cholesky(matrix)
    let inverse = factor.inverse()
    for column in [0, order / 2, order - 1] {
      let unit = (0..<order).map { inverse[$0, column] }
      let image = matrix.times(unit)
      for row in 0..<order { #expect(abs(image[row] - (row == column ? 1 : 0)) < 1e-11 * Double(order)) }
    }
    let random = CounterRandom(seed: 3, stream: "right")
    var rows = Matrix(rows: 70, columns: order, values: random.normal(70 * order, row: 0))
    let right = rows
    factor.solveForward(rows: &rows)
    var threaded = right
    factor.solveForward(rows: &threaded, workers: .upTo(2))
    #expect(threaded == rows)
    for row in [0, 33, 69] {
      let solved = Array(rows.values[row * order..<(row + 1) * order])
      let back = factor.factorTimes(solved)
      for column in 0..<order { #expect(abs(back[column] - right[row, column]) < 1e-10) }
    }
  }

  /// det of [[4, 2], [2, 10]] is 36.
  @Test func logDeterminant() throws {
    let factor = try Cholesky(Matrix(rows: 2, columns: 2, values: [4, 2, 2, 10]))
    #expect(abs(factor.logDeterminant - Elementary.log(36)) < 1e-15)
    #expect(try Cholesky(Matrix(rows: 0, columns: 0)).logDeterminant == 0)
  }
}
