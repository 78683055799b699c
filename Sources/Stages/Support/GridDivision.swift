public import NumericCore
public import Planning

extension GridGeometry {
  /// The nodes from edge to edge of a region, whose extents are whole numbers of spacings to a part in 10⁶: what people
  /// write as decimals, and what coordinates in 32 bits leave of them.
  /// - Throws: `.notDivided`; `.outOfPlace` for edges in another order, for no extent and for too many nodes.
  public static func dividing(
    _ region: Region, spacing: Double, isGeographic: Bool = false
  ) throws(StageError) -> GridGeometry {
    guard region.width >= 0, region.height >= 0 else {
      throw .outOfPlace("the region's edges must be in the order west, east, south, north")
    }
    for extent in [region.width, region.height] {
      let cells = extent / spacing
      guard cells.isFinite, cells > 0 else {
        throw .outOfPlace("a spacing of \(spacing) and an extent of \(extent) make no grid")
      }
      guard cells < 1e7 else {
        throw .outOfPlace("\(cells) nodes along an axis are too many; choose a larger spacing")
      }
      guard cells.rounded() >= 1, abs(cells - cells.rounded()) <= 1e-6 * max(1, cells) else {
        throw .notDivided(extent: extent, spacing: spacing, isGeographic: isGeographic)
      }
    }
    return GridGeometry(region: region, spacing: spacing, isGeographic: isGeographic)
  }

  /// What is wrong with a region and a spacing, as a rule's complaint; nil where nothing is.
  public static func complaint(_ region: Region, spacing: Double, isGeographic: Bool = false) -> String? {
    do {
      _ = try dividing(region, spacing: spacing, isGeographic: isGeographic)
      return nil
    } catch {
      return "don't fit: \(error)"
    }
  }
}

extension Rule {
  /// A spacing that divides both extents of a region, whose edges stand in order.
  public static func divided(
    _ region: Setting<Region>, by spacing: Setting<Double>, isGeographic: Bool = false
  ) -> Rule {
    .check(region, spacing, divided) {
      GridGeometry.complaint($0, spacing: $1, isGeographic: isGeographic)
    }
  }

  /// The same of settings that may be left out, where both are given. A region that is turned round is told by
  /// `.upright`.
  public static func divided(
    _ region: Setting<Region?>, by spacing: Setting<Double?>, isGeographic: Bool = false
  ) -> Rule {
    .check(region, spacing, divided) { region, spacing in
      guard let region, let spacing, region.width >= 0, region.height >= 0 else { return nil }
      return GridGeometry.complaint(region, spacing: spacing, isGeographic: isGeographic)
    }
  }

  private static let divided = "fit: whole spacings from west to east and from south to north"
}
