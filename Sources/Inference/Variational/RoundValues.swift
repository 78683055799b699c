import NumericCore

/// The draws of a round that gave a density, and the estimates that follow from their values alone.
struct RoundValues {
  var normals: [[Double]] = []
  var places: [[Double]] = []
  var evaluations: [VariationalInference.Evaluation] = []
  /// Scaled log joint of each draw, with joint entropy less s ln q.
  private(set) var values: [Double] = []
  private(set) var failed = 0
  private(set) var elbo = Double.nan, error = Double.nan, relativeMeanSquare = Double.nan
  private(set) var report = VariationalInference.Report()

  init(
    _ inference: VariationalInference, _ state: VariationalState, _ normals: [[Double]],
    _ evaluations: [VariationalInference.Evaluation?]
  ) throws(PosteriorError) {
    let settings = inference.settings
    let family = state.candidate
    var priors: [Double] = []
    var lost: [(normal: [Double], place: [Double], prior: Double)] = []
    for (normal, evaluation) in zip(normals, evaluations) {
      let place = family.place(normal)
      let prior = inference.coordinates.logPrior(at: place)
      if let evaluation, evaluation.logLikelihood.isFinite, prior.isFinite {
        self.normals.append(normal)
        places.append(place)
        self.evaluations.append(evaluation)
        priors.append(prior)
      } else {
        lost.append((normal, place, prior))
      }
    }
    failed = lost.count
    guard !self.normals.isEmpty else { throw .allDrawsFailed(count: normals.count) }
    // A linear fit has no use for a density without predictions.
    if settings.onFailure == .penalise, state.phase == .trial {
      penalise(lost.filter { $0.prior.isFinite }, &priors)
    }
    let needed = state.phase == .linear ? family.dimension + 1 : 2
    guard self.normals.count >= needed else {
      throw .tooFewDraws(found: self.normals.count, needed: needed)
    }
    summarise(settings, family, priors)
  }

  /// A run that failed counts like the least likely one of its round.
  private mutating func penalise(
    _ lost: [(normal: [Double], place: [Double], prior: Double)], _ priors: inout [Double]
  ) {
    guard let worst = evaluations.min(by: { $0.logLikelihood < $1.logLikelihood }) else { return }
    for draw in lost {
      normals.append(draw.normal)
      places.append(draw.place)
      evaluations.append(worst)
      priors.append(draw.prior)
    }
  }

  private mutating func summarise(
    _ settings: VariationalSettings, _ family: GaussianFamily, _ priors: [Double]
  ) {
    let scale = settings.scaling
    let joints = zip(evaluations, priors).map { $0.logLikelihood + $1 }
    let logs = normals.map { family.logDensity(ofDraw: $0) }
    let isJoint = settings.entropy == .joint
    values = zip(joints, logs).map { scale * (isJoint ? $0 - $1 : $0) }
    let count = Double(values.count)
    elbo = Statistics.sum(values) / count + (isJoint ? 0 : scale * family.entropy)
    error = count > 1 ? Statistics.deviation(values, lostDegrees: 1) / count.squareRoot() : 0
    relativeMeanSquare = Statistics.mean(evaluations.map(\.relativeMeanSquare))
    report.elbo = elbo
    report.error = error
    report.logLikelihood = Statistics.mean(evaluations.map(\.logLikelihood))
    report.logPrior = Statistics.mean(priors)
    report.relativeMeanSquare = relativeMeanSquare
    report.failedNow = failed
  }
}

/// The gradient at a member of the family and the way that follows from it.
struct Direction {
  /// 2d numbers of mean and log deviations, or d + d² of a full covariance in the family's own coordinates.
  let gradient: [Double]
  /// As many: what `moved` takes.
  let numbers: [Double]
  let slope: Double
  let signalToNoise: Double

  init(_ inference: VariationalInference, _ family: GaussianFamily, _ round: RoundValues) {
    let settings = inference.settings
    let entropy = settings.entropy == .analytic ? settings.scaling : 0
    if case .full(let factor) = family.spread {
      let scores = FullCovarianceScores(
        draws: round.normals, values: round.values, baseline: settings.baseline, entropyScale: entropy)
      gradient = scores.mean + scores.covariance.values
      signalToNoise = scores.signalToNoise
      let isStandard = settings.optimizer == .gradient && settings.metric == .standard
      numbers = isStandard ? Self.ordinary(scores, factor) : gradient
      // The derivative of the ELBO along Δμ = S a', ΔΣ = S B' Sᵀ: a·a' + ½ B:B'.
      let dimension = family.dimension
      let products = zip(gradient, numbers).map { $0 * $1 }
      slope =
        Statistics.sum(Array(products.prefix(dimension)))
        + 0.5 * Statistics.sum(Array(products.dropFirst(dimension)))
      return
    }
    let scores = ScoreEstimates(
      family, samples: round.places, values: round.values, baseline: settings.baseline, entropyScale: entropy)
    gradient = scores.gradient
    signalToNoise = scores.signalToNoise
    let deviations = family.deviations
    switch settings.optimizer {
    case .naturalGradient: numbers = UpdateDirections.natural(gradient, family: family)
    case .gradient where settings.metric == .natural:
      numbers = UpdateDirections.diagonalNatural(gradient, deviations: deviations)
    case .gradient: numbers = gradient.map { $0.isFinite ? $0 : 0 }
    case .newton:
      let scales =
        settings.metric == .natural
        ? UpdateDirections.naturalScales(deviations: deviations)
        : [Double](repeating: 1, count: gradient.count)
      numbers = UpdateDirections.newton(
        gradient, scores.hessian(), settings.hessian, regularisation: settings.regularisation, scales: scales)
    }
    let products = zip(gradient, numbers).map { $0 * $1 }
    let half = family.dimension
    slope =
      Statistics.sum(Array(products.prefix(half)))
      + settings.logStepFactor * Statistics.sum(Array(products.dropFirst(half)))
  }

  /// Ordinary gradients, S⁻ᵀa and ½ S⁻ᵀB S⁻¹, as steps in the family's own coordinates: S⁻¹ and S⁻¹ … S⁻ᵀ of them.
  private static func ordinary(_ scores: FullCovarianceScores, _ factor: Matrix) -> [Double] {
    guard let cholesky = try? Cholesky(factor.gramOfRows()) else {
      return scores.mean + scores.covariance.values
    }
    // The rows of the identity become those of S⁻ᵀ.
    var inverse = Matrix.identity(factor.rows)
    cholesky.solveForward(rows: &inverse)
    let information = inverse.transposed().gramOfRows()
    let product = information.timesTransposed(scores.covariance)
    var covariance = product.timesTransposed(information)
    for index in covariance.values.indices { covariance.values[index] *= 0.5 }
    return information.times(scores.mean) + covariance.values
  }

  /// The member at the end of a step.
  static func moved(
    _ family: GaussianFamily, _ numbers: [Double], by step: Double, settings: VariationalSettings
  ) -> GaussianFamily {
    let dimension = family.dimension
    let way = Array(numbers.prefix(dimension))
    if case .full = family.spread {
      let matrix = Matrix(rows: dimension, columns: dimension, values: Array(numbers.dropFirst(dimension)))
      return family.stepped(
        mean: way, covariance: matrix, by: step,
        limits: (settings.maximumMeanStep, 2 * settings.maximumLogStep))
    }
    var length = step
    if settings.optimizer == .naturalGradient {
      let moved = GaussianFamily(mean: zip(family.mean, way).map { $0 + $1 }, spread: family.spread)
      let size = Statistics.sum(family.draw(at: moved.mean).map { $0 * $0 }).squareRoot()
      if size * step > settings.maximumMeanStep { length = settings.maximumMeanStep / size }
    }
    var result = family
    result.mean = zip(family.mean, way).map { $0 + length * $1 }
    let limit = settings.maximumLogStep
    let shifts = numbers.dropFirst(dimension).map { number in
      min(limit, max(-limit, step * settings.logStepFactor * number))
    }
    switch family.spread {
    case .full: break
    case .diagonal(let logs): result.spread = .diagonal(logDeviations: zip(logs, shifts).map { $0 + $1 })
    case .fixedCorrelation(let logs, let factor):
      result.spread = .fixedCorrelation(logDeviations: zip(logs, shifts).map { $0 + $1 }, factor: factor)
    }
    return result
  }

}
