import NumericCore

/// The draws of a round that gave a density, with those of earlier rounds that are used again, and the estimates that follow
/// from their values alone.
struct RoundValues {
  /// z and x; behind those of the round the earlier ones.
  var normals: [[Double]] = []
  var places: [[Double]] = []
  /// Of mean 1; nil without earlier draws.
  private(set) var weights: [Double]?
  /// What a later round may use again of this one.
  private(set) var batch: VariationalState.Batch?
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
    summarise(inference.settings, state, priors)
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
    _ settings: VariationalSettings, _ state: VariationalState, _ priors: [Double]
  ) {
    let (scale, family) = (settings.scaling, state.candidate)
    var joints = zip(evaluations, priors).map { $0.logLikelihood + $1 }
    if settings.reusedRounds > 0 {
      let own = VariationalState.Batch(family: family, places: places, logJoints: joints)
      batch = own
      if state.phase == .trial, !state.memory.isEmpty {
        let mixture = DrawMixture(own, before: state.memory)
        (normals, places, joints) = (mixture.normals, mixture.places, mixture.logJoints)
        (weights, report.effectiveDraws) = (mixture.weights, mixture.effectiveSize)
      } else {
        report.effectiveDraws = Double(places.count)
      }
    }
    let logs = normals.map { family.logDensity(ofDraw: $0) }
    let isJoint = settings.entropy == .joint
    values = zip(joints, logs).map { scale * (isJoint ? $0 - $1 : $0) }
    let count = Double(values.count)
    if let weights {
      let mean = Statistics.sum(zip(values, weights).map { $0 * $1 }) / count
      elbo = mean + (isJoint ? 0 : scale * family.entropy)
      // Of a ratio of means, by the delta method.
      let squares = zip(values, weights).map { $1 * $1 * ($0 - mean) * ($0 - mean) }
      error = Statistics.sum(squares).squareRoot() / count
    } else {
      elbo = Statistics.sum(values) / count + (isJoint ? 0 : scale * family.entropy)
      error = count > 1 ? Statistics.deviation(values, lostDegrees: 1) / count.squareRoot() : 0
    }
    relativeMeanSquare = Statistics.mean(evaluations.map(\.relativeMeanSquare))
    report.elbo = elbo
    report.error = error
    report.logLikelihood = Statistics.mean(evaluations.map(\.logLikelihood))
    report.logPrior = Statistics.mean(priors)
    report.relativeMeanSquare = relativeMeanSquare
    report.failedNow = failed
  }
}
