public import Artefacts
public import Datasets
public import NumericCore

/// Values at the nodes of a grid or in the rows of a table, for stages that treat both alike.
///
/// A grid's places are its nodes; a table has columns `longitude` and `latitude` (degrees), `easting` and `northing`
/// (metres), or both.
public struct Observations {
  var dataset: Dataset
  /// Of a grid; nil for a table.
  public let geometry: GridGeometry?
  private let dimensions: [String]
  /// Of nodes or rows.
  public let count: Int

  /// Reads a grid or a table.
  public init(path: String) throws {
    let dataset = try NetCDFFile.read(path)
    self.dataset = dataset
    if let variable = dataset.variables.first(where: { Dataset.isGeographic($0.dimensions) != nil }) {
      let grid = try dataset.grid(variable.name)
      (geometry, dimensions, count) = (grid.geometry, variable.dimensions, grid.geometry.count)
    } else {
      guard let size = dataset.size(of: "point") else {
        throw StageError.missingVariable("grid or table", artefact: path, hint: "neither of them is there")
      }
      (geometry, dimensions, count) = (nil, ["point"], size)
    }
  }

  /// A grid without values.
  public init(geometry: GridGeometry, title: String) throws {
    var dataset = Dataset(title: title)
    // The coordinates come with the first grid, so one is added and taken away.
    try dataset.addGrid("upward", Grid(geometry: geometry, repeating: 0))
    dataset.variables.removeAll { $0.name == "upward" }
    (self.dataset, self.geometry, count) = (dataset, geometry, geometry.count)
    dimensions = Dataset.dimensions(of: geometry)
  }

  /// A table without values.
  public init(rows: Int, title: String) {
    dataset = Dataset(title: title)
    dataset.dimensions = [Dataset.Dimension(name: "point", size: rows)]
    (geometry, dimensions, count) = (nil, ["point"], rows)
  }

  /// What the values are called in messages.
  public var noun: String { geometry == nil ? "the table" : "the grid" }

  /// Names of the numeric variables at these places, coordinates of grids left out.
  public var names: [String] {
    dataset.variables.filter { $0.dimensions == dimensions && $0.decoded() != nil }.map(\.name)
  }

  /// Whether there is a variable of that name at these places.
  public func has(_ name: String) -> Bool { dataset[name]?.dimensions == dimensions }

  /// - Throws: where there is none of that name; `hint` says what to do.
  public func values(_ name: String, hint: String) throws -> [Double] {
    guard let values = dataset[name].flatMap({ $0.dimensions == dimensions ? $0.decoded() : nil }) else {
      throw StageError.missingVariable(name, artefact: noun, hint: "found \(list(names)); \(hint)")
    }
    return values
  }

  /// As the file has them.
  public func units(_ name: String) -> String? { dataset[name]?.units }
  /// As the file has it.
  public func longName(_ name: String) -> String? { dataset[name]?.attribute("long_name")?.text }

  /// Adds a variable, or replaces one of that name where it stands.
  public mutating func set(_ name: String, _ values: [Double], units: String?, longName: String?) {
    precondition(values.count == count)
    let attributes = [("units", units), ("long_name", longName)].compactMap { name, text in
      text.map { Dataset.Attribute(name: name, value: .text($0)) }
    }
    let variable = Dataset.Variable(
      name: name, dimensions: dimensions, values: .double(values), attributes: attributes)
    if let index = dataset.variables.firstIndex(where: { $0.name == name }) {
      dataset.variables[index] = variable
    } else {
      dataset.variables.append(variable)
    }
  }

  /// The same under the declaration's name, unit and long name.
  public mutating func set(_ variable: Variable, _ values: [Double]) {
    set(variable.name, values, units: variable.quantity?.units, longName: variable.longName)
  }

  /// What the places mean; nil where that is not known.
  public var coordinateSystem: CoordinateSystem? {
    get { dataset.coordinateSystem }
    set { dataset.coordinateSystem = newValue }
  }

  /// Leaves a variable out.
  public mutating func remove(_ name: String) { dataset.variables.removeAll { $0.name == name } }

  /// Sets a text among the attributes of the file.
  public mutating func setAttribute(_ name: String, text: String) { dataset.setAttribute(name, text: text) }

  /// A column of text.
  /// - Precondition: a table with as many rows.
  public mutating func setTexts(_ name: String, _ texts: [String]) {
    precondition(geometry == nil && texts.count == count)
    dataset.variables.append(
      Dataset.Variable(
        name: name, dimensions: dimensions, values: .text(texts),
        attributes: [.init(name: "long_name", value: .text(name))]))
  }

  /// Takes text attributes of the file over.
  public mutating func adoptAttributes(of other: Observations) {
    for attribute in other.dataset.attributes where attribute.name != "title" {
      dataset.attributes.append(attribute)
    }
  }

  /// The rows with these numbers only.
  /// - Precondition: a table.
  public func rows(_ rows: [Int]) -> Observations {
    precondition(geometry == nil)
    var result = Observations(rows: rows.count, title: "points")
    result.dataset = dataset.rows(rows)
    return result
  }

  /// Writes the grid or table.
  public func write(to path: String) throws { try NetCDFFile.write(dataset, to: path) }

  // MARK: Places

  /// Longitudes and latitudes, degrees.
  public func geographicPlaces() throws -> (longitude: [Double], latitude: [Double]) {
    if let geometry {
      guard geometry.isGeographic else {
        throw StageError.outOfPlace(
          "\(noun) is in projected metres and its latitudes are needed; take it before it is projected, "
            + "or project it with inverse = yes")
      }
      let nodes = geometry.nodes
      return (nodes.easting, nodes.northing)
    }
    let hint = "name the columns of longitudes and latitudes where the table is read"
    return (try values("longitude", hint: hint), try values("latitude", hint: hint))
  }

  /// Eastings and northings, metres.
  public func projectedPlaces() throws -> Points {
    if let geometry {
      guard !geometry.isGeographic else {
        throw StageError.outOfPlace(
          "\(noun) is in longitude and latitude and metres are needed; put a stage of kind 'project' before")
      }
      return geometry.nodes
    }
    let hint = "put a stage of kind 'project' before"
    return Points(
      easting: try values("easting", hint: hint), northing: try values("northing", hint: hint))
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
  }
}

extension Observations {
  /// Every field of a grid but its coordinates.
  /// - Precondition: a grid.
  public func fields() throws -> [(name: String, grid: Grid)] {
    guard let geometry else { preconditionFailure("a table has no fields") }
    return try names.map { name in
      (name, Grid(geometry: geometry, values: try values(name, hint: "")))
    }
  }

  /// The variable that a stage works on where none is named: gravity before heights before whatever is alone.
  public func mainVariable() throws -> String {
    for variable in ViewTable.subjects where has(variable.name) { return variable.name }
    let others = names.filter { !ViewTable().isBeside($0) }
    guard others.count == 1 else {
      throw StageError.missingSetting(name: "variable", because: "\(noun) has the variables \(list(names))")
    }
    return others[0]
  }
}
