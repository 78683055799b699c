import NumericCore

/// Points that are likelier among the good trials than among the others. [Bergstra2011]
///
/// The good ones are 15 % of all: the least scores or, of two scores, the first fronts, the last of them thinned by
/// area. Both groups become mixtures of products of truncated normal densities, one for each trial and a broad
/// one, as wide as 0.7 times the gaps to the neighbours; candidates are drawn from the good mixture. 10 % and
/// whole gaps, which are usual, need more trials on the functions of `TestFunction`.
struct TreeParzen {
  private static let draws = 64

  private let space: SearchSpace
  private let good, other: Mixture
  private var random: NumPyRandom

  init(_ known: Knowledge, in space: SearchSpace, random: NumPyRandom) {
    (self.space, self.random) = (space, random)
    let good = Set(Self.good(known.scores))
    func mixture(_ isGood: Bool) -> Mixture {
      Mixture(known.points.indices.filter { good.contains($0) == isGood }.map { known.points[$0] }, space)
    }
    (self.good, other) = (mixture(true), mixture(false))
  }

  /// Draws from the good mixture by falling ratio of the two densities.
  func candidates() -> [[Double]] {
    var random = random
    let points = (0..<Self.draws).map { _ in good.draw(&random) }
    let ratios = points.map { good.logDensity($0) - other.logDensity($0) }
    return points.indices.sorted { ratios[$0] == ratios[$1] ? $0 < $1 : ratios[$0] > ratios[$1] }
      .map { points[$0] }
  }

  /// Positions of the good trials: ⌈0.15 n⌉, at most 25 of one score.
  static func good(_ scores: [[Double]]) -> [Int] {
    let share = (15 * scores.count + 99) / 100
    guard (scores.first?.count ?? 1) > 1 else {
      let order = scores.indices.sorted {
        scores[$0][0] == scores[$1][0] ? $0 < $1 : scores[$0][0] < scores[$1][0]
      }
      return Array(order.prefix(min(share, 25)))
    }
    let ranks = ParetoFront.ranks(scores)
    var chosen: [Int] = []
    for rank in 0...(ranks.max() ?? 0) where chosen.count < share {
      let front = scores.indices.filter { ranks[$0] == rank }
      chosen +=
        chosen.count + front.count <= share
        ? front : thinned(front, scores, to: share - chosen.count)
    }
    return chosen
  }

  /// Those of a front that together cover the most area, one after the other.
  static func thinned(_ front: [Int], _ scores: [[Double]], to count: Int) -> [Int] {
    let reference = (0..<2).map { objective in
      let values = front.map { scores[$0][objective] }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      // A little beyond the front, so that its ends count.
      return high + max(0.1 * (high - low), 0x1p-40 * abs(high), .leastNormalMagnitude)
    }
    var chosen: [Int] = []
    var rest = front
    while chosen.count < count {
      let gains = rest.map { index in
        ParetoFront.hypervolume((chosen + [index]).map { scores[$0] }, reference: reference)
      }
      guard let best = gains.indices.max(by: { gains[$0] < gains[$1] }) else { break }
      chosen.append(rest.remove(at: best))
    }
    return chosen
  }
}

/// A mixture of products of normal densities truncated to the unit interval.
struct Mixture {
  private struct Component {
    var centres, widths: [Double]
  }

  private let space: SearchSpace
  private let components: [Component]

  /// - Parameter points: one component each, all alike; one more is broad.
  init(_ points: [[Double]], _ space: SearchSpace) {
    self.space = space
    let units = points.map(space.units)
    let widths = (0..<space.dimensions).map { axis in Self.widths(units.map { $0[axis] }) }
    let narrow = units.indices.map { index in
      Component(centres: units[index], widths: widths.map { $0[index] })
    }
    let middle = [Double](repeating: 0.5, count: space.dimensions)
    components = narrow + [Component(centres: middle, widths: middle.map { _ in 1 })]
  }

  /// 0.7 times the larger gap to the neighbours (the only one, at the ends; to the ends, of a single centre), no less
  /// than one part in a hundred, or in the number of components and one more if there are fewer.
  static func widths(_ centres: [Double]) -> [Double] {
    let order = centres.indices.sorted { centres[$0] == centres[$1] ? $0 < $1 : centres[$0] < centres[$1] }
    let least = 1 / min(100, Double(centres.count + 2))
    var widths = centres
    for (place, index) in order.enumerated() {
      var gap = order.count == 1 ? max(centres[index], 1 - centres[index]) : 0
      if place > 0 { gap = max(gap, centres[index] - centres[order[place - 1]]) }
      if place + 1 < order.count { gap = max(gap, centres[order[place + 1]] - centres[index]) }
      widths[index] = min(1, max(least, 0.7 * gap))
    }
    return widths
  }

  func draw(_ random: inout NumPyRandom) -> [Double] {
    let component = components[random.integers(0, components.count)]
    let units = (0..<space.dimensions).map { axis in
      let (centre, width) = (component.centres[axis], component.widths[axis])
      let low = NormalDistribution.cumulative(-centre / width)
      let high = NormalDistribution.cumulative((1 - centre) / width)
      return centre + width * Quantile.standardNormal(low + (high - low) * random.random())
    }
    return space.point(units)
  }

  /// Log of the density at values (of the probability, for whole numbers).
  func logDensity(_ point: [Double]) -> Double {
    let logs = components.map { component in
      (0..<space.dimensions).reduce(0) { sum, axis in
        sum + logDensity(point[axis], axis, component.centres[axis], component.widths[axis])
      }
    }
    let top = logs.max() ?? 0
    let sum = logs.reduce(0) { $0 + Elementary.exp($1 - top) }
    return top + Elementary.log(sum / Double(components.count))
  }

  private func logDensity(_ value: Double, _ axis: Int, _ centre: Double, _ width: Double) -> Double {
    let parameter = space.parameters[axis]
    let all =
      NormalDistribution.cumulative((1 - centre) / width) - NormalDistribution.cumulative(-centre / width)
    if parameter.count != nil {
      let cell = parameter.cell(of: value)
      let part =
        NormalDistribution.cumulative((cell.upper - centre) / width)
        - NormalDistribution.cumulative((cell.lower - centre) / width)
      return Elementary.log(max(part, 1e-300) / all)
    }
    let distance = (parameter.unit(of: value) - centre) / width
    return -0.5 * distance * distance - NormalDistribution.logRootTwoPi - Elementary.log(width * all)
  }
}
