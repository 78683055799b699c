public import Manifests

/// A unit of measure that manifests may use.
public struct Unit: Hashable, Sendable {
  /// As the manifest writes it.
  public let symbol: String
  /// What it measures.
  public let dimension: PhysicalDimension
  /// How many canonical units (m, m/s², kg/m³, degree, s) it is.
  public let factor: ExactDecimal

  init(_ symbol: String, _ dimension: PhysicalDimension, _ factor: String) {
    guard let exact = ExactDecimal(factor) else { preconditionFailure("bad factor \(factor)") }
    (self.symbol, self.dimension, self.factor) = (symbol, dimension, exact)
  }

  /// m.
  public static let metre = Unit("m", .length, "1")
  /// 1000 m.
  public static let kilometre = Unit("km", .length, "1e3")
  /// 10⁻⁵ m/s².
  public static let milligal = Unit("mGal", .acceleration, "1e-5")
  /// m/s².
  public static let metrePerSquareSecond = Unit("m/s2", .acceleration, "1")
  /// kg/m³.
  public static let kilogramPerCubicMetre = Unit("kg/m3", .density, "1")
  /// An angle; the canonical one.
  public static let degree = Unit("deg", .angle, "1")
  /// s.
  public static let second = Unit("s", .time, "1")

  /// Every unit, the canonical one of each dimension first among its kind.
  public static let all: [Unit] = [
    Unit("%", .dimensionless, "0.01"),
    metre, kilometre, Unit("cm", .length, "0.01"), Unit("mm", .length, "0.001"),
    Unit("ft", .length, "0.3048"),
    metrePerSquareSecond, milligal, Unit("uGal", .acceleration, "1e-8"),
    Unit("Gal", .acceleration, "0.01"), Unit("um/s2", .acceleration, "1e-6"),
    Unit("nm/s2", .acceleration, "1e-9"),
    kilogramPerCubicMetre, Unit("g/cm3", .density, "1e3"), Unit("t/m3", .density, "1e3"),
    degree,
    second, Unit("ms", .time, "0.001"), Unit("min", .time, "60"), Unit("h", .time, "3600"),
  ]

  private static let bySymbol = Dictionary(uniqueKeysWithValues: all.map { ($0.symbol, $0) })

  /// The unit that a manifest calls so; `µGal`, `m/s²`, `m/s^2` and `°` are read as `uGal`, `m/s2`, `m/s2`, `deg`.
  public static func named(_ symbol: String) -> Unit? {
    bySymbol[symbol] ?? (isPlain(symbol) ? nil : bySymbol[plain(symbol)])
  }

  private static func isPlain(_ symbol: String) -> Bool {
    symbol.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "^") }
  }

  private static func plain(_ symbol: String) -> String {
    var text = ""
    for scalar in symbol.unicodeScalars {
      switch scalar {
      case "\u{B5}", "\u{3BC}": text += "u"
      case "\u{B2}": text += "2"
      case "\u{B3}": text += "3"
      case "\u{B0}": text += "deg"
      case "^": break
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Symbols of units by their names and by the symbols that other programs use; plurals without the s.
  private static let spelt: [String: String] = [
    "metre": "m", "meter": "m", "kilometre": "km", "kilometer": "km", "centimetre": "cm", "centimeter": "cm",
    "millimetre": "mm", "millimeter": "mm", "foot": "ft", "feet": "ft", "mtr": "m", "kms": "km",
    "milligal": "mGal", "microgal": "uGal", "degree": "deg", "second": "s", "sec": "s", "millisecond": "ms",
    "minute": "min", "hour": "h", "hr": "h", "percent": "%", "pct": "%", "g/cc": "g/cm3", "gcc": "g/cm3",
    "g/ccm": "g/cm3", "kgm-3": "kg/m3", "kg/cbm": "kg/m3", "kgm3": "kg/m3", "gcm-3": "g/cm3", "ms-2": "m/s2",
    "m/s/s": "m/s2",
  ]

  /// The unit that a misspelt symbol was probably meant to be; capitals count as a slip.
  static func nearest(to symbol: String) -> String? {
    let lower = symbol.lowercased()
    if let unit = spelt[lower] ?? spelt[lower.last == "s" ? String(lower.dropLast()) : lower] { return unit }
    if let unit = all.first(where: { $0.symbol.lowercased() == lower }) { return unit.symbol }
    return Suggestion.nearest(to: symbol, in: all.map(\.symbol))
  }
}
