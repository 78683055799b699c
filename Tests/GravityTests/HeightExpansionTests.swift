import CKernels
import NumericCore
import Testing

@testable import Gravity

@Suite struct HeightExpansionTests {
  private static let expansion = HeightExpansion(middle: -40, half: 700, count: 9)
  private static let levels = [-740, -739.5, -300, -40, 0, 12.25, 333, 659.9, 660, 100, -1]

  /// T_k(cos φ) = cos kφ and its derivative k sin kφ / sin φ.
  private func expected(_ basis: HeightExpansion.Basis, _ k: Int, _ level: Double) -> Double {
    func value(_ level: Double) -> Double {
      let t = (level - Self.expansion.middle) / Self.expansion.half
      return cosine(k, t)
    }
    switch basis {
    case .value: return value(level)
    case .derivative: return (value(level + 1e-3) - value(level - 1e-3)) / 2e-3
    case .difference(let step): return (value(level + step) - value(level)) / step
    }
  }

  /// By the definition as a polynomial: the determinant of its recurrence, from the top.
  private func cosine(_ k: Int, _ t: Double) -> Double {
    // Clenshaw's sum of one term.
    var (next, after) = (0.0, 0.0)
    for degree in stride(from: k, through: 1, by: -1) {
      (next, after) = ((degree == k ? 1 : 0) + 2 * t * next - after, next)
    }
    return k == 0 ? 1 : t * next - after
  }

  @Test(arguments: [.value, .derivative, .difference(step: 3)] as [HeightExpansion.Basis])
  func weightsAreFactorsTimesPolynomials(_ basis: HeightExpansion.Basis) {
    let factors = Self.levels.indices.map { Double($0) - 3 }
    for set in InstructionSet.available {
      var memory = [Double](repeating: .nan, count: HeightWeights.size * Self.levels.count)
      memory.withUnsafeMutableBufferPointer { memory in
        Self.levels.withUnsafeBufferPointer { levels in
          factors.withUnsafeBufferPointer { factors in
            var weights = HeightWeights(
              Self.expansion, basis,
              of: .init(levels: levels.start, factors: factors.start, count: levels.count),
              memory: memory.start, on: set.code)
            for k in 0..<Self.expansion.count {
              let found = weights.next()
              for cell in levels.indices {
                let right = factors[cell] * expected(basis, k, levels[cell])
                #expect(abs(found[cell] - right) <= 1e-8 * max(1, abs(right)), "T\(k) at \(levels[cell]) m")
              }
            }
          }
        }
      }
    }
  }
}
