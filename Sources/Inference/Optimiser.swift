import NumericCore

/// Chooses what to try next in a box, given everything tried so far.
///
/// It has no memory: the next trial is a function of the search space, the settings, the seed and the trials so
/// far, and no order of the latter matters but their number. So a search can stop anywhere and go on elsewhere.
/// All scores are to be minimised.
public struct Optimiser: Sendable {
  /// What was tried and what came of it.
  public struct Trial: Sendable, Equatable {
    /// Values of the parameters, in their own units.
    public var point: [Double]
    /// One for each objective; nil where the trial failed.
    public var scores: [Double]?

    /// A finished trial; scores nil for one that failed.
    public init(point: [Double], scores: [Double]?) { (self.point, self.scores) = (point, scores) }
  }

  /// How the next point is chosen.
  public enum Method: Sendable, Equatable {
    /// Independent uniform draws.
    case random
    /// Scrambled sequences that fill the box evenly.
    case halton, sobol
    /// All combinations of so many values along each axis, in the order of NumPy's
    /// `RandomState(seed).shuffle`, which is that of Optuna's grid.
    case grid([Int])
    /// Tree-structured Parzen estimator: one or two objectives.
    case treeParzen
    /// Gaussian process with logarithmic expected improvement: one objective. `isNoisy` says that equal trials
    /// may score differently.
    case gaussianProcess(isNoisy: Bool)
  }

  /// Where is searched.
  public let space: SearchSpace
  /// How.
  public let method: Method
  /// Of the random numbers: equal seeds and trials give equal points.
  public let seed: UInt64
  /// Trials before a model decides: scrambled Halton points.
  public let startup: Int
  /// Whether the lower ends of all axes and the upper ends stand before these points, among `startup`.
  public let triesEnds: Bool

  /// - Parameter startup: for `treeParzen` and `gaussianProcess`; unless given 8 for the first, and for the second 6
  ///   or two for each parameter if that is more. Invert4Geom's is `defaultStartup`.
  /// - Precondition: startup ≥ 1; as many counts as axes for a grid.
  public init(
    _ space: SearchSpace, method: Method, seed: UInt64 = 0, startup: Int? = nil, triesEnds: Bool = false
  ) {
    var own = 8
    if case .gaussianProcess = method { own = max(6, 2 * space.dimensions) }
    precondition(startup ?? own >= 1, "a model needs a trial to learn from")
    if case .grid(let counts) = method { precondition(counts.count == space.dimensions, "one count an axis") }
    (self.space, self.method, self.seed) = (space, method, seed)
    (self.startup, self.triesEnds) = (startup ?? own, triesEnds)
  }

  /// A quarter of the trials, at least four for each parameter, at most all.
  public static func defaultStartup(trials: Int, parameters: Int) -> Int {
    min(trials, max(4 * parameters, trials / 4))
  }

  /// Whether the choice of a trial waits for the scores of those before.
  public var learns: Bool {
    switch method {
    case .treeParzen, .gaussianProcess: true
    default: false
    }
  }

  /// The next point, or nil where there is none left: a grid is finished, or a space of whole numbers has been
  /// tried everywhere.
  public func next(after trials: [Trial]) -> [Double]? {
    let index = trials.count
    switch method {
    case .random: return space.point(uniform(index))
    case .halton:
      return Halton.scrambled(count: 1, dimensions: space.dimensions, seed: seed, skip: index)
        .first.map(space.point)
    case .sobol:
      return Sobol.scrambled(count: 1, dimensions: space.dimensions, seed: seed, skip: index)
        .first.map(space.point)
    case .grid(let counts):
      let grid = Self.visits(counts, seed: seed)
      return index < grid.count ? space.point(grid[index]) : nil
    case .treeParzen, .gaussianProcess:
      let first = startPoints()
      if index < first.count { return first[index] }
      return learned(Knowledge(trials, in: space))
    }
  }

  /// Points that a model does not decide, all known beforehand; the first `startup` of them that differ.
  public func startPoints() -> [[Double]] {
    let target = min(startup, space.count ?? startup)
    var points: [[Double]] = []
    func add(_ units: [Double]) {
      let point = space.point(units)
      if points.count < target, !points.contains(point) { points.append(point) }
    }
    if triesEnds {
      add([Double](repeating: 0, count: space.dimensions))
      add([Double](repeating: 1, count: space.dimensions))
    }
    // A small space of whole numbers repeats itself; what it then lacks the model finds.
    for units in Halton.scrambled(count: 4 * target, dimensions: space.dimensions, seed: seed) { add(units) }
    return points
  }

  private func learned(_ known: Knowledge) -> [Double]? {
    if let count = space.count, known.triedCount >= count { return nil }
    guard known.hasScores else { return unexplored(known) }
    let candidates: [[Double]]
    switch method {
    case .gaussianProcess(let isNoisy):
      candidates = GaussianProcessSearch(known, in: space, isNoisy: isNoisy, random: random(known.count))
        .candidates()
    default:
      candidates = TreeParzen(known, in: space, random: random(known.count)).candidates()
    }
    return candidates.first { !known.holds($0) } ?? unexplored(known)
  }

  /// A point that has not been tried, at random.
  private func unexplored(_ known: Knowledge) -> [Double] {
    var random = random(known.count)
    if let count = space.count, count <= 1 << 12 {
      let rest = space.allPoints().filter { !known.holds($0) }
      return rest[random.integers(0, rest.count)]
    }
    while true {
      let point = space.point(random.uniform(0, 1, space.dimensions))
      if !known.holds(point) { return point }
    }
  }

  private func random(_ index: Int) -> NumPyRandom {
    NumPyRandom.stream(seed: seed, name: "optimiser", member: index)
  }

  private func uniform(_ index: Int) -> [Double] {
    var random = random(index)
    return random.uniform(0, 1, space.dimensions)
  }

  /// The points of a grid in the order of visits.
  static func visits(_ counts: [Int], seed: UInt64) -> [[Double]] {
    var points = FactorialGrid.unit(counts: counts)
    var random = LegacyRandom(seed: UInt32(truncatingIfNeeded: seed))
    random.shuffle(&points)
    return points
  }
}

/// Trials as models see them: in the unit cube, by rising coordinates, failures as bad as the worst.
struct Knowledge {
  let points: [[Double]]
  let units: [[Double]]
  /// [trial][objective]
  let scores: [[Double]]
  let hasScores: Bool
  let count: Int
  private let tried: Set<[Double]>

  init(_ trials: [Optimiser.Trial], in space: SearchSpace) {
    count = trials.count
    tried = Set(trials.map(\.point))
    let objectives = trials.lazy.compactMap(\.scores?.count).first ?? 1
    let finite = trials.compactMap { trial in
      trial.scores.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
    }
    hasScores = !finite.isEmpty
    let worst = (0..<objectives).map { objective in finite.map { $0[objective] }.max() ?? 0 }
    let entries = trials.map { trial -> (point: [Double], scores: [Double]) in
      guard let scores = trial.scores, scores.allSatisfy(\.isFinite) else { return (trial.point, worst) }
      return (trial.point, scores)
    }.sorted { left, right in
      left.point == right.point
        ? left.scores.lexicographicallyPrecedes(right.scores)
        : left.point.lexicographicallyPrecedes(right.point)
    }
    points = entries.map(\.point)
    units = points.map(space.units)
    scores = entries.map(\.scores)
  }

  var triedCount: Int { tried.count }

  func holds(_ point: [Double]) -> Bool { tried.contains(point) }
}
