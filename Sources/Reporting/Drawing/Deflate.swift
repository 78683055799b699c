/// Compression by a program of our own, since what a library gives depends on its version: repeats found by
/// hashes of three bytes, and the fixed code of RFC 1951.
struct Deflate {
  private static let window = 32_768
  private static let longest = 258
  /// Candidates that are tried for the longest repeat.
  private static let patience = 24

  private var output: [UInt8] = [0x78, 0x01]
  private var bits: UInt64 = 0
  private var bitCount: UInt64 = 0

  /// A zlib stream (RFC 1950) that unpacks to `data`.
  static func stream(_ data: [UInt8]) -> [UInt8] {
    var deflate = Deflate()
    deflate.output.reserveCapacity(data.count / 4 + 64)
    data.withUnsafeBufferPointer { deflate.compress($0) }
    let sum = checksum(data)
    return deflate.output + (0..<4).map { UInt8(sum >> (24 - 8 * $0) & 0xFF) }
  }

  /// Adler-32.
  static func checksum(_ data: [UInt8]) -> UInt32 {
    var (low, high) = (UInt32(1), UInt32(0))
    data.withUnsafeBufferPointer { data in
      var start = 0
      while start < data.count {
        // So many bytes that the sums can't overflow before they are reduced.
        let end = min(start + 5552, data.count)
        for index in start..<end {
          low &+= UInt32(data[index])
          high &+= low
        }
        (low, high) = (low % 65_521, high % 65_521)
        start = end
      }
    }
    return high << 16 | low
  }

  private mutating func compress(_ data: UnsafeBufferPointer<UInt8>) {
    // One block, the last, with the fixed code.
    put(1, 1)
    put(1, 2)
    var heads = [Int32](repeating: -1, count: 1 << 15)
    var earlier = [Int32](repeating: -1, count: Self.window)
    var place = 0
    while place < data.count {
      let match = Self.longestMatch(data, place, heads, earlier)
      if match.length >= 3 { put(length: match.length, distance: match.distance) } else { put(data[place]) }
      let end = place + max(match.length >= 3 ? match.length : 1, 1)
      // Within a long repeat of one byte a few entries find all that the others would.
      let last = min(end, data.count - 2)
      let step = match.length > 64 ? 8 : 1
      var index = place
      while index < last {
        let hash = Self.hash(data, index)
        earlier[index % Self.window] = heads[hash]
        heads[hash] = Int32(index)
        index += step
      }
      place = end
    }
    put(code: 0, 7)
    put(0, (8 - bitCount % 8) % 8)
  }

  private static func hash(_ data: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
    let word = UInt32(data[place]) | UInt32(data[place + 1]) << 8 | UInt32(data[place + 2]) << 16
    return Int((word &* 0x9E37_79B1) >> 17)
  }

  private static func longestMatch(
    _ data: UnsafeBufferPointer<UInt8>, _ place: Int, _ heads: [Int32], _ earlier: [Int32]
  ) -> (length: Int, distance: Int) {
    let most = min(longest, data.count - place)
    guard most >= 3 else { return (0, 0) }
    var best = (length: 2, distance: 0)
    var candidate = Int(heads[hash(data, place)])
    for _ in 0..<patience {
      guard candidate >= 0, place - candidate <= window else { break }
      if data[candidate + best.length] == data[place + best.length] {
        var length = 0
        while length < most, data[candidate + length] == data[place + length] { length += 1 }
        if length > best.length { best = (length, place - candidate) }
        if length == most { break }
      }
      let next = Int(earlier[candidate % window])
      guard next < candidate else { break }
      candidate = next
    }
    return best.distance == 0 ? (0, 0) : best
  }

  // MARK: - The fixed code

  private mutating func put(_ byte: UInt8) {
    if byte < 144 { put(code: 0x30 + UInt64(byte), 8) } else { put(code: 0x190 + UInt64(byte) - 144, 9) }
  }

  private mutating func put(length: Int, distance: Int) {
    let (symbol, lengthExtra) = Self.symbol(length - 3, groups: 4, last: length == Self.longest)
    if symbol < 23 { put(code: UInt64(symbol) + 1, 7) } else { put(code: 0xC0 + UInt64(symbol) - 23, 8) }
    put(lengthExtra.value, lengthExtra.count)
    let (code, distanceExtra) = Self.symbol(distance - 1, groups: 2, last: false)
    put(code: UInt64(code), 5)
    put(distanceExtra.value, distanceExtra.count)
  }

  /// Symbols of lengths come four and those of distances two to each further extra bit; length 258 has one of
  /// its own.
  private static func symbol(
    _ value: Int, groups: Int, last: Bool
  ) -> (symbol: Int, extra: (value: UInt64, count: UInt64)) {
    if last { return (28, (0, 0)) }
    guard value >= 2 * groups else { return (value, (0, 0)) }
    let top = Int.bitWidth - 1 - value.leadingZeroBitCount
    let extra = top - (groups == 4 ? 2 : 1)
    let symbol = groups * extra + value >> extra
    return (symbol, (UInt64(value & (1 << extra - 1)), UInt64(extra)))
  }

  /// Huffman codes go in from their highest bit, all else from the lowest.
  private mutating func put(code: UInt64, _ count: UInt64) {
    var turned: UInt64 = 0
    for bit in 0..<count { turned |= (code >> bit & 1) << (count - 1 - bit) }
    put(turned, count)
  }

  private mutating func put(_ value: UInt64, _ count: UInt64) {
    bits |= value << bitCount
    bitCount += count
    while bitCount >= 8 {
      output.append(UInt8(bits & 0xFF))
      bits >>= 8
      bitCount -= 8
    }
  }
}
