extension GridGeometry {
  /// A place this far beyond an outer node, in steps, is on it: two programs that write one grid round its coordinates
  /// differently.
  public static let edgeTolerance = 0.01

  /// Whether the grid goes once round the Earth with its first meridian not repeated: between the last column and the first
  /// lies one more cell.
  public var goesRound: Bool {
    guard isGeographic, columns > 1 else { return false }
    return abs(region.width + spacingEasting - 360) <= 1e-3 * spacingEasting
  }

  /// Where a place lies, in steps from the south-western node; nil outside. Longitudes count by whole turns, and up to
  /// `columns` where the grid goes round. Along an axis of one node only its own place is inside.
  func cells(easting: Double, northing: Double) -> (east: Double, north: Double)? {
    guard let north = Self.cells(northing - region.south, region.north - region.south, spacingNorthing, rows),
      let east = eastCells(easting)
    else { return nil }
    return (east, north)
  }

  private func eastCells(_ easting: Double) -> Double? {
    if let cells = Self.cells(easting - region.west, region.width, spacingEasting, columns) { return cells }
    guard isGeographic, easting.isFinite else { return nil }
    let offset = easting - region.west
    // Turned into 0 ..< 360 degrees east of the first node, or just west of it.
    let turned = offset - (offset / 360).rounded(.down) * 360
    for moved in [turned, turned - 360] {
      if let cells = Self.cells(moved, region.width, spacingEasting, columns) { return cells }
    }
    return goesRound ? turned / spacingEasting : nil
  }

  /// - Parameters:
  ///   - offset: from the first node.
  ///   - extent: of the last node from the first.
  private static func cells(_ offset: Double, _ extent: Double, _ spacing: Double, _ count: Int) -> Double? {
    guard spacing > 0 else { return offset == 0 ? 0 : nil }
    let slack = edgeTolerance * spacing
    guard offset >= -slack, offset <= extent + slack else { return nil }
    if offset <= 0 { return 0 }
    return offset > extent ? Double(count - 1) : offset / spacing
  }
}

extension Grid {
  /// For a grid that goes round the Earth, with columns of the other side before the first and behind the last.
  func wrapped(by halo: Int) -> Grid {
    let (columns, step) = (geometry.columns, geometry.spacingEasting)
    let region = Region(
      west: geometry.region.west - Double(halo) * step, east: geometry.region.east + Double(halo) * step,
      south: geometry.region.south, north: geometry.region.north)
    let wider = GridGeometry(region: region, columns: columns + 2 * halo, rows: geometry.rows, isGeographic: true)
    let values = (0..<geometry.rows).flatMap { row in
      (-halo..<(columns + halo)).map { self[row, ($0 % columns + columns) % columns] }
    }
    return Grid(geometry: wider, values: values)
  }
}
