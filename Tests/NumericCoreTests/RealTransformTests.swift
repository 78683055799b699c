import Testing

@testable import NumericCore

@Suite struct RealTransformTests {
  private func random(_ count: Int) -> [Double] {
    var generator = LegacyRandom(seed: 11)
    return generator.uniform(-1, 1, count)
  }

  /// Every factor, odd and even lengths, fewer rows than a group of sixteen and more.
  @Test(arguments: [
    (1, 1), (2, 3), (4, 5), (7, 8), (15, 21), (16, 16), (17, 35), (18, 10), (63, 81), (49, 64),
  ])
  func agreesWithTheComplexTransform(_ wantedRows: Int, _ wantedColumns: Int) {
    checkSize(FourierLength.good(atLeast: wantedRows), FourierLength.good(atLeast: wantedColumns))
  }

  @Test(arguments: [(11, 13), (51, 61), (17 * 4, 19), (61, 22), (29, 31 * 2)])
  func otherPrimesToo(_ rows: Int, _ columns: Int) {
    #expect(RealTransform2D.takes(rows: rows, columns: columns))
    #expect(!RealTransform2D.takes(rows: rows, columns: 67))
    checkSize(rows, columns)
  }

  private func checkSize(_ rows: Int, _ columns: Int) {
    let transform = RealTransform2D(rows: rows, columns: columns, instructions: .processor)
    var values = random(rows * columns)
    var (real, imaginary) = (values, values.map { _ in 0.0 })
    FourierTransform2D(rows: rows, columns: columns).forward(&real, &imaginary)
    var half = transform.forward(&values, workers: .upTo(2))
    for row in 0..<rows {
      for column in 0...columns / 2 {
        let place = ((column / 8) * rows + row) * 16 + column % 8
        #expect(abs(half[place] - real[row * columns + column]) <= 1e-12)
        #expect(abs(half[place + 8] - imaginary[row * columns + column]) <= 1e-12)
      }
    }
    let back = transform.inverse(&half, workers: .serial)
    #expect(zip(back, values).allSatisfy { abs($0 - $1) <= 1e-14 })
  }

  @Test func everyInstructionSetAndNumberOfThreadsGivesTheSameBits() {
    var values = random(90 * 140)
    let best = RealTransform2D(rows: 90, columns: 140, instructions: .processor)
    let expected = best.forward(&values, workers: .serial)
    #expect(expected == best.forward(&values, workers: .upTo(3)))
    for set in InstructionSet.available {
      let other = RealTransform2D(rows: 90, columns: 140, instructions: set)
      var half = other.forward(&values, workers: .serial)
      #expect(half == expected)
      var copy = expected
      #expect(other.inverse(&half, workers: .serial) == best.inverse(&copy, workers: .serial))
    }
  }

  @Test(arguments: [(1, 1), (11, 12), (13, 14), (1999, 2000), (241, 243), (1667, 1680), (61, 63)])
  func goodLengths(_ count: Int, _ length: Int) {
    #expect(FourierLength.good(atLeast: count) == length)
  }
}
