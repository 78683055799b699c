import Inference
import NumericCore

/// Whether numbers between 0 and 1 are uniform.
public enum UniformTests {
  /// The largest distance of their distribution from the uniform one, and how likely a larger one is by chance.
  /// [Stephens1970]
  public static func kolmogorov(_ values: [Double]) -> (distance: Double, pValue: Double) {
    let sorted = values.sorted()
    let count = Double(sorted.count)
    var distance = 0.0
    for (index, value) in sorted.enumerated() {
      distance = max(distance, max(Double(index + 1) / count - value, value - Double(index) / count))
    }
    let root = count.squareRoot()
    let z = (root + 0.12 + 0.11 / root) * distance
    guard z > 0.2 else { return (distance, 1) }
    var (sum, sign) = (0.0, 1.0)
    for k in 1...100 {
      let term = Elementary.exp(-2 * Double(k * k) * z * z)
      sum += sign * term
      sign = -sign
      if term < 1e-17 { break }
    }
    return (distance, min(1, max(0, 2 * sum)))
  }

  /// χ² of counts in equal bins, and how likely a larger one is by chance.
  public static func chiSquare(_ counts: [Int]) -> (value: Double, pValue: Double) {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    let value = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    return (value, upperGamma(halves: counts.count - 1, value / 2))
  }

  /// Q(n/2, x) = Γ(n/2, x)/Γ(n/2) by its recurrence: a finite sum from Q(1, x) or Q(½, x).
  static func upperGamma(halves n: Int, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    var a = n % 2 == 0 ? 1.0 : 0.5
    // x^a e^(−x)/Γ(a + 1)
    var (sum, term): (Double, Double)
    if n % 2 == 0 {
      (sum, term) = (Elementary.exp(-x), x * Elementary.exp(-x))
    } else {
      sum = 2 * NormalDistribution.cumulative(-(2 * x).squareRoot())
      term = 2 * (x / Double.pi).squareRoot() * Elementary.exp(-x)
    }
    while a < Double(n) / 2 {
      sum += term
      a += 1
      term *= x / a
    }
    return min(1, sum)
  }
}
