public import NumericCore

/// A grid with `nodes` more nodes on every side, which fall in a straight line from the edge's
/// value to `endValue` at the outermost node; northing first, then easting on the longer rows
/// (`numpy.pad`, mode `linear_ramp`).
///
/// - Parameters:
///   - nodes: added on every side, not negative.
///   - endValue: of the outermost nodes; the grid's median if not given.
/// - Precondition: the grid has at least two rows and columns.
public func linearRampPadding(_ grid: Grid, nodes: Int, endValue: Double? = nil) -> Grid {
  precondition(nodes >= 0 && grid.geometry.columns > 1 && grid.geometry.rows > 1)
  guard nodes > 0 else { return grid }
  let end = endValue ?? Statistics.median(grid.values)
  let (columns, rows) = (grid.geometry.columns, grid.geometry.rows)
  let geometry = paddedGeometry(grid.geometry, nodes: nodes)
  var padded = Grid(geometry: geometry, repeating: 0)
  for row in 0..<geometry.rows {
    let nearestRow = min(max(row - nodes, 0), rows - 1)
    let stepsNorthing = abs(row - nodes - nearestRow)
    for column in 0..<geometry.columns {
      let nearest = min(max(column - nodes, 0), columns - 1)
      let stepsEasting = abs(column - nodes - nearest)
      let value = ramp(from: grid[nearestRow, nearest], to: end, step: stepsNorthing, of: nodes)
      padded[row, column] = ramp(from: value, to: end, step: stepsEasting, of: nodes)
    }
  }
  return padded
}

private func ramp(from edge: Double, to end: Double, step: Int, of nodes: Int) -> Double {
  // From the outside inwards, as NumPy counts.
  step == 0 ? edge : end + Double(nodes - step) * ((edge - end) / Double(nodes))
}

private func paddedGeometry(_ geometry: GridGeometry, nodes: Int) -> GridGeometry {
  let (easting, northing) = (
    Double(nodes) * geometry.spacingEasting, Double(nodes) * geometry.spacingNorthing
  )
  let region = geometry.region
  return GridGeometry(
    region: Region(
      west: region.west - easting, east: region.east + easting, south: region.south - northing,
      north: region.north + northing),
    columns: geometry.columns + 2 * nodes, rows: geometry.rows + 2 * nodes,
    isGeographic: geometry.isGeographic)
}
