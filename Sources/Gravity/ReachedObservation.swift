public import NumericCore

extension PrismLayer {
  /// The first observation inside or on a prism (on includes a prism without thickness), and that
  /// prism's top; edges belong to both neighbours. O(points).
  public func firstReached(_ points: ObservationPoints) -> (point: Int, top: Double)? {
    for point in 0..<points.count {
      for cell in geometry.cells(around: points.easting[point], points.northing[point]) {
        let height = points.upward[point]
        if height <= top[cell] && height >= bottom[cell] { return (point, top[cell]) }
      }
    }
    return nil
  }
}

extension GridGeometry {
  /// The cells, each as wide as the spacing about its node, that hold a place; two or four on an edge, none of a place
  /// outside the grid.
  public func cells(around easting: Double, _ northing: Double) -> [Int] {
    guard let (east, north) = cells(easting: easting, northing: northing) else { return [] }
    let inRow = Self.neighbours(of: east, count: columns)
    return Self.neighbours(of: north, count: rows).flatMap { row in inRow.map { row * columns + $0 } }
  }

  /// Indices of the cells, each one wide about its index, that hold a position; two on an edge.
  private static func neighbours(of position: Double, count: Int) -> ClosedRange<Int> {
    let lower = Int((position - 0.5).rounded(.up))
    let upper = Int((position + 0.5).rounded(.down))
    return min(max(lower, 0), count - 1)...min(max(upper, 0), count - 1)
  }
}
