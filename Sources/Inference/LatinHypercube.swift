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

  // MARK: - the best of several

  /// What makes one hypercube better than another.
  public enum Rule: Sendable {
    /// The least distance between two samples of the unit cube is the greatest. [Johnson1990]
    case maximin
    /// The greatest |r| between the unit samples of two dimensions is the least.
    case minimumCorrelation
  }

  /// The best of several random hypercubes, drawn one after the other from one stream: the first is that of `random`,
  /// and more candidates keep the first. Of equals the earliest. UQpy's criteria `MaxiMin` and `MinCorrelation`.
  /// - Precondition: candidates > 0.
  /// - Complexity: for maximin at most count² dimensions for each candidate, mostly far less: pairs farther apart in the
  ///   first dimension than the least distance so far are not looked at.
  public static func chosen(
    by rule: Rule, candidates: Int, count: Int, dimensions: Int, seed: UInt64
  ) -> [[Double]] {
    precondition(candidates > 0, "no candidate to choose")
    var random = NumPyRandom(seed: seed)
    var best: (samples: [[Double]], merit: Double)?
    for _ in 0..<candidates {
      let offsets = random.uniform(0, 1, count * dimensions)
      let own = samples(count, dimensions, offsets: offsets, &random)
      let merit =
        switch rule {
        case .maximin: leastSquaredDistance(own, enough: best?.merit ?? -1)
        case .minimumCorrelation: -greatestCorrelation(own)
        }
      if best.map({ merit > $0.merit }) ?? true { best = (own, merit) }
    }
    return best?.samples ?? []
  }

  /// Least squared distance of two samples; infinite below two. Or any that does not exceed `enough`, once one is found.
  private static func leastSquaredDistance(_ samples: [[Double]], enough: Double) -> Double {
    guard samples.count > 1, let dimensions = samples.first?.count, dimensions > 0 else { return .infinity }
    let flat = samples.sorted { $0[0] < $1[0] }.flatMap(\.self)
    var least = Double.infinity
    flat.withUnsafeBufferPointer { flat in
      for first in stride(from: 0, to: flat.count, by: dimensions) {
        for second in stride(from: first + dimensions, to: flat.count, by: dimensions) {
          let along = flat[second] - flat[first]
          if along * along >= least { break }
          var square = 0.0
          for axis in 0..<dimensions {
            let difference = flat[second + axis] - flat[first + axis]
            square += difference * difference
          }
          if square < least { least = square }
        }
        if least <= enough { return }
      }
    }
    return least
  }

  /// Greatest |r| (Pearson) of two dimensions; 0 where there are fewer than two, or fewer than two samples.
  private static func greatestCorrelation(_ samples: [[Double]]) -> Double {
    guard samples.count > 1, let dimensions = samples.first?.count else { return 0 }
    let columns = (0..<dimensions).map { axis in
      let column = samples.map { $0[axis] }
      let mean = Statistics.mean(column)
      let centred = column.map { $0 - mean }
      let norm = Statistics.sum(centred.map { $0 * $0 }).squareRoot()
      return centred.map { $0 / norm }
    }
    var greatest = 0.0
    for first in columns.indices {
      for second in 0..<first {
        let r = Statistics.sum(zip(columns[first], columns[second]).map { $0 * $1 })
        greatest = max(greatest, abs(r))
      }
    }
    return greatest
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
