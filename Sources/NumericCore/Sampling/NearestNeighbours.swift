/// Distances to the nearest of a set of points.
public enum NearestNeighbours {
  /// For each point the distance to the nearest other one of the set, metres; coincident points are 0
  /// apart, and a lone point is infinitely far from others.
  public static func distances(among points: Points) -> [Double] {
    let index = SortedPoints(points)
    return (0..<points.count).map { place in
      index.distance(
        easting: points.easting[place], northing: points.northing[place], excluding: place)
    }
  }

  /// For each of `points` the distance to the nearest of `targets`, metres; infinite without targets.
  public static func distances(from points: Points, to targets: Points) -> [Double] {
    let index = SortedPoints(targets)
    return zip(points.easting, points.northing).map {
      index.distance(easting: $0, northing: $1, excluding: nil)
    }
  }
}

/// Points ordered by easting: the search walks outwards from a place and stops where the difference in
/// easting alone exceeds the best distance.
private struct SortedPoints {
  let order: [Int]
  let eastings, northings: [Double]

  init(_ points: Points) {
    order = (0..<points.count).sorted {
      (points.easting[$0], points.northing[$0], $0) < (points.easting[$1], points.northing[$1], $1)
    }
    eastings = order.map { points.easting[$0] }
    northings = order.map { points.northing[$0] }
  }

  func distance(easting: Double, northing: Double, excluding place: Int?) -> Double {
    let start = firstIndex(notBelow: easting)
    var best = Double.infinity
    for direction in [1, -1] {
      var position = direction == 1 ? start : start - 1
      while position >= 0 && position < order.count {
        let east = eastings[position] - easting
        if east * east > best { break }
        let north = northings[position] - northing
        if order[position] != place { best = min(best, east * east + north * north) }
        position += direction
      }
    }
    return best.squareRoot()
  }

  private func firstIndex(notBelow easting: Double) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if eastings[middle] < easting { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
