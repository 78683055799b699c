public import NumericCore

/// How one value for each window becomes a grid.
public enum WindowMerge: Equatable, Sendable {
  /// A bi-harmonic spline through the windows' centres; nil or 0 for no damping.
  case spline(damping: Double?)
  /// The value of the nearest centre; of equally near ones the first.
  case nearest

  /// Fewer than three windows, or equal values, give their mean everywhere. No node leaves the range of the values.
  ///
  /// - Parameters:
  ///   - values: one a window, finite.
  ///   - centres: of the windows.
  ///   - geometry: the nodes wanted.
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
    var grid: Grid
    switch self {
    case .spline(let damping):
      grid = try BiharmonicSpline.fit(points: centres, values: values, damping: damping, workers: workers)
        .evaluate(on: geometry, workers: workers)
    case .nearest: grid = Self.nearest(values, centres, geometry)
    }
    for index in grid.values.indices { grid.values[index] = min(max(grid.values[index], least), most) }
    return grid
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
