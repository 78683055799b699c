public import Datasets
public import NumericCore

extension Dataset {
  /// An empty dataset with a title.
  public init(title: String) {
    self.init()
    setAttribute("title", text: title)
  }

  /// A table of points: their coordinates on dimension `point`, in degrees where they are geographic.
  public static func ofPoints(_ points: Points, title: String, isGeographic: Bool = false) throws -> Dataset {
    var dataset = Dataset(title: title)
    let columns = PlaceColumns(isGeographic: isGeographic)
    try dataset.addColumn(
      columns.names.east, points.easting, units: columns.units.east, longName: columns.names.east)
    try dataset.addColumn(
      columns.names.north, points.northing, units: columns.units.north, longName: columns.names.north)
    return dataset
  }

  /// A number among the attributes of the file; nil where there is none.
  public func number(attribute name: String) -> Double? { attribute(name)?.number }

  /// Sets a text among the attributes of the file, in the place of one of that name.
  public mutating func setAttribute(_ name: String, text: String) {
    set(Attribute(name: name, value: .text(text)))
  }

  /// Nil leaves the attribute out.
  public mutating func setAttribute(_ name: String, _ value: Double?) {
    if let value { set(Attribute(name: name, value: .numbers([value]))) }
  }

  /// Sets numbers among the attributes of the file, in the place of those of that name.
  public mutating func setAttribute(_ name: String, numbers: [Double]) {
    set(Attribute(name: name, value: .numbers(numbers)))
  }

  private mutating func set(_ attribute: Attribute) {
    attributes.removeAll { $0.name == attribute.name }
    attributes.append(attribute)
  }

  /// Adds a yes/no field on the nodes of a grid that the dataset has already.
  public mutating func addFlags(
    _ name: String, _ flags: [Bool], of geometry: GridGeometry, longName: String
  ) throws {
    try add(
      Variable(
        name: name, dimensions: Self.dimensions(of: geometry), values: .int8(flags.map { $0 ? 1 : 0 }),
        attributes: [Attribute(name: "long_name", value: .text(longName))]))
  }

  /// The first grid of the file, whatever it is called.
  public func anyGrid() throws -> Grid {
    guard let variable = variables.first(where: { $0.dimensions.count == 2 }) else {
      throw StageError.missingVariable("grid", artefact: path, hint: "a grid has two dimensions")
    }
    return try grid(variable.name)
  }

  /// A named grid of the file, or the only kind of grid that it has, in a unit.
  ///
  /// - Parameters:
  ///   - port: the input that the file feeds, for messages.
  ///   - quantity: what is expected, for messages: "heights".
  ///   - units: its unit; a file that names none is believed.
  /// - Throws: where the grid has another unit: it is another quantity.
  public func grid(named variable: String, of port: String, quantity: String, units: String) throws -> Grid {
    let found = self[variable] ?? variables.first { $0.dimensions.count == 2 }
    guard let found else {
      throw StageError.missingVariable("grid", artefact: path, hint: "a grid has two dimensions")
    }
    if let unit = found.units, unit != units {
      let name = found.attribute("long_name")?.text ?? found.name
      throw StageError.outOfPlace(
        "input '\(port)' takes \(quantity) in \(units) and got '\(found.name)' (\(name)) in \(unit)")
    }
    return try grid(found.name)
  }

  /// The table with these rows only, in this order.
  public func rows(_ rows: [Int], along dimension: String = "point") -> Dataset {
    var result = self
    result.dimensions = dimensions.map {
      $0.name == dimension ? Dimension(name: dimension, size: rows.count) : $0
    }
    result.variables = variables.map { variable in
      guard variable.dimensions == [dimension] else { return variable }
      var taken = variable
      taken.values =
        switch variable.values {
        case .double(let values): .double(rows.map { values[$0] })
        case .int32(let values): .int32(rows.map { values[$0] })
        case .int8(let values): .int8(rows.map { values[$0] })
        case .text(let values): .text(rows.map { values[$0] })
        }
      return taken
    }
    return result
  }

  /// Gives a variable other values of the same count.
  public mutating func replaceValues(of name: String, with values: [Double]) throws {
    guard let index = variables.firstIndex(where: { $0.name == name }) else {
      throw StageError.missingVariable(name, artefact: path, hint: "nothing to replace")
    }
    variables[index].values = .double(values)
  }

  /// Takes variables of another dataset over with their coordinates, whose names get a prefix.
  /// - Parameter other: in front of a variable's name that is taken already.
  public mutating func adopt(
    _ names: [String], from source: Dataset, prefix: String, taken other: String = ""
  ) throws {
    for name in names {
      var variable = try source.variable(name)
      if self[name] != nil { variable.name = other + name }
      for dimension in variable.dimensions where size(of: prefix + dimension) == nil {
        dimensions.append(Dimension(name: prefix + dimension, size: source.size(of: dimension) ?? 0))
        if var coordinate = source[dimension] {
          coordinate.name = prefix + dimension
          coordinate.dimensions = [prefix + dimension]
          try add(coordinate)
        }
      }
      variable.dimensions = variable.dimensions.map { prefix + $0 }
      try add(variable)
    }
  }
}

/// What the columns that say where points are have for names and units.
public struct PlaceColumns {
  public let names, units: (east: String, north: String)

  /// Of longitudes and latitudes, or of eastings and northings.
  public init(isGeographic: Bool) {
    names = isGeographic ? ("longitude", "latitude") : ("easting", "northing")
    units = isGeographic ? ("degrees_east", "degrees_north") : ("m", "m")
  }
}
