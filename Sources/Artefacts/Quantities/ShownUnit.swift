/// The unit in which people read what a file gives in another.
public struct ShownUnit: Sendable, Hashable {
  /// Behind the number; empty for plain ones.
  public let symbol: String
  /// From the file's unit to this one.
  public let factor: Double

  /// - Parameter units: attribute of a variable; nil, `1` or nothing for a plain number.
  public init(_ units: String?) {
    (symbol, factor) =
      switch units {
      case nil, "1"?, ""?: ("", 1)
      case "m s-2"?, "m/s2"?, "m s**-2"?, "m/s**2"?, "m s^-2"?: ("mGal", 1e5)
      case "m s-1"?, "m/s"?: ("m/s", 1)
      case "kg m-3"?, "kg/m3"?, "kg m**-3"?, "kg/m**3"?, "kg m^-3"?: ("kg/m³", 1)
      case let other?: (other, 1)
      }
  }

  /// Values in the file's unit, in this one.
  public func shown(_ values: [Double]) -> [Double] { factor == 1 ? values : values.map { $0 * factor } }
}
