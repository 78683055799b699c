import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Filters, tapers and resamples seismograms.
struct ProcessWaveforms: StageKind {
  private static let waveforms = Input("waveforms", [.waveforms], "the traces")
  private static let minPeriod = Setting(
    "min_period", .number(in: .second), .optional, .above(0), "shortest of the band")
  private static let maxPeriod = Setting(
    "max_period", .number(in: .second), .optional, .above(0), "longest of the band")
  private static let detrend = Setting("detrend", .boolean, .default(false), "takes a line from each trace")
  private static let taper = Setting(
    "taper", .number, .default(0), .atLeast(0).atMost(0.5), "part of each end that a cosine brings to 0")
  private static let calculus = Setting(
    "calculus", .word(TraceProcessing.Calculus.self), .default(.none), "integral or derivative")
  private static let newStep = Setting(
    "output_step", .number(in: .second), .optional(otherwise: "as it is"), .above(0),
    "new distance of the samples")
  private static let duration = Setting(
    "duration", .number(in: .second), .optional(otherwise: "as it is"), .above(0), "new length")
  private static let gap = Setting(
    "longest_gap", .number(in: .second), .default(0), .atLeast(0),
    "gaps up to it are bridged; a trace with a longer one is left out")
  private static let processed = Output("waveforms", .waveforms, "the processed traces")

  let signature = StageSignature(
    kind: "process_waveforms", version: 1, summary: "filters, tapers, integrates and resamples seismograms",
    declares: [waveforms, minPeriod, maxPeriod, detrend, taper, calculus, newStep, duration, gap, processed],
    rules: [
      .needs(maxPeriod, with: minPeriod), .needs(minPeriod, with: maxPeriod), .band(minPeriod, maxPeriod),
    ])

  func run(_ context: StageContext) throws {
    var artefact = try WaveformArtefact(path: context[Self.waveforms])
    var processing = TraceProcessing()
    if let shortest = context[Self.minPeriod] {
      let band = try Band(shortestPeriod: shortest, longestPeriod: context[given: Self.maxPeriod])
      processing.band = band
      context.log(
        "band \(shortest) to \(band.longestPeriod) s, \(1 / band.longestPeriod) to \(1 / shortest) Hz")
    }
    processing.removesTrend = context[Self.detrend]
    processing.taper = context[Self.taper]
    processing.calculus = context[Self.calculus]
    processing.newStep = context[Self.newStep]
    processing.duration = context[Self.duration]
    processing.longestGap = context[Self.gap]
    let result = try processing.applied(to: artefact.seismograms)
    artefact.seismograms = result.seismograms
    switch context[Self.calculus] {
    case .none: break
    case .integrate: artefact.meaning = .displacement
    case .differentiate: artefact.meaning = .velocity
    }
    try artefact.write(to: context[Self.processed], title: "processed waveforms")
    context.log("\(result.bridged) gaps bridged")
    if !result.dropped.isEmpty {
      context.log("left out for their gaps: \(result.dropped.joined(separator: ", "))")
    }
  }
}

extension ProcessWaveforms: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.processed].quantity =
      switch request[Self.calculus] {
      case .integrate?: WaveformArtefact.Meaning.displacement.rawValue
      case .differentiate?: WaveformArtefact.Meaning.velocity.rawValue
      case .none?: request.facts(Self.waveforms).quantity
      case nil: nil
      }
    let given = request.facts(Self.waveforms).numbers
    guard let step = given[WaveFacts.step], let count = given[WaveFacts.count],
      let newStep = request[Self.newStep], let length = request[Self.duration]
    else { return foresight }
    foresight[Self.processed].numbers = WaveFacts.samples(
      duration: length ?? (count - 1) * step, step: newStep ?? step)
    return foresight
  }
}
