import Artefacts
import Geostatistics
import NumericCore
import Planning
import StageSupport

/// What the sections of all inferences have in common: what is predicted, what was observed, how well, and what is known
/// beforehand. Kinds declare `section`, their steps `ofStep`.
enum PosteriorSettings {
  /// What becomes of members that fail.
  enum Failure: String, SettingWord {
    case drop, penalise, stop

    var summary: String {
      switch self {
      case .drop: "left out of its round, and counted"
      case .penalise: "as unlikely as the least likely of its round, and counted"
      case .stop: "ends the inference"
      }
    }
  }

  private static let outputs = ValueForm<Either<PortReference, [PortReference]>>.either(
    .output, .list(.output, 2...8)
  ).map { choice in
    switch choice {
    case .first(let output): [output]
    case .second(let outputs): outputs
    }
  } back: { (outputs: [PortReference]) in
    outputs.count == 1 ? .first(outputs[0]) : .second(outputs)
  }

  private static let names = ValueForm<Either<String, [String]>>.either(
    .wordOrText, .list(.wordOrText, 2...8)
  ).map { choice in
    switch choice {
    case .first(let name): [name]
    case .second(let names): names
    }
  } back: { (names: [String]) in
    names.count == 1 ? .first(names[0]) : .second(names)
  }

  // MARK: - predictions and observations

  static let forward = Setting(
    "forward", outputs, .optional,
    "output of the members that is compared with the observations, such as predicted.gravity; several for "
      + "observations, observations_2, …")
  static let logLikelihood = Setting(
    "log_likelihood", .output, .optional,
    "scalar output of the members that is the log likelihood, instead of predictions and observations")
  private static let types: [PortType] =
    [.grid, .gravity, .topography, .table, .constraints, .waveforms]
    + ([.dimensionless] + PhysicalDimension.registered).map { PortType.scalar($0) }
  /// As many as there may be predictions.
  static let observations: [Input<String?>] = (1...8).map { number in
    Input.optional(
      number == 1 ? "observations" : "observations_\(number)", types,
      number == 1
        ? "what was observed, of the shape of what is predicted" : "what output \(number) of forward predicts"
    )
  }
  static let predictionVariable = Setting(
    "prediction_variable", names,
    .optional(otherwise: "forward_gravity, gravity_anomaly, topography or whatever is there"),
    "variable of the predictions, or of each of them")
  static let observedVariable = Setting(
    "observed_variable", names, .optional(otherwise: "gravity_anomaly, topography or whatever is there"),
    "variable of the observations, or of each of them")

  // MARK: - noise

  /// Of every dimension one, so that a number without its unit, or with one of something else, is refused.
  static let deviations: [(dimension: PhysicalDimension, setting: Setting<Double?>)] = [
    deviation(.dimensionless, "plain", .number, "have no unit, or one that manifests do not know"),
    deviation(.length, "length", .number(in: .metre), "measure length"),
    deviation(.acceleration, "acceleration", .number(in: .metrePerSquareSecond), "measure acceleration"),
    deviation(.density, "density", .number(in: .kilogramPerCubicMetre), "measure density"),
    deviation(.angle, "angle", .number(in: .degree), "measure angles"),
    deviation(.time, "time", .number(in: .second), "measure time"),
    deviation(.speed, "speed", .number(in: .metrePerSecond), "measure speed"),
  ]

  private static func deviation(
    _ dimension: PhysicalDimension, _ name: String, _ form: ValueForm<Double>, _ what: String
  ) -> (dimension: PhysicalDimension, setting: Setting<Double?>) {
    let setting = Setting(
      "\(name)_deviation", form, .optional(otherwise: "the variable 'uncert' beside the observations"),
      .above(0),
      "standard deviation of observations that \(what)")
    return (dimension, setting)
  }
  static let noiseCovariance = Setting(
    "noise_covariance", .file, .optional,
    "file of the covariance matrix of the noise in the unit of the observations, squared: a line a row, numbers between "
      + "blanks or commas; of one set of observations")
  static let correlationLength = Setting(
    "correlation_length", .number(in: .metre), .optional, .above(0),
    "length over which the noise is correlated; without it every datum has noise of its own")
  static let noiseCorrelation = Setting(
    "noise_correlation", .word(NoiseCorrelation.self), .optional(meaning: .exponential),
    "how the noise's correlation falls with distance over that length")
  static let regularisation = Setting(
    "covariance_regularisation", .number, .optional(meaning: 0), .atLeast(0),
    "part of its own that is added to the diagonal of the noise's covariance")

  // MARK: - prior

  static let correlation = Setting(
    "correlation", .list(.any(.either([.output, .name, .number(.dimensionless)])), 3...300), .optional,
    "of the prior, between settings drawn: two names and a number, and more such triples; of the normal quantiles, so any "
      + "distributions")

  // MARK: - failures

  static let onFailure = Setting(
    "on_failure", .word(Failure.self), .default(.drop), "what becomes of model runs that fail")

  /// What decides the likelihood and the prior of a step: its recipe holds them.
  static let likelihood: [any DeclaredEntry] =
    [predictionVariable, observedVariable] + deviations.map { $0.setting }
    + [noiseCovariance, correlationLength, noiseCorrelation, regularisation]

  /// Of a family's section, in the order of its page.
  static let section = Declarations(
    [FamilySettings.repeat, forward, logLikelihood] + likelihood.map { $0 as any Declaration }
      + [correlation, FamilySettings.seed, FamilySettings.nested] + observations,
    rules: rules)

  /// Of a step.
  static let ofStep = Declarations(
    likelihood.map { $0 as any Declaration } + [correlation, FamilySettings.seed] + observations)

  /// Names of the settings that a step's recipe holds.
  static let stepSettings = likelihood.map(\.name) + [correlation.name, FamilySettings.seed.name]

  private static var rules: [Rule] {
    [
      .atLeastOne(forward, logLikelihood), .atMostOne(forward, logLikelihood),
      .needs(observations[0], with: forward),
      .only(observations.map { $0 as any DeclaredEntry }, with: forward), .only(likelihood, with: forward),
      .only(noiseCorrelation, with: correlationLength),
      .atMostOne(noiseCovariance, correlationLength, because: "a covariance matrix says all"),
      .only(observations[1], when: !noiseCovariance.isGiven, because: "a matrix is that of one set of data"),
    ]
  }

  /// What is read of each member: the predictions, or the likelihood.
  static let roles: [FamilySpec.Role] = {
    var predictions = FamilySpec.Role("prediction", setting: forward.name, required: false)
    predictions.ports = (1...8).map(predictionPort)
    let likelihood = FamilySpec.Role(logLikelihood.name, required: false)
    return [predictions, likelihood]
  }()

  static func predictionPort(_ number: Int) -> String { number == 1 ? "prediction" : "prediction_\(number)" }

  /// What a family of these has to say of itself.
  static var spec: FamilySpec {
    var spec = FamilySpec(roles: roles)
    spec.tellsDraws = true
    return spec
  }

  /// The same, of kinds that are new with it: of a prediction only the variable that is compared is kept where members lie in
  /// chunks, whatever else the artefact holds.
  static var frugal: FamilySpec {
    var spec = spec
    spec.roles[0].variables = predictionVariable.name
    spec.roles[0].usualVariables = PosteriorNames.predicted.map(\.name)
    return spec
  }
}
