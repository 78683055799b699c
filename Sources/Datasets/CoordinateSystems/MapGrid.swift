internal import NumericCore

/// How easting and northing follow from longitude and latitude, in metres and degrees.
struct MapGrid: Equatable, Sendable {
  enum Method: Equatable, Sendable {
    case transverseMercator(latitude: Double, scale: Double)
    case mercator(trueScale: Double)
    /// The Mercator of web maps: formulas of the sphere with latitudes of the ellipsoid.
    case webMercator
    /// The sign of the latitude says which pole.
    case polarStereographic(trueScale: Double)
  }

  var method: Method
  var longitude: Double
  var falseEasting = 0.0
  var falseNorthing = 0.0

  init(_ method: Method, longitude: Double, falseEasting: Double = 0, falseNorthing: Double = 0) {
    (self.method, self.longitude) = (method, longitude)
    (self.falseEasting, self.falseNorthing) = (falseEasting, falseNorthing)
  }

  /// Zone 1 to 60.
  static func utm(_ zone: Int, isSouth: Bool) -> MapGrid {
    MapGrid(
      .transverseMercator(latitude: 0, scale: 0.9996), longitude: Double(6 * zone - 183),
      falseEasting: 500_000, falseNorthing: isSouth ? 10_000_000 : 0)
  }

  /// Equal but for the last digits of what was written as decimals.
  func isSame(as other: MapGrid) -> Bool {
    let sameMethod =
      switch (method, other.method) {
      case (.transverseMercator(let a, let b), .transverseMercator(let c, let d)):
        abs(a - c) < 1e-9 && abs(b - d) < 1e-10
      case (.mercator(let a), .mercator(let b)), (.polarStereographic(let a), .polarStereographic(let b)):
        abs(a - b) < 1e-9
      case (.webMercator, .webMercator): true
      default: false
      }
    return sameMethod && abs(longitude - other.longitude) < 1e-9
      && abs(falseEasting - other.falseEasting) < 1e-4 && abs(falseNorthing - other.falseNorthing) < 1e-4
  }
}

extension MapGrid {
  /// That of a projection of this program.
  init(_ projection: MapProjection) {
    let method: Method =
      switch projection.kind {
      case .mercator(let latitude): .mercator(trueScale: abs(latitude))
      case .transverseMercator(let latitude, let scale): .transverseMercator(latitude: latitude, scale: scale)
      case .polarStereographic(let latitude): .polarStereographic(trueScale: latitude)
      }
    self.init(
      method, longitude: projection.centralLongitude, falseEasting: projection.falseEasting,
      falseNorthing: projection.falseNorthing)
  }
}

/// Numbers of the EPSG register whose meaning this program knows. Others are handed on as they are.
enum EPSGTable {
  struct Entry: Sendable {
    var name: String
    var datum: Datum
    /// Nil for longitude and latitude.
    var grid: MapGrid?
  }

  /// Nil for a number that is not in the table.
  static func entry(_ code: Int) -> Entry? {
    if let datum = Datum.all.first(where: { $0.code == code }) {
      return Entry(name: datum.name, datum: datum)
    }
    for range in zones {
      guard range.codes.contains(code) else { continue }
      let zone = range.first + code - range.codes.lowerBound
      let letter = range.prefix == "UTM zone" ? (range.isSouth ? "S" : "N") : ""
      return Entry(
        name: "\(range.datum.name) / \(range.prefix) \(zone)\(letter)", datum: range.datum,
        grid: .utm(zone, isSouth: range.isSouth))
    }
    return others[code]
  }

  /// The number of a system, where the table has it.
  static func code(_ datum: Datum, _ grid: MapGrid?) -> Int? {
    guard let own = datum.code else { return nil }
    guard let grid else { return own }
    for range in zones where range.datum.code == own {
      for code in range.codes where entry(code)?.grid?.isSame(as: grid) == true { return code }
    }
    return others.keys.sorted().first {
      others[$0]?.datum.code == own && others[$0]?.grid?.isSame(as: grid) == true
    }
  }

  private struct Zones {
    var codes: ClosedRange<Int>
    var first: Int
    var isSouth: Bool
    var datum: Datum
    var prefix = "UTM zone"
  }

  private static let zones = [
    Zones(codes: 32601...32660, first: 1, isSouth: false, datum: .wgs84),
    Zones(codes: 32701...32760, first: 1, isSouth: true, datum: .wgs84),
    Zones(codes: 25828...25838, first: 28, isSouth: false, datum: .etrs89),
    Zones(codes: 26901...26923, first: 1, isSouth: false, datum: .nad83),
    Zones(codes: 28348...28358, first: 48, isSouth: true, datum: .gda94, prefix: "MGA zone"),
    Zones(codes: 7846...7859, first: 46, isSouth: true, datum: .gda2020, prefix: "MGA zone"),
    Zones(codes: 31965...31976, first: 11, isSouth: false, datum: .sirgas),
    Zones(codes: 31977...31985, first: 17, isSouth: true, datum: .sirgas),
  ]

  private static let others: [Int: Entry] = [
    3857: Entry(
      name: "WGS 84 / Pseudo-Mercator", datum: .wgs84, grid: MapGrid(.webMercator, longitude: 0)),
    3395: Entry(
      name: "WGS 84 / World Mercator", datum: .wgs84, grid: MapGrid(.mercator(trueScale: 0), longitude: 0)),
    3031: Entry(name: "WGS 84 / Antarctic Polar Stereographic", datum: .wgs84, grid: polar(-71, 0)),
    3976: Entry(name: "WGS 84 / NSIDC Sea Ice Polar Stereographic South", datum: .wgs84, grid: polar(-70, 0)),
    3413: Entry(
      name: "WGS 84 / NSIDC Sea Ice Polar Stereographic North", datum: .wgs84, grid: polar(70, -45)),
    3995: Entry(name: "WGS 84 / Arctic Polar Stereographic", datum: .wgs84, grid: polar(71, 0)),
    3996: Entry(name: "WGS 84 / IBCAO Polar Stereographic", datum: .wgs84, grid: polar(75, 0)),
    2193: Entry(
      name: "NZGD2000 / New Zealand Transverse Mercator 2000", datum: .nzgd,
      grid: MapGrid(
        .transverseMercator(latitude: 0, scale: 0.9996), longitude: 173, falseEasting: 1_600_000,
        falseNorthing: 10_000_000)),
  ]

  private static func polar(_ latitude: Double, _ longitude: Double) -> MapGrid {
    MapGrid(.polarStereographic(trueScale: latitude), longitude: longitude)
  }
}
