/// NumPy's `default_rng(seed)`, draw for draw and bit for bit: the generator PCG64 (128-bit linear
/// congruence, output XSL-RR) seeded through `SeedSequence`, and the methods of NumPy 2's
/// `Generator`. [ONeill2014]
///
/// A value: a copy continues on its own from where the original stood.
public struct NumPyRandom: Sendable {
  private static let multiplier: UInt128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645
  private var state: UInt128
  private let increment: UInt128
  /// The upper half of the last 64 bits, while only the lower half has been used.
  private var half: UInt32?
  private var seedSequence: SeedSequence

  /// `numpy.random.default_rng(seed)`.
  public init(seed: UInt64) { self.init(seedSequence: SeedSequence(entropy: seed)) }

  /// `numpy.random.default_rng(seedSequence)`.
  public init(seedSequence: SeedSequence) {
    self.seedSequence = seedSequence
    let words = seedSequence.generateState64(4)
    increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
    state = increment &+ (UInt128(words[0]) << 64 | UInt128(words[1]))
    advance()
  }

  /// A stream of its own for one member of a family and one named quantity: its draws depend on
  /// nothing else, so neither the number of members nor what else is drawn changes them.
  ///
  /// It is `default_rng(SeedSequence(w))` with w = [seed mod 2³², seed div 2³², number of bytes of
  /// `name` in UTF-8, those bytes four a word with the first in the lowest place, member mod 2³²,
  /// member div 2³²].
  /// - Precondition: member ≥ 0.
  public static func stream(seed: UInt64, name: String, member: Int) -> NumPyRandom {
    precondition(member >= 0, "members are counted from 0")
    func halves(_ value: UInt64) -> [UInt32] { [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)] }
    let bytes = Array(name.utf8)
    var words = halves(seed) + [UInt32(bytes.count)]
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let part = bytes[start..<min(start + 4, bytes.count)]
      words.append(part.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    words += halves(UInt64(member))
    return NumPyRandom(seedSequence: SeedSequence(entropy: words))
  }

  /// `spawn(count)`: generators from the children of the seed sequence.
  public mutating func spawn(_ count: Int) -> [NumPyRandom] {
    seedSequence.spawn(count).map { NumPyRandom(seedSequence: $0) }
  }

  private mutating func advance() { state = state &* Self.multiplier &+ increment }

  /// 64 uniform bits.
  public mutating func nextUInt64() -> UInt64 {
    advance()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> turn | folded << ((64 - turn) & 63)
  }

  /// 32 uniform bits: the lower half of 64, then the upper, whatever is drawn between.
  public mutating func nextUInt32() -> UInt32 {
    if let kept = half {
      half = nil
      return kept
    }
    let bits = nextUInt64()
    half = UInt32(bits >> 32)
    return UInt32(truncatingIfNeeded: bits)
  }

  /// A multiple of 2⁻⁵³ in [0, 1).
  public mutating func random() -> Double { Double(nextUInt64() >> 11) * 0x1p-53 }

  /// `low + (high − low) · random()`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random()
  }

  /// `count` draws of `uniform(low, high)`.
  public mutating func uniform(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    (0..<count).map { _ in uniform(low, high) }
  }
}
