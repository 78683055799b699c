/// Statistics of an ensemble: maps of moments, in the unit of what they are of.
public enum StatisticsVariables {
  public static let mean = Variable("z_mean", nil, "mean")
  public static let deviation = Variable("z_stdev", nil, "standard deviation", look: .deviation)
  public static let minimum = Variable("z_min", nil, "least")
  public static let maximum = Variable("z_max", nil, "greatest")
  public static let weightedMean = Variable("weighted_mean", nil, "weighted mean")
  public static let weightedDeviation = Variable(
    "weighted_stdev", nil, "weighted standard deviation", look: .deviation)
  /// `percentile_5`, `percentile_2_5`: one for each that is asked for.
  public static let percentile = VariableSeries("percentile_", "percentile")

  /// Means with their deviations, the one that tells more first.
  public static let pairs: [(mean: Variable, deviation: Variable)] = [
    (weightedMean, weightedDeviation), (mean, deviation),
  ]

  // Against the number of members.
  public static let members = Variable("members", .count, "members so far")
  public static let stdev = Variable("stdev", nil, "mean over the nodes of the standard deviation")
  public static let meanError = Variable(
    "mean_error", nil, "mean over the nodes of the standard error of the mean")
  public static let deviationError = Variable(
    "stdev_error", nil, "mean over the nodes of the standard error of the standard deviation")
  public static let relativeError = Variable(
    "relative_stdev_error", .number,
    "mean over the nodes of that error in units of the standard deviation")

  public static let all: [Variable] = [
    mean, deviation, minimum, maximum, weightedMean, weightedDeviation, members, stdev, meanError,
    deviationError, relativeError,
  ]
}

/// The members of an ensemble, one behind the other.
public enum EnsembleVariables {
  /// The dimension that they lie along.
  public static let dimension = "run"
  public static let member = Variable("member", .count, "number of the member")
  public static let failed = Variable("failed", .count, "members that failed")
  /// What was drawn for a member: `param_NAME`.
  public static let parameter = VariableSeries("param_", "drawn")
  public static let rmse = Variable("rmse", .gravity, "RMS residual of the member")
  public static let testRMSE = Variable("test_rmse", .gravity, "RMS residual at held-out data")
  public static let constraintsRMSE = Variable(
    "constraints_rmse", .height, "RMS misfit to the constraints")

  /// Columns that say how well a member fits, the one that tells most first.
  public static let scores: [Variable] = [rmse, testRMSE, constraintsRMSE]
  /// Columns that neither were drawn nor judge.
  public static let counts: [Variable] = [failed, member]

  public static let all: [Variable] = [member, failed, rmse, testRMSE, constraintsRMSE]
}

/// Where an ensemble's variance comes from.
public enum SensitivityVariables {
  /// The dimension of what is drawn, and the names along it.
  public static let input = "input"
  public static let firstOrder = Variable("first_order", .probability, "first-order Sobol index", look: .part)
  public static let total = Variable("total", .probability, "total Sobol index", look: .part)
  public static let firstOrderError = Variable(
    "first_order_error", .probability, "standard error of the first-order index")
  public static let totalError = Variable("total_error", .probability, "standard error of the total index")
  public static let meanFirstOrder = Variable(
    "mean_first_order", .probability, "mean over the nodes of the first-order index")
  public static let meanTotal = Variable(
    "mean_total", .probability, "mean over the nodes of the total index")
  public static let mean = Variable("mean", nil, "mean with the input drawn alone")
  public static let part = Variable(
    "part", .probability, "its square as a part of the sum over the inputs")
  public static let deviation = Variable(
    "deviation", nil, "standard deviation with the input drawn alone", look: .deviation)
  public static let normOfDeviation = Variable(
    "rms_deviation", nil, "RMS over the nodes of the deviation with the input drawn alone")

  public static let all: [Variable] = [
    firstOrder, total, firstOrderError, totalError, meanFirstOrder, meanTotal, mean, part, deviation,
    normOfDeviation,
  ]
}
