import NumericCore

/// Latin hypercubes: every dimension is cut into as many strata of equal probability as there are
/// samples, and every stratum holds one sample. [McKay1979]
///
/// The draws are those of SciPy's `qmc.LatinHypercube(dimensions, seed=seed)`, bit for bit. All
/// depend on the number of samples: none can be kept when there are more.
public enum LatinHypercube {
  /// Unit samples in the middle of their strata, [sample][dimension] in (0, 1).
  public static func centered(count: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
    var random = NumPyRandom(seed: seed)
    let middle = [Double](repeating: 0.5, count: count * dimensions)
    return samples(count, dimensions, offsets: middle, &random)
  }

  /// Unit samples at random within their strata, [sample][dimension] in (0, 1].
  public static func random(count: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
    var random = NumPyRandom(seed: seed)
    let offsets = random.uniform(0, 1, count * dimensions)
    return samples(count, dimensions, offsets: offsets, &random)
  }

  private static func samples(
    _ count: Int, _ dimensions: Int, offsets: [Double], _ random: inout NumPyRandom
  ) -> [[Double]] {
    let strata = (0..<dimensions).map { _ in random.permutation(count) }
    return (0..<count).map { sample in
      (0..<dimensions).map { dimension in
        let stratum = Double(strata[dimension][sample] + 1)
        return (stratum - offsets[sample * dimensions + dimension]) / Double(count)
      }
    }
  }
}
