/// Statistics of an ensemble: maps of moments, in the unit of what they are of.
public enum StatisticsVariables {
  /// Σ z/n over the members, node by node.
  public static let mean = Variable("z_mean", nil, "mean")
  /// √(Σ (z − mean)²/(n − 1)), node by node.
  public static let deviation = Variable("z_stdev", nil, "standard deviation", look: .deviation)
  /// Of the members, node by node.
  public static let minimum = Variable("z_min", nil, "least")
  /// Of the members, node by node.
  public static let maximum = Variable("z_max", nil, "greatest")
  /// Σ w z/Σ w with a member's weight by how well it fits the constraints.
  public static let weightedMean = Variable("weighted_mean", nil, "weighted mean")
  /// About the weighted mean, with the same weights.
  public static let weightedDeviation = Variable(
    "weighted_stdev", nil, "weighted standard deviation", look: .deviation)
  /// `percentile_5`, `percentile_2_5`: one for each that is asked for.
  public static let percentile = VariableSeries("percentile_", "percentile")

  /// Means with their deviations, the one that tells more first.
  public static let pairs: [(mean: Variable, deviation: Variable)] = [
    (weightedMean, weightedDeviation), (mean, deviation),
  ]

  /// Standard deviations that a surface may come with, the one that tells more first: an ensemble's, or its own.
  public static let deviations: [Variable] = pairs.map(\.deviation) + [SurfaceVariables.deviation]

  // Against the number of members.
  /// n, one a row.
  public static let members = Variable("members", .count, "members so far")
  /// Of the first n members.
  public static let stdev = Variable("stdev", nil, "mean over the nodes of the standard deviation")
  /// stdev/√n.
  public static let meanError = Variable(
    "mean_error", nil, "mean over the nodes of the standard error of the mean")
  /// Of the deviation by the first n members.
  public static let deviationError = Variable(
    "stdev_error", nil, "mean over the nodes of the standard error of the standard deviation")
  /// No unit: about 1/√(2(n − 1)) for normal members.
  public static let relativeError = Variable(
    "relative_stdev_error", .number,
    "mean over the nodes of that error in units of the standard deviation")

  /// Of maps and of the curve against the number of members.
  public static let all: [Variable] = [
    mean, deviation, minimum, maximum, weightedMean, weightedDeviation, members, stdev, meanError,
    deviationError, relativeError,
  ]
}

/// The members of an ensemble, one behind the other.
public enum EnsembleVariables {
  /// The dimension that they lie along.
  public static let dimension = "run"
  /// Counted from 0.
  public static let member = Variable("member", .count, "number of the member")
  /// They have no row among the others.
  public static let failed = Variable("failed", .count, "members that failed")
  /// 1 for a member that leaves more of its data than noise would; absent where there is none.
  public static let unfit = Variable(
    "unfit", .flag(no: "fits", yes: "unfit"), "1 where the member does not explain its data")
  /// What was drawn for a member: `param_NAME`.
  public static let parameter = VariableSeries("param_", "drawn")
  /// √(Σ r²/n), mGal.
  public static let rmse = Variable("rmse", .gravity, "RMS residual of the member")
  /// √(Σ r²/n) over data that the member did not use, mGal.
  public static let testRMSE = Variable("test_rmse", .gravity, "RMS residual at held-out data")
  /// √(Σ (known − predicted)²/n), metres.
  public static let constraintsRMSE = Variable(
    "constraints_rmse", .height, "RMS misfit to the constraints")

  /// Columns that say how well a member fits, the one that tells most first.
  public static let scores: [Variable] = [rmse, testRMSE, constraintsRMSE]
  /// Columns that neither were drawn nor judge.
  public static let counts: [Variable] = [failed, member, unfit]

  /// Those that are not drawn.
  public static let all: [Variable] = [member, failed, unfit, rmse, testRMSE, constraintsRMSE]
}

/// Where an ensemble's variance comes from.
public enum SensitivityVariables {
  /// The dimension of what is drawn, and the names along it.
  public static let input = "input"
  /// S = Var(E(z|x))/Var(z), node by node.
  public static let firstOrder = Variable("first_order", .probability, "first-order Sobol index", look: .part)
  /// S_T = 1 − Var(E(z|all but x))/Var(z): with all interactions.
  public static let total = Variable("total", .probability, "total Sobol index", look: .part)
  /// Of the estimate by this many members.
  public static let firstOrderError = Variable(
    "first_order_error", .probability, "standard error of the first-order index")
  /// Of the estimate by this many members.
  public static let totalError = Variable("total_error", .probability, "standard error of the total index")
  /// A number an input.
  public static let meanFirstOrder = Variable(
    "mean_first_order", .probability, "mean over the nodes of the first-order index")
  /// A number an input; their sum is above 1 where inputs interact.
  public static let meanTotal = Variable(
    "mean_total", .probability, "mean over the nodes of the total index")
  /// Of an ensemble in which the other inputs keep their base values.
  public static let mean = Variable("mean", nil, "mean with the input drawn alone")
  /// deviation²/Σ deviation², node by node.
  public static let part = Variable(
    "part", .probability, "its square as a part of the sum over the inputs")
  /// Of an ensemble in which the other inputs keep their base values.
  public static let deviation = Variable(
    "deviation", nil, "standard deviation with the input drawn alone", look: .deviation)
  /// A number an input.
  public static let normOfDeviation = Variable(
    "rms_deviation", nil, "RMS over the nodes of the deviation with the input drawn alone")

  /// Of maps and of the table by input.
  public static let all: [Variable] = [
    firstOrder, total, firstOrderError, totalError, meanFirstOrder, meanTotal, mean, part, deviation,
    normOfDeviation,
  ]
}
