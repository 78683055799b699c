/// Solves the equations of a surface in tension: minimal residuals, of which every direction is improved by one cycle
/// of multigrid. Coarser grids hold the same equations with the data nearest to their nodes; the coarsest is solved
/// by elimination, which is all that happens to a small grid.
struct TensionMultigrid {
  private let levels: [TensionLevel]
  private let transfers: [GridTransfer]
  private let coarsest: BandedFactor
  /// Sweeps before and after each correction.
  private static let sweeps = 3
  /// Nodes times squared band width up to which a grid is eliminated, 16 million: some 40 × 40 nodes.
  static let eliminationLimit = 1.6e7

  /// Up to which a grid is eliminated where the iteration does not come to an end, some 170 × 170 nodes: few data that
  /// hold a surface badly.
  private static let lastResort = 4e9

  /// Heights of all nodes, row by row, and how many directions they took.
  ///
  /// - Parameters:
  ///   - data: at most one a node.
  ///   - eliminationLimit: for tests of the one path against the other.
  /// - Throws: `singular`; `notConverged`.
  static func solve(
    columns: Int, rows: Int, equation: TensionEquation, data: [NodeDatum],
    eliminationLimit: Double = eliminationLimit
  ) throws(NumericError) -> (heights: [Double], directions: Int) {
    func solve(_ limit: Double) throws(NumericError) -> (heights: [Double], directions: Int) {
      try TensionMultigrid(
        columns: columns, rows: rows, equation: equation, data: data, eliminationLimit: limit
      ).solve()
    }
    do throws(NumericError) {
      return try solve(eliminationLimit)
    } catch {
      let reach = Double(reach(columns: columns, rows: rows))
      guard case .notConverged = error, Double(columns * rows) * reach * reach <= lastResort else {
        throw error
      }
      return try solve(.infinity)
    }
  }

  /// - Throws: `singular`.
  private init(
    columns: Int, rows: Int, equation: TensionEquation, data: [NodeDatum],
    eliminationLimit: Double
  ) throws(NumericError) {
    var levels = [TensionLevel(columns: columns, rows: rows, equation: equation, data: data)]
    var transfers = [GridTransfer]()
    var data = data
    while let last = levels.last, let size = Self.coarser(last), Self.eliminationWork(last) > eliminationLimit
    {
      let across = Double(last.columns - 1) / Double(size.columns - 1)
      let up = Double(last.rows - 1) / Double(size.rows - 1)
      data = Self.coarsened(data, across: across, up: up, columns: size.columns, rows: size.rows)
      levels.append(
        Self.level(size, last.equation.coarsened(across: across, up: up), data))
      transfers.append(
        GridTransfer(
          fineColumns: last.columns, fineRows: last.rows, coarseColumns: size.columns, coarseRows: size.rows))
    }
    (self.levels, self.transfers) = (levels, transfers)
    coarsest = try Self.factor(levels[levels.count - 1])
  }

  private typealias Size = (columns: Int, rows: Int)

  /// Half as many nodes along both axes, or along that of the shorter cells where these are far from square: relaxation
  /// smooths along that one only. Nil where few are left.
  private static func coarser(_ level: TensionLevel) -> Size? {
    var size: Size = (level.columns / 2 + 1, level.rows / 2 + 1)
    if level.equation.aspect > 1.4 {
      size.columns = level.columns
    } else if level.equation.aspect < 1 / 1.4 {
      size.rows = level.rows
    }
    let isLeft =
      (size.columns == level.columns || level.columns > 8) && (size.rows == level.rows || level.rows > 8)
    return isLeft ? size : nil
  }

  /// The ground is a tenth of what the longest wave on the grid has for its own coefficient, about.
  private static func level(_ size: Size, _ equation: TensionEquation, _ data: [NodeDatum]) -> TensionLevel {
    let length = max(Double(size.columns), Double(size.rows) / equation.aspect)
    return TensionLevel(
      columns: size.columns, rows: size.rows, equation: equation, data: data,
      ground: 0.1 * equation.loose / (length * length * length * length))
  }

  private static func reach(columns: Int, rows: Int) -> Int { 2 * min(columns, rows) + 2 }

  private static func eliminationWork(_ level: TensionLevel) -> Double {
    let reach = Double(reach(columns: level.columns, rows: level.rows))
    return Double(level.columns * level.rows) * reach * reach
  }

  /// The data nearest to the nodes of a coarser grid; the order of nodes makes it unique.
  private static func coarsened(
    _ data: [NodeDatum], across: Double, up: Double, columns: Int, rows: Int
  ) -> [NodeDatum] {
    let places = data.map { datum in
      (
        x: (Double(datum.column) + datum.east) / across, y: (Double(datum.row) + datum.north) / up,
        value: datum.value
      )
    }
    return NodeData(places, columns: columns, rows: rows).kept
  }

  private static func factor(_ level: TensionLevel) throws(NumericError) -> BandedFactor {
    let (columns, rows) = (level.columns, level.rows)
    return try BandedFactor(size: columns * rows, reach: reach(columns: columns, rows: rows)) { set in
      level.entries { row, column, value in
        set(number(row, columns, rows), number(column, columns, rows), value)
      }
    }
  }

  /// Nodes are numbered along the shorter side first.
  private static func number(_ node: SIMD2<Int>, _ columns: Int, _ rows: Int) -> Int {
    columns <= rows ? node.x * columns + node.y : node.y * rows + node.x
  }

  private func solve() throws(NumericError) -> (heights: [Double], directions: Int) {
    let finest = levels[0]
    let right = cycle(finest.right, level: 0)
    let zero = [Double](repeating: 0, count: finest.vectorCount)
    let found = try MinimalResiduals().solve(right) { values in
      // −residual for a right side of 0 is A·values.
      cycle(finest.residual(values, zero).map { -$0 }, level: 0)
    }
    var heights: [Double] = []
    heights.reserveCapacity(finest.columns * finest.rows)
    for row in 0..<finest.rows {
      heights += found.solution[finest.place(row, 0)..<finest.place(row, finest.columns)]
    }
    return (heights, found.directions)
  }

  /// An approximate solution for a right side.
  private func cycle(_ right: [Double], level: Int) -> [Double] {
    let here = levels[level]
    if level == levels.count - 1 { return eliminated(right, here) }
    var values = [Double](repeating: 0, count: here.vectorCount)
    for _ in 0..<Self.sweeps { here.relax(&values, right, backwards: false) }
    let rest = transfers[level].average(here.residual(values, right))
    transfers[level].interpolate(cycle(rest, level: level + 1), addingTo: &values)
    for _ in 0..<Self.sweeps { here.relax(&values, right, backwards: true) }
    return values
  }

  private func eliminated(_ right: [Double], _ level: TensionLevel) -> [Double] {
    let (columns, rows) = (level.columns, level.rows)
    var ordered = [Double](repeating: 0, count: columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        ordered[Self.number(SIMD2(row, column), columns, rows)] = right[level.place(row, column)]
      }
    }
    let solved = coarsest.solve(ordered)
    var result = [Double](repeating: 0, count: level.vectorCount)
    for row in 0..<rows {
      for column in 0..<columns {
        result[level.place(row, column)] = solved[Self.number(SIMD2(row, column), columns, rows)]
      }
    }
    return result
  }
}
