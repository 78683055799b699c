import NumericCore

/// The gradient at a member of the family and the way that follows from it.
struct Direction {
  /// 2d numbers of mean and log deviations, or d + d² of a full covariance in the family's own coordinates.
  let gradient: [Double]
  /// As many: what `moved` takes.
  private(set) var numbers: [Double]
  private(set) var slope = 0.0
  let signalToNoise: Double

  init(_ inference: VariationalInference, _ family: GaussianFamily, _ round: RoundValues) {
    let settings = inference.settings
    let entropy = settings.entropy == .analytic ? settings.scaling : 0
    if case .full(let factor) = family.spread {
      let scores = FullCovarianceScores(
        draws: round.normals, values: round.values, baseline: settings.baseline, entropyScale: entropy,
        weights: round.weights)
      gradient = scores.mean + scores.covariance.values
      signalToNoise = scores.signalToNoise
      let isStandard = settings.optimizer == .gradient && settings.metric == .standard
      numbers = isStandard ? Self.ordinary(scores, factor) : gradient
      slope = slope(family, settings)
      return
    }
    let scores = ScoreEstimates(
      family, samples: round.places, values: round.values, baseline: settings.baseline, entropyScale: entropy,
      weights: round.weights)
    gradient = scores.gradient
    signalToNoise = scores.signalToNoise
    let deviations = family.deviations
    switch settings.optimizer {
    case .naturalGradient, .adam: numbers = UpdateDirections.natural(gradient, family: family)
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
    slope = slope(family, settings)
  }

  /// The derivative of the ELBO along the way: of a full covariance along Δμ = S a', ΔΣ = S B' Sᵀ a·a' + ½ B:B'.
  private func slope(_ family: GaussianFamily, _ settings: VariationalSettings) -> Double {
    let products = zip(gradient, numbers).map { $0 * $1 }
    let factor: Double
    if case .full = family.spread { factor = 0.5 } else { factor = settings.logStepFactor }
    return Statistics.sum(Array(products.prefix(family.dimension)))
      + factor * Statistics.sum(Array(products.dropFirst(family.dimension)))
  }

  /// Adam's way: the running mean of the gradient over the root of that of its square, both without what is left of their
  /// start. Deviations of the family are its unit of length, so that one step size does for wide and narrow posteriors.
  mutating func follow(_ state: inout VariationalState, _ settings: VariationalSettings) {
    let family = state.current
    var scales = [Double](repeating: 1, count: gradient.count)
    if case .full = family.spread {
    } else {
      scales.replaceSubrange(..<family.dimension, with: family.deviations)
    }
    let (keptMean, keptSquare) = (settings.adamMeanDecay, settings.adamSquareDecay)
    let zeros = [Double](repeating: 0, count: gradient.count)
    if state.adamMean.isEmpty { (state.adamMean, state.adamSquare) = (zeros, zeros) }
    state.adamCount += 1
    let count = Double(state.adamCount)
    let whole = (
      mean: 1 - Elementary.exp(count * Elementary.log(keptMean)),
      square: 1 - Elementary.exp(count * Elementary.log(keptSquare))
    )
    for index in gradient.indices {
      let value = gradient[index].isFinite ? gradient[index] * scales[index] : 0
      let mean = keptMean * state.adamMean[index] + (1 - keptMean) * value
      let square = keptSquare * state.adamSquare[index] + (1 - keptSquare) * value * value
      (state.adamMean[index], state.adamSquare[index]) = (mean, square)
      let root = (square / whole.square).squareRoot() + 1e-8 * settings.scaling
      numbers[index] = scales[index] * (mean / whole.mean) / root
    }
    slope = slope(family, settings)
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
