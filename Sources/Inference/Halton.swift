import NumericCore

/// Halton's sequence: dimension d is the van der Corput sequence whose base is the d-th prime.
/// A longer one keeps the points of a shorter one. [Halton1960]
public enum Halton {
  /// Unit points, [sample][dimension] in [0, 1), from index `skip` on. The digits of dimension d
  /// go through random permutations, one for each place [Owen2017]; SciPy's
  /// `qmc.Halton(dimensions, scramble=True, seed=seed)`, bit for bit.
  public static func scrambled(
    count: Int, dimensions: Int, seed: UInt64, skip: Int = 0
  ) -> [[Double]] {
    var random = NumPyRandom(seed: seed)
    let bases = primes(dimensions)
    let permutations = bases.map { base in
      (0..<places(base: base)).map { _ in random.permutation(base) }
    }
    return (skip..<skip + count).map { index in
      zip(bases, permutations).map { scrambledInverse(index, base: $0, permutations: $1) }
    }
  }

  /// Unit points of the plain sequence, from index `skip` on; index 0 is the origin. Points in
  /// neighbouring dimensions above the fifth are visibly correlated: prefer `scrambled`.
  public static func plain(count: Int, dimensions: Int, skip: Int = 0) -> [[Double]] {
    let bases = primes(dimensions)
    return (skip..<skip + count).map { index in
      bases.map { base in
        var (quotient, weight, sum) = (index, 1 / Double(base), 0.0)
        while quotient > 0 {
          sum += Double(quotient % base) * weight
          weight /= Double(base)
          quotient /= base
        }
        return sum
      }
    }
  }

  private static func scrambledInverse(_ index: Int, base: Int, permutations: [[Int]]) -> Double {
    var (quotient, weight, sum) = (index, 1 / Double(base), 0.0)
    for permutation in permutations {
      sum += Double(permutation[quotient % base]) * weight
      weight /= Double(base)
      quotient /= base
    }
    return sum
  }

  /// ⌈54 / log₂ base⌉ − 1: the places whose unit exceeds 2⁻⁵⁴, the last that a double can tell
  /// from nothing. Counted with exact integers: for base 2 the quotient is the whole number 54.
  private static func places(base: Int) -> Int {
    var (count, power) = (0, UInt64(base))
    while power < 1 << 54 {
      count += 1
      power *= UInt64(base)
    }
    return count
  }

  private static func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var candidate = 2
    while found.count < count {
      if !found.contains(where: { $0 * $0 <= candidate && candidate % $0 == 0 }) { found.append(candidate) }
      candidate += 1
    }
    return found
  }
}
