public import NumericCore

/// The coordinates in which an inference works, of parameters θ with a prior of given margins whose normal scores
/// Φ⁻¹(F(θ)) have given correlations R.
///
/// | coordinates | θ of x | ln prior in x |
/// |---|---|---|
/// | `priorQuantile` | F⁻¹(Φ(L₀x)), R = L₀L₀ᵀ | −½|x|² − ½d ln 2π, for any margins |
/// | `sigmoid` | a + (b − a)(e + (1 − 2e)/(1 + exp(−x))) | ln p(θ) + ln|dθ/dx| |
/// | `arctan` | a + (b − a)(e + (1 − 2e)(½ + atan(x)/π)) | ln p(θ) + ln|dθ/dx| |
/// | `clip` | min(b, max(a, x)) | ln p(θ), no Jacobian |
///
/// The last three are those of romtools; with them p is the prior without the factor that normalises a truncated normal
/// distribution on its interval, as there. e is `margin`.
public struct PriorCoordinates: Sendable {
  /// How θ follows from x.
  public enum Map: Sendable, Equatable {
    case priorQuantile, clip
    case sigmoid(margin: Double), arctan(margin: Double)
  }

  /// Of every parameter.
  public let margins: [PriorMargin]
  /// How θ follows from x.
  public let map: Map
  /// Of the normal scores of the margins; nil where they are independent.
  public let correlation: Cholesky?

  /// - Parameter correlation: R; nil for independent parameters.
  /// - Throws: `priorNotPositiveDefinite`, `unbounded`.
  /// - Precondition: R has a row for each margin.
  public init(
    _ margins: [PriorMargin], _ map: Map = .priorQuantile, correlation: Matrix? = nil
  ) throws(PosteriorError) {
    (self.margins, self.map) = (margins, map)
    if let correlation {
      precondition(correlation.rows == margins.count && correlation.columns == margins.count)
      do throws(NumericError) {
        self.correlation = try Cholesky(correlation)
      } catch {
        throw .priorNotPositiveDefinite(eigenvalue: SymmetricEigen(correlation).values.first ?? .nan)
      }
    } else {
      self.correlation = nil
    }
    switch map {
    case .priorQuantile, .clip: break
    case .sigmoid, .arctan:
      for (variable, margin) in margins.enumerated() {
        if margin.low == -.infinity { throw .unbounded(variable: variable, end: "lower") }
        if margin.high == .infinity { throw .unbounded(variable: variable, end: "upper") }
      }
    }
  }

  /// Parameters.
  public var dimension: Int { margins.count }

  /// θ of x. O(d²) with correlations.
  public func physical(_ x: [Double]) -> [Double] {
    precondition(x.count == dimension)
    switch map {
    case .priorQuantile:
      let scores = correlation?.factorTimes(x) ?? x
      return zip(margins, scores).map { $0.value(at: $1) }
    case .clip: return zip(margins, x).map { min($0.high, max($0.low, $1)) }
    case .sigmoid(let e), .arctan(let e):
      return zip(margins, x).map { margin, x in
        margin.low + (margin.high - margin.low) * (e + (1 - 2 * e) * share(x))
      }
    }
  }

  /// x of θ, the inverse of `physical`. Outside of the bounds that of the bound, 10⁻¹² of the interval within.
  public func coordinates(of physical: [Double]) -> [Double] {
    precondition(physical.count == dimension)
    switch map {
    case .priorQuantile:
      let scores = zip(margins, physical).map { margin, value in
        // An infinite score is no place to go on from.
        max(-8.2, min(8.2, margin.coordinate(of: value)))
      }
      guard let correlation else { return scores }
      var row = Matrix(rows: 1, columns: dimension, values: scores)
      correlation.solveForward(rows: &row)
      return row.values
    case .clip: return physical
    case .sigmoid(let e), .arctan(let e):
      return zip(margins, physical).map { margin, value in
        let u = ((value - margin.low) / (margin.high - margin.low) - e) / (1 - 2 * e)
        return place(min(1 - 1e-12, max(1e-12, u)))
      }
    }
  }

  /// u of x, in 0 … 1.
  private func share(_ x: Double) -> Double {
    if case .arctan = map { return 0.5 + Elementary.atan(x) / .pi }
    return 1 / (1 + Elementary.exp(-min(60, max(-60, x))))
  }

  private func place(_ u: Double) -> Double {
    if case .arctan = map {
      let (sine, cosine) = Elementary.sincos(.pi * (u - 0.5))
      return sine / cosine
    }
    return Elementary.log(u) - Elementary.log1p(-u)
  }

  /// dθᵢ/dxᵢ of the maps that go one by one; of `priorQuantile` with correlations, of the normal scores.
  public func slopes(at x: [Double]) -> [Double] {
    switch map {
    case .priorQuantile:
      let scores = correlation?.factorTimes(x) ?? x
      return zip(margins, scores).map { $0.slope(at: $1) }
    case .clip: return [Double](repeating: 1, count: dimension)
    case .sigmoid(let e), .arctan(let e):
      return zip(margins, x).map { margin, x in
        (margin.high - margin.low) * (1 - 2 * e) * shareSlope(x)
      }
    }
  }

  private func shareSlope(_ x: Double) -> Double {
    if case .arctan = map { return 1 / (.pi * (1 + x * x)) }
    let u = share(x)
    return u * (1 - u)
  }

  /// ln of the prior's density in x, with all constants, and with `sigmoid` and `arctan` with ln|dθ/dx|.
  public func logPrior(at x: [Double]) -> Double {
    switch map {
    case .priorQuantile:
      return -0.5 * Statistics.sum(x.map { $0 * $0 }) - Double(dimension) * PriorMargin.halfLogTwoPi
    case .clip: return logPhysicalPrior(physical(x))
    case .sigmoid, .arctan:
      let logSlopes = slopes(at: x).map { Elementary.log(max(abs($0), 1e-300)) }
      return logPhysicalPrior(physical(x)) + Statistics.sum(logSlopes)
    }
  }

  /// ln of the density of θ itself, by romtools' convention for truncated margins where the map is one of romtools'.
  public func logPhysicalPrior(_ theta: [Double]) -> Double {
    let isPeers = map != .priorQuantile
    let densities = zip(margins, theta).map { margin, value in
      isPeers ? margin.untruncatedLogDensity(value) : margin.logDensity(value)
    }
    guard let correlation else { return Statistics.sum(densities) }
    let scores = zip(margins, theta).map { margin, value in
      isPeers ? margin.untruncated.coordinate(of: value) : margin.coordinate(of: value)
    }
    // Of normal scores c with correlation R: −½ cᵀ(R⁻¹ − I)c − ½ ln|R|.
    let solved = correlation.solve(scores)
    let square = Statistics.sum(zip(scores, solved).map { $0 * $1 })
    let own = Statistics.sum(scores.map { $0 * $0 })
    return Statistics.sum(densities) - 0.5 * (square - own) - 0.5 * correlation.logDeterminant
  }
}

extension PriorMargin {
  /// Of a truncated normal distribution the whole one.
  fileprivate var untruncated: PriorMargin {
    if case .truncatedNormal(let mean, let deviation, _, _) = self {
      return .normal(mean: mean, deviation: deviation)
    }
    return self
  }
}
