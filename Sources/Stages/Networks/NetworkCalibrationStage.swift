import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// Whether a committee may be believed, by samples that took no part in its training.
struct NetworkCalibrationStage: StageKind {
  private static let network = Input("network", [.network], "a trained committee")
  private static let training = Input("training", [.samples], "the samples that it has learnt from")
  private static let data = Input.optional(
    "data", [.grid, .table],
    "the data in question: the local test tells whether the posterior may be believed there, rather than on average"
  )
  private static let trials = Setting(
    "trials", .integer, .optional(meaning: 100), .atLeast(19).atMost(10_000),
    "swaps of classes that tell what chance allows of the local test")
  private static let bins = Setting(
    "bins", .integer, .default(10), .atLeast(2).atMost(100), "of rank histograms and of local means")
  private static let draws = Setting(
    "draws", .integer, .default(200), .atLeast(10).atMost(100_000),
    "samples of every posterior that TARP counts")
  private static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "seed of draws and bootstrap")

  private static let ranks = Output("ranks", .table, "how often the truth lies in each part of its posterior")
  private static let coverage = Output(
    "coverage", .table,
    "part of the truths in central intervals, regions of highest density, and regions about random references (TARP) with "
      + "the 95 % band of a bootstrap")
  private static let local = Output(
    "local", .table,
    "by bins of the true value: local bias, information gain, and the posterior averaged over the data")
  private static let predictions = Output(
    "predictions", .table, "true value, mean, deviation and information gain of every held-back sample")
  private static let loss = Output(
    "loss", .scalar(.dimensionless), "mean negative log likelihood of the true targets, in their units")
  private static let lossError = Output("loss_error", .scalar(.dimensionless), "its standard error")
  private static let smallest = Output(
    "smallest_p_value", .scalar(.dimensionless),
    "least p-value of chi-square and Kolmogorov's tests of ranks, regions of highest density and TARP, times their number"
  )
  private static let within68 = Output(
    "coverage_68", .scalar(.dimensionless),
    "part of the truths in the central 68 % interval, mean over parameters")
  private static let within95 = Output(
    "coverage_95", .scalar(.dimensionless),
    "part of the truths in the central 95 % interval, mean over parameters")
  private static let gain = Output(
    "gain", .scalar(.dimensionless),
    "information gain over the prior in nats, mean over samples and parameters")
  private static let near = Output(
    "near", .scalar(.dimensionless),
    "posterior share within 5 % of the prior's range of the truth, mean over samples and parameters: 0.1 of the prior"
  )
  private static let bias = Output(
    "bias", .scalar(.dimensionless),
    "posterior share below the truth minus share above, largest mean of a parameter")
  private static let leakage = Output(
    "leakage", .scalar(.dimensionless),
    "share outside of the prior's support, mean over samples and parameters")
  private static let deviationOfAverage = Output(
    "average_error", .scalar(.dimensionless),
    "largest difference between the posterior averaged over the data and the prior, as shares below a value")

  private static let localPValue = Output(
    "local_p_value", .scalar(.dimensionless),
    "p-value of the local classifier two-sample test at the input 'data'; without it no number"
  ).onDemand

  private static let numbers: [Output] = [
    loss, lossError, smallest, within68, within95, gain, near, bias, leakage, deviationOfAverage,
  ]

  let signature = StageSignature(
    kind: "network_calibration", version: 1,
    summary:
      "whether a committee may be believed: ranks, coverage, information gain over samples that were held back",
    declares: [
      network, training, data, NetworkPosterior.observedVariable, bins, draws, trials, seed, ranks, coverage,
      local, predictions, loss, lossError,
      smallest, within68, within95, gain, near, bias, leakage, deviationOfAverage, localPValue,
    ], rules: [.only(trials, NetworkPosterior.observedVariable, with: data)])

  func run(_ context: StageContext) throws {
    let file = try NetworkFile(context[Self.network])
    let (rows, truths) = try heldBack(file, context)
    let found = try NetworkCalibration(
      file.committee, rows: rows, truths: truths, draws: context[Self.draws],
      seed: UInt64(context[Self.seed]),
      workers: context.workers)
    let tables = CalibrationTables(found, names: file.committee.targets.map(\.name), bins: context[Self.bins])
    try tables.writeRanks(to: context[Self.ranks])
    try tables.writeCoverage(seed: UInt64(context[Self.seed]), to: context[Self.coverage])
    try tables.writeLocal(to: context[Self.local])
    try tables.writePredictions(to: context[Self.predictions])
    if context.wants(Self.localPValue.name) { try judgeLocally(file, rows, truths, context) }
    let values = tables.numbers
    for (output, value) in zip(Self.numbers, values) {
      context.log("\(output.name) \(value)")
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary,
        whole: HistoryVariables.whole(output.name), to: context[output])
    }
  }

  private func judgeLocally(
    _ file: NetworkFile, _ rows: [Double], _ truths: [Double], _ context: StageContext
  ) throws {
    var pValue = Double.nan
    if let path = context[Self.data] {
      let data = try NetworkPosterior.rows(path, file, names: context[NetworkPosterior.observedVariable])
      guard data.count == file.committee.transform.data else {
        throw StageError.outOfPlace("the local test takes one data set, and 'data' holds several")
      }
      let found = try LocalTest(
        file.committee, held: (rows, truths), data: data, trials: context[Self.trials],
        seed: UInt64(context[Self.seed]), workers: context.workers)
      pValue = found.pValue
      context.log("local test: statistic \(found.statistic), p-value \(pValue)")
    }
    try NetCDFFile.writeScalar(
      pValue, name: Self.localPValue.name, units: "1", longName: Self.localPValue.spec.summary,
      to: context[Self.localPValue])
  }

  /// The samples that took no part, their data with noise as the network has seen it.
  private func heldBack(
    _ file: NetworkFile, _ context: StageContext
  ) throws -> (rows: [Double], truths: [Double]) {
    let artefact = try SamplesArtefact(context[Self.training])
    let names = file.committee.targets.map(\.name)
    let missing = names.filter { !artefact.targetNames.contains($0) }
    guard missing.isEmpty, artefact.blocks == file.blocks else {
      throw StageError.outOfPlace(
        "the network has learnt from other samples: \(missing.isEmpty ? "the data differ" : "these have no '\(missing[0])'")"
      )
    }
    var choice = TrainingSamples.Choice()
    (choice.names, choice.noise) = (names, file.training.noise)
    let training = try TrainingSamples(artefact, choice)
    guard training.fingerprint == file.training.fingerprint, (file.training.test.max() ?? 0) < artefact.count
    else {
      throw StageError.outOfPlace(
        "the network has learnt from other samples than these; feed 'training' by what has trained it, or it would be judged "
          + "by samples that it has seen")
    }
    let count = names.count
    let rows = try training.samples.noisy(file.training.test, seed: file.training.seed, stream: "calibration")
    let truths = file.training.test.flatMap { training.samples.targets[($0 * count)..<(($0 + 1) * count)] }
    return (rows, truths)
  }
}

extension NetworkCalibrationStage: ReportedKind {
  var report: StageReport {
    StageReport([
      .curve(
        ColumnCurve(
          "coverage", NetworkVariables.nominal, NetworkVariables.central, title: "Central intervals",
          "Part of the truths in central intervals against their share: the diagonal if calibrated.")),
      .curve(
        ColumnCurve(
          "coverage", NetworkVariables.nominal, NetworkVariables.reference, title: "TARP",
          "Part of the truths in regions about random references against their share.")),
      .curve(
        ColumnCurve(
          "ranks", NetworkVariables.place, NetworkVariables.part, title: "Ranks",
          "How often the truth lies in each part of its posterior: level if calibrated.")),
    ])
  }
}
