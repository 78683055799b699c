import Artefacts
import Datasets
import Planning
import StageSupport
import Waves

/// The windows of traces that are compared: about first arrivals, or of a file.
struct PickWindows: StageKind {
  enum Method: String, SettingWord {
    case arrivals, file

    var summary: String {
      switch self {
      case .arrivals: "about first arrivals of the synthetics"
      case .file: "as a file gives them"
      }
    }
  }

  private static let observed = Input.optional("observed", [.waveforms], "the data")
  private static let synthetic = Input.optional(
    "synthetic", [.waveforms], "seismograms whose first arrivals are picked")
  private static let method = Setting(
    "method", .word(Method.self), .default(.arrivals), "where windows come from")
  private static let file = Setting(
    "file", .file, .optional,
    "CSV file with columns receiver, component, start, end (s), and if need be event, weight, flagged")
  private static let minPeriod = Setting(
    "min_period", .number(in: .second), .optional, .above(0), "shortest of the band")
  private static let maxPeriod = Setting(
    "max_period", .number(in: .second), .optional, .above(0), "longest of the band")
  private static let before = Setting(
    "before", .number, .optional(meaning: 0.5), .atLeast(0),
    "from this many longest periods before an arrival")
  private static let after = Setting(
    "after", .number, .optional(meaning: 1.5), .above(0), "to this many after it")
  private static let level = Setting(
    "level", .number, .optional(meaning: 0.05), .above(0).below(1),
    "an arrival is where the envelope first exceeds this part of its largest value")
  private static let correlation = Setting(
    "correlation", .number, .optional(meaning: 0.7), .atLeast(-1).atMost(1), "windows below it are flagged")
  private static let lag = Setting(
    "largest_lag", .number(in: .second), .optional(otherwise: "half the shortest period"), .above(0),
    "windows above it are flagged")
  private static let table = Output(
    "table", .table, "windows: event, receiver, component, start, end, weight, flagged")

  let signature = StageSignature(
    kind: "pick_windows", version: 1,
    summary: "makes windows about first arrivals, flagged where data do not fit, or takes those of a file",
    declares: [
      observed, synthetic, method, file, minPeriod, maxPeriod, before, after, level, correlation, lag, table,
    ],
    rules: [
      .needs(file, with: method, in: .file), .only(file, with: method, in: .file),
      .needs(observed, with: method, in: .arrivals), .needs(synthetic, with: method, in: .arrivals),
      .needs(minPeriod, with: method, in: .arrivals), .needs(maxPeriod, with: method, in: .arrivals),
      .only(
        minPeriod, maxPeriod, before, after, level, correlation, lag, with: method, in: .arrivals),
      .band(minPeriod, maxPeriod),
    ])

  func run(_ context: StageContext) throws {
    switch context[Self.method] {
    case .arrivals: try pick(context)
    case .file: try read(context)
    }
  }

  private func pick(_ context: StageContext) throws {
    guard let synthetics = context[Self.synthetic], let data = context[Self.observed] else {
      preconditionFailure("the rules ask for both")
    }
    let band = try Band(
      shortestPeriod: context[given: Self.minPeriod], longestPeriod: context[given: Self.maxPeriod])
    var picker = ArrivalWindows(
      band: band, periodsBefore: context[Self.before], periodsAfter: context[Self.after])
    picker.level = context[Self.level]
    picker.leastCorrelation = context[Self.correlation]
    if let lag = context[Self.lag] { picker.largestLag = lag }
    let synthetic = try WaveformArtefact(path: synthetics)
    let picks = try picker.picked(
      synthetic: synthetic.seismograms, observed: WaveformArtefact(path: data).seismograms)
    var dataset = Dataset(title: "windows")
    try WindowArtefact.add(picks.map(\.window), event: synthetic.event, to: &dataset)
    try dataset.addColumn(
      "arrival", picks.map(\.arrival), units: "s", longName: "first arrival of the synthetics")
    try dataset.addColumn(
      "correlation", picks.map(\.correlation), units: "1", longName: "correlation with the data")
    try dataset.add(TraceVariables.Windows.lag, picks.map(\.lag))
    try NetCDFFile.write(dataset, to: context[Self.table])
    context.log("\(picks.count) windows, \(picks.count { $0.window.isFlagged }) flagged")
  }

  private func read(_ context: StageContext) throws {
    let path = context[given: Self.file]
    let table = try TableFile.read(path)
    let (receivers, components) = (try table.texts("receiver"), try table.texts("component"))
    let (start, end) = (try table.numbers("start"), try table.numbers("end"))
    func optional(_ name: String, else value: Double) throws -> [Double] {
      table.columns.contains { $0.name == name } ? try table.numbers(name) : start.map { _ in value }
    }
    let (weight, flagged) = (try optional("weight", else: 1), try optional("flagged", else: 0))
    let windows = try receivers.indices.map { row -> Window in
      guard let component = Component(rawValue: components[row]) else {
        throw StageError.outOfPlace(
          "row \(row + 1) of \(path) has a component '\(components[row])'; there are x, y, z and p")
      }
      guard start[row] < end[row], start[row] >= 0, weight[row] >= 0 else {
        throw StageError.outOfPlace(
          "row \(row + 1) of \(path): a window goes from 0 s or later to a later time with a weight of 0 or more; found "
            + "\(start[row]) to \(end[row]) s, \(weight[row])")
      }
      return Window(
        receiver: receivers[row], component: component, start: start[row], end: end[row],
        weight: weight[row], isFlagged: flagged[row] != 0)
    }
    var dataset = Dataset(title: "windows")
    if table.columns.contains(where: { $0.name == "event" }) {
      try dataset.addColumn("event", table.texts("event"), longName: "event")
    }
    try WindowArtefact.add(windows, to: &dataset)
    try NetCDFFile.write(dataset, to: context[Self.table])
    context.log("\(windows.count) windows, \(windows.count(where: \.isFlagged)) flagged")
  }
}

extension PickWindows: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    if request[Self.method] == .file, request.readsFiles, let path = request[Self.file] ?? nil,
      let table = try? TableFile.read(path), let ends = try? table.numbers("end")
    {
      foresight[Self.table].numbers[WaveFacts.latest] = ends.filter(\.isFinite).max()
    }
    if request[Self.method] == .arrivals,
      let difference = WaveFacts.difference(
        request.facts(Self.synthetic), request.facts(Self.observed))
    {
      foresight.refuse(difference, at: Self.observed)
    }
    return foresight
  }
}
