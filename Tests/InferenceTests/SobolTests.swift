import Foundation
import Inference
import TestSupport
import Testing

@Suite struct SobolTests {
  @Test(.needsReference)
  func unscrambledAsReference() throws {
    let rows = try Reference.text("sobol_unscrambled_d5_n16.csv", of: "inference").split(separator: "\n").map
    { line in
      line.split(separator: ",").compactMap { Double($0) }
    }
    #expect(rows.count == 16)
    #expect(Sobol.plain(count: 16, dimensions: 5) == rows)
    #expect(Sobol.plain(count: 5, dimensions: 3, skip: 7) == rows[7..<12].map { Array($0.prefix(3)) })
  }

  /// `scipy.stats.qmc.Sobol(128, scramble=False)`, point 1000.
  @Test func highDimensions() {
    let point = Sobol.plain(count: 1, dimensions: Sobol.maximumDimensions, skip: 1000)[0]
    let expected: [Int: Double] = [
      0: 0.2197265625, 1: 0.0966796875, 2: 0.5185546875, 5: 0.9072265625, 9: 0.0693359375, 17: 0.3447265625,
      33: 0.5927734375, 64: 0.1298828125, 90: 0.7685546875, 127: 0.5439453125,
    ]
    for (dimension, value) in expected { #expect(point[dimension] == value, "dimension \(dimension)") }
  }

  @Test func scrambledKeepsItsFirstPoints() {
    let long = Sobol.scrambled(count: 100, dimensions: 7, seed: 3)
    #expect(Sobol.scrambled(count: 40, dimensions: 7, seed: 3) == Array(long[..<40]))
    #expect(Sobol.scrambled(count: 60, dimensions: 7, seed: 3, skip: 40) == Array(long[40...]))
    // A dimension more leaves those before as they are.
    #expect(Sobol.scrambled(count: 9, dimensions: 5, seed: 3) == long[..<9].map { Array($0.prefix(5)) })
    #expect(Sobol.scrambled(count: 9, dimensions: 7, seed: 4) != Array(long[..<9]))
    #expect(long.allSatisfy { $0.allSatisfy { $0 > 0 && $0 < 1 } })
  }

  /// What makes it a net: of 2ᵏ points one lies in each of 2ᵏ equal parts of an axis, and for the first two
  /// axes in each box of 2ᵃ × 2ᵏ⁻ᵃ parts; scrambling keeps that.
  @Test(arguments: [UInt64(0), 1, 17]) func fillsTheCubeEvenly(_ seed: UInt64) {
    let points = Sobol.scrambled(count: 64, dimensions: 40, seed: seed, skip: 64)
    for axis in 0..<40 { #expect(Set(points.map { Int($0[axis] * 64) }).count == 64, "axis \(axis)") }
    for power in 0...6 {
      let (rows, columns) = (Double(1 << power), Double(1 << (6 - power)))
      let boxes = Set(points.map { [Int($0[0] * rows), Int($0[1] * columns)] })
      #expect(boxes.count == 64)
    }
  }

  /// Scrambling makes each point uniform: over seeds, mean and variance are those of the uniform distribution.
  @Test func eachPointIsUniform() {
    let draws = (0..<4000).map { Sobol.scrambled(count: 1, dimensions: 2, seed: UInt64($0), skip: 5)[0][1] }
    let mean = draws.reduce(0, +) / 4000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
    // Four standard errors.
    #expect(abs(mean - 0.5) < 4 * 0.00456)
    #expect(abs(variance - 1 / 12) < 4 * 0.00118)
  }

  /// The mean of a smooth function of four variables: an error far below that of independent draws (0.0083).
  @Test func integrates() {
    let points = Sobol.scrambled(count: 1024, dimensions: 4, seed: 1)
    let mean = points.reduce(0) { $0 + $1.reduce(1) { $0 * (1 + 0.5 * ($1 - 0.5)) } } / 1024
    #expect(abs(mean - 1) < 2e-4)
  }
}
