/// Linear interpolation along both axes between the four nodes about a place.
///
/// f = Σ w_y w_x f_ij with weights 1 − t and t, t the part of a cell that the place lies beyond the node. A node of
/// weight 0 has no part in it, so that a place at a node has the node's own value and needs no neighbour; where a
/// node with weight is missing, so is the result.
public struct BilinearSampler: Sendable {
  /// What is different between those who interpolate.
  public struct Rules: Sendable {
    /// A place this close to a node, in cells, is at the node: also one that rounding has put beyond the edge.
    var snap = 0.0
    /// Whether a place beyond the outer nodes is read from the plane through the nearest cell; else it is missing.
    var goesBeyond = false
    /// Whether each row is interpolated first and then between the rows, rather than summed by weights: the same but
    /// for the last bit.
    var goesByRows = false

    /// Inside the region, edges included.
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
    let region = geometry.region
    guard
      let east = position(easting, region.west, region.east, geometry.spacingEasting, geometry.columns),
      let north = position(northing, region.south, region.north, geometry.spacingNorthing, geometry.rows)
    else { return .nan }
    return rules.goesByRows ? byRows(east, north) : byWeights(east, north)
  }

  private typealias Position = (node: Int, fraction: Double)

  /// The node before a place and the part of a cell between; nil outside. Along an axis of one node only its own
  /// place is inside.
  private func position(
    _ value: Double, _ low: Double, _ high: Double, _ spacing: Double, _ count: Int
  ) -> Position? {
    guard spacing > 0 else { return value == low ? (0, 0) : nil }
    var cells = (value - low) / spacing
    var isInside = value >= low && value <= high
    if rules.snap > 0, abs(cells - cells.rounded()) < rules.snap {
      cells = cells.rounded()
      isInside = cells >= 0 && cells <= Double(count - 1)
    }
    guard isInside || (rules.goesBeyond && cells.isFinite) else { return nil }
    // The last cell holds its far edge too.
    let node = Int(min(max(cells, 0), Double(count - 2)))
    return (node, cells - Double(node))
  }

  private func byWeights(_ east: Position, _ north: Position) -> Double {
    var sum = 0.0
    for (i, weight) in [(0, 1 - north.fraction), (1, north.fraction)] where weight != 0 {
      for (j, other) in [(0, 1 - east.fraction), (1, east.fraction)] where other != 0 {
        sum += weight * other * grid[north.node + i, east.node + j]
      }
    }
    return sum
  }

  private func byRows(_ east: Position, _ north: Position) -> Double {
    func row(_ row: Int) -> Double {
      mix(east.fraction, { grid[row, east.node] }, { grid[row, east.node + 1] })
    }
    return mix(north.fraction, { row(north.node) }, { row(north.node + 1) })
  }

  private func mix(_ fraction: Double, _ first: () -> Double, _ second: () -> Double) -> Double {
    fraction == 0 ? first() : fraction == 1 ? second() : first() * (1 - fraction) + second() * fraction
  }
}
