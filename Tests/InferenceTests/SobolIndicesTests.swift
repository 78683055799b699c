import Inference
import NumericCore
import Testing

@Suite struct SobolIndicesTests {
  /// Runs the design on functions of unit inputs.
  private static func indices(
    samples: Int, inputs: Int, seed: UInt64 = 3, isIndependent: Bool = false,
    _ function: ([Double]) -> [Double]
  ) -> SobolIndices {
    let block = SensitivityDesign.sobolBlock(inputs: inputs)
    let (a, b) =
      isIndependent
      ? independent(samples, inputs, seed)
      : SensitivityDesign.samples(count: samples, dimensions: inputs, seed: seed)
    func point(_ sample: Int, _ row: Int) -> [Double] {
      (0..<inputs).map { block[row][$0] == .a ? a[sample][$0] : b[sample][$0] }
    }
    let outputs = function(point(0, 0)).count
    return SobolIndices(samples: samples, inputs: inputs, outputs: outputs) { function(point($0, $1)) }
  }

  private static func independent(
    _ samples: Int, _ inputs: Int, _ seed: UInt64
  ) -> (a: [[Double]], b: [[Double]]) {
    var random = NumPyRandom(seed: seed)
    func draw() -> [[Double]] { (0..<samples).map { _ in random.uniform(0, 1, inputs) } }
    return (draw(), draw())
  }

  /// Ishigami's function: a case whose indices are known in closed form, with strong interaction. [Ishigami1990]
  @Test func ishigami() {
    let found = Self.indices(samples: 4096, inputs: 3, Self.ishigamis)
    let known = Self.trueIshigami
    #expect(abs(found.mean[0] - 3.5) < 0.01 && abs(found.variance[0] / known.variance - 1) < 0.01)
    for index in 0..<3 {
      #expect(abs(found.firstOrder[index][0].value - known.first[index]) < 0.01, "\(found.firstOrder[index])")
      #expect(abs(found.total[index][0].value - known.total[index]) < 0.01, "\(found.total[index])")
    }
  }

  private static func ishigamis(_ unit: [Double]) -> [Double] {
    let x = unit.map { Double.pi * (2 * $0 - 1) }
    let (s1, s2) = (Elementary.sin(x[0]), Elementary.sin(x[1]))
    return [s1 + 7 * s2 * s2 + 0.1 * x[2] * x[2] * x[2] * x[2] * s1]
  }

  private static let trueIshigami: (variance: Double, first: [Double], total: [Double]) = {
    func power(_ n: Int) -> Double { (0..<n).reduce(1.0) { power, _ in power * Double.pi } }
    let v1 = 0.5 * (1 + 0.1 * power(4) / 5) * (1 + 0.1 * power(4) / 5)
    let (v2, v13) = (49.0 / 8, 0.01 * power(8) * 8 / 225)
    let whole = v1 + v2 + v13
    return (whole, [v1 / whole, v2 / whole, 0], [(v1 + v13) / whole, v2 / whole, v13 / whole])
  }()

  /// Sobol's g function, a product of |4u − 2| with weights.
  private static let weights = [0, 1, 4.5, 9]

  private static func product(_ unit: [Double]) -> [Double] {
    [zip(unit, weights).reduce(1) { $0 * (abs(4 * $1.0 - 2) + $1.1) / (1 + $1.1) }]
  }

  private static let trueProduct: (first: [Double], total: [Double]) = {
    let parts = weights.map { 1 / (3 * (1 + $0) * (1 + $0)) }
    let all = parts.reduce(1) { $0 * (1 + $1) }
    return (parts.map { $0 / (all - 1) }, parts.map { $0 * all / (1 + $0) / (all - 1) })
  }()

  // MARK: - errors

  /// Counts over two hundred seeds how often the true index lies within two standard errors.
  private static func coverage(
    _ samples: Int, isIndependent: Bool, first: [Double], total: [Double], _ function: ([Double]) -> [Double]
  ) -> [Double] {
    var hits = [Double](repeating: 0, count: 2 * first.count)
    for seed in 0..<UInt64(200) {
      let found = indices(
        samples: samples, inputs: first.count, seed: seed, isIndependent: isIndependent, function)
      for input in first.indices {
        let (own, whole) = (found.firstOrder[input][0], found.total[input][0])
        if abs(own.value - first[input]) <= 2 * own.error { hits[2 * input] += 1 }
        if abs(whole.value - total[input]) <= 2 * whole.error { hits[2 * input + 1] += 1 }
      }
    }
    return hits.map { $0 / 200 }
  }

  /// 95 % would be nominal; a count over 200 seeds has a deviation of 1.5 %.
  @Test(arguments: [(64, 0.83), (256, 0.90)]) func twoErrorsCoverTheTruthOfIndependentSamples(
    _ samples: Int, _ least: Double
  ) {
    let ishigami = Self.coverage(
      samples, isIndependent: true, first: Self.trueIshigami.first, total: Self.trueIshigami.total,
      Self.ishigamis)
    let product = Self.coverage(
      samples, isIndependent: true, first: Self.trueProduct.first, total: Self.trueProduct.total, Self.product
    )
    #expect((ishigami + product).allSatisfy { $0 >= least && $0 <= 0.985 }, "\(ishigami) \(product)")
  }

  /// The sequence fills the cube more evenly than independent samples, so that errors are mostly less than stated.
  @Test func errorsOfTheSobolSequenceAreNotTooSmall() {
    let ishigami = Self.coverage(
      128, isIndependent: false, first: Self.trueIshigami.first, total: Self.trueIshigami.total,
      Self.ishigamis)
    let product = Self.coverage(
      128, isIndependent: false, first: Self.trueProduct.first, total: Self.trueProduct.total, Self.product)
    #expect((ishigami + product).allSatisfy { $0 >= 0.8 }, "\(ishigami) \(product)")
    #expect(Statistics.mean(ishigami + product) >= 0.95)
  }

  /// Errors of independent samples fall as 1/√n, do not depend on the scale or the offset of the output, and are
  /// nothing where an input does nothing.
  @Test func lawsOfTheErrors() {
    func found(_ samples: Int, scale: Double = 1, offset: Double = 0) -> SobolIndices {
      Self.indices(samples: samples, inputs: 3, seed: 8, isIndependent: true) { unit in
        [offset + scale * (unit[0] + unit[0] * unit[1])]
      }
    }
    let (few, many, moved) = (found(1000), found(16_000), found(1000, scale: 1e-5, offset: 3))
    for input in 0..<2 {
      for kind in [\SobolIndices.firstOrder, \.total] as [KeyPath<SobolIndices, [[SobolIndices.Estimate]]>] {
        let ratio = few[keyPath: kind][input][0].error / many[keyPath: kind][input][0].error
        #expect(abs(ratio / 4 - 1) < 0.15, "\(ratio)")
        let shifted = moved[keyPath: kind][input][0]
        #expect(abs(shifted.value - few[keyPath: kind][input][0].value) < 1e-7)
        #expect(abs(shifted.error / few[keyPath: kind][input][0].error - 1) < 1e-6)
      }
    }
    #expect(few.total[2][0].value == 0 && few.total[2][0].error == 0)
    #expect(found(1).total[0][0].error.isNaN)
  }

  /// Two equal nodes are as one; a node that is not there counts for nothing, and one that does not vary neither.
  @Test func allOutputsTogether() {
    let one = Self.indices(samples: 64, inputs: 3, seed: 2, Self.ishigamis)
    let many = Self.indices(samples: 64, inputs: 3, seed: 2) { unit in
      let value = Self.ishigamis(unit)[0]
      return [value, .nan, value, 4, value]
    }
    for input in 0..<3 {
      for (whole, node) in [
        (many.wholeFirstOrder, one.firstOrder), (many.wholeTotal, one.total),
        (one.wholeFirstOrder, one.firstOrder), (one.wholeTotal, one.total),
      ] {
        #expect(abs(whole[input].value - node[input][0].value) < 1e-13)
        #expect(abs(whole[input].error / node[input][0].error - 1) < 1e-10)
      }
      #expect(many.firstOrder[input][1].value.isNaN && many.total[input][3].error.isNaN)
    }
  }

  /// Each member once, in order.
  @Test func membersAreReadOnce() {
    var read: [[Int]] = []
    _ = SobolIndices(samples: 3, inputs: 2, outputs: 1) { sample, row in
      read.append([sample, row])
      return [Double(sample * sample + row)]
    }
    #expect(read == (0..<3).flatMap { sample in (0..<4).map { [sample, $0] } })
  }

  /// Of a linear model both indices are the parts of the variance, and they add up to 1.
  @Test func linearModels() {
    let weights = [[1.0, 2, 3, 0], [5, 0, 0, 1]]
    let found = Self.indices(samples: 1024, inputs: 4) { unit in
      let normal = unit.map { Quantile.standardNormal($0) }
      return weights.map { row in zip(row, normal).reduce(100.0) { $0 + $1.0 * $1.1 } }
    }
    for (node, row) in weights.enumerated() {
      let whole: Double = row.reduce(0.0) { $0 + $1 * $1 }
      for input in 0..<4 {
        let part = row[input] * row[input] / whole
        #expect(abs(found.firstOrder[input][node].value - part) < 0.02)
        #expect(abs(found.total[input][node].value - part) < 0.02)
      }
      // An input that does nothing: exactly.
      for input in 0..<4 where row[input] == 0 { #expect(found.total[input][node].value == 0) }
      #expect(found.firstOrder.reduce(0) { $0 + $1[node].value } < 1.02)
      #expect(abs(found.variance[node] / whole - 1) < 0.05)
    }
    // Both nodes together: by the sums of their variances.
    for (input, expected) in [26.0 / 40, 4.0 / 40, 9.0 / 40, 1.0 / 40].enumerated() {
      #expect(abs(found.wholeFirstOrder[input].value - expected) < 0.02, "\(found.wholeFirstOrder)")
      let sum = (0..<2).reduce(0) { $0 + found.variance[$1] * found.total[input][$1].value }
      let whole = found.variance.reduce(0, +)
      #expect(abs(found.wholeTotal[input].value - sum / whole) < 1e-13)
    }
  }

  /// Additive, not linear: first order and total agree; a product of centred inputs: no first order at all.
  @Test func additiveAndProduct() {
    let additive = Self.indices(samples: 2048, inputs: 2) { [$0[0] * $0[0] * $0[0] + Elementary.exp($0[1])] }
    for input in 0...1 {
      #expect(abs(additive.firstOrder[input][0].value - additive.total[input][0].value) < 0.01)
    }
    #expect(abs(additive.firstOrder[0][0].value + additive.firstOrder[1][0].value - 1) < 0.01)
    let product = Self.indices(samples: 2048, inputs: 2) { [($0[0] - 0.5) * ($0[1] - 0.5)] }
    for input in 0...1 {
      #expect(abs(product.firstOrder[input][0].value) < 0.03)
      #expect(abs(product.total[input][0].value - 1) < 0.03)
    }
  }

  @Test func nothingVaries() {
    let found = Self.indices(samples: 8, inputs: 2) { [1, $0[0]] }
    #expect(found.firstOrder[0][0].value.isNaN && found.total[1][0].value.isNaN && found.variance[0] == 0)
    #expect(found.wholeTotal[1].value == 0)
    let constant = Self.indices(samples: 8, inputs: 1) { _ in [1] }
    #expect(constant.wholeTotal[0].value.isNaN && constant.wholeFirstOrder[0].error.isNaN)
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
