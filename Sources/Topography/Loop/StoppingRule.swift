/// When an inversion stops: every rule is looked at after every iteration, and all that hold are
/// the reasons, in this order. The first three wait for the second iteration.
///
/// 1. l2 > min(l2 of all iterations) · (1 + increaseLimit)
/// 2. the last two ratios previous / current l2 are both ≤ deltaL2NormTolerance
/// 3. l2 < l2NormTolerance
/// 4. iteration ≥ maximumIterations
enum StoppingRule {
  static func reasons(_ history: [IterationRecord], _ settings: InversionSettings) -> [StopReason] {
    guard let last = history.last else { return [] }
    var reasons: [StopReason] = []
    if last.iteration > 1 {
      let smallest = history.map(\.l2Norm).min() ?? last.l2Norm
      if last.l2Norm > smallest * (1 + settings.increaseLimit) { reasons.append(.l2NormIncreasing) }
      if history.suffix(2).allSatisfy({ $0.deltaL2Norm <= settings.deltaL2NormTolerance }) {
        reasons.append(.deltaL2NormTolerance)
      }
      if last.l2Norm < settings.l2NormTolerance { reasons.append(.l2NormTolerance) }
    }
    if last.iteration >= settings.maximumIterations { reasons.append(.maximumIterations) }
    return reasons
  }
}
