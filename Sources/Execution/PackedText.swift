internal import CZlib

/// A text as one word of a line of a log, small: what members of a chunk say is alike but for some numbers, and a recipe names
/// every member's. A short text is escaped; of others the bytes are deflated and written in base 64 behind `%z`, which no
/// escaped text has, and the count of the text's bytes. What programs of before wrote is escaped and is read as ever.
enum PackedText {
  /// Bytes below which there is nothing to gain.
  private static let least = 256
  private static let mark: [UInt8] = Array("%z".utf8)

  static func packed(_ text: String) -> String {
    guard text.utf8.count >= least, let deflated = Deflation.deflated(Array(text.utf8)) else {
      return AppendLog.escaped(text)
    }
    let head = mark + Array("\(text.utf8.count):".utf8)
    return String(decoding: head + Base64.encoded(deflated), as: UTF8.self)
  }

  /// - Returns: nil for a word that is neither.
  static func unpacked(_ word: some StringProtocol) -> String? {
    let bytes = Array(word.utf8)
    guard bytes.starts(with: mark) else { return AppendLog.unescaped(word) }
    guard let colon = bytes.firstIndex(of: 58),
      let count = Int(String(decoding: bytes[mark.count..<colon], as: UTF8.self)),
      0...Deflation.most ~= count, let deflated = Base64.decoded(bytes[(colon + 1)...])
    else { return nil }
    return Deflation.inflated(deflated, count: count).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// zlib's streams (RFC 1950).
private enum Deflation {
  /// Bytes of a text.
  static let most = 1 << 30

  /// - Returns: nil where zlib has no memory, or the text is too long for it.
  static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count <= most else { return nil }
    var size = compressBound(uLong(bytes.count))
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
      status = compress2(target.baseAddress, &size, bytes, uLong(bytes.count), 6)
      count = status == Z_OK ? Int(size) : 0
    }
    return status == Z_OK ? result : nil
  }

  /// - Returns: nil for bytes that are no stream of just this length.
  static func inflated(_ bytes: [UInt8], count: Int) -> [UInt8]? {
    var size = uLongf(count)
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: max(1, count)) { target, found in
      status = uncompress(target.baseAddress, &size, bytes, uLong(bytes.count))
      found = status == Z_OK ? Int(size) : 0
    }
    return status == Z_OK && result.count == count ? result : nil
  }
}

/// RFC 4648, without padding.
private enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8?] = {
    var values = [UInt8?](repeating: nil, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { target, count in
      var (held, bits) = (UInt32(0), 0)
      count = 0
      for byte in bytes {
        held = held << 8 | UInt32(byte)
        bits += 8
        while bits >= 6 {
          bits -= 6
          target[count] = digits[Int(held >> UInt32(bits) & 63)]
          count += 1
        }
      }
      guard bits > 0 else { return }
      target[count] = digits[Int(held << UInt32(6 - bits) & 63)]
      count += 1
    }
  }

  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var (held, bits) = (UInt32(0), 0)
    for digit in text {
      guard let value = values[Int(digit)] else { return nil }
      held = held << 6 | UInt32(value)
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
    }
    return bytes
  }
}
