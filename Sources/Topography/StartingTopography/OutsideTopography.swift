public import NumericCore

/// A known surface that the constraints patch: inside they alone decide, in a buffer around it they and the known
/// surface's nodes together, and beyond the known surface stays as it is.
public struct OutsideTopography: Sendable, Equatable {
  /// Heights on any grid that covers the nodes outside, metres; where it is missing the interpolation stands.
  public var surface: Grid
  /// One flag a node of the starting surface.
  public var isInside: [Bool]
  /// Nodes outside that are not further than this from one inside belong to the buffer, metres.
  public var bufferWidth: Double
  /// Standard deviation of the known surface, metres; for weighted fits.
  public var uncertainty: Double?

  /// A surface that is kept beyond a zone.
  public init(surface: Grid, isInside: [Bool], bufferWidth: Double, uncertainty: Double? = nil) {
    (self.surface, self.isInside) = (surface, isInside)
    (self.bufferWidth, self.uncertainty) = (bufferWidth, uncertainty)
  }

  private enum Zone { case inside, buffer, beyond }

  /// The patched surface; constraints beyond the buffer take no part.
  func merged(
    _ geometry: GridGeometry, _ settings: StartingTopographySettings, _ constraints: ConstraintPoints,
    _ workers: Workers
  ) throws(StartingTopographyError) -> StartingTopographyResult {
    guard isInside.count == geometry.count else {
      throw .badZone(nodes: isInside.count, expected: geometry.count)
    }
    guard isInside.contains(true) else { throw .badZone(nodes: 0, expected: geometry.count) }
    guard !settings.useWeights || uncertainty != nil else { throw .noOutsideUncertainty }
    let zones = zones(geometry)
    let known = onNodes(of: geometry, surface)
    let inZone = (0..<constraints.count).filter { index in
      Self.nearestNode(constraints.points, index, geometry).map { zones[$0] != .beyond } ?? false
    }
    let frame = zones.indices.filter { zones[$0] == .buffer && known[$0].isFinite }
    let data = joined(constraints.subset(inZone), frame, known, geometry, settings)
    guard data.count > 0 else { throw .noConstraints }
    var result = try throughConstraints(geometry, settings, data, workers)
    var kept = 0
    for node in zones.indices where zones[node] == .beyond && known[node].isFinite {
      result.topography.values[node] = known[node]
      kept += 1
    }
    result.notes.insert(
      "\(inZone.count) constraints and \(frame.count) nodes of the buffer make "
        + "\(geometry.count - kept) nodes; \(kept) are those of the outside surface", at: 0)
    if inZone.count < constraints.count {
      result.notes.insert(
        "\(constraints.count - inZone.count) of \(constraints.count) constraints lie beyond the buffer and take no part",
        at: 1)
    }
    return result
  }

  private func zones(_ geometry: GridGeometry) -> [Zone] {
    let nodes = geometry.nodes
    let distances = NearestNeighbours.distances(
      from: nodes, to: nodes.subset(isInside.indices.filter { isInside[$0] }))
    return isInside.indices.map { node in
      isInside[node] ? .inside : distances[node] <= bufferWidth ? .buffer : .beyond
    }
  }

  private static func nearestNode(_ points: Points, _ index: Int, _ geometry: GridGeometry) -> Int? {
    let x = (points.easting[index] - geometry.region.west) / geometry.spacingEasting
    let y = (points.northing[index] - geometry.region.south) / geometry.spacingNorthing
    guard x >= -0.5, y >= -0.5, x <= Double(geometry.columns) - 0.5, y <= Double(geometry.rows) - 0.5 else {
      return nil
    }
    let (column, row) = (min(Int(x + 0.5), geometry.columns - 1), min(Int(y + 0.5), geometry.rows - 1))
    return row * geometry.columns + column
  }

  private func joined(
    _ constraints: ConstraintPoints, _ frame: [Int], _ known: [Double], _ geometry: GridGeometry,
    _ settings: StartingTopographySettings
  ) -> ConstraintPoints {
    let nodes = geometry.nodes.subset(frame)
    let weight = uncertainty.map { 1 / ($0 * $0) } ?? 1
    let weights = settings.useWeights ? constraints.fittingWeights : nil
    return ConstraintPoints(
      points: Points(
        easting: constraints.points.easting + nodes.easting,
        northing: constraints.points.northing + nodes.northing),
      upward: constraints.upward + frame.map { known[$0] },
      weights: weights.map { $0 + Array(repeating: weight, count: frame.count) })
  }
}
