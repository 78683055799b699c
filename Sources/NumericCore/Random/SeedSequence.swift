/// NumPy's `SeedSequence`: mixes entropy of any length into a pool of 128 bits, from which states
/// of generators are drawn. [ONeill2015]
public struct SeedSequence: Sendable, Equatable {
  private static let poolSize = 4
  /// What distinguishes this sequence, in words of 32 bits.
  public let entropy: [UInt32]
  /// The path of this sequence in the tree of spawned ones.
  public let spawnKey: [UInt32]
  private var pool: [UInt32]
  private var children: UInt32 = 0

  /// `numpy.random.SeedSequence(entropy, spawn_key=spawnKey)` with a list of 32-bit words.
  public init(entropy: [UInt32], spawnKey: [UInt32] = []) {
    (self.entropy, self.spawnKey) = (entropy, spawnKey)
    var words = entropy
    if !spawnKey.isEmpty {
      words += Array(repeating: 0, count: max(0, Self.poolSize - entropy.count)) + spawnKey
    }
    pool = Self.mixed(words)
  }

  /// `numpy.random.SeedSequence(entropy, spawn_key=spawnKey)` with one whole number.
  public init(entropy: UInt64, spawnKey: [UInt32] = []) {
    let (low, high) = (UInt32(truncatingIfNeeded: entropy), UInt32(entropy >> 32))
    self.init(entropy: high == 0 ? [low] : [low, high], spawnKey: spawnKey)
  }

  /// `generate_state(count)`: words of 32 bits.
  public func generateState(_ count: Int) -> [UInt32] {
    var hash: UInt32 = 0x8b51_f9dd
    return (0..<count).map { index in
      var value = pool[index % Self.poolSize] ^ hash
      hash &*= 0x58f3_8ded
      value &*= hash
      return value ^ value >> 16
    }
  }

  /// `generate_state(count, numpy.uint64)`: words of 64 bits.
  public func generateState64(_ count: Int) -> [UInt64] {
    let words = generateState(2 * count)
    return (0..<count).map { UInt64(words[2 * $0 + 1]) << 32 | UInt64(words[2 * $0]) }
  }

  /// The next `count` children, each independent of the others and of this sequence.
  public mutating func spawn(_ count: Int) -> [SeedSequence] {
    let first = children
    children += UInt32(count)
    return (first..<children).map { SeedSequence(entropy: entropy, spawnKey: spawnKey + [$0]) }
  }

  private static func mixed(_ entropy: [UInt32]) -> [UInt32] {
    var multiplier: UInt32 = 0x43b0_d7e5
    func hashed(_ word: UInt32) -> UInt32 {
      var value = word ^ multiplier
      multiplier &*= 0x931e_8875
      value &*= multiplier
      return value ^ value >> 16
    }
    func mix(_ a: UInt32, _ b: UInt32) -> UInt32 {
      let value = 0xca01_f9dd &* a &- 0x4973_f715 &* b
      return value ^ value >> 16
    }
    var pool = (0..<poolSize).map { hashed($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<poolSize {
      for target in 0..<poolSize where target != source {
        pool[target] = mix(pool[target], hashed(pool[source]))
      }
    }
    for word in entropy.dropFirst(poolSize) {
      for target in 0..<poolSize { pool[target] = mix(pool[target], hashed(word)) }
    }
    return pool
  }
}
