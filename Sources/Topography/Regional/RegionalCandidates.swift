internal import NumericCore

/// Methods for constraints with trial parameters, of which K-fold cross-validation over the constraints takes the best.
///
/// For every fold the method gets the other constraints, and two numbers say how it did: the RMS of the residual at
/// the fold's constraints, where the surface is known and a good regional field leaves nothing, and the RMS of the
/// residual over all nodes, which should not be small. Both are averaged over the folds.
public struct RegionalCandidates: Sendable, Equatable {
  /// A method with the values of the parameters that tell it from others.
  public struct Candidate: Sendable, Equatable {
    /// The method with its parameters.
    public var method: RegionalMethod
    /// Of the parameters, in the order of `RegionalCandidates.names`.
    public var values: [Double]

    /// A method and what tells it from the other candidates.
    public init(_ method: RegionalMethod, _ values: [Double]) {
      (self.method, self.values) = (method, values)
    }
  }

  /// How the best candidate is chosen.
  public enum Score: Sendable, Equatable {
    /// The least residual at left-out constraints: of the candidates that no other beats in both numbers, the one with
    /// the smaller first.
    case residual
    /// The least ratio of the two numbers.
    case ratio
  }

  /// A candidate's two numbers, mGal.
  public struct Trial: Sendable, Equatable {
    /// What was tried.
    public var candidate: Candidate
    /// Root mean square of the residual at left-out constraints, which should be small, and over the grid,
    /// which should not be.
    public var residualAtConstraints, residualAmplitude: Double

    /// The number that a score compares, mGal or a ratio; smaller is better.
    public func value(_ score: Score) -> Double {
      score == .residual ? residualAtConstraints : residualAtConstraints / residualAmplitude
    }
  }

  /// All trials, and the one that won.
  public struct Choice: Sendable, Equatable {
    /// Of the parameters.
    public var names: [String]
    /// In the order of the candidates.
    public var trials: [Trial]
    /// The one that the score prefers.
    public var best: Trial
  }

  /// Names of the parameters.
  public var names: [String]
  /// The methods that are compared.
  public var candidates: [Candidate]
  /// Lowered to the number of constraints where those are fewer.
  public var folds: Int
  /// Of NumPy's `RandomState`, which shuffles the constraints: folds are those of scikit-learn's `KFold`.
  public var seed: UInt32
  /// How the best one is chosen.
  public var score: Score

  /// Five folds, shuffled with seed 10, judged by the residual, unless told otherwise.
  public init(
    names: [String], candidates: [Candidate], folds: Int = 5, seed: UInt32 = 10, score: Score = .residual
  ) {
    (self.names, self.candidates) = (names, candidates)
    (self.folds, self.seed, self.score) = (folds, seed, score)
  }

  /// Every combination of the parameters' values, the last one changing fastest.
  public static func combinations(
    _ parameters: [(name: String, values: [Double])], _ method: ([Double]) -> RegionalMethod
  ) -> (names: [String], candidates: [Candidate]) {
    var all: [[Double]] = [[]]
    for parameter in parameters { all = all.flatMap { start in parameter.values.map { start + [$0] } } }
    return (parameters.map(\.name), all.map { Candidate(method($0), $0) })
  }

  /// The best method's separation with all constraints.
  func separate(
    _ field: MisfitField, _ settings: RegionalSettings, _ constraints: ConstraintPoints
  ) throws(RegionalError) -> RegionalResult {
    let choice = try choose(field, settings, constraints)
    var settings = settings
    settings.method = choice.best.candidate.method
    var result = try separateRegional(
      misfit: field.misfit, upward: field.upward, settings: settings, constraints: constraints,
      workers: field.workers)
    result.candidates = choice
    result.notes = notes(choice) + result.notes
    result.warnings = warnings(choice) + result.warnings
    return result
  }

  func choose(
    _ field: MisfitField, _ settings: RegionalSettings, _ constraints: ConstraintPoints
  ) throws(RegionalError) -> Choice {
    var ignored = [String]()
    let sampled = try SampledMisfit(
      field, constraints, singlePrecision: settings.driftDegree == nil, notes: &ignored)
    let inside = constraints.subset(sampled.kept)
    let splits = min(folds, inside.count)
    guard splits >= 2, !candidates.isEmpty else {
      throw .tooFewForFolds(constraints: inside.count, candidates: candidates.count)
    }
    let parts = KFold.folds(count: inside.count, splits: splits, seed: seed)
    var trials: [Trial] = []
    for candidate in candidates {
      trials.append(try trial(candidate, field, settings, inside, parts))
    }
    var best = trials[0]
    for trial in trials.dropFirst() {
      let (new, old) = (trial.value(score), best.value(score))
      if new < old || (new == old && trial.residualAmplitude > best.residualAmplitude) { best = trial }
    }
    return Choice(names: names, trials: trials, best: best)
  }

  private func trial(
    _ candidate: Candidate, _ field: MisfitField, _ settings: RegionalSettings,
    _ constraints: ConstraintPoints, _ folds: [[Int]]
  ) throws(RegionalError) -> Trial {
    var settings = settings
    (settings.method, settings.reverse) = (candidate.method, false)
    var (atConstraints, amplitudes) = ([Double](), [Double]())
    for fold in folds {
      let train = KFold.training(without: fold, count: constraints.count)
      let residual = try separateRegional(
        misfit: field.misfit, upward: field.upward, settings: settings,
        constraints: constraints.subset(train), workers: field.workers
      ).residual
      let left = BicubicSampler.sample(
        grid: residual, at: constraints.points.subset(fold), singlePrecision: settings.driftDegree == nil)
      atConstraints.append(Statistics.rms(left))
      amplitudes.append(Statistics.rms(residual.values))
    }
    return Trial(
      candidate: candidate, residualAtConstraints: Statistics.mean(atConstraints),
      residualAmplitude: Statistics.mean(amplitudes))
  }

  private func notes(_ choice: Choice) -> [String] {
    func text(_ trial: Trial) -> String {
      zip(names, trial.candidate.values).map { "\($0) \($1)" }.joined(separator: ", ")
    }
    let notes = choice.trials.map {
      "\(text($0)): residual \($0.residualAtConstraints) mGal at left-out constraints, "
        + "\($0.residualAmplitude) mGal over all nodes"
    }
    return notes + ["best: \(text(choice.best))"]
  }

  private func warnings(_ choice: Choice) -> [String] {
    names.enumerated().compactMap { place, name in
      let tried = Set(candidates.map { $0.values[place] })
      let value = choice.best.candidate.values[place]
      guard tried.count > 2, value == tried.min() || value == tried.max() else { return nil }
      return "the best \(name), \(value), is at a limit: a better one may lie beyond"
    }
  }
}

/// Values of a parameter between two limits, both included.
public enum TrialValues {
  /// Equally far from each other.
  /// - Precondition: count ≥ 2.
  public static func linear(from low: Double, to high: Double, count: Int) -> [Double] {
    precondition(count >= 2)
    return (0..<count).map { step in
      step == count - 1 ? high : low + (high - low) * Double(step) / Double(count - 1)
    }
  }

  /// With the same factor from each to the next.
  /// - Precondition: count ≥ 2, limits above 0.
  public static func logarithmic(from low: Double, to high: Double, count: Int) -> [Double] {
    precondition(count >= 2 && low > 0 && high > 0)
    let (first, last) = (Elementary.log(low), Elementary.log(high))
    return (0..<count).map { step in
      switch step {
      case 0: low
      case count - 1: high
      default: Elementary.exp(first + (last - first) * Double(step) / Double(count - 1))
      }
    }
  }
}
