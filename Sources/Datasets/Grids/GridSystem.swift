// The coordinate reference system of a grid that is read.
extension PlainGrid {
  /// What is given, else what the file says.
  mutating func agreedSystem(
    _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> CoordinateSystem? {
    guard let given = options.coordinateSystem else { return coordinateSystem }
    if let own = coordinateSystem, own.relation(to: given) != .same {
      remarks.append("the file says \(own.told) of its coordinates; \(given.told) is taken, as is given")
    }
    return given
  }

  /// The system, where it fits coordinates in metres or degrees.
  /// - Throws: `.unclear` where the one that is given does not.
  mutating func fitting(
    _ system: CoordinateSystem?, _ kind: GridVariable.Kind, _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> CoordinateSystem? {
    guard let system else { return nil }
    let isGeographic = kind == .geographic
    if let other = system.isGeographic, other != isGeographic {
      let words = isGeographic ? "longitude and latitude" : "easting and northing"
      guard options.coordinateSystem == nil else {
        throw .unclear(
          path: path, variable: name, what: "has coordinates in \(words), which \(system.told) has not",
          hint: "correct the crs that is given, or leave it out")
      }
      remarks.append(
        "the file says \(system.told) of its coordinates, but they are \(words); that is left out")
      return nil
    }
    // What is understood is in metres or degrees, as the coordinates are now.
    guard !system.isUnderstood, options.coordinateSystem == nil else { return system }
    let units = [coordinateUnits.easting, coordinateUnits.northing].compactMap { $0 }
    guard let converted = units.first(where: { FileUnit($0)?.convert(1) ?? 1 != 1 }) else { return system }
    remarks.append(
      "the coordinates were turned from \(converted) to \(isGeographic ? "degrees" : "metres"), which "
        + "\(system.told) does not mean; name a system in \(isGeographic ? "degrees" : "metres") by crs to have one"
    )
    return nil
  }
}

extension CoordinateSystem {
  /// Whether this program knows what its coordinates mean, rather than hand on a text.
  var isUnderstood: Bool { datum != nil }
}

extension GeoKeys {
  /// By the number of the system, or by the numbers of a map of the user's own; nil where the keys don't tell.
  var coordinateSystem: CoordinateSystem? {
    switch self[.modelType] {
    case 2:
      if let code = registered(.geographic) { return CoordinateSystem(code: code) }
      return datum.map { CoordinateSystem($0, nil) }
    case 1:
      if let code = registered(.projection) { return CoordinateSystem(code: code) }
      guard let datum, let grid else { return nil }
      return CoordinateSystem(datum, grid)
    default: return nil
    }
  }

  /// A number of the register rather than 0 (undefined) or 32767 (of the user's own).
  private func registered(_ key: Key) -> Int? {
    self[key].flatMap { (1..<32767).contains($0) ? Int($0) : nil }
  }

  private var datum: Datum? {
    if let code = registered(.geographic) {
      return Datum.all.first { $0.code == code }
    }
    guard let axis = self[.semimajorAxis] else { return nil }
    if let flattening = self[.inverseFlattening] {
      return .unknown(semimajorAxis: axis, inverseFlattening: flattening)
    }
    guard let minor = self[.semiminorAxis], minor > 0, minor <= axis else { return nil }
    return .unknown(semimajorAxis: axis, inverseFlattening: minor == axis ? 0 : axis / (axis - minor))
  }

  /// Numbers of the methods by the GeoTIFF specification.
  private var grid: MapGrid? {
    guard let method = self[.method], self[.linearUnits] ?? 9001 == 9001 else { return nil }
    let scale = self[.scale] ?? 1
    let kind: MapGrid.Method
    switch Int(method) {
    case 1:
      kind = .transverseMercator(latitude: self[.naturalLatitude] ?? 0, scale: scale)
    case 7 where scale == 1:
      kind = .mercator(trueScale: abs(self[.parallel1] ?? self[.naturalLatitude] ?? 0))
    case 15 where scale == 1:
      guard let latitude = self[.naturalLatitude], abs(latitude) < 90 else { return nil }
      kind = .polarStereographic(trueScale: latitude)
    default: return nil
    }
    return MapGrid(
      kind, longitude: self[.poleLongitude] ?? self[.naturalLongitude] ?? 0,
      falseEasting: self[.falseEasting] ?? 0, falseNorthing: self[.falseNorthing] ?? 0)
  }
}
