internal import NumericCore

/// GMT's own binary grids: a header of 892 bytes, then the values row by row from the north-west, in the byte order of the
/// machine that wrote them.
///
/// The header does not name the type of the values; their size tells it, and of four bytes the smallest and largest value
/// that the header holds tell floats from whole numbers.
enum GMTBinaryGrid {
  private static let headerSize = 892

  private struct Header {
    var columns, rows: Int
    var isPixels: Bool
    var region: Region
    var ends: (low: Double, high: Double)
    var scale, offset: Double
    var units: [String]
    var isBigEndian: Bool
    /// Bytes of a value.
    var width: Int
  }

  static func recognises(_ bytes: [UInt8]) -> Bool { (try? header(bytes, size: nil, "")) != nil }

  static func read(_ bytes: [UInt8], path: String) throws(DatasetError) -> PlainGrid {
    let header = try header(bytes, size: bytes.count, path)
    guard [2, 4, 8, 1].contains(header.width) else {
      throw .unsupported(
        path: path, what: "GMT's binary grid with values of \(header.width) bytes",
        hint: "convert it by 'gmt grdconvert in.grd out.nc'")
    }
    let values = try values(bytes, header, path)
    let (columns, rows) = (header.columns, header.rows)
    var grid = PlainGrid(
      name: "z", region: header.region.nodes(columns, rows, isPixels: header.isPixels), columns: columns,
      rows: rows,
      values: (0..<rows).reversed().flatMap { values[($0 * columns)..<(($0 + 1) * columns)] })
    grid.coordinateUnits = (GMTUnits.unit(header.units[0]), GMTUnits.unit(header.units[1]))
    grid.units = GMTUnits.unit(header.units[2])
    return grid
  }

  private static func values(_ bytes: [UInt8], _ header: Header, _ path: String) throws(DatasetError)
    -> [Double]
  {
    var cursor = ByteCursor(bytes, path: path, isBigEndian: header.isBigEndian)
    cursor.position = headerSize
    let count = header.columns * header.rows
    let raw: [Double]
    switch header.width {
    case 1: raw = try cursor.numbers(count, size: 1, "the values") { Double(Int8(truncatingIfNeeded: $0)) }
    case 2: raw = try cursor.numbers(count, size: 2, "the values") { Double(Int16(truncatingIfNeeded: $0)) }
    case 8: raw = try cursor.doubles(count, "the values")
    default:
      let start = cursor.position
      let floats = try cursor.floats(count, "the values")
      cursor.position = start
      let whole = try cursor.numbers(count, size: 4, "the values") { Double(Int32(truncatingIfNeeded: $0)) }
      raw = fits(floats, header) || !fits(whole, header) ? floats : whole
    }
    guard header.scale != 1 || header.offset != 0 else { return raw }
    return raw.map { $0 * header.scale + header.offset }
  }

  private static func fits(_ values: [Double], _ header: Header) -> Bool {
    let finite = values.filter(\.isFinite).map { $0 * header.scale + header.offset }
    guard let low = finite.min(), let high = finite.max() else { return true }
    let slack = 1e-5 * max(abs(header.ends.low), abs(header.ends.high), 1e-30)
    return abs(low - header.ends.low) <= slack && abs(high - header.ends.high) <= slack
  }

  /// - Parameter size: bytes of the whole file; nil where only its start is known.
  private static func header(_ bytes: [UInt8], size: Int?, _ path: String) throws(DatasetError) -> Header {
    guard bytes.count >= headerSize else {
      throw .damaged(path: path, reason: "it has \(bytes.count) bytes, the header alone takes \(headerSize)")
    }
    for isBigEndian in [false, true] {
      var cursor = ByteCursor(bytes, path: path, isBigEndian: isBigEndian)
      let what = "the header"
      let (columns, rows) = (try cursor.int32(what), try cursor.int32(what))
      let offset = try cursor.int32(what)
      let numbers = try cursor.doubles(10, what)
      let units = (0..<3).map { text(bytes, from: 92 + 80 * $0) }
      let region = Region(west: numbers[0], east: numbers[1], south: numbers[2], north: numbers[3])
      let cells = offset == 1 ? 0 : 1
      guard columns > 0, rows > 0, [0, 1].contains(offset), numbers.allSatisfy(\.isFinite), numbers[8] != 0,
        region.west <= region.east, region.south <= region.north,
        isStep(numbers[6], region.width, columns - cells), isStep(numbers[7], region.height, rows - cells)
      else { continue }
      let count = columns.multipliedReportingOverflow(by: rows)
      guard !count.overflow, count.partialValue < 1 << 40 else { continue }
      var width = 4
      if let size {
        guard size > headerSize, (size - headerSize) % count.partialValue == 0 else {
          throw .damaged(
            path: path,
            reason: "\(columns) x \(rows) values do not fill the \(size - headerSize) bytes after its header")
        }
        width = (size - headerSize) / count.partialValue
      }
      return Header(
        columns: columns, rows: rows, isPixels: offset == 1, region: region, ends: (numbers[4], numbers[5]),
        scale: numbers[8], offset: numbers[9], units: units, isBigEndian: isBigEndian, width: width)
    }
    throw .damaged(path: path, reason: "its header is none of GMT's")
  }

  private static func isStep(_ step: Double, _ extent: Double, _ cells: Int) -> Bool {
    cells <= 0 ? extent >= 0 : step > 0 && abs(step * Double(cells) - extent) <= 1e-3 * step
  }

  private static func text(_ bytes: [UInt8], from start: Int) -> String {
    String(decoding: bytes[start..<(start + 80)].prefix { $0 != 0 }, as: UTF8.self)
  }
}
