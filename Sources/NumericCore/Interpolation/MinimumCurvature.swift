/// The smoothest surface through data: a thin plate in tension [Smith1990; Briggs1974].
///
/// A plane fitted to the data by least squares is taken off and the rest solves (1 − T)∇⁴z − T∇²z = 0 off the data,
/// with free edges, by finite differences on the nodes; lengths are in cells (sides of a square of a cell's area), so
/// that between the ends T acts over √((1 − T)/T) cells. T = 0 is the surface of least curvature, which may swing beyond
/// the data; T = 1 is harmonic and has no maximum or minimum off the data. The node nearest to a datum takes its
/// equation from a Taylor series that meets the datum where it lies.
///
/// These are the equations of GMT's `surface`, which stops iterating when no node changes by more than 1e-4 of the
/// data's range; here they are solved to rounding (`MinimumCurvatureTests`, `MinimumCurvatureReferenceTests`).
public struct MinimumCurvature: Sendable, Equatable {
  /// The solution at every node.
  public let surface: Grid
  /// Data more than half a cell outside the grid, which take no part.
  public let outside: Int
  /// Data that take no part because another one is nearer to their node; block means use all.
  public let crowded: Int
  /// Iterations of the solver; 0 where a plane meets the data.
  public let iterations: Int

  /// - Parameters:
  ///   - points, values: the data; those at one place are averaged.
  ///   - geometry: at least 4 × 4 nodes.
  ///   - tension: T, 0 to 1.
  /// - Throws: `outOfRange`; `gridTooSmall`; `nonFinite`; `tooFewPoints` when none lies inside; `undetermined` without
  ///   tension when the data lie on no plane but on a line, or on lines along which x·y is linear; `notConverged`.
  /// - Precondition: one value a point.
  /// - Complexity: for n nodes of a small grid n² time, of a large one about n, with 33 vectors of n numbers.
  public static func fit(
    points: Points, values: [Double], on geometry: GridGeometry, tension: Double
  ) throws(NumericError) -> MinimumCurvature {
    precondition(points.count == values.count)
    guard tension >= 0, tension <= 1 else {
      throw .outOfRange(what: "tension", value: tension, low: 0, high: 1)
    }
    guard geometry.columns >= 4, geometry.rows >= 4 else {
      throw .gridTooSmall(columns: geometry.columns, rows: geometry.rows, needed: 4)
    }
    try requireFinite(points)
    try requireFinite(values, "value")
    let data = NodeData(
      values.indices.map { index in
        (
          (points.easting[index] - geometry.region.west) / geometry.spacingEasting,
          (points.northing[index] - geometry.region.south) / geometry.spacingNorthing, values[index]
        )
      }, columns: geometry.columns, rows: geometry.rows)
    guard !data.kept.isEmpty else { throw .tooFewPoints(found: 0, needed: 1) }
    return try MinimumCurvature(data, geometry, tension)
  }

  private init(_ data: NodeData, _ geometry: GridGeometry, _ tension: Double) throws(NumericError) {
    (outside, crowded) = (data.outside, data.crowded)
    let plane = try FittedPlane(data.kept)
    var grid = Grid(geometry: geometry, repeating: 0)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns { grid[row, column] = plane.at(x: Double(column), y: Double(row)) }
    }
    if plane.meetsData {
      (surface, iterations) = (grid, 0)
      return
    }
    if tension == 0, !plane.holdsTwist { throw .undetermined(count: data.kept.count) }
    let equation = TensionEquation(
      tension: tension, aspect: geometry.spacingEasting / geometry.spacingNorthing)
    let solved: (heights: [Double], directions: Int)
    do throws(NumericError) {
      solved = try TensionMultigrid.solve(
        columns: geometry.columns, rows: geometry.rows, equation: equation, data: plane.residuals)
    } catch {
      // Without tension few data can leave the surface so free that rounding decides.
      throw tension == 0 ? .undetermined(count: data.kept.count) : error
    }
    for index in grid.values.indices { grid.values[index] += solved.heights[index] }
    (surface, iterations) = (grid, solved.directions)
  }
}

/// The plane of least squares through data; of one datum level, of data on a line level across it.
struct FittedPlane {
  private let x, y, level, slopeX, slopeY: Double
  /// The data less the plane.
  let residuals: [NodeDatum]
  /// Whether nothing but rounding is left.
  let meetsData: Bool
  /// Whether no sheet a + bx + cy + dxy is level at all data: free edges leave such a one to them.
  let holdsTwist: Bool

  init(_ data: [NodeDatum]) throws(NumericError) {
    let eastings = data.map { Double($0.column) + $0.east }
    let northings = data.map { Double($0.row) + $0.north }
    let (x, y) = (Statistics.mean(eastings), Statistics.mean(northings))
    var design = Matrix(rows: data.count, columns: 3)
    for row in 0..<data.count {
      (design[row, 0], design[row, 1], design[row, 2]) = (1, eastings[row] - x, northings[row] - y)
    }
    let found = try LeastSquares.solve(design: design, data: data.map(\.value))
    (self.x, self.y, level, slopeX, slopeY) = (x, y, found[0], found[1], found[2])
    var residuals = data
    for row in data.indices {
      residuals[row].value -= found[0] + found[1] * (eastings[row] - x) + found[2] * (northings[row] - y)
    }
    self.residuals = residuals
    let largest = data.map { abs($0.value) }.max() ?? 0
    meetsData = residuals.allSatisfy { abs($0.value) <= 1e-13 * largest }
    holdsTwist = Self.independence(of: design) > 1e-7
  }

  /// How far the columns 1, x, y and x·y, scaled to the data's extent, are from dependent: the least length that a
  /// column keeps when those before it are taken off.
  private static func independence(of design: Matrix) -> Double {
    let (x, y) = ((0..<design.rows).map { design[$0, 1] }, (0..<design.rows).map { design[$0, 2] })
    var columns = [x.map { _ in 1 }, x, y, zip(x, y).map(*)]
    var least = 1.0
    for place in columns.indices {
      let before = Statistics.sum(columns[place].map { $0 * $0 })
      for _ in 0..<2 {
        for other in columns[..<place] {
          let part = Statistics.sum(zip(columns[place], other).map(*))
          columns[place] = zip(columns[place], other).map { $0 - part * $1 }
        }
      }
      let after = Statistics.sum(columns[place].map { $0 * $0 })
      guard before > 0, after > 0 else { return 0 }
      least = min(least, (after / before).squareRoot())
      columns[place] = columns[place].map { $0 / after.squareRoot() }
    }
    return least
  }

  func at(x: Double, y: Double) -> Double { level + slopeX * (x - self.x) + slopeY * (y - self.y) }
}
