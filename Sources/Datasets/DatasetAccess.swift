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

  /// A grid with dimensions (northing, easting), both ascending and regular, in metres. Names may
  /// carry a prefix, as `data_northing`. Grids of other shapes are for `GridFile`.
  /// - Throws: `.variableMissing`, `.wrongType`, `.wrongDimensions`, `.coordinateMissing`, `.irregular`.
  public func grid(_ name: String) throws(DatasetError) -> Grid {
    let variable = try variable(name)
    let found = variable.dimensions
    guard found.count == 2, found[0].hasSuffix("northing"), found[1].hasSuffix("easting") else {
      throw .wrongDimensions(
        path: path, variable: name, found: found, expected: ["northing", "easting"])
    }
    let northing = try axis(found[0], of: name)
    let easting = try axis(found[1], of: name)
    for axis in [northing, easting] where axis.isDescending {
      throw .irregular(path: path, coordinate: axis.name, smallest: axis.step, largest: axis.step)
    }
    let region = Region(west: easting.low, east: easting.high, south: northing.low, north: northing.high)
    let geometry = GridGeometry(region: region, columns: easting.count, rows: northing.count)
    let values = try doubles(name)
    guard values.count == geometry.count else {
      throw .wrongCount(path: path, variable: name, found: values.count, expected: geometry.count)
    }
    return Grid(geometry: geometry, values: values)
  }

  /// The coordinate variable of a dimension, checked for equal steps.
  func axis(_ dimension: String, of variable: String, tolerance: Double = 1e-3) throws(DatasetError) -> Axis {
    guard let coordinate = self[dimension], coordinate.dimensions == [dimension],
      let values = coordinate.decoded()
    else { throw .coordinateMissing(path: path, variable: variable, dimension: dimension) }
    return try Axis(name: dimension, values: values, tolerance: tolerance, path: path)
  }

  /// Adds a grid with dimensions (northing, easting), and these coordinates with the first one.
  /// - Throws: `.duplicateVariable`; `.geometryMismatch` unless its nodes are the dataset's.
  public mutating func addGrid(
    _ name: String, _ grid: Grid, units: String? = nil, longName: String? = nil
  ) throws(DatasetError) {
    try addCoordinates(of: grid.geometry, for: name)
    try add(
      Variable(
        name: name, dimensions: ["northing", "easting"], values: .double(grid.values),
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
    if self["northing"] == nil, self["easting"] == nil, size(of: "northing") == nil,
      size(of: "easting") == nil
    {
      dimensions.append(Dimension(name: "northing", size: geometry.rows))
      dimensions.append(Dimension(name: "easting", size: geometry.columns))
      try add(coordinate("northing", letter: "y", values: northings))
      try add(coordinate("easting", letter: "x", values: eastings))
      return
    }
    let (rows, columns) = (try doubles("northing"), try doubles("easting"))
    guard rows == northings, columns == eastings else {
      throw .geometryMismatch(
        path: path, variable: name, found: summary(northings, eastings), expected: summary(rows, columns))
    }
  }
}

private func coordinate(_ name: String, letter: String, values: [Double]) -> Dataset.Variable {
  let attributes: [(String, String)] = [
    ("units", "m"), ("standard_name", "projection_\(letter)_coordinate"), ("long_name", name),
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
