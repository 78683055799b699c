import CKernels
import NumericCore
import Testing

/// Reproducible numbers between −1 and 1.
struct Noise {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int64(bitPattern: state) >> 11) / 4_503_599_627_370_496.0
  }

  mutating func values(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
}

@Suite struct CholeskyTests {
  static func positiveDefinite(_ order: Int) -> Matrix {
    var noise = Noise(UInt64(order))
    var matrix = Matrix(rows: order, columns: order, values: noise.values(order * order)).gramOfRows()
    for index in 0..<order { matrix[index, index] += 1 }
    return matrix
  }

  @Test(arguments: [1, 2, 3, 5, 63, 64, 65, 127, 128, 129, 200, 300])
  func factorAndSolve(order: Int) throws {
    let matrix = Self.positiveDefinite(order)
    let factor = try Cholesky(matrix)
    let size = matrix.values.map { abs($0) }.max()!
    let product = factor.factor.gramOfRows()
    #expect(zip(product.values, matrix.values).allSatisfy { abs($0 - $1) <= 1e-14 * size * Double(order) })
    var noise = Noise(99)
    let right = noise.values(order)
    let residual = zip(matrix.times(factor.solve(right)), right).map { abs($0 - $1) }.max()!
    #expect(residual <= 1e-12 * Double(order))
  }

  @Test func gramMatchesPlainSums() {
    var noise = Noise(7)
    let matrix = Matrix(rows: 67, columns: 301, values: noise.values(67 * 301))
    let gram = matrix.gramOfRows()
    for row in 0..<67 {
      for column in 0..<67 {
        let plain = (0..<301).reduce(0) { $0 + matrix[row, $1] * matrix[column, $1] }
        #expect(abs(gram[row, column] - plain) <= 1e-12)
      }
    }
  }

  /// Sizes that no tile divides.
  @Test(arguments: InstructionSet.available)
  func productsHaveTheBitsOfPlainSumsOnEverySet(_ set: InstructionSet) {
    var noise = Noise(5)
    let (rows, columns, depth) = (21, 29, 37)
    let (a, b) = (noise.values(rows * depth), noise.values(depth * columns))
    var c = noise.values(rows * columns)
    var expected = c
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for k in 0..<depth { sum += a[row * depth + k] * b[k * columns + column] }
        expected[row * columns + column] -= sum
      }
    }
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          ck_subtract_product(
            set.code,
            ck_product(
              a: a.baseAddress, b: b.baseAddress, c: c.baseAddress, a_stride: depth,
              b_stride: columns, c_stride: columns, rows: rows, columns: columns, depth: depth))
        }
      }
    }
    #expect(c == expected)
  }

  @Test func sameBitsForAnyNumberOfWorkers() throws {
    let matrix = Self.positiveDefinite(300)
    let serial = try Cholesky(matrix)
    let parallel = try Cholesky(matrix, workers: .upTo(3))
    #expect(serial.factor == parallel.factor)
    #expect(matrix.gramOfRows() == matrix.gramOfRows(workers: .upTo(3)))
  }

  @Test func refusesWhatIsNotPositiveDefinite() {
    var matrix = Matrix.identity(70)
    matrix[66, 66] = -2
    #expect(throws: NumericError.notPositiveDefinite(pivot: 66, value: -2)) { try Cholesky(matrix) }
    matrix[66, 66] = .nan
    #expect(throws: NumericError.self) { try Cholesky(matrix) }
  }
}
