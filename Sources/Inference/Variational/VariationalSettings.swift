/// How variational inference goes about: everything that decides its steps, and nothing of when it stops.
public struct VariationalSettings: Sendable, Equatable {
  /// Which way it goes.
  public enum Optimizer: String, Sendable, CaseIterable {
    /// Along the natural gradient of the family, correlations included.
    case naturalGradient = "natural_gradient"
    /// Along the gradient, by `metric` as it is or scaled by σ² and ½ as romtools scales it.
    case gradient
    /// Newton's direction with a projected Hessian.
    case newton
    /// Along running means of the gradient over roots of those of its squares, in deviations of the family. [Kingma2015]
    case adam
  }
  /// In which coordinates steps are short.
  public enum Metric: String, Sendable, CaseIterable { case standard, natural }
  /// What of a Hessian is used.
  public enum Hessian: String, Sendable, CaseIterable {
    case full
    /// The diagonal of the projected matrix.
    case projectedDiagonal = "projected_diagonal"
    /// The projected diagonal of the matrix.
    case rawDiagonal = "raw_diagonal"
  }
  /// How the entropy enters.
  public enum Entropy: String, Sendable, CaseIterable { case joint, analytic }
  /// What is taken from every draw's value.
  public enum Baseline: String, Sendable, CaseIterable {
    case none, optimal
    case leaveOneOut = "leave_one_out"
  }
  /// Whether steps are tried before they are taken.
  public enum LineSearch: String, Sendable, CaseIterable {
    case none, legacy
    case stochasticNonmonotone = "stochastic_nonmonotone"
  }
  /// What a line search compares.
  public enum Objective: String, Sendable, CaseIterable { case elbo, mse }
  /// What becomes of draws without a density.
  public enum Failure: String, Sendable, CaseIterable { case drop, penalise, stop }

  /// What of the covariance is free.
  public var covariance = GaussianFamily.Covariance.full
  /// Which way it goes.
  public var optimizer = Optimizer.naturalGradient
  /// Of `gradient` and `newton`.
  public var metric = Metric.standard
  /// Of `newton`.
  public var hessian = Hessian.full
  /// Least eigenvalue of a projected Hessian.
  public var regularisation = 1e-2
  /// How the entropy enters.
  public var entropy = Entropy.joint
  /// What is taken from every draw's value.
  public var baseline = Baseline.leaveOneOut
  /// s: everything is scaled by it.
  public var scaling = 1.0
  /// Rounds of a linear fit of the predictions before anything else.
  public var linearisedRounds = 4
  /// Earlier rounds whose draws are used again, weighted by the density of the family over that of the mixture of all rounds
  /// that the draws are from (the balance heuristic). [Veach1995, Elvira2019]
  public var reusedRounds = 0
  /// β₁ and β₂ of adam: parts that running means keep of themselves.
  public var adamMeanDecay = 0.9, adamSquareDecay = 0.999
  /// Draws of a round; nil for max(32, 4d).
  public var draws: Int?
  /// Of the first step, and of a line search the first trial.
  public var stepSize = 0.5
  /// Without a line search the step of iteration k is stepSize/(1 + k/stepDecay); ∞ for a constant one.
  public var stepDecay = 10.0
  /// Most of |S⁻¹Δμ| in a step of natural_gradient.
  public var maximumMeanStep = 1.0
  /// Most change of a log deviation (or half of that of a log eigenvalue of Σ) in a step.
  public var maximumLogStep = 0.5
  /// Bounds of σ.
  public var deviationRange = 1e-8...1e6
  /// f of the least σᵢ ≥ f (b − a)ᵢ/|dθᵢ/dxᵢ| of bounded coordinates; 0 for none.
  public var deviationFloor = 0.0
  /// Factor on the step of log deviations.
  public var logStepFactor = 1.0
  /// Whether steps are tried before they are taken.
  public var lineSearch = LineSearch.none
  /// Of a line search.
  public var search = SearchRule()
  /// What becomes of draws without a density.
  public var onFailure = Failure.drop

  /// Ours by default.
  public init() {}

  /// When a line search takes a step, and what it does with its size.
  public struct SearchRule: Sendable, Equatable {
    /// Greatest step.
    public var maximumStep = Double.infinity
    /// Factors on the step of an accepted and a rejected trial.
    public var growth = 1.05, decay = 2.0
    /// What is compared.
    public var objective = Objective.elbo
    /// ρ: how much worse a trial of `legacy`, or of objective mse, may be.
    public var relaxation = 3.05
    /// Factor on the number of draws after each rejection.
    public var drawGrowth = 1.0
    /// Accepted values that a trial is compared with.
    public var window = 5
    /// c of the demanded rise c · step · slope.
    public var armijo = 1e-6
    /// κ: by how many standard errors a trial may miss that.
    public var sigma = 4.0

    /// Those of `stochastic_nonmonotone`.
    public init() {}
  }

  /// Draws of a round of d coordinates.
  public func drawCount(_ dimension: Int) -> Int { draws ?? max(32, 4 * dimension) }

  /// Draws of a linearised round: two for each column of the fit.
  public func linearDrawCount(_ dimension: Int) -> Int { 2 * (dimension + 1) }
}
