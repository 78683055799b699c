/// Numbers of one iteration; iteration 0 is the start.
public struct IterationRecord: Equatable, Sendable {
  public var iteration: Int
  /// Root mean square of the residual over the inner observations, mGal.
  public var rmse: Double
  /// √RMSE, mGal^½: what Invert4Geom calls the l2-norm.
  public var l2Norm: Double
  /// l2-norm of the iteration before divided by this one's; infinity at the start.
  public var deltaL2Norm: Double
  /// Root mean square over the free cells of what was added to the topography, metres.
  public var stepRMS: Double
  /// Iterations of the linear solver, and the residual of the normal equations relative to their
  /// right side that they reached (asked for: 2·10⁻¹¹ of the first step's, at most 10⁻⁶).
  public var solverIterations: Int
  public var solverResidual: Double

  public init(
    iteration: Int, rmse: Double, deltaL2Norm: Double, stepRMS: Double, solverIterations: Int,
    solverResidual: Double
  ) {
    (self.iteration, self.rmse, self.deltaL2Norm) = (iteration, rmse, deltaL2Norm)
    l2Norm = rmse.squareRoot()
    (self.stepRMS, self.solverIterations) = (stepRMS, solverIterations)
    self.solverResidual = solverResidual
  }
}

/// Why an inversion stopped.
public enum StopReason: Equatable, Hashable, Sendable, CustomStringConvertible {
  case l2NormIncreasing
  case deltaL2NormTolerance
  case l2NormTolerance
  case maximumIterations
  /// The next surface would have reached an observation, where gravity's derivative has no
  /// meaning; that surface is not part of the history.
  case surfaceReachedObservations
  /// The next surface would have held numbers that are not finite; it is not in the history.
  case stepNotFinite
  /// The next surface spans too many cells for the fast operators (`GridGravity.TooRough`); it is not
  /// in the history.
  case surfaceTooRough

  public var description: String {
    switch self {
    case .l2NormIncreasing: "l2-norm increasing"
    case .deltaL2NormTolerance: "delta l2-norm tolerance"
    case .l2NormTolerance: "l2-norm tolerance"
    case .maximumIterations: "max iterations"
    case .surfaceReachedObservations: "surface reached the observations"
    case .stepNotFinite: "step not finite"
    case .surfaceTooRough: "surface too rough for the fast operators"
    }
  }
}

/// What an observer sees of the start (iteration 0) and after every iteration.
public struct IterationSnapshot: Sendable {
  public let record: IterationRecord
  /// Surface after the step, metres, one value a cell; a density inversion leaves it as it is.
  public let topography: [Double]
  /// What the step added to the surface, metres, or to the density contrast, kg/m³; zero at the start.
  public let correction: [Double]
  /// Density contrast after the step, kg/m³, one value a cell; nil where the surface is what is sought.
  public let densityContrast: [Double]?
  /// Anomaly − gravity − regional after the step, mGal, one value an observation.
  public let residual: [Double]
}

/// The outcome of an inversion. Not to converge is a result, not an error: see `reasons`.
public struct InversionResult: Equatable, Sendable {
  /// The returned iteration's surface (metres, a value a cell), its gravity at the observations
  /// and anomaly − gravity − regional (mGal).
  public var topography: [Double]
  /// What the returned iteration added to the surface, metres; zero if that is the start.
  public var correction: [Double]
  public var forward, residual: [Double]
  /// Signed density of the cells of that surface, kg/m³.
  public var density: [Double]
  /// Start and every iteration, also those after the returned one.
  public var history: [IterationRecord]
  public var returnedIteration: Int
  /// Every stopping rule that held at the end, in the order of `StoppingRule`.
  public var reasons: [StopReason]
  /// How gravity and its derivatives were computed, and why so.
  public var method: InversionMethod
}
