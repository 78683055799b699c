public import NumericCore

/// How one value for each window becomes a grid.
public enum WindowMerge: Equatable, Sendable {
  /// Their mean and a bi-harmonic spline through what is left at the windows' centres; nil or 0 for no damping.
  case spline(damping: Double?)
  /// The value of the nearest centre; of equally near ones the first.
  case nearest

  /// Fewer than three windows, or equal values, give their mean everywhere. No node leaves the range of the values.
  ///
  /// - Parameters:
  ///   - values: one a window, finite.
  ///   - centres: of the windows.
  ///   - geometry: the nodes wanted; in longitude and latitude distances are those at its middle latitude.
  /// - Throws: `tooFewPoints` without windows; `nonFinite`, `negative`.
  /// - Precondition: as many centres as values.
  public func grid(
    of values: [Double], centres: Points, on geometry: GridGeometry, workers: Workers = .serial
  ) throws(NumericError) -> Grid {
    precondition(values.count == centres.count, "one centre a value")
    guard let least = values.min(), let most = values.max() else { throw .tooFewPoints(found: 0, needed: 1) }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .nonFinite(what: "values of windows", index: index)
    }
    guard values.count >= 3, least < most else {
      return Grid(geometry: geometry, repeating: least == most ? least : Statistics.mean(values))
    }
    let (plane, places) = Self.plane(geometry, centres)
    var merged: [Double]
    switch self {
    case .spline(let damping):
      // The spline has no constant: through equal values at four corners it falls to half of them in the middle.
      let mean = Statistics.mean(values)
      merged = try BiharmonicSpline.fit(
        points: places, values: values.map { $0 - mean }, damping: damping, workers: workers
      ).evaluate(on: plane, workers: workers).values
      for index in merged.indices { merged[index] += mean }
    case .nearest: merged = Self.nearest(values, places, plane).values
    }
    return Grid(geometry: geometry, values: merged.map { min(max($0, least), most) })
  }

  /// Metres, degrees of longitude as long as they are at the region's middle latitude: the spline's kernel r²(ln r − 1)
  /// changes its sign at a distance of e, so that degrees would bend it between the windows.
  private static func plane(_ geometry: GridGeometry, _ centres: Points) -> (GridGeometry, Points) {
    guard geometry.isGeographic else { return (geometry, centres) }
    let region = geometry.region
    let degree = Ellipsoid.sphere.semimajorAxis * Double.pi / 180
    let narrow = degree * Elementary.cos((region.south + region.north) / 2 * Double.pi / 180)
    let plane = Region(
      west: region.west * narrow, east: region.east * narrow, south: region.south * degree,
      north: region.north * degree)
    return (
      GridGeometry(region: plane, columns: geometry.columns, rows: geometry.rows),
      Points(easting: centres.easting.map { $0 * narrow }, northing: centres.northing.map { $0 * degree })
    )
  }

  private static func nearest(_ values: [Double], _ centres: Points, _ geometry: GridGeometry) -> Grid {
    let nodes = geometry.nodes
    return Grid(
      geometry: geometry,
      values: (0..<nodes.count).map { node in
        var (best, distance) = (0, Double.infinity)
        for window in values.indices {
          let east = nodes.easting[node] - centres.easting[window]
          let north = nodes.northing[node] - centres.northing[window]
          let own = east * east + north * north
          if own < distance { (best, distance) = (window, own) }
        }
        return values[best]
      })
  }
}
