public import NumericCore

/// Observations that repeat with the cells of a model: each stands at one of a few places within
/// its cell, at one height or at heights of their own. Holds for grids equal to, finer or coarser than the model by a
/// whole ratio, shifted, or with nodes left out.
public struct ObservationLattice: Equatable, Sendable {
  /// Why observations are no such lattice.
  public enum Obstacle: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    /// Two observations, one above the other.
    case stacked(easting: Double, northing: Double)
    case outsideModel
    /// Observations stand at more different places within their cells than this.
    case scattered(places: Int)
    /// Fewer observations than a 32nd of cells times places.
    case sparse(observations: Int, nodes: Int)

    /// What keeps the observations from being a lattice.
    public var description: String {
      switch self {
      case .empty: "there are no observations"
      case .stacked(let easting, let northing):
        "there are observations at different heights over \(easting) m east, \(northing) m north"
      case .outsideModel: "an observation lies outside the model"
      case .scattered(let places):
        "the observations do not repeat with the cells: more than \(places) places within a cell"
      case .sparse(let observations, let nodes):
        "there are only \(observations) observations for \(nodes) nodes"
      }
    }
  }

  /// A place within the cell: distance from its centre in cells, east and north.
  struct Place: Hashable, Sendable {
    var easting, northing: Double
    var isCentre: Bool { easting == 0 && northing == 0 }
  }

  /// Lowest and highest observation, metres.
  let lowest, highest: Double
  /// Where they differ, the height of the observation of each place and cell: height[place][cell], the
  /// lowest where there is none.
  let heights: [[Double]]
  let places: [Place]
  /// Place and cell of every observation.
  let place, cell: [Int]
  /// Whether observation i stands in cell i, each at the same place.
  let isWhole: Bool

  private static let mostPlaces = 16
  /// Places this near, in cells, are one: what coordinates of 10⁷ m in doubles leave.
  private static let resolution = 1e-10

  /// - Throws: what keeps the observations from being a lattice. O(points).
  public init(
    _ points: ObservationPoints, on geometry: GridGeometry
  ) throws(Obstacle) {
    guard let lowest = points.upward.min(), let highest = points.upward.max() else { throw .empty }
    (self.lowest, self.highest) = (lowest, highest)
    var (places, place, cell) = ([Place](), [Int](), [Int]())
    for point in 0..<points.count {
      let east = Self.split(
        (points.easting[point] - geometry.region.west) / geometry.spacingEasting)
      let north = Self.split(
        (points.northing[point] - geometry.region.south) / geometry.spacingNorthing)
      guard (0..<geometry.columns).contains(east.cell), (0..<geometry.rows).contains(north.cell)
      else { throw .outsideModel }
      let found = places.firstIndex {
        abs($0.easting - east.rest) <= Self.resolution && abs($0.northing - north.rest) <= Self.resolution
      }
      if found == nil {
        guard places.count < Self.mostPlaces else { throw .scattered(places: Self.mostPlaces) }
        places.append(Place(easting: east.rest, northing: north.rest))
      }
      place.append(found ?? places.count - 1)
      cell.append(north.cell * geometry.columns + east.cell)
    }
    guard 32 * points.count >= geometry.count * places.count else {
      throw .sparse(observations: points.count, nodes: geometry.count * places.count)
    }
    (self.places, self.place, self.cell) = (places, place, cell)
    isWhole =
      places.count == 1 && cell.count == geometry.count && cell.indices.allSatisfy { cell[$0] == $0 }
    heights =
      lowest < highest
      ? try Self.heights(points, place, cell, places: places.count, cells: geometry.count, lowest) : []
  }

  /// Whether all observations have one height.
  var isLevel: Bool { heights.isEmpty }

  private static func heights(
    _ points: ObservationPoints, _ place: [Int], _ cell: [Int], places: Int, cells: Int,
    _ lowest: Double
  ) throws(Obstacle) -> [[Double]] {
    var result = [[Double]](repeating: Array(repeating: .nan, count: cells), count: places)
    for point in 0..<points.count {
      let height = result[place[point]][cell[point]]
      guard height.isNaN || height == points.upward[point] else {
        throw .stacked(easting: points.easting[point], northing: points.northing[point])
      }
      result[place[point]][cell[point]] = points.upward[point]
    }
    return result.map { $0.map { $0.isNaN ? lowest : $0 } }
  }

  /// The nearest whole number and what is left, in (−½, ½].
  private static func split(_ position: Double) -> (cell: Int, rest: Double) {
    guard abs(position) < 1e9 else { return (-1, 0) }
    var whole = position.rounded()
    if position - whole < resolution - 0.5 { whole -= 1 }
    let rest = position - whole
    return (Int(whole), abs(rest) <= resolution ? 0 : rest)
  }

  /// Largest distance from a centre along an axis, in cells.
  var largestPhase: Double { places.map { max(abs($0.easting), abs($0.northing)) }.max() ?? 0 }
}
