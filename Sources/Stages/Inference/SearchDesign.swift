import Inference
import Planning
import StageSupport

/// Which values a search tries: shared by `damping_cv` and `search`.
struct SearchDesign {
  let sampler: String
  let trials: Int
  let seed: UInt64
  /// Trials before a sampler that learns chooses; nil for its own number.
  let startup: Int?
  let goals: [ScoreGoal]
  let variables: [DrawnVariable]

  init(_ settings: Settings, goals: [ScoreGoal], variables: [DrawnVariable]) {
    sampler = settings.word("sampler")
    trials = settings.integer("trials")
    seed = UInt64(settings.integer("seed"))
    startup = settings.optionalInteger("startup_trials")
    (self.goals, self.variables) = (goals, variables)
  }

  func step(finished: [DesignRequest.Finished]) throws -> DesignStep {
    switch sampler {
    case "golden_section": return try narrowed(finished)
    case "gaussian_process": return try learned(.gaussianProcess(isNoisy: false), finished)
    case "tpe": return try learned(.treeParzen, finished)
    default:
      guard finished.isEmpty else { return DesignStep(members: [], isComplete: true) }
      return DesignStep(members: try units().map(values), isComplete: true)
    }
  }

  /// Samplers that need no scores.
  private func units() throws -> [[Double]] {
    switch sampler {
    case "halton": return Halton.scrambled(count: trials, dimensions: variables.count, seed: seed)
    case "sobol": return try UnitDesign.sobol(count: trials, dimensions: variables.count, seed: seed)
    case "random":
      return UnitDesign.monteCarlo(count: trials, names: variables.map(\.name), seed: seed)
    default:
      let side = FactorialCounts.perAxis(trials: trials, axes: variables.count)
      return FactorialGrid.unit(counts: Array(repeating: side, count: variables.count))
    }
  }

  private func values(_ units: [Double]) throws -> [Double] {
    try zip(units, variables).map { try $1.value(at: $0) }
  }

  /// Start-up trials at once, then one after another, each chosen by the scores so far.
  private func learned(
    _ method: Optimiser.Method, _ finished: [DesignRequest.Finished]
  ) throws -> DesignStep {
    let axes = try variables.map { try $0.axis() }
    let count = startup ?? Optimiser.defaultStartup(trials: trials, parameters: axes.count)
    let optimiser = Optimiser(
      SearchSpace(axes.map(\.parameter)), method: method, seed: seed, startup: min(count, trials),
      triesEnds: true)
    func member(_ point: [Double]) -> [Double] { zip(axes, point).map { $0.value($1) } }
    if finished.isEmpty {
      let first = optimiser.startPoints()
      return DesignStep(members: first.map(member), isComplete: first.count >= trials)
    }
    guard finished.count < trials else { return DesignStep(members: [], isComplete: true) }
    let known = finished.map { trial in
      Optimiser.Trial(
        point: zip(axes, trial.values).map { $0.coordinate($1) }, scores: trial.scores.map(goals.minimised))
    }
    guard let next = optimiser.next(after: known) else { return DesignStep(members: [], isComplete: true) }
    return DesignStep(members: [member(next)], isComplete: finished.count + 1 >= trials)
  }

  /// One trial after another, each placed by the scores so far, in the distribution's probability.
  private func narrowed(_ finished: [DesignRequest.Finished]) throws -> DesignStep {
    guard variables.count == 1, !variables[0].isInteger else {
      throw StageError.outOfPlace("sampler golden_section searches one variable that is not an integer")
    }
    guard finished.count < trials else { return DesignStep(members: [], isComplete: true) }
    // The places asked for so far follow from the scores before them, so they need not be kept.
    var places: [(x: Double, score: Double?)] = []
    for trial in finished {
      guard let place = GoldenSection.next(interval: 0...1, trials: places) else { break }
      places.append((place, trial.score.map(goals[0].minimised)))
    }
    guard let next = GoldenSection.next(interval: 0...1, trials: places) else {
      return DesignStep(members: [], isComplete: true)
    }
    return DesignStep(members: [try values([next])], isComplete: finished.count + 1 >= trials)
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
