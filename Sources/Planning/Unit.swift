public import Manifests

/// A unit of measure that manifests may use.
public struct Unit: Hashable, Sendable {
  public let symbol: String
  public let dimension: PhysicalDimension
  /// How many canonical units (m, m/s², kg/m³, degree, s) it is.
  public let factor: ExactDecimal

  init(_ symbol: String, _ dimension: PhysicalDimension, _ factor: String) {
    guard let exact = ExactDecimal(factor) else { preconditionFailure("bad factor \(factor)") }
    (self.symbol, self.dimension, self.factor) = (symbol, dimension, exact)
  }

  public static let metre = Unit("m", .length, "1")
  public static let kilometre = Unit("km", .length, "1e3")
  public static let milligal = Unit("mGal", .acceleration, "1e-5")
  public static let kilogramPerCubicMetre = Unit("kg/m3", .density, "1")

  /// Every unit, the canonical one of each dimension first among its kind.
  public static let all: [Unit] = [
    Unit("%", .dimensionless, "0.01"),
    metre, kilometre, Unit("cm", .length, "0.01"), Unit("mm", .length, "0.001"), Unit("ft", .length, "0.3048"),
    Unit("m/s2", .acceleration, "1"), milligal, Unit("uGal", .acceleration, "1e-8"),
    Unit("Gal", .acceleration, "0.01"), Unit("um/s2", .acceleration, "1e-6"), Unit("nm/s2", .acceleration, "1e-9"),
    kilogramPerCubicMetre, Unit("g/cm3", .density, "1e3"), Unit("t/m3", .density, "1e3"),
    Unit("deg", .angle, "1"),
    Unit("s", .time, "1"), Unit("ms", .time, "0.001"), Unit("min", .time, "60"), Unit("h", .time, "3600"),
  ]

  public static func named(_ symbol: String) -> Unit? { all.first { $0.symbol == symbol } }
}
