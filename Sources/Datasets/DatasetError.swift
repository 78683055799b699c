/// What can be wrong with a file or its content. `path` is empty for a dataset that came from no file.
public enum DatasetError: Error, Equatable, Sendable {
  case fileMissing(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// Addresses such as `https://…`: a pipeline reads local files only.
  case remotePath(path: String)
  case notNetCDF(path: String, found: String)
  /// Truncated, or its inner structure is broken.
  case damaged(path: String, reason: String)
  /// A call of the NetCDF library failed.
  case library(path: String, operation: String, code: Int, reason: String)
  case variableMissing(path: String, variable: String, found: [String])
  case duplicateVariable(path: String, variable: String)
  case wrongType(path: String, variable: String, found: String, expected: String)
  case wrongDimensions(path: String, variable: String, found: [String], expected: [String])
  case wrongCount(path: String, variable: String, found: Int, expected: Int)
  case undeclaredDimension(path: String, variable: String, dimension: String)
  case coordinateMissing(path: String, variable: String, dimension: String)
  /// A grid whose places are given by coordinates of two dimensions.
  case curvilinear(path: String, variable: String)
  /// Which dimension is easting and which is northing can't be told from names or attributes.
  case unclearAxes(path: String, variable: String, found: [String])
  /// A coordinate whose steps differ by more than the tolerance, or that turns back.
  case irregular(path: String, coordinate: String, smallest: Double, largest: Double, tolerance: Double)
  case coordinateNotFinite(path: String, coordinate: String, index: Int)
  /// A unit that isn't known.
  case wrongUnits(path: String, variable: String, found: String, expected: [String])
  /// A unit of something else than what the values must be.
  case wrongMeasure(path: String, variable: String, found: String, measure: Measure, expected: Measure)
  /// What the file does not say and must be asked.
  case unclear(path: String, variable: String, what: String, hint: String)
  case outOfRange(path: String, coordinate: String, value: Double, low: Double, high: Double, hint: String)
  /// Two grids of one dataset have different nodes.
  case geometryMismatch(path: String, variable: String, found: String, expected: String)
  case noGrid(path: String, found: [String])
  case severalGrids(path: String, found: [String])
  case indexOutOfRange(path: String, variable: String, index: Int, count: Int)
  /// A table's text is malformed on a line (from 1).
  case table(path: String, line: Int, problem: TableProblem)
  case columnMissing(path: String, column: String, found: [String])
  /// Text that is not what its format has on this line (from 1).
  case malformed(path: String, line: Int, found: String, expected: String)
  /// None of the formats that are read.
  case unknownFormat(path: String)
  /// A valid file with something that isn't read.
  case unsupported(path: String, what: String, hint: String)
  /// A column that must hold numbers has a cell that is none.
  case notNumeric(path: String, column: String, line: Int, found: String)
}

/// What can be wrong with the text of a table.
public enum TableProblem: Equatable, Sendable {
  case empty
  case notUTF8
  case raggedRow(found: Int, expected: Int)
  case openQuote
  case textAfterQuote
  case duplicateColumn(String)
}

extension DatasetError: CustomStringConvertible {
  /// The file, what was found and what was expected.
  public var description: String {
    let (path, text) = parts
    return path.isEmpty ? text : "\(path): \(text)"
  }

  private var parts: (path: String, text: String) {
    switch self {
    case .fileMissing(let path): (path, "no such file")
    case .unreadable(let path, let reason): (path, "cannot be read: \(reason)")
    case .unwritable(let path, let reason): (path, "cannot be written: \(reason)")
    case .remotePath(let path): (path, "is an address; download the file and give its local path")
    case .notNetCDF(let path, let found): (path, "is not a NetCDF file (\(found))")
    case .damaged(let path, let reason): (path, "is truncated or damaged: \(reason)")
    case .library(let path, let operation, let code, let reason):
      (path, "could not \(operation): \(reason) (NetCDF error \(code))")
    case .noGrid(let path, let found):
      (path, "holds no grid; found variables \(list(found))")
    case .severalGrids(let path, let found):
      (path, "holds several grids, \(list(found)); name the variable to read")
    case .table(let path, let line, let problem): (path, "line \(line): \(problem)")
    case .columnMissing(let path, let column, let found):
      (path, "no column '\(column)'; found \(list(found))")
    case .malformed(let path, let line, let found, let expected):
      (path, "line \(line): found \(found), expected \(expected)")
    case .unknownFormat(let path):
      (
        path,
        "is none of the formats that are read: NetCDF, GeoTIFF, ESRI ASCII, GXF, Surfer, GMT, ICGEM, Oasis montaj, "
          + "text of x, y, z; convert it, or name its format"
      )
    case .unsupported(let path, let what, let hint): (path, "holds \(what), which can't be read; \(hint)")
    case .notNumeric(let path, let column, let line, let found):
      (path, "line \(line): column '\(column)' should hold numbers, found '\(found)'")
    default: variableParts
    }
  }

  private var variableParts: (path: String, text: String) {
    switch self {
    case .variableMissing(let path, let variable, let found):
      (path, "no variable '\(variable)'; found \(list(found))")
    case .duplicateVariable(let path, let variable): (path, "variable '\(variable)' is defined twice")
    case .wrongType(let path, let variable, let found, let expected):
      (path, "variable '\(variable)' holds \(found), expected \(expected)")
    case .wrongDimensions(let path, let variable, let found, let expected):
      (path, "variable '\(variable)' has dimensions \(list(found)), expected \(list(expected))")
    case .wrongCount(let path, let variable, let found, let expected):
      (path, "variable '\(variable)' has \(found) values, expected \(expected)")
    case .undeclaredDimension(let path, let variable, let dimension):
      (path, "variable '\(variable)' uses dimension '\(dimension)', which the dataset doesn't have")
    case .indexOutOfRange(let path, let variable, let index, let count):
      (path, "variable '\(variable)': index \(index) is outside 0 ..< \(count)")
    case .wrongUnits(let path, let variable, let found, let expected):
      (
        path,
        "'\(variable)' has the unit '\(found)', which isn't known; expected one as "
          + expected.joined(separator: ", ")
      )
    case .wrongMeasure(let path, let variable, let found, let measure, let expected):
      (
        path,
        "'\(variable)' has the unit '\(found)', \(measure.name), expected \(expected.name) (\(expected.examples)); "
          + "name another variable, or give value_unit where the file is wrong"
      )
    case .unclear(let path, let variable, let what, let hint): (path, "'\(variable)' \(what); \(hint)")
    case .geometryMismatch(let path, let variable, let found, let expected):
      (path, "grid '\(variable)' has nodes \(found), the dataset's are \(expected)")
    default: axisParts
    }
  }

  private var axisParts: (path: String, text: String) {
    switch self {
    case .coordinateMissing(let path, let variable, let dimension):
      (path, "grid '\(variable)': no coordinate variable '\(dimension)' of dimension '\(dimension)'")
    case .curvilinear(let path, let variable):
      (
        path,
        "grid '\(variable)' has coordinates of two dimensions (curvilinear), which can't be read; resample it to a regular grid"
      )
    case .unclearAxes(let path, let variable, let found):
      (
        path,
        "grid '\(variable)': can't tell easting from northing among dimensions \(list(found)); name them"
      )
    case .irregular(let path, let coordinate, let smallest, let largest, let tolerance):
      (
        path,
        "coordinate '\(coordinate)' is not regular: its steps go from \(smallest) to \(largest), and nodes lie more "
          + "than \(shortNumber(tolerance * 100)) % of a step off equal ones; resample the grid, or raise "
          + "regularity_tolerance"
      )
    case .outOfRange(let path, let coordinate, let value, let low, let high, let hint):
      (
        path,
        "\(coordinate) \(shortNumber(value)) is outside \(shortNumber(low)) … \(shortNumber(high)); \(hint)"
      )
    case .coordinateNotFinite(let path, let coordinate, let index):
      (path, "coordinate '\(coordinate)' has no finite value at index \(index)")
    default: ("", "unknown")
    }
  }
}

extension TableProblem: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .empty: "the table is empty, expected a header line"
    case .notUTF8: "the text is not UTF-8; save the table in that encoding"
    case .raggedRow(let found, let expected):
      "\(found) cell\(found == 1 ? "" : "s"), the header has \(expected)"
    case .openQuote: "the quote that opens here is never closed"
    case .textAfterQuote: "text after a closing quote; double the quotes inside a quoted cell"
    case .duplicateColumn(let name): "column '\(name)' stands twice in the header"
    }
  }
}

private func list(_ names: [String]) -> String {
  names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
}
