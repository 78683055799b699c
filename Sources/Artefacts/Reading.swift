public import Datasets
public import NumericCore
import Planning

// Reading and writing by declared variables: names, units and long names stand in the declaration alone, and what is
// read is what it should be.
extension Dataset {
  /// Whether there is a variable of its name, of whatever quantity.
  public func has(_ variable: Artefacts.Variable) -> Bool { self[variable.name] != nil }

  /// - Throws: as `grid(_: String)`; `ArtefactError.wrongQuantity` where its unit is one of something else.
  public func grid(_ variable: Artefacts.Variable) throws -> Grid {
    let grid = try grid(variable.name)
    try check(variable)
    return grid
  }

  /// Nil where there is no such variable.
  public func optionalGrid(_ variable: Artefacts.Variable) throws -> Grid? {
    has(variable) ? try grid(variable) : nil
  }

  /// - Throws: as `column(_: String)`; `ArtefactError.wrongQuantity` where its unit is one of something else.
  public func column(_ variable: Artefacts.Variable) throws -> [Double] {
    let values = try column(variable.name)
    try check(variable)
    return values
  }

  /// Nil where there is no such variable.
  public func optionalColumn(_ variable: Artefacts.Variable) throws -> [Double]? {
    has(variable) ? try column(variable) : nil
  }

  /// - Parameters:
  ///   - units: of a variable whose quantity is that of something else.
  ///   - longName: where the declaration's says too little.
  public mutating func add(
    _ variable: Artefacts.Variable, _ grid: Grid, units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    try addGrid(
      variable.name, grid, units: units ?? variable.quantity?.units, longName: longName ?? variable.longName)
    if units == nil { variables[variables.count - 1].whole = variable.quantity?.whole }
  }

  /// Adds a column, with the declared units and long name unless told otherwise.
  public mutating func add(
    _ variable: Artefacts.Variable, _ values: [Double], along dimension: String = "point",
    units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    try addColumn(
      variable.name, values, units: units ?? variable.quantity?.units,
      longName: longName ?? variable.longName,
      dimension: dimension)
    if units == nil { variables[variables.count - 1].whole = variable.quantity?.whole }
  }

  /// Adds a number without dimensions, with the declared units and long name unless told otherwise.
  public mutating func add(
    _ variable: Artefacts.Variable, scalar value: Double, units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    try addScalar(
      variable.name, value, units: units ?? variable.quantity?.units, longName: longName ?? variable.longName)
    if units == nil { variables[variables.count - 1].whole = variable.quantity?.whole }
  }

  /// - Throws: `ArtefactError.wrongQuantity`.
  func check(_ variable: Artefacts.Variable) throws(ArtefactError) {
    guard let expected = variable.quantity, let units = self[variable.name]?.units,
      !expected.isGiven(in: units)
    else { return }
    throw .wrongQuantity(
      path: path, variable: variable.name, expected: expected.inWords, found: Quantity.words(of: units))
  }
}

extension Quantity {
  /// Whether numbers in these units may be it. Spellings of a unit are alike; a unit that nobody knows tells nothing.
  public func isGiven(in units: String) -> Bool {
    guard dimension != .dimensionless, units != self.units else { return true }
    return FileUnits.measure(of: units) == nil || FileUnits.isSame(units, self.units)
  }

  /// What numbers in these units are likely to be: `heights (m)`.
  static func words(of units: String) -> String {
    let known = [height, gravity, densityContrast].first { FileUnits.isSame($0.units, units) }
    return known?.inWords ?? "numbers in \(units)"
  }
}

/// Why an artefact is not what it should be.
public enum ArtefactError: Error, Equatable, Sendable, CustomStringConvertible {
  case wrongQuantity(path: String, variable: String, expected: String, found: String)

  /// The file, the variable, and both quantities with their units.
  public var description: String {
    switch self {
    case .wrongQuantity(let path, let variable, let expected, let found):
      "\(path): variable '\(variable)': expected \(expected), found \(found)"
    }
  }
}
