/// Straight rays through the cells of a section: which cells each crosses, and over what length.
///
/// A node is the middle of its cell. Travel times are sums of length times slowness, so they are linear in slowness. The
/// walk is from one edge of a cell to the next [Amanatides1987]; O(columns + rows) a ray.
public struct StraightRays: Sendable {
  /// A source and a receiver, metres; z is positive downwards.
  public struct Path: Sendable, Equatable {
    /// Ends.
    public var sourceX, sourceZ, receiverX, receiverZ: Double
    /// From a source to a receiver.
    public init(sourceX: Double, sourceZ: Double, receiverX: Double, receiverZ: Double) {
      (self.sourceX, self.sourceZ, self.receiverX, self.receiverZ) = (sourceX, sourceZ, receiverX, receiverZ)
    }
    /// Of the straight line.
    public var length: Double {
      let (x, z) = (receiverX - sourceX, receiverZ - sourceZ)
      return (x * x + z * z).squareRoot()
    }
  }

  /// A cell that a ray crosses.
  public struct Crossing: Sendable, Equatable {
    /// Number of the cell, row by row.
    public var cell: Int
    /// Metres.
    public var length: Double
  }

  /// Of every ray, in its order.
  public let crossings: [[Crossing]]

  /// - Throws: `outside` for a ray that leaves the cells.
  public init(_ paths: [Path], through section: Section) throws(WaveError) {
    var all: [[Crossing]] = []
    for (number, path) in paths.enumerated() { all.append(try Self.walk(path, number, section)) }
    crossings = all
  }

  private static func walk(
    _ path: Path, _ number: Int, _ section: Section
  ) throws(WaveError) -> [Crossing] {
    let size = section.spacing
    let (left, top) = (section.x0 - size / 2, section.z0 - size / 2)
    // In units of cells from the upper left corner.
    let start = ((path.sourceX - left) / size, (path.sourceZ - top) / size)
    let end = ((path.receiverX - left) / size, (path.receiverZ - top) / size)
    let (width, height) = (Double(section.columns), Double(section.rows))
    for (x, z) in [start, end] where !(x >= 0 && x <= width && z >= 0 && z <= height) {
      throw .outside(what: "end of ray \(number + 1)", x: left + x * size, z: top + z * size)
    }
    // Places along the ray, 0 to 1, where it crosses an edge of cells.
    var places = [0.0, 1]
    places += edges(start.0, end.0) + edges(start.1, end.1)
    places.sort()
    var crossings: [Crossing] = []
    for (first, second) in zip(places, places.dropFirst()) where second > first {
      let middle = 0.5 * (first + second)
      let column = min(section.columns - 1, Int(start.0 + middle * (end.0 - start.0)))
      let row = min(section.rows - 1, Int(start.1 + middle * (end.1 - start.1)))
      let (cell, length) = (row * section.columns + column, (second - first) * path.length)
      if let last = crossings.last, last.cell == cell {
        crossings[crossings.count - 1].length += length
      } else {
        crossings.append(Crossing(cell: cell, length: length))
      }
    }
    return crossings
  }

  /// Where a coordinate passes whole numbers, as parts of the way.
  private static func edges(_ start: Double, _ end: Double) -> [Double] {
    guard start != end else { return [] }
    let (low, high) = (min(start, end), max(start, end))
    let first = Int(low.rounded(.down)) + 1
    return stride(from: first, to: Int(high.rounded(.up)), by: 1).map { (Double($0) - start) / (end - start) }
  }

  /// Seconds of every ray.
  /// - Parameter slowness: s/m of every cell, row by row.
  public func times(_ slowness: [Double]) -> [Double] {
    crossings.map { ray in ray.reduce(0) { $0 + $1.length * slowness[$1.cell] } }
  }

  /// The transposed of `times`: Σ length · value over the rays that cross a cell, in their order.
  /// - Parameters:
  ///   - values: one a ray.
  ///   - cells: of the section.
  public func transposed(_ values: [Double], cells: Int) -> [Double] {
    precondition(values.count == crossings.count)
    var sums = [Double](repeating: 0, count: cells)
    for (ray, value) in zip(crossings, values) {
      for crossing in ray { sums[crossing.cell] += crossing.length * value }
    }
    return sums
  }
}
