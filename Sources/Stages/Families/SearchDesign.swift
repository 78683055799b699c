import Inference
import Planning

/// Which values a search tries: shared by `damping_cv` and `search`.
struct SearchDesign {
  let sampler: String
  let trials: Int
  let seed: UInt64
  let isMaximised: Bool
  let variables: [(isInteger: Bool, distribution: Distribution)]

  func step(finished: [DesignRequest.Finished]) throws -> DesignStep {
    switch sampler {
    case "golden_section": return try narrowed(finished)
    case "halton":
      let units = Halton.scrambled(count: trials, dimensions: variables.count, seed: seed)
      return try all(finished.isEmpty ? units : [])
    default:
      let side = FactorialCounts.perAxis(trials: trials, axes: variables.count)
      let units = FactorialGrid.unit(counts: Array(repeating: side, count: variables.count))
      return try all(finished.isEmpty ? units : [])
    }
  }

  private func all(_ units: [[Double]]) throws -> DesignStep {
    DesignStep(members: try units.map(values), isComplete: true)
  }

  private func values(_ units: [Double]) throws -> [Double] {
    try zip(units, variables).map { unit, variable in
      let value = try variable.distribution.value(at: unit)
      return variable.isInteger ? value.rounded() : value
    }
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
      places.append((place, trial.score.map { isMaximised ? -$0 : $0 }))
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
