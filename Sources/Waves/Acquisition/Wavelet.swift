import NumericCore

/// A function of time, in the unit of the component it drives.
public enum Wavelet: Equatable, Hashable, Sendable {
  /// (1 − 2a) e^(−a), a = (π f (t − t₀))².
  case ricker(frequency: Double, delay: Double)
  /// A delta whose spectrum is 1 between the periods, with cosine-squared flanks, zero phase about the delay.
  case filteredDelta(band: Band, delay: Double)
  /// The integral of `filteredDelta`: a step through the same band.
  case filteredHeaviside(band: Band, delay: Double)
  /// The rate of a smooth step of duration T: a Gaussian of unit area with standard deviation T/6 about the delay.
  case gaussianRate(duration: Double, delay: Double)
  /// Samples `step` apart from t = 0, of a band-limited function that is 0 before and after.
  case samples([Double], step: Double)

  /// The highest frequency that matters for the choice of a grid, Hz: 2.5 f of a Ricker wavelet.
  public var highestFrequency: Double {
    switch self {
    case .ricker(let frequency, _): 2.5 * frequency
    case .filteredDelta(let band, _), .filteredHeaviside(let band, _): band.highest
    // The spectrum e^(−(ωσ)²/2) is 0.04 at ωσ = 2.54.
    case .gaussianRate(let duration, _): 2.54 * 6 / (2 * .pi * duration)
    case .samples(let values, let step): Self.edge(of: values, step: step, level: 0.04)
    }
  }

  /// Beyond this the spectrum is below 1e-3 of its maximum: 3.2 f of a Ricker wavelet.
  public var bandwidth: Double {
    switch self {
    case .ricker(let frequency, _): 3.2 * frequency
    case .filteredDelta(let band, _), .filteredHeaviside(let band, _): band.highest
    case .gaussianRate(let duration, _): 3.72 * 6 / (2 * .pi * duration)
    case .samples(let values, let step): Self.edge(of: values, step: step, level: 1e-3)
    }
  }

  /// Samples at (n + offset) · step, n = 0 … count − 1.
  public func sampled(count: Int, step: Double, offset: Double) -> [Double] {
    func time(_ n: Int) -> Double { (Double(n) + offset) * step }
    switch self {
    case .ricker(let frequency, let delay):
      return (0..<count).map { n in
        let root = Double.pi * frequency * (time(n) - delay)
        return (1 - 2 * root * root) * Elementary.exp(-root * root)
      }
    case .gaussianRate(let duration, let delay):
      let sigma = duration / 6
      let peak = 1 / (sigma * (2 * Double.pi).squareRoot())
      return (0..<count).map { n in
        let u = (time(n) - delay) / sigma
        return peak * Elementary.exp(-0.5 * u * u)
      }
    case .filteredDelta(let band, let delay):
      return band.deltas(at: (0..<count).map { time($0) - delay })
    case .filteredHeaviside(let band, let delay):
      return band.steps(at: (0..<count).map { time($0) - delay })
    case .samples(let values, let own):
      return BandLimited.resampled(values, step: own, count: count, newStep: step, offset: offset)
    }
  }

  /// The frequency above which the amplitude spectrum stays below `level` of its maximum.
  private static func edge(of values: [Double], step: Double, level: Double) -> Double {
    let length = max(16, 2 * values.count)
    var (real, imaginary) = (
      values + [Double](repeating: 0, count: length - values.count), [Double](repeating: 0, count: length)
    )
    FourierTransform(length: length).forward(&real, &imaginary)
    let size = (0...length / 2).map { (real[$0] * real[$0] + imaginary[$0] * imaginary[$0]).squareRoot() }
    let limit = level * (size.max() ?? 0)
    let last = size.lastIndex { $0 > limit } ?? 0
    return Double(last + 1) / (Double(length) * step)
  }
}

/// A band of frequencies, named by periods in seconds, with flanks of a squared cosine in frequency.
public struct Band: Equatable, Hashable, Sendable {
  public let shortestPeriod, longestPeriod: Double
  /// Width of a flank as a part of the corner's frequency.
  public static let flank = 0.25

  /// - Throws: `.outOfRange` unless 0 < shortest < longest.
  public init(shortestPeriod: Double, longestPeriod: Double) throws(WaveError) {
    guard shortestPeriod > 0, longestPeriod > shortestPeriod else {
      throw .outOfRange(what: "the shortest period", value: shortestPeriod, low: 0, high: longestPeriod)
    }
    (self.shortestPeriod, self.longestPeriod) = (shortestPeriod, longestPeriod)
  }

  /// Corners: 0, and 1 where the response is whole.
  var corners: (low: Double, pass: Double, stop: Double, high: Double) {
    let (low, high) = (1 / longestPeriod, 1 / shortestPeriod)
    return (low * (1 - Self.flank), low, high, high * (1 + Self.flank))
  }

  /// Above this nothing passes, Hz.
  public var highest: Double { corners.high }

  /// The response at a frequency, 0 to 1.
  public func response(_ frequency: Double) -> Double {
    let f = abs(frequency)
    let (low, pass, stop, high) = corners
    if f <= low || f >= high { return 0 }
    if f >= pass && f <= stop { return 1 }
    let part = f < pass ? (f - low) / (pass - low) : (high - f) / (high - stop)
    let sine = Elementary.sin(0.5 * .pi * part)
    return sine * sine
  }

  /// 2 ∫ R(f) cos 2πft df, by Gauss–Legendre panels fine enough for |t| up to hundreds of periods.
  func deltas(at times: [Double]) -> [Double] {
    integrals(times) { (time, f, w) in w * Elementary.cos(2 * .pi * f * time) }
  }

  /// 2 ∫ R(f) sin 2πft/(2πf) df.
  func steps(at times: [Double]) -> [Double] {
    integrals(times) { (time, f, w) in w * Elementary.sin(2 * .pi * f * time) / (2 * .pi * f) }
  }

  private func integrals(_ times: [Double], _ term: (Double, Double, Double) -> Double) -> [Double] {
    let (low, pass, stop, high) = corners
    let parts = [(low, pass), (pass, stop), (stop, high)]
    // The response costs as much as the term; times of about one distance share their panels.
    var known = parts.map { _ in [Int: [(f: Double, weight: Double)]]() }
    return times.map { time in
      var sum = 0.0
      for (index, (a, b)) in parts.enumerated() {
        // Four points a panel integrate half a turn of the cosine to 1e-10.
        let panels = max(4, Int((abs(time) * (b - a) * 4).rounded(.up)))
        let places = known[index][panels] ?? places(from: a, to: b, panels: panels)
        known[index][panels] = places
        for (f, weight) in places { sum += term(time, f, weight) }
      }
      return 2 * sum
    }
  }

  private func places(from a: Double, to b: Double, panels: Int) -> [(f: Double, weight: Double)] {
    let width = (b - a) / Double(panels)
    return (0..<panels).flatMap { panel in
      let centre = a + (Double(panel) + 0.5) * width
      return Self.nodes.map { node, weight in
        let f = centre + 0.5 * width * node
        return (f, 0.5 * width * weight * response(f))
      }
    }
  }

  private static let nodes = [
    (-0.86113631159405257522, 0.34785484513745385737), (-0.33998104358485626480, 0.65214515486254614263),
    (0.33998104358485626480, 0.65214515486254614263), (0.86113631159405257522, 0.34785484513745385737),
  ]
}
