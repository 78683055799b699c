/// Differences on a staggered grid, of order 2, 4, 6 or 8.
public struct Stencil: Equatable, Hashable, Sendable {
  /// Of accuracy in space.
  public let order: Int

  /// - Throws: `.unknownOrder`.
  public init(order: Int) throws(WaveError) {
    guard [2, 4, 6, 8].contains(order) else { throw .unknownOrder(order) }
    self.order = order
  }

  /// c_m = (−1)^(m+1) Π_{l≠m} (2l−1)² / ((2m−1) Π_{l≠m} |(2m−1)² − (2l−1)²|), m = 1 … order/2. [Fornberg1988]
  public var coefficients: [Double] {
    let half = order / 2
    return (1...half).map { m in
      var numerator = m % 2 == 1 ? 1.0 : -1.0
      var denominator = Double(2 * m - 1)
      for l in 1...half where l != m {
        let (a, b) = (Double((2 * m - 1) * (2 * m - 1)), Double((2 * l - 1) * (2 * l - 1)))
        numerator *= b
        denominator *= abs(a - b)
      }
      return numerator / denominator
    }
  }

  /// The largest v dt/h of stable leapfrog steps in two dimensions, 1/(√2 Σ|c_m|).
  public var courantLimit: Double {
    1 / (2.0.squareRoot() * coefficients.reduce(0) { $0 + abs($1) })
  }

  /// The part of the limit that is allowed.
  public static let safety = 0.95

  /// The largest step allowed at speeds up to `fastest`, seconds.
  public func largestStep(spacing: Double, fastest: Double) -> Double {
    Self.safety * courantLimit * spacing / fastest
  }

  /// Points a wavelength that the default asks for.
  public var defaultPoints: Double {
    switch order {
    case 8: 6
    case 6: 7
    case 4: 10
    default: 20
    }
  }

  /// Below these, errors are of the size of the signal after a few wavelengths: refused.
  public var fewestPoints: Double {
    switch order {
    case 8: 3
    case 6: 3.5
    case 4: 4
    default: 8
    }
  }
}
