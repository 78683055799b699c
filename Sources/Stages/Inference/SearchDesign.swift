import Inference
import Planning
import StageSupport

/// Which values a search tries: shared by `damping_cv`, `search` and `windowed_search`.
struct SearchDesign {
  let sampler: SearchSampler
  let seed: UInt64
  /// Trials before a sampler that learns chooses: the algorithm's own, so that it does not depend on `trials`.
  private let startup: Int?
  let goals: [ScoreGoal]
  let variables: [DrawnVariable]

  init(_ settings: Settings, goals: [ScoreGoal], variables: [DrawnVariable]) {
    sampler = settings[FamilySettings.sampler]
    seed = UInt64(settings[FamilySettings.seed])
    startup = settings[FamilySettings.startupTrials]
    (self.goals, self.variables) = (goals, variables)
  }

  var learns: Bool { sampler.waits }

  /// All trials of a sampler that needs no scores.
  func all(_ trials: Int) throws -> [[Double]] { try units(trials).map(values) }

  private func units(_ trials: Int) throws -> [[Double]] {
    switch sampler {
    case .halton: return Halton.scrambled(count: trials, dimensions: variables.count, seed: seed)
    case .sobol: return try UnitDesign.sobol(count: trials, dimensions: variables.count, seed: seed)
    case .random:
      return UnitDesign.monteCarlo(count: trials, names: variables.map(\.name), seed: seed)
    case .grid:
      let side = FactorialCounts.perAxis(trials: trials, axes: variables.count)
      return FactorialGrid.unit(counts: Array(repeating: side, count: variables.count))
    case .goldenSection, .gaussianProcess, .tpe: preconditionFailure("\(sampler.rawValue) waits for scores")
    }
  }

  private func values(_ units: [Double]) throws -> [Double] {
    try zip(units, variables).map { try $1.value(at: $0) }
  }

  // MARK: - learning

  /// What was tried, and its scores; nil where it failed.
  typealias Trial = (values: [Double], scores: [Double]?)

  /// The trials that wait for no score.
  func first() throws -> [[Double]] {
    guard sampler != .goldenSection else { return try next(after: []).map { [$0] } ?? [] }
    let axes = try variables.map { try $0.axis() }
    return optimiser(axes).startPoints().map { Self.member($0, axes) }
  }

  /// The one to try after these; nil where there is nothing left to try.
  func next(after trials: [Trial]) throws -> [Double]? {
    guard sampler != .goldenSection else { return try narrowed(trials) }
    let axes = try variables.map { try $0.axis() }
    let known = trials.map { trial in
      Optimiser.Trial(
        point: zip(axes, trial.values).map { $0.coordinate($1) }, scores: trial.scores.map(goals.minimised))
    }
    return optimiser(axes).next(after: known).map { Self.member($0, axes) }
  }

  private func optimiser(_ axes: [DrawnVariable.Axis]) -> Optimiser {
    Optimiser(
      SearchSpace(axes.map(\.parameter)),
      method: sampler == .tpe ? .treeParzen : .gaussianProcess(isNoisy: false), seed: seed,
      startup: startup ?? 4 * axes.count, triesEnds: true)
  }

  private static func member(_ point: [Double], _ axes: [DrawnVariable.Axis]) -> [Double] {
    zip(axes, point).map { $0.value($1) }
  }

  /// One trial after another, each placed by the scores so far, in the distribution's probability.
  private func narrowed(_ trials: [Trial]) throws -> [Double]? {
    guard variables.count == 1, !variables[0].isInteger else {
      throw StageError.outOfPlace("sampler golden_section searches one variable that is not an integer")
    }
    // The places asked for so far follow from the scores before them, so they need not be kept.
    var places: [(x: Double, score: Double?)] = []
    for trial in trials {
      guard let place = GoldenSection.next(interval: 0...1, trials: places) else { return nil }
      places.append((place, trial.scores?.first.map(goals[0].minimised)))
    }
    return try GoldenSection.next(interval: 0...1, trials: places).map { try values([$0]) }
  }
}

enum FactorialCounts {
  /// Points along each axis so that the grid holds at least `trials`.
  static func perAxis(trials: Int, axes: Int) -> Int {
    var side = 1
    func total(_ side: Int) -> Int { (0..<axes).reduce(1) { product, _ in product * side } }
    while total(side) < trials { side += 1 }
    return side
  }
}
