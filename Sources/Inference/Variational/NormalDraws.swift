import NumericCore

/// The normal numbers of a round's draws, by address: a function of seed, stream, number of the draw and row alone, so that
/// a resumed run has equal bits and more rows keep the first ones.
public struct NormalDraws: Sendable {
  /// Where they come from.
  public enum Source: Sendable, Equatable {
    /// Independent.
    case monteCarlo
    /// A scrambled Sobol sequence for each draw, through Φ⁻¹.
    case sobol
    /// `numpy.random.seed(seed)` and `randn` in romtools' order.
    case romtools
  }

  /// Where they come from.
  public let source: Source
  private let seed: UInt64
  private let stream: String

  /// - Parameter stream: what is drawn, with the outer member of a nested family in its name.
  public init(_ source: Source, seed: UInt64, stream: String) {
    (self.source, self.seed, self.stream) = (source, seed, stream)
  }

  /// Rows 0 … count − 1 of a draw.
  /// - Parameter used: normal numbers that earlier draws have taken, which only romtools' stream asks for.
  /// - Precondition: for Sobol's sequence not more dimensions than it has.
  public func rows(_ count: Int, dimension: Int, draw: Int, used: Int = 0) -> [[Double]] {
    switch source {
    case .monteCarlo:
      let random = CounterRandom(seed: seed, stream: stream)
      return (0..<count).map { random.normal(dimension, row: $0, round: draw) }
    case .sobol:
      let random = CounterRandom(seed: seed, stream: stream + " scramble")
      let scramble = UInt64(random.uniform(1, row: 0, round: draw)[0] * 0x1p53)
      return Sobol.scrambled(count: count, dimensions: dimension, seed: scramble)
        .map { $0.map { Quantile.standardNormal($0) } }
    case .romtools:
      var normals = LegacyNormals(seed: UInt32(truncatingIfNeeded: seed))
      for _ in 0..<used { _ = normals.next() }
      return (0..<count).map { _ in (0..<dimension).map { _ in normals.next() } }
    }
  }
}

/// `numpy.random.seed(seed)` and `randn`: Marsaglia's polar method, which gives two numbers and keeps one.
public struct LegacyNormals: Sendable {
  private var random: LegacyRandom
  private var kept: Double?

  /// The stream of a seed.
  public init(seed: UInt32) { random = LegacyRandom(seed: seed) }

  /// The next number of the stream; the logarithm is ours, so the last bit may differ from NumPy's.
  public mutating func next() -> Double {
    if let value = kept {
      kept = nil
      return value
    }
    while true {
      let first = 2 * random.random() - 1
      let second = 2 * random.random() - 1
      let square = first * first + second * second
      guard square < 1, square != 0 else { continue }
      let factor = (-2 * Elementary.log(square) / square).squareRoot()
      kept = factor * first
      return factor * second
    }
  }
}
