internal import NumericCore

/// Grids of the ICGEM calculation service (`.gdf`): a header of names and values up to `end_of_head`, then a line of
/// longitude, latitude and values for each node.
enum IcgemGrid {
  static func recognises(_ bytes: [UInt8]) -> Bool {
    let head = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    return head.contains("end_of_head")
  }

  private struct Header {
    var values: [String: String] = [:]
    var columns: [String] = []
    var units: [String] = []
    /// Where the numbers begin, and on which line.
    var end = 0
    var line = 1
  }

  /// The column of that name, or the only one beside longitude, latitude and height; a name of the header with one
  /// number (`height_over_ell`) is the same everywhere.
  static func read(_ bytes: [UInt8], variable: String?, path: String) throws(DatasetError) -> PlainGrid {
    let header = try header(bytes, path)
    let (columns, rows) = (
      try whole("longitude_parallels", header, path), try whole("latitude_parallels", header, path)
    )
    let ends = (
      west: try number("longlimit_west", header, path), east: try number("longlimit_east", header, path),
      south: try number("latlimit_south", header, path), north: try number("latlimit_north", header, path)
    )
    guard let longitude = header.columns.firstIndex(of: "longitude"),
      let latitude = header.columns.firstIndex(of: "latitude")
    else { throw .columnMissing(path: path, column: "longitude, latitude", found: header.columns) }
    let count = columns.multipliedReportingOverflow(by: rows)
    guard !count.overflow, count.partialValue <= bytes.count, ends.west <= ends.east, ends.south <= ends.north
    else {
      throw .damaged(path: path, reason: "\(columns) x \(rows) nodes do not fit into \(bytes.count) bytes")
    }
    var grid = PlainGrid(
      name: "", region: Region(west: ends.west, east: ends.east, south: ends.south, north: ends.north),
      columns: columns, rows: rows, values: [Double](repeating: .nan, count: count.partialValue))
    grid.kind = .geographic
    let value = try column(variable, header, path, &grid)
    try fill(&grid, from: bytes, header, (longitude, latitude, value), path)
    return grid
  }

  /// Which column holds the values; nil for a constant of the header.
  private static func column(
    _ variable: String?, _ header: Header, _ path: String, _ grid: inout PlainGrid
  ) throws(DatasetError) -> Int? {
    let others = header.columns.filter {
      !["longitude", "latitude", "h_over_geoid", "h_over_ell"].contains($0)
    }
    let name = variable ?? others.first ?? ""
    if variable == nil, others.count != 1 { throw .severalGrids(path: path, found: others) }
    grid.name = name
    if let index = header.columns.firstIndex(of: name) {
      grid.units = header.units.indices.contains(index) ? header.units[index] : nil
      return index
    }
    guard header.values[name] != nil else {
      throw .variableMissing(path: path, variable: name, found: header.columns)
    }
    let constant = try number(name, header, path)
    grid.values = grid.values.map { _ in constant }
    let words = (header.values[name] ?? "").split(separator: " ")
    grid.units = words.count > 1 ? String(words[1]) : nil
    return nil
  }

  private static func fill(
    _ grid: inout PlainGrid, from bytes: [UInt8], _ header: Header,
    _ columns: (longitude: Int, latitude: Int, value: Int?), _ path: String
  ) throws(DatasetError) {
    guard let value = columns.value else { return }
    let gap = (header.values["gapvalue"]?.split(separator: " ").first).flatMap { Double($0) }
    var isFilled = [Bool](repeating: false, count: grid.values.count)
    var line = header.line
    for row in bytes[header.end...].split(separator: 0x0A, omittingEmptySubsequences: false) {
      defer { line += 1 }
      let cells = TextNumbers.cells(of: row)
      if cells.isEmpty { continue }
      guard cells.count == header.columns.count else {
        throw .malformed(
          path: path, line: line, found: "\(cells.count) cells", expected: "\(header.columns.count)")
      }
      func number(_ index: Int) throws(DatasetError) -> Double {
        guard let number = TextNumbers.number(cells[index]) else {
          let text = String(decoding: cells[index].prefix(40), as: UTF8.self)
          throw .malformed(path: path, line: line, found: "'\(text)'", expected: "a number")
        }
        return number
      }
      let (x, y) = (try number(columns.longitude), try number(columns.latitude))
      guard let node = node(x, y, grid), !isFilled[node] else {
        throw .malformed(
          path: path, line: line, found: "a node at \(x), \(y)",
          expected: "each node of the header's grid once")
      }
      isFilled[node] = true
      let found = try number(value)
      grid.values[node] = found == gap ? .nan : found
    }
    let missing = isFilled.count { !$0 }
    guard missing == 0 else {
      throw .damaged(
        path: path, reason: "\(missing) of \(isFilled.count) nodes of the header's grid have no line")
    }
  }

  private static func node(_ x: Double, _ y: Double, _ grid: PlainGrid) -> Int? {
    func index(_ value: Double, _ start: Double, _ step: Double, _ count: Int) -> Int? {
      let place = step > 0 ? (value - start) / step : (value == start ? 0 : .nan)
      guard place.isFinite, abs(place) < 1e9 else { return nil }
      let nearest = place.rounded()
      return abs(place - nearest) < 0.01 && nearest >= 0 && Int(nearest) < count ? Int(nearest) : nil
    }
    func step(_ extent: Double, _ count: Int) -> Double { count > 1 ? extent / Double(count - 1) : 0 }
    guard let column = index(x, grid.west, step(grid.east - grid.west, grid.columns), grid.columns),
      let row = index(y, grid.south, step(grid.north - grid.south, grid.rows), grid.rows)
    else { return nil }
    return row * grid.columns + column
  }

  private static func header(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> Header {
    var header = Header()
    var lines: [[Substring]] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      start = min(end + 1, bytes.count)
      header.line += 1
      if words.first?.hasPrefix("end_of_head") == true {
        header.end = start
        // The last two lines with words name the columns and their units.
        guard lines.count >= 2 else {
          throw .malformed(
            path: path, line: header.line - 1, found: "end_of_head",
            expected: "lines with the names and the units of the columns before it")
        }
        header.columns = lines[lines.count - 2].map(String.init)
        header.units = lines[lines.count - 1].map { $0.filter { !"[]".contains($0) } }
        return header
      }
      guard let first = words.first else { continue }
      lines.append(words)
      header.values[String(first)] = words.dropFirst().joined(separator: " ")
    }
    throw .damaged(path: path, reason: "its header has no end_of_head")
  }

  private static func number(_ name: String, _ header: Header, _ path: String) throws(DatasetError) -> Double
  {
    guard let text = header.values[name] else {
      throw .damaged(path: path, reason: "its header says no '\(name)'")
    }
    guard let word = text.split(separator: " ").first, let number = Double(word), number.isFinite else {
      throw .damaged(path: path, reason: "its header says '\(text)' for '\(name)', expected a number")
    }
    return number
  }

  private static func whole(_ name: String, _ header: Header, _ path: String) throws(DatasetError) -> Int {
    let value = try number(name, header, path)
    guard let count = Int(exactly: value), count > 0, count < 1 << 31 else {
      throw .damaged(path: path, reason: "its header says \(value) for '\(name)', expected a count")
    }
    return count
  }
}
