/// Where an axis is marked, and with what.
public struct Ticks: Equatable, Sendable {
  /// Where they stand on the axis.
  public var values: [Double]
  /// What is written at each.
  public var labels: [String]

  /// Multiples of 1, 2 or 5 times a power of ten inside `range`, about `count` of them (at least two where
  /// the range is not empty), exact to the last bit: an integer times or over a power of ten.
  public static func linear(_ range: ClosedRange<Double>, count: Int = 5) -> Ticks {
    let width = range.upperBound - range.lowerBound
    guard width > 0, width.isFinite else {
      return Ticks(values: [range.lowerBound], labels: [NumberText.significant(range.lowerBound)])
    }
    var (mantissa, exponent) = step(atLeast: width / Double(max(count, 1)))
    var values = multiples(mantissa, exponent, in: range)
    // −45 … 45 holds one multiple of 50: an axis needs three marks to be read, two where there is no room.
    for _ in 0..<2 where values.count < min(3, count) {
      (mantissa, exponent) = step(atLeast: scaled(mantissa, exponent) * 0.39)
      values = multiples(mantissa, exponent, in: range)
    }
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    let plain = largest < 1e6 && scaled(mantissa, exponent) >= 1e-6
    return Ticks(
      values: values,
      labels: values.map {
        plain ? NumberText.fixed($0, decimals: max(0, -exponent)) : NumberText.significant($0, 6)
      })
  }

  /// Powers of ten inside a positive range; with less than two of them also 2 and 5 times those, and where
  /// even that is too few the marks of a linear axis.
  public static func logarithmic(_ range: ClosedRange<Double>) -> Ticks {
    let (low, high) = (range.lowerBound * (1 - 1e-9), range.upperBound * (1 + 1e-9))
    guard low > 0 else { return linear(range) }
    let exponents = -320...308
    for mantissas in [[1], [1, 3], [1, 2, 5]] {
      var values = exponents.flatMap { exponent in mantissas.map { scaled($0, exponent) } }
      values = values.filter { $0 >= low && $0 <= high }
      if values.count >= 3 {
        let every = (values.count + 7) / 8
        values = values.enumerated().filter { $0.offset % every == 0 }.map(\.element)
        return Ticks(values: values, labels: values.map(logarithmicLabel))
      }
    }
    return linear(range, count: 4)
  }

  /// `10⁻⁸` rather than `1×10⁻⁸`.
  private static func logarithmicLabel(_ value: Double) -> String {
    let label = NumberText.significant(value)
    return label.hasPrefix("1×") ? String(label.dropFirst(2)) : label
  }

  private static func multiples(_ mantissa: Int, _ exponent: Int, in range: ClosedRange<Double>) -> [Double] {
    let size = scaled(mantissa, exponent)
    let slack = 1e-9 * (range.upperBound - range.lowerBound)
    let first = ((range.lowerBound - slack) / size).rounded(.up)
    let last = ((range.upperBound + slack) / size).rounded(.down)
    // A range of a few units in the last place of huge numbers has no marks that integers could count.
    guard first <= last, abs(first) < 1e15, abs(last) < 1e15 else { return [] }
    return (Int(first)...Int(last)).map { scaled($0 * mantissa, exponent) }
  }

  private static func step(atLeast raw: Double) -> (mantissa: Int, exponent: Int) {
    var exponent = 0
    while scaled(1, exponent) > raw, exponent > -320 { exponent -= 1 }
    while scaled(1, exponent + 1) <= raw { exponent += 1 }
    for mantissa in [1, 2, 5] where scaled(mantissa, exponent) >= raw * (1 - 1e-12) {
      return (mantissa, exponent)
    }
    return (1, exponent + 1)
  }

  private static func scaled(_ mantissa: Int, _ exponent: Int) -> Double {
    let small = (0..<min(abs(exponent), 300)).reduce(1.0) { power, _ in power * 10 }
    let rest = (0..<max(0, abs(exponent) - 300)).reduce(1.0) { power, _ in power * 10 }
    return exponent >= 0 ? Double(mantissa) * small * rest : Double(mantissa) / small / rest
  }
}

/// Maps values to pixels, linearly or by their logarithm.
struct Scale {
  var domain: ClosedRange<Double>
  /// Pixel of the lower and of the upper bound.
  var start, end: Double
  var isLogarithmic = false

  func position(_ value: Double) -> Double {
    let fraction: Double
    if isLogarithmic {
      let low = PlotMath.log10(domain.lowerBound)
      fraction = (PlotMath.log10(value) - low) / (PlotMath.log10(domain.upperBound) - low)
    } else {
      fraction = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    }
    return start + fraction * (end - start)
  }

  var ticks: Ticks {
    isLogarithmic ? .logarithmic(domain) : .linear(domain, count: max(2, Int(abs(end - start) / 62)))
  }

  /// A domain with a margin about the values; logarithmic ones only where every value is positive.
  static func domain(of values: [Double], margin: Double = 0.05, logarithmic: Bool = false) -> ClosedRange<
    Double
  > {
    let kept = values.filter { $0.isFinite && (!logarithmic || $0 > 0) }
    guard let low = kept.min(), let high = kept.max() else { return logarithmic ? 1...10 : 0...1 }
    if logarithmic {
      guard high > low else { return (low / 2)...(high * 2) }
      let ratio = high / low
      // (1 + ratio)^margin without a power function: a tenth of a decade and more for wide ranges.
      let factor = ratio > 100 ? 1.4 : ratio > 3 ? 1.15 : 1 + (ratio - 1) * margin
      return (low / factor)...(high * factor)
    }
    guard high > low else {
      let reach = low == 0 ? 1 : abs(low) * 0.1
      return (low - reach)...(high + reach)
    }
    let space = (high - low) * margin
    return (low - space)...(high + space)
  }
}
