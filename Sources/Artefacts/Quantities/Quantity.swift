public import Datasets
public import Planning

/// What the numbers of a variable mean: more than their dimension, for a height and a thickness are both lengths, and
/// gravity and its anomaly both accelerations.
public struct Quantity: Sendable, Hashable {
  /// In the plural, as messages write it: `heights`.
  public let words: String
  /// What its units measure.
  public let dimension: PhysicalDimension
  /// How files give it, by the climate and forecast conventions.
  public let units: String
  /// Whether its values lie about zero, so that a map shows their sign.
  public let isSigned: Bool
  /// What its numbers are, where all are whole; nil for other quantities.
  public let whole: Dataset.Whole?

  /// In the dimension's canonical unit unless another is given, and about no zero.
  public init(
    _ words: String, _ dimension: PhysicalDimension, units: String? = nil, isSigned: Bool = false,
    whole: Dataset.Whole? = nil
  ) {
    (self.words, self.dimension, self.isSigned, self.whole) = (words, dimension, isSigned, whole)
    self.units = units ?? dimension.units
  }

  /// `heights (m)`
  public var inWords: String { units == "1" ? words : "\(words) (\(units))" }
}

extension Quantity {
  /// Without a unit and a meaning of its own.
  public static let number = Quantity("plain numbers", .dimensionless)
  /// 0, 1, 2, …
  public static let count = Quantity("counts", .dimensionless, whole: .count)
  /// 0 or 1, a word each.
  public static func flag(no: String, yes: String) -> Quantity {
    Quantity("flags", .dimensionless, whole: .flag(no: no, yes: yes))
  }
  /// 0 to 1.
  public static let probability = Quantity("probabilities", .dimensionless)
  /// Metres above the datum of the file, positive upwards.
  public static let height = Quantity("heights", .length)
  /// Metres along the ground or a grid's axis.
  public static let distance = Quantity("distances", .length)
  /// mGal, 10⁻⁵ m/s², positive where it pulls down more.
  public static let gravity = Quantity("gravity", .acceleration, units: "mGal", isSigned: true)
  /// Eötvös, 10⁻⁹ s⁻².
  public static let gravityGradient = Quantity(
    "gradients of gravity", PhysicalDimension("gradient of acceleration", units: "s-2"), units: "Eotvos")
  /// J/kg.
  public static let gravityPotential = Quantity(
    "potentials of gravity", PhysicalDimension("energy by mass", units: "J kg-1"))
  /// kg/m³, below a surface minus above it.
  public static let densityContrast = Quantity("density contrasts", .density)
  /// kg/m³, of a body.
  public static let density = Quantity("densities", .density)
  /// The ellipsoid's included.
  public static let observedGravity = Quantity("observed gravity", .acceleration)
  /// In no unit: only their ratios count, or 0 and 1.
  public static let weight = Quantity("weights", .dimensionless)
}
