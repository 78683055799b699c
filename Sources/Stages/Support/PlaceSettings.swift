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

  public static let ellipsoid = SettingSpec(
    "ellipsoid", .word(["wgs84", "grs80", "sphere"]), .defaultsTo("wgs84"),
    "reference ellipsoid, or a sphere of the Earth's mean radius")

  public static func ellipsoid(_ settings: Settings) -> Ellipsoid {
    switch settings.optionalWord("ellipsoid") {
    case "grs80": .grs80
    case "sphere": .sphere
    default: .wgs84
    }
  }

  public static let interpolation = SettingSpec(
    "interpolation", .word(GridInterpolation.allCases.map(\.rawValue)), .defaultsTo("bicubic"),
    "between the nodes of the grid; spline: the bicubic one through all of them, none of which may be missing"
  )

  public static func interpolation(_ settings: Settings) -> GridInterpolation {
    GridInterpolation(rawValue: settings.word("interpolation")) ?? .bicubic
  }

  /// Values of a field between its nodes.
  public static func sample(
    _ grid: Grid, of field: String, at points: Points, by interpolation: GridInterpolation
  ) throws -> [Double] {
    let missing = grid.values.count { !$0.isFinite }
    guard interpolation != .spline || missing == 0 else {
      throw StageError.outOfPlace(
        "interpolation = spline goes through every node, but \(missing) of '\(field)' are missing; bicubic leaves them out"
      )
    }
    return interpolation.sample(grid, at: points)
  }

  // MARK: Projections

  public static let projection: [SettingSpec] = [
    SettingSpec(
      "projection", .word(["mercator", "transverse_mercator", "polar_stereographic"]), .required,
      "how longitude and latitude become easting and northing"),
    SettingSpec(
      "central_longitude", .number(.angle), .required, minimum: "-360 deg", maximum: "360 deg",
      "meridian of easting 0"),
    SettingSpec(
      "true_scale_latitude", .number(.angle), .optional, minimum: "-90 deg", maximum: "90 deg",
      "mercator: where lengths are true, default 0 deg; polar_stereographic: needed, its sign says which pole"
    ),
    SettingSpec(
      "origin_latitude", .number(.angle), .optional, minimum: "-90 deg", maximum: "90 deg",
      "transverse_mercator: parallel of northing 0, default 0 deg"),
    SettingSpec(
      "scale", .number(.dimensionless), .optional, minimum: "0", minimumExcluded: true,
      "transverse_mercator: scale on the central meridian, default 1; UTM has 0.9996"),
    SettingSpec("false_easting", .number(.length), .defaultsTo("0 m"), "added to eastings"),
    SettingSpec("false_northing", .number(.length), .defaultsTo("0 m"), "added to northings"),
    ellipsoid,
  ]

  /// The same for stages that can do without: given where `projection` is.
  public static let optionalProjection: [SettingSpec] = projection.map { spec in
    var result = spec
    result.presence = .optional
    return result
  }

  public static func projection(_ settings: Settings) throws -> MapProjection {
    let word = settings.word("projection")
    let own = [
      "mercator": ["true_scale_latitude"], "polar_stereographic": ["true_scale_latitude"],
      "transverse_mercator": ["origin_latitude", "scale"],
    ]
    for name in ["true_scale_latitude", "origin_latitude", "scale"]
    where settings.has(name) && own[word]?.contains(name) != true {
      throw StageError.outOfPlace("'\(name)' has no meaning for the projection \(word); leave it out")
    }
    let kind: MapProjection.Kind
    switch word {
    case "mercator": kind = .mercator(trueScaleLatitude: settings.optionalNumber("true_scale_latitude") ?? 0)
    case "transverse_mercator":
      kind = .transverseMercator(
        originLatitude: settings.optionalNumber("origin_latitude") ?? 0,
        scale: settings.optionalNumber("scale") ?? 1)
    default:
      guard let latitude = settings.optionalNumber("true_scale_latitude") else {
        throw StageError.missingSetting(
          name: "true_scale_latitude", because: "its sign says about which pole polar_stereographic projects")
      }
      kind = .polarStereographic(trueScaleLatitude: latitude)
    }
    return try MapProjection(
      kind, centralLongitude: try needed("central_longitude", settings),
      falseEasting: settings.optionalNumber("false_easting") ?? 0,
      falseNorthing: settings.optionalNumber("false_northing") ?? 0,
      ellipsoid: ellipsoid(settings))
  }

  private static func needed(_ name: String, _ settings: Settings) throws -> Double {
    guard let value = settings.optionalNumber(name) else {
      throw StageError.missingSetting(name: name, because: "the projection needs it")
    }
    return value
  }
}
