import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// Applies a committee to data: the posterior of its targets.
struct NetworkPosterior: StageKind {
  private enum Outside: String, SettingWord {
    case fail, warn

    var summary: String {
      switch self {
      case .fail: "the stage fails"
      case .warn: "the result carries a warning"
      }
    }
  }

  private static let network = Input("network", [.network], "a trained committee")
  private static let data = Input(
    "data", [.grid, .table, .samples, .waveforms],
    "measured data, the same variables at the same places as the network has learnt from; samples, or rows of a table where "
      + "all data are single numbers, are a data set each")
  static let observedVariable = Setting(
    "observed_variable", .list(.wordOrText, 1...20),
    .optional(otherwise: "of the same names, or gravity_anomaly where gravity has been predicted"),
    "variables of the data, in the order of the data vector")
  private static let outside = Setting(
    "outside", .word(Outside.self), .default(.fail),
    "what happens with data that are unlike all that the network has learnt from")
  private static let level = Setting(
    "outside_level", .number, .default(0.01), .above(0).below(1),
    "data are unlike the samples where no more than this share of held-back samples is as far from the others"
  )
  private static let share = Setting(
    "credible", .number, .default(0.95), .above(0).below(1), "share that the region of highest density holds")
  private static let count = Setting(
    "draws", .integer, .default(1000), .atLeast(1).atMost(1_000_000),
    "samples of the posterior of the first data set")
  private static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "seed of the samples")
  private static let posterior = Output(
    "posterior", .table,
    "a row a data set and parameter: mean, deviation, percentiles, place of greatest density, region of highest density, "
      + "leakage out of the prior's support, information gain both ways, how unlike the training samples the data are"
  )
  private static let density = Output(
    "density", .table, "density of the posterior and of the prior of every parameter, for the first data set")
  private static let mixture = Output(
    "mixture", .table, "weights, means and triangular factors of the inverse covariances of all kernels")
  private static let draws = Output(
    "draws", .table,
    "samples of the posterior of the first data set, within the prior's support: a column a parameter")
  private static let pValue = Output(
    "p_value", .scalar(.dimensionless),
    "share of held-back samples that are as unlike the training samples as the data, least over data sets")
  private static let leakage = Output(
    "leakage", .scalar(.dimensionless),
    "share of the mixture outside of the prior's support, mean over data sets")
  private static let gain = Output(
    "gain", .scalar(.dimensionless),
    "information gain of the posterior over the prior in nats, mean over data sets and parameters")

  let signature = StageSignature(
    kind: "network_posterior", version: 1,
    summary:
      "applies a trained committee to data: the posterior of its parameters, for one data set or a thousand",
    declares: [
      network, data, observedVariable, outside, level, share, count, seed, posterior, density, mixture, draws,
      pValue, leakage,
      gain,
    ])

  func run(_ context: StageContext) throws {
    let file = try NetworkFile(context[Self.network])
    let rows = try Self.rows(context[Self.data], file, names: context[Self.observedVariable])
    let committee = file.committee
    let verdicts = committee.range.verdicts(rows, committee.transform)
    try checkResolution(committee.range, context)
    try judge(verdicts, context)
    let mixtures = try committee.mixtures(rows, workers: context.workers)
    try context.checkCancelled()
    let table = try PosteriorTable(file, mixtures, share: context[Self.share], context)
    try table.write(verdicts.map(\.pValue), to: context[Self.posterior])
    try table.writeDensity(to: context[Self.density])
    try table.writeMixtures(to: context[Self.mixture])
    try table.writeDraws(context[Self.count], seed: UInt64(context[Self.seed]), to: context[Self.draws])
    for (output, value) in [
      (Self.pValue, verdicts.map(\.pValue).min() ?? .nan), (Self.leakage, table.meanLeakage),
      (Self.gain, table.meanGain),
    ] {
      try NetCDFFile.writeScalar(
        value, name: output.name, units: "1", longName: output.spec.summary,
        whole: HistoryVariables.whole(output.name), to: context[output])
    }
  }

  /// Data sets one after the other.
  static func rows(_ path: String, _ file: NetworkFile, names: [String]? = nil) throws -> [Double] {
    let source = try NetCDFFile.read(path)
    guard source.attribute(SampleVariables.data) != nil else {
      return try DataVector(source, file.blocks, names: names, places: file.places).rows()
    }
    let samples = try SamplesArtefact(path)
    guard samples.blocks == file.blocks else {
      func words(_ blocks: [SamplesArtefact.Block]) -> String {
        blocks.map { "\($0.count) of '\($0.name)'\($0.units.map { " in " + $0 } ?? "")" }.joined(
          separator: ", ")
      }
      throw StageError.outOfPlace(
        "the samples hold \(words(samples.blocks)) and the network has learnt from \(words(file.blocks))")
    }
    return try samples.data()
  }

  /// A few held-back samples can't tell that data are rare.
  private func checkResolution(_ range: TrainingRange, _ context: StageContext) throws {
    let level = context[Self.level]
    guard range.resolution > level else { return }
    try tell(
      "the \(range.lengths.count) samples that were held back tell nothing rarer than p = \(range.resolution), and "
        + "outside_level is \(level): data that no sample is like would not be told; draw more samples or raise it",
      context)
  }

  private func tell(_ message: String, _ context: StageContext) throws {
    switch context[Self.outside] {
    case .fail: throw StageError.outOfPlace(message + "; outside = warn goes on all the same")
    case .warn: context.warn(message)
    }
  }

  private func judge(_ verdicts: [TrainingRange.Verdict], _ context: StageContext) throws {
    let level = context[Self.level]
    let unlike = verdicts.indices.filter { verdicts[$0].pValue <= level }
    if let worst = verdicts.min(by: { $0.pValue < $1.pValue }) {
      context.log(
        "least p-value \(worst.pValue): length \(worst.length) (\(worst.lengthShare)), nearest neighbour "
          + "\(worst.neighbour) (\(worst.neighbourShare)), outside of the components \(worst.residual) (\(worst.residualShare))"
      )
    }
    guard let first = unlike.first else { return }
    let verdict = verdicts[first]
    let which = verdicts.count == 1 ? "the data are" : "\(unlike.count) of \(verdicts.count) data sets are"
    let parts = [
      (verdict.lengthShare, "they lie farther from the mean of the training samples"),
      (verdict.neighbourShare, "no training sample is near"),
      (verdict.residualShare, "they have parts that no training sample has"),
    ]
    let reason = parts.min { $0.0 < $1.0 }?.1 ?? ""
    let message =
      "\(which) unlike all that the network has learnt from: \(reason) (p = \(verdict.pValue), limit \(level)); what it "
      + "answers is no posterior of these data. Widen the prior, take what the simulation leaves out off the data, or add it"
    try tell(message, context)
  }
}

extension NetworkPosterior: ReportedKind {
  var report: StageReport { StageReport([.outputs]) }
}
