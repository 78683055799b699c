/// Why an inversion stopped.
public enum StopReason: Equatable, Hashable, Sendable, CustomStringConvertible {
  case l2NormIncreasing
  case deltaL2NormTolerance
  case l2NormTolerance
  case maximumIterations
  /// The residual is as large as the data's noise lets expect; the last step was shortened to end there.
  case noiseReached
  /// There is no next model, in words; it is not in the history.
  case stuck(String)

  /// As histories tell it.
  public var description: String {
    switch self {
    case .l2NormIncreasing: "l2-norm increasing"
    case .deltaL2NormTolerance: "delta l2-norm tolerance"
    case .l2NormTolerance: "l2-norm tolerance"
    case .maximumIterations: "max iterations"
    case .noiseReached: "residual as large as the noise"
    case .stuck(let reason): reason
    }
  }

  /// Whether a tolerance was met: what the user asked for, rather than a limit or a failure.
  public var isTolerance: Bool {
    switch self {
    case .deltaL2NormTolerance, .l2NormTolerance, .noiseReached: true
    case .l2NormIncreasing, .maximumIterations, .stuck: false
    }
  }
}

/// When an inversion stops: every rule is looked at after every iteration, and all that hold are
/// the reasons, in this order. The first three wait for the second iteration.
///
/// 1. l2 > min(l2 of all iterations) · (1 + increaseLimit)
/// 2. the last two ratios previous / current l2 are both ≤ deltaL2NormTolerance
/// 3. l2 < l2NormTolerance
/// 4. iteration ≥ maximumIterations
public struct StoppingRule: Equatable, Sendable {
  /// Stop after this one.
  public var maximumIterations: Int
  /// Stop below this "l2-norm" = √RMSE.
  public var l2NormTolerance: Double
  /// Stop after two successive ratios previous / current l2-norm not above this.
  public var deltaL2NormTolerance: Double
  /// Stop when the l2-norm exceeds its minimum by this fraction.
  public var increaseLimit: Double
  /// Stop where the mean of (residual / σ)² is this (the discrepancy principle: 1, or 2 of data to which noise was
  /// added once more), the last step shortened to end there within 10⁻³ of it. Rule 3 is then not looked at.
  public var chiSquared: Double?

  /// A hundred iterations, and the tolerances of Invert4Geom, unless told otherwise.
  public init(
    maximumIterations: Int = 100, l2NormTolerance: Double = 0.2, deltaL2NormTolerance: Double = 1.001,
    increaseLimit: Double = 0.20, chiSquared: Double? = nil
  ) {
    (self.maximumIterations, self.l2NormTolerance) = (maximumIterations, l2NormTolerance)
    (self.deltaL2NormTolerance, self.increaseLimit) = (deltaL2NormTolerance, increaseLimit)
    self.chiSquared = chiSquared
  }

  /// The rules that hold at the end of a history; none where it goes on.
  public func reasons(_ history: [IterationRecord]) -> [StopReason] {
    guard let last = history.last else { return [] }
    var reasons: [StopReason] = []
    if last.iteration > 1 {
      let smallest = history.map(\.l2Norm).min() ?? last.l2Norm
      if last.l2Norm > smallest * (1 + increaseLimit) { reasons.append(.l2NormIncreasing) }
      if history.suffix(2).allSatisfy({ $0.deltaL2Norm <= deltaL2NormTolerance }) {
        reasons.append(.deltaL2NormTolerance)
      }
      if chiSquared == nil, last.l2Norm < l2NormTolerance { reasons.append(.l2NormTolerance) }
    }
    if last.iteration >= maximumIterations { reasons.append(.maximumIterations) }
    return reasons
  }
}
