/// Which inputs each member of a sensitivity analysis draws, and from which of two independent samples A and B.
///
/// Members come in blocks, one a sample, so that more samples keep the members of fewer.
public enum SensitivityDesign {
  /// Where a member takes an input from: one of the two samples of the design, or neither.
  public enum Source: Sendable, Equatable {
    case a, b
    /// The input is left at its base value.
    case base
  }

  /// For Sobol indices: A, B, and for each input i the matrix AB⁽ⁱ⁾, which is A with column i from B. [Saltelli2010]
  public static func sobolBlock(inputs: Int) -> [[Source]] {
    let a = Array(repeating: Source.a, count: inputs)
    let b = Array(repeating: Source.b, count: inputs)
    return [a, b]
      + (0..<inputs).map { input in
        var row = a
        row[input] = .b
        return row
      }
  }

  /// One input at a time: each is drawn alone, the others stay at their base values.
  public static func oneAtATimeBlock(inputs: Int) -> [[Source]] {
    (0..<inputs).map { input in
      var row = Array(repeating: Source.base, count: inputs)
      row[input] = .a
      return row
    }
  }

  /// Rows of A and of B, one a sample and one column a dimension, in (0, 1): the two halves of a scrambled Sobol
  /// sequence in twice as many dimensions. Powers of two fill the cube best.
  /// - Precondition: 2 · dimensions ≤ `Sobol.maximumDimensions`.
  public static func samples(
    count: Int, dimensions: Int, seed: UInt64
  ) -> (a: [[Double]], b: [[Double]]) {
    guard dimensions > 0 else {
      let empty = Array(repeating: [Double](), count: count)
      return (empty, empty)
    }
    let points = Sobol.scrambled(count: count, dimensions: 2 * dimensions, seed: seed)
    return (points.map { Array($0.prefix(dimensions)) }, points.map { Array($0.suffix(dimensions)) })
  }
}
