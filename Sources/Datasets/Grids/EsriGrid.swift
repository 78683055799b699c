internal import NumericCore

/// ESRI's ASCII grids (`.asc`): lines of a name and a number, then the values row by row from the north-west.
///
/// `xllcorner` and `yllcorner` are the edge of the south-western cell, `xllcenter` and `yllcenter` its centre; nodes stand at
/// centres. `dx` and `dy` in place of `cellsize` are GDAL's. Without `NODATA_value` the format says −9999.
enum EsriGrid {
  private static let names = [
    "ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "dx", "dy",
    "nodata_value",
    "nodata", "byteorder",
  ]

  static func recognises(_ bytes: [UInt8]) -> Bool {
    var words = TextNumbers(Array(bytes.prefix(4096)).withoutMark, path: "")
    guard let first = words.next(), names.contains(first.text.lowercased()) else { return false }
    return words.next()?.number != nil
  }

  private struct Header {
    var numbers: [String: Double] = [:]

    func number(_ name: String, or other: String, path: String, line: Int) throws(DatasetError) -> Double {
      guard let value = numbers[name] ?? numbers[other] else {
        throw .malformed(
          path: path, line: line, found: "a header without '\(name)'",
          expected: "ncols, nrows, xllcorner, yllcorner and cellsize before the values")
      }
      return value
    }

    /// The centre of the first cell.
    func first(
      _ centre: String, _ corner: String, _ size: Double, path: String, line: Int
    ) throws(DatasetError) -> Double {
      if let value = numbers[centre] { return value }
      return try number(corner, or: corner, path: path, line: line) + size / 2
    }

    func count(_ name: String, path: String, line: Int) throws(DatasetError) -> Int {
      let value = try number(name, or: name, path: path, line: line)
      guard let count = Int(exactly: value), count > 0, count < 1 << 31 else {
        throw .malformed(
          path: path, line: line, found: "\(name) \(value)", expected: "a whole number above 0")
      }
      return count
    }
  }

  static func read(_ bytes: [UInt8], path: String) throws(DatasetError) -> PlainGrid {
    var words = TextNumbers(bytes.withoutMark, path: path)
    var header = Header()
    var first: TextNumbers.Word?
    while let word = words.next() {
      let name = word.text.lowercased()
      guard names.contains(name) else {
        first = word
        break
      }
      // The byte order of the binary sister format means nothing here.
      guard name != "byteorder" else {
        _ = words.next()
        continue
      }
      header.numbers[name] = try words.number("a number after \(name)")
    }
    let line = first?.line ?? 1
    let columns = try header.count("ncols", path: path, line: line)
    let rows = try header.count("nrows", path: path, line: line)
    let values = try values(&words, first: first, columns, rows, bytes.count, path)
    return try grid(header, values, columns, rows, path: path, line: line)
  }

  private static func values(
    _ words: inout TextNumbers, first: TextNumbers.Word?, _ columns: Int, _ rows: Int, _ bytes: Int,
    _ path: String
  ) throws(DatasetError) -> [Double] {
    let count = columns.multipliedReportingOverflow(by: rows)
    // A value takes at least two bytes of text.
    guard !count.overflow, count.partialValue <= bytes else {
      throw .damaged(path: path, reason: "\(columns) x \(rows) values do not fit into \(bytes) bytes")
    }
    var values: [Double] = []
    values.reserveCapacity(count.partialValue)
    if let first {
      guard let number = first.number else {
        throw .malformed(
          path: path, line: first.line, found: "'\(first.text)'", expected: "value 1 of \(count.partialValue)"
        )
      }
      values.append(number)
    }
    while values.count < count.partialValue {
      values.append(try words.number("value \(values.count + 1) of \(count.partialValue)"))
    }
    if let more = words.next() {
      throw .malformed(
        path: path, line: more.line, found: "'\(more.text)'",
        expected: "the end of the file after \(count.partialValue) values")
    }
    return values
  }

  private static func grid(
    _ header: Header, _ values: [Double], _ columns: Int, _ rows: Int, path: String, line: Int
  ) throws(DatasetError) -> PlainGrid {
    let dx = try header.number("cellsize", or: "dx", path: path, line: line)
    let dy = try header.number("cellsize", or: "dy", path: path, line: line)
    guard dx > 0, dy > 0 else {
      throw .malformed(
        path: path, line: line, found: "a cell size of \(min(dx, dy))", expected: "one above 0")
    }
    let west = try header.first("xllcenter", "xllcorner", dx, path: path, line: line)
    let south = try header.first("yllcenter", "yllcorner", dy, path: path, line: line)
    let mark = header.numbers["nodata_value"] ?? header.numbers["nodata"] ?? -9999
    var ordered: [Double] = []
    ordered.reserveCapacity(values.count)
    for row in (0..<rows).reversed() { ordered += values[(row * columns)..<((row + 1) * columns)] }
    return PlainGrid(
      name: "z", from: (west, south), steps: (dx, dy), columns: columns, rows: rows,
      values: MissingMarks.cleared(ordered, of: [mark]))
  }
}

extension [UInt8] {
  /// Without a byte-order mark of UTF-8 at the start.
  var withoutMark: [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
