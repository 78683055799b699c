public import Gravity
public import NumericCore
public import Optimisation

/// A topography inversion: find the surface whose gravity explains the data.
///
/// Gravity is that of the mass between the surface and the reference level (`PrismLayer`); rows
/// are observations, cells those of `model`.
public struct InversionProblem: Sendable {
  /// What the cells are.
  public var shape: ModelShape = .prisms
  /// Centres of the model's cells: metres, or degrees for tesseroids (as the observations' places).
  public var model: GridGeometry
  /// Height of the surface at the start, metres, one value a cell (NaN only where not free).
  public var startingTopography: [Double]
  /// Height of the reference level, metres, one value a cell.
  public var reference: [Double]
  /// Density below the surface minus density above it, kg/m³, one value a cell; negative allowed,
  /// zero an error.
  public var densityContrast: [Double]
  /// The observations.
  public var points: ObservationPoints
  /// Observed anomaly and its regional part, mGal, one value an observation; anything where nothing was observed.
  public var anomaly, regional: [Double]
  /// Whether there is an anomaly at an observation; nil where there is one everywhere. Places without one have no part
  /// in misfit and step, and gravity is predicted there: they keep a lattice whole, which the fast path needs.
  public var isObserved: [Bool]?
  /// Standard deviations of the anomaly, mGal, one value an observation: the misfit is divided by them.
  /// Without them all observations count alike, and the damping's unit is mGal per metre.
  public var uncertainty: [Double]?
  /// Standard deviations of the anomaly, mGal, one value an observation, that the residual is judged by; those of
  /// `uncertainty` are, where both are given, the same.
  public var statedDeviations: [Double]?
  /// Gravity of the starting topography at the observations, if known; spot-checked.
  public var startingForward: [Double]?
  /// Observations that count for the RMSE, if there is an anomaly.
  public var isInner: [Bool]
  /// Cells that may move.
  public var free: [Bool]
  /// Bounds of the surface, metres, one value a cell; NaN = none.
  public var upperLayer, lowerLayer: [Double]?
  /// Factors of the step, one a cell, applied after the bounds.
  public var weights: [Double]?

  /// What `Regularisation.referenceModel` keeps the model near to: heights, metres (or density contrasts,
  /// kg/m³, of a density inversion), one value a cell.
  public var referenceModel: [Double]?

  /// A problem without bounds and weights in which every cell is free and every observation
  /// counts.
  public init(
    model: GridGeometry, startingTopography: [Double], reference: [Double],
    densityContrast: [Double], points: ObservationPoints, anomaly: [Double]
  ) {
    (self.model, self.startingTopography, self.reference) = (model, startingTopography, reference)
    (self.densityContrast, self.points, self.anomaly) = (densityContrast, points, anomaly)
    regional = Array(repeating: 0, count: points.count)
    isInner = Array(repeating: true, count: points.count)
    free = Array(repeating: true, count: model.count)
  }
}

/// How a topography inversion proceeds and when it stops.
public struct InversionSettings: Equatable, Sendable {
  /// Which of the iterations is the result.
  public enum ReturnedIteration: Equatable, Hashable, Sendable {
    /// The one with the smallest RMSE, the start included; the first of equals.
    case best
    /// The last, even after a divergence.
    case last
  }

  /// The derivative that a step is made with.
  public var derivative: Derivative
  /// Weight d of the step in |J x − residual|² + d² |x|², mGal per metre.
  public var damping: Double
  /// When it ends.
  public var stopping: StoppingRule
  /// Which of the iterations is the result.
  public var returnedIteration: ReturnedIteration
  /// Terms beside the damping.
  public var regularisation = Regularisation()
  /// The most that a cell may move in one iteration, metres: a longer step is shortened as a whole.
  public var stepLimit: Double?
  /// What happens where a step would lift the surface to an observation.
  public var observations = ObservationRule.shorten
  /// How gravity and its derivatives are computed; the result says what `automatic` came to.
  public var path: InversionPath

  /// The exact derivative and the cheaper path, unless told otherwise.
  public init(
    derivative: Derivative = .exact, damping: Double, stopping: StoppingRule = StoppingRule(),
    returnedIteration: ReturnedIteration = .best, path: InversionPath = .automatic
  ) {
    (self.derivative, self.damping, self.stopping) = (derivative, damping, stopping)
    (self.returnedIteration, self.path) = (returnedIteration, path)
  }
}

/// What an inversion does where a step would lift the surface to an observation, or past it.
public enum ObservationRule: String, CaseIterable, Equatable, Hashable, Sendable {
  /// Each cell under an observation goes nine tenths of the way to it at the most, and no nearer than a
  /// millimetre.
  case shorten
  /// Observations may lie in the cells: their gravity and its derivative are computed as anywhere else.
  case ignore
  /// The inversion ends with the surface before.
  case stop
}

/// The derivative of gravity with respect to the surface that a step is made with.
public typealias Derivative = LayerJacobian
