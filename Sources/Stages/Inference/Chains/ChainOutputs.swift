import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Puts the draws of Markov chains together and says how far they can be trusted.
struct ChainOutputs {
  private let context: StageContext
  private let settings: ChainSettings
  private let history: ChainHistory
  private let reports: [FoldReport]
  /// Values of the settings of every draw, canonical units: [setting][draw], and what follows from them.
  private let values: [[Double]]
  private let diagnostics: [ChainDiagnostics]

  init(_ context: StageContext) throws {
    self.context = context
    settings = try ChainEntries.chains(context.settings, dimensions: context.memberVariables.count)
    reports = try context.readReports()
    var history = ChainHistory(chains: settings.chains, dimensions: settings.dimensions)
    var index = 0
    while let path = context.inputs[MarkovChainStep.block(index)] {
      history.append(try ChainFiles.history(path, settings))
      index += 1
    }
    guard history.count > 3 else {
      throw StageError.outOfPlace(
        "\(history.count) iterations were kept, and a summary needs 4: raise iterations, or lower thinning")
    }
    self.history = history
    let members = context.members
    guard history.labels.allSatisfy(members.indices.contains) else {
      preconditionFailure("draws of \(members.count) members")
    }
    let values = context.memberVariables.indices.map { axis in
      history.labels.map { members[$0].values[axis] }
    }
    self.values = values
    diagnostics = values.map { column in ChainDiagnostics(history.series { column[$0] }) }
  }

  func write() throws {
    try writeSamples()
    try writeSummary()
    try writeHistory()
    try writeTraces()
    try writeCorrelations()
    try writeNumbers()
  }

  private var names: [String] { context.memberVariables.map(\.fileName) }

  // MARK: - samples

  /// Evenly over iterations and walkers, in the order of iterations.
  private var chosen: [Int] {
    let all = history.labels.count
    let count = min(all, context[MarkovChains.kept])
    return (0..<count).map { $0 * all / count }
  }

  private func writeSamples() throws {
    let data = try PosteriorData(context)
    if data.leftOut > 0 { context.warn("\(data.leftOut) observations without a value are left out") }
    var samples = PosteriorSamples()
    let predicted = try predictions(data)
    for draw in chosen {
      samples.parameters.append(values.map { $0[draw] })
      samples.logLikelihood.append(history.densities[draw].likelihood)
      samples.logPrior.append(history.densities[draw].prior)
      if data.likelihood != nil { samples.predictions.append(predicted[history.labels[draw]] ?? []) }
    }
    try samples.write(context, data, to: MarkovChains.samples)
  }

  /// Of the members that samples are, in the order in which they lie in files.
  private func predictions(_ data: PosteriorData) throws -> [Int: [Double]] {
    guard data.likelihood != nil else { return [:] }
    var predictions: [Int: [Double]] = [:]
    for label in Set(chosen.map { history.labels[$0] }).sorted() {
      try context.checkCancelled()
      guard let found = try data.predictions(context.members[label]) else {
        preconditionFailure("draw \(label) is a member that has predicted something")
      }
      predictions[label] = found
    }
    return predictions
  }

  // MARK: - summary

  private static let percents = [2.5, 25, 50, 75, 97.5]

  private func writeSummary() throws {
    typealias Names = ChainVariables
    var dataset = Dataset(title: "posterior by Markov chains")
    try dataset.addColumn(
      PosteriorVariables.name.name, names, longName: PosteriorVariables.name.longName,
      dimension: Names.setting)
    try dataset.addColumn(
      Names.units.name, context.memberVariables.map { $0.units ?? "1" }, longName: Names.units.longName,
      dimension: Names.setting)
    func add(_ variable: Artefacts.Variable, _ column: [Double]) throws {
      try dataset.addColumn(
        variable.name, column, units: nil, longName: variable.longName, dimension: Names.setting)
    }
    let filed = zip(context.memberVariables, values).map { variable, column in column.map(variable.filed) }
    let deviations = filed.map { Statistics.deviation($0, lostDegrees: 1) }
    try add(PosteriorVariables.mean, filed.map { Statistics.mean($0) })
    try add(Names.meanError, zip(deviations, diagnostics).map { $0 / $1.meanSize.squareRoot() })
    try add(PosteriorVariables.stdev, deviations)
    for (percent, variable) in zip(Self.percents, Names.quantiles) {
      try add(variable, filed.map { Statistics.percentile($0, percent) })
    }
    try add(Names.rHat, diagnostics.map(\.rHat))
    try add(Names.bulkSize, diagnostics.map(\.bulkSize))
    try add(Names.tailSize, diagnostics.map(\.tailSize))
    let all = Double(history.labels.count * context[ChainEntries.thinning])
    try add(Names.autocorrelationTime, diagnostics.map { all / $0.meanSize })
    try NetCDFFile.write(dataset, to: context[MarkovChains.summary])
    for (axis, variable) in context.memberVariables.enumerated() {
      context.log(
        "\(variable.name): \(Statistics.mean(filed[axis])) ± \(deviations[axis]) \(variable.units ?? ""), R-hat "
          + "\(diagnostics[axis].rHat), effective size \(diagnostics[axis].bulkSize) (bulk), "
          + "\(diagnostics[axis].tailSize) (tail)")
    }
  }

  // MARK: - history

  private func writeHistory() throws {
    var dataset = Dataset(title: "history of Markov chains")
    let names = reports.reduce(into: [String]()) { names, report in
      for column in report.columns where !names.contains(column.name) { names.append(column.name) }
    }
    try dataset.add(reports, columns: names)
    try NetCDFFile.write(dataset, to: context[MarkovChains.history])
  }

  // MARK: - traces

  /// At most 400 iterations of at most 16 walkers: what a figure can show.
  private func writeTraces() throws {
    typealias Names = ChainVariables
    var dataset = Dataset(title: "traces of Markov chains")
    let iterations = min(history.count, 400)
    let walkers = min(history.chains, 16)
    let places = (0..<iterations).map { $0 * history.count / iterations }
    let chains = (0..<walkers).map { $0 * history.chains / walkers }
    let thinning = context[ChainEntries.thinning]
    func column(_ value: (_ place: Int, _ chain: Int) -> Double) -> [Double] {
      chains.flatMap { chain in places.map { value($0, chain) } }
    }
    try dataset.add(
      Names.iteration, column { place, _ in Double(settings.warmUp + (place + 1) * thinning) },
      along: PosteriorVariables.row)
    try dataset.add(Names.chain, column { _, chain in Double(chain) }, along: PosteriorVariables.row)
    for (variable, values) in zip(context.memberVariables, values) {
      try dataset.addColumn(
        variable.fileName, column { variable.filed(values[$0 * history.chains + $1]) }, units: variable.units,
        longName: variable.name, dimension: PosteriorVariables.row)
    }
    dataset.setAttribute("parameters", text: self.names.joined(separator: " "))
    try NetCDFFile.write(dataset, to: context[MarkovChains.traces])
  }

  /// Up to the lag at which the slowest setting has forgotten, ten autocorrelation times.
  private func writeCorrelations() throws {
    var dataset = Dataset(title: "autocorrelation of Markov chains")
    let slowest = diagnostics.map { Double(history.labels.count) / $0.meanSize }.filter(\.isFinite).max() ?? 1
    let lags = max(2, min(history.count / 2, min(200, Int(10 * slowest))))
    let thinning = context[ChainEntries.thinning]
    try dataset.add(
      ChainVariables.lag, (0..<lags).map { Double($0 * thinning) }, along: ChainVariables.lag.name)
    for (name, values) in zip(names, values) {
      let correlation = Autocorrelation(history.series { values[$0] })
      try dataset.addColumn(
        name, (0..<lags).map { correlation($0) }, units: "1", longName: "autocorrelation of \(name)",
        dimension: ChainVariables.lag.name)
    }
    try NetCDFFile.write(dataset, to: context[MarkovChains.correlations])
  }

  // MARK: - numbers

  private func writeNumbers() throws {
    let rHats = diagnostics.map(\.rHat)
    let sizes = diagnostics.flatMap { [$0.bulkSize, $0.tailSize] }
    let rHat = rHats.allSatisfy(\.isFinite) ? rHats.max() ?? .nan : .nan
    let size = sizes.allSatisfy(\.isFinite) ? sizes.min() ?? .nan : .nan
    if let words = ChainVerdict(rHat: rHat, size: size).warning { context.warn(words) }
    let kept = reports.filter { ($0[ChainReport.iteration] ?? 0) > Double(settings.warmUp) }
    let acceptance = Statistics.mean(kept.compactMap { $0[ChainReport.acceptance] })
    let failed = reports.reduce(0) { $0 + ($1[ChainReport.failed] ?? 0) }
    if failed > 0 {
      context.warn(
        "\(Int(failed)) of \(context.members.count) model runs gave no likelihood: no walker goes there")
    }
    let evidence = evidence()
    let numbers: [(Output, Double, String)] = [
      (MarkovChains.largestRHat, rHat, "greatest R-hat of all settings"),
      (MarkovChains.smallestSize, size, "smallest effective size of bulk and tail"),
      (MarkovChains.acceptance, acceptance, "share of proposals that were accepted"),
      (MarkovChains.evidence, evidence?.integral ?? .nan, "log evidence"),
      (MarkovChains.evidenceError, evidence?.error ?? .nan, "standard error of the log evidence"),
      (MarkovChains.failed, failed, "model runs that gave no likelihood"),
    ]
    for (output, value, words) in numbers {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: words, whole: HistoryVariables.whole(output.name),
        to: context[output])
    }
  }

  private func evidence() -> TemperedEvidence? {
    guard settings.ladder.count > 1 else { return nil }
    let samples = settings.ladder.indices.map { rung in
      reports.compactMap { report -> TemperedEvidence.Sample? in
        guard let mean = report[ChainReport.mean(rung)], let square = report[ChainReport.square(rung)],
          let stone = report[ChainReport.stone(rung)]
        else { return nil }
        return TemperedEvidence.Sample(mean: mean, square: square, stone: stone)
      }
    }
    let found = TemperedEvidence(samples, ladder: settings.ladder)
    if let found {
      context.log(
        "log evidence \(found.integral) ± \(found.error); by stepping stones \(found.steppingStones)")
    } else {
      context.warn("fewer than 20 iterations tell no evidence")
    }
    return found
  }
}

/// R-hat and effective size in words.
struct ChainVerdict {
  let rHat, size: Double

  /// Nil where the chains agree and tell enough.
  var warning: String? {
    guard rHat.isFinite else {
      return "the chains stand still: no R-hat can be told, and their draws tell nothing"
    }
    if rHat > 1.1 {
      return
        "the chains do not agree: R-hat is \(rHat.formatted3) where 1.01 is good, so draws are not yet those of the "
        + "posterior; more iterations, temperatures or another method"
    }
    if rHat > 1.01 {
      return "the chains agree roughly: R-hat is \(rHat.formatted3) where 1.01 is good; more iterations"
    }
    if size < 400 {
      return "the draws tell as much as \(Int(size)) independent ones where 400 are usual; more iterations"
    }
    return nil
  }
}

extension Double {
  /// Three decimals.
  fileprivate var formatted3: String {
    let thousandths = Int((self * 1000).rounded())
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
