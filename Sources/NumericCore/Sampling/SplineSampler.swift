/// The bicubic spline through all nodes of a grid: two continuous derivatives, third derivatives that are continuous
/// across the nodes next to the edges ("not a knot"). Smooth fields, such as gravity at a height, are met better by it
/// than by cubic convolution, whose slopes are those of parabolas through three nodes. [deBoor1978]
///
/// O(nodes) to prepare, sixteen coefficients a point.
public struct SplineSampler: Sendable {
  /// Columns of the other side that continue a grid round the Earth: what lies beyond them counts 10⁻⁹.
  private static let halo = 16

  private let original: GridGeometry
  /// Of the nodes that the spline goes through.
  private let geometry: GridGeometry
  private let shift: Double
  /// Of the B-splines, (rows + 2) × (columns + 2): one more than nodes on every side.
  private let coefficients: [Double]
  private var width: Int { geometry.columns + 2 }

  /// - Precondition: two nodes a side at least, all of them finite.
  public init(_ grid: Grid) {
    let whole = grid.withoutRepeatedMeridian
    let halo = whole.geometry.goesRound ? Self.halo : 0
    (original, shift) = (whole.geometry, Double(halo))
    let grid = halo > 0 ? whole.wrapped(by: halo) : whole
    geometry = grid.geometry
    let (columns, rows) = (geometry.columns, geometry.rows)
    precondition(columns >= 2 && rows >= 2, "interpolation needs two nodes a side")
    precondition(grid.values.allSatisfy(\.isFinite), "a spline goes through every node")
    var along: [[Double]] = []
    for row in 0..<rows {
      along.append(Self.coefficients(Array(grid.values[row * columns..<(row + 1) * columns])))
    }
    var result = Array(repeating: 0.0, count: (rows + 2) * (columns + 2))
    for column in 0..<columns + 2 {
      let line = Self.coefficients(along.map { $0[column] })
      for row in 0..<rows + 2 { result[row * (columns + 2) + column] = line[row] }
    }
    coefficients = result
  }

  /// NaN outside the grid's region.
  public func value(easting: Double, northing: Double) -> Double {
    guard let cells = original.cells(easting: easting, northing: northing) else { return .nan }
    let (x, y) = (cells.east + shift, cells.north)
    let (column, row) = (min(Int(x), geometry.columns - 2), min(Int(y), geometry.rows - 2))
    let across = Self.weights(x - Double(column))
    let up = Self.weights(y - Double(row))
    var sum = 0.0
    for i in 0..<4 {
      let start = (row + i) * width + column
      var line = across[0] * coefficients[start]
      for j in 1..<4 { line += across[j] * coefficients[start + j] }
      sum += up[i] * line
    }
    return sum
  }

  /// The four B-splines that reach a place, t of the way from one node to the next.
  private static func weights(_ t: Double) -> SIMD4<Double> {
    let rest = 1 - t
    return SIMD4(
      rest * rest * rest, 4 + t * t * (3 * t - 6), 4 + rest * rest * (3 * rest - 6), t * t * t) / 6
  }

  /// Coefficients of a line of values at unit spacing. With the second derivatives m, m₋ + 4m + m₊ = 6 δ²f inside and
  /// m₁ = δ²f₁, where the third derivative is continuous, too; then c = f − m/6, c₋ + c₊ = m + 2c beyond the ends.
  private static func coefficients(_ values: [Double]) -> [Double] {
    let count = values.count
    var second = Array(repeating: 0.0, count: count)
    func bend(_ index: Int) -> Double { values[index - 1] - 2 * values[index] + values[index + 1] }
    if count == 3 {
      second = Array(repeating: bend(1), count: 3)
    } else if count > 3 {
      second[1] = bend(1)
      second[count - 2] = bend(count - 2)
      solveInside(&second, bend)
      second[0] = 2 * second[1] - second[2]
      second[count - 1] = 2 * second[count - 2] - second[count - 3]
    }
    let inner = (0..<count).map { values[$0] - second[$0] / 6 }
    let before = second[0] + 2 * inner[0] - inner[1]
    let after = second[count - 1] + 2 * inner[count - 1] - inner[count - 2]
    return [before] + inner + [after]
  }

  /// m₂ … of a line whose m₁ and last but one are known, by elimination.
  private static func solveInside(_ second: inout [Double], _ bend: (Int) -> Double) {
    let last = second.count - 3
    guard last >= 2 else { return }
    var pivots = Array(repeating: 0.0, count: second.count)
    for index in 2...last {
      let before = index == 2 ? second[1] : second[index - 1] / pivots[index - 1]
      pivots[index] = index == 2 ? 4 : 4 - 1 / pivots[index - 1]
      second[index] = 6 * bend(index) - before
    }
    for index in stride(from: last, through: 2, by: -1) {
      second[index] = (second[index] - second[index + 1]) / pivots[index]
    }
  }
}
