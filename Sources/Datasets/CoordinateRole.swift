/// What a name, or a unit, of a column or dimension says about a place.
public enum CoordinateRole: String, Sendable, CaseIterable {
  case easting, northing, longitude, latitude, upward, depth

  enum Side { case easting, northing }

  var side: Side? {
    switch self {
    case .easting, .longitude: .easting
    case .northing, .latitude: .northing
    case .upward, .depth: nil
    }
  }

  var isGeographic: Bool { self == .longitude || self == .latitude }

  /// Units that name a direction, as CF has them: `degrees_east`, `degreeN`, `°E`.
  init?(unit text: String) {
    let letters = text.lowercased().filter { $0.isLetter || $0 == "°" }
    let starts = ["degrees", "degree", "deg", "°"]
    guard let start = starts.first(where: { letters.hasPrefix($0) }) else { return nil }
    switch letters.dropFirst(start.count) {
    case "east", "e": self = .longitude
    case "north", "n": self = .latitude
    default: return nil
    }
  }
}

extension CoordinateRole {
  struct Named {
    var role: CoordinateRole
    /// Whether a word says it rather than a letter.
    var isWord: Bool

    var side: Side? { role.side }
    var isGeographic: Bool { role.isGeographic }
  }

  private static let words: [String: CoordinateRole] = {
    let names: [CoordinateRole: String] = [
      .easting: "easting eastings east utme rechtswert ostwert este",
      .northing: "northing northings north utmn hochwert nordwert norte",
      .longitude: "longitude longitudes lon lons long lng longitud",
      .latitude: "latitude latitudes lat lats latitud",
      .upward:
        "upward height heights elevation elevations elev altitude alt topography topo relief orthometric",
      .depth: "depth depths tvd tvdss",
    ]
    return Dictionary(
      uniqueKeysWithValues: names.flatMap { role, text in
        text.split(separator: " ").map { (String($0), role) }
      })
  }()

  private static let letters: [String: CoordinateRole] = [
    "x": .easting, "e": .easting, "utmx": .easting, "xutm": .easting, "xcoord": .easting,
    "xcoordinate": .easting,
    "y": .northing, "n": .northing, "utmy": .northing, "yutm": .northing, "ycoord": .northing,
    "ycoordinate": .northing,
    "z": .upward, "h": .upward,
  ]

  /// Words that may stand beside without another meaning: `POINT_X`, `easting_utm`, `data_northing`, `lat_wgs84`.
  private static let companions: Set<String> = [
    "coord", "coords", "coordinate", "coordinates", "point", "points", "utm", "pos", "position", "node",
    "grid", "proj",
    "projected", "projection", "centroid", "center", "centre", "local", "mga", "gda", "wgs", "nad", "epsg",
    "zone", "data",
    "station", "deg", "degree", "degrees", "decimal", "dd", "geo", "geographic", "geodetic", "gps", "m", "km",
    "ft", "meter",
    "meters", "metre", "metres", "the", "of", "psad", "sirgas", "itrf", "etrs", "source",
  ]

  /// Of a name without its unit; nil where it says nothing or several things.
  init?(name: String) {
    guard let found = Named(name: name) else { return nil }
    self = found.role
  }
}

extension CoordinateRole.Named {
  init?(name: String) {
    var found: (role: CoordinateRole, isWord: Bool)?
    let tokens = name.lowercased().split { !$0.isLetter }.map(String.init)
    for token in tokens {
      let word = CoordinateRole.role(word: token)
      // Beside other words than those of a system of coordinates a lone `e` or `n` is an abbreviation of anything.
      let isAlone = tokens.allSatisfy { $0 == token || CoordinateRole.isSystem($0) }
      let letter = isAlone || token == "x" || token == "y" ? CoordinateRole.role(letter: token) : nil
      guard let role = word ?? letter else {
        if CoordinateRole.isCompanion(token) { continue }
        return nil
      }
      guard found == nil || found?.role == role else { return nil }
      found = (role, word != nil)
    }
    guard let found else { return nil }
    (role, isWord) = (found.role, found.isWord)
  }
}

extension CoordinateRole {
  /// Whether a name says it by a word, as `easting`, rather than by a letter, as `x`.
  public static func isWord(_ name: String) -> Bool { Named(name: name)?.isWord ?? false }

  fileprivate static func role(word: String) -> CoordinateRole? { words[word] }
  fileprivate static func role(letter: String) -> CoordinateRole? { letters[letter] }
  fileprivate static func isSystem(_ token: String) -> Bool {
    ["utm", "mga", "psad", "sirgas", "wgs", "coord", "m", "zone", "proj"].contains(token)
  }
  fileprivate static func isCompanion(_ token: String) -> Bool { companions.contains(token) }
}
