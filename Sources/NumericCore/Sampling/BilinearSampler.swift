/// Linear interpolation along both axes between the four nodes about a place.
///
/// f = Σ w_y w_x f_ij with weights 1 − t and t, t the part of a cell that the place lies beyond the node. A node of
/// weight 0 has no part in it, so that a place at a node has the node's own value and needs no neighbour; where a
/// node with weight is missing, so is the result.
public struct BilinearSampler: Sendable {
  /// What is different between those who interpolate.
  public struct Rules: Sendable {
    /// A place this close to a node, in cells, is at the node.
    var snap = 0.0
    /// Whether a place beyond the outer nodes is read from the plane through the nearest cell; else it is missing.
    var goesBeyond = false
    /// Whether each row is interpolated first and then between the rows, rather than summed by weights: the same but
    /// for the last bit.
    var goesByRows = false

    /// Inside the region, edges included (`GridGeometry.edgeTolerance`).
    public static let plain = Rules()

    /// For maps, whose grids may cover one region with nodes from different arithmetic: 10⁻⁹ of a cell is nothing to
    /// see, while a missing edge is. Not `plain`, since results in the store would change in their last bits.
    public static let ofMaps = Rules(snap: 1e-9)

    /// From a grid to other nodes over the same region: only rounding can put one of these beyond the edge, and none
    /// may be missing there. By rows, as the noise of synthetic models has been since their first version: their
    /// bits are in every model that was made with it.
    public static let sameRegion = Rules(goesBeyond: true, goesByRows: true)
  }

  private let grid: Grid
  private let rules: Rules

  /// A sampler of one grid.
  /// - Parameter rules: what holds at its edges and beside missing nodes.
  public init(_ grid: Grid, rules: Rules = .plain) { (self.grid, self.rules) = (grid, rules) }

  /// The field at a place; NaN where it is missing.
  public func value(easting: Double, northing: Double) -> Double {
    let geometry = grid.geometry
    if rules.goesBeyond {
      guard
        let east = beyond(easting - geometry.region.west, geometry.spacingEasting, geometry.columns),
        let north = beyond(northing - geometry.region.south, geometry.spacingNorthing, geometry.rows)
      else { return .nan }
      return rules.goesByRows ? byRows(east, north) : byWeights(east, north)
    }
    guard let cells = geometry.cells(easting: easting, northing: northing) else { return .nan }
    let east = position(cells.east, geometry.goesRound ? geometry.columns + 1 : geometry.columns)
    let north = position(cells.north, geometry.rows)
    return rules.goesByRows ? byRows(east, north) : byWeights(east, north)
  }

  private typealias Position = (node: Int, fraction: Double)

  /// The node before a place and the part of a cell between.
  private func position(_ cells: Double, _ count: Int) -> Position {
    var cells = cells
    if rules.snap > 0, abs(cells - cells.rounded()) < rules.snap { cells = cells.rounded() }
    // The last cell holds its far edge too.
    let node = Int(min(max(cells, 0), Double(max(0, count - 2))))
    return (node, cells - Double(node))
  }

  /// The same for any place; nil for none, and beside an axis of one node.
  private func beyond(_ offset: Double, _ spacing: Double, _ count: Int) -> Position? {
    guard spacing > 0 else { return offset == 0 ? (0, 0) : nil }
    let cells = offset / spacing
    return cells.isFinite ? position(cells, count) : nil
  }

  /// The node's value, by whole turns where the grid goes round.
  private func node(_ row: Int, _ column: Int) -> Double {
    grid[row, column < grid.geometry.columns ? column : column - grid.geometry.columns]
  }

  private func byWeights(_ east: Position, _ north: Position) -> Double {
    var sum = 0.0
    for (i, weight) in [(0, 1 - north.fraction), (1, north.fraction)] where weight != 0 {
      for (j, other) in [(0, 1 - east.fraction), (1, east.fraction)] where other != 0 {
        sum += weight * other * node(north.node + i, east.node + j)
      }
    }
    return sum
  }

  private func byRows(_ east: Position, _ north: Position) -> Double {
    func row(_ row: Int) -> Double {
      mix(east.fraction, { node(row, east.node) }, { node(row, east.node + 1) })
    }
    return mix(north.fraction, { row(north.node) }, { row(north.node + 1) })
  }

  private func mix(_ fraction: Double, _ first: () -> Double, _ second: () -> Double) -> Double {
    fraction == 0 ? first() : fraction == 1 ? second() : first() * (1 - fraction) + second() * fraction
  }
}
