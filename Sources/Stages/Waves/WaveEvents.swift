import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Makes a table of sources with their function of time.
struct WaveEvents: StageKind {
  enum Shape: String, SettingWord {
    case ricker
    case filteredDelta = "filtered_delta"
    case filteredHeaviside = "filtered_heaviside"
    case gaussianRate = "gaussian_rate"
    case file

    var summary: String {
      switch self {
      case .ricker: "second derivative of a Gaussian, centred on 'period'"
      case .filteredDelta: "a delta through the band of 'min_period' and 'max_period'"
      case .filteredHeaviside: "a step through that band"
      case .gaussianRate: "rate of a smooth step of length 'duration'"
      case .file: "samples of 'wavelet_file'"
      }
    }
  }

  private static let file = Setting(
    "file", .file, .optional, "CSV file with columns name, x, z and amplitudes: volume_rate, force_x … mzy")
  private static let name = Setting("name", .text, .optional(meaning: "event"), "of a single event")
  private static let x = Setting("x", .number(in: .metre), .optional, "its place")
  private static let z = Setting("z", .number(in: .metre), .optional, "its depth")
  private static let amplitudes = SourceComponent.allCases.map { component in
    Setting(
      component.rawValue, .number, .optional,
      "its amplitude, SI a metre of the third dimension; moments are rates")
  }
  private static let wavelet = Setting(
    "wavelet", .word(Shape.self), .default(.ricker), "the function of time")
  private static let period = Setting(
    "period", .number(in: .second), .optional, .above(0), "of the Ricker wavelet's peak")
  private static let minPeriod = Setting(
    "min_period", .number(in: .second), .optional, .above(0), "shortest of the band")
  private static let maxPeriod = Setting(
    "max_period", .number(in: .second), .optional, .above(0), "longest of the band")
  private static let duration = Setting(
    "duration", .number(in: .second), .optional, .above(0), "of the source")
  private static let waveletFile = Setting(
    "wavelet_file", .file, .optional,
    "CSV file with columns time (s) and value, or NetCDF file with variables time and value on one dimension")
  private static let delay = Setting(
    "delay", .number(in: .second),
    .optional(otherwise: "1.5 periods; 2 of the longest of a band; the duration"), .atLeast(0),
    "time of its centre")
  static let table = Output("table", .table, "events, a row each, and the function of time")

  let signature = StageSignature(
    kind: "wave_events", version: 1, summary: "makes a table of wave sources with their function of time",
    declares: [file, name, x, z] + amplitudes
      + [wavelet, period, minPeriod, maxPeriod, duration, waveletFile, delay, table],
    rules: [
      .atMostOne(file, x), .atLeastOne(file, x), .needs(z, with: x), .only(z, with: x), .only(name, with: x),
      .only(amplitudes, with: x), .atLeastOne(of: amplitudes, with: x),
      .someNonzero(of: amplitudes, because: "an event without an amplitude makes no waves"),
      .band(minPeriod, maxPeriod),
      .needs(period, with: wavelet, in: .ricker), .only(period, with: wavelet, in: .ricker),
      .needs(minPeriod, with: wavelet, in: .filteredDelta, .filteredHeaviside),
      .needs(maxPeriod, with: wavelet, in: .filteredDelta, .filteredHeaviside),
      .only(minPeriod, with: wavelet, in: .filteredDelta, .filteredHeaviside),
      .only(maxPeriod, with: wavelet, in: .filteredDelta, .filteredHeaviside),
      .needs(duration, with: wavelet, in: .gaussianRate), .only(duration, with: wavelet, in: .gaussianRate),
      .needs(waveletFile, with: wavelet, in: .file), .only(waveletFile, with: wavelet, in: .file),
      .only(delay, with: wavelet, in: .ricker, .filteredDelta, .filteredHeaviside, .gaussianRate),
    ])

  func run(_ context: StageContext) throws {
    let wavelet = try Self.made(context)
    let events = try context[Self.file].map { try Self.read($0, wavelet) } ?? [Self.single(context, wavelet)]
    var dataset = Dataset(title: "events")
    try AcquisitionArtefact.add(events, to: &dataset)
    try NetCDFFile.write(dataset, to: context[Self.table])
    context.log("\(events.count) events, highest frequency \(wavelet.highestFrequency) Hz")
  }

  private static func made(_ context: StageContext) throws -> Wavelet {
    let delay = context[Self.delay]
    switch context[Self.wavelet] {
    case .ricker:
      let period = context[given: Self.period]
      return .ricker(frequency: 1 / period, delay: delay ?? 1.5 * period)
    case .gaussianRate:
      let duration = context[given: Self.duration]
      return .gaussianRate(duration: duration, delay: delay ?? duration)
    case .file: return try samples(context[given: waveletFile])
    case .filteredDelta:
      return .filteredDelta(band: try band(context), delay: delay ?? 2 * context[given: maxPeriod])
    case .filteredHeaviside:
      return .filteredHeaviside(band: try band(context), delay: delay ?? 2 * context[given: maxPeriod])
    }
  }

  private static func band(_ context: StageContext) throws -> Band {
    try Band(shortestPeriod: context[given: minPeriod], longestPeriod: context[given: maxPeriod])
  }

  private static func samples(_ path: String) throws -> Wavelet {
    let (time, values) = try series(path)
    guard time.count >= 4, values.allSatisfy(\.isFinite) else {
      throw StageError.outOfPlace(
        "\(path) has \(time.count) samples; a wavelet has at least four, all of them numbers")
    }
    let step = (time[time.count - 1] - time[0]) / Double(time.count - 1)
    guard step > 0, abs(time[0]) <= 1e-6 * step,
      time.indices.allSatisfy({ abs(time[$0] - Double($0) * step) <= 1e-6 * step })
    else { throw StageError.outOfPlace("the samples of \(path) are not equally spaced from 0 s on") }
    return .samples(values, step: step)
  }

  /// Times, seconds, and values of a table or of a NetCDF file.
  private static func series(_ path: String) throws -> (time: [Double], values: [Double]) {
    guard let dataset = try netCDF(path) else {
      let table = try TableFile.read(path)
      return (try table.numbers("time"), try table.numbers("value"))
    }
    let (time, value) = (try dataset.variable("time"), try dataset.variable("value"))
    guard time.dimensions.count == 1, time.dimensions == value.dimensions else {
      throw StageError.outOfPlace(
        "'time' and 'value' of \(path) lie on (\(time.dimensions.joined(separator: ", "))) and "
          + "(\(value.dimensions.joined(separator: ", "))); a wavelet has both on one dimension")
    }
    let perSecond = try unitsPerSecond(time.units ?? "s", path)
    return (try dataset.column("time").map { $0 / perSecond }, try dataset.column("value"))
  }

  /// Nil for a file of another format.
  private static func netCDF(_ path: String) throws -> Dataset? {
    do {
      return try NetCDFFile.read(path)
    } catch DatasetError.notNetCDF {
      return nil
    }
  }

  /// How many of a unit of time are a second.
  private static func unitsPerSecond(_ units: String, _ path: String) throws -> Double {
    switch units {
    case "s", "second", "seconds": return 1
    case "ms", "millisecond", "milliseconds": return 1000
    default: throw StageError.outOfPlace("'time' of \(path) is in \(units); it must be in s or ms")
    }
  }

  private static func single(_ context: StageContext, _ wavelet: Wavelet) -> WaveEvent {
    var given: [SourceComponent: Double] = [:]
    for (component, setting) in zip(SourceComponent.allCases, amplitudes) {
      if let value = context[setting], value != 0 { given[component] = value }
    }
    return WaveEvent(
      name: context[name],
      source: PointSource(x: context[given: x], z: context[given: z], amplitudes: given, wavelet: wavelet))
  }

  /// Names and places, as far as they are known before anything runs.
  static func rows(_ request: ForesightRequest) -> [OutputFacts.Row]? {
    if let path = request[file] ?? nil { return AcquisitionArtefact.rows(path, request) }
    guard let name = request[name], let x = request[x] ?? nil, let z = request[z] ?? nil else { return nil }
    return [OutputFacts.Row(name, x, z)]
  }

  private static func read(_ path: String, _ wavelet: Wavelet) throws -> [WaveEvent] {
    let table = try TableFile.read(path)
    let names = try table.texts("name")
    let (x, z) = (try table.numbers("x"), try table.numbers("z"))
    var events = names.indices.map {
      WaveEvent(name: names[$0], source: PointSource(x: x[$0], z: z[$0], amplitudes: [:], wavelet: wavelet))
    }
    let titles = Set(table.columns.map(\.title))
    for component in SourceComponent.allCases where titles.contains(component.rawValue) {
      for (row, value) in try table.numbers(component.rawValue).enumerated()
      where value != 0 && value.isFinite {
        events[row].source.amplitudes[component] = value
      }
    }
    for (row, event) in events.enumerated() {
      if events[..<row].contains(where: { $0.name == event.name }) {
        throw WaveError.sameName(what: "events", name: event.name)
      }
      guard !event.source.amplitudes.isEmpty, event.source.x.isFinite, event.source.z.isFinite else {
        throw StageError.outOfPlace(
          "row \(row + 1) of \(path): event \(event.name) has no place or no amplitude")
      }
    }
    return events
  }
}

extension WaveEvents: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.table].rows = Self.rows(request)
    foresight[Self.table].numbers[WaveFacts.highestFrequency] = Self.foreseen(request)?.highestFrequency
    WaveFacts.requireNames(foresight[Self.table].rows, what: "events", at: Self.file.name, in: &foresight)
    return foresight
  }

  /// As far as it is known; its delay does not matter.
  private static func foreseen(_ request: ForesightRequest) -> Wavelet? {
    func band() -> Band? {
      guard let low = request[minPeriod] ?? nil, let high = request[maxPeriod] ?? nil else { return nil }
      return try? Band(shortestPeriod: low, longestPeriod: high)
    }
    switch request[wavelet] {
    case .ricker?:
      return (request[period] ?? nil).map { .ricker(frequency: 1 / $0, delay: 0) }
    case .gaussianRate?:
      return (request[duration] ?? nil).map { .gaussianRate(duration: $0, delay: 0) }
    case .filteredDelta?: return band().map { .filteredDelta(band: $0, delay: 0) }
    case .filteredHeaviside?: return band().map { .filteredHeaviside(band: $0, delay: 0) }
    case .file?, nil: return nil
    }
  }
}
