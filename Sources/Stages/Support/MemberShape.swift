import Artefacts
public import Datasets
public import NumericCore

/// Where the values of a variable lie that every member of a family has: the nodes of a grid, the rows of a table, any
/// dimensions, or none of a single number.
public struct MemberShape: Sendable {
  /// Names of the dimensions, the slow one first; none of a number.
  public let dimensions: [String]
  /// Values that a member has.
  public let count: Int
  /// Values behind each other that share their place along the first dimension.
  public let columns: Int
  /// Nodes of a grid of the ground; nil of everything else.
  public let geometry: GridGeometry?
  /// The dimensions, with the coordinates along them and what says what rows are.
  private let frame: Dataset

  private init(dimensions: [String], count: Int, columns: Int, geometry: GridGeometry?, frame: Dataset) {
    (self.dimensions, self.count, self.columns) = (dimensions, count, columns)
    (self.geometry, self.frame) = (geometry, frame)
  }

  /// Of one number a member.
  public static let number = MemberShape(
    dimensions: [], count: 1, columns: 1, geometry: nil, frame: Dataset())

  /// Of the nodes of a grid.
  public init(_ geometry: GridGeometry) {
    self.init(
      dimensions: Dataset.dimensions(of: geometry), count: geometry.count, columns: geometry.columns,
      geometry: geometry, frame: Dataset())
  }

  /// Of a variable of a dataset; whether that has the variable's values does not matter.
  /// - Parameter marks: variables that say what rows are.
  /// - Throws: `DatasetError` where coordinates of a grid are missing or uneven.
  public init(of name: String, in dataset: Dataset, marks: [String]) throws {
    let dimensions = try dataset.variable(name).dimensions
    if Dataset.isGeographic(dimensions) != nil {
      self.init(try dataset.geometry(of: name))
      return
    }
    var frame = Dataset()
    frame.dimensions = dataset.dimensions.filter { dimensions.contains($0.name) }
    frame.variables = dataset.variables.filter { variable in
      variable.dimensions.count == 1 && dimensions.contains(variable.dimensions[0])
        && (variable.dimensions == [variable.name] || marks.contains(variable.name))
    }
    let sizes = dimensions.map { dataset.size(of: $0) ?? 0 }
    self.init(
      dimensions: dimensions, count: sizes.reduce(1, *), columns: sizes.dropFirst().reduce(1, *),
      geometry: nil, frame: frame)
  }

  /// What values of this shape are called: `nodes`, `rows`, …
  public var noun: String {
    if geometry != nil { return "nodes" }
    return dimensions.isEmpty ? "number" : dimensions.count == 1 ? "rows" : "values"
  }

  /// Places of the rows, in degrees where they are geographic; nil of what is no table of places.
  public var places: (points: Points, isGeographic: Bool)? {
    guard dimensions.count == 1 else { return nil }
    for isGeographic in [false, true] {
      let names = PlaceColumns(isGeographic: isGeographic).names
      if let east = column(names.east), let north = column(names.north) {
        return (Points(easting: east, northing: north), isGeographic)
      }
    }
    return nil
  }

  /// Of a table beside another in one file, columns have its name in front.
  private func column(_ name: String) -> [Double]? {
    let found = frame.variables.first {
      $0.dimensions == dimensions && ($0.name == name || $0.name.hasSuffix("_" + name))
    }
    return found.flatMap { try? frame.column($0.name) }
  }

  /// Some rows of a table, in this order.
  public func rows(_ rows: [Int]) -> MemberShape {
    guard dimensions.count == 1 else { return self }
    return MemberShape(
      dimensions: dimensions, count: rows.count, columns: 1, geometry: nil,
      frame: frame.rows(rows, along: dimensions[0]))
  }

  /// A number as a table of one row, for files that hold columns; everything else as it is.
  public var ofRows: MemberShape {
    guard dimensions.isEmpty else { return self }
    var frame = Dataset()
    frame.dimensions = [.init(name: "point", size: 1)]
    return MemberShape(dimensions: ["point"], count: 1, columns: 1, geometry: nil, frame: frame)
  }

  /// Whether values of both lie at the same places, as far as those are known.
  public func isSame(as other: MemberShape) -> Bool {
    if let geometry, let nodes = other.geometry { return geometry.isSame(as: nodes) }
    guard dimensions.count == other.dimensions.count, count == other.count, columns == other.columns,
      geometry == nil, other.geometry == nil
    else { return false }
    guard let places, let others = other.places else { return true }
    return places.isGeographic == others.isGeographic && places.points == others.points
  }

  /// Adds a variable of this shape, and what stands along its dimensions with the first one.
  /// - Parameter outer: a dimension of the dataset in front of the shape's own.
  public func add(
    _ name: String, _ values: [Double], units: String?, longName: String?, outer: String? = nil,
    to dataset: inout Dataset
  ) throws {
    if let geometry, outer == nil {
      let grid = Grid(geometry: geometry, values: values)
      return try dataset.addGrid(name, grid, units: units, longName: longName)
    }
    for dimension in frame.dimensions where dataset.size(of: dimension.name) == nil {
      dataset.dimensions.append(dimension)
    }
    for variable in frame.variables where dataset[variable.name] == nil { try dataset.add(variable) }
    let attributes = [("units", units), ("long_name", longName)].compactMap { name, text in
      text.map { Dataset.Attribute(name: name, value: .text($0)) }
    }
    try dataset.add(
      Dataset.Variable(
        name: name, dimensions: (outer.map { [$0] } ?? []) + dimensions, values: .double(values),
        attributes: attributes))
  }
}

extension MemberShape {
  /// Of a variable of an ensemble's members: of what has several values a member, or one.
  /// - Throws: `DatasetError`.
  public init(of name: String, in reader: NetCDFSeriesReader) throws {
    guard !reader.columns.contains(name) else {
      self = .number
      return
    }
    let frame = try reader.frame()
    if Dataset.isGeographic(try frame.variable(name).dimensions) != nil {
      self.init(try reader.geometry(of: name))
    } else {
      try self.init(of: name, in: frame, marks: reader.constants)
    }
  }
}
