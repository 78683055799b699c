/// A rectangle in projected coordinates, metres: west, east, south, north.
public struct Region: Equatable, Hashable, Sendable {
  /// Its edges, metres (degrees where a grid's geometry is geographic).
  public var west, east, south, north: Double

  /// The edges as given; nothing is checked.
  public init(west: Double, east: Double, south: Double, north: Double) {
    (self.west, self.east, self.south, self.north) = (west, east, south, north)
  }

  /// East minus west edge.
  public var width: Double { east - west }
  /// North minus south edge.
  public var height: Double { north - south }

  /// Whether a point lies inside, edges included.
  public func contains(easting: Double, northing: Double) -> Bool {
    easting >= west && easting <= east && northing >= south && northing <= north
  }

  /// The region with every side moved inwards (negative: outwards) by `distance`, metres.
  public func shrunk(by distance: Double) -> Region {
    Region(
      west: west + distance, east: east - distance, south: south + distance, north: north - distance)
  }
}

extension Region: CustomStringConvertible {
  /// `0 … 40000, 0 … 30000`: west to east, south to north.
  public var description: String {
    func text(_ edge: Double) -> String { "\(edge)".hasSuffix(".0") ? "\("\(edge)".dropLast(2))" : "\(edge)" }
    return "\(text(west)) … \(text(east)), \(text(south)) … \(text(north))"
  }
}

/// The nodes of a regular grid: `columns` eastings times `rows` northings, both ascending.
///
/// A grid's values are stored row by row, south row first: index = row · columns + column.
public struct GridGeometry: Equatable, Hashable, Sendable {
  /// The outermost nodes.
  public let region: Region
  /// Nodes along an easting and along a northing axis.
  public let columns, rows: Int
  /// Whether "easting" is longitude and "northing" latitude, both in degrees, rather than metres.
  public let isGeographic: Bool

  /// - Precondition: `columns` and `rows` are positive.
  public init(region: Region, columns: Int, rows: Int, isGeographic: Bool = false) {
    precondition(columns > 0 && rows > 0)
    (self.region, self.columns, self.rows) = (region, columns, rows)
    self.isGeographic = isGeographic
  }

  /// Nodes on the region's edges; each extent holds round(extent / spacing) cells, so that a
  /// spacing that does not divide it is adjusted.
  public init(region: Region, spacing: Double, isGeographic: Bool = false) {
    self.init(
      region: region,
      columns: Int((region.width / spacing).rounded()) + 1,
      rows: Int((region.height / spacing).rounded()) + 1, isGeographic: isGeographic)
  }

  /// Nodes in all.
  public var count: Int { columns * rows }
  /// Distance of neighbouring columns, metres or degrees; 0 of a single one.
  public var spacingEasting: Double { columns > 1 ? region.width / Double(columns - 1) : 0 }
  /// Distance of neighbouring rows, metres or degrees; 0 of a single one.
  public var spacingNorthing: Double { rows > 1 ? region.height / Double(rows - 1) : 0 }

  /// Of one cell, square metres (of geographic grids square degrees).
  package var cellArea: Double { spacingEasting * spacingNorthing }

  /// Easting of a column, metres; the last is the region's east edge exactly.
  public func easting(_ column: Int) -> Double {
    column == columns - 1 && columns > 1 ? region.east : region.west + Double(column) * spacingEasting
  }

  /// Northing of a row, metres; the last is the region's north edge exactly.
  public func northing(_ row: Int) -> Double {
    row == rows - 1 && rows > 1 ? region.north : region.south + Double(row) * spacingNorthing
  }

  /// Easting of every column, from the west.
  public var eastings: [Double] { (0..<columns).map(easting) }
  /// Northing of every row, from the south.
  public var northings: [Double] { (0..<rows).map(northing) }

  /// The grid with `factor` times as many cells along each axis over the same region.
  public func refined(by factor: Int) -> GridGeometry {
    GridGeometry(
      region: region, columns: (columns - 1) * factor + 1, rows: (rows - 1) * factor + 1,
      isGeographic: isGeographic)
  }
}

/// A scalar field on the nodes of a regular grid; NaN marks a missing value.
public struct Grid: Equatable, Sendable {
  /// Where the nodes are.
  public let geometry: GridGeometry
  /// One value a node, row by row from the south; NaN where it is missing.
  public var values: [Double]

  /// - Precondition: one value a node.
  public init(geometry: GridGeometry, values: [Double]) {
    precondition(values.count == geometry.count)
    (self.geometry, self.values) = (geometry, values)
  }

  /// The same value everywhere.
  public init(geometry: GridGeometry, repeating value: Double) {
    self.init(geometry: geometry, values: Array(repeating: value, count: geometry.count))
  }

  /// The value of a node; row 0 is the southernmost, column 0 the westernmost.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * geometry.columns + column] }
    set { values[row * geometry.columns + column] = newValue }
  }
}

/// Scattered points in projected coordinates, metres.
public struct Points: Equatable, Sendable {
  /// Metres, or longitudes and latitudes in degrees; one value a point.
  public var easting, northing: [Double]

  /// - Precondition: as many values of each.
  public init(easting: [Double], northing: [Double]) {
    precondition(easting.count == northing.count)
    (self.easting, self.northing) = (easting, northing)
  }

  /// Points.
  public var count: Int { easting.count }
}
