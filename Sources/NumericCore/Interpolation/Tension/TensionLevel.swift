/// The equations of all nodes of one grid of the multigrid.
///
/// Vectors have a margin of two zeros on every side: `(rows + 4) · stride` numbers.
struct TensionLevel {
  let columns, rows: Int
  let equation: TensionEquation
  /// Of the data, one a node; elsewhere 0.
  let right: [Double]
  /// Place of each node's 25 coefficients, −1 for those of a regular one.
  private let own: [Int32]
  private let ownCoefficients: [Double]
  /// A regular node's coefficients: of itself, its four neighbours, those next but one, and the diagonal ones.
  private let middle, besideRow, besideColumn, farRow, farColumn, diagonal: Double

  var stride: Int { columns + 4 }
  var vectorCount: Int { stride * (rows + 4) }

  /// - Parameter ground: added to every node's own coefficient, so that coarse grids on which data merge, and then do not
  ///   hold the surface any more, have a solution.
  /// - Precondition: at most one datum a node.
  init(columns: Int, rows: Int, equation: TensionEquation, data: [NodeDatum], ground: Double = 0) {
    (self.columns, self.rows, self.equation) = (columns, rows, equation)
    var datumAt = [Int: NodeDatum]()
    for datum in data { datumAt[datum.row * columns + datum.column] = datum }
    let regular = NodeEquation(equation, columns: 9, rows: 9, row: 4, column: 4, datum: nil).coefficients
    (middle, diagonal) = (regular[12] + ground, regular[6])
    (besideRow, farRow, besideColumn, farColumn) = (regular[11], regular[10], regular[7], regular[2])
    var own = [Int32](repeating: -1, count: columns * rows)
    var (coefficients, right) = ([Double](), [Double](repeating: 0, count: (columns + 4) * (rows + 4)))
    for row in 0..<rows {
      for column in 0..<columns {
        let datum = datumAt[row * columns + column]
        let isInner = row > 1 && row < rows - 2 && column > 1 && column < columns - 2
        if isInner && datum == nil { continue }
        let node = NodeEquation(
          equation, columns: columns, rows: rows, row: row, column: column, datum: datum)
        own[row * columns + column] = Int32(coefficients.count / 25)
        coefficients += node.coefficients
        coefficients[coefficients.count - 13] += ground
        right[(row + 2) * (columns + 4) + column + 2] = node.right
      }
    }
    (self.own, ownCoefficients, self.right) = (own, coefficients, right)
  }

  func place(_ row: Int, _ column: Int) -> Int { (row + 2) * stride + column + 2 }

  /// Calls `body` for every coefficient that is not 0.
  func entries(_ body: (_ row: SIMD2<Int>, _ column: SIMD2<Int>, _ value: Double) -> Void) {
    for row in 0..<rows {
      for column in 0..<columns {
        let index = Int(own[row * columns + column])
        for place in 0..<25 {
          let value = index < 0 ? regular(place) : ownCoefficients[25 * index + place]
          if value != 0 {
            body(SIMD2(row, column), SIMD2(row + place / 5 - 2, column + place % 5 - 2), value)
          }
        }
      }
    }
  }

  private func regular(_ place: Int) -> Double {
    switch place {
    case 12: middle
    case 11, 13: besideRow
    case 7, 17: besideColumn
    case 10, 14: farRow
    case 2, 22: farColumn
    case 6, 8, 16, 18: diagonal
    default: 0
    }
  }

  /// right − A·values.
  func residual(_ values: [Double], _ right: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: vectorCount)
    withOwnRows { own, coefficients in
      values.withUnsafeBufferPointer { values in
        for row in 0..<rows {
          for column in 0..<columns {
            let node = place(row, column)
            let found = product(own[row * columns + column], coefficients, values.start + node)
            result[node] = right[node] - found.sum
          }
        }
      }
    }
    return result
  }

  /// One sweep over the nodes, each solving its own equation: from the south-west, or back.
  func relax(_ values: inout [Double], _ right: [Double], backwards: Bool) {
    withOwnRows { own, coefficients in
      values.withUnsafeMutableBufferPointer { values in
        let base = values.start
        for line in 0..<rows {
          let row = backwards ? rows - 1 - line : line
          for step in 0..<columns {
            let column = backwards ? columns - 1 - step : step
            let node = place(row, column)
            let found = product(own[row * columns + column], coefficients, UnsafePointer(base + node))
            base[node] += (right[node] - found.sum) / found.middle
          }
        }
      }
    }
  }

  private func withOwnRows(_ body: (UnsafePointer<Int32>, UnsafePointer<Double>) -> Void) {
    own.withUnsafeBufferPointer { own in
      // The edges' nodes have rows of their own, so neither is empty.
      ownCoefficients.withUnsafeBufferPointer { body(own.start, $0.start) }
    }
  }

  /// A node's row of A times the values around `centre`, and the coefficient of the node itself.
  @inline(__always)
  private func product(
    _ index: Int32, _ coefficients: UnsafePointer<Double>, _ centre: UnsafePointer<Double>
  ) -> (sum: Double, middle: Double) {
    let stride = stride
    if index < 0 {
      let corners =
        (centre[-stride - 1] + centre[-stride + 1]) + (centre[stride - 1] + centre[stride + 1])
      var sum = middle * centre[0]
      sum += besideRow * (centre[-1] + centre[1]) + besideColumn * (centre[-stride] + centre[stride])
      sum += farRow * (centre[-2] + centre[2]) + farColumn * (centre[-2 * stride] + centre[2 * stride])
      return (sum + diagonal * corners, middle)
    }
    let c = coefficients + 25 * Int(index)
    var sum = 0.0
    for north in 0..<5 {
      let (line, part) = (centre + (north - 2) * stride, c + 5 * north)
      sum +=
        part[0] * line[-2] + part[1] * line[-1] + part[2] * line[0] + part[3] * line[1] + part[4] * line[2]
    }
    return (sum, c[12])
  }
}
