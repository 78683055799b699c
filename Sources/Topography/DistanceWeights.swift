public import NumericCore

/// Weights from the distance of nodes to the nearest of some points: 0 where the surface is known, 1 where it
/// is least known, so that an inversion's steps leave known places alone.
public struct DistanceWeights: Equatable, Sendable {
  /// Weights of the nearest and the farthest node.
  public var low, high: Double
  /// Distances below this count as 0, metres.
  public var minimumDistance: Double
  /// Nodes outside have distance 0.
  public var region: Region?

  /// Weights from 0 at the nearest node to 1 at the farthest one, unless told otherwise.
  public init(low: Double = 0, high: Double = 1, minimumDistance: Double = 0, region: Region? = nil) {
    (self.low, self.high) = (low, high)
    (self.minimumDistance, self.region) = (minimumDistance, region)
  }

  /// low + (high − low) (d − least) / (greatest − least), one value a node; d the distance after the minimum
  /// and the region. Nodes where `like` is NaN are NaN.
  ///
  /// - Throws: without points, or where all distances are equal, so that there is nothing to scale.
  public func weights(like grid: Grid, from points: Points) throws(DistanceWeightsError) -> Grid {
    guard points.count > 0 else { throw .noPoints }
    let nodes = grid.geometry.nodes
    var distances = NearestNeighbours.distances(from: nodes, to: points)
    for node in distances.indices {
      let isOutside =
        region.map { !$0.contains(easting: nodes.easting[node], northing: nodes.northing[node]) } ?? false
      if distances[node] < minimumDistance || isOutside { distances[node] = 0 }
    }
    let kept = distances.indices.filter { !grid.values[$0].isNaN }
    guard let least = kept.map({ distances[$0] }).min(), let greatest = kept.map({ distances[$0] }).max(),
      greatest > least
    else { throw .allDistancesEqual }
    return Grid(
      geometry: grid.geometry,
      values: distances.indices.map { node in
        guard !grid.values[node].isNaN else { return .nan }
        let part = (distances[node] - least) / (greatest - least)
        return low + (high - low) * part
      })
  }
}

/// Why distances give no weights.
public enum DistanceWeightsError: Error, Equatable, Sendable, CustomStringConvertible {
  case noPoints
  case allDistancesEqual

  /// What is wrong with the points.
  public var description: String {
    switch self {
    case .noPoints: "there are no points to take the distance from"
    case .allDistancesEqual:
      "all nodes have the same distance from the points, so no weights can be scaled by it"
    }
  }
}
