/// Decompression of the strips and tiles of a TIFF file.
enum TIFFPieces {
  enum Compression: Int {
    case none = 1, lzw = 5, deflate = 8, packBits = 32773, oldDeflate = 32946

    static func name(_ code: Int) -> String {
      switch code {
      case 2, 3, 4: "fax"
      case 6, 7: "JPEG"
      case 34712: "JPEG 2000"
      case 34887: "LERC"
      case 34925: "LZMA"
      case 50000: "Zstandard"
      case 50001: "WebP"
      default: "\(code)"
      }
    }
  }

  /// - Parameter count: bytes that the piece must have unpacked.
  static func unpacked(
    _ packed: ArraySlice<UInt8>, by compression: Compression, count: Int, path: String, what: String
  ) throws(DatasetError) -> [UInt8] {
    let result: [UInt8]
    switch compression {
    case .none: result = Array(packed.prefix(count))
    case .deflate, .oldDeflate: return try Inflate.bytes(packed, count: count, path: path, what: what)
    case .packBits: result = packBits(packed, count: count)
    case .lzw: result = try lzw(packed, count: count, path: path, what: what)
    }
    guard result.count == count else {
      throw .damaged(path: path, reason: "\(what) has \(result.count) bytes, expected \(count)")
    }
    return result
  }

  /// A byte n of 0 … 127: the next n + 1 as they are; of −127 … −1: the next one 1 − n times.
  private static func packBits(_ packed: ArraySlice<UInt8>, count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var position = packed.startIndex
    while position < packed.endIndex, result.count < count {
      let mark = Int(Int8(bitPattern: packed[position]))
      position += 1
      if mark >= 0 {
        let end = min(position + mark + 1, packed.endIndex)
        result += packed[position..<end]
        position = end
      } else if mark > -128, position < packed.endIndex {
        result += repeatElement(packed[position], count: 1 - mark)
        position += 1
      }
    }
    return Array(result.prefix(count))
  }

  /// LZW as TIFF has it: codes of 9 to 12 bits, highest bit first, 256 clears the table, 257 ends; the code's width grows
  /// one entry early.
  private static func lzw(
    _ packed: ArraySlice<UInt8>, count: Int, path: String, what: String
  ) throws(DatasetError) -> [UInt8] {
    if packed.count > 1, packed[packed.startIndex] == 0, packed[packed.startIndex + 1] & 1 == 1 {
      throw .unsupported(
        path: path, what: "LZW in the order of TIFF before version 5", hint: "rewrite it by gdal_translate")
    }
    var table = LZWTable()
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var (buffer, bits) = (0, 0)
    var position = packed.startIndex
    var previous: Int?
    while result.count < count {
      while bits < table.width, position < packed.endIndex {
        buffer = (buffer << 8 | Int(packed[position])) & 0xFFFFFF
        (bits, position) = (bits + 8, position + 1)
      }
      guard bits >= table.width else { break }
      let code = buffer >> (bits - table.width) & ((1 << table.width) - 1)
      bits -= table.width
      if code == 257 { break }
      if code == 256 {
        table = LZWTable()
        previous = nil
        continue
      }
      guard table.append(code, after: previous, to: &result) else {
        throw .damaged(path: path, reason: "\(what) holds an LZW code \(code) that has no meaning there")
      }
      previous = code
    }
    return Array(result.prefix(count))
  }
}

/// Strings of bytes, each an earlier one and a further byte.
private struct LZWTable {
  private var prefixes: [Int] = []
  private var bytes: [UInt8] = []
  private var lengths: [Int] = []

  /// Bits of the next code.
  var width: Int {
    switch 258 + prefixes.count {
    case ..<511: 9
    case ..<1023: 10
    case ..<2047: 11
    default: 12
    }
  }

  private func length(_ code: Int) -> Int { code < 256 ? 1 : lengths[code - 258] }

  private func first(_ code: Int) -> UInt8 {
    var code = code
    while code >= 258 { code = prefixes[code - 258] }
    return UInt8(code)
  }

  /// Writes the string of a code and learns the one before with its first byte.
  /// - Returns: false for a code that is not known yet.
  mutating func append(_ code: Int, after previous: Int?, to result: inout [UInt8]) -> Bool {
    let next = 258 + prefixes.count
    guard code < 256 || (258..<next).contains(code) || (code == next && previous != nil) else { return false }
    if let previous, next < 4096 {
      prefixes.append(previous)
      bytes.append(first(code == next ? previous : code))
      lengths.append(length(previous) + 1)
    }
    guard code < 258 + prefixes.count else { return false }
    let start = result.count
    result += repeatElement(0, count: length(code))
    var place = result.count - 1
    var code = code
    while code >= 258, place > start {
      result[place] = bytes[code - 258]
      code = prefixes[code - 258]
      place -= 1
    }
    result[place] = UInt8(truncatingIfNeeded: code)
    return true
  }
}
