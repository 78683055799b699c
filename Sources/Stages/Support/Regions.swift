import Artefacts
public import NumericCore
public import Planning

extension ValueForm where Value == Region {
  /// West, east, south, north edge, metres.
  public static var region: Self { region(in: .metre) }

  /// West, east, south, north edge, degrees.
  public static var geographicRegion: Self { region(in: .degree) }

  private static func region(in unit: Unit) -> Self {
    ValueForm<[Double]>.list(.number(in: unit), 4).map {
      Region(west: $0[0], east: $0[1], south: $0[2], north: $0[3])
    } back: {
      [$0.west, $0.east, $0.south, $0.north]
    }
  }
}

extension Rule {
  /// Edges in the order west, east, south, north.
  public static func upright(_ region: Setting<Region?>) -> Rule {
    .check(region, "is west, east, south, north: no edge lies beyond its opposite") { $0.flatMap(turned) }
  }

  /// The same for a region that always has a value.
  public static func upright(_ region: Setting<Region>) -> Rule {
    .check(region, "is west, east, south, north: no edge lies beyond its opposite", complaint: turned)
  }

  @Sendable private static func turned(_ region: Region) -> String? {
    guard region.west > region.east || region.south > region.north else { return nil }
    return
      "must be west, east, south, north: \(region.west) … \(region.east), \(region.south) … \(region.north) "
      + "is turned around"
  }
}

/// A setting in metres and its twin in degrees, of which the one that fits the data may be given.
public struct PlaneOrGlobe<Value: Sendable>: Declaration {
  public let plane, globe: Setting<Value?>
  /// What they belong to, for messages: "data", "a grid".
  private let what: String
  private let rules: [Rule]

  /// A setting for projected data and its twin for longitude and latitude.
  public init(_ plane: Setting<Value?>, _ globe: Setting<Value?>, of what: String, rules: [Rule] = []) {
    (self.plane, self.globe, self.what) = (plane, globe, what)
    self.rules = [.atMostOne(plane, globe)] + rules
  }

  /// Declares both, of which at most one may be given.
  public func declare(in signature: inout StageSignature) {
    Declarations([plane, globe], rules: rules).declare(in: &signature)
  }

  /// A rule that one of them is given.
  public func needed(because reason: String? = nil) -> Rule { .atLeastOne(plane, globe, because: reason) }

  /// The one that fits.
  public func own(isGeographic: Bool) -> Setting<Value?> { isGeographic ? globe : plane }

  /// The value in the coordinates of the data; nil where none is given.
  /// - Throws: where the other one is given: only the data tell which of them fits.
  public func value(_ settings: Settings, isGeographic: Bool) throws -> Value? {
    let (own, other) = isGeographic ? (globe, plane) : (plane, globe)
    guard settings[other] == nil else {
      throw StageError.outOfPlace(
        "'\(other.name)' does not fit \(what) in \(isGeographic ? "longitude and latitude" : "projected metres"); "
          + "give '\(own.name)'")
    }
    return settings[own]
  }

  /// The same where a rule says that one of them is given.
  public func neededValue(_ settings: Settings, isGeographic: Bool) throws -> Value {
    guard let value = try value(settings, isGeographic: isGeographic) else {
      preconditionFailure("neither \(plane.name) nor \(globe.name) is given")
    }
    return value
  }
}

extension PlaneOrGlobe where Value == Region {
  /// - Parameters:
  ///   - what: what has these edges: "the new grid".
  ///   - otherwise: what holds without them, for the page.
  public static func region(of what: String, otherwise: String? = nil) -> Self {
    let absence = otherwise.map(Absence.optional(otherwise:)) ?? .optional
    let plane = Setting(
      "region", .region, absence, "west, east, south, north edge of \(what), in projected metres")
    let globe = Setting(
      "geographic_region", .geographicRegion, absence,
      "west, east, south, north edge of \(what), in degrees, for data in longitude and latitude")
    return Self(plane, globe, of: "data", rules: [.upright(plane), .upright(globe)])
  }
}

extension PlaneOrGlobe where Value == Double {
  /// - Parameter otherwise: what holds without them, for the page.
  public static func spacing(otherwise: String? = nil) -> Self {
    let absence = otherwise.map(Absence.optional(otherwise:)) ?? .optional
    return Self(
      Setting(
        "spacing", .number(in: .metre), absence, .above(0),
        "distance of the nodes of a projected grid"),
      Setting(
        "angular_spacing", .number(in: .degree), absence, .above(0),
        "distance of the nodes of a grid in longitude and latitude"), of: "a grid")
  }
}
