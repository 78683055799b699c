import Artefacts
public import NumericCore
public import Planning

/// The settings of a map projection, needed or (given where `projection` is) optional.
public struct ProjectionSettings: Declaration {
  /// A projection that pipe knows.
  public enum Name: String, SettingWord {
    case mercator
    case transverseMercator = "transverse_mercator"
    case polarStereographic = "polar_stereographic"

    /// A line for the kind's page.
    public var summary: String {
      switch self {
      case .mercator: "cylinder about the equator"
      case .transverseMercator: "cylinder about the central meridian, as of UTM"
      case .polarStereographic: "plane about a pole"
      }
    }
  }

  /// Nil only where the settings are optional.
  public let name: Setting<Name?>
  private let longitude: Setting<Double?>
  private let trueScale: Setting<Double?>
  private let origin, scale: Setting<Double>
  private let falseEasting, falseNorthing: Setting<Double>
  private let ellipsoid: Setting<EllipsoidName>
  private let areNeeded: Bool

  /// For kinds that always project.
  public static let needed = ProjectionSettings(areNeeded: true, prefix: "")

  /// For kinds that can do without.
  /// - Parameter use: what they are for, in front of each line of documentation.
  public static func optional(use: String) -> ProjectionSettings {
    ProjectionSettings(areNeeded: false, prefix: use + ": ")
  }

  private init(areNeeded: Bool, prefix: String) {
    self.areNeeded = areNeeded
    let nameText = prefix + "how longitude and latitude become easting and northing"
    let longitudeText = prefix + "meridian of easting 0"
    let longitudes = Bounds.atLeast(-360).atMost(360)
    let latitudes = Bounds.atLeast(-90).atMost(90)
    let none: Presence<Double> = areNeeded ? .default(0) : .optional(meaning: 0)
    name =
      areNeeded
      ? Setting("projection", .word(Name.self), .required, nameText).optional
      : Setting("projection", .word(Name.self), .optional, nameText)
    longitude =
      areNeeded
      ? Setting("central_longitude", .number(in: .degree), .required, longitudes, longitudeText).optional
      : Setting("central_longitude", .number(in: .degree), .optional, longitudes, longitudeText)
    trueScale = Setting(
      "true_scale_latitude", .number(in: .degree), .optional(otherwise: "0 deg of mercator"), latitudes,
      prefix + "where lengths are true; of polar_stereographic its sign says which pole")
    origin = Setting(
      "origin_latitude", .number(in: .degree), .optional(meaning: 0), latitudes,
      prefix + "parallel of northing 0")
    scale = Setting(
      "scale", .number, .optional(meaning: 1), .above(0),
      prefix + "scale on the central meridian; UTM has 0.9996")
    falseEasting = Setting("false_easting", .number(in: .metre), none, prefix + "added to eastings")
    falseNorthing = Setting("false_northing", .number(in: .metre), none, prefix + "added to northings")
    ellipsoid = EllipsoidName.setting(
      areNeeded ? .default(.wgs84) : .optional(meaning: .wgs84), prefix: prefix)
  }

  /// Declares all of them, with the projection that each belongs to.
  public func declare(in signature: inout StageSignature) {
    Declarations(
      [name, longitude, trueScale, origin, scale, falseEasting, falseNorthing, ellipsoid],
      rules: [
        .only(trueScale, with: name, in: .mercator, .polarStereographic),
        .only(origin, scale, with: name, in: .transverseMercator),
        .needs(
          trueScale, with: name, in: .polarStereographic,
          because: "its sign says about which pole it projects"),
      ] + (areNeeded ? [] : companions)
    ).declare(in: &signature)
  }

  private var companions: [Rule] {
    [
      .only(longitude, falseEasting, falseNorthing, ellipsoid, with: name),
      .needs(longitude, with: name),
    ]
  }

  /// The projection of a kind that always projects.
  public func neededProjection(_ settings: Settings) throws -> MapProjection {
    guard let projection = try projection(settings) else { preconditionFailure("no projection") }
    return projection
  }

  /// The projection, where every setting that it takes is known and fits.
  public func knownProjection(_ settings: Settings) -> MapProjection? {
    guard let name = settings[name], settings[longitude] != nil,
      name != .polarStereographic || settings[trueScale] != nil
    else { return nil }
    return try? projection(settings)
  }

  /// The projection; nil where the settings are optional and none is given.
  public func projection(_ settings: Settings) throws -> MapProjection? {
    guard let name = settings[name] else { return nil }
    let kind: MapProjection.Kind =
      switch name {
      case .mercator: .mercator(trueScaleLatitude: settings[trueScale] ?? 0)
      case .transverseMercator: .transverseMercator(originLatitude: settings[origin], scale: settings[scale])
      case .polarStereographic: .polarStereographic(trueScaleLatitude: settings[given: trueScale])
      }
    return try MapProjection(
      kind, centralLongitude: settings[given: longitude], falseEasting: settings[falseEasting],
      falseNorthing: settings[falseNorthing], ellipsoid: settings[ellipsoid].ellipsoid)
  }
}

/// Ellipsoids by the words of manifests.
public enum EllipsoidName: String, SettingWord {
  case wgs84, grs80, sphere

  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .wgs84, .grs80: ""
    case .sphere: "one of the Earth's mean radius"
    }
  }

  /// With its numbers.
  public var ellipsoid: Ellipsoid {
    switch self {
    case .wgs84: .wgs84
    case .grs80: .grs80
    case .sphere: .sphere
    }
  }

  /// The setting of one.
  public static func setting(_ presence: Presence<EllipsoidName>, prefix: String = "") -> Setting<
    EllipsoidName
  > {
    Setting("ellipsoid", .word(EllipsoidName.self), presence, prefix + "reference ellipsoid")
  }
}
