internal import CNetCDF

/// Which variables of a dataset lie in a coordinate reference system, and how a file says so.
struct Placement {
  let system: CoordinateSystem
  /// Dimensions whose rows are places: they have a column of eastings or longitudes.
  private let pointDimensions: Set<String>

  init(_ system: CoordinateSystem, in dataset: Dataset) {
    self.system = system
    pointDimensions = Placement.pointDimensions(dataset.variables.map { ($0.name, $0.dimensions) })
  }

  fileprivate init(_ system: CoordinateSystem, pointDimensions: Set<String>) {
    (self.system, self.pointDimensions) = (system, pointDimensions)
  }

  static let reference = Dataset.Attribute(
    name: CoordinateSystem.attribute, value: .text(CoordinateSystem.variable))
  /// Columns of a table that place its points.
  private static let places: Set = ["easting", "northing", "longitude", "latitude"]

  fileprivate static func pointDimensions(_ variables: [(name: String, dimensions: [String])]) -> Set<String>
  {
    func dimensions(_ name: String) -> [String]? {
      variables.first { $0.name == name && $0.dimensions.count == 1 && $0.dimensions != [name] }?.dimensions
    }
    var found: Set<String> = []
    for pair in [("easting", "northing"), ("longitude", "latitude")] {
      if let first = dimensions(pair.0), first == dimensions(pair.1) { found.formUnion(first) }
    }
    return found
  }

  /// Whether the file is a table of points.
  var isOfPoints: Bool { !pointDimensions.isEmpty }

  /// What is said of a variable in a placed file alone.
  func attributes(of variable: Dataset.Variable) -> PlacedAttributes {
    attributes(variable.name, variable.dimensions)
  }

  fileprivate func attributes(_ name: String, _ dimensions: [String]) -> PlacedAttributes {
    var result = PlacedAttributes()
    if dimensions == [name] {
      result.losesAxis = name.hasSuffix("easting") || name.hasSuffix("northing")
      result.hasRange = result.losesAxis || name.hasSuffix("longitude") || name.hasSuffix("latitude")
      return result
    }
    result.hasRange = dimensions.count == 2 && Dataset.isGeographic(dimensions) != nil
    guard dimensions.count == 1, pointDimensions.contains(dimensions[0]) else { return result }
    switch name {
    case "easting": result.standardName = "projection_x_coordinate"
    case "northing": result.standardName = "projection_y_coordinate"
    case "longitude", "latitude": result.standardName = name
    default: result.coordinates = system.isGeographic == true ? "longitude latitude" : "easting northing"
    }
    return result
  }

  /// Whether a variable lies in the system: over a grid's two coordinates, or a value at each of the points.
  func holds(_ variable: Dataset.Variable) -> Bool { holds(variable.name, variable.dimensions) }

  fileprivate func holds(_ name: String, _ dimensions: [String]) -> Bool {
    if dimensions == [name] || Placement.places.contains(name) { return false }
    return Dataset.isGeographic(Array(dimensions.suffix(2))) != nil
      || (dimensions.count == 1 && pointDimensions.contains(dimensions[0]))
  }

  /// Defines the variable that tells the system; the file is in its mode of definitions.
  /// - Returns: its number, for `write` when the definitions have ended.
  func define(in handle: NetCDFHandle) throws(DatasetError) -> Int32 {
    let variable = Dataset.Variable(
      name: CoordinateSystem.variable, dimensions: [], values: .int32([0]), attributes: system.attributes)
    return try handle.define(variable, dimensions: [])
  }

  /// The value means nothing, but one that is never written is whatever the disk had.
  static func write(_ mapping: Int32, in handle: NetCDFHandle) throws(DatasetError) {
    try handle.write(
      .int32([0]), name: CoordinateSystem.variable, id: mapping, start: [0], count: [1])
  }
}

extension Dataset {
  /// Takes the variable that tells the coordinate reference system out of the variables, and what a placed file says
  /// beside it (`PlacedAttributes`).
  mutating func takeCoordinateSystem() {
    guard let mapping = self[CoordinateSystem.variable], mapping.dimensions.isEmpty,
      let system = CoordinateSystem(attributes: mapping.attributes)
    else { return }
    coordinateSystem = system
    variables.removeAll { $0.name == CoordinateSystem.variable }
    let placement = Placement(system, in: self)
    for index in variables.indices {
      variables[index].attributes.removeAll { $0 == Placement.reference }
      placement.attributes(of: variables[index]).takeBack(from: &variables[index])
    }
    attributes.removeAll { $0 == PlacedAttributes.featureType }
  }
}

/// The coordinate reference system of a file that is there already.
public struct PlacedFile: Sendable {
  /// In the order of the file; empty for one that has no grid and no points.
  public enum Coordinates: Sendable, Equatable {
    case none, projected, geographic
    /// Points of which both are told.
    case both
  }

  /// What its grids or points are placed by.
  public let coordinates: Coordinates
  /// Nil where the file does not say.
  public let system: CoordinateSystem?

  /// Reads the header of a file; nil for one that is no NetCDF.
  /// - Throws: what opening a damaged file throws.
  public init?(_ path: String) throws(DatasetError) {
    guard try FileFormat.isNetCDF(path) else { return nil }
    let handle = try NetCDFHandle.open(path)
    let variables = try handle.variables()
    let dimensions = try handle.dimensions().map(\.name)
    let shapes = variables.map { ($0.name, $0.ownDimensions.map { dimensions[Int($0)] }) }
    coordinates = PlacedFile.coordinates(shapes)
    if let mapping = variables.first(where: { $0.name == CoordinateSystem.variable }) {
      system = CoordinateSystem(
        attributes: try handle.attributes(of: mapping.id, count: mapping.attributeCount))
    } else {
      system = nil
    }
    try handle.close()
  }

  private static func coordinates(_ shapes: [(name: String, dimensions: [String])]) -> Coordinates {
    for shape in shapes where shape.dimensions.count >= 2 {
      if let isGeographic = Dataset.isGeographic(Array(shape.dimensions.suffix(2))) {
        return isGeographic ? .geographic : .projected
      }
    }
    let names = Set(shapes.filter { $0.dimensions.count == 1 && $0.dimensions != [$0.name] }.map(\.name))
    switch (names.isSuperset(of: ["easting", "northing"]), names.isSuperset(of: ["longitude", "latitude"])) {
    case (true, true): return .both
    case (true, false): return .projected
    case (false, true): return .geographic
    case (false, false): return .none
    }
  }

  /// Writes a system into a file, in the place of another one. Values stay where they are but for the library's moving
  /// them behind a longer header; the bytes depend on the file's and the system alone.
  /// - Throws: `.unwritable`, `.library` where the disk is full.
  public static func place(_ path: String, in system: CoordinateSystem) throws(DatasetError) {
    let handle = try NetCDFHandle.openForWriting(path)
    let variables = try handle.variables()
    let all = try handle.dimensions()
    let (dimensions, dimensionSizes) = (all.map(\.name), all.map(\.size))
    let shapes = variables.map { ($0.name, $0.ownDimensions.map { dimensions[Int($0)] }) }
    let placement = Placement(system, pointDimensions: Placement.pointDimensions(shapes))
    // Values can't be read while a classic file is in its mode of definitions.
    var ranges: [Int32: [Double]] = [:]
    for (variable, shape) in zip(variables, shapes)
    where variable.type == NC_DOUBLE && placement.attributes(shape.0, shape.1).hasRange {
      let sizes = variable.dimensions.map { dimensionSizes[Int($0)] }
      ranges[variable.id] = PlacedAttributes.range(
        try handle.doubles(variable, start: sizes.map { _ in 0 }, count: sizes))
    }
    try handle.call("reopen the definitions") { nc_redef($0) }
    for (variable, shape) in zip(variables, shapes) {
      if placement.holds(shape.0, shape.1) { try handle.put(Placement.reference, of: variable.id) }
      let said = placement.attributes(shape.0, shape.1)
      if said.losesAxis { try handle.dropAxis(of: variable) }
      for attribute in said.filed(range: ranges[variable.id]) { try handle.put(attribute, of: variable.id) }
    }
    if placement.isOfPoints { try handle.put(PlacedAttributes.featureType) }
    var added: Int32?
    if let old = variables.first(where: { $0.name == CoordinateSystem.variable }) {
      for attribute in try handle.attributes(of: old.id, count: old.attributeCount) {
        try handle.call("delete attribute '\(attribute.name)'") { nc_del_att($0, old.id, attribute.name) }
      }
      for attribute in system.attributes { try handle.put(attribute, of: old.id) }
    } else {
      added = try placement.define(in: handle)
    }
    try handle.call("end the definitions") { nc_enddef($0) }
    if let added { try Placement.write(added, in: handle) }
    try handle.close()
  }
}
