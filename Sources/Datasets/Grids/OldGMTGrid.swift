internal import NumericCore

/// Grids of GMT's versions before 4: NetCDF with the ends and steps of the coordinates in small variables, and the values
/// in one dimension, row by row from the north-west.
enum OldGMTGrid {
  static let variable = "z"

  /// Nil for what is no such file.
  static func read(_ dataset: Dataset) throws(DatasetError) -> PlainGrid? {
    guard let z = dataset[variable], z.dimensions.count == 1,
      ["x_range", "y_range", "dimension"].allSatisfy({ dataset[$0] != nil })
    else { return nil }
    let path = dataset.path
    let x = try pair("x_range", dataset)
    let y = try pair("y_range", dataset)
    let counts = try pair("dimension", dataset)
    guard let columns = Int(exactly: counts.0), let rows = Int(exactly: counts.1), columns > 0, rows > 0
    else {
      throw .damaged(path: path, reason: "it has \(counts.0) x \(counts.1) nodes")
    }
    guard let values = z.decoded() else {
      throw .wrongType(path: path, variable: variable, found: "text", expected: "numbers")
    }
    let count = columns.multipliedReportingOverflow(by: rows)
    guard !count.overflow, values.count == count.partialValue else {
      throw .wrongCount(path: path, variable: variable, found: values.count, expected: count.partialValue)
    }
    // 1: the ranges are edges of cells, whose centres are the nodes.
    let isPixels = z.attribute("node_offset")?.number == 1
    let region = Region(west: x.0, east: x.1, south: y.0, north: y.1).nodes(columns, rows, isPixels: isPixels)
    var grid = PlainGrid(
      name: variable, region: region, columns: columns, rows: rows,
      values: (0..<rows).reversed().flatMap { values[($0 * columns)..<(($0 + 1) * columns)] })
    grid.coordinateUnits = (
      GMTUnits.unit(dataset["x_range"]?.units), GMTUnits.unit(dataset["y_range"]?.units)
    )
    (grid.units, grid.attributes) = (GMTUnits.unit(z.units), z.attributes)
    grid.isDepth = DepthWords.isDepth(z.attributes)
    return grid
  }

  private static func pair(_ name: String, _ dataset: Dataset) throws(DatasetError) -> (Double, Double) {
    let values = try dataset.doubles(name)
    guard values.count == 2 else {
      throw .wrongCount(path: dataset.path, variable: name, found: values.count, expected: 2)
    }
    return (values[0], values[1])
  }
}

extension Region {
  /// Of the edges of cells, the centres of the outer ones.
  func nodes(_ columns: Int, _ rows: Int, isPixels: Bool) -> Region {
    guard isPixels else { return self }
    let (x, y) = (width / Double(columns) / 2, height / Double(rows) / 2)
    return Region(west: west + x, east: east - x, south: south + y, north: north - y)
  }
}

/// GMT writes a name and a unit in brackets, as `longitude [degrees_east]`, and `x` or `z` where it knows none.
enum GMTUnits {
  static func unit(_ text: String?) -> String? {
    guard let text = text?.trimmingBlanks, !text.isEmpty else { return nil }
    if let open = text.lastIndex(of: "["), text.hasSuffix("]") {
      let inside = String(text[text.index(after: open)...].dropLast()).trimmingBlanks
      return inside.isEmpty ? nil : inside
    }
    // A bare name, such as GMT's own defaults.
    return ["x", "y", "z", "user_x_unit", "user_y_unit", "user_z_unit"].contains(text.lowercased())
      ? nil : text
  }
}
