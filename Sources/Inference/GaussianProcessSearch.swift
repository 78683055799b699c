import NumericCore

/// Points where a Gaussian process expects the greatest improvement.
///
/// The logarithm of the expected improvement over the best score is taken at scrambled Sobol points and at draws
/// around the best trial; from the most promising ones it climbs along its gradient, axes of whole numbers
/// by trying neighbours.
struct GaussianProcessSearch {
  private static let spread = 1024
  private static let nearby = 512
  private static let climbs = 8

  private let space: SearchSpace
  private let process: GaussianProcess?
  /// What is to be improved upon, standardised.
  private let best: Double
  private let bestUnits: [Double]
  private let seed: UInt64
  private var random: NumPyRandom
  private let discrete: [Int]
  private let continuous: [Int]
  private let known: Knowledge

  init(_ known: Knowledge, in space: SearchSpace, isNoisy: Bool, random: NumPyRandom) {
    (self.space, self.random, self.known) = (space, random, known)
    seed = self.random.nextUInt64()
    let values = Self.standardised(known.scores.map { $0[0] })
    let process = Self.process(known.units, values, isNoisy: isNoisy)
    self.process = process
    discrete = space.parameters.indices.filter { space.parameters[$0].count != nil }
    continuous = space.parameters.indices.filter { space.parameters[$0].count == nil }
    // With noise the least score may be luck: the least mean at a trial counts.
    let levels = isNoisy ? known.units.map { process?.predict($0).mean ?? 0 } : values
    let index = levels.indices.min { levels[$0] < levels[$1] } ?? 0
    (best, bestUnits) = (levels[index], known.units[index])
  }

  static func standardised(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    guard variance > 0, variance.isFinite else { return values.map { _ in 0 } }
    let deviation = variance.squareRoot()
    return values.map { ($0 - mean) / deviation }
  }

  /// Nearly equal points may be beyond the precision of numbers: more noise then tells them apart.
  static func process(_ units: [[Double]], _ values: [Double], isNoisy: Bool) -> GaussianProcess? {
    var noise = isNoisy ? 1e-6 : 1e-8
    while noise < 1 {
      let kind = isNoisy ? GaussianProcess.Noise.estimated(minimum: noise) : .fixed(noise)
      if let process = try? GaussianProcess.fitted(points: units, values: values, noise: kind) {
        return process
      }
      noise *= 100
    }
    return nil
  }

  /// Points by falling expectation; the first that is new is the next trial.
  func candidates() -> [[Double]] {
    guard let process else { return [] }
    if let count = space.count, count <= 1 << 12 {
      let all = space.allPoints().filter { !known.holds($0) }.map(space.units)
      return ranked(all, process).prefix(1).map { space.point($0) }
    }
    let samples = samples()
    let values = samples.map { logImprovement($0, process) }
    var starts = chosen(values).map { samples[$0] }
    starts.append(bestUnits)
    let climbed = starts.map { climb($0, process) }
    return (ranked(climbed, process) + ranked(starts, process)).map { space.point($0) }
  }

  private func ranked(_ points: [[Double]], _ process: GaussianProcess) -> [[Double]] {
    let values = points.map { logImprovement($0, process) }
    return points.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
      .map { points[$0] }
  }

  /// Log of the expected improvement at a point, standardised.
  func logImprovement(_ point: [Double], _ process: GaussianProcess) -> Double {
    let (mean, variance) = process.predict(point)
    let deviation = max(variance, 1e-16).squareRoot()
    return NormalDistribution.logExcess((best - mean) / deviation).value + Elementary.log(deviation)
  }

  // MARK: - where to look

  private func samples() -> [[Double]] {
    var random = random
    var points = Sobol.scrambled(
      count: Self.spread, dimensions: min(space.dimensions, Sobol.maximumDimensions), seed: seed)
    for index in points.indices {
      while points[index].count < space.dimensions { points[index].append(random.random()) }
    }
    for index in 0..<Self.nearby {
      // Distances from a tenth of the box down to a thousandth.
      let reach = Elementary.pow10(-1 - 2 * Double(index) / Double(Self.nearby))
      points.append(bestUnits.map { min(1, max(0, $0 + reach * random.standardNormal())) })
    }
    return points.map(snapped)
  }

  /// Axes of whole numbers have places of their own.
  private func snapped(_ units: [Double]) -> [Double] {
    var units = units
    for axis in discrete {
      let parameter = space.parameters[axis]
      units[axis] = parameter.unit(of: parameter.value(at: units[axis]))
    }
    return units
  }

  /// The best sample, and others drawn in proportion to their improvement.
  private func chosen(_ values: [Double]) -> [Int] {
    guard let top = values.indices.max(by: { values[$0] < values[$1] }) else { return [] }
    var random = random
    var weights = values.map { Elementary.exp($0 - values[top]) }
    weights[top] = 0
    var chosen = [top]
    while chosen.count < Self.climbs {
      let total = weights.reduce(0, +)
      guard total > 0 else { break }
      var rest = random.random() * total
      let index = weights.indices.first { index in
        rest -= weights[index]
        return rest < 0 && weights[index] > 0
      }
      guard let index else { break }
      weights[index] = 0
      chosen.append(index)
    }
    return chosen
  }

  // MARK: - climbing

  private func climb(_ start: [Double], _ process: GaussianProcess) -> [Double] {
    var point = start
    var value = logImprovement(point, process)
    for _ in 0..<10 {
      let before = value
      if !continuous.isEmpty { (point, value) = slide(point, value, process) }
      for axis in discrete { (point, value) = hop(point, value, axis, process) }
      if discrete.isEmpty || value <= before { break }
    }
    return point
  }

  /// Along the continuous axes, in units of the kernel's lengths.
  private func slide(_ start: [Double], _ value: Double, _ process: GaussianProcess) -> ([Double], Double) {
    let roots = continuous.map { process.kernel.weights[$0].squareRoot() }
    let result = BoundedMinimiser.minimise(
      from: zip(continuous, roots).map { start[$0] * $1 },
      lower: roots.map { _ in 0 }, upper: roots, limits: .init(iterations: 50, gradient: 1e-4)
    ) { scaled in
      var point = start
      for (index, axis) in continuous.enumerated() { point[axis] = min(1, scaled[index] / roots[index]) }
      let (value, slope) = slopes(point, process)
      return (-value, zip(continuous, roots).map { -slope[$0] / $1 })
    }
    guard -result.value > value else { return (start, value) }
    var point = start
    for (index, axis) in continuous.enumerated() { point[axis] = min(1, result.point[index] / roots[index]) }
    return (point, -result.value)
  }

  private func slopes(_ point: [Double], _ process: GaussianProcess) -> (Double, [Double]) {
    let at = process.predictWithSlopes(point)
    let deviation = max(at.variance, 1e-16).squareRoot()
    let argument = (best - at.mean) / deviation
    let excess = NormalDistribution.logExcess(argument)
    let value = excess.value + Elementary.log(deviation)
    // Where the variance has reached its floor it does not move.
    let inner = at.variance > 1e-16 ? 0.5 / deviation : 0
    let slope = zip(at.meanSlope, at.varianceSlope).map { mean, variance in
      let spread = variance * inner
      return -excess.derivative * (mean + argument * spread) / deviation + spread / deviation
    }
    return (value, slope)
  }

  /// Another whole number: each of a few, else ones at distances 1, 2, 4, … on either side.
  private func hop(
    _ start: [Double], _ value: Double, _ axis: Int, _ process: GaussianProcess
  ) -> ([Double], Double) {
    let parameter = space.parameters[axis]
    let now = parameter.value(at: start[axis])
    let count = parameter.count ?? 1
    let steps = count <= 16 ? Array(1..<max(count, 2)) : (0..<30).map { 1 << $0 }.filter { $0 < count }
    var best = (point: start, value: value)
    for target in steps.flatMap({ [now - Double($0), now + Double($0)] })
    where target >= parameter.low && target <= parameter.high {
      var point = start
      point[axis] = parameter.unit(of: target)
      let value = logImprovement(point, process)
      if value > best.value { best = (point, value) }
    }
    return best
  }
}
