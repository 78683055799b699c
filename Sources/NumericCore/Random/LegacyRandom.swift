/// NumPy's `RandomState(seed)`: the Mersenne Twister MT19937 and the draws that published models
/// and scikit-learn take from it, bit for bit. [Matsumoto1998]
public struct LegacyRandom: Sendable {
  private static let size = 624
  private var words: [UInt32]
  private var next: Int

  /// The state that `numpy.random.RandomState(seed)` has for a whole number.
  public init(seed: UInt32) {
    words = [seed]
    words.reserveCapacity(Self.size)
    for index in 1..<Self.size {
      let last = words[index - 1]
      words.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
    next = Self.size
  }

  /// 32 uniform bits.
  public mutating func nextUInt32() -> UInt32 {
    if next == Self.size { renew() }
    var y = words[next]
    next += 1
    y ^= y >> 11
    y ^= y << 7 & 0x9d2c_5680
    y ^= y << 15 & 0xefc6_0000
    return y ^ y >> 18
  }

  private mutating func renew() {
    for index in 0..<Self.size {
      let following = words[(index + 1) % Self.size]
      let y = words[index] & 0x8000_0000 | following & 0x7fff_ffff
      let twist: UInt32 = y & 1 == 0 ? 0 : 0x9908_b0df
      words[index] = words[(index + 397) % Self.size] ^ y >> 1 ^ twist
    }
    next = 0
  }

  /// A multiple of 2⁻⁵³ in [0, 1): `random_sample()`.
  public mutating func random() -> Double {
    let upper = Double(nextUInt32() >> 5)
    let lower = Double(nextUInt32() >> 6)
    return (upper * 0x1p26 + lower) * 0x1p-53
  }

  /// `low + (high − low) · random()`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random()
  }

  /// `count` draws of `uniform(low, high)`.
  public mutating func uniform(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    (0..<count).map { _ in uniform(low, high) }
  }

  /// A whole number in 0 … `limit`, by rejecting what exceeds it under the smallest mask of ones.
  public mutating func interval(_ limit: UInt64) -> UInt64 {
    guard limit > 0 else { return 0 }
    let mask = UInt64.max >> UInt64(limit.leadingZeroBitCount)
    while true {
      var value = UInt64(nextUInt32())
      if limit > UInt64(UInt32.max) { value = value << 32 | UInt64(nextUInt32()) }
      if value & mask <= limit { return value & mask }
    }
  }

  /// `RandomState.shuffle` of a one-dimensional array.
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, Int(interval(UInt64(last))))
    }
  }

  /// `RandomState.permutation(n)`: 0 … n − 1, shuffled.
  public mutating func permutation(_ n: Int) -> [Int] {
    var result = Array(0..<n)
    shuffle(&result)
    return result
  }
}
