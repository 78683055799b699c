/// What Markov chains write beside samples of the posterior.
public enum ChainVariables {
  /// The dimension of a summary, a row a setting.
  public static let setting = "row"
  /// Of a row of the summary.
  public static let units = Variable("unit", nil, "unit of the setting")
  /// Of the mean.
  public static let meanError = Variable(
    "mean_error", nil, "standard error of the mean by its effective size")
  /// 2.5, 25, 50, 75 and 97.5 %.
  public static let quantiles = [
    ("q02_5", "2.5"), ("q25", "25"), ("median", "50"), ("q75", "75"), ("q97_5", "97.5"),
  ]
  .map { Variable($0.0, nil, "\($0.1) % quantile") }
  /// Of the ranks, split.
  public static let rHat = Variable(
    "r_hat", .number, "R-hat: rank-normalised, of split chains; 1 where they agree")
  public static let bulkSize = Variable("bulk_effective_size", .number, "effective draws of the bulk")
  public static let tailSize = Variable("tail_effective_size", .number, "effective draws of the tails")
  /// Of the mean.
  public static let autocorrelationTime = Variable(
    "autocorrelation_time", .number, "iterations of a walker that tell as much as one independent draw")

  // Traces: a row for each iteration of each walker, with a column for every setting.
  /// With those of the warm-up.
  public static let iteration = Variable("iteration", .count, "iteration")
  /// Of all walkers.
  public static let chain = Variable("chain", .count, "walker")
  /// Of autocorrelations.
  public static let lag = Variable("lag", .count, "iterations between two draws")
}
