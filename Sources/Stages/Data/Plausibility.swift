/// Ranges in which values of a quantity lie on Earth; what lies outside is told, as it often has another unit, another sign
/// or another meaning.
enum Plausibility: String {
  case anomaly, observedGravity, surface, observationHeight, gravityDeviation, heightDeviation, density

  /// Smallest and largest, and above which size some value is expected to be: all smaller ones have another unit.
  private var range: (low: Double, high: Double, least: Double) {
    switch self {
    case .anomaly: (-1000, 1000, 0.05)
    // The ellipsoid's gravity at its surface, with anomalies and heights of up to some 20 km.
    case .observedGravity: (970_000, 985_000, 0)
    // From the depth of the thickest lithosphere to the highest mountain.
    case .surface: (-400_000, 9000, 0)
    case .observationHeight: (-12_000, 1_000_000, 0)
    case .gravityDeviation: (0, 1000, 0)
    case .heightDeviation: (0, 100_000, 0)
    case .density: (-6000, 25_000, 20)
    }
  }

  private var unit: String {
    switch self {
    case .anomaly, .observedGravity, .gravityDeviation: "mGal"
    case .surface, .observationHeight, .heightDeviation: "m"
    case .density: "kg/m3"
    }
  }

  private var name: String {
    switch self {
    case .anomaly: "gravity anomalies"
    case .observedGravity: "observed gravity"
    case .surface: "heights of a surface"
    case .observationHeight: "heights of observations"
    case .gravityDeviation: "standard deviations of gravity"
    case .heightDeviation: "standard deviations of heights"
    case .density: "densities"
    }
  }

  /// What to tell; nil where all is as expected.
  func remark(on values: [Double], of what: String) -> String? {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    let range = range
    if low < range.low || high > range.high {
      return
        "'\(what)' goes from \(low) to \(high) \(unit), but \(name) lie within \(range.low) … \(range.high) on Earth: "
        + "check unit, sign and meaning"
    }
    let largest = max(abs(low), abs(high))
    if largest > 0, largest < range.least {
      return "'\(what)' goes from \(low) to \(high) \(unit), which is very little for \(name): check the unit"
    }
    return nil
  }
}
