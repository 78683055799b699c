public import Optimisation

/// What an observer sees of the start (iteration 0) and after every iteration.
public struct IterationSnapshot: Sendable {
  /// The iteration's line of the history.
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
  /// Gravity of the surface at the observations, and anomaly − gravity − regional, mGal.
  public var forward, residual: [Double]
  /// Signed density of the cells of that surface, kg/m³.
  public var density: [Double]
  /// Start and every iteration, also those after the returned one.
  public var history: [IterationRecord]
  /// Number of the iteration that is the result.
  public var returnedIteration: Int
  /// Every stopping rule that held at the end, in the order of `StoppingRule`.
  public var reasons: [StopReason]
  /// How gravity and its derivatives were computed, and why so.
  public var method: InversionMethod
  /// Mean of (residual / σ)² over the inner observations; nil without deviations of the data.
  public var chiSquared: Double?
}
