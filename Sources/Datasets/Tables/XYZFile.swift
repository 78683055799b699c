internal import NumericCore

/// GMT-style text: a line of numbers a point, separated by blanks, tabs, commas or semicolons. Lines that start with
/// `#` or `>` are comments; a first line of words names the columns.
public enum XYZFile {
  /// - Parameter names: of the columns, for files whose first line does not name them; else `easting`, `northing`,
  ///   `upward`, `column4` …
  /// - Throws: `.malformed` with the line for words among the numbers and for lines of different lengths; `.table`
  ///   for an empty file; `.fileMissing`, `.unreadable`.
  public static func read(_ path: String, names: [String] = []) throws(DatasetError) -> Table {
    try table(try LocalFile.read(path), names: names, path: path)
  }

  /// Whether a text is one of plain lines of numbers rather than a table with a header and separators.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    for line in bytes.prefix(1 << 16).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
    where !isComment(line) {
      let cells = TextNumbers.cells(of: line)
      if cells.allSatisfy({ TextNumbers.number($0) != nil }) { return cells.count > 1 }
      return cells.count > 1 && !line.contains { $0 == 0x2C || $0 == 0x3B || $0 == 0x09 || $0 == 0x22 }
    }
    return false
  }

  private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return true }
    return first == 0x23 || first == 0x3E
  }

  static func table(_ bytes: [UInt8], names: [String], path: String) throws(DatasetError) -> Table {
    var columns: [[Double]] = []
    var titles: [String]?
    var line = 0
    for row in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      guard !isComment(row) else { continue }
      let cells = TextNumbers.cells(of: row)
      if cells.isEmpty { continue }
      let numbers = cells.map { TextNumbers.number($0) }
      if columns.isEmpty, titles == nil, numbers.allSatisfy({ $0 == nil }) {
        titles = cells.map { String(decoding: $0, as: UTF8.self) }
        continue
      }
      if columns.isEmpty { columns = Array(repeating: [], count: titles?.count ?? cells.count) }
      guard cells.count == columns.count else {
        throw .malformed(
          path: path, line: line, found: "\(cells.count) numbers",
          expected: "\(columns.count) as on the lines before")
      }
      for (index, number) in numbers.enumerated() {
        guard let number else {
          let text = String(decoding: cells[index].prefix(40), as: UTF8.self)
          throw .malformed(path: path, line: line, found: "'\(text)'", expected: "a number")
        }
        columns[index].append(number)
      }
    }
    guard !columns.isEmpty else { throw .table(path: path, line: 1, problem: .empty) }
    let found = try self.names(names.isEmpty ? titles ?? [] : names, count: columns.count, path: path)
    return Table(columns: zip(found, columns).map { Table.Column(name: $0, kind: .number($1)) }, path: path)
  }

  private static func names(_ given: [String], count: Int, path: String) throws(DatasetError) -> [String] {
    guard given.count <= count else {
      throw .malformed(
        path: path, line: 1, found: "\(count) columns", expected: "\(given.count), as many as were named")
    }
    let usual = ["easting", "northing", "upward"]
    var names: [String] = []
    for index in 0..<count {
      let name =
        index < given.count ? given[index] : given.isEmpty && index < 3 ? usual[index] : "column\(index + 1)"
      guard !names.contains(name) else { throw .table(path: path, line: 1, problem: .duplicateColumn(name)) }
      names.append(name)
    }
    return names
  }
}

/// Grids from lines of x, y, z in any order. Nodes without a line are missing, as after GMT's `xyz2grd`.
enum ScatteredGrid {
  /// The column of that name, or the third.
  static func read(
    _ bytes: [UInt8], options: GridReadOptions, path: String
  ) throws(DatasetError) -> PlainGrid {
    let table = try XYZFile.table(bytes, names: [], path: path)
    guard table.columns.count >= 3 else {
      throw .malformed(
        path: path, line: 1, found: "\(table.columns.count) columns", expected: "x, y and a value")
    }
    let names = table.columns.map(\.name)
    let x = try table.numbers(options.eastingName ?? names[0])
    let y = try table.numbers(options.northingName ?? names[1])
    let name = options.variable ?? names[2]
    let values = try table.numbers(name)
    let columns = try steps(x, options.eastingName ?? names[0], options, path)
    let rows = try steps(y, options.northingName ?? names[1], options, path)
    let count = columns.count.multipliedReportingOverflow(by: rows.count)
    // Points that are no grid have nearly as many rows and columns as points.
    guard !count.overflow, count.partialValue <= 4 * values.count + 16 else {
      throw .unsupported(
        path: path,
        what: "\(values.count) points on \(columns.count) x \(rows.count) coordinates, which are no grid",
        hint: "read them by read_table and grid them")
    }
    var grid = PlainGrid(
      name: name, west: columns.low, south: rows.low, stepEasting: abs(columns.step),
      stepNorthing: abs(rows.step), columns: columns.count, rows: rows.count,
      values: [Double](repeating: .nan, count: count.partialValue))
    if ["longitude", "lon", "long"].contains(names[0].lowercased()) { grid.kind = .geographic }
    var isFilled = [Bool](repeating: false, count: count.partialValue)
    for index in values.indices {
      let node = place(y[index], on: rows) * columns.count + place(x[index], on: columns)
      guard !isFilled[node] else {
        throw .unsupported(
          path: path, what: "two values at \(x[index]), \(y[index])",
          hint: "remove one, or reduce them by blocks")
      }
      (isFilled[node], grid.values[node]) = (true, values[index])
    }
    return grid
  }

  private static func place(_ value: Double, on axis: Axis) -> Int {
    guard axis.count > 1 else { return 0 }
    return min(axis.count - 1, max(0, Int(((value - axis.low) / abs(axis.step)).rounded())))
  }

  /// The different values of a coordinate, which must be evenly spaced.
  private static func steps(
    _ values: [Double], _ name: String, _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> Axis {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .coordinateNotFinite(path: path, coordinate: name, index: index)
    }
    let sorted = values.sorted()
    let slack = ((sorted.last ?? 0) - (sorted.first ?? 0)) * 1e-7
    var different: [Double] = []
    for value in sorted where different.last.map({ value - $0 > slack }) ?? true { different.append(value) }
    return try Axis(name: name, values: different, tolerance: options.spacingTolerance, path: path)
  }
}
