/// Differences along z in the first rows below a free surface, where values above it are images.
///
/// Nodes carry u with images u(−k) = ±u(k), half nodes w with w(−½ − k) = ∓w(½ + k). The transposed
/// operators are these tables transposed literally.
struct SurfaceTable {
  enum Parity: Double { case odd = -1, even = 1 }

  /// Rows that differ from those of a full space.
  let rows: Int
  /// Factors of the first input rows, rows · columns.
  let columns: Int
  let toHalf, toNode: [Double]

  /// - Parameter nodes: the parity of the values at nodes; those at half nodes have the other.
  init(stencil: Stencil, nodes: Parity) {
    let c = stencil.coefficients
    let half = c.count
    (rows, columns) = (half, 2 * half)
    let (up, down) = Self.matrices(c, nodes: nodes, size: 3 * half)
    let size = 3 * half
    toHalf = Self.corner(up, size: size, rows: rows, columns: columns)
    toNode = Self.corner(down, size: size, rows: rows, columns: columns)
  }

  private init(rows: Int, columns: Int, toHalf: [Double], toNode: [Double]) {
    (self.rows, self.columns, self.toHalf, self.toNode) = (rows, columns, toHalf, toNode)
  }

  /// −(toNode)ᵀ and −(toHalf)ᵀ, in their places.
  static func turned(stencil: Stencil, nodes: Parity) -> SurfaceTable {
    let c = stencil.coefficients
    let (half, size) = (c.count, 3 * c.count)
    let (up, down) = matrices(c, nodes: nodes, size: size)
    return SurfaceTable(
      rows: half, columns: 2 * half,
      toHalf: corner(minusTransposed(down, size), size: size, rows: half, columns: 2 * half),
      toNode: corner(minusTransposed(up, size), size: size, rows: half, columns: 2 * half))
  }

  /// The first rows of both differences as dense matrices.
  static func matrices(
    _ c: [Double], nodes: Parity, size: Int
  ) -> (toHalf: [Double], toNode: [Double]) {
    var up = [Double](repeating: 0, count: size * size)
    var down = up
    func add(_ matrix: inout [Double], _ row: Int, _ column: Int, _ value: Double) {
      if column < size { matrix[row * size + column] += value }
    }
    for row in 0..<size {
      for m in 1...c.count {
        add(&up, row, row + m, c[m - 1])
        let above = row - m + 1
        add(&up, row, abs(above), above < 0 ? -c[m - 1] * nodes.rawValue : -c[m - 1])
        add(&down, row, row + m - 1, c[m - 1])
        let upper = row - m
        add(&down, row, upper < 0 ? -1 - upper : upper, upper < 0 ? c[m - 1] * nodes.rawValue : -c[m - 1])
      }
    }
    if nodes == .odd {
      // The values on the surface are 0 and stay so.
      for index in 0..<size { (up[index * size], down[index]) = (0, 0) }
    }
    return (up, down)
  }

  private static func minusTransposed(_ matrix: [Double], _ size: Int) -> [Double] {
    (0..<size * size).map { -matrix[$0 % size * size + $0 / size] }
  }

  private static func corner(_ matrix: [Double], size: Int, rows: Int, columns: Int) -> [Double] {
    (0..<rows * columns).map { matrix[$0 / columns * size + $0 % columns] }
  }
}
