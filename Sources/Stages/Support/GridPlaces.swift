public import NumericCore

extension GridGeometry {
  /// Whether two grids have the same nodes to a millionth of their spacing.
  public func isSame(as other: GridGeometry) -> Bool {
    guard columns == other.columns, rows == other.rows, isGeographic == other.isGeographic else {
      return false
    }
    let tolerance = 1e-6 * max(spacingEasting, spacingNorthing)
    let differences = [
      region.west - other.region.west, region.east - other.region.east,
      region.south - other.region.south, region.north - other.region.north,
    ]
    return differences.allSatisfy { abs($0) <= tolerance }
  }

  /// Points in its coordinates; longitudes by its convention.
  public func turned(_ points: Points) -> Points {
    guard isGeographic else { return points }
    return Points(easting: points.easting.map { region.turned(longitude: $0) }, northing: points.northing)
  }
}

extension Region {
  /// A longitude by whole turns into the region, where one fits.
  public func turned(longitude: Double) -> Double {
    for turns in [0.0, 360, -360, 720, -720] where (west...east).contains(longitude + turns) {
      return longitude + turns
    }
    return longitude
  }
}
