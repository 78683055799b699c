internal import NumericCore

/// How a variable of a file lies on its axes.
struct GridLayout {
  let variable: Dataset.Variable
  private let kind: GridVariable.Kind
  private let easting, northing: Axis
  /// Whether eastings come first (vary slowest) in the file.
  private let isTransposed: Bool
  private let foundUnits: String?

  /// - Throws: `.wrongType`, `.wrongDimensions`, `.coordinateMissing`, `.unclearAxes` for what is no grid;
  ///   `.irregular`, `.coordinateNotFinite`, `.wrongUnits` for a grid that can't be taken.
  init(
    _ dataset: Dataset, _ variable: Dataset.Variable, _ options: GridReadOptions
  ) throws(DatasetError) {
    if case .text = variable.values {
      throw .wrongType(path: dataset.path, variable: variable.name, found: "text", expected: "numbers")
    }
    let axes = GridAxes(dataset: dataset, options: options)
    let pair = try axes.horizontal(of: variable)
    self.variable = variable
    isTransposed = pair.isTransposed
    kind = axes.isGeographic(pair.easting) || axes.isGeographic(pair.northing) ? .geographic : .projected
    easting = try axes.axis(pair.easting, of: variable.name, kind: kind)
    northing = try axes.axis(pair.northing, of: variable.name, kind: kind)
    foundUnits = options.valueUnits ?? variable.units
    if let units = options.valueUnits, FileUnit(units) == nil {
      throw .wrongUnits(
        path: dataset.path, variable: variable.name, found: units,
        expected: FileUnit.acceptedLengths + ["mGal", "uGal", "m/s2", "kg/m3", "g/cm3"])
    }
  }

  func gridVariable() throws(DatasetError) -> GridVariable {
    guard var raw = variable.decoded() else { preconditionFailure("text was refused before") }
    let unit = foundUnits.flatMap(FileUnit.init)
    if let unit, unit.multiplier != 1 || unit.divisor != 1 { raw = raw.map(unit.convert) }
    let region = Region(west: easting.low, east: easting.high, south: northing.low, north: northing.high)
    let geometry = GridGeometry(
      region: region, columns: easting.count, rows: northing.count, isGeographic: kind == .geographic)
    return GridVariable(
      name: variable.name, grid: Grid(geometry: geometry, values: turned(raw)), kind: kind,
      units: unit?.canonical ?? foundUnits, foundUnits: foundUnits, attributes: variable.attributes)
  }

  /// The values with northing slowest, both coordinates ascending.
  private func turned(_ raw: [Double]) -> [Double] {
    if !isTransposed && !easting.isDescending && !northing.isDescending { return raw }
    let (rows, columns) = (northing.count, easting.count)
    let (rowStride, columnStride) = isTransposed ? (1, rows) : (columns, 1)
    return [Double](unsafeUninitializedCapacity: rows * columns) { buffer, initialized in
      for row in 0..<rows {
        let fileRow = northing.isDescending ? rows - 1 - row : row
        for column in 0..<columns {
          let fileColumn = easting.isDescending ? columns - 1 - column : column
          buffer.initializeElement(
            at: row * columns + column, to: raw[fileRow * rowStride + fileColumn * columnStride])
        }
      }
      initialized = rows * columns
    }
  }
}

/// Tells easting from northing among a file's dimensions.
struct GridAxes {
  let dataset: Dataset
  let options: GridReadOptions

  struct Pair {
    var easting, northing: String
    var isTransposed: Bool
  }

  private enum Role { case easting, northing }

  /// The two horizontal dimensions of a variable; further ones must be one wide.
  func horizontal(of variable: Dataset.Variable) throws(DatasetError) -> Pair {
    var names = variable.dimensions
    if names.count > 2 {
      names.removeAll { role(of: $0) == nil && (dataset.size(of: $0) ?? 0) == 1 }
    }
    guard names.count == 2 else {
      throw .wrongDimensions(
        path: dataset.path, variable: variable.name, found: variable.dimensions,
        expected: ["northing", "easting"])
    }
    for name in names where dataset[name]?.dimensions != [name] {
      throw .coordinateMissing(path: dataset.path, variable: variable.name, dimension: name)
    }
    let roles = (role(of: names[0]), role(of: names[1]))
    // One name given tells the other dimension's role.
    let isUpright = options.northingName == names[0] || options.eastingName == names[1]
    let isTurned = options.eastingName == names[0] || options.northingName == names[1]
    if roles == (.northing, .easting) || (isUpright && (roles.0 == nil || roles.1 == nil)) {
      return Pair(easting: names[1], northing: names[0], isTransposed: false)
    }
    if roles == (.easting, .northing) || (isTurned && (roles.0 == nil || roles.1 == nil)) {
      return Pair(easting: names[0], northing: names[1], isTransposed: true)
    }
    throw .unclearAxes(path: dataset.path, variable: variable.name, found: names)
  }

  private func role(of dimension: String) -> Role? {
    if dimension == options.eastingName { return .easting }
    if dimension == options.northingName { return .northing }
    let coordinate = dataset[dimension]
    let standard = coordinate?.attribute("standard_name")?.text ?? ""
    if standard == "projection_x_coordinate" || standard == "longitude" { return .easting }
    if standard == "projection_y_coordinate" || standard == "latitude" { return .northing }
    let name = dimension.lowercased()
    let matches = { (names: [String], endings: [String]) in
      names.contains(name) || endings.contains { name.hasSuffix($0) }
    }
    if matches(["x", "lon", "long", "east"], ["easting", "longitude"]) { return .easting }
    if matches(["y", "lat", "north"], ["northing", "latitude"]) { return .northing }
    switch coordinate?.attribute("axis")?.text {
    case "X": return .easting
    case "Y": return .northing
    default: return nil
    }
  }

  func isGeographic(_ dimension: String) -> Bool {
    guard options.lengthUnits == nil else { return false }
    let coordinate = dataset[dimension]
    if let units = coordinate?.units, !units.isEmpty { return units.lowercased().hasPrefix("degree") }
    let standard = coordinate?.attribute("standard_name")?.text ?? ""
    let name = dimension.lowercased()
    return ["longitude", "latitude"].contains { standard == $0 || name.hasSuffix($0) }
      || ["lon", "lat", "long"].contains(name)
  }

  /// The coordinate in metres, or degrees.
  func axis(
    _ dimension: String, of variable: String, kind: GridVariable.Kind
  ) throws(DatasetError) -> Axis {
    guard var values = dataset[dimension]?.decoded() else {
      throw .coordinateMissing(path: dataset.path, variable: variable, dimension: dimension)
    }
    if kind == .projected {
      let unit = try lengthUnit(of: dimension)
      if unit.multiplier != 1 || unit.divisor != 1 { values = values.map(unit.convert) }
    } else if let units = dataset[dimension]?.units, !units.isEmpty, !isGeographic(dimension) {
      throw .wrongUnits(path: dataset.path, variable: dimension, found: units, expected: ["degrees"])
    }
    return try Axis(name: dimension, values: values, tolerance: options.spacingTolerance, path: dataset.path)
  }

  /// Coordinates without units are taken as metres: so write most programs that name none.
  private func lengthUnit(of dimension: String) throws(DatasetError) -> FileUnit {
    let text = options.lengthUnits ?? dataset[dimension]?.units ?? ""
    guard let unit = FileUnit(text.isEmpty ? "m" : text), unit.canonical == "m" else {
      throw .wrongUnits(
        path: dataset.path, variable: dimension, found: text,
        expected: FileUnit.acceptedLengths + ["degrees_east", "degrees_north"])
    }
    return unit
  }
}
