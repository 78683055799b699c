/// Fills missing nodes of a grid by the nearest one that has a value.
public enum NearestFill {
  /// The grid with each NaN replaced by the value of the node at the smallest distance; of equally near
  /// ones the southernmost column-wise, then the westernmost.
  ///
  /// Exact in time missing · columns: the nearest value of each column is known beforehand.
  ///
  /// - Throws: `allMissing`.
  public static func fill(_ grid: Grid) throws(NumericError) -> Grid {
    guard grid.values.contains(where: \.isNaN) else { return grid }
    let geometry = grid.geometry
    guard grid.values.contains(where: { !$0.isNaN }) else { throw .allMissing(count: geometry.count) }
    let nearestRow = nearestRows(grid)
    var result = grid
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns where grid[row, column].isNaN {
        var (best, distance) = (0.0, Double.infinity)
        for other in order(around: column, count: geometry.columns) {
          let east = Double(other - column) * geometry.spacingEasting
          if east * east > distance { break }
          let found = nearestRow[row * geometry.columns + other]
          guard found >= 0 else { continue }
          let north = Double(found - row) * geometry.spacingNorthing
          let square = east * east + north * north
          if square < distance { (best, distance) = (grid[found, other], square) }
        }
        result[row, column] = best
      }
    }
    return result
  }

  /// Columns by their distance from one, the western of two equally far ones first.
  private static func order(around column: Int, count: Int) -> some Sequence<Int> {
    (0..<(2 * count)).lazy
      .map { column + ($0 % 2 == 1 ? -($0 + 1) / 2 : $0 / 2) }
      .filter { $0 >= 0 && $0 < count }
  }

  /// For each node the row of the nearest value in its column, −1 where the column has none.
  private static func nearestRows(_ grid: Grid) -> [Int] {
    let (columns, rows) = (grid.geometry.columns, grid.geometry.rows)
    var result = [Int](repeating: -1, count: grid.geometry.count)
    for column in 0..<columns {
      var last = -1
      for row in 0..<rows {
        if !grid[row, column].isNaN { last = row }
        result[row * columns + column] = last
      }
      last = -1
      for row in stride(from: rows - 1, through: 0, by: -1) {
        if !grid[row, column].isNaN { last = row }
        let below = result[row * columns + column]
        if last >= 0 && (below < 0 || last - row < row - below) {
          result[row * columns + column] = last
        }
      }
    }
    return result
  }
}
