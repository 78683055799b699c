/// PROJ's words: `+proj=utm +zone=22 +south +datum=WGS84`.
enum PROJText {
  static let web =
    "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"

  /// Nil for a system that is not understood.
  static func text(_ system: CoordinateSystem) -> String? {
    guard let datum = system.datum else { return nil }
    let figure: String
    switch datum.code {
    case 4326: figure = "+datum=WGS84"
    default:
      figure =
        datum.inverseFlattening == 0
        ? "+R=\(plainNumber(datum.semimajorAxis))"
        : datum.hasSameFigure(as: .wgs84)
          ? "+ellps=WGS84"
          : datum.hasSameFigure(as: .etrs89)
            ? "+ellps=GRS80"
            : "+a=\(plainNumber(datum.semimajorAxis)) +rf=\(plainNumber(datum.inverseFlattening))"
    }
    guard let grid = system.grid else { return "+proj=longlat \(figure) +no_defs" }
    let words: String
    switch grid.method {
    case .webMercator: return web
    case .transverseMercator(let latitude, let scale):
      words = "+proj=tmerc +lat_0=\(plainNumber(latitude)) +k=\(plainNumber(scale))"
    case .mercator(let latitude): words = "+proj=merc +lat_ts=\(plainNumber(latitude))"
    case .polarStereographic(let latitude):
      words = "+proj=stere +lat_0=\(latitude < 0 ? -90 : 90) +lat_ts=\(plainNumber(latitude))"
    }
    return "\(words) +lon_0=\(plainNumber(grid.longitude)) +x_0=\(plainNumber(grid.falseEasting)) "
      + "+y_0=\(plainNumber(grid.falseNorthing)) \(figure) +units=m +no_defs"
  }
}

extension CoordinateSystem {
  init(proj text: String) throws(CoordinateSystemError) {
    var words: [String: String] = [:]
    for part in text.split(separator: " ") {
      guard part.hasPrefix("+"), part.count > 1 else {
        throw .unreadable(text, reason: "PROJ's words begin with +, '\(part)' does not")
      }
      let pair = part.dropFirst().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      words[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
    }
    if let code = words["init"].flatMap({ $0.lowercased().hasPrefix("epsg:") ? Int($0.dropFirst(5)) : nil }) {
      self.init(code: code)
      return
    }
    guard let kind = words["proj"] else { throw .unreadable(text, reason: "it has no +proj") }
    let isLength = kind != "longlat" && kind != "latlong"
    let known: Set = [
      "proj", "zone", "south", "datum", "ellps", "a", "b", "rf", "f", "R", "lat_0", "lat_ts", "lon_0", "k",
      "k_0", "x_0",
      "y_0", "units", "no_defs", "type", "wktext", "towgs84",
    ]
    let isPlain =
      words.keys.allSatisfy(known.contains) && ["m", nil].contains(words["units"])
      && words["towgs84"].map { $0.split(separator: ",").allSatisfy { Double($0) == 0 } } ?? true
    guard isPlain, let datum = Datum(words) else {
      self.init(source: text, name: nil, code: nil, isGeographic: isLength ? nil : true)
      return
    }
    guard isLength else {
      self.init(datum, nil)
      return
    }
    guard let grid = try MapGrid(words, text) else {
      self.init(source: text, name: nil, code: nil, isGeographic: false)
      return
    }
    self.init(datum, grid)
  }
}

extension Datum {
  fileprivate init?(_ words: [String: String]) {
    switch (words["datum"] ?? words["ellps"] ?? "").uppercased() {
    case "WGS84":
      self =
        words["datum"] == nil ? .unknown(semimajorAxis: 6_378_137, inverseFlattening: 298.257223563) : .wgs84
    case "NAD83" where words["datum"] != nil: self = .nad83
    case "GRS80": self = .unknown(semimajorAxis: 6_378_137, inverseFlattening: 298.257222101)
    case "":
      func number(_ name: String) -> Double? { words[name].flatMap { Double($0) } }
      if let radius = number("R") {
        self = .unknown(semimajorAxis: radius, inverseFlattening: 0)
      } else if let axis = number("a"), let flattening = number("rf") {
        self = .unknown(semimajorAxis: axis, inverseFlattening: flattening)
      } else if let axis = number("a"), let minor = number("b") {
        self = .unknown(semimajorAxis: axis, inverseFlattening: axis == minor ? 0 : axis / (axis - minor))
      } else if words["a"] == nil, words["f"] == nil {
        // PROJ's own default is GRS 1980; a text that names no figure means nothing more exact.
        self = .unknown(semimajorAxis: 6_378_137, inverseFlattening: 298.257222101)
      } else {
        return nil
      }
    default: return nil
    }
  }
}

extension MapGrid {
  fileprivate init?(_ words: [String: String], _ text: String) throws(CoordinateSystemError) {
    func number(_ names: String..., otherwise: Double) throws(CoordinateSystemError) -> Double {
      guard let name = names.first(where: { words[$0] != nil }), let word = words[name] else {
        return otherwise
      }
      guard let value = Double(word), value.isFinite else {
        throw .unreadable(text, reason: "+\(name)=\(word) is no number")
      }
      return value
    }
    let method: Method
    switch words["proj"] ?? "" {
    case "utm":
      let zone = try number("zone", otherwise: 0)
      guard zone == zone.rounded(), (1...60).contains(zone) else {
        throw .unreadable(text, reason: "+proj=utm needs a +zone from 1 to 60")
      }
      self = .utm(Int(zone), isSouth: words["south"] != nil)
      return
    case "tmerc":
      method = .transverseMercator(
        latitude: try number("lat_0", otherwise: 0), scale: try number("k", "k_0", otherwise: 1))
    case "merc":
      guard try number("k", "k_0", otherwise: 1) == 1 else { return nil }
      method = .mercator(trueScale: abs(try number("lat_ts", otherwise: 0)))
    case "stere":
      let pole = try number("lat_0", otherwise: 0)
      let parallel = try number("lat_ts", otherwise: pole)
      guard abs(pole) == 90, abs(parallel) < 90, try number("k", "k_0", otherwise: 1) == 1 else { return nil }
      method = .polarStereographic(trueScale: pole < 0 ? -abs(parallel) : abs(parallel))
    default: return nil
    }
    self.init(
      method, longitude: try number("lon_0", otherwise: 0), falseEasting: try number("x_0", otherwise: 0),
      falseNorthing: try number("y_0", otherwise: 0))
  }
}
