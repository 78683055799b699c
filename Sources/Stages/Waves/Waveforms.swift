import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Brings seismograms into the pipeline.
struct ReadWaveforms: StageKind {
  private static let file = Setting(
    "file", .file, .required,
    "NetCDF file with receiver_name and variables on (receiver, time), or CSV: time_s, then RECEIVER.COMPONENT"
  )
  private static let field = Setting(
    "receiver_field", .word(ReceiverField.self), .default(.velocity),
    "what traces of motion in a CSV file are")
  private static let waveforms = Output("waveforms", .waveforms, "the traces")

  let signature = StageSignature(
    kind: "read_waveforms", version: 1, summary: "reads seismograms of a NetCDF or CSV file",
    declares: [file, field, waveforms])

  func run(_ context: StageContext) throws {
    let path = context[Self.file]
    let artefact =
      path.lowercased().hasSuffix(".csv")
      ? try Self.table(path, context[Self.field]) : try WaveformArtefact(path: path)
    try artefact.write(to: context[Self.waveforms], title: "waveforms")
    let seismograms = artefact.seismograms
    let gaps = seismograms.traces.count { $0.values.contains { !$0.isFinite } }
    context.log(
      "\(seismograms.traces.count) traces of \(seismograms.count) samples \(seismograms.step) s apart, \(gaps) with gaps"
    )
  }

  /// `time_s,R00.vx,R00.p`: the component is the last letter of the part behind the last dot.
  static func table(_ path: String, _ field: ReceiverField) throws -> WaveformArtefact {
    let table = try TableFile.read(path)
    guard let first = table.columns.first, table.columns.count > 1 else {
      throw StageError.outOfPlace("\(path) needs a column of times and one or more of traces")
    }
    let time = try table.numbers(first.name)
    guard time.count >= 2 else { throw StageError.outOfPlace("\(path) has fewer than two samples") }
    let step = (time[time.count - 1] - time[0]) / Double(time.count - 1)
    guard step > 0, abs(time[0]) <= 1e-6 * step,
      time.indices.allSatisfy({ abs(time[$0] - Double($0) * step) <= 1e-6 * step })
    else { throw StageError.outOfPlace("the samples of \(path) are not equally spaced from 0 s on") }
    let traces = try table.columns.dropFirst().map { column -> Trace in
      let parts = column.name.split(separator: ".").map(String.init)
      guard parts.count >= 2, let last = parts.last?.last, let component = Component(rawValue: String(last))
      else {
        throw StageError.outOfPlace(
          "column '\(column.name)' of \(path) is no RECEIVER.COMPONENT with x, y, z or p")
      }
      return Trace(
        receiver: parts.dropLast().joined(separator: "."), component: component,
        values: try table.numbers(column.name))
    }
    return WaveformArtefact(
      seismograms: try Seismograms(step: step, count: time.count, traces: traces),
      meaning: field == .velocity ? .velocity : .displacement)
  }
}

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
    rules: [.needs(maxPeriod, with: minPeriod), .needs(minPeriod, with: maxPeriod)])

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
