/// Grids of Geosoft's Oasis montaj (`.grd`, version 2): a header of 512 bytes, then the values, as they are or in
/// blocks compressed by zlib.
///
/// Value = raw / factor + base. Dummies become NaN. Rotated and colour grids are refused.
enum OasisGrid {
  private static let headerSize = 512

  private struct Header {
    /// Bytes of a value; above 1024 the values are compressed.
    var elementSize = 0
    /// 0 unsigned, 1 signed whole numbers, 2 floating-point, 3 colours.
    var sign = 0
    /// Values of a vector, vectors.
    var length = 0, vectors = 0
    /// 1: a vector is a row from the west; −1: a column from the south.
    var order = 0
    var stepAlong = 0.0, stepAcross = 0.0, west = 0.0, south = 0.0, rotation = 0.0, base = 0.0, factor = 0.0

    var isCompressed: Bool { elementSize > 1024 }
    var bytes: Int { isCompressed ? elementSize - 1024 : elementSize }
  }

  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= headerSize, let header = try? header(bytes, "") else { return false }
    return [1, 2, 4, 8].contains(header.bytes) && (0...3).contains(header.sign) && abs(header.order) == 1
      && header.length > 0 && header.vectors > 0
  }

  static func read(_ bytes: [UInt8], path: String) throws(DatasetError) -> PlainGrid {
    let header = try header(bytes, path)
    try check(header, path)
    let count = header.length.multipliedReportingOverflow(by: header.vectors)
    // zlib makes at most 1032 bytes of one.
    guard !count.overflow, count.partialValue <= bytes.count * 1100 else {
      throw .damaged(
        path: path, reason: "\(header.length) x \(header.vectors) values do not fit into \(bytes.count) bytes"
      )
    }
    let raw = header.isCompressed ? try unpacked(bytes, header, path) : Array(bytes[headerSize...])
    guard raw.count == count.partialValue * header.bytes else {
      throw .damaged(
        path: path,
        reason:
          "\(header.length) x \(header.vectors) values should take \(count.partialValue * header.bytes) "
          + "bytes, found \(raw.count)")
    }
    var cursor = ByteCursor(raw, path: path)
    let convert = conversion(header)
    let values = try cursor.numbers(count.partialValue, size: header.bytes, "the values") {
      convert($0) / header.factor + header.base
    }
    return grid(values, header)
  }

  private static func grid(_ values: [Double], _ header: Header) -> PlainGrid {
    let isRows = header.order == 1
    let (columns, rows) = isRows ? (header.length, header.vectors) : (header.vectors, header.length)
    var grid = PlainGrid(
      name: "grid", from: (header.west, header.south),
      steps: isRows ? (header.stepAlong, header.stepAcross) : (header.stepAcross, header.stepAlong),
      columns: columns, rows: rows, values: values)
    if !isRows {
      for row in 0..<rows {
        for column in 0..<columns { grid.values[row * columns + column] = values[column * rows + row] }
      }
    }
    return grid
  }

  private static func header(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> Header {
    var cursor = ByteCursor(bytes, path: path)
    guard bytes.count >= headerSize else {
      throw .damaged(path: path, reason: "it has \(bytes.count) bytes, the header alone takes \(headerSize)")
    }
    var header = Header()
    let what = "the header"
    (header.elementSize, header.sign) = (try cursor.int32(what), try cursor.int32(what))
    (header.length, header.vectors) = (try cursor.int32(what), try cursor.int32(what))
    header.order = try cursor.int32(what)
    let numbers = try cursor.doubles(7, what)
    (header.stepAlong, header.stepAcross) = (numbers[0], numbers[1])
    (header.west, header.south, header.rotation) = (numbers[2], numbers[3], numbers[4])
    (header.base, header.factor) = (numbers[5], numbers[6])
    return header
  }

  private static func check(_ header: Header, _ path: String) throws(DatasetError) {
    guard [1, 2, 4, 8].contains(header.bytes), header.length > 0, header.vectors > 0 else {
      throw .damaged(
        path: path,
        reason: "its header says \(header.length) x \(header.vectors) values of \(header.elementSize) bytes, "
          + "expected counts above 0 and 1, 2, 4 or 8 bytes (1024 more where compressed)")
    }
    guard abs(header.order) == 1 else {
      throw .unsupported(
        path: path, what: "values in the order \(header.order)",
        hint: "export the grid in rows (1) or columns (−1)")
    }
    guard (0...2).contains(header.sign) else {
      throw .unsupported(
        path: path, what: header.sign == 3 ? "a colour grid" : "values of the type \(header.sign)",
        hint: "export the grid as whole or floating-point numbers")
    }
    guard header.rotation == 0 else {
      throw .unsupported(
        path: path, what: "a grid rotated by \(header.rotation)°", hint: "resample it to an unrotated one")
    }
    guard header.factor.isFinite, header.factor != 0, header.base.isFinite else {
      throw .damaged(
        path: path, reason: "its header says base \(header.base) and factor \(header.factor) of the values")
    }
  }

  /// Number of the raw bits, NaN for a dummy.
  private static func conversion(_ header: Header) -> (UInt64) -> Double {
    switch (header.bytes, header.sign) {
    case (1, 0): { $0 == 255 ? .nan : Double($0) }
    case (1, _): { $0 == 0x81 ? .nan : Double(Int8(truncatingIfNeeded: $0)) }
    case (2, 0): { $0 == 65535 ? .nan : Double($0) }
    case (2, _): { $0 == 0x8001 ? .nan : Double(Int16(truncatingIfNeeded: $0)) }
    case (4, 0): { $0 == 0xFFFF_FFFF ? .nan : Double($0) }
    case (4, 1): { $0 == 0x8000_0001 ? .nan : Double(Int32(truncatingIfNeeded: $0)) }
    case (4, _):
      {
        let value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))
        return value <= Double(Float(-1e32)) ? .nan : value
      }
    default:
      {
        let value = Double(bitPattern: $0)
        return value <= -1e32 ? .nan : value
      }
    }
  }

  /// After the header: a mark, the kind of compression, counts of blocks and of vectors in each, offsets from the
  /// file's start (8 bytes), sizes (4 bytes). Each block has 16 bytes more in front of its zlib stream.
  private static func unpacked(
    _ bytes: [UInt8], _ header: Header, _ path: String
  ) throws(DatasetError) -> [UInt8] {
    var cursor = ByteCursor(bytes, path: path)
    cursor.position = headerSize + 8
    let what = "the table of compressed blocks"
    let (blocks, perBlock) = (try cursor.int32(what), try cursor.int32(what))
    guard blocks > 0, perBlock > 0, blocks <= cursor.remaining / 12 else {
      throw .damaged(path: path, reason: "it says \(blocks) compressed blocks of \(perBlock) vectors")
    }
    var (offsets, sizes): ([Int], [Int]) = ([], [])
    for _ in 0..<blocks { offsets.append(try cursor.int64(what)) }
    for _ in 0..<blocks { sizes.append(try cursor.int32(what)) }
    var result: [UInt8] = []
    var vectors = header.vectors
    for (index, (offset, size)) in zip(offsets, sizes).enumerated() {
      guard offset >= headerSize, size > 16, offset <= bytes.count, size <= bytes.count - offset else {
        throw .damaged(
          path: path,
          reason:
            "block \(index + 1) of \(blocks) should have \(size) bytes at \(offset), the file has \(bytes.count)"
        )
      }
      let limit = min(vectors, perBlock) * header.length * header.bytes
      result += try Inflate.bytes(
        bytes[(offset + 16)..<(offset + size)], count: limit, path: path,
        what: "block \(index + 1) of \(blocks)")
      vectors -= min(vectors, perBlock)
    }
    return result
  }
}
