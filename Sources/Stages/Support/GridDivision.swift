public import NumericCore
public import Planning

/// Throws unless the edges are in order and `spacing` divides both extents to a part in 10⁹.
public func checkDivides(
  _ region: Region, spacing: Double, isGeographic: Bool = false
) throws(StageError) {
  guard region.width > 0, region.height > 0 else {
    throw .outOfPlace("the region's edges must be in the order west, east, south, north")
  }
  for extent in [region.width, region.height] {
    let cells = extent / spacing
    guard abs(cells - cells.rounded()) <= 1e-9 * max(1, cells) else {
      throw .notDivided(extent: extent, spacing: spacing, isGeographic: isGeographic)
    }
  }
}

extension Rule {
  /// A spacing that divides both extents of a region, whose edges stand in order. Of those that may be left out, where
  /// both are given.
  public static func divided(_ region: Setting<Region>, by spacing: Setting<Double>) -> Rule {
    .check(region, spacing, divided, complaint: undivided)
  }

  /// The same of settings that may be left out, where both are given.
  public static func divided(
    _ region: Setting<Region?>, by spacing: Setting<Double?>, isGeographic: Bool = false
  ) -> Rule {
    .check(region, spacing, divided) { region, spacing in
      guard let region, let spacing else { return nil }
      return undivided(region, spacing, isGeographic: isGeographic)
    }
  }

  /// The same in degrees.
  public static func divided(
    _ region: Setting<Region>, byDegrees spacing: Setting<Double>
  ) -> Rule {
    .check(region, spacing, divided) { undivided($0, $1, isGeographic: true) }
  }

  private static let divided = "fit: whole spacings from west to east and from south to north"

  @Sendable private static func undivided(_ region: Region, _ spacing: Double) -> String? {
    undivided(region, spacing, isGeographic: false)
  }

  private static func undivided(_ region: Region, _ spacing: Double, isGeographic: Bool) -> String? {
    do {
      try checkDivides(region, spacing: spacing, isGeographic: isGeographic)
      return nil
    } catch {
      return "don't fit: \(error)"
    }
  }
}
