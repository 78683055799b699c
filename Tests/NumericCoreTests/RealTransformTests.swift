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

  @Test(
    arguments: [([], []), ([4, 4], [2]), ([4, 4, 5, 5, 5], [3, 2]), ([4, 2, 11, 3], [2, 1, 1])]
      as [([UInt8], [UInt8])])
  func factorsGoInGroupsAsEqualAsCanBe(_ factors: [UInt8], _ groups: [UInt8]) {
    #expect(LaneTransform.balanced(factors) == groups)
  }

  /// Lengths of one, two and three groups, and with a prime of its own; rows that are there.
  private static let parts = [(60, 7), (90, 41), (330, 100), (2000, 1001), (17_150, 60)]

  /// What is left out of a signal is zero.
  @Test(arguments: parts)
  func aPartOfASignalIsTheWholeWithZeros(_ length: Int, _ used: Int) {
    let transform = RealTransform2D(rows: length, columns: 12, instructions: .processor)
    let half = random(16 * used)
    let padded = half + [Double](repeating: 0, count: 16 * (length - used))
    let results = [(half, used), (padded, length)].map { half, height in
      var scratch = [Double](repeating: .nan, count: transform.columnScratch)
      return scratch.withUnsafeMutableBufferPointer {
        let result = transform.forwardColumns(block: 0, of: half, height: height, scratch: $0.start)
        return Array(UnsafeBufferPointer(start: result, count: 16 * length))
      }
    }
    #expect(results[0] == results[1] && !results[0].contains(0))
  }

  /// What is left out of a result changes no bit of the rest.
  @Test(arguments: parts)
  func aPartOfAResultIsThatOfTheWhole(_ length: Int, _ kept: Int) {
    let transform = RealTransform2D(rows: length, columns: 12, instructions: .processor)
    let spectrum = random(16 * length)
    let results = [kept, length].map { height in
      var half = [Double](repeating: 0, count: transform.size(height: height))
      var scratch = spectrum + [Double](repeating: 0, count: transform.columnScratch - spectrum.count)
      half.withUnsafeMutableBufferPointer { half in
        scratch.withUnsafeMutableBufferPointer {
          transform.inverseColumns(block: 0, into: half.start, height: height, scratch: $0.start)
        }
      }
      return half
    }
    #expect((0..<16 * kept).allSatisfy { results[0][$0] == results[1][$0] && results[0][$0] != 0 })
  }

  @Test(arguments: [(1, 1), (11, 12), (13, 14), (1999, 2000), (241, 243), (1667, 1680), (61, 63)])
  func goodLengths(_ count: Int, _ length: Int) {
    #expect(FourierLength.good(atLeast: count) == length)
  }
}
