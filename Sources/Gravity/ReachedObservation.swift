import NumericCore

extension PrismLayer {
  /// The first observation inside or on a prism (on includes a prism without thickness), and that
  /// prism's top; edges belong to both neighbours. O(points).
  public func firstReached(_ points: ObservationPoints) -> (point: Int, top: Double)? {
    for point in 0..<points.count {
      guard
        let (east, north) = geometry.cells(easting: points.easting[point], northing: points.northing[point])
      else { continue }
      for row in Self.neighbours(of: north, count: geometry.rows) {
        for column in Self.neighbours(of: east, count: geometry.columns) {
          let cell = row * geometry.columns + column
          let height = points.upward[point]
          if height <= top[cell] && height >= bottom[cell] { return (point, top[cell]) }
        }
      }
    }
    return nil
  }

  /// Indices of the cells, each one wide about its index, that hold a position; two on an edge.
  private static func neighbours(of position: Double, count: Int) -> ClosedRange<Int> {
    let lower = Int((position - 0.5).rounded(.up))
    let upper = Int((position + 0.5).rounded(.down))
    return min(max(lower, 0), count - 1)...min(max(upper, 0), count - 1)
  }
}
