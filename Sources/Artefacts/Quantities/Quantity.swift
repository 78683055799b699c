public import Planning

/// What the numbers of a variable mean: more than their dimension, for a height and a thickness are both lengths, and
/// gravity and its anomaly both accelerations.
public struct Quantity: Sendable, Hashable {
  /// In the plural, as messages write it: `heights`.
  public let words: String
  public let dimension: PhysicalDimension
  /// How files give it, by the climate and forecast conventions.
  public let units: String
  /// Whether its values lie about zero, so that a map shows their sign.
  public let isSigned: Bool

  public init(_ words: String, _ dimension: PhysicalDimension, units: String? = nil, isSigned: Bool = false) {
    (self.words, self.dimension, self.isSigned) = (words, dimension, isSigned)
    self.units = units ?? dimension.units
  }

  /// `heights (m)`
  public var inWords: String { units == "1" ? words : "\(words) (\(units))" }
}

extension Quantity {
  public static let number = Quantity("plain numbers", .dimensionless)
  public static let count = Quantity("counts", .dimensionless)
  public static let probability = Quantity("probabilities", .dimensionless)
  public static let height = Quantity("heights", .length)
  public static let distance = Quantity("distances", .length)
  public static let gravity = Quantity("gravity", .acceleration, units: "mGal", isSigned: true)
  public static let gravityGradient = Quantity(
    "gradients of gravity", PhysicalDimension("gradient of acceleration", units: "s-2"), units: "Eotvos")
  public static let gravityPotential = Quantity(
    "potentials of gravity", PhysicalDimension("energy by mass", units: "J kg-1"))
  public static let densityContrast = Quantity("density contrasts", .density)
  public static let density = Quantity("densities", .density)
  /// The ellipsoid's included.
  public static let observedGravity = Quantity("observed gravity", .acceleration)
  public static let weight = Quantity("weights", .dimensionless)
}
