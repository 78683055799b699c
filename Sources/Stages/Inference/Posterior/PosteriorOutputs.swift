import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// What an inference by a Gaussian writes at its end: samples out of a closing round of fresh draws, the posterior, the history,
/// and a verdict as numbers and in words.
struct PosteriorOutputs {
  static let samples = Output(
    "samples", .table,
    "fresh draws of the Gaussian: a column a setting, log_likelihood, log_prior, log_weight, and what they predict"
  )
  static let posterior = Output(
    "posterior", .posterior,
    "of every setting prior, mean and deviation, the same by importance weights, covariances, and the Gaussian in its coordinates"
  )
  static let history = Output("history", .table, "a row for each round")
  private static let number = PortType.scalar(.dimensionless)
  static let shape = Output(
    "pareto_k", number,
    "shape of the tail of the importance weights: below 0.7 the Gaussian can be trusted after weighting, below 0.5 as it is"
  )
  static let effectiveSize = Output(
    "effective_size", number, "effective number of the samples after weighting, as a part of them")
  static let evidence = Output("evidence", number, "logarithm of the evidence, all constants included")
  static let evidenceError = Output("evidence_error", number, "its standard error")
  static let elbo = Output("elbo", number, "evidence lower bound of the samples")
  static let diagonalLoss = Output(
    "diagonal_loss", number, "nats by which a Gaussian without correlations would be farther away")
  static let shift = Output(
    "largest_shift", number, "greatest difference that weighting makes to a mean, in deviations")
  static let failed = Output("failed", number, "model runs without a density, of all rounds")
  static let runs = Output("runs", number, "model runs of all rounds")

  static let declarations = Declarations([
    samples, posterior, history, shape, effectiveSize, evidence, evidenceError, elbo, diagonalLoss, shift,
    failed, runs,
  ])

  let context: StageContext
  let data: PosteriorData
  let prior: PosteriorPrior
  let coordinates: PriorCoordinates
  let family: GaussianFamily
  /// Model runs of all rounds but the closing one, and those without a density.
  let runs: Int, failures: Int
  /// Of the closing round.
  let allowedFailures: Int
  /// What to do where the Gaussian can't be trusted.
  var advice = "take Markov chains, or other coordinates"

  func write() throws {
    let (count, probes) = (context[VariationalDeclarations.samples], coordinates.dimension + 1)
    guard context.members.count == count + probes else {
      throw StageError.outOfPlace(
        "the closing round has not run: raise the budget or ask for fewer iterations")
    }
    let members = Array(context.members.prefix(count))
    let evaluations = try members.map { try data.evaluation($0) }
    let failed = evaluations.count { $0 == nil }
    guard failed <= allowedFailures else {
      throw StageError.outOfPlace(
        "\(failed) of \(members.count) closing draws have no density, and max_failures = \(allowedFailures)")
    }
    let places = members.map { coordinates.coordinates(of: $0.values) }
    let priors = places.map { coordinates.logPrior(at: $0) }
    let joints = zip(evaluations, priors).map { evaluation, prior in
      evaluation.map { $0.logLikelihood + prior }
    }
    let proposals = places.map { family.logDensity(ofDraw: family.draw(at: $0)) }
    let verdict: PosteriorVerdict
    do {
      verdict = try PosteriorVerdict(
        parameters: members.map(\.values), logJoint: joints, logProposal: proposals)
    } catch {
      throw StageError.outOfPlace("of the closing round \(error)")
    }
    try writeSamples(members, evaluations, priors, verdict)
    let used = zip(members, evaluations).filter { $1 != nil }.map { $0.0.values }
    try PosteriorArtefact.Content(
      variables: context.memberVariables, names: prior.names, coordinates: coordinates, family: family,
      parameters: used, verdict: verdict
    ).write(to: context[Self.posterior])
    try writeHistory()
    try writeNumbers(verdict, failed: failures + failed, runs: runs + context.members.count)
    tell(verdict, failed: failed)
    try tellIdleSettings(Array(context.members.suffix(probes)))
  }

  private func writeSamples(
    _ members: [StageContext.Member], _ evaluations: [VariationalInference.Evaluation?], _ priors: [Double],
    _ verdict: PosteriorVerdict
  ) throws {
    var samples = PosteriorSamples()
    var weights = verdict.smoothing.logWeights.makeIterator()
    for (index, member) in members.enumerated() {
      guard let evaluation = evaluations[index], let weight = weights.next() else { continue }
      samples.parameters.append(member.values)
      samples.logLikelihood.append(evaluation.logLikelihood)
      samples.logPrior.append(priors[index])
      samples.logWeight.append(weight)
      if let predicted = try data.predictions(member) { samples.predictions.append(predicted) }
    }
    try samples.write(context, data, to: Self.samples)
  }

  private func writeHistory() throws {
    let reports = try context.readReports()
    var dataset = Dataset(title: "rounds of an inference")
    try dataset.add(reports, columns: reports.last?.columns.map(\.name) ?? [])
    try NetCDFFile.write(dataset, to: context[Self.history])
  }

  /// With coordinates of romtools the prior is not normalised on its bounds: what is missing.
  private var logMass: Double {
    switch coordinates.map {
    case .priorQuantile, .clip: return 0
    case .sigmoid, .arctan:
      return Statistics.sum(
        coordinates.margins.map { margin in
          let middle = 0.5 * (margin.low + margin.high)
          return margin.logDensity(middle) - margin.untruncatedLogDensity(middle)
        })
    }
  }

  private func writeNumbers(_ verdict: PosteriorVerdict, failed: Int, runs: Int) throws {
    let count = Double(verdict.used)
    for (output, value) in [
      (Self.shape, verdict.smoothing.shape == -.infinity ? 0 : verdict.smoothing.shape),
      (Self.effectiveSize, verdict.smoothing.effectiveSize / count),
      (Self.evidence, verdict.logEvidence.value + logMass), (Self.evidenceError, verdict.logEvidence.error),
      (Self.elbo, verdict.elbo + logMass), (Self.diagonalLoss, family.diagonalLoss),
      (Self.shift, verdict.largestShift), (Self.failed, Double(failed)), (Self.runs, Double(runs)),
    ] {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary,
        whole: HistoryVariables.whole(output.name), to: context[output])
    }
  }

  // MARK: - in words

  private func tell(_ verdict: PosteriorVerdict, failed: Int) {
    for (column, variable) in context.memberVariables.enumerated() {
      context.log(
        "\(variable.name): \(variable.inWords(verdict.mean[column])) ± \(variable.inWords(verdict.deviation[column])), "
          + "by weights \(variable.inWords(verdict.weightedMean[column])) ± "
          + variable.inWords(verdict.weightedDeviation[column]))
    }
    func rounded(_ value: Double) -> Double { (1000 * value).rounded() / 1000 }
    let shape = rounded(verdict.smoothing.shape)
    switch verdict.grade {
    case .trusted where verdict.hasEqualWeights:
      context.log("the Gaussian can be trusted: the weights of its draws hardly differ")
    case .trusted: context.log("the Gaussian can be trusted: Pareto k \(shape) < 0.5")
    case .reweighted:
      context.warn(
        "the Gaussian can be trusted after weighting only: Pareto k \(shape) lies between 0.5 and 0.7")
    case .refused:
      let part = (100 * verdict.smoothing.effectiveSize / Double(verdict.used)).rounded()
      context.warn(
        "the Gaussian can't be trusted in its tails, by weights neither: Pareto k \(shape) is above 0.7; what weights can tell moves "
          + "means by up to \(rounded(verdict.largestShift)) deviations and leaves \(part) % of the samples; \(advice)"
      )
    case .unknown: context.warn("\(verdict.used) samples are too few for a verdict, which takes 25")
    }
    let all = failures + failed
    if all > 0 {
      context.warn(
        "\(all) of \(runs + context.members.count) model runs gave no density: the posterior is that of settings that run"
      )
    }
  }

  /// A prediction that does not depend on a setting leaves the prior as it was.
  private func tellIdleSettings(_ probes: [StageContext.Member]) throws {
    func worth(_ member: StageContext.Member) throws -> [Double]? {
      if data.likelihood != nil { return try data.predictions(member) }
      return try data.evaluation(member).map { [$0.logLikelihood] }
    }
    guard let middle = try worth(probes[0]) else { return }
    for (name, probe) in zip(prior.names, probes.dropFirst()) {
      guard let other = try worth(probe), other.map(\.bitPattern) == middle.map(\.bitPattern) else {
        continue
      }
      context.warn("the prediction does not depend on '\(name)': its posterior is its prior")
    }
  }
}
