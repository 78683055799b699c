/// λ∇⁴z − τ∇²z = 0 in the interior, λ' ∂²z/∂n² + τ' ∂z/∂n = 0 and ∂(∇²z)/∂n = 0 at the edges and ∂²z/∂x∂y = 0 at
/// the corners [Smith1990, equations 5 and ], lengths in widths of a cell.
///
/// T counts lengths in sides of a square of the cell's area, so that neither axis is the one to measure by: of square
/// cells all coefficients of the finest grid are 1 − T and T, of others those in such lengths.
struct TensionEquation: Equatable {
  /// λ and τ.
  var loose, tense: Double
  /// λ' and τ'.
  var edgeLoose, edgeTense: Double
  /// A cell's width over its height.
  var aspect: Double

  init(tension: Double, aspect: Double) {
    // The square of a cell's width in sides of the square is the aspect.
    (loose, tense) = ((1 - tension) / (aspect * aspect), tension / aspect)
    (edgeLoose, edgeTense) = ((1 - tension) / aspect, tension / aspect.squareRoot())
    self.aspect = aspect
  }

  /// The same equation in the cells of a coarser grid, whose sides are `across` and `up` times as long.
  func coarsened(across: Double, up: Double) -> TensionEquation {
    var result = self
    let square = across * across
    result.loose /= square * square
    result.tense /= square
    result.edgeLoose /= square
    result.edgeTense /= across
    result.aspect *= across / up
    return result
  }
}

/// A datum at its nearest node: how far east and north of it, in cells, at most half a one.
struct NodeDatum: Equatable {
  var row, column: Int
  var east, north: Double
  var value: Double

  /// Whether it is as good as on the node.
  var isOnNode: Bool {
    let sum = abs(east) + abs(north)
    return sum * (sum + 1) < 1e-6
  }
}

/// Finds the equation of one node: coefficients of the 5 × 5 nodes around it, those beyond the edges expressed by
/// nodes inside.
struct NodeEquation {
  let equation: TensionEquation
  let columns, rows: Int
  let row, column: Int
  /// By rows from the south-west; the middle is the node itself.
  private(set) var coefficients = [Double](repeating: 0, count: 25)
  private(set) var right = 0.0

  /// - Parameter datum: nil for a node that no datum is nearest to.
  init(_ equation: TensionEquation, columns: Int, rows: Int, row: Int, column: Int, datum: NodeDatum?) {
    self.equation = equation
    (self.columns, self.rows, self.row, self.column) = (columns, rows, row, column)
    guard let datum else {
      freeNode()
      return
    }
    if datum.isOnNode {
      coefficients[12] = 1
      right = datum.value
    } else {
      nodeBeside(datum)
    }
  }

  private var square: Double { equation.aspect * equation.aspect }

  /// The twelve neighbours' part of λ∇⁴z − τ∇²z [Smith1990, A-4].
  private mutating func freeNode() {
    let (loose, tense, square) = (equation.loose, equation.tense, square)
    outerNodes()
    let near = -4 * loose * (1 + square) - tense
    for step in [-1, 1] {
      add(0, step, near)
      add(step, 0, square * near)
    }
    add(0, 0, loose * (6 + 8 * square + 6 * square * square) + 2 * tense * (1 + square))
  }

  private mutating func outerNodes() {
    let (loose, square) = (equation.loose, square)
    for step in [-1, 1] {
      add(0, 2 * step, loose)
      add(2 * step, 0, loose * square * square)
      for side in [-1, 1] { add(step, side, 2 * square * loose) }
    }
  }

  /// The same where a datum lies beside the node: ∇²z at the node follows from five neighbours of which the datum is
  /// one, by a Taylor series to second order [Smith1990, A-6 and A-7; Briggs1974]. For a datum in the north-eastern
  /// quarter the nodes are those in the north-west, west, south and south-east; other quarters are turned.
  private mutating func nodeBeside(_ datum: NodeDatum) {
    let (loose, square) = (equation.loose, square)
    outerNodes()
    let near = -2 * (1 + square) * loose
    for step in [-1, 1] {
      add(0, step, near)
      add(step, 0, square * near)
    }
    add(0, 0, 2 * loose * (1 + square * square))
    let turns = datum.north >= 0 ? (datum.east >= 0 ? 0 : 1) : (datum.east >= 0 ? 3 : 2)
    // Eastwards and northwards in the turned frame, and the factors of the second derivatives there.
    let x = [datum.east, datum.north, -datum.east, -datum.north][turns]
    let y = [datum.north, -datum.east, -datum.north, datum.east][turns]
    let (first, second) = turns % 2 == 0 ? (1, square) : (square, 1)
    let weight = 2 * (first + second) / ((x + y) * (x + y + 1))
    let west = 2 * first - weight * (x * x + x * y)
    let south = 2 * second - weight * (y * y + x * y)
    let skew = west - weight * x
    let northWest = (weight * x * y - skew) / 2
    let southEast = (weight * x * y + skew) / 2
    let factor = 2 * (1 + square) * loose + equation.tense
    for (east, north, part) in [(-1, 1, northWest), (-1, 0, west), (0, -1, south), (1, -1, southEast)] {
      let place = Self.turned(east, north, turns)
      add(place.north, place.east, -factor * part)
      add(0, 0, factor * part)
    }
    add(0, 0, factor * weight)
    right = factor * weight * datum.value
  }

  /// Quarter turns against the clock.
  private static func turned(_ east: Int, _ north: Int, _ turns: Int) -> (east: Int, north: Int) {
    switch turns {
    case 0: (east, north)
    case 1: (-north, east)
    case 2: (-east, -north)
    default: (north, -east)
    }
  }

  private mutating func add(_ north: Int, _ east: Int, _ weight: Double) {
    spread(row + north, column + east, weight)
  }

  /// Adds a place's weight to its coefficient, or to those of the nodes by which the edge conditions express it.
  private mutating func spread(_ r: Int, _ c: Int, _ weight: Double) {
    if r >= 0 && r < rows && c >= 0 && c < columns {
      coefficients[(r - row + 2) * 5 + c - column + 2] += weight
      return
    }
    let beyondRow = r < 0 ? r : max(0, r - rows + 1)
    let beyondColumn = c < 0 ? c : max(0, c - columns + 1)
    if beyondRow != 0 && beyondColumn != 0 {
      corner(r, c, weight)
    } else if abs(beyondRow + beyondColumn) == 1 {
      firstBeyond(r, c, inwardRow: -beyondRow, inwardColumn: -beyondColumn, weight)
    } else {
      secondBeyond(r, c, inwardRow: -beyondRow.signum(), inwardColumn: -beyondColumn.signum(), weight)
    }
  }

  /// ∂²z/∂x∂y = 0 about a corner node.
  private mutating func corner(_ r: Int, _ c: Int, _ weight: Double) {
    let (inRow, inColumn) = (r < 0 ? 2 : -2, c < 0 ? 2 : -2)
    spread(r + inRow, c, weight)
    spread(r, c + inColumn, weight)
    spread(r + inRow, c + inColumn, -weight)
  }

  /// λ' ∂²z/∂n² + τ' ∂z/∂n = 0 at the edge.
  private mutating func firstBeyond(
    _ r: Int, _ c: Int, inwardRow: Int, inwardColumn: Int, _ weight: Double
  ) {
    let stiff = 2 * equation.edgeLoose * (inwardRow == 0 ? 1 : equation.aspect)
    let sum = stiff + equation.edgeTense
    spread(r + inwardRow, c + inwardColumn, weight * 2 * stiff / sum)
    spread(r + 2 * inwardRow, c + 2 * inwardColumn, weight * (equation.edgeTense - stiff) / sum)
  }

  /// ∂(∇²z)/∂n = 0 at the edge.
  private mutating func secondBeyond(
    _ r: Int, _ c: Int, inwardRow: Int, inwardColumn: Int, _ weight: Double
  ) {
    let along = inwardRow == 0 ? square : 1 / square
    spread(r + 4 * inwardRow, c + 4 * inwardColumn, weight)
    for side in [-1, 1] {
      let (sideRow, sideColumn) = inwardRow == 0 ? (side, 0) : (0, side)
      spread(r + 3 * inwardRow + sideRow, c + 3 * inwardColumn + sideColumn, weight * along)
      spread(r + inwardRow + sideRow, c + inwardColumn + sideColumn, -weight * along)
    }
    spread(r + inwardRow, c + inwardColumn, weight * (2 + 2 * along))
    spread(r + 3 * inwardRow, c + 3 * inwardColumn, -weight * (2 + 2 * along))
  }
}
