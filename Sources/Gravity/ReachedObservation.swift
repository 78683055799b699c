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
  public func cells(around easting: Double, _ northing: Double) -> CellsAround {
    guard let (east, north) = cells(easting: easting, northing: northing) else {
      return CellsAround(rows: 0..<0, inRow: 0..<0, columns: columns)
    }
    return CellsAround(
      rows: Self.neighbours(of: north, count: rows), inRow: Self.neighbours(of: east, count: columns),
      columns: columns)
  }

  /// Indices of the cells, each one wide about its index, that hold a position; two on an edge.
  private static func neighbours(of position: Double, count: Int) -> Range<Int> {
    let lower = Int((position - 0.5).rounded(.up))
    let upper = Int((position + 0.5).rounded(.down))
    return min(max(lower, 0), count - 1)..<min(max(upper, 0), count - 1) + 1
  }
}

/// A block of cells of a grid, row by row: no array, since there are as many as observations.
public struct CellsAround: Sequence, IteratorProtocol, Sendable {
  private let inRow: Range<Int>
  private let columns: Int
  private let end: Int
  private var row, column: Int

  init(rows: Range<Int>, inRow: Range<Int>, columns: Int) {
    (self.inRow, self.columns, end) = (inRow, columns, rows.upperBound)
    (row, column) = (rows.lowerBound, inRow.lowerBound)
  }

  /// The index of the next cell.
  public mutating func next() -> Int? {
    guard row < end else { return nil }
    let cell = row * columns + column
    column += 1
    if column == inRow.upperBound { (row, column) = (row + 1, inRow.lowerBound) }
    return cell
  }
}
