/// Units as files of others write them, and the one that this program keeps for each kind of quantity.
struct FileUnit: Equatable {
  /// `m`, `mGal` or `kg/m3`.
  var canonical: String
  /// Canonical value = value · multiplier / divisor: powers of ten below one would not be exact.
  var multiplier: Double = 1
  var divisor: Double = 1

  func convert(_ value: Double) -> Double { value * multiplier / divisor }

  /// Nil for a unit that isn't known.
  init?(_ text: String) {
    guard let found = FileUnit.all[FileUnit.normalized(text)] else { return nil }
    self = found
  }

  private init(_ canonical: String, times multiplier: Double = 1, over divisor: Double = 1) {
    (self.canonical, self.multiplier, self.divisor) = (canonical, multiplier, divisor)
  }

  static let acceptedLengths = ["m", "km", "cm", "mm", "ft"]

  private static let all: [String: FileUnit] = {
    let kinds: [(FileUnit, String)] = [
      (FileUnit("m"), "m meter meters metre metres"),
      (FileUnit("m", times: 1000), "km kilometer kilometers kilometre kilometres"),
      (FileUnit("m", over: 100), "cm"), (FileUnit("m", over: 1000), "mm"),
      (FileUnit("m", times: 0.3048), "ft foot feet"),
      (FileUnit("mGal"), "mgal mgals milligal milligals"),
      (FileUnit("mGal", over: 1000), "ugal microgal microgals"),
      (FileUnit("mGal", times: 1000), "gal gals"), (FileUnit("mGal", over: 10), "gu"),
      (FileUnit("mGal", times: 1e5), "m/s2 ms-2 meter/second2"),
      (FileUnit("mGal", over: 10), "um/s2 ums-2"), (FileUnit("mGal", over: 1e4), "nm/s2 nms-2"),
      (FileUnit("kg/m3"), "kg/m3 kgm-3"), (FileUnit("kg/m3", times: 1000), "g/cm3 gcm-3 g/cc t/m3 tm-3"),
    ]
    var result: [String: FileUnit] = [:]
    for (unit, names) in kinds {
      for name in names.split(separator: " ") { result[String(name)] = unit }
    }
    return result
  }()

  /// `m s^-2`, `m/s**2`, `m·s⁻²` and `M/S2` lose their spelling: `ms-2`, `m/s2`.
  private static func normalized(_ text: String) -> String {
    let replaced: [Character: Character] = ["µ": "u", "μ": "u", "²": "2", "³": "3", "⁻": "-"]
    let dropped: Set<Character> = [" ", ".", "*", "^", "·"]
    return String(text.lowercased().filter { !dropped.contains($0) }.map { replaced[$0] ?? $0 })
  }
}

/// Conversion of columns whose unit the user names.
public enum FileUnits {
  /// The canonical unit (`m`, `mGal`, `kg/m3`) that a unit is one of, and how many of it; nil for one that isn't known.
  public static func canonical(_ text: String) -> (unit: String, factor: Double)? {
    FileUnit(text).map { ($0.canonical, $0.multiplier / $0.divisor) }
  }

  /// The values in a canonical unit (`m`, `mGal`, `kg/m3`); nil for a unit that isn't known or of something else.
  public static func converted(_ values: [Double], from text: String, to canonical: String) -> [Double]? {
    guard let unit = FileUnit(text), unit.canonical == canonical else { return nil }
    return unit.multiplier == 1 && unit.divisor == 1 ? values : values.map(unit.convert)
  }
}
