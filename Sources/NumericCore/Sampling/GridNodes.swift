extension GridGeometry {
  /// The coordinates of all nodes in the order of a grid's values: northing slow, easting fast.
  public var nodes: Points {
    var (easting, northing) = ([Double](), [Double]())
    easting.reserveCapacity(count)
    northing.reserveCapacity(count)
    let eastings = self.eastings
    for row in 0..<rows {
      easting += eastings
      northing += Array(repeating: self.northing(row), count: columns)
    }
    return Points(easting: easting, northing: northing)
  }
}

extension Points {
  /// The points at the given places of the list.
  public func subset(_ indices: [Int]) -> Points {
    Points(easting: indices.map { easting[$0] }, northing: indices.map { northing[$0] })
  }

  /// The smallest region that holds all points; nil when there are none or one is not finite.
  public var boundingRegion: Region? {
    guard let west = easting.min(), let east = easting.max(), let south = northing.min(),
      let north = northing.max(), (easting + northing).allSatisfy(\.isFinite)
    else { return nil }
    return Region(west: west, east: east, south: south, north: north)
  }
}
