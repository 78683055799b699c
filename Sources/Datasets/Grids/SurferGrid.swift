internal import NumericCore

/// Grids of Golden Software's Surfer: text (`DSAA`), version 6 (`DSBB`) and version 7 (`DSRB`) binary.
///
/// Nodes run row by row from the smallest y, each row from the smallest x; blanked nodes become NaN: values of
/// 1.70141e38 and more, in version 7 what the file itself names.
enum SurferGrid {
  private static let blank = 1.70141e38

  static func read(_ bytes: [UInt8], path: String) throws(DatasetError) -> PlainGrid {
    switch String(decoding: bytes.prefix(4), as: UTF8.self) {
    case "DSAA": try text(bytes, path)
    case "DSBB": try version6(bytes, path)
    case "DSRB": try version7(bytes, path)
    default:
      throw .malformed(
        path: path, line: 1, found: "'\(String(decoding: bytes.prefix(4), as: UTF8.self))'",
        expected: "DSAA, DSBB or DSRB, the marks of a Surfer grid")
    }
  }

  private struct Ends {
    var columns, rows: Int
    var west, east, south, north: Double

    func grid(_ values: [Double], _ path: String) throws(DatasetError) -> PlainGrid {
      guard west <= east, south <= north else {
        throw .damaged(
          path: path, reason: "its region \(west) … \(east), \(south) … \(north) is turned around")
      }
      return PlainGrid(
        name: "z", region: Region(west: west, east: east, south: south, north: north), columns: columns,
        rows: rows,
        values: values.map { $0 >= SurferGrid.blank ? .nan : $0 })
    }
  }

  private static func text(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> PlainGrid {
    var words = TextNumbers(bytes, path: path)
    _ = words.next()
    let ends = Ends(
      columns: try words.count("the number of columns"), rows: try words.count("the number of rows"),
      west: try words.number("the smallest x"), east: try words.number("the largest x"),
      south: try words.number("the smallest y"), north: try words.number("the largest y"))
    _ = try words.number("the smallest value")
    _ = try words.number("the largest value")
    let count = ends.columns.multipliedReportingOverflow(by: ends.rows)
    // A value takes at least two bytes of text.
    guard !count.overflow, count.partialValue <= bytes.count else {
      throw .damaged(
        path: path, reason: "\(ends.columns) x \(ends.rows) values do not fit into \(bytes.count) bytes")
    }
    var values: [Double] = []
    values.reserveCapacity(count.partialValue)
    for index in 0..<count.partialValue {
      values.append(try words.number("value \(index + 1) of \(count.partialValue)"))
    }
    if let more = words.next() {
      throw .malformed(
        path: path, line: more.line, found: "'\(more.text)'",
        expected: "the end of the file after \(count.partialValue) values")
    }
    return try ends.grid(values, path)
  }

  private static func version6(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> PlainGrid {
    var cursor = ByteCursor(bytes, path: path)
    cursor.position = 4
    let header = "the header"
    let (columns, rows) = (try cursor.int16(header), try cursor.int16(header))
    guard columns > 0, rows > 0 else {
      throw .damaged(path: path, reason: "it has \(columns) x \(rows) nodes")
    }
    let ends = Ends(
      columns: columns, rows: rows, west: try cursor.double(header), east: try cursor.double(header),
      south: try cursor.double(header), north: try cursor.double(header))
    _ = try cursor.doubles(2, header)
    let values = try cursor.floats(columns * rows, "the values")
    guard cursor.remaining == 0 else {
      throw .damaged(path: path, reason: "\(cursor.remaining) bytes follow the last value")
    }
    return try ends.grid(values, path)
  }

  /// Sections of a tag, a length and content; those that aren't known are skipped.
  private static func version7(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> PlainGrid {
    var cursor = ByteCursor(bytes, path: path)
    var grid: (PlainGrid, blank: Double)?
    var version = 1
    while cursor.remaining > 0 {
      let tag = String(
        decoding: bytes[cursor.position..<min(cursor.position + 4, bytes.count)], as: UTF8.self)
      _ = try cursor.int32("a section's tag")
      let size = try cursor.int32("the length of section \(tag)")
      guard size >= 0, size <= cursor.remaining else {
        throw .damaged(
          path: path, reason: "section \(tag) should have \(size) bytes, \(cursor.remaining) are left")
      }
      let end = cursor.position + size
      switch tag {
      case "DSRB": version = try cursor.int32("the version")
      case "GRID": grid = try geometry(&cursor, path)
      case "DATA":
        guard var found = grid?.0, let blank = grid?.blank else {
          throw .damaged(path: path, reason: "the values come before the description of the grid")
        }
        let count = found.columns.multipliedReportingOverflow(by: found.rows)
        guard !count.overflow, count.partialValue <= size / 8, size == count.partialValue * 8 else {
          throw .damaged(
            path: path,
            reason:
              "\(found.columns) x \(found.rows) values should take 8 bytes each, the section has \(size)")
        }
        found.values = try cursor.doubles(count.partialValue, "the values").map {
          (version == 1 ? $0 >= blank : $0 == blank) ? .nan : $0
        }
        return found
      default: break
      }
      cursor.position = end
    }
    throw .damaged(path: path, reason: grid == nil ? "it has no GRID section" : "it has no DATA section")
  }

  private static func geometry(
    _ cursor: inout ByteCursor, _ path: String
  ) throws(DatasetError) -> (PlainGrid, blank: Double) {
    let what = "the GRID section"
    let (rows, columns) = (try cursor.int32(what), try cursor.int32(what))
    guard rows > 0, columns > 0 else {
      throw .damaged(path: path, reason: "it has \(columns) x \(rows) nodes")
    }
    let numbers = try cursor.doubles(8, what)
    guard numbers[6] == 0 else {
      throw .unsupported(
        path: path, what: "a grid rotated by \(numbers[6])°", hint: "resample it to an unrotated one")
    }
    let grid = PlainGrid(
      name: "z", from: (numbers[0], numbers[1]), steps: (numbers[2], numbers[3]),
      columns: columns, rows: rows, values: [])
    return (grid, numbers[7])
  }
}
