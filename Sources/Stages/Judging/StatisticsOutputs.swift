import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Writes the statistics of an ensemble.
struct StatisticsOutputs {
  static let truth = Input.optional(
    "truth", EnsembleTruth.types,
    "the true grid, the table with the true column, or the true number, where it is known")

  static let statistics = Output(
    "statistics", .statistics, "z_mean, z_stdev, z_min, z_max, weighted_mean, weighted_stdev, …")
  private static let table = Output(
    "convergence", .table,
    "after so many members: deviation, standard errors of mean and deviation, means over the nodes")
  private static let meanDeviation = Output(
    "mean_stdev", .scalar(.length), "mean over the nodes of the (weighted) deviation of heights")
  private static let error = Output(
    "rms_error", .scalar(.length), "RMS of the (weighted) mean minus the truth; NaN without it")
  private static let meanError = Output(
    "mean_error", .scalar(.length), "mean over the nodes of the standard error of the mean")
  private static let gravityDeviation = Output(
    "gravity_mean_stdev", .scalar(.acceleration), "the same three of gravity; NaN for heights")
  private static let gravityError = Output(
    "gravity_rms_error", .scalar(.acceleration), "RMS of the mean minus the truth")
  private static let gravityMeanError = Output(
    "gravity_mean_error", .scalar(.acceleration), "standard error of the mean")
  private static let otherDeviation = Output(
    "other_mean_stdev", .scalar(.dimensionless),
    "the same three of anything else, in the unit of the members; NaN for heights and gravity"
  ).onDemand
  private static let otherError = Output(
    "other_rms_error", .scalar(.dimensionless), "RMS of the mean minus the truth"
  ).onDemand
  private static let otherMeanError = Output(
    "other_mean_error", .scalar(.dimensionless), "standard error of the mean"
  ).onDemand
  private static let deviationError = Output(
    "stdev_error", .scalar(.dimensionless),
    "mean over the nodes of the standard error of the deviation, in units of it")
  private static let runs = Output("runs", .scalar(.dimensionless), "number of members")
  private static let effectiveRuns = Output(
    "effective_runs", .scalar(.dimensionless), "(Σw)²/Σw²: equal members that would tell as much")

  static let declarations: [any Declaration] = [
    statistics, table, meanDeviation, error, meanError, gravityDeviation, gravityError, gravityMeanError,
    otherDeviation, otherError, otherMeanError, deviationError, runs, effectiveRuns, ErrorSources.output,
  ]

  let context: StageContext
  let members: ChosenMembers
  let weights: EnsembleWeights
  let moments: EnsembleMoments
  let convergence: EnsembleConvergence
  let percentiles: [(part: Double, values: [Double])]

  private var noun: String {
    switch members.units {
    case "m": "height"
    case "mGal": "gravity"
    default: members.variable
    }
  }

  func write() throws {
    try writeMaps()
    try writeConvergence()
    try writeScalars()
    let sources = try ErrorSources(members.reader, nodes: members.shape.count, member: members.member)
    sources.log(context)
    if context.wants(ErrorSources.output.name) { try sources.write(to: context[ErrorSources.output]) }
  }

  private func writeMaps() throws {
    var dataset = Dataset(title: "statistics of an ensemble")
    func add(_ name: String, _ values: [Double], _ longName: String) throws {
      try members.shape.add(name, values, units: members.units, longName: longName, to: &dataset)
    }
    try add("z_mean", moments.mean, "mean \(noun)")
    try add("z_stdev", moments.deviation, "standard deviation of the \(noun)")
    try add("z_min", moments.minimum, "least \(noun)")
    try add("z_max", moments.maximum, "greatest \(noun)")
    if let weighted = moments.weighted {
      try add("weighted_mean", weighted.mean, "weighted mean \(noun)")
      try add("weighted_stdev", weighted.deviation, "weighted standard deviation of the \(noun)")
    }
    for percentile in percentiles {
      try add(
        MergedStatistics.percentileName(percentile.part), percentile.values, "percentile of the \(noun)")
    }
    dataset.setAttribute("runs", Double(moments.count))
    dataset.setAttribute("variable", text: members.variable)
    let unfit = EnsembleVariables.unfit.name
    if members.reader.columns.contains(unfit), Statistics.mean(try members.reader.column(unfit)) > 0.5 {
      dataset.setAttribute(UncertaintyVerdict.attribute, text: UncertaintyVerdict.invalid)
      context.warn(
        "most members leave more of their data than noise would: the standard deviations are invalid as an uncertainty"
      )
    }
    if let values = weights.values {
      dataset.setAttribute("weights", numbers: values)
      dataset.setAttribute("weights_by", text: weights.rule.rawValue)
    }
    try NetCDFFile.write(dataset, to: context[Self.statistics])
  }

  private func writeConvergence() throws {
    var table = Dataset(title: "errors of an ensemble's statistics against its size")
    let rows = convergence.rows
    for (name, values, units, longName) in [
      ("members", rows.map { Double($0.members) }, "1", "members so far"),
      ("stdev", rows.map(\.deviation), members.units, "mean over the nodes of the standard deviation"),
      (
        "mean_error", rows.map(\.meanError), members.units,
        "mean over the nodes of the standard error of the mean"
      ),
      (
        "stdev_error", rows.map(\.deviationError), members.units,
        "mean over the nodes of the standard error of the standard deviation"
      ),
      (
        "relative_stdev_error", rows.map(\.relativeError), "1",
        "mean over the nodes of that error in units of the standard deviation"
      ),
    ] {
      try table.addColumn(name, values, units: units, longName: longName, dimension: "size")
    }
    try NetCDFFile.write(table, to: context[Self.table])
  }

  private func writeScalars() throws {
    let deviation = moments.weighted?.deviation ?? moments.deviation
    let last = convergence.rows.last
    let deviations = [Self.meanDeviation, Self.gravityDeviation, Self.otherDeviation]
    let errors = [Self.error, Self.gravityError, Self.otherError]
    let meanErrors = [Self.meanError, Self.gravityMeanError, Self.otherMeanError]
    for (ports, value) in [
      (deviations, Statistics.mean(deviation.filter(\.isFinite))), (errors, try rmsError()),
      (meanErrors, last?.meanError ?? .nan),
    ] {
      context.log("\(ports[0].name) \(value) \(members.units)")
      let isOther = !["m", "mGal"].contains(members.units)
      try scalar(ports[0], members.units == "m" ? value : .nan, "m")
      try scalar(ports[1], members.units == "mGal" ? value : .nan, "mGal")
      try scalar(ports[2], isOther ? value : .nan, isOther ? members.units : "1")
    }
    context.log("stdev_error \(last?.relativeError ?? .nan)")
    try scalar(Self.deviationError, last?.relativeError ?? .nan, "1")
    try scalar(Self.runs, Double(moments.count), "1")
    try scalar(Self.effectiveRuns, weights.effectiveCount(of: moments.count), "1")
  }

  private func scalar(_ port: Output, _ value: Double, _ units: String) throws {
    guard context.wants(port.name) else { return }
    try NetCDFFile.writeScalar(
      value, name: port.name, units: units, longName: port.name, to: context[port])
  }

  private func rmsError() throws -> Double {
    guard let path = context[Self.truth] else { return .nan }
    let truth = try EnsembleTruth(
      path, variable: members.variable, units: members.units, like: members.shape)
    guard let values = members.cut(truth.values, on: truth.shape) else {
      throw StageError.gridsDiffer("the ensemble", "its truth")
    }
    let mean = moments.weighted?.mean ?? moments.mean
    return Statistics.rms(zip(mean, values).map { $0 - $1 }.filter(\.isFinite))
  }
}
