/// The header and first directory of a TIFF file (revision 6) or BigTIFF: tags with their values.
struct TIFFDirectory {
  enum Tag: Int {
    case subfileType = 254, width = 256, height, bitsPerSample, compression, photometric = 262, fillOrder =
      266
    case description = 270, stripOffsets = 273, orientation, samplesPerPixel = 277, rowsPerStrip,
      stripByteCounts
    case planarConfiguration = 284, predictor = 317, tileWidth = 322, tileHeight, tileOffsets, tileByteCounts
    case sampleFormat = 339, pixelScale = 33550, tiepoints = 33922, transformation = 34264, geoKeys = 34735
    case geoDoubles = 34736, geoTexts = 34737, metadata = 42112, noData = 42113
  }

  private struct Entry {
    var type, count: Int
    /// Where the value stands.
    var position: Int
  }

  let bytes: [UInt8]
  let path: String
  let isBigEndian: Bool
  private var entries: [Int: Entry] = [:]

  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8 else { return false }
    return [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]].contains {
      bytes.starts(with: $0 as [UInt8])
    }
  }

  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    guard TIFFDirectory.recognises(bytes) else {
      throw .malformed(
        path: path, line: 1, found: "no mark of a TIFF file", expected: "II or MM and 42 or 43")
    }
    (self.bytes, self.path, isBigEndian) = (bytes, path, bytes[0] == 0x4D)
    var cursor = ByteCursor(bytes, path: path, isBigEndian: isBigEndian)
    cursor.position = 2
    let isBig = try cursor.whole(2, "the header") == 43
    let wide = isBig ? 8 : 4
    if isBig { cursor.position = 8 }
    let start = try cursor.whole(wide, "the header")
    guard start < UInt64(bytes.count) else {
      throw .damaged(
        path: path, reason: "its first directory should stand at byte \(start) of \(bytes.count)")
    }
    cursor.position = Int(start)
    let count = try cursor.whole(isBig ? 8 : 2, "the directory")
    guard count <= 4096 else {
      throw .damaged(path: path, reason: "its directory should have \(count) entries")
    }
    for _ in 0..<count {
      let tag = Int(try cursor.whole(2, "the directory"))
      let type = Int(try cursor.whole(2, "the directory"))
      let number = try cursor.whole(wide, "the directory")
      let here = cursor.position
      let value = try cursor.whole(wide, "the directory")
      let size = number.multipliedReportingOverflow(by: UInt64(TIFFDirectory.width(of: type)))
      guard !size.overflow, size.partialValue <= UInt64(bytes.count) else {
        throw .damaged(path: path, reason: "tag \(tag) should have \(number) values")
      }
      let position = size.partialValue <= UInt64(wide) ? here : Int(clamping: value)
      guard position <= bytes.count - Int(size.partialValue) else {
        throw .damaged(path: path, reason: "tag \(tag) reaches behind the end of the file")
      }
      entries[tag] = Entry(type: type, count: Int(number), position: position)
    }
  }

  private static func width(of type: Int) -> Int {
    switch type {
    case 1, 2, 6, 7: 1
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    default: 8
    }
  }

  func has(_ tag: Tag) -> Bool { entries[tag.rawValue] != nil }

  /// Whole or floating-point numbers of a tag; empty where it is not there.
  func numbers(_ tag: Tag) throws(DatasetError) -> [Double] {
    guard let entry = entries[tag.rawValue] else { return [] }
    var cursor = ByteCursor(bytes, path: path, isBigEndian: isBigEndian)
    cursor.position = entry.position
    let what = "tag \(tag.rawValue)"
    switch entry.type {
    case 1, 7: return try cursor.numbers(entry.count, size: 1, what) { Double($0) }
    case 3: return try cursor.numbers(entry.count, size: 2, what) { Double($0) }
    case 4, 13: return try cursor.numbers(entry.count, size: 4, what) { Double($0) }
    case 6: return try cursor.numbers(entry.count, size: 1, what) { Double(Int8(truncatingIfNeeded: $0)) }
    case 8: return try cursor.numbers(entry.count, size: 2, what) { Double(Int16(truncatingIfNeeded: $0)) }
    case 9: return try cursor.numbers(entry.count, size: 4, what) { Double(Int32(truncatingIfNeeded: $0)) }
    case 11: return try cursor.floats(entry.count, what)
    case 12: return try cursor.doubles(entry.count, what)
    case 16, 18: return try cursor.numbers(entry.count, size: 8, what) { Double($0) }
    default: throw .damaged(path: path, reason: "\(what) holds no numbers but type \(entry.type)")
    }
  }

  /// A whole number of a tag, or what the format says without it.
  func whole(_ tag: Tag, default usual: Int) throws(DatasetError) -> Int {
    guard let first = try numbers(tag).first else { return usual }
    guard let value = Int(exactly: first) else {
      throw .damaged(path: path, reason: "tag \(tag.rawValue) is \(first)")
    }
    return value
  }

  func text(_ tag: Tag) -> String? {
    guard let entry = entries[tag.rawValue], entry.type == 2 || entry.type == 7 else { return nil }
    let raw = bytes[entry.position..<(entry.position + entry.count)]
    return String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
  }
}
