/// Samples of a posterior: a row a draw, with a column for every setting under its own name.
public enum PosteriorVariables {
  /// ln p(y | θ) with all constants.
  public static let logLikelihood = Variable("log_likelihood", .number, "log likelihood of the draw")
  /// ln p(θ) in the coordinates of the inference.
  public static let logPrior = Variable("log_prior", .number, "log prior of the draw")
  /// ln of the importance weight, the sum of all weights being 1.
  public static let logWeight = Variable(
    "log_weight", .number, "log weight by which the draw counts for the posterior")
  /// What every draw predicts: the data of `observations` behind each other.
  public static let prediction = Variable("prediction", nil, "prediction of the draw")
  /// The data themselves, NaN where they were left out.
  public static let observed = Variable("observed", nil, "observation")
  /// Their standard deviations.
  public static let deviation = Variable("deviation", nil, "standard deviation of the observation")
  /// The dimension of rows, that of tables.
  public static let row = "point"
  /// The dimension along which data lie.
  public static let datum = "datum"
  /// The dimension of settings in summaries.
  public static let parameter = "parameter"

  // A summary: a row a setting.
  /// Of the setting.
  public static let name = Variable("setting", nil, "setting that was drawn")
  /// Of the setting's numbers in that row.
  public static let unit = Variable("units", nil, "unit of the setting's numbers")
  /// Of the prior, of the fitted distribution, and of the posterior by importance weights.
  public static let priorMean = Variable("prior_mean", nil, "mean of the prior")
  /// Of the prior.
  public static let priorDeviation = Variable("prior_stdev", nil, "standard deviation of the prior")
  /// Of the fitted distribution.
  public static let mean = Variable("mean", nil, "mean")
  /// Of the fitted distribution.
  public static let stdev = Variable("stdev", nil, "standard deviation")
  /// Of the posterior, by importance weights.
  public static let weightedMean = Variable("weighted_mean", nil, "mean with importance weights")
  /// Of the posterior, by importance weights.
  public static let weightedDeviation = Variable(
    "weighted_stdev", nil, "standard deviation with importance weights")
  /// The dimension of values at which densities of a setting are told.
  public static let level = "level"
  /// The values, in the setting's unit.
  public static let densityValue = Variable("density_value", nil, "value of the setting")
  /// There, one over the unit.
  public static let priorDensity = Variable(
    "prior_density", nil, "density of the prior, one over the setting's unit")
  /// There, of the fitted distribution.
  public static let fittedDensity = Variable(
    "fitted_density", nil, "density of the fitted distribution, one over the setting's unit")

  // A history: a row an iteration.
  /// Updates accepted so far.
  public static let iteration = Variable("iteration", .count, "iteration")
  /// With its standard error.
  public static let elbo = Variable("elbo", .number, "evidence lower bound")
  /// Of the bound.
  public static let elboError = Variable("elbo_error", .number, "standard error of the evidence lower bound")
  /// Model runs so far.
  public static let runs = Variable("runs", .count, "model runs so far")

  /// Those with one meaning in every file.
  public static let all: [Variable] = [logLikelihood, logPrior, logWeight, elbo, elboError]
}
