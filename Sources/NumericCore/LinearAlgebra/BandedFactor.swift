/// LU factors of a square matrix whose entries lie within `reach` places of the diagonal, with row exchanges
/// [Golub2013].
struct BandedFactor {
  let size, reach: Int
  /// Row i holds the columns i − reach … i + 2·reach: multipliers below the diagonal, the upper factor from it on.
  private var band: [Double]
  private var pivots: [Int]
  private var width: Int { 3 * reach + 1 }

  /// - Parameter entries: calls its argument with row, column and value of each entry; values of one place add up.
  /// - Throws: `singular` where a pivot vanishes.
  /// - Precondition: |row − column| ≤ reach.
  /// - Complexity: size · reach² time, 3 · size · reach numbers.
  init(
    size: Int, reach: Int, entries: ((_ row: Int, _ column: Int, _ value: Double) -> Void) -> Void
  ) throws(NumericError) {
    (self.size, self.reach) = (size, reach)
    let width = 3 * reach + 1
    var filled = [Double](repeating: 0, count: size * width)
    entries { row, column, value in
      precondition(abs(row - column) <= reach)
      filled[row * width + column - row + reach] += value
    }
    band = filled
    pivots = Array(0..<size)
    for column in 0..<size { try eliminate(column) }
  }

  private mutating func eliminate(_ column: Int) throws(NumericError) {
    let (width, reach) = (width, reach)
    let lastRow = min(size - 1, column + reach)
    var pivot = column
    for row in column...lastRow
    where abs(band[row * width + column - row + reach])
      > abs(band[pivot * width + column - pivot + reach])
    { pivot = row }
    pivots[column] = pivot
    let last = min(size - 1, column + 2 * reach)
    if pivot != column {
      for place in column...last {
        let (upper, lower) = (column * width + place - column + reach, pivot * width + place - pivot + reach)
        band.swapAt(upper, lower)
      }
    }
    let head = band[column * width + reach]
    guard head != 0, head.isFinite else { throw .singular(row: column) }
    guard lastRow > column else { return }
    band.withUnsafeMutableBufferPointer { band in
      for row in (column + 1)...lastRow {
        let start = row * width - row + reach
        let factor = band[start + column] / head
        band[start + column] = factor
        guard factor != 0, last > column else { continue }
        let source = column * width - column + reach
        for place in (column + 1)...last { band[start + place] -= factor * band[source + place] }
      }
    }
  }

  /// The solution for one right side.
  /// - Precondition: `size` numbers.
  func solve(_ right: [Double]) -> [Double] {
    precondition(right.count == size)
    var result = right
    for column in 0..<size {
      if pivots[column] != column { result.swapAt(column, pivots[column]) }
      let value = result[column]
      for row in (column + 1)..<max(column + 1, min(size, column + reach + 1)) {
        result[row] -= band[row * width + column - row + reach] * value
      }
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      var value = result[row]
      let start = row * width - row + reach
      for column in (row + 1)..<max(row + 1, min(size, row + 2 * reach + 1)) {
        value -= band[start + column] * result[column]
      }
      result[row] = value / band[start + row]
    }
    return result
  }
}
