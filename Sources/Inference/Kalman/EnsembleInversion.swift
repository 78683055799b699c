public import NumericCore

/// Ensemble Kalman inversion with the step control of romtools: an optimiser without derivatives, not a sampler.
///
/// From members θ_j, what they predict, and what their mean θ̄ predicts, the change
/// dθ_j = S_θ S_yᵀ (S_y S_yᵀ + (1 + λ) I)⁻¹ L⁻¹(y − g(θ_j)), S_y about g(θ̄). A step s dθ is tried; it is taken where the
/// mean over members of ‖L⁻¹(y − g)‖ is below `relaxation` times what it was, and s grows; else s shrinks and is tried again.
/// Nothing perturbs the data, so the ensemble collapses: its spread at the end says nothing of the posterior.
public struct EnsembleInversion: Sendable, Equatable {
  /// How steps are chosen.
  public struct Control: Sendable, Equatable {
    /// Of the first change that is tried.
    public var step: Double
    /// Of the step after one that was taken, and its divisor after one that was not.
    public var growth, decay: Double
    /// An error below this multiple of the present one will do.
    public var relaxation: Double
    /// λ, relative to the noise's covariance.
    public var regularization: Double
    /// The peer's values, unless told otherwise.
    public init(
      step: Double = 0.1, growth: Double = 1.25, decay: Double = 2, relaxation: Double = 1.05,
      regularization: Double = 1e-4
    ) {
      (self.step, self.growth, self.decay) = (step, growth, decay)
      (self.relaxation, self.regularization) = (relaxation, regularization)
    }
  }

  /// The ensemble that was last accepted.
  public var members: [[Double]]
  /// The change of it that is tried; empty before its predictions are known.
  public var change: [[Double]]
  /// Mean over the members of the norms of their residuals; infinite before they are known.
  public var error: Double
  /// The part of the change that is tried next.
  public var step: Double
  /// Changes that were taken.
  public var iteration: Int
  /// Steps that were refused since.
  public var refused: Int

  /// The ensemble to begin with.
  public init(members: [[Double]], control: Control) {
    (self.members, change, error, step) = (members, [], .infinity, control.step)
    (iteration, refused) = (0, 0)
  }

  /// A state that was kept.
  public init(
    members: [[Double]], change: [[Double]], error: Double, step: Double, iteration: Int, refused: Int
  ) {
    (self.members, self.change, self.error) = (members, change, error)
    (self.step, self.iteration, self.refused) = (step, iteration, refused)
  }

  /// The members that the next round runs; their mean is a run more.
  public var trial: [[Double]] {
    change.isEmpty ? members : zip(members, change).map { zip($0, $1).map { $0 + step * $1 } }
  }

  /// √Σ (dθ)² over members and parameters: 0 where nothing is left to change.
  public var changeNorm: Double {
    Statistics.sum(change.map { Statistics.sum($0.map { $0 * $0 }) }).squareRoot()
  }

  /// Takes what the trial's members and their mean predict.
  /// - Parameters:
  ///   - tried: the members that ran: `trial`, with those that failed replaced or left out.
  ///   - residuals: L⁻¹(y − g) of them.
  ///   - mean: L⁻¹(y − g) of their mean; nil where that failed: the mean of the predictions stands in.
  /// - Returns: whether the step was taken.
  /// - Precondition: at least two members.
  @discardableResult
  public mutating func fold(
    tried: [[Double]], residuals: [[Double]], mean: [Double]?, control: Control,
    taper: (@Sendable (Int) -> [Double])? = nil, workers: Workers = .serial
  ) -> Bool {
    let norms = residuals.map { Statistics.sum($0.map { $0 * $0 }).squareRoot() }
    let found = Statistics.sum(norms) / Double(norms.count)
    guard change.isEmpty || found < control.relaxation * error else {
      step /= control.decay
      refused += 1
      return false
    }
    if !change.isEmpty {
      step *= control.growth
      iteration += 1
    }
    (members, error, refused) = (tried, found, 0)
    let update = EnsembleUpdate(
      members: tried, residuals: residuals, centre: mean, inflation: 1 + control.regularization,
      workers: workers)
    change = update.times(residuals, taper: taper, workers: workers)
    return true
  }
}
