public import NumericCore

/// Variational inference round by round: fits a Gaussian of coordinates to a posterior by draws of itself. [Ranganath2014, Lin2019]
///
/// Two parts. Linearised rounds fit the predictions of 2(d + 1) draws by a plane and take the posterior of that: exact for a
/// linear model. Then the ELBO is climbed along the natural gradient, estimated by scores, so that no derivative of the
/// model is asked for. A round is a pure function: equal settings, states and values give equal bits.
public struct VariationalInference: Sendable {
  /// Of the algorithm.
  public let settings: VariationalSettings
  /// What x means.
  public let coordinates: PriorCoordinates

  /// Inference in these coordinates.
  public init(_ settings: VariationalSettings, coordinates: PriorCoordinates) {
    (self.settings, self.coordinates) = (settings, coordinates)
  }

  /// What came of one draw.
  public struct Evaluation: Sendable, Equatable {
    /// ln p(y | θ).
    public var logLikelihood: Double
    /// W(y − f), for linearised rounds.
    public var residual: [Double]
    /// mean (y − f)²/mean y².
    public var relativeMeanSquare: Double
    /// A draw that has come to something.
    public init(logLikelihood: Double, residual: [Double] = [], relativeMeanSquare: Double = .nan) {
      (self.logLikelihood, self.residual) = (logLikelihood, residual)
      self.relativeMeanSquare = relativeMeanSquare
    }
  }

  /// What a round has come to: a row of the history.
  public struct Report: Sendable, Equatable {
    /// Accepted updates so far.
    public var iteration = 0
    /// Whether the trial was accepted.
    public var accepted = true
    /// Scaled ELBO of the round's draws with its standard error.
    public var elbo = Double.nan, error = Double.nan
    /// Means over the draws.
    public var logLikelihood = Double.nan, logPrior = Double.nan, relativeMeanSquare = Double.nan
    /// Of the accepted member: the norm that romtools stops by, and signal over noise of the round's gradient.
    public var gradientNorm = Double.nan, signalToNoise = Double.nan
    /// Size of the step to come, and |S⁻¹Δμ| of the one that the round proposes.
    public var step = Double.nan, meanStep = Double.nan
    /// Trials rejected in a row.
    public var fails = 0
    /// Runs and failures of all rounds so far; failures of this one.
    public var runs = 0, failures = 0, failedNow = 0
    /// Effective number of the draws that the estimates are from, where earlier ones are used again; else NaN.
    public var effectiveDraws = Double.nan

    /// Of no round yet.
    public init() {}
  }

  /// The member of the family to begin with: of romtools' coordinates the prior's moments, else the prior itself.
  /// - Parameters:
  ///   - mean: of the parameters, instead of the prior's, with their `covariance`.
  ///   - single: mean and deviation of single parameters, instead of those before, independent of the others.
  public func start(
    mean: [Double]? = nil, covariance: Matrix? = nil,
    single: [Int: (mean: Double, deviation: Double)] = [:]
  ) -> GaussianFamily {
    let whole = member(mean: mean, covariance: covariance)
    return limited(single.isEmpty ? whole : replaced(whole, single))
  }

  private func replaced(
    _ whole: GaussianFamily, _ single: [Int: (mean: Double, deviation: Double)]
  ) -> GaussianFamily {
    // Of correlated quantiles the normal scores c = L₀x belong to a parameter each.
    let mixing = coordinates.map == .priorQuantile ? coordinates.correlation : nil
    var mean = mixing?.factorTimes(whole.mean) ?? whole.mean
    var covariance = whole.covariance
    if let factor = mixing?.factor {
      covariance = factor.timesTransposed(covariance).timesTransposed(factor)
    }
    var physical = coordinates.physical(whole.mean)
    for (index, start) in single { physical[index] = start.mean }
    let (places, slopes) = places(of: physical)
    for (index, start) in single {
      mean[index] = places[index]
      for other in mean.indices { (covariance[index, other], covariance[other, index]) = (0, 0) }
      let deviation = abs(slopes[index]) <= 1e-15 ? 1 : start.deviation / slopes[index]
      covariance[index, index] = deviation * deviation
    }
    if let mixing {
      var row = Matrix(rows: 1, columns: mean.count, values: mean)
      mixing.solveForward(rows: &row)
      mean = row.values
    }
    return family(mean: mean, covariance: unmixed(covariance))
  }

  /// The coordinate that belongs to every parameter alone, and dθ/dx there.
  private func places(of physical: [Double]) -> (places: [Double], slopes: [Double]) {
    guard coordinates.map == .priorQuantile else {
      let places = coordinates.coordinates(of: physical)
      return (places, coordinates.slopes(at: places))
    }
    let places = zip(coordinates.margins, physical).map { max(-8.2, min(8.2, $0.coordinate(of: $1))) }
    return (places, zip(coordinates.margins, places).map { $0.slope(at: $1) })
  }

  private func member(mean: [Double]?, covariance: Matrix?) -> GaussianFamily {
    let dimension = coordinates.dimension
    let margins = coordinates.margins
    if coordinates.map == .priorQuantile, mean == nil, covariance == nil {
      // N(0, I) is the prior, whatever its correlation, which L₀ has taken away.
      return .standard(dimension, settings.covariance)
    }
    let starts = margins.map { coordinates.map == .priorQuantile ? $0.moments : $0.wholeMoments }
    let centre = mean ?? starts.map(\.mean)
    let x = coordinates.coordinates(of: centre)
    let slopes = coordinates.slopes(at: x)
    var sizes = Matrix(rows: dimension, columns: dimension)
    let correlation = coordinates.correlation.map { $0.factor.gramOfRows() }
    for row in 0..<dimension {
      for column in 0..<dimension {
        let own =
          covariance?[row, column] ?? starts[row].deviation * starts[column].deviation
          * (correlation?[row, column] ?? (row == column ? 1 : 0))
        let scale = [row, column].map { abs(slopes[$0]) <= 1e-15 ? 0 : 1 / slopes[$0] }
        sizes[row, column] = own * scale[0] * scale[1]
      }
    }
    let isPrior = mean == nil && covariance == nil
    return family(mean: x, covariance: unmixed(sizes), isPrior: isPrior)
  }

  /// With a correlated prior quantiles x = L₀⁻¹ of the normal scores.
  private func unmixed(_ covariance: Matrix) -> Matrix {
    guard coordinates.map == .priorQuantile, let correlation = coordinates.correlation else {
      return covariance
    }
    var once = covariance
    correlation.solveForward(rows: &once)
    var twice = once.transposed()
    correlation.solveForward(rows: &twice)
    return twice
  }

  /// - Parameter isPrior: whether a fixed correlation is that of this covariance; else it is the prior's.
  private func family(mean: [Double], covariance: Matrix, isPrior: Bool = false) -> GaussianFamily {
    let dimension = mean.count
    guard settings.covariance == .fixedCorrelation, isPrior else {
      let form =
        settings.covariance == .fixedCorrelation
        ? member(mean: nil, covariance: nil) : .standard(dimension, settings.covariance)
      return form.with(mean: mean, covariance: covariance)
    }
    let deviations = (0..<dimension).map { max(covariance[$0, $0], 1e-300).squareRoot() }
    var correlation = covariance
    for row in 0..<dimension {
      for column in 0..<dimension {
        correlation[row, column] =
          row == column ? 1 : covariance[row, column] / (deviations[row] * deviations[column])
      }
    }
    return GaussianFamily(
      mean: mean,
      spread: .fixedCorrelation(
        logDeviations: deviations.map { Elementary.log($0) }, factor: Self.correlationFactor(correlation)))
  }

  /// chol(R + j I) with j = 10⁻¹², ten times more until it succeeds; I beyond 10⁻². romtools' rule.
  private static func correlationFactor(_ correlation: Matrix) -> Matrix {
    guard correlation.rows > 1 else { return .identity(correlation.rows) }
    var jitter = 1e-12
    while jitter < 1e-2 {
      var matrix = correlation
      for index in 0..<matrix.rows { matrix[index, index] += jitter }
      if let factor = try? Cholesky(matrix).factor { return factor }
      jitter *= 10
    }
    return .identity(correlation.rows)
  }

  // MARK: - draws

  /// x of the draws of the round to come.
  /// - Parameter normals: z of that round, rows 0 … n − 1.
  public func places(_ state: VariationalState, normals: [[Double]]) -> [[Double]] {
    normals.map { state.candidate.place($0) }
  }

  // MARK: - a round

  /// The state after a round, and its row of the history.
  ///
  /// - Parameters:
  ///   - normals: z of the round's draws: what `places` was given.
  ///   - evaluations: one for each draw, nil for a run that failed. One without a finite density counts as failed.
  /// - Throws: `allDrawsFailed`, `tooFewDraws`.
  public func step(
    _ state: VariationalState, normals: [[Double]], evaluations: [Evaluation?]
  ) throws(PosteriorError) -> (state: VariationalState, report: Report) {
    precondition(normals.count == evaluations.count)
    var state = state
    let round = try RoundValues(self, state, normals, evaluations)
    state.runs += normals.count
    state.failures += round.failed
    var report = round.report
    if state.phase == .linear {
      try takeLinear(&state, round, &report)
    } else {
      takeTrial(&state, round, normals: normals.count * coordinates.dimension, &report)
    }
    if let batch = round.batch, report.accepted {
      state.memory = Array((state.memory + [batch]).suffix(settings.reusedRounds))
    }
    report.iteration = state.iteration
    (report.runs, report.failures, report.fails) = (state.runs, state.failures, state.fails)
    return (state, report)
  }

  private func takeLinear(
    _ state: inout VariationalState, _ round: RoundValues, _ report: inout Report
  ) throws(PosteriorError) {
    let fit = try LinearisedPosterior(
      draws: round.places, residuals: round.evaluations.map(\.residual), at: state.candidate.mean)
    let next = limited(fit.best(in: state.candidate))
    let moved = Statistics.sum(next.draw(at: state.candidate.mean).map { $0 * $0 }).squareRoot()
    let widened =
      zip(next.deviations, state.candidate.deviations).map { abs(Elementary.log($0 / $1)) }.max() ?? 0
    state.iteration += 1
    state.linearRounds += 1
    state.used += state.drawCount(settings) * coordinates.dimension
    state.draw += 1
    (state.current, state.candidate, state.best) = (next, next, next)
    (report.meanStep, report.step) = (moved, 1)
    // A plane that fits as before has told what it can.
    let isSettled = moved < 1e-3 && widened < 1e-3
    if isSettled || state.linearRounds >= settings.linearisedRounds { state.phase = .trial }
  }

  private func takeTrial(
    _ state: inout VariationalState, _ round: RoundValues, normals: Int, _ report: inout Report
  ) {
    guard accepts(round, state) else {
      state.fails += 1
      state.step /= settings.search.decay
      report.accepted = false
      report.gradientNorm = norm(state.gradient, state.direction)
      report.step = state.step
      propose(&state, &report)
      return
    }
    let moved = Statistics.sum(state.current.draw(at: state.candidate.mean).map { $0 * $0 }).squareRoot()
    state.current = state.candidate
    (state.elbo, state.error, state.mse) = (round.elbo, round.error, round.relativeMeanSquare)
    state.window = Array((state.window + [round.elbo]).suffix(settings.search.window))
    // What is evaluated first has not been moved to.
    let isFirst = state.gradient.isEmpty
    if !isFirst || settings.lineSearch == .none {
      state.iteration += 1
      if !isFirst && settings.lineSearch != .none {
        state.step = min(state.step * settings.search.growth, settings.search.maximumStep)
      }
    }
    state.fails = 0
    state.used += normals
    state.draw += 1
    state.addToAverage(after: moved)
    if round.elbo - 2 * round.error > state.bestBound {
      (state.best, state.bestBound) = (state.current, round.elbo - 2 * round.error)
    }
    var direction = Direction(self, state.current, round)
    if settings.optimizer == .adam { direction.follow(&state, settings) }
    (state.gradient, state.direction, state.slope) = (direction.gradient, direction.numbers, direction.slope)
    (report.gradientNorm, report.signalToNoise) = (
      norm(state.gradient, state.direction), direction.signalToNoise
    )
    if settings.lineSearch == .none {
      state.step =
        settings.stepSize / (1 + Double(state.iteration - state.linearRounds - 1) / settings.stepDecay)
    }
    report.step = state.step
    propose(&state, &report)
  }

  private func propose(_ state: inout VariationalState, _ report: inout Report) {
    state.candidate = limited(
      Direction.moved(state.current, state.direction, by: state.step, settings: settings))
    report.meanStep = Statistics.sum(state.current.draw(at: state.candidate.mean).map { $0 * $0 })
      .squareRoot()
  }

  /// Of `gradient` the length of the update direction, of `newton` that of the gradient, as romtools has it; of
  /// `natural_gradient` the length of the gradient in the metric of the Fisher information.
  private func norm(_ gradient: [Double], _ direction: [Double]) -> Double {
    let numbers: [Double]
    switch settings.optimizer {
    case .newton, .adam: numbers = gradient
    case .gradient: numbers = direction
    case .naturalGradient:
      // ½ of what belongs to the covariance, which of log deviations is what is there.
      return zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }.magnitude.squareRoot()
    }
    return Statistics.sum(numbers.map { $0 * $0 }).squareRoot()
  }

  private func accepts(_ round: RoundValues, _ state: VariationalState) -> Bool {
    guard settings.lineSearch != .none, !state.gradient.isEmpty else { return true }
    let rule = settings.search
    if rule.objective == .mse { return round.relativeMeanSquare <= rule.relaxation * state.mse }
    if settings.lineSearch == .legacy {
      return round.elbo >= state.elbo - (rule.relaxation - 1) * abs(state.elbo)
    }
    let reference = state.window.max() ?? state.elbo
    let slack = rule.sigma * (state.error * state.error + round.error * round.error).squareRoot()
    return round.elbo >= reference + rule.armijo * state.step * max(state.slope, 0) - slack
  }

  // MARK: - limits

  /// Within the bounds of σ, and above the floor that bounded coordinates ask for.
  func limited(_ family: GaussianFamily) -> GaussianFamily {
    let logs: [Double]
    switch family.spread {
    case .full: return family
    case .diagonal(let own), .fixedCorrelation(let own, _): logs = own
    }
    let low = Elementary.log(settings.deviationRange.lowerBound)
    let high = Elementary.log(settings.deviationRange.upperBound)
    var limited = logs.map { min(high, max(low, $0)) }
    switch coordinates.map {
    case .sigmoid where settings.deviationFloor > 0, .arctan where settings.deviationFloor > 0:
      let slopes = coordinates.slopes(at: family.mean)
      for (index, margin) in coordinates.margins.enumerated() {
        let floor = settings.deviationFloor * (margin.high - margin.low) / max(abs(slopes[index]), 1e-16)
        limited[index] = min(high, max(low, max(limited[index], Elementary.log(floor))))
      }
    default: break
    }
    var result = family
    if case .fixedCorrelation(_, let factor) = family.spread {
      result.spread = .fixedCorrelation(logDeviations: limited, factor: factor)
    } else {
      result.spread = .diagonal(logDeviations: limited)
    }
    return result
  }
}

extension PriorMargin {
  /// Of a truncated normal distribution those of the whole one, as romtools begins.
  fileprivate var wholeMoments: (mean: Double, deviation: Double) {
    if case .truncatedNormal(let mean, let deviation, _, _) = self { return (mean, deviation) }
    return moments
  }
}
