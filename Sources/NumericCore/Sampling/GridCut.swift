extension Grid {
  /// The nodes inside a region, edges included (`GridGeometry.edgeTolerance`); nil when there are none.
  ///
  /// Of geographic grids nodes are taken from wherever their longitude, give or take whole turns, lies in the region,
  /// so that −20 … 20 may be cut from a grid of 0 … 360.
  public func cut(to region: Region) -> Grid? {
    let slack = GridGeometry.edgeTolerance * geometry.spacingEasting
    let slackNorth = GridGeometry.edgeTolerance * geometry.spacingNorthing
    let kept = Region(
      west: region.west - slack, east: region.east + slack, south: region.south - slackNorth,
      north: region.north + slackNorth)
    let rows = (0..<geometry.rows).filter { (kept.south...kept.north).contains(geometry.northing($0)) }
    let columns = columns(in: kept, period: geometry.isGeographic ? 360 : nil, slack: slack)
    guard let west = columns.first, let east = columns.last, let south = rows.first, let north = rows.last
    else { return nil }
    // A gap where the grid does not go round.
    let steps = zip(columns.dropFirst(), columns).map { $0.easting - $1.easting }
    guard steps.allSatisfy({ abs($0 - geometry.spacingEasting) <= 1e-3 * geometry.spacingEasting }) else {
      return nil
    }
    let smaller = GridGeometry(
      region: Region(
        west: west.easting, east: east.easting, south: geometry.northing(south),
        north: geometry.northing(north)),
      columns: columns.count, rows: rows.count, isGeographic: geometry.isGeographic)
    return Grid(geometry: smaller, values: rows.flatMap { row in columns.map { self[row, $0.column] } })
  }

  private func columns(
    in region: Region, period: Double?, slack: Double
  ) -> [(easting: Double, column: Int)] {
    var found: [(easting: Double, column: Int)] = []
    for column in 0..<geometry.columns {
      let easting = geometry.easting(column)
      for turns in period == nil ? 0...0 : -2...2 {
        let moved = turns == 0 ? easting : easting + Double(turns) * (period ?? 0)
        if moved >= region.west && moved <= region.east { found.append((moved, column)) }
      }
    }
    found.sort { ($0.easting, $0.column) < ($1.easting, $1.column) }
    // Both ends of a grid that goes once round are the same meridian.
    var result: [(easting: Double, column: Int)] = []
    for next in found where result.last.map({ next.easting - $0.easting > slack }) ?? true {
      result.append(next)
    }
    return result
  }
}
