internal import NumericCore

/// Grids from lines of x, y, z in any order. Nodes without a line are missing, as after GMT's `xyz2grd`.
///
/// A header says which column is which; without one they are x, y and the value.
enum ScatteredGrid {
  private struct Columns {
    var easting, northing, value: Table.Column
  }

  static func read(
    _ bytes: [UInt8], options: GridReadOptions, path: String
  ) throws(DatasetError) -> PlainGrid {
    let table = try TableFile.table(bytes, TableReadOptions(decimalComma: options.decimalComma), path: path)
    let found = try columns(table, options)
    let x = try table.numbers(found.easting.name)
    let y = try table.numbers(found.northing.name)
    let values = try table.numbers(found.value.name)
    let isAngle = found.easting.role?.isGeographic ?? (options.isGeographic == true)
    let columns = try steps(x, found.easting.name, options, isAngle, path)
    let rows = try steps(y, found.northing.name, options, isAngle, path)
    let count = columns.count.multipliedReportingOverflow(by: rows.count)
    // Points that are no grid have nearly as many rows and columns as points.
    guard !count.overflow, count.partialValue <= 4 * values.count + 16 else {
      throw .unsupported(
        path: path,
        what: "\(values.count) points on \(columns.count) x \(rows.count) coordinates, which are no grid",
        hint: "read them by read_table and grid them")
    }
    var grid = PlainGrid(
      name: found.value.title, easting: columns, northing: rows,
      values: [Double](repeating: .nan, count: count.partialValue))
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
    describe(&grid, found, table)
    return grid
  }

  private static func describe(_ grid: inout PlainGrid, _ found: Columns, _ table: Table) {
    if table.isNamed, let role = found.easting.role,
      CoordinateRole.Named(name: found.easting.title)?.isWord != false
    {
      grid.kind = role.isGeographic ? .geographic : .projected
    }
    grid.coordinateUnits = (found.easting.unit, found.northing.unit)
    grid.units = found.value.unit
    grid.remarks += table.remarks
    guard !table.isNamed else { return }
    let names = table.columns.map(\.name)
    let numbers = [found.easting, found.northing, found.value].map { column in
      "\((names.firstIndex(of: column.name) ?? 0) + 1)"
    }
    grid.remarks.append(
      "no line names the columns: \(numbers[0]) is taken as easting, \(numbers[1]) as northing, \(numbers[2]) as the value"
    )
  }

  // MARK: Columns

  private static func columns(_ table: Table, _ options: GridReadOptions) throws(DatasetError) -> Columns {
    guard table.columns.count >= 3 else {
      throw .malformed(
        path: table.path, line: 1, found: "\(table.columns.count) columns", expected: "x, y and a value")
    }
    let easting = try place(.easting, options.eastingName, 0, table)
    let northing = try place(.northing, options.northingName, 1, table)
    guard easting.name != northing.name else {
      throw .unclearAxes(path: table.path, variable: "table", found: table.columns.map(\.name))
    }
    return Columns(
      easting: easting, northing: northing,
      value: try value(options.variable, [easting.name, northing.name], table))
  }

  private static func place(
    _ side: CoordinateRole.Side, _ name: String?, _ index: Int, _ table: Table
  ) throws(DatasetError) -> Table.Column {
    if let name { return try table.column(name) }
    guard table.isNamed else { return table.columns[index] }
    let fitting = table.columns.filter { $0.role?.side == side }
    guard fitting.count == 1 else {
      throw .unclearAxes(path: table.path, variable: "table", found: table.columns.map(\.name))
    }
    return fitting[0]
  }

  private static func value(
    _ name: String?, _ places: [String], _ table: Table
  ) throws(DatasetError) -> Table.Column {
    if let name { return try table.column(name) }
    var others = table.columns.filter { !places.contains($0.name) && !$0.isNameless }
    if !table.isNamed { others = Array(others.prefix(1)) }
    if table.isNamed {
      others = others.filter { column in
        guard case .number = column.kind else { return false }
        return column.role?.side == nil
      }
    }
    if others.isEmpty, let words = table.columns.first(where: { isOfWords($0, beside: places) }) {
      // Says which cell is no number.
      _ = try table.numbers(words.name)
    }
    guard others.count == 1 else { throw .severalGrids(path: table.path, found: others.map(\.name)) }
    return others[0]
  }

  private static func isOfWords(_ column: Table.Column, beside places: [String]) -> Bool {
    guard case .text = column.kind else { return false }
    return !places.contains(column.name) && !column.isNameless && column.role?.side == nil
  }

  // MARK: Nodes

  private static func place(_ value: Double, on axis: Axis) -> Int {
    guard axis.count > 1 else { return 0 }
    return min(axis.count - 1, max(0, Int(((value - axis.low) / abs(axis.step)).rounded())))
  }

  /// The different values of a coordinate, which must be evenly spaced.
  private static func steps(
    _ values: [Double], _ name: String, _ options: GridReadOptions, _ isAngle: Bool, _ path: String
  ) throws(DatasetError) -> Axis {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .coordinateNotFinite(path: path, coordinate: name, index: index)
    }
    let sorted = values.sorted()
    let slack = ((sorted.last ?? 0) - (sorted.first ?? 0)) * 1e-7
    var different: [Double] = []
    for value in sorted where different.last.map({ value - $0 > slack }) ?? true { different.append(value) }
    return try Axis(
      snapping: name, values: different, tolerance: options.regularityTolerance, isSingle: false,
      isAngle: isAngle,
      path: path)
  }
}
