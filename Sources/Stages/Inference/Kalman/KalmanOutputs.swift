import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Writes what an ensemble Kalman method has come to.
struct KalmanOutputs {
  private let context: StageContext
  private let state: KalmanState
  private let reports: [FoldReport]
  private let field: KalmanField?

  init(_ context: StageContext) throws {
    self.context = context
    guard let path = context.inputs[EnsembleKalmanStep.state.name] else {
      preconditionFailure("the last step's state")
    }
    state = try KalmanState(path)
    reports = try context.readReports()
    field = try context[KalmanEntries.model].map { try KalmanField($0, context) }
    guard state.kept.count > 1 else {
      throw StageError.outOfPlace(
        "\(state.kept.count) members of the last ensemble gave a prediction, and 2 are needed")
    }
  }

  func write() throws {
    try writeSamples()
    try writeSummary()
    try writeHistory()
    if let field {
      try field.writeMaps(state.kept, to: context[EnsembleKalman.maps])
      try tellLeftOut(field)
    } else {
      try NetCDFFile.write(Dataset(title: "no grid moves"), to: context[EnsembleKalman.maps])
    }
    try writeNumbers()
  }

  /// An ensemble of fewer members than nodes has its leading modes alone. Where data tell more than those hold, what is left is in
  /// error by more than any deviation says: a surface of 336 nodes had two thirds of them within two deviations with 200 members.
  private func tellLeftOut(_ field: KalmanField) throws {
    guard context[KalmanEntries.method] == .smoother else { return }
    let left = try field.leftOut(context)
    let spreads = field.mean.indices.map { node in
      Statistics.deviation(state.kept.map { $0[node] }, lostDegrees: 1)
    }
    let spread = Statistics.rms(spreads)
    guard left > 0.5 * spread else { return }
    context.warn(
      "the first ensemble has \(context[KalmanEntries.draws] - 1) modes of the prior's \(field.mean.count), and what the others hold is "
        + "\(Int((100 * left / spread).rounded())) % of the deviations told, which are too small by it: data say nothing of what no member "
        + "has; take up to \(field.mean.count + 1) members")
  }

  private func writeSamples() throws {
    let data = try PosteriorData(context)
    if data.leftOut > 0 { context.warn("\(data.leftOut) observations without a value are left out") }
    var samples = PosteriorSamples()
    // A grid's values are in the maps.
    samples.parameters = field == nil ? state.kept : state.kept.map { _ in [] }
    (samples.logLikelihood, samples.logPrior) = (state.logLikelihoods, state.logPriors)
    samples.predictions = state.predictions
    try samples.write(context, data, to: EnsembleKalman.samples)
  }

  private func writeSummary() throws {
    typealias Names = ChainVariables
    var dataset = Dataset(title: "ensemble of a Kalman method")
    let names: [String]
    let units: [String]
    let columns: [[Double]]
    if let field {
      (names, units) = ([field.name], [field.units ?? "1"])
      columns = [state.kept.map { Statistics.mean($0) }]
    } else {
      let variables = context.memberVariables
      names = variables.map(\.fileName)
      units = variables.map { $0.units ?? "1" }
      columns = variables.enumerated().map { axis, variable in state.kept.map { variable.filed($0[axis]) } }
    }
    try dataset.addColumn(
      PosteriorVariables.name.name, names, longName: PosteriorVariables.name.longName,
      dimension: Names.setting)
    try dataset.addColumn(
      Names.units.name, units, longName: Names.units.longName, dimension: Names.setting)
    func add(_ variable: Artefacts.Variable, _ column: [Double]) throws {
      try dataset.addColumn(variable.name, column, longName: variable.longName, dimension: Names.setting)
    }
    try add(PosteriorVariables.mean, columns.map { Statistics.mean($0) })
    try add(PosteriorVariables.stdev, columns.map { Statistics.deviation($0, lostDegrees: 1) })
    for (percent, variable) in zip([2.5, 25, 50, 75, 97.5], Names.quantiles) {
      try add(variable, columns.map { Statistics.percentile($0, percent) })
    }
    try NetCDFFile.write(dataset, to: context[EnsembleKalman.summary])
    for (name, column) in zip(names, columns) {
      context.log("\(name): \(Statistics.mean(column)) ± \(Statistics.deviation(column, lostDegrees: 1))")
    }
  }

  private func writeHistory() throws {
    var dataset = Dataset(title: "history of a Kalman method")
    let rounds = reports.filter { !$0.columns.isEmpty }
    let names = rounds.first?.columns.map(\.name) ?? []
    try dataset.add(rounds, columns: names)
    try NetCDFFile.write(dataset, to: context[EnsembleKalman.history])
  }

  private func writeNumbers() throws {
    let failed = reports.reduce(0) { $0 + ($1[KalmanReport.failed] ?? 0) }
    if failed > 0 { context.warn("\(Int(failed)) model runs failed and were replaced") }
    let error = reports.last { $0[KalmanReport.refused] ?? 0 == 0 }?[KalmanReport.error] ?? .nan
    if context[KalmanEntries.method] == .inversion {
      context.warn(
        "the spread of an ensemble Kalman inversion is no posterior: it shrinks with every change, here to "
          + "\(reports.last?[KalmanReport.spread] ?? .nan) of the prior's; es_mda gives one")
    }
    for (output, value, words) in [
      (EnsembleKalman.error, error, "root mean square misfit in deviations of the noise"),
      (EnsembleKalman.failed, failed, "model runs that failed"),
    ] {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: words, whole: HistoryVariables.whole(output.name),
        to: context[output])
    }
  }
}
