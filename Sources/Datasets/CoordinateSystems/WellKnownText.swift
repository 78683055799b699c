/// Well-known text of coordinate reference systems (OGC 01-009 and 18-010) as a tree: `KEYWORD["text", 1.5, CHILD[…]]`.
struct WellKnownText {
  var keyword: String
  var texts: [String] = []
  var numbers: [Double] = []
  var children: [WellKnownText] = []

  /// Deeper nesting is none of a coordinate system's.
  private static let greatestDepth = 24

  init(_ text: String) throws(CoordinateSystemError) {
    var bytes = Array(text.utf8)[...]
    guard let tree = WellKnownText.node(&bytes, depth: 0), bytes.allSatisfy(\.isBlank) else {
      throw .unreadable(text, reason: "it is neither a number of EPSG nor well-known text nor PROJ's words")
    }
    self = tree
  }

  private init(keyword: String) { self.keyword = keyword }

  private static func node(_ bytes: inout ArraySlice<UInt8>, depth: Int) -> WellKnownText? {
    guard depth < greatestDepth else { return nil }
    skipBlanks(&bytes)
    let name = bytes.prefix { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    guard let first = name.first, first.isLetter else { return nil }
    bytes = bytes.dropFirst(name.count)
    var node = WellKnownText(keyword: String(decoding: name, as: UTF8.self).uppercased())
    skipBlanks(&bytes)
    guard let open = bytes.first, open == UInt8(ascii: "[") || open == UInt8(ascii: "(") else {
      // A bare word, such as the direction of an axis.
      return depth > 0 ? node : nil
    }
    bytes = bytes.dropFirst()
    while true {
      skipBlanks(&bytes)
      guard let byte = bytes.first else { return nil }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ")") {
        bytes = bytes.dropFirst()
        return node
      }
      if byte == UInt8(ascii: ",") {
        bytes = bytes.dropFirst()
      } else if byte == UInt8(ascii: "\"") {
        guard let text = quoted(&bytes) else { return nil }
        node.texts.append(text)
      } else if byte.isLetter {
        guard let child = WellKnownText.node(&bytes, depth: depth + 1) else { return nil }
        node.children.append(child)
      } else {
        let word = bytes.prefix { !$0.isBlank && ![0x2C, 0x5D, 0x29].contains($0) }
        guard let number = Double(String(decoding: word, as: UTF8.self)) else { return nil }
        bytes = bytes.dropFirst(word.count)
        node.numbers.append(number)
      }
    }
  }

  /// Two quotes stand for one.
  private static func quoted(_ bytes: inout ArraySlice<UInt8>) -> String? {
    var content: [UInt8] = []
    bytes = bytes.dropFirst()
    while let byte = bytes.first {
      bytes = bytes.dropFirst()
      guard byte == UInt8(ascii: "\"") else {
        content.append(byte)
        continue
      }
      guard bytes.first == byte else { return String(decoding: content, as: UTF8.self) }
      content.append(byte)
      bytes = bytes.dropFirst()
    }
    return nil
  }

  private static func skipBlanks(_ bytes: inout ArraySlice<UInt8>) {
    bytes = bytes.drop(while: \.isBlank)
  }

  /// The first child of one of these keywords.
  func child(_ keywords: String...) -> WellKnownText? { children.first { keywords.contains($0.keyword) } }

  /// The EPSG number of this very node.
  var code: Int? {
    guard let identity = child("AUTHORITY", "ID"), identity.texts.first?.uppercased() == "EPSG" else {
      return nil
    }
    return identity.numbers.first.map { Int($0) } ?? identity.texts.dropFirst().first.flatMap { Int($0) }
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  fileprivate var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
}

// MARK: - What it means

extension CoordinateSystem {
  /// Well-known text of version 1 or 2.
  init(wkt text: String) throws(CoordinateSystemError) {
    let tree = try WellKnownText(text).horizontal
    let isGeographic: Bool
    switch tree.keyword {
    case "PROJCS", "PROJCRS", "PROJECTEDCRS": isGeographic = false
    case "GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS": isGeographic = true
    default:
      self.init(source: text, name: tree.texts.first, code: tree.code, isGeographic: nil)
      return
    }
    if let code = tree.code, let entry = EPSGTable.entry(code) {
      self.init(entry.datum, entry.grid)
    } else if tree.code == nil, let datum = tree.datum, isGeographic, tree.isUsual(isGeographic: true) {
      self.init(datum, nil, name: tree.texts.first, source: text)
    } else if tree.code == nil, let datum = tree.datum, let grid = tree.grid,
      tree.isUsual(isGeographic: false)
    {
      self.init(datum, grid, name: tree.texts.first, source: text)
    } else {
      self.init(source: text, name: tree.texts.first, code: tree.code, isGeographic: isGeographic)
    }
  }
}

extension WellKnownText {
  /// Without the vertical part of a compound system, and without the shift of a bound one.
  fileprivate var horizontal: WellKnownText {
    switch keyword {
    case "COMPD_CS", "COMPOUNDCRS":
      return children.first { $0.keyword != "AUTHORITY" && $0.keyword != "ID" }?.horizontal ?? self
    case "BOUNDCRS": return child("SOURCECRS")?.children.first?.horizontal ?? self
    default: return self
    }
  }

  private var base: WellKnownText {
    child("GEOGCS", "BASEGEOGCRS", "BASEGEODCRS", "GEOGCRS") ?? self
  }

  fileprivate var datum: Datum? {
    if let code = base.code, let datum = Datum.all.first(where: { $0.code == code }) { return datum }
    guard let datum = base.child("DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"),
      let ellipsoid = datum.child("SPHEROID", "ELLIPSOID"), ellipsoid.numbers.count >= 2,
      base.child("PRIMEM", "PRIMEMERIDIAN").map({ $0.numbers.first == 0 }) ?? true
    else { return nil }
    let name = (datum.texts.first ?? "").filter { $0.isLetter || $0.isNumber }.lowercased()
    let (axis, flattening) = (ellipsoid.numbers[0], ellipsoid.numbers[1])
    var result = Datum.unknown(semimajorAxis: axis, inverseFlattening: flattening)
    // ESRI writes a D_ in front, version 2 says World Geodetic System.
    let names = [
      "dwgs1984": Datum.wgs84, "worldgeodeticsystem1984": .wgs84, "worldgeodeticsystem1984ensemble": .wgs84,
    ]
    let known =
      names[name]
      ?? Datum.all.first {
        let own = $0.datumName.filter { $0.isLetter || $0.isNumber }.lowercased()
        return own == name || "d" + own == name
      }
    if let known, known.hasSameFigure(as: result) { return known }
    // A datum with a name is another than one that only has this ellipsoid.
    if !name.hasPrefix("unknown"), !name.hasPrefix("notspecified"), let text = datum.texts.first {
      (result.name, result.datumName) = (base.texts.first ?? text, text)
    }
    return result
  }

  /// Metres, or degrees from Greenwich.
  fileprivate func isUsual(isGeographic: Bool) -> Bool {
    let unit =
      child("UNIT", "LENGTHUNIT", "ANGLEUNIT", "CS") ?? children.last { $0.keyword.hasSuffix("UNIT") }
    guard let unit, let size = unit.numbers.first, unit.keyword != "CS" else { return true }
    return isGeographic ? abs(size - .pi / 180) < 1e-9 : size == 1
  }

  fileprivate var grid: MapGrid? {
    let conversion = child("CONVERSION") ?? self
    guard let method = conversion.child("PROJECTION", "METHOD")?.texts.first else { return nil }
    var values: [String: Double] = [:]
    for parameter in conversion.children where parameter.keyword == "PARAMETER" {
      guard let name = parameter.texts.first, let value = parameter.numbers.first else { continue }
      values[name.lowercased().filter { $0.isLetter || $0.isNumber }] = value
    }
    if child("EXTENSION") != nil { return nil }
    return MapGrid(named: method, values: values)
  }
}

extension MapGrid {
  /// By the names that well-known text of either version, ESRI, GXF and CF give to methods and parameters.
  init?(named method: String, values: [String: Double]) {
    let name = method.lowercased().filter(\.isLetter)
    func value(_ names: String...) -> Double? { names.lazy.compactMap { values[$0] }.first }
    let longitude = value("centralmeridian", "longitudeofnaturalorigin", "longitudeoforigin")
    let latitude = value("latitudeoforigin", "latitudeofnaturalorigin")
    let scale = value("scalefactor", "scalefactoratnaturalorigin") ?? 1
    let parallel =
      value("standardparallel", "latitudeofstandardparallel", "latitudeofststandardparallel")
      ?? values["standardparallel1"] ?? values["latitudeof1ststandardparallel"]
    let found: (method: Method, longitude: Double)? =
      switch name {
      case "transversemercator", "gausskruger":
        longitude.map {
          (.transverseMercator(latitude: latitude ?? 0, scale: scale), $0)
        }
      case "mercator", "mercatorsp", "mercatorvarianta", "mercatorvariantb":
        scale == 1 ? (.mercator(trueScale: abs(parallel ?? 0)), longitude ?? 0) : nil
      case "polarstereographic", "polarstereographicvariantb", "stereographicnorthpole",
        "stereographicsouthpole":
        // Version 1 calls the latitude of true scale the latitude of origin.
        (parallel ?? latitude).flatMap {
          scale == 1 && abs($0) < 90
            ? (
              .polarStereographic(trueScale: $0), longitude ?? value("straightverticallongitudefrompole") ?? 0
            )
            : nil
        }
      default: nil
      }
    guard let found else { return nil }
    self.init(
      found.method, longitude: found.longitude,
      falseEasting: value("falseeasting", "eastingatfalseorigin") ?? 0,
      falseNorthing: value("falsenorthing", "northingatfalseorigin") ?? 0)
  }
}

// MARK: - Writing

extension CoordinateSystem {
  /// Version 1, which GDAL, PROJ, QGIS and ESRI's programs all read; the text as it came where it is not understood.
  public var wellKnownText: String {
    guard let datum else { return source ?? "" }
    // What came as well-known text says more than is read of it.
    if let source, !source.hasPrefix("+") { return source }
    guard let grid else { return datum.wellKnownText }
    let name = name ?? "unknown"
    let parameters = grid.wellKnownParameters.map { ",PARAMETER[\"\($0.0)\",\(plainNumber($0.1))]" }.joined()
    let extra = grid.method == .webMercator ? ",EXTENSION[\"PROJ4\",\"\(PROJText.web)\"]" : ""
    return "PROJCS[\"\(name)\",\(datum.wellKnownText),PROJECTION[\"\(grid.wellKnownMethod)\"]\(parameters)"
      + ",UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]]\(extra)\(authority(code))]"
  }
}

private func authority(_ code: Int?) -> String { code.map { ",AUTHORITY[\"EPSG\",\"\($0)\"]" } ?? "" }

extension Datum {
  fileprivate var wellKnownText: String {
    let spheroid =
      "SPHEROID[\"\(ellipsoidName)\",\(plainNumber(semimajorAxis)),\(plainNumber(inverseFlattening))]"
    return "GEOGCS[\"\(name)\",DATUM[\"\(datumName)\",\(spheroid)\(authority(datumCode))],"
      + "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]\(authority(code))]"
  }
}

extension MapGrid {
  fileprivate var wellKnownMethod: String {
    switch method {
    case .transverseMercator: "Transverse_Mercator"
    case .mercator(let latitude): latitude == 0 ? "Mercator_1SP" : "Mercator_2SP"
    case .webMercator: "Mercator_1SP"
    case .polarStereographic: "Polar_Stereographic"
    }
  }

  fileprivate var wellKnownParameters: [(String, Double)] {
    let own: [(String, Double)] =
      switch method {
      case .transverseMercator(let latitude, let scale):
        [("latitude_of_origin", latitude), ("central_meridian", longitude), ("scale_factor", scale)]
      case .mercator(let latitude) where latitude != 0:
        [("standard_parallel_1", latitude), ("central_meridian", longitude)]
      case .mercator, .webMercator: [("central_meridian", longitude), ("scale_factor", 1)]
      case .polarStereographic(let latitude):
        [("latitude_of_origin", latitude), ("central_meridian", longitude), ("scale_factor", 1)]
      }
    return own + [("false_easting", falseEasting), ("false_northing", falseNorthing)]
  }
}

/// A number as texts of coordinate systems have it: without `.0`, all its digits.
func plainNumber(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}
