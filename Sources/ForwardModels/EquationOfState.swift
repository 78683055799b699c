import NumericCore

/// The third-order Birch–Murnaghan equation of state of a crystal at one temperature. [Birch1947]
///
///     P = 3/2 K₀ (x⁷ − x⁵) (1 + 3/4 (K₀′ − 4)(x² − 1)),   x = (V₀/V)^(1/3)
public struct EquationOfState: Sendable, Equatable {
  /// Volume without pressure, in any unit.
  public var volume: Double
  /// Bulk modulus without pressure, in the unit that pressures get.
  public var bulkModulus: Double
  /// Its derivative by pressure.
  public var derivative: Double

  /// - Precondition: volume and bulk modulus above 0.
  public init(volume: Double, bulkModulus: Double, derivative: Double) {
    precondition(volume > 0 && bulkModulus > 0, "a crystal has a volume and resists")
    (self.volume, self.bulkModulus, self.derivative) = (volume, bulkModulus, derivative)
  }

  /// The pressure at which a volume, in the unit of V₀, is in equilibrium.
  /// - Precondition: above 0.
  public func pressure(volume v: Double) -> Double {
    let x = Elementary.pow(volume / v, 1.0 / 3)
    let square = x * x
    let fifth = square * square * x
    return 1.5 * bulkModulus * (fifth * square - fifth) * (1 + 0.75 * (derivative - 4) * (square - 1))
  }
}
