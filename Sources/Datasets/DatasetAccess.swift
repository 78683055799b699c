public import NumericCore

extension Dataset {
  /// - Throws: `.variableMissing`.
  public func variable(_ name: String) throws(DatasetError) -> Variable {
    guard let variable = self[name] else {
      throw .variableMissing(path: path, variable: name, found: variables.map(\.name))
    }
    return variable
  }

  /// The values of a numeric variable of any shape, unpacked and with NaN for missing ones.
  /// - Throws: `.variableMissing`, `.wrongType`.
  public func doubles(_ name: String) throws(DatasetError) -> [Double] {
    guard let values = try variable(name).decoded() else {
      throw .wrongType(path: path, variable: name, found: "text", expected: "numbers")
    }
    return values
  }

  /// The values of a variable of one dimension.
  /// - Throws: `.variableMissing`, `.wrongType`, `.wrongDimensions`.
  public func column(_ name: String) throws(DatasetError) -> [Double] {
    let variable = try variable(name)
    guard variable.dimensions.count == 1 else {
      throw .wrongDimensions(path: path, variable: name, found: variable.dimensions, expected: ["one"])
    }
    return try doubles(name)
  }

  /// - Throws: `.variableMissing`, `.wrongType`.
  public func texts(_ name: String) throws(DatasetError) -> [String] {
    guard case .text(let values) = try variable(name).values else {
      throw .wrongType(path: path, variable: name, found: "numbers", expected: "text")
    }
    return values
  }

  /// The value of a variable with exactly one.
  /// - Throws: `.variableMissing`, `.wrongType`, `.wrongCount`.
  public func scalar(_ name: String) throws(DatasetError) -> Double {
    let values = try doubles(name)
    guard values.count == 1 else {
      throw .wrongCount(path: path, variable: name, found: values.count, expected: 1)
    }
    return values[0]
  }

  /// A grid with dimensions (northing, easting) in metres or (latitude, longitude) in degrees, both ascending
  /// and regular. Names may carry a prefix, as `data_northing`. Grids of other shapes are for `GridFile`.
  /// - Throws: `.variableMissing`, `.wrongType`, `.wrongDimensions`, `.coordinateMissing`, `.irregular`.
  public func grid(_ name: String) throws(DatasetError) -> Grid {
    let geometry = try geometry(of: name)
    let values = try doubles(name)
    guard values.count == geometry.count else {
      throw .wrongCount(path: path, variable: name, found: values.count, expected: geometry.count)
    }
    return Grid(geometry: geometry, values: values)
  }

  /// The nodes of a grid, by its coordinates alone.
  /// - Throws: as `grid` but for the values.
  public func geometry(of name: String) throws(DatasetError) -> GridGeometry {
    let found = try variable(name).dimensions
    guard found.count == 2, let isGeographic = Self.isGeographic(found) else {
      throw .wrongDimensions(
        path: path, variable: name, found: found, expected: ["northing", "easting"])
    }
    let northing = try axis(found[0], of: name)
    let easting = try axis(found[1], of: name)
    for axis in [northing, easting] where axis.isDescending {
      throw .irregular(
        path: path, coordinate: axis.name, smallest: axis.step, largest: axis.step, tolerance: 0)
    }
    let region = Region(west: easting.low, east: easting.high, south: northing.low, north: northing.high)
    return GridGeometry(
      region: region, columns: easting.count, rows: northing.count, isGeographic: isGeographic)
  }

  /// What the names of two dimensions say of a grid's coordinates; nil for those of no grid.
  public static func isGeographic(_ dimensions: [String]) -> Bool? {
    guard dimensions.count == 2 else { return nil }
    if dimensions[0].hasSuffix("northing"), dimensions[1].hasSuffix("easting") { return false }
    return dimensions[0].hasSuffix("latitude") && dimensions[1].hasSuffix("longitude") ? true : nil
  }

  /// Names of the dimensions that a grid has in files, the slow one first.
  public static func dimensions(of geometry: GridGeometry) -> [String] {
    geometry.isGeographic ? ["latitude", "longitude"] : ["northing", "easting"]
  }

  /// The coordinate variable of a dimension, checked for equal steps.
  func axis(_ dimension: String, of variable: String, tolerance: Double = 1e-3) throws(DatasetError) -> Axis {
    guard let coordinate = self[dimension], coordinate.dimensions == [dimension],
      let values = coordinate.decoded()
    else { throw .coordinateMissing(path: path, variable: variable, dimension: dimension) }
    return try Axis(name: dimension, values: values, tolerance: tolerance, path: path)
  }

  /// Adds a grid with dimensions (northing, easting), or (latitude, longitude), and these coordinates with
  /// the first one.
  /// - Throws: `.duplicateVariable`; `.geometryMismatch` unless its nodes are the dataset's.
  public mutating func addGrid(
    _ name: String, _ grid: Grid, units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    try addCoordinates(of: grid.geometry, for: name)
    try add(
      Variable(
        name: name, dimensions: Self.dimensions(of: grid.geometry), values: .double(grid.values),
        attributes: describing(units, longName)))
  }

  /// Adds the values of the points of a table; every column along one dimension has the same length.
  /// - Throws: `.duplicateVariable`, `.wrongCount`.
  public mutating func addColumn(
    _ name: String, _ values: [Double], units: String? = nil, longName: String? = nil,
    dimension: String = "point"
  ) throws(DatasetError) {
    try addColumn(
      Variable(
        name: name, dimensions: [dimension], values: .double(values),
        attributes: describing(units, longName)))
  }

  /// Adds a column of text.
  /// - Throws: `.duplicateVariable`, `.wrongCount`.
  public mutating func addColumn(
    _ name: String, _ values: [String], longName: String? = nil, dimension: String = "point"
  ) throws(DatasetError) {
    try addColumn(
      Variable(
        name: name, dimensions: [dimension], values: .text(values), attributes: describing(nil, longName)))
  }

  /// Adds a single number.
  /// - Throws: `.duplicateVariable`.
  public mutating func addScalar(
    _ name: String, _ value: Double, units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    try add(
      Variable(name: name, dimensions: [], values: .double([value]), attributes: describing(units, longName)))
  }

  /// Adds a variable whose dimensions the dataset has.
  /// - Throws: `.duplicateVariable`.
  public mutating func add(_ variable: Variable) throws(DatasetError) {
    guard self[variable.name] == nil else {
      throw .duplicateVariable(path: path, variable: variable.name)
    }
    variables.append(variable)
  }

  private mutating func addColumn(_ variable: Variable) throws(DatasetError) {
    let dimension = variable.dimensions[0]
    if let size = size(of: dimension) {
      guard size == variable.values.count else {
        throw .wrongCount(
          path: path, variable: variable.name, found: variable.values.count, expected: size)
      }
    } else {
      dimensions.append(Dimension(name: dimension, size: variable.values.count))
    }
    try add(variable)
  }

  private mutating func addCoordinates(of geometry: GridGeometry, for name: String) throws(DatasetError) {
    let (northings, eastings) = (geometry.northings, geometry.eastings)
    let names = Self.dimensions(of: geometry)
    let (north, east) = (names[0], names[1])
    if self[north] == nil, self[east] == nil, size(of: north) == nil, size(of: east) == nil {
      dimensions.append(Dimension(name: north, size: geometry.rows))
      dimensions.append(Dimension(name: east, size: geometry.columns))
      try add(coordinate(north, letter: "y", values: northings))
      try add(coordinate(east, letter: "x", values: eastings))
      return
    }
    let (rows, columns) = (try doubles(north), try doubles(east))
    guard rows == northings, columns == eastings else {
      throw .geometryMismatch(
        path: path, variable: name, found: summary(northings, eastings), expected: summary(rows, columns))
    }
  }
}

private func coordinate(_ name: String, letter: String, values: [Double]) -> Dataset.Variable {
  let isGeographic = ["latitude", "longitude"].contains(name)
  let attributes: [(String, String)] = [
    ("units", isGeographic ? (letter == "x" ? "degrees_east" : "degrees_north") : "m"),
    ("standard_name", isGeographic ? name : "projection_\(letter)_coordinate"), ("long_name", name),
    ("axis", letter.uppercased()),
  ]
  return Dataset.Variable(
    name: name, dimensions: [name], values: .double(values),
    attributes: attributes.map { Dataset.Attribute(name: $0.0, value: .text($0.1)) })
}

func describing(_ units: String?, _ longName: String?) -> [Dataset.Attribute] {
  [("units", units), ("long_name", longName)].compactMap { name, text in
    text.map { Dataset.Attribute(name: name, value: .text($0)) }
  }
}

private func summary(_ northings: [Double], _ eastings: [Double]) -> String {
  let ends = { (values: [Double]) in "\(values.first ?? .nan) … \(values.last ?? .nan)" }
  return "\(northings.count) × \(eastings.count), northing \(ends(northings)), easting \(ends(eastings))"
}
