import Inference
import NumericCore

/// The posterior of an angle that a network has learnt by its cosine and sine.
///
/// The two are targets of the network, times a radius that is drawn about 1 for every sample (`radius`): on the circle itself a
/// plane density could grow without bound. The density of the angle is that of the plane integrated along the ray,
///
///     p(φ) = ∫₀^∞ r p(r cos φ, r sin φ) dr,
///
/// which for a kernel with |U(r e − μ)|² = A r² − 2 √A b r + C is w |U| /(2π A) · e^(−C/2) (1 + b Φ(b)/φ(b)): the projected normal
/// distribution. [Mardia2000, §3.5.6]
public struct CircularDensity: TargetPosterior {
  /// Standard deviation of the radius that training draws for every sample.
  static let radius = 0.2

  /// What an angle has until it is the same again.
  public let period: Double
  /// Lower end of the prior: where shares are counted from.
  public let start: Double
  private let support: ClosedRange<Double>?
  private let kernels: [Kernel]
  /// What lies inside of the support.
  private let mass: Double
  /// Middles of cells about the mean, unwrapped, with densities of sum 1/step.
  private let places, densities: [Double]
  private let step: Double
  /// Shares of the cells, added up.
  private let sums: [Double]
  /// Direction of the resultant, unwrapped to the turn that begins with `start`, and its length.
  private let centre, resultant: Double

  /// w, μ and U of a kernel in the plane.
  struct Kernel: Sendable {
    var weight: Double
    var mean: (Double, Double)
    /// Of UᵀU = Σ⁻¹: first row, then the lower entry of the diagonal.
    var factor: (Double, Double, Double)

    /// Density by the angle in radians.
    func density(_ sin: Double, _ cos: Double) -> Double {
      let (u, v, w) = factor
      let (e0, e1) = (u * cos + v * sin, w * sin)
      let (m0, m1) = (u * mean.0 + v * mean.1, w * mean.1)
      let (a, dot, c) = (e0 * e0 + e1 * e1, e0 * m0 + e1 * m1, m0 * m0 + m1 * m1)
      let ray = RayIntegral.logValue(a: a, dot: dot, c: c)
      return ray < -700 ? 0 : weight * u * w * 0.15915494309189533577 * Elementary.exp(ray)
    }
  }

  /// - Parameters:
  ///   - kernels: in the plane of cosine and sine.
  ///   - prior: of the angle: its support, and where its turn begins.
  init(_ kernels: [Kernel], period: Double, prior: TargetPrior) {
    let kernels = kernels.filter { $0.weight > 0 }
    let start = prior.range.lowerBound
    let whole = prior.support.map { $0.upperBound - $0.lowerBound >= period * (1 - 1e-9) } ?? true
    let support = whole ? nil : prior.support
    (self.kernels, self.period, self.start, self.support) = (kernels, period, start, support)
    let radian = 2 * Double.pi / period
    let raw = { (x: Double) -> Double in
      if let support, !Self.isInside(x, support, start, period) { return 0 }
      let (sin, cos) = Elementary.sincos(x * radian)
      return radian * kernels.reduce(0) { $0 + $1.density(sin, cos) }
    }
    // The mean, from cells of a whole turn, and then cells about it that are as fine as it is narrow.
    let coarse = 360
    var (x, y, all) = (0.0, 0.0, 0.0)
    for cell in 0..<coarse {
      let place = start + (Double(cell) + 0.5) * period / Double(coarse)
      let (sin, cos) = Elementary.sincos(place * radian)
      let density = raw(place)
      (x, y, all) = (x + density * cos, y + density * sin, all + density)
    }
    let length = all > 0 ? min(1, (x * x + y * y).squareRoot() / all) : 0
    var centre = Elementary.atan2(y, x) / radian
    centre -= period * ((centre - start) / period).rounded(.down)
    let spread = length > 1e-12 ? (-2 * Elementary.log(length)).squareRoot() / radian : period
    let half = min(0.5 * period, 10 * spread + 3 * period / Double(coarse))
    let count = 1024
    let step = 2 * half / Double(count)
    let places = (0..<count).map { centre - half + (Double($0) + 0.5) * step }
    let found = places.map(raw)
    let mass = found.reduce(0, +) * step
    (self.mass, self.centre, resultant, self.step) = (mass, centre, length, step)
    self.places = places
    let densities = mass > 0 ? found.map { $0 / mass } : found
    self.densities = densities
    var (sum, sums) = (0.0, [Double]())
    for density in densities {
      sum += density * step
      sums.append(sum)
    }
    self.sums = sums
  }

  private static func isInside(
    _ x: Double, _ support: ClosedRange<Double>, _ start: Double, _ period: Double
  ) -> Bool {
    let turned = x - period * ((x - start) / period).rounded(.down)
    return support.contains(turned)
  }

  /// The same angle within half a turn of the mean.
  private func unwrapped(_ x: Double) -> Double {
    x - period * ((x - centre) / period).rounded()
  }

  /// The share of the cells below an unwrapped place.
  private func share(below x: Double) -> Double {
    let position = (x - places[0]) / step + 0.5
    guard position > 0 else { return 0 }
    let cell = Int(position)
    guard cell < sums.count else { return 1 }
    let before = cell > 0 ? sums[cell - 1] : 0
    return before + (position - Double(cell)) * (sums[cell] - before)
  }

  /// Whether it can be renormalised: some of it lies inside of the support.
  public var isProper: Bool { mass > 1e-12 }
  /// What a network puts outside of the support.
  public var leakage: Double { support == nil ? 0 : max(0, 1 - mass) }

  /// Direction of the resultant, and the variance about it within half a turn.
  public var moments: (mean: Double, variance: Double) {
    var square = 0.0
    for (place, density) in zip(places, densities) {
      square += density * step * (place - centre) * (place - centre)
    }
    return (centre, square)
  }

  /// The place of greatest density.
  public var mode: Double {
    let best = densities.indices.max { densities[$0] < densities[$1] } ?? 0
    let place = places[best]
    return place - period * ((place - start) / period).rounded(.down)
  }

  /// The density; 0 outside of the support.
  public func density(_ x: Double) -> Double {
    if let support, !Self.isInside(x, support, start, period) { return 0 }
    let radian = 2 * Double.pi / period
    let (sin, cos) = Elementary.sincos(x * radian)
    return radian * kernels.reduce(0) { $0 + $1.density(sin, cos) } / mass
  }

  /// ln of it.
  public func logDensity(_ x: Double) -> Double { Elementary.log(max(1e-300, density(x))) }

  /// The share that lies below, of an angle from the lower end of its prior on.
  public func cumulative(_ x: Double) -> Double {
    if x <= start { return 0 }
    if x >= start + period { return 1 }
    let (from, to) = (unwrapped(start), unwrapped(x))
    let difference = share(below: to) - share(below: from)
    return min(1, max(0, to >= from ? difference : 1 + difference))
  }

  /// The value below which a share lies, of an angle from half a turn before its mean on.
  public func quantile(_ share: Double) -> Double {
    let cell = sums.firstIndex { $0 >= share } ?? sums.count - 1
    let before = cell > 0 ? sums[cell - 1] : 0
    let part = sums[cell] > before ? (share - before) / (sums[cell] - before) : 0.5
    return places[cell] + (part - 0.5) * step
  }

  /// The share that lies where the density is greater than at a value: uniform where the value is a draw.
  public func shareAbove(_ x: Double) -> Double {
    let level = density(x)
    return densities.reduce(0) { $1 > level ? $0 + $1 * step : $0 }
  }

  /// Shares farther away from a value than `reach`, below and above it; of an angle within half a turn.
  public func sides(of x: Double, reach: Double) -> (below: Double, above: Double) {
    var (below, above) = (0.0, 0.0)
    for (place, density) in zip(places, densities) {
      let away = place - x - period * ((place - x) / period).rounded()
      if away < -reach { below += density * step } else if away > reach { above += density * step }
    }
    return (below, above)
  }

  /// Intervals of greatest density that hold a share together, ascending.
  public func highestDensity(_ share: Double) -> [ClosedRange<Double>] {
    densities.intervals(above: densities.level(holding: share), places: places, step: step)
  }

  /// Equidistant places that cover it, with densities.
  public func grid(_ count: Int) -> (places: [Double], densities: [Double], step: Double) {
    let width = period / Double(count)
    let own = (0..<count).map { start + (Double($0) + 0.5) * width }
    return (own, own.map(density), width)
  }

  /// What the data tell, in nats, of the posterior against the prior and the other way round.
  public func gain(over prior: TargetPrior) -> (ofPosterior: Double, ofPrior: Double) {
    var forward = 0.0
    for (place, density) in zip(places, densities) where density > 0 {
      let turned = place - period * ((place - start) / period).rounded(.down)
      forward += density * step * Elementary.log(density / max(1e-300, prior.density(turned)))
    }
    var (backward, weight) = (0.0, 0.0)
    let whole = grid(1024)
    for (place, density) in zip(whole.places, whole.densities) {
      let before = prior.density(place)
      guard before > 0 else { continue }
      weight += before
      backward += before * Elementary.log(before / max(1e-300, density))
    }
    return (forward, backward / weight)
  }
}

/// ∫₀^∞ r exp(−½(a r² − 2 dot r + c)) dr.
enum RayIntegral {
  /// ln of it.
  static func logValue(a: Double, dot: Double, c: Double) -> Double {
    let b = dot / a.squareRoot()
    // e^(−c/2)(1 + b Φ/φ) = e^((b² − c)/2) √(2π) (φ + b Φ).
    return 0.5 * (b * b - c) + 0.91893853320467274178 + NormalDistribution.logExcess(b).value
      - Elementary.log(a)
  }
}
