/// Random numbers by their address: every draw is a function of (seed, stream, round, row, component) and of
/// nothing else, so that neither the number of members, nor their order, nor what else is drawn, nor threads
/// change it. [Salmon2011]
///
/// Philox-4x64 with ten rounds. Key: the seed, and 64 bits of `SeedSequence` of the stream's name. Counter:
/// [component div 4, row, round, 0]; component mod 4 chooses one of the four words.
public struct CounterRandom: Sendable, Equatable {
  private let key: (UInt64, UInt64)

  /// - Parameter stream: what is drawn, e.g. "surface"; different names give independent streams.
  public init(seed: UInt64, stream: String) {
    let bytes = Array(stream.utf8)
    var words = [UInt32(bytes.count)]
    for start in stride(from: 0, to: bytes.count, by: 4) {
      words.append(bytes[start..<min(start + 4, bytes.count)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    key = (seed, SeedSequence(entropy: words).generateState64(1)[0])
  }

  /// Equal keys give equal numbers.
  public static func == (first: CounterRandom, second: CounterRandom) -> Bool { first.key == second.key }

  /// The four words of a counter.
  static func block(_ counter: SIMD4<UInt64>, key: (UInt64, UInt64)) -> SIMD4<UInt64> {
    var (c, key) = (counter, key)
    for round in 0..<10 {
      if round > 0 {
        key.0 &+= 0x9e37_79b9_7f4a_7c15
        key.1 &+= 0xbb67_ae85_84ca_a73b
      }
      let first = c[0].multipliedFullWidth(by: 0xd2e7_470e_e14c_6c93)
      let second = c[2].multipliedFullWidth(by: 0xca5a_8263_9512_1157)
      c = SIMD4(second.high ^ c[1] ^ key.0, second.low, first.high ^ c[3] ^ key.1, first.low)
    }
    return c
  }

  private func words(_ block: Int, row: Int, round: Int) -> SIMD4<UInt64> {
    Self.block(SIMD4(UInt64(block), UInt64(row), UInt64(round), 0), key: key)
  }

  /// Uniform draws: multiples of 2⁻⁵³ in [0, 1).
  /// - Precondition: row and round are not negative.
  public func uniform(_ count: Int, row: Int, round: Int = 0) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for component in 0..<count {
      let words = words(component / 4, row: row, round: round)
      result[component] = Double(words[component % 4] >> 11) * 0x1p-53
    }
    return result
  }

  /// Normal draws of mean 0 and deviation 1: √(−2 ln u) (cos 2πv, sin 2πv), u in (0, 1], of the two
  /// pairs of words of a block. [Box1958]
  ///
  /// - Precondition: row and round are not negative.
  public func normal(_ count: Int, row: Int, round: Int = 0, workers: Workers = .serial) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    let chunk = 4096
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      workers.forEach((count + chunk - 1) / chunk) { index in
        for start in stride(from: index * chunk, to: min(count, (index + 1) * chunk), by: 4) {
          let words = words(start / 4, row: row, round: round)
          let (first, second) = (Self.pair(words[0], words[1]), Self.pair(words[2], words[3]))
          let draws = SIMD4(first.0, first.1, second.0, second.1)
          for component in start..<min(start + 4, count) { out[component] = draws[component - start] }
        }
      }
    }
    return result
  }

  private static func pair(_ first: UInt64, _ second: UInt64) -> (Double, Double) {
    let u = Double((first >> 11) + 1) * 0x1p-53
    let angle = 2 * Double.pi * (Double(second >> 11) * 0x1p-53)
    let radius = (-2 * Elementary.log(u)).squareRoot()
    return (radius * Elementary.cos(angle), radius * Elementary.sin(angle))
  }
}
