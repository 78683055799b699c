import Planning
import StageSupport

/// Standard deviations that are a part of the values themselves, as instruments state them: `2 %`.
enum RelativeUncertainty {
  static let name = "uncertainty_fraction"

  static func setting(_ prefix: String) -> SettingSpec {
    SettingSpec(
      name, .number(.dimensionless), .optional, minimum: "0 %",
      "\(prefix)this part of each value (2 %) is its standard deviation; added in quadrature to the one that is given"
    )
  }

  /// σ = √(σ₀² + (f v)²), value by value.
  /// - Parameters:
  ///   - deviations: σ₀; nil for none.
  ///   - values: v, in the same unit.
  ///   - isObserved: whether the values are whole gravity, of which a part is no deviation that anything has.
  /// - Returns: nil where no deviation is given at all.
  static func added(
    to deviations: [Double]?, values: [Double], _ settings: Settings, isObserved: Bool
  ) throws -> [Double]? {
    guard let fraction = settings.optionalNumber(name) else { return deviations }
    guard !isObserved else {
      throw StageError.outOfPlace(
        "'\(name)' is a part of each value, and observed gravity is mostly the ellipsoid's; give the deviation as "
          + "'uncertainty'")
    }
    return values.indices.map { index in
      let (own, part) = (deviations?[index] ?? 0, fraction * values[index])
      return (own * own + part * part).squareRoot()
    }
  }
}
