public import NumericCore

/// A coordinate reference system: which place a pair of coordinates means.
///
/// Known are the systems of a table of EPSG numbers and what well-known text, PROJ's words or the CF conventions say of
/// Mercator, transverse Mercator and polar stereographic maps in metres, and of longitude and latitude. Any other is
/// handed on as the text that it came as.
public struct CoordinateSystem: Sendable {
  /// Number in the EPSG register; nil where it has none, or it is not known.
  public let code: Int?
  /// `WGS 84 / UTM zone 22S`; nil where neither table nor text tell.
  public let name: String?
  /// Whether coordinates are longitude and latitude; nil where a text is not understood.
  public let isGeographic: Bool?
  /// As it came, where it is not in the table.
  let source: String?
  let datum: Datum?
  /// Nil for longitude and latitude, and for what is not understood.
  let grid: MapGrid?

  init(_ datum: Datum, _ grid: MapGrid?, name: String? = nil, source: String? = nil) {
    code = EPSGTable.code(datum, grid)
    let entry = code.flatMap(EPSGTable.entry)
    (self.name, self.source) = (entry?.name ?? name, entry == nil ? source : nil)
    (self.datum, self.grid, isGeographic) = (entry?.datum ?? datum, entry?.grid ?? grid, grid == nil)
  }

  /// One that is handed on as a text.
  init(source: String, name: String?, code: Int?, isGeographic: Bool?) {
    (self.source, self.name, self.code, self.isGeographic) = (source, name, code, isGeographic)
    (datum, grid) = (nil, nil)
  }

  /// A number of the EPSG register.
  public init(code: Int) {
    if let entry = EPSGTable.entry(code) {
      self.init(entry.datum, entry.grid)
    } else {
      self.init(source: "EPSG:\(code)", name: nil, code: code, isGeographic: nil)
    }
  }

  /// `EPSG:32722`, well-known text (of version 1 or 2), or PROJ's words (`+proj=utm +zone=22 +south`).
  /// - Throws: `CoordinateSystemError` for a text that is none of them.
  public init(text: String) throws(CoordinateSystemError) {
    let text = text.trimmingBlanks
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts[0].lowercased() == "epsg", let code = Int(parts[1]), code > 0 {
      self.init(code: code)
    } else if text.hasPrefix("+") {
      try self.init(proj: text)
    } else {
      try self.init(wkt: text)
    }
  }

  /// What a projection makes of places of a system.
  /// - Parameter source: the system of the longitudes and latitudes; nil where it is not known, of which then the
  ///   projection's ellipsoid is.
  public init(_ projection: MapProjection, from source: CoordinateSystem? = nil) {
    let figure = Datum(projection.ellipsoid)
    // WGS 84 and GRS 1980 differ by a tenth of a millimetre.
    let own = source?.datum.flatMap {
      abs($0.semimajorAxis - figure.semimajorAxis) < 1e-3
        && abs($0.inverseFlattening - figure.inverseFlattening) < 1e-4 ? $0 : nil
    }
    self.init(own ?? figure, MapGrid(projection))
  }

  /// The longitudes and latitudes that this system's coordinates stand for; nil where it is not understood.
  public var geographic: CoordinateSystem? { datum.map { CoordinateSystem($0, nil) } }

  /// Longitude and latitude on an ellipsoid of which no more is known.
  public static func geographic(on ellipsoid: Ellipsoid) -> CoordinateSystem {
    CoordinateSystem(Datum(ellipsoid), nil)
  }

  /// `EPSG:32722 (WGS 84 / UTM zone 22S)`, for people.
  public var told: String {
    guard let code else {
      let own = name.flatMap { $0.lowercased() == "unknown" ? nil : $0 }
      return own ?? PROJText.text(self) ?? source ?? "unknown"
    }
    return "EPSG:\(code)" + (name.map { " (\($0))" } ?? "")
  }
}

extension Datum {
  init(_ ellipsoid: Ellipsoid) {
    self = .unknown(
      semimajorAxis: ellipsoid.semimajorAxis,
      inverseFlattening: ellipsoid.flattening == 0 ? 0 : 1 / ellipsoid.flattening)
  }
}

extension CoordinateSystem: Equatable {
  /// Equal as files tell them.
  public static func == (left: Self, right: Self) -> Bool {
    left.wellKnownText == right.wellKnownText && left.code == right.code
  }

  /// How another system lies to this one.
  public enum Relation: Sendable, Equatable {
    case same
    /// The same map of another datum: places differ by some decimetres to hundreds of metres.
    case otherDatum
    case different
    /// One of them is not understood.
    case unknown
  }

  /// By number or by what both mean.
  public func relation(to other: CoordinateSystem) -> Relation {
    if self == other || (code != nil && code == other.code) { return .same }
    if let isGeographic, let otherKind = other.isGeographic, isGeographic != otherKind { return .different }
    guard let datum, let otherDatum = other.datum else { return .unknown }
    let isSameMap =
      switch (grid, other.grid) {
      case (nil, nil): true
      case (let one?, let two?): one.isSame(as: two)
      default: false
      }
    guard isSameMap else { return .different }
    let isVague = !datum.isKnown || !otherDatum.isKnown
    if isVague, datum.hasSameFigure(as: otherDatum) { return .same }
    return datum.datumName == otherDatum.datumName && datum.hasSameFigure(as: otherDatum)
      ? .same : .otherDatum
  }
}

/// A text that names no coordinate reference system.
public enum CoordinateSystemError: Error, Equatable, Sendable, CustomStringConvertible {
  case unreadable(String, reason: String)

  /// What was found, and what is expected.
  public var description: String {
    switch self {
    case .unreadable(let text, _):
      "'\(text.count > 60 ? text.prefix(57) + "..." : text[...])' \(complaint)"
    }
  }

  /// What follows the name of what holds the text.
  public var complaint: String {
    switch self {
    case .unreadable(_, let reason):
      "names no coordinate reference system: \(reason); write EPSG:32722, or \"…\" with well-known text or PROJ's words"
    }
  }
}
