/// What `IterationLoop` repeats: a damped linearised step from one model to the next, of any physics.
public protocol ModelIteration {
  /// A model with what it predicts.
  associatedtype Model: Sendable

  /// One step.
  /// - Throws: `Stuck` where there is no next model; nothing has changed then.
  mutating func step(from model: Model) throws(Stuck) -> ModelStep<Model>

  /// The model that a part of a step leads to, 0 < fraction < 1.
  mutating func part(_ fraction: Double, of step: ModelStep<Model>, from model: Model) throws(Stuck)
    -> ModelStep<Model>

  /// Root mean square of the residual over the data that count.
  func rmse(of model: Model) -> Double

  /// Mean of (residual / σ)² over the data that count; nil where no deviations are stated.
  func chiSquared(of model: Model) -> Double?
}

/// Where a step leads.
public struct ModelStep<Model: Sendable>: Sendable {
  /// What the step leads to.
  public var model: Model
  /// Root mean square of what was added to the free parameters.
  public var rms: Double
  /// Rounds of the linear solver.
  public var solverIterations: Int
  /// What was left of the normal equations, relative to their right side.
  public var solverResidual: Double
  /// Parameters whose step was shortened.
  public var shortened: Int

  /// A step with how well its linear system was solved.
  public init(
    model: Model, rms: Double, solverIterations: Int, solverResidual: Double, shortened: Int = 0
  ) {
    (self.model, self.rms) = (model, rms)
    (self.solverIterations, self.solverResidual) = (solverIterations, solverResidual)
    self.shortened = shortened
  }
}

/// There is no next model.
public struct Stuck: Error, Equatable {
  /// In words, without the place.
  public var reason: String
  /// - Parameter reason: in words, without the place.
  public init(_ reason: String) { self.reason = reason }
}

/// Iterates until a stopping rule holds; knows the first, current and best model and the history.
public struct IterationLoop<Iteration: ModelIteration> {
  /// The physics, with its workspaces.
  public private(set) var iteration: Iteration
  /// Where it is, and the model of the least RMSE.
  public private(set) var current, best: Iteration.Model
  /// Number of the iteration that made the best model: the least RMSE, the start included; the first of equals.
  public private(set) var bestIteration = 0
  /// One record an iteration, the start's first.
  public private(set) var history: [IterationRecord]

  /// A loop at its start.
  public init(_ iteration: Iteration, start: Iteration.Model) {
    (self.iteration, current, best) = (iteration, start, start)
    history = [
      IterationRecord(
        iteration: 0, rmse: iteration.rmse(of: start), deltaL2Norm: .infinity, stepRMS: 0,
        solver: (0, 0))
    ]
  }

  /// Number of the current iteration.
  public var number: Int { history.count - 1 }

  /// - Parameter observe: called with the start and after every iteration; what it throws ends the loop.
  /// - Returns: why it stopped, at least one reason.
  public mutating func run(
    _ rule: StoppingRule, observe: (IterationLoop) throws -> Void
  ) rethrows -> [StopReason] {
    try observe(self)
    if let target = rule.chiSquared, let found = iteration.chiSquared(of: current), found <= target {
      return [.noiseReached]
    }
    while true {
      let end: StopReason?
      do throws(Stuck) { end = try advance(rule) } catch { return [.stuck(error.reason)] }
      try observe(self)
      let reasons = (end.map { [$0] } ?? []) + rule.reasons(history)
      if !reasons.isEmpty { return reasons }
    }
  }

  /// One iteration; the reason where it ends at the noise.
  private mutating func advance(_ rule: StoppingRule) throws(Stuck) -> StopReason? {
    let step = try iteration.step(from: current)
    guard let target = rule.chiSquared, let found = iteration.chiSquared(of: step.model), found < target
    else {
      accept(step)
      return nil
    }
    accept(try shortened(step, to: target))
    return .noiseReached
  }

  /// The part of a step at whose end the mean of (residual / σ)² is the target: it is above it without the step and
  /// below it with the whole, so that bisection finds one.
  private mutating func shortened(
    _ step: ModelStep<Iteration.Model>, to target: Double
  ) throws(Stuck) -> ModelStep<Iteration.Model> {
    var (low, high, found) = (0.0, 1.0, step)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      found = try iteration.part(middle, of: step, from: current)
      guard let value = iteration.chiSquared(of: found.model), abs(value - target) > 1e-3 * target else {
        break
      }
      if value > target { low = middle } else { high = middle }
    }
    return found
  }

  private mutating func accept(_ step: ModelStep<Iteration.Model>) {
    current = step.model
    let rmse = iteration.rmse(of: current)
    if rmse < history[bestIteration].rmse { (best, bestIteration) = (current, history.count) }
    history.append(
      IterationRecord(
        iteration: history.count, rmse: rmse,
        deltaL2Norm: history[history.count - 1].l2Norm / rmse.squareRoot(), stepRMS: step.rms,
        solver: (step.solverIterations, step.solverResidual),
        shortened: step.shortened))
  }
}
