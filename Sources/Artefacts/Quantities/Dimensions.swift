import Datasets
public import Planning

// What the numbers of this program's manifests and files measure. Angles have no SI unit that people write: theirs is
// the degree.
extension PhysicalDimension {
  /// Metres; shown in km from 1000 m on and in mm below 1 cm.
  public static let length: PhysicalDimension = PhysicalDimension(
    "length", units: "m",
    symbols: [
      .metre, .kilometre, Unit("cm", "0.01", of: .length), .millimetre, Unit("ft", "0.3048", of: .length),
    ],
    spellings: [
      "metre": "m", "meter": "m", "kilometre": "km", "kilometer": "km", "centimetre": "cm",
      "centimeter": "cm", "millimetre": "mm", "millimeter": "mm", "foot": "ft", "feet": "ft", "mtr": "m",
      "kms": "km",
    ],
    shown: SuitableUnits(.metre, large: (.kilometre, from: 3), small: (.millimetre, below: -2)))

  /// m/s²; shown in mGal, and in µGal below 10⁻⁸ m/s².
  public static let acceleration: PhysicalDimension = PhysicalDimension(
    "acceleration", units: "mGal", filed: .milligal,
    symbols: [
      .metrePerSquareSecond, .milligal, .microgal, Unit("Gal", "0.01", of: .acceleration),
      Unit("um/s2", "1e-6", of: .acceleration),
      Unit("nm/s2", "1e-9", of: .acceleration),
    ],
    spellings: ["milligal": "mGal", "microgal": "uGal", "ms-2": "m/s2", "m/s/s": "m/s2"],
    shown: SuitableUnits(.milligal, small: (.microgal, below: -8)))

  /// kg/m³.
  public static let density: PhysicalDimension = PhysicalDimension(
    "density", units: "kg m-3",
    symbols: [.kilogramPerCubicMetre, Unit("g/cm3", "1e3", of: .density), Unit("t/m3", "1e3", of: .density)],
    spellings: [
      "g/cc": "g/cm3", "gcc": "g/cm3", "g/ccm": "g/cm3", "kgm-3": "kg/m3", "kg/cbm": "kg/m3",
      "kgm3": "kg/m3", "gcm-3": "g/cm3",
    ], shown: SuitableUnits(.kilogramPerCubicMetre))

  /// Degrees.
  public static let angle: PhysicalDimension = PhysicalDimension(
    "angle", units: "degree", symbols: [.degree], spellings: ["degree": "deg"],
    shown: SuitableUnits(.degree))

  /// Seconds; shown in ms below 1 s.
  public static let time: PhysicalDimension = PhysicalDimension(
    "time", units: "s",
    symbols: [.second, .millisecond, Unit("min", "60", of: .time), Unit("h", "3600", of: .time)],
    spellings: [
      "second": "s", "sec": "s", "millisecond": "ms", "minute": "min", "hour": "h", "hr": "h",
    ], shown: SuitableUnits(.second, small: (.millisecond, below: 0)))

  /// m/s.
  public static let speed: PhysicalDimension = PhysicalDimension(
    "speed", units: "m s-1", symbols: [.metrePerSecond, Unit("km/s", "1e3", of: .speed)],
    spellings: ["mps": "m/s", "ms-1": "m/s", "kmps": "km/s", "kms-1": "km/s"],
    shown: SuitableUnits(.metrePerSecond))

  /// Hz.
  public static let frequency: PhysicalDimension = PhysicalDimension(
    "frequency", units: "Hz",
    symbols: [.hertz, Unit("mHz", "0.001", of: .frequency), Unit("kHz", "1e3", of: .frequency)],
    spellings: ["hertz": "Hz", "millihertz": "mHz", "hz": "Hz", "1/s": "Hz"],
    shown: SuitableUnits(.hertz))

  /// A number of a file in the canonical unit of what its own unit measures. Without a unit it is canonical.
  public static func canonical(_ value: Double, in units: String?) -> Double {
    guard let units, let measure = FileUnits.measure(of: units),
      let dimension = registered.first(where: { FileUnits.measure(of: $0.units) == measure }),
      let filed = FileUnits.converted([value], from: units, to: measure)
    else { return value }
    return dimension.canonical(filed: filed[0])
  }

  /// Those that manifests may use, in the order that messages list them.
  public static let registered: [PhysicalDimension] = [
    .length, .acceleration, .density, .angle, .time, .speed, .frequency,
  ]
}

extension Unit {
  /// 1 m.
  public static let metre = Unit("m", "1", of: .length)
  /// 1000 m.
  public static let kilometre = Unit("km", "1e3", of: .length)
  static let millimetre = Unit("mm", "0.001", of: .length)
  /// 1 m/s².
  public static let metrePerSquareSecond = Unit("m/s2", "1", of: .acceleration)
  /// 10⁻⁵ m/s².
  public static let milligal = Unit("mGal", "1e-5", of: .acceleration)
  static let microgal = Unit("uGal", "1e-8", of: .acceleration)
  /// 1 kg/m³.
  public static let kilogramPerCubicMetre = Unit("kg/m3", "1", of: .density)
  /// 1°: π/180.
  public static let degree = Unit("deg", "1", of: .angle)
  /// 1 s.
  public static let second = Unit("s", "1", of: .time)
  /// 1 m/s.
  public static let metrePerSecond = Unit("m/s", "1", of: .speed)
  /// 1 Hz.
  public static let hertz = Unit("Hz", "1", of: .frequency)
  static let millisecond = Unit("ms", "0.001", of: .time)
}
