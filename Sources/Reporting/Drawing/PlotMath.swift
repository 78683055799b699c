import NumericCore

/// Arithmetic of figures; without libm, so that a picture has the same pixels on every machine.
enum PlotMath {
  static func log10(_ value: Double) -> Double { Elementary.log10(value) }
  static func power10(_ value: Double) -> Double { Elementary.pow(10, value) }

  /// Linear interpolation between order statistics of sorted, finite values; `fraction` in 0 … 1.
  static func percentile(_ sorted: [Double], _ fraction: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = fraction * Double(sorted.count - 1)
    let lower = Int(place)
    guard lower + 1 < sorted.count else { return last }
    return sorted[lower] + (place - Double(lower)) * (sorted[lower + 1] - sorted[lower])
  }

  static func finite(_ values: [Double]) -> [Double] { values.filter { $0.isFinite } }

  static func mean(_ values: [Double]) -> Double { Statistics.mean(finite(values)) }
  static func rootMeanSquare(_ values: [Double]) -> Double { Statistics.rms(finite(values)) }
}
