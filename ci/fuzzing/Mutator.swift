/// Damaged variants of valid inputs. The variant depends on the seed and the number alone, so that a
/// finding is named by these two.
public struct Mutator {
  private var state: UInt64

  public init(seed: UInt64, number: Int) {
    state = seed &* 0xD134_2543_DE82_EF95 &+ UInt64(truncatingIfNeeded: number)
    _ = next()
  }

  /// splitmix64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func below(_ bound: Int) -> Int { bound < 2 ? 0 : Int(next() % UInt64(bound)) }

  /// One of the inputs with one to eight changes.
  /// - Parameter words: texts that mean something to the reader.
  mutating func variant(of inputs: [[UInt8]], words: [String]) -> [UInt8] {
    var bytes = inputs[below(inputs.count)]
    for _ in 0...below(8) { change(&bytes, inputs, words) }
    return bytes
  }

  private static let telling: [UInt8] = [0, 1, 9, 10, 13, 32, 34, 35, 44, 46, 0x7F, 0x80, 0xC3, 0xE2, 0xFF]

  private mutating func change(_ bytes: inout [UInt8], _ inputs: [[UInt8]], _ words: [String]) {
    let place = below(bytes.count + 1)
    let length = 1 + below(below(8) == 0 ? 400 : 12)
    let range = place..<min(bytes.count, place + length)
    switch below(10) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
    case 2 where place < bytes.count: bytes[place] = Self.telling[below(Self.telling.count)]
    case 3: bytes.removeSubrange(range)
    case 4: bytes.insert(contentsOf: Array(bytes[range]), at: below(bytes.count + 1))
    case 5: bytes.insert(Self.telling[below(Self.telling.count)], at: place)
    case 6 where below(8) == 0: bytes.removeSubrange(place...)
    case 7:
      let other = inputs[below(inputs.count)]
      let start = below(other.count + 1)
      bytes.insert(contentsOf: other[start..<min(other.count, start + length)], at: place)
    case 8 where place + 8 <= bytes.count:
      // A length or an offset of a binary format that is far off.
      let value = below(2) == 0 ? UInt64.max >> UInt64(below(64)) : next() >> UInt64(below(64))
      for index in 0..<(1 << below(4)) {
        bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
      }
    default:
      if words.isEmpty { return bytes.removeSubrange(range) }
      let word = Array(words[below(words.count)].utf8)
      if below(2) == 0 { bytes.removeSubrange(range) }
      bytes.insert(contentsOf: word, at: min(place, bytes.count))
    }
  }
}
