import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Compares seismograms and gives the derivative by the synthetics.
struct WaveformMisfitStage: StageKind {
  enum Kind: String, SettingWord {
    case l2
    case normalisedL2 = "normalised_l2"
    case traveltime = "cc_traveltime"
    case phase = "tf_phase"
    case envelope

    var summary: String {
      switch self {
      case .l2: "half the squared difference"
      case .normalisedL2: "the same over the data's energy in the window"
      case .traveltime: "squared lag of the largest cross-correlation"
      case .phase: "phase differences in time and frequency"
      case .envelope: "squared difference of the envelopes over the data's energy"
      }
    }
  }

  private static let synthetic = Input("synthetic", [.waveforms], "simulated traces")
  private static let observed = Input("observed", [.waveforms], "the data, sampled as the synthetics")
  private static let windows = Input.optional("windows", [.table], "windows; without them whole traces")
  private static let kind = Setting("kind", .word(Kind.self), .required, "the measure")
  private static let eventName = Setting(
    "event_name", .text, .optional(otherwise: "all rows"), "rows of 'windows' with this event")
  private static let sigma = Setting(
    "sigma", .number(in: .second), .optional, .above(0), "standard deviation of the lags")
  private static let lag = Setting(
    "largest_lag", .number(in: .second), .optional, .above(0), "largest lag looked for")
  private static let minPeriod = Setting(
    "min_period", .number(in: .second), .optional, .above(0), "shortest of the band")
  private static let maxPeriod = Setting(
    "max_period", .number(in: .second), .optional, .above(0), "longest of the band")
  private static let width = Setting(
    "window_width", .number, .optional(meaning: 1), .above(0),
    "of the Gaussians in time, in shortest periods; 2 for long windows")
  private static let root = Setting(
    "root", .boolean, .optional(meaning: false), "takes the root of twice the measure")
  private static let componentWeights = Setting(
    "component_weights", .list(.text, 1...4), .optional(otherwise: "1"), "\"z: 2\"")
  private static let receiverWeights = Setting(
    "receiver_weights", .list(.text, 1...10000), .optional(otherwise: "1"), "\"R1: 0.5\"")
  private static let misfit = Output("misfit", .scalar(.dimensionless), "sum over windows, weighted")
  private static let table = Output(
    "table", .table, "a row for each window: value, lag, why it does not contribute")
  private static let adjoint = Output(
    "adjoint_source", .waveforms, "derivative by the samples of the synthetics")

  let signature = StageSignature(
    kind: "waveform_misfit", version: 1,
    summary: "compares seismograms, with the exact derivative by the synthetics",
    declares: [
      synthetic, observed, windows, kind, eventName, sigma, lag, minPeriod, maxPeriod, width, root,
      componentWeights,
      receiverWeights, misfit, table, adjoint,
    ],
    rules: [
      .only(eventName, with: windows),
      .needs(sigma, with: kind, in: .traveltime), .only(sigma, with: kind, in: .traveltime),
      .needs(lag, with: kind, in: .traveltime), .only(lag, with: kind, in: .traveltime),
      .needs(minPeriod, with: kind, in: .phase), .only(minPeriod, with: kind, in: .phase),
      .needs(maxPeriod, with: kind, in: .phase), .only(maxPeriod, with: kind, in: .phase),
      .only(width, with: kind, in: .phase), .only(root, with: kind, in: .phase),
      .band(minPeriod, maxPeriod),
      .check(receiverWeights, "are of the form \"R1: 0.5\"") { Self.fault(in: $0) },
      .check(componentWeights, "are of the form \"z: 2\"") { texts in
        Self.fault(in: texts)
          ?? (texts ?? []).compactMap(Self.weight).first { Component(rawValue: $0.name) == nil }
          .map { "name '\($0.name)', which is none of x, y, z and p" }
      },
    ])

  func run(_ context: StageContext) throws {
    let synthetic = try WaveformArtefact(path: context[Self.synthetic])
    let observed = try WaveformArtefact(path: context[Self.observed])
    guard synthetic.meaning == observed.meaning else {
      throw StageError.outOfPlace(
        "the synthetics are \(synthetic.meaning.rawValue) and the data \(observed.meaning.rawValue)")
    }
    let windows = try context[Self.windows].map {
      try WindowArtefact.windows(NetCDFFile.read($0), event: context[Self.eventName] ?? synthetic.event)
    }
    var misfit = WaveformMisfit(kind: try measure(context))
    for (name, weight) in (context[Self.receiverWeights] ?? []).compactMap(Self.weight) {
      misfit.receiverWeights[name] = weight
    }
    for (name, weight) in (context[Self.componentWeights] ?? []).compactMap(Self.weight) {
      if let component = Component(rawValue: name) { misfit.componentWeights[component] = weight }
    }
    let result = try misfit.evaluated(
      synthetic: synthetic.seismograms, observed: observed.seismograms, windows: windows)
    try NetCDFFile.writeScalar(
      result.misfit, name: "misfit", units: "1", longName: "misfit", to: context[Self.misfit])
    try Self.write(result.rows, to: context[Self.table])
    try WaveformArtefact(
      seismograms: result.adjointSource, meaning: .adjointSource, places: synthetic.places,
      event: synthetic.event
    ).write(to: context[Self.adjoint], title: "adjoint source")
    let silent = result.rows.compactMap { row in row.reason.map { (window: row.window, reason: $0) } }
    context.log(
      "misfit \(result.misfit) of \(result.rows.count) windows, \(silent.count) of them not counted")
    for (window, reason) in silent {
      context.log("\(window.receiver).\(window.component.rawValue) \(window.start) s: \(reason.rawValue)")
    }
    let gaps = silent.count { $0.reason == .gap }
    if gaps > 0 {
      context.warn(
        "\(gaps) of \(result.rows.count) windows have gaps in the data and do not count; process_waveforms bridges short ones"
      )
    }
  }

  private func measure(_ context: StageContext) throws -> MisfitKind {
    switch context[Self.kind] {
    case .l2: return .l2(isNormalised: false)
    case .normalisedL2: return .l2(isNormalised: true)
    case .envelope: return .envelope
    case .traveltime:
      return .traveltime(sigma: context[given: Self.sigma], largestLag: context[given: Self.lag])
    case .phase:
      var phase = PhaseMisfit(
        band: try Band(
          shortestPeriod: context[given: Self.minPeriod], longestPeriod: context[given: Self.maxPeriod]))
      phase.width = context[Self.width]
      phase.isRoot = context[Self.root]
      return .phase(phase)
    }
  }

  /// `"R1: 0.5"`; nil for what is none.
  private static func weight(_ text: String) -> (name: String, weight: Double)? {
    let parts = text.split(separator: ":").map { $0.split(separator: " ").joined() }
    guard parts.count == 2, let weight = Double(parts[1]), weight >= 0, weight.isFinite else { return nil }
    return (parts[0], weight)
  }

  private static func fault(in texts: [String]?) -> String? {
    (texts ?? []).first { weight($0) == nil }.map { "hold \"\($0)\", which is no weight" }
  }

  private static func write(_ rows: [WaveformMisfit.Row], to path: String) throws {
    var dataset = Dataset(title: "misfit by window")
    try WindowArtefact.add(rows.map(\.window), to: &dataset)
    try dataset.add(TraceVariables.Windows.value, rows.map(\.value))
    try dataset.addColumn(
      TraceVariables.Windows.totalWeight, rows.map(\.weight), units: "1",
      longName: "weight of receiver, component and window")
    try dataset.add(TraceVariables.Windows.lag, rows.map { $0.lag ?? .nan })
    try dataset.addColumn(
      TraceVariables.Windows.reason, rows.map { $0.reason?.rawValue ?? "" },
      longName: "why it does not contribute")
    try NetCDFFile.write(dataset, to: path)
  }
}

extension WaveformMisfitStage: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.adjoint].quantity = WaveformArtefact.Meaning.adjointSource.rawValue
    if let synthetic = request.facts(Self.synthetic).quantity,
      let observed = request.facts(Self.observed).quantity, synthetic != observed
    {
      foresight.refuse("the synthetics are \(synthetic) and the data \(observed)", at: Self.observed)
    }
    let synthetic = request.facts(Self.synthetic)
    if let difference = WaveFacts.difference(synthetic, request.facts(Self.observed)) {
      foresight.refuse(difference, at: Self.observed)
    }
    if let latest = request.facts(Self.windows).numbers[WaveFacts.latest],
      let step = synthetic.numbers[WaveFacts.step], let count = synthetic.numbers[WaveFacts.count],
      latest > (count - 1) * step * (1 + 1e-9)
    {
      foresight.refuse(
        "a window ends at \(latest) s and the traces at \((count - 1) * step) s", at: Self.windows)
    }
    return foresight
  }
}
