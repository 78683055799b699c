import NumericCore

/// The box in which an optimiser searches.
public struct SearchSpace: Sendable, Equatable {
  /// One axis. Optimisers work on the unit interval: linear in the value or in its decimal logarithm. A whole
  /// number k takes the part from k − ½ to k + ½, so that the ends get as much of it as the rest.
  public struct Parameter: Sendable, Equatable {
    /// Ends, in the parameter's own unit; both are reached.
    public let low, high: Double
    /// Whether it is searched by its logarithm, and takes whole numbers only.
    public let isLogarithmic, isInteger: Bool
    /// Ends of the unit interval, as logarithms where the axis is logarithmic.
    private let start, end: Double

    /// - Precondition: low ≤ high, both finite; whole for an integer; low > 0 for a logarithm.
    private init(_ low: Double, _ high: Double, isLogarithmic: Bool, isInteger: Bool) {
      precondition(low <= high && low.isFinite && high.isFinite, "an empty or endless interval")
      precondition(!isLogarithmic || low > 0, "a logarithmic axis is positive")
      precondition(!isInteger || (low.rounded() == low && high.rounded() == high), "ends are whole")
      (self.low, self.high, self.isLogarithmic, self.isInteger) = (low, high, isLogarithmic, isInteger)
      let margin = isInteger ? 0.5 : 0
      start = isLogarithmic ? Elementary.log10(low - margin) : low - margin
      end = isLogarithmic ? Elementary.log10(high + margin) : high + margin
    }

    /// - Precondition: low ≤ high, both finite.
    public static func real(_ low: Double, _ high: Double) -> Parameter {
      Parameter(low, high, isLogarithmic: false, isInteger: false)
    }

    /// - Precondition: 0 < low ≤ high, both finite.
    public static func logarithmic(_ low: Double, _ high: Double) -> Parameter {
      Parameter(low, high, isLogarithmic: true, isInteger: false)
    }

    /// - Precondition: low ≤ high; low > 0 for a logarithm.
    public static func integer(_ low: Int, _ high: Int, logarithmic: Bool = false) -> Parameter {
      Parameter(Double(low), Double(high), isLogarithmic: logarithmic, isInteger: true)
    }

    /// How many values there are; nil for a continuum.
    public var count: Int? { isInteger ? Int(high - low) + 1 : (low == high ? 1 : nil) }

    /// The value at a place of the unit interval, exactly `low` at 0 and `high` at 1.
    public func value(at unit: Double) -> Double {
      if unit <= 0 { return low }
      if unit >= 1 { return high }
      let place = start + (end - start) * unit
      let value = isLogarithmic ? Elementary.pow10(place) : place
      return min(high, max(low, isInteger ? value.rounded() : value))
    }

    /// The place of a value; of an integer's, the middle of its part.
    public func unit(of value: Double) -> Double {
      guard end > start else { return 0.5 }
      if !isInteger { return share(of: value) }
      let edges = cell(of: value)
      return 0.5 * (edges.lower + edges.upper)
    }

    /// The part of the unit interval that becomes an integer's value.
    func cell(of value: Double) -> (lower: Double, upper: Double) {
      guard end > start else { return (0, 1) }
      return (share(of: value - 0.5), share(of: value + 0.5))
    }

    private func share(of value: Double) -> Double {
      let place = isLogarithmic ? Elementary.log10(max(value, low * 0.25)) : value
      return min(1, max(0, (place - start) / (end - start)))
    }
  }

  /// The axes.
  public let parameters: [Parameter]

  /// - Precondition: there is a parameter.
  public init(_ parameters: [Parameter]) {
    precondition(!parameters.isEmpty, "nothing to search")
    self.parameters = parameters
  }

  /// Axes.
  public var dimensions: Int { parameters.count }

  /// How many points there are; nil for a continuum and beyond 2⁴⁰.
  public var count: Int? {
    var total = 1
    for parameter in parameters {
      guard let count = parameter.count, total <= 1 << 40 / count else { return nil }
      total *= count
    }
    return total
  }

  /// The values at a point of the unit cube.
  public func point(_ units: [Double]) -> [Double] { zip(parameters, units).map { $0.value(at: $1) } }

  /// The point of the unit cube that stands for values.
  public func units(_ point: [Double]) -> [Double] { zip(parameters, point).map { $0.unit(of: $1) } }

  /// Every point of a space of whole numbers; the first parameter varies slowest.
  func allPoints() -> [[Double]] {
    parameters.reduce([[]]) { points, parameter in
      points.flatMap { point in
        (0..<(parameter.count ?? 0)).map { point + [parameter.low + Double($0)] }
      }
    }
  }
}
