import NumericCore

/// Lines and points in longitude and latitude, by whole turns to where a map shows them.
enum MapLongitudes {
  /// Lines without jumps over the 180th meridian, each as often as it lies on the map: of a map of the whole Earth a line that
  /// leaves it in the east enters it in the west.
  static func lines(_ lines: [Points], in region: Region) -> [Points] {
    lines.flatMap { line -> [Points] in
      let eastings = continuous(line.easting)
      let finite = eastings.filter(\.isFinite)
      guard let low = finite.min(), let high = finite.max() else { return [] }
      let first = ((region.west - high) / 360).rounded(.up)
      let last = ((region.east - low) / 360).rounded(.down)
      guard first <= last, last - first < 8 else { return [] }
      return stride(from: first, through: last, by: 1).map { turns in
        Points(easting: eastings.map { $0 + 360 * turns }, northing: line.northing)
      }
    }
  }

  /// From one place to the next it is never more than half a turn.
  private static func continuous(_ longitudes: [Double]) -> [Double] {
    var turns = 0.0
    var result: [Double] = []
    result.reserveCapacity(longitudes.count)
    for longitude in longitudes {
      if let before = result.last, (longitude + turns - before).isFinite {
        // Half a turn is no jump.
        turns -= ((longitude + turns - before) / 360).rounded(.toNearestOrEven) * 360
      }
      result.append(longitude + turns)
    }
    return result
  }

  static func points(_ points: Points, in region: Region) -> Points {
    Points(easting: points.easting.map { region.turned(longitude: $0) }, northing: points.northing)
  }
}
