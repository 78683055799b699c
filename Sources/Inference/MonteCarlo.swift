import NumericCore

/// Independent draws that never change when others are added.
public enum MonteCarlo {
  /// A unit draw in (0, 1) that depends on the seed, the name of the dimension and the member
  /// alone: an odd multiple of 2⁻⁵³, so neither 0 nor 1.
  /// - Precondition: member ≥ 0.
  public static func unit(member: Int, dimension name: String, seed: UInt64) -> Double {
    var random = NumPyRandom.stream(seed: seed, name: name, member: member)
    return (Double(random.nextUInt64() >> 12) + 0.5) * 0x1p-52
  }
}

/// All combinations of equally spaced values.
public enum FactorialGrid {
  /// Unit points [point][dimension]: k/(n − 1) for k in 0 ..< n along an axis of n values, ½ along
  /// one of a single value. The first dimension varies slowest; no dimensions give one point.
  /// - Precondition: every count is positive.
  public static func unit(counts: [Int]) -> [[Double]] {
    precondition(counts.allSatisfy { $0 > 0 }, "an axis without a value")
    return counts.reduce([[]]) { points, count in
      points.flatMap { point in
        (0..<count).map { point + [count == 1 ? 0.5 : Double($0) / Double(count - 1)] }
      }
    }
  }
}
