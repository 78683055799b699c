#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The one elementary function that figures need beyond IEEE arithmetic. Positions are rounded to a hundredth
/// of a pixel afterwards.
enum PlotMath {
  static func log10(_ value: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log10(value)
    #else
      Darwin.log10(value)
    #endif
  }

  /// Linear interpolation between order statistics of sorted, finite values; `fraction` in 0 … 1.
  static func percentile(_ sorted: [Double], _ fraction: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = fraction * Double(sorted.count - 1)
    let lower = Int(place)
    guard lower + 1 < sorted.count else { return last }
    return sorted[lower] + (place - Double(lower)) * (sorted[lower + 1] - sorted[lower])
  }

  static func finite(_ values: [Double]) -> [Double] { values.filter { $0.isFinite } }

  static func mean(_ values: [Double]) -> Double {
    let kept = finite(values)
    return kept.isEmpty ? .nan : kept.reduce(0, +) / Double(kept.count)
  }

  static func rootMeanSquare(_ values: [Double]) -> Double {
    let kept = finite(values)
    return kept.isEmpty ? .nan : (kept.reduce(0) { $0 + $1 * $1 } / Double(kept.count)).squareRoot()
  }
}
