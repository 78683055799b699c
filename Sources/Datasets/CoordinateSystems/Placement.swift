internal import CNetCDF

/// Which variables of a dataset lie on a grid or at points, in which coordinate reference system, and how a file says so.
struct Placement {
  /// Nil where it is not known.
  let system: CoordinateSystem?
  /// Dimensions whose rows are places: they have a column of eastings or longitudes.
  private let pointDimensions: Set<String>
  /// Whether places are told by degrees.
  private let isGeographic: Bool

  init(_ system: CoordinateSystem?, in dataset: Dataset) {
    self.init(system, shapes: dataset.variables.map { VariableShape($0.name, $0.dimensions) })
  }

  /// - Parameter shapes: all variables of the file with their dimensions.
  init(_ system: CoordinateSystem?, shapes: [VariableShape]) {
    self.system = system
    pointDimensions = Placement.pointDimensions(shapes)
    isGeographic =
      system?.isGeographic ?? !shapes.contains { $0.name == "easting" && $0.dimensions != [$0.name] }
  }

  static let reference = Dataset.Attribute(
    name: CoordinateSystem.attribute, value: .text(CoordinateSystem.variable))
  /// Columns of a table that place its points.
  private static let places: Set = ["easting", "northing", "longitude", "latitude"]

  private static func pointDimensions(_ variables: [VariableShape]) -> Set<String> {
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

  /// What is said of a variable in a file alone.
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
    default: result.coordinates = isGeographic ? "longitude latitude" : "easting northing"
    }
    return result
  }

  /// Takes away what a file says of places beside the content.
  func takeBack(from dataset: inout Dataset) {
    for index in dataset.variables.indices {
      dataset.variables[index].attributes.removeAll { $0 == Placement.reference }
      attributes(of: dataset.variables[index]).takeBack(from: &dataset.variables[index])
    }
    dataset.attributes.removeAll { $0 == PlacedAttributes.featureType }
  }

  /// Whether a variable lies in the system: over a grid's two coordinates, or a value at each of the points.
  func holds(_ variable: Dataset.Variable) -> Bool { holds(variable.name, variable.dimensions) }

  fileprivate func holds(_ name: String, _ dimensions: [String]) -> Bool {
    if system == nil || dimensions == [name] || Placement.places.contains(name) { return false }
    return Dataset.isGeographic(Array(dimensions.suffix(2))) != nil
      || (dimensions.count == 1 && pointDimensions.contains(dimensions[0]))
  }

  /// Defines the variable that tells the system; the file is in its mode of definitions.
  /// - Returns: its number, for `write` when the definitions have ended; nil where no system is known.
  func define(in handle: NetCDFHandle) throws(DatasetError) -> Int32? {
    guard let system else { return nil }
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
  /// Takes the variable that tells the coordinate reference system out of the variables, and what a file says
  /// beside it (`PlacedAttributes`, `FileForm`).
  /// - Parameter shapes: all variables of the file, of which not all need have been read.
  mutating func takeCoordinateSystem(_ shapes: [VariableShape]) {
    if let mapping = self[CoordinateSystem.variable], mapping.dimensions.isEmpty {
      coordinateSystem = CoordinateSystem(attributes: mapping.attributes)
    }
    let isDescribed = FileForm.takeBack(from: &self)
    guard isDescribed || coordinateSystem != nil else { return }
    if coordinateSystem != nil { variables.removeAll { $0.name == CoordinateSystem.variable } }
    Placement(coordinateSystem, shapes: shapes).takeBack(from: &self)
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
    let shapes = variables.map { VariableShape($0.name, $0.ownDimensions.map { dimensions[Int($0)] }) }
    coordinates = PlacedFile.coordinates(shapes)
    if let mapping = variables.first(where: { $0.name == CoordinateSystem.variable }) {
      system = CoordinateSystem(
        attributes: try handle.attributes(of: mapping.id, count: mapping.attributeCount))
    } else {
      system = nil
    }
    try handle.close()
  }

  private static func coordinates(_ shapes: [VariableShape]) -> Coordinates {
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
    let shapes = variables.map { VariableShape($0.name, $0.ownDimensions.map { dimensions[Int($0)] }) }
    let placement = Placement(system, shapes: shapes)
    // Values can't be read while a classic file is in its mode of definitions.
    var ranges: [Int32: [Double]] = [:]
    for (variable, shape) in zip(variables, shapes)
    where variable.type == NC_DOUBLE && placement.attributes(shape.name, shape.dimensions).hasRange {
      let sizes = variable.dimensions.map { dimensionSizes[Int($0)] }
      ranges[variable.id] = PlacedAttributes.range(
        try handle.doubles(variable, start: sizes.map { _ in 0 }, count: sizes))
    }
    try handle.call("reopen the definitions") { nc_redef($0) }
    for (variable, shape) in zip(variables, shapes) {
      if placement.holds(shape.name, shape.dimensions) {
        try handle.put(Placement.reference, of: variable.id)
      }
      let said = placement.attributes(shape.name, shape.dimensions)
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
