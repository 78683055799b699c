import CKernels
import Inference
import NumericCore

/// A mixture of normal distributions of one number, cut to its prior's support and renormalised.
public struct ScalarMixture: Sendable, Equatable {
  public let weights, means, deviations: [Double]
  /// What values are possible; nil for all.
  public let support: ClosedRange<Double>?
  /// What of the mixture lies inside of the support.
  public let mass: Double

  /// - Precondition: as many weights, means and deviations.
  public init(weights: [Double], means: [Double], deviations: [Double], support: ClosedRange<Double>?) {
    precondition(weights.count == means.count && means.count == deviations.count)
    (self.weights, self.means, self.deviations, self.support) = (weights, means, deviations, support)
    guard let support else {
      mass = 1
      return
    }
    mass = Self.share(weights, means, deviations, support.lowerBound, support.upperBound)
  }

  /// What a network puts outside of the support.
  public var leakage: Double { 1 - mass }

  /// Whether it can be renormalised: some of it lies inside.
  public var isProper: Bool { mass > 1e-12 }

  private static func share(
    _ weights: [Double], _ means: [Double], _ deviations: [Double], _ low: Double, _ high: Double
  ) -> Double {
    var sum = 0.0
    for index in weights.indices {
      sum +=
        weights[index]
        * between((low - means[index]) / deviations[index], (high - means[index]) / deviations[index])
    }
    return sum
  }

  /// Φ(b) − Φ(a), by way of the nearer tail.
  private static func between(_ a: Double, _ b: Double) -> Double {
    a > 0
      ? NormalDistribution.cumulative(-a) - NormalDistribution.cumulative(-b)
      : NormalDistribution.cumulative(b) - NormalDistribution.cumulative(a)
  }

  private func isInside(_ x: Double) -> Bool { support?.contains(x) ?? true }

  /// The density; 0 outside of the support.
  public func density(_ x: Double) -> Double { densities([x])[0] }

  /// ln of it.
  public func logDensity(_ x: Double) -> Double {
    guard isInside(x) else { return -.infinity }
    var levels: [Double] = []
    for index in weights.indices where weights[index] > 0 {
      let z = (x - means[index]) / deviations[index]
      levels.append(Elementary.log(weights[index] / deviations[index]) - 0.5 * z * z)
    }
    guard let largest = levels.max() else { return -.infinity }
    let sum = levels.reduce(0) { $0 + Elementary.exp($1 - largest) }
    return largest + Elementary.log(sum) - 0.91893853320467274178 - Elementary.log(mass)
  }

  /// Densities at many places.
  public func densities(_ places: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: places.count)
    var terms = sums
    for index in weights.indices where weights[index] > 0 {
      let (mean, inverse) = (means[index], 1 / deviations[index])
      let factor = weights[index] * inverse * 0.39894228040143267794 / mass
      for place in places.indices {
        let z = (places[place] - mean) * inverse
        terms[place] = max(-707, -0.5 * z * z)
      }
      terms.withUnsafeMutableBufferPointer { cn_exp(InstructionSet.processor.code, $0.baseAddress, $0.count) }
      for place in places.indices { sums[place] += factor * terms[place] }
    }
    guard support != nil else { return sums }
    for place in places.indices where !isInside(places[place]) { sums[place] = 0 }
    return sums
  }

  /// The distribution function.
  public func cumulative(_ x: Double) -> Double {
    guard let support else {
      var sum = 0.0
      for index in weights.indices {
        sum += weights[index] * NormalDistribution.cumulative((x - means[index]) / deviations[index])
      }
      return sum
    }
    if x <= support.lowerBound { return 0 }
    if x >= support.upperBound { return 1 }
    return min(1, max(0, Self.share(weights, means, deviations, support.lowerBound, x) / mass))
  }

  /// The mean and the variance, in closed form. [Johnson1994, §10.1]
  public var moments: (mean: Double, variance: Double) {
    var (first, second, about) = (0.0, 0.0, 0.0)
    for index in weights.indices { about += weights[index] * means[index] }
    for index in weights.indices {
      let (mean, deviation) = (means[index], deviations[index])
      guard let support else {
        first += weights[index] * (mean - about)
        second += weights[index] * (deviation * deviation + (mean - about) * (mean - about))
        continue
      }
      let (a, b) = ((support.lowerBound - mean) / deviation, (support.upperBound - mean) / deviation)
      let part = Self.between(a, b)
      let (pa, pb) = (NormalDistribution.density(a), NormalDistribution.density(b))
      let (m1, m2) = (pa - pb, part + a * pa - b * pb)
      let shift = mean - about
      first += weights[index] * (shift * part + deviation * m1)
      second +=
        weights[index] * (shift * shift * part + 2 * shift * deviation * m1 + deviation * deviation * m2)
    }
    let mean = first / mass
    return (about + mean, max(0, second / mass - mean * mean))
  }

  /// Bounds that hold all but 1e-9 or so of it.
  public var range: ClosedRange<Double> {
    var (low, high) = (Double.infinity, -Double.infinity)
    for index in weights.indices where weights[index] > 1e-9 {
      low = min(low, means[index] - 7 * deviations[index])
      high = max(high, means[index] + 7 * deviations[index])
    }
    guard let support else { return low...high }
    (low, high) = (max(low, support.lowerBound), min(high, support.upperBound))
    return low < high ? low...high : support
  }

  /// The value below which a share lies: Newton's steps within a bracket that bisection narrows.
  /// - Precondition: 0 < share < 1.
  public func quantile(_ share: Double) -> Double {
    var (low, high) = (range.lowerBound, range.upperBound)
    let moments = moments
    var x = min(high, max(low, moments.mean + moments.variance.squareRoot() * Quantile.standardNormal(share)))
    for _ in 0..<100 {
      let excess = cumulative(x) - share
      if excess > 0 { high = x } else { low = x }
      if abs(excess) < 1e-13 || high - low <= 1e-13 * max(abs(low), abs(high)) { break }
      let slope = density(x)
      let next = x - excess / slope
      x = slope > 0 && next > low && next < high ? next : 0.5 * (low + high)
    }
    return x
  }

  /// The place of greatest density: fixed-point iterations from every kernel's mean, and the ends of the support.
  public var mode: Double {
    var candidates = support.map { [$0.lowerBound, $0.upperBound] } ?? []
    for start in weights.indices where weights[start] > 1e-3 {
      var x = means[start]
      if let support { x = min(support.upperBound, max(support.lowerBound, x)) }
      for _ in 0..<200 {
        var (above, below) = (0.0, 0.0)
        for index in weights.indices where weights[index] > 0 {
          let z = (x - means[index]) / deviations[index]
          let pull =
            weights[index] * Elementary.exp(-0.5 * z * z)
            / (deviations[index] * deviations[index] * deviations[index])
          above += pull * means[index]
          below += pull
        }
        guard below > 0 else { break }
        let next = above / below
        let step = abs(next - x)
        x = next
        if step <= 1e-12 * deviations[start] { break }
      }
      if isInside(x) { candidates.append(x) }
    }
    let heights = densities(candidates)
    return heights.indices.max { heights[$0] < heights[$1] }.map { candidates[$0] } ?? .nan
  }

  /// Equidistant places that cover it, with densities, finer than its narrowest part that matters.
  public func grid(_ count: Int = 1024) -> (places: [Double], densities: [Double], step: Double) {
    let range = range
    let step = (range.upperBound - range.lowerBound) / Double(count)
    let places = (0..<count).map { range.lowerBound + (Double($0) + 0.5) * step }
    return (places, densities(places), step)
  }

  /// The share that lies where the density is greater than at a value: uniform where the value is a draw.
  public func shareAbove(_ x: Double) -> Double {
    let grid = grid()
    let level = density(x)
    var (above, all) = (0.0, 0.0)
    for density in grid.densities {
      all += density
      if density > level { above += density }
    }
    return all > 0 ? above / all : 1
  }

  /// Intervals of greatest density that hold a share together, ascending.
  public func highestDensity(_ share: Double) -> [ClosedRange<Double>] {
    let grid = grid(4096)
    return grid.densities.intervals(
      above: grid.densities.level(holding: share), places: grid.places, step: grid.step)
  }

  /// What the data tell, in nats: ∫ p ln(p/ρ) of the posterior against the prior, and ∫ ρ ln(ρ/p) of the prior against the
  /// posterior, in which a posterior that excludes what the prior allows counts up to −ln 1e-300.
  public func gain(over prior: TargetPrior) -> (ofPosterior: Double, ofPrior: Double) {
    let grid = grid(2048)
    var (forward, backward, all) = (0.0, 0.0, 0.0)
    for (place, density) in zip(grid.places, grid.densities) where density > 0 {
      let before = max(1e-300, prior.density(place))
      forward += density * Elementary.log(density / before)
      all += density
    }
    let range = prior.range
    let count = 2048
    let step = (range.upperBound - range.lowerBound) / Double(count)
    let places = (0..<count).map { range.lowerBound + (Double($0) + 0.5) * step }
    var weight = 0.0
    for (place, density) in zip(places, densities(places)) {
      let before = prior.density(place)
      guard before > 0 else { continue }
      weight += before
      backward += before * Elementary.log(before / max(1e-300, density))
    }
    return (forward / all, backward / weight)
  }
}
