import NumericCore

/// Whether the ELBO still rises: a line through its last values, against its own standard error.
public enum ElboTrend {
  /// Rise over the window and its standard error: weighted least squares through the values at 0 … n − 1, the error of each
  /// known. Nil with fewer than three values.
  public static func rise(_ values: [Double], errors: [Double]) -> (rise: Double, error: Double)? {
    let count = values.count
    guard count >= 3, errors.count == count, values.allSatisfy(\.isFinite) else { return nil }
    let largest = errors.max() ?? 0
    // Values without error (an exact fit) are weighed by rounding.
    let floor = max(largest * 1e-3, 1e-12 * (values.map(\.magnitude).max() ?? 1), 1e-300)
    let weights = errors.map { 1 / (max($0, floor) * max($0, floor)) }
    let total = Statistics.sum(weights)
    let centre = Statistics.sum(weights.enumerated().map { Double($0) * $1 }) / total
    let mean = Statistics.sum(zip(weights, values).map { $0 * $1 }) / total
    var (numerator, denominator) = (0.0, 0.0)
    for index in 0..<count {
      let place = Double(index) - centre
      numerator += weights[index] * place * (values[index] - mean)
      denominator += weights[index] * place * place
    }
    let width = Double(count - 1)
    return (numerator / denominator * width, width / denominator.squareRoot())
  }

  /// Whether the rise over the last `window` values is within its standard error and that error within `tolerance` nats.
  public static func isFlat(
    _ values: [Double], errors: [Double], window: Int, tolerance: Double
  ) -> Bool {
    guard values.count >= window, window >= 3,
      let (rise, error) = rise(Array(values.suffix(window)), errors: Array(errors.suffix(window)))
    else { return false }
    return rise <= error && error <= tolerance
  }
}
