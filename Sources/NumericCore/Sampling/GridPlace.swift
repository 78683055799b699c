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
  public func cells(easting: Double, northing: Double) -> (east: Double, north: Double)? {
    guard let north = Self.cells(northing - region.south, region.north - region.south, spacingNorthing, rows),
      let east = eastCells(easting)
    else { return nil }
    return (east, north)
  }

  /// Whether a place lies inside, edges included (`edgeTolerance`), longitudes by whole turns.
  public func holds(easting: Double, northing: Double) -> Bool {
    cells(easting: easting, northing: northing) != nil
  }

  /// Whether two grids have the same nodes, to a thousandth of their spacing and whole turns of longitude: two programs that
  /// write one grid round its coordinates differently.
  public func isSame(as other: GridGeometry) -> Bool {
    guard columns == other.columns, rows == other.rows, isGeographic == other.isGeographic else {
      return false
    }
    let turn = isGeographic ? ((region.west - other.region.west) / 360).rounded() * 360 : 0
    let east = [region.west - other.region.west - turn, region.east - other.region.east - turn]
    let north = [region.south - other.region.south, region.north - other.region.north]
    // Of a single row or column the other spacing tells how large the grid is.
    let slackEast = 1e-3 * (spacingEasting > 0 ? spacingEasting : spacingNorthing)
    let slackNorth = 1e-3 * (spacingNorthing > 0 ? spacingNorthing : spacingEasting)
    return east.allSatisfy { abs($0) <= slackEast } && north.allSatisfy { abs($0) <= slackNorth }
  }

  /// Points in its coordinates; longitudes by its convention.
  public func turned(_ points: Points) -> Points {
    guard isGeographic else { return points }
    return Points(easting: points.easting.map { region.turned(longitude: $0) }, northing: points.northing)
  }

  private func eastCells(_ easting: Double) -> Double? {
    let offset = easting - region.west
    if let cells = Self.inside(offset, region.width, spacingEasting) { return cells }
    guard isGeographic, easting.isFinite else {
      return Self.cells(offset, region.width, spacingEasting, columns)
    }
    // East of the first node by less than a turn. Inside goes before beside, which a whole turn away may be.
    let turned = offset - (offset / 360).rounded(.down) * 360
    if let cells = Self.inside(turned, goesRound ? 360 : region.width, spacingEasting) { return cells }
    for moved in [offset, turned, turned - 360] {
      if let cells = Self.cells(moved, region.width, spacingEasting, columns) { return cells }
    }
    return nil
  }

  private static func inside(_ offset: Double, _ extent: Double, _ spacing: Double) -> Double? {
    spacing > 0 && offset >= 0 && offset <= extent ? offset / spacing : nil
  }

  /// - Parameters:
  ///   - offset: from the first node.
  ///   - extent: of the last node from the first.
  private static func cells(_ offset: Double, _ extent: Double, _ spacing: Double, _ count: Int) -> Double? {
    guard spacing > 0 else { return offset == 0 ? 0 : nil }
    if let cells = inside(offset, extent, spacing) { return cells }
    let slack = edgeTolerance * spacing
    guard offset >= -slack, offset <= extent + slack else { return nil }
    return offset < 0 ? 0 : Double(count - 1)
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

extension Degrees {
  /// Longitudes by whole turns to where they span least: those of both sides of the 180th meridian side by side. Without one
  /// that is finite as they are.
  public static func together(_ longitudes: [Double]) -> [Double] {
    let turned = longitudes.map { $0 - ($0 / 360).rounded(.down) * 360 }
    let sorted = turned.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return longitudes }
    // The largest gap is where they are cut, by preference the one behind the last.
    var (gap, start) = (first + 360 - last, first)
    for (before, after) in zip(sorted, sorted.dropFirst()) where after - before > gap {
      (gap, start) = (after - before, after)
    }
    let isKept =
      (longitudes.filter(\.isFinite).max() ?? 0) - (longitudes.filter(\.isFinite).min() ?? 0) <= 360 - gap
      + 1e-9
    return isKept ? longitudes : turned.map { $0 < start ? $0 + 360 : $0 }
  }
}

extension Grid {
  /// A grid that goes round the Earth and has its first meridian once more at its end without that: the same field, of
  /// which the interpolation knows what lies on the other side.
  var withoutRepeatedMeridian: Grid {
    let (columns, step) = (geometry.columns, geometry.spacingEasting)
    guard geometry.isGeographic, columns > 3, abs(geometry.region.width - 360) <= 1e-3 * step else {
      return self
    }
    let isRepeated = (0..<geometry.rows).allSatisfy { row in
      let (first, last) = (self[row, 0], self[row, columns - 1])
      return first == last || (first.isNaN && last.isNaN)
    }
    guard isRepeated else { return self }
    let region = Region(
      west: geometry.region.west, east: geometry.region.west + step * Double(columns - 2),
      south: geometry.region.south, north: geometry.region.north)
    return Grid(
      geometry: GridGeometry(region: region, columns: columns - 1, rows: geometry.rows, isGeographic: true),
      values: (0..<geometry.rows).flatMap { row in (0..<columns - 1).map { self[row, $0] } })
  }

  /// For a grid that goes round the Earth, with columns of the other side before the first and behind the last.
  func wrapped(by halo: Int) -> Grid {
    let (columns, step) = (geometry.columns, geometry.spacingEasting)
    let region = Region(
      west: geometry.region.west - Double(halo) * step, east: geometry.region.east + Double(halo) * step,
      south: geometry.region.south, north: geometry.region.north)
    let wider = GridGeometry(
      region: region, columns: columns + 2 * halo, rows: geometry.rows, isGeographic: true)
    let values = (0..<geometry.rows).flatMap { row in
      (-halo..<(columns + halo)).map { self[row, ($0 % columns + columns) % columns] }
    }
    return Grid(geometry: wider, values: values)
  }
}
