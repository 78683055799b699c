/// The figure of the Earth that longitudes and latitudes belong to.
struct Datum: Equatable, Sendable {
  /// Of the geographic system: `WGS 84`.
  var name: String
  /// As well-known text has it: `WGS_1984`.
  var datumName: String
  /// Numbers of the EPSG register: of the geographic system and of the datum; nil for those without.
  var code, datumCode: Int?
  /// Of the ellipsoid.
  var ellipsoidName: String
  /// Metres.
  var semimajorAxis: Double
  /// 1/f; 0 for a sphere.
  var inverseFlattening: Double

  /// Name, semimajor axis in metres, 1/f.
  private typealias Figure = (name: String, axis: Double, inverse: Double)

  private init(_ name: String, _ datumName: String, _ code: Int?, _ datumCode: Int?, _ figure: Figure) {
    (self.name, self.datumName, self.code, self.datumCode) = (name, datumName, code, datumCode)
    (ellipsoidName, semimajorAxis, inverseFlattening) = figure
  }

  private static let wgs: Figure = ("WGS 84", 6_378_137, 298.257223563)
  private static let grs: Figure = ("GRS 1980", 6_378_137, 298.257222101)

  static let wgs84 = Datum("WGS 84", "WGS_1984", 4326, 6326, wgs)
  static let etrs89 = Datum(
    "ETRS89", "European_Terrestrial_Reference_System_1989", 4258, 6258, grs)
  static let nad83 = Datum("NAD83", "North_American_Datum_1983", 4269, 6269, grs)
  static let gda94 = Datum(
    "GDA94", "Geocentric_Datum_of_Australia_1994", 4283, 6283, grs)
  static let gda2020 = Datum(
    "GDA2020", "Geocentric_Datum_of_Australia_2020", 7844, 1168, grs)
  static let sirgas = Datum(
    "SIRGAS 2000", "Sistema_de_Referencia_Geocentrico_para_las_AmericaS_2000", 4674, 6674, grs)
  static let nzgd = Datum(
    "NZGD2000", "New_Zealand_Geodetic_Datum_2000", 4167, 6167, grs)

  static let all = [wgs84, etrs89, nad83, gda94, gda2020, sirgas, nzgd]

  /// One that nothing but its ellipsoid is known of.
  static func unknown(semimajorAxis: Double, inverseFlattening: Double) -> Datum {
    let known = [wgs, grs].first {
      abs($0.inverse - inverseFlattening) < 1e-8 && semimajorAxis == $0.axis
    }
    guard let known else {
      let name = inverseFlattening == 0 ? "sphere" : "unknown"
      return Datum("unknown", "unknown", nil, nil, (name, semimajorAxis, inverseFlattening))
    }
    return Datum("unknown", "Unknown_based_on_\(known.name.replacingBlanks)_ellipsoid", nil, nil, known)
  }

  /// Whether it says more than an ellipsoid.
  var isKnown: Bool { code != nil || name != "unknown" }

  /// Axis and flattening to what decides no micrometre.
  func hasSameFigure(as other: Datum) -> Bool {
    abs(semimajorAxis - other.semimajorAxis) < 1e-3
      && abs(inverseFlattening - other.inverseFlattening) < 1e-6
  }
}

extension String {
  fileprivate var replacingBlanks: String { split(separator: " ").joined(separator: "_") }
}
