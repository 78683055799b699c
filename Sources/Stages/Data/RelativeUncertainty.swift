import Planning

/// Standard deviations that are a part of the values themselves, as instruments state them: `2 %`.
enum RelativeUncertainty {
  static let setting = Setting(
    "uncertainty_fraction", .number, .later(default: 0), .atLeast(0),
    "this part of each value (2 %) is its standard deviation; added in quadrature to the one that is given")

  /// σ = √(σ₀² + (f v)²), value by value.
  /// - Parameters:
  ///   - deviations: σ₀; nil for none.
  ///   - values: v, in the same unit.
  ///   - fraction: f.
  /// - Returns: nil where no deviation is given at all.
  static func added(to deviations: [Double]?, values: [Double], fraction: Double) -> [Double]? {
    guard fraction > 0 else { return deviations }
    return values.indices.map { index in
      let (own, part) = (deviations?[index] ?? 0, fraction * values[index])
      return (own * own + part * part).squareRoot()
    }
  }
}
