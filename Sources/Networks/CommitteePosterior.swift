public import NumericCore

// What a committee tells of its targets, which are not always the numbers that its networks give: of an angle these are two.
extension NetworkCommittee {
  /// The posterior of one target.
  public func posterior(_ mixture: JointMixture, _ target: Int) -> any TargetPosterior {
    let (known, start) = (targets[target], targets.starts[target])
    guard let period = known.period else { return mixture.marginal(start, support: known.prior.support) }
    return CircularDensity(mixture.plane(start, start + 1), period: period, prior: known.prior)
  }

  /// ln of the joint density of all targets; of a single one within its support.
  public func logDensity(_ mixture: JointMixture, _ truth: [Double]) -> Double {
    if targets.count == 1 { return posterior(mixture, 0).logDensity(truth[0]) }
    let circles = targets.indices.filter { targets[$0].period != nil }
    guard !circles.isEmpty else { return mixture.logDensity(truth) }
    // Radii of angles are integrated along their rays: p = ∫ Π r p(r cos φ, r sin φ, …) dr.
    let count = 48
    let step = 2.4 / Double(count)
    var number = 1
    for _ in circles { number *= count }
    var levels: [Double] = []
    for index in 0..<number {
      var (rest, log) = (index, 0.0)
      var radii: [Int: Double] = [:]
      for circle in circles {
        let radius = (Double(rest % count) + 0.5) * step
        radii[circle] = radius
        rest /= count
        log += Elementary.log(radius * step * 2 * Double.pi / (targets[circle].period ?? 1))
      }
      levels.append(log + mixture.logDensity(columns(of: truth, radii)))
    }
    guard let largest = levels.max(), largest > -.infinity else { return -.infinity }
    return largest + Elementary.log(levels.reduce(0) { $0 + Elementary.exp($1 - largest) })
  }

  private func columns(of values: [Double], _ radii: [Int: Double]) -> [Double] {
    values.indices.flatMap { index -> [Double] in
      guard let period = targets[index].period else { return [values[index]] }
      let (sin, cos) = Elementary.sincos(2 * Double.pi * values[index] / period)
      let radius = radii[index] ?? 1
      return [radius * cos, radius * sin]
    }
  }

  /// Independent draws of the targets within the supports of their priors, and the share that fell outside.
  /// - Returns: fewer draws than asked for where nearly all fall outside.
  public func draws(
    _ mixture: JointMixture, _ count: Int, random: CounterRandom, row: Int
  ) -> (draws: [[Double]], leakage: Double) {
    let starts = targets.starts
    return mixture.draws(count, random: random, row: row) { point in
      var result: [Double] = []
      for (target, start) in zip(targets, starts) {
        var value = point[start]
        if let period = target.period {
          value = Elementary.atan2(point[start + 1], point[start]) * period / (2 * Double.pi)
          let low = target.prior.range.lowerBound
          value -= period * ((value - low) / period).rounded(.down)
        }
        guard target.prior.support?.contains(value) ?? true else { return nil }
        result.append(value)
      }
      return result
    }
  }
}
