/// The keys of a GeoTIFF: numbers of the EPSG register for coordinates, units and heights.
struct GeoKeys {
  enum Key: Int {
    case modelType = 1024, rasterType, geographic = 2048, primeMeridian = 2051, angularUnits = 2054,
      angularUnitSize, semimajorAxis = 2057, semiminorAxis, inverseFlattening, meridianLongitude = 2061
    case projection = 3072, method = 3075, linearUnits, linearUnitSize, parallel1, naturalLongitude = 3080,
      naturalLatitude, falseEasting, falseNorthing, scale = 3092, poleLongitude = 3095, verticalUnits = 4099
  }

  private var values: [Int: Double] = [:]

  init(_ directory: TIFFDirectory) throws(DatasetError) {
    let raw = try directory.numbers(.geoKeys)
    guard !raw.isEmpty else { return }
    let doubles = try directory.numbers(.geoDoubles)
    let count = raw.count >= 4 ? Int(raw[3]) : 0
    guard raw.count >= 4 * (count + 1) else {
      throw .damaged(path: directory.path, reason: "its directory of geographic keys is cut off")
    }
    for index in 0..<count {
      let entry = raw[(4 * index + 4)..<(4 * index + 8)].map { Int($0) }
      switch entry[1] {
      case 0: values[entry[0]] = Double(entry[3])
      case TIFFDirectory.Tag.geoDoubles.rawValue where doubles.indices.contains(entry[3]):
        values[entry[0]] = doubles[entry[3]]
      default: continue
      }
    }
  }

  subscript(key: Key) -> Double? { values[key.rawValue] }

  private static let userDefined = 32767.0

  /// Nil where no key tells.
  func kind(_ path: String) throws(DatasetError) -> GridVariable.Kind? {
    switch self[.modelType] {
    case nil, GeoKeys.userDefined, 0: return nil
    case 1: return .projected
    case 2:
      let isOther = self[.primeMeridian].map { $0 != 8901 && $0 != GeoKeys.userDefined } ?? false
      guard !isOther, self[.meridianLongitude] ?? 0 == 0 else {
        throw .unsupported(
          path: path, what: "longitudes from another meridian than Greenwich's",
          hint: "convert it by gdalwarp")
      }
      return .geographic
    case let other?:
      throw .unsupported(
        path: path, what: "coordinates of the model type \(Int(other))", hint: "project it by gdalwarp")
    }
  }

  /// EPSG numbers of units.
  private static let lengths: [Int: String] = [
    9001: "m", 9002: "ft", 9003: "US_survey_foot", 9014: "fathom", 9030: "nautical_mile", 9036: "km",
    9093: "mile",
    9096: "yard",
  ]
  private static let angles: [Int: String] = [
    9101: "rad", 9102: "degrees", 9103: "arcmin", 9104: "arcsec", 9105: "gon", 9106: "gon", 9122: "degrees",
  ]

  /// Projections that are in metres, for files that name these alone: UTM zones, and some of wide use.
  private static func isMetric(_ code: Int) -> Bool {
    let ranges = [
      32601...32660, 32701...32760, 25828...25838, 28348...28358, 7846...7859, 31965...31985, 26901...26923,
    ]
    return ranges.contains { $0.contains(code) }
      || [3857, 3395, 3031, 3413, 3995, 3035, 2193, 27700, 5041, 5042].contains(code)
  }

  func coordinateUnit(_ path: String) throws(DatasetError) -> String? {
    switch self[.modelType] {
    case 1:
      guard let code = self[.linearUnits].map({ Int($0) }) else {
        return self[.projection].map { GeoKeys.isMetric(Int($0)) } == true ? "m" : nil
      }
      if let name = GeoKeys.lengths[code] { return name }
      if let size = self[.linearUnitSize], size > 0 { return "\(size) m" }
      throw .wrongUnits(
        path: path, variable: "coordinates", found: "EPSG unit \(code)", expected: [Measure.length.examples])
    case 2:
      let code = Int(self[.angularUnits] ?? 9102)
      if let name = GeoKeys.angles[code] { return name }
      if let size = self[.angularUnitSize], size > 0 { return "\(size) rad" }
      throw .wrongUnits(
        path: path, variable: "coordinates", found: "EPSG unit \(code)", expected: [Measure.angle.examples])
    default: return nil
    }
  }

  var verticalUnit: String? { self[.verticalUnits].flatMap { GeoKeys.lengths[Int($0)] } }
}
