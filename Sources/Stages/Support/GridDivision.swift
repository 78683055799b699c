public import NumericCore

/// Throws unless the edges are in order and `spacing` divides both extents to a part in 10⁹.
public func checkDivides(_ region: Region, spacing: Double) throws(StageError) {
  guard region.width > 0, region.height > 0 else {
    throw .outOfPlace("the region's edges must be in the order west, east, south, north")
  }
  for extent in [region.width, region.height] {
    let cells = extent / spacing
    guard abs(cells - cells.rounded()) <= 1e-9 * max(1, cells) else {
      throw .notDivided(extent: extent, spacing: spacing)
    }
  }
}
