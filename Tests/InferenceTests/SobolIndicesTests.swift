import Inference
import NumericCore
import Testing

@Suite struct SobolIndicesTests {
  /// Runs the design on functions of unit inputs.
  private static func indices(
    samples: Int, inputs: Int, seed: UInt64 = 3, _ function: ([Double]) -> [Double]
  ) -> SobolIndices {
    let block = SensitivityDesign.sobolBlock(inputs: inputs)
    let (a, b) = SensitivityDesign.samples(count: samples, dimensions: inputs, seed: seed)
    func point(_ sample: Int, _ row: Int) -> [Double] {
      (0..<inputs).map { block[row][$0] == .a ? a[sample][$0] : b[sample][$0] }
    }
    let outputs = function(point(0, 0)).count
    return SobolIndices(samples: samples, inputs: inputs, outputs: outputs) { function(point($0, $1)) }
  }

  /// Ishigami's function: a case whose indices are known in closed form, with strong interaction. [Ishigami1990]
  @Test func ishigami() {
    let (a, b) = (7.0, 0.1)
    let found = Self.indices(samples: 4096, inputs: 3) { unit in
      let x = unit.map { Double.pi * (2 * $0 - 1) }
      let (s1, s2) = (Elementary.sin(x[0]), Elementary.sin(x[1]))
      return [s1 + a * s2 * s2 + b * x[2] * x[2] * x[2] * x[2] * s1]
    }
    func power(_ n: Int) -> Double { (0..<n).reduce(1.0) { power, _ in power * Double.pi } }
    let v1 = 0.5 * (1 + b * power(4) / 5) * (1 + b * power(4) / 5)
    let v2 = a * a / 8
    let v13 = b * b * power(8) * 8 / 225
    let whole = v1 + v2 + v13
    #expect(abs(found.mean[0] - a / 2) < 0.01 && abs(found.variance[0] / whole - 1) < 0.01)
    for (index, (first, total)) in [(v1, v1 + v13), (v2, v2), (0, v13)].enumerated() {
      #expect(abs(found.firstOrder[index][0] - first / whole) < 0.01, "\(index): \(found.firstOrder[index])")
      #expect(abs(found.total[index][0] - total / whole) < 0.01, "\(index): \(found.total[index])")
    }
  }

  /// Of a linear model both indices are the parts of the variance, and they add up to 1.
  @Test func linearModels() {
    let weights = [[1.0, 2, 3, 0], [5, 0, 0, 1]]
    let found = Self.indices(samples: 1024, inputs: 4) { unit in
      let normal = unit.map { Quantile.standardNormal($0) }
      return weights.map { row in 100 + zip(row, normal).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    for (node, row) in weights.enumerated() {
      let whole = row.reduce(0) { $0 + $1 * $1 }
      for input in 0..<4 {
        let part = row[input] * row[input] / whole
        #expect(abs(found.firstOrder[input][node] - part) < 0.02)
        #expect(abs(found.total[input][node] - part) < 0.02)
      }
      // An input that does nothing: exactly.
      for input in 0..<4 where row[input] == 0 { #expect(found.total[input][node] == 0) }
      #expect(found.firstOrder.reduce(0) { $0 + $1[node] } < 1.02)
      #expect(abs(found.variance[node] / whole - 1) < 0.05)
    }
    // Both nodes together: by the sums of their variances.
    let together = found.aggregated(found.firstOrder)
    for (input, expected) in [26.0 / 40, 4.0 / 40, 9.0 / 40, 1.0 / 40].enumerated() {
      #expect(abs(together[input] - expected) < 0.02, "\(together)")
    }
  }

  /// Additive, not linear: first order and total agree; a product of centred inputs: no first order at all.
  @Test func additiveAndProduct() {
    let additive = Self.indices(samples: 2048, inputs: 2) { [$0[0] * $0[0] * $0[0] + Elementary.exp($0[1])] }
    for input in 0...1 {
      #expect(abs(additive.firstOrder[input][0] - additive.total[input][0]) < 0.01)
    }
    #expect(abs(additive.firstOrder[0][0] + additive.firstOrder[1][0] - 1) < 0.01)
    let product = Self.indices(samples: 2048, inputs: 2) { [($0[0] - 0.5) * ($0[1] - 0.5)] }
    for input in 0...1 {
      #expect(abs(product.firstOrder[input][0]) < 0.03 && abs(product.total[input][0] - 1) < 0.03)
    }
  }

  @Test func nothingVaries() {
    let found = Self.indices(samples: 8, inputs: 2) { [1, $0[0]] }
    #expect(found.firstOrder[0][0].isNaN && found.total[1][0].isNaN && found.variance[0] == 0)
    #expect(found.aggregated(found.total)[1] == 0)
  }

  @Test func designs() {
    let block = SensitivityDesign.sobolBlock(inputs: 2)
    #expect(block == [[.a, .a], [.b, .b], [.b, .a], [.a, .b]])
    #expect(SensitivityDesign.oneAtATimeBlock(inputs: 2) == [[.a, .base], [.base, .a]])
    let (a, b) = SensitivityDesign.samples(count: 16, dimensions: 3, seed: 1)
    let (longA, longB) = SensitivityDesign.samples(count: 40, dimensions: 3, seed: 1)
    #expect(Array(longA[..<16]) == a && Array(longB[..<16]) == b)
    #expect(zip(a, b).allSatisfy { $0 != $1 })
    #expect(SensitivityDesign.samples(count: 2, dimensions: 0, seed: 1).a == [[], []])
  }
}
