public import NumericCore

/// Windows that cover a region, all of one size.
public struct WindowTiling: Equatable, Sendable {
  /// One of the windows.
  public struct Window: Equatable, Sendable {
    /// The window without its buffer.
    public var region: Region
    /// The window with its buffer, clipped to the whole region.
    public var padded: Region

    /// The middle of the window without its buffer.
    public var centre: (easting: Double, northing: Double) {
      ((region.west + region.east) / 2, (region.south + region.north) / 2)
    }
  }

  /// From west to east, then from south to north.
  public let windows: [Window]

  /// - Parameters:
  ///   - region: what is covered, metres or degrees, as all that follows.
  ///   - width: side of a window.
  ///   - overlap: part of a window that the next one covers too, about: the windows are spaced evenly.
  ///   - spacing: starts of windows are moved to multiples of this from the region's edge.
  ///   - buffer: how far the padded window reaches beyond it on every side.
  /// - Throws: `settingOutOfRange`.
  public init(
    region: Region, width: Double, overlap: Double = 0, spacing: Double, buffer: Double = 0
  ) throws(InversionError) {
    func check(_ name: String, _ value: Double, _ holds: Bool) throws(InversionError) {
      guard holds, value.isFinite else { throw .settingOutOfRange(name: name, value: value) }
    }
    try check("spacing", spacing, spacing > 0)
    try check("window_width", width, width >= spacing)
    try check("window_overlap", overlap, overlap >= 0 && overlap < 1)
    try check("window_buffer", buffer, buffer >= 0)
    try check("region", region.width, region.width > 0 && region.height > 0)
    let across = Self.starts(region.west, region.east, width: width, overlap: overlap, spacing: spacing)
    let up = Self.starts(region.south, region.north, width: width, overlap: overlap, spacing: spacing)
    windows = up.flatMap { south in
      across.map { west in
        let own = Region(
          west: west, east: min(west + width, region.east), south: south,
          north: min(south + width, region.north))
        let wide = own.shrunk(by: -buffer)
        return Window(
          region: own,
          padded: Region(
            west: max(wide.west, region.west), east: min(wide.east, region.east),
            south: max(wide.south, region.south), north: min(wide.north, region.north)))
      }
    }
  }

  /// Where windows begin along one axis: evenly spaced centres, the first and last window at the edges.
  private static func starts(
    _ low: Double, _ high: Double, width: Double, overlap: Double, spacing: Double
  ) -> [Double] {
    let free = high - low - width
    guard free > 0 else { return [low] }
    let steps = max(1, (free / (width * (1 - overlap))).rounded(.toNearestOrEven))
    return (0...Int(steps)).map { index in
      let start = free * Double(index) / steps
      return low + (start / spacing).rounded(.toNearestOrEven) * spacing
    }
  }
}
