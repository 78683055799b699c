import Artefacts
public import NumericCore
public import Planning

/// Settings about where things are: regions, spacings and projections.
public enum PlaceSettings {
  public static func region(_ what: String) -> [SettingSpec] {
    [
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .optional,
        "west, east, south, north edge of \(what), in projected metres"),
      SettingSpec(
        "geographic_region", .list(.number(.angle), count: 4...4), .optional,
        "west, east, south, north edge of \(what), in degrees, for data in longitude and latitude"),
    ]
  }

  /// The region in the coordinates of the data; nil where none is given.
  public static func region(_ settings: Settings, isGeographic: Bool) throws -> Region? {
    let own = try fitting("region", "geographic_region", of: "data", settings, isGeographic: isGeographic)
    guard settings.has(own) else { return nil }
    let edges = settings.numbers(own)
    let region = Region(west: edges[0], east: edges[1], south: edges[2], north: edges[3])
    guard region.west <= region.east, region.south <= region.north else {
      throw StageError.outOfPlace(
        "'\(own)' must be west, east, south, north: \(edges[0]) … \(edges[1]), \(edges[2]) … \(edges[3]) is turned "
          + "around")
    }
    return region
  }

  public static func spacing(_ presence: String) -> [SettingSpec] {
    [
      SettingSpec(
        "spacing", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "distance of the nodes of a projected grid; \(presence)"),
      SettingSpec(
        "angular_spacing", .number(.angle), .optional, minimum: "0 deg", minimumExcluded: true,
        "distance of the nodes of a grid in longitude and latitude; \(presence)"),
    ]
  }

  public static func spacing(_ settings: Settings, isGeographic: Bool) throws -> Double? {
    let own = try fitting("spacing", "angular_spacing", of: "a grid", settings, isGeographic: isGeographic)
    return settings.optionalNumber(own)
  }

  /// Of a setting in metres and its twin in degrees the name of the one that fits.
  /// - Throws: where the other one is given.
  public static func fitting(
    _ plane: String, _ globe: String, of what: String, _ settings: Settings, isGeographic: Bool
  ) throws -> String {
    let (own, other) = isGeographic ? (globe, plane) : (plane, globe)
    guard !settings.has(other) else {
      throw StageError.outOfPlace(
        "'\(other)' does not fit \(what) in \(isGeographic ? "longitude and latitude" : "projected metres"); "
          + "give '\(own)'")
    }
    return own
  }
}
