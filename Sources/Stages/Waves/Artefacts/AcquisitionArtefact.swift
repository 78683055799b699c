import Datasets
import StageSupport
import Waves

/// A source with its name.
struct WaveEvent {
  var name: String
  var source: PointSource
}

/// Tables of receivers and of events: a row each.
enum AcquisitionArtefact {
  // MARK: Receivers

  static func add(_ receivers: [Receiver], to dataset: inout Dataset, dimension: String = "point") throws {
    try dataset.addColumn("name", receivers.map(\.name), longName: "receiver", dimension: dimension)
    try dataset.addColumn("x", receivers.map(\.x), units: "m", longName: "distance", dimension: dimension)
    try dataset.addColumn("z", receivers.map(\.z), units: "m", longName: "depth", dimension: dimension)
    try dataset.addColumn(
      "components", receivers.map { $0.components.map(\.rawValue).joined(separator: " ") },
      longName: "components", dimension: dimension)
  }

  static func receivers(_ dataset: Dataset, prefix: String = "") throws -> [Receiver] {
    let names = try dataset.texts(prefix + "name")
    let (x, z) = (try dataset.column(prefix + "x"), try dataset.column(prefix + "z"))
    let lists = dataset[prefix + "components"] == nil ? nil : try dataset.texts(prefix + "components")
    return try names.indices.map { row in
      let words = lists?[row].split(separator: " ").map(String.init) ?? []
      let components = try words.map { word -> Component in
        guard let component = Component(rawValue: word) else {
          throw StageError.outOfPlace(
            "receiver \(names[row]) has a component '\(word)'; there are x, y, z and p")
        }
        return component
      }
      return Receiver(name: names[row], x: x[row], z: z[row], components: components)
    }
  }

  // MARK: Events

  /// - Precondition: one wavelet for all.
  static func add(
    _ events: [WaveEvent], to dataset: inout Dataset, prefix: String = "", dimension: String = "point"
  ) throws {
    try dataset.addColumn(prefix + "name", events.map(\.name), longName: "event", dimension: dimension)
    try dataset.addColumn(
      prefix + "x", events.map(\.source.x), units: "m", longName: "distance", dimension: dimension)
    try dataset.addColumn(
      prefix + "z", events.map(\.source.z), units: "m", longName: "depth", dimension: dimension)
    for component in SourceComponent.allCases {
      // Zeros too: the row of an event must not depend on what other events are.
      let values = events.map { $0.source.amplitudes[component, default: 0] }
      try dataset.addColumn(
        prefix + component.rawValue, values, longName: "amplitude of the source, SI", dimension: dimension)
    }
    if let first = events.first { try add(first.source.wavelet, to: &dataset) }
  }

  private static func add(_ wavelet: Wavelet, to dataset: inout Dataset) throws {
    switch wavelet {
    case .ricker(let frequency, let delay):
      dataset.setAttribute("wavelet", text: "ricker")
      dataset.setAttribute("wavelet_period", 1 / frequency)
      dataset.setAttribute("wavelet_delay", delay)
    case .filteredDelta(let band, let delay): add("filtered_delta", band, delay, to: &dataset)
    case .filteredHeaviside(let band, let delay): add("filtered_heaviside", band, delay, to: &dataset)
    case .gaussianRate(let duration, let delay):
      dataset.setAttribute("wavelet", text: "gaussian_rate")
      dataset.setAttribute("wavelet_duration", duration)
      dataset.setAttribute("wavelet_delay", delay)
    case .samples(let values, let step):
      dataset.setAttribute("wavelet", text: "file")
      dataset.setAttribute("wavelet_step", step)
      try dataset.addColumn(
        "wavelet_value", values, longName: "source time function", dimension: "wavelet_sample")
    }
  }

  private static func add(_ word: String, _ band: Band, _ delay: Double, to dataset: inout Dataset) {
    dataset.setAttribute("wavelet", text: word)
    dataset.setAttribute("wavelet_min_period", band.shortestPeriod)
    dataset.setAttribute("wavelet_max_period", band.longestPeriod)
    dataset.setAttribute("wavelet_delay", delay)
  }

  private static func wavelet(_ dataset: Dataset) throws -> Wavelet {
    func number(_ name: String) throws -> Double {
      guard let value = dataset.number(attribute: name) else {
        throw StageError.missingVariable(name, artefact: dataset.path, hint: "a table of wave_events has it")
      }
      return value
    }
    switch dataset.attribute("wavelet")?.text {
    case "ricker":
      return .ricker(frequency: 1 / (try number("wavelet_period")), delay: try number("wavelet_delay"))
    case "gaussian_rate":
      return .gaussianRate(duration: try number("wavelet_duration"), delay: try number("wavelet_delay"))
    case "file": return .samples(try dataset.column("wavelet_value"), step: try number("wavelet_step"))
    case let word?:
      let band = try Band(
        shortestPeriod: number("wavelet_min_period"), longestPeriod: number("wavelet_max_period"))
      let delay = try number("wavelet_delay")
      return word == "filtered_delta"
        ? .filteredDelta(band: band, delay: delay) : .filteredHeaviside(band: band, delay: delay)
    case nil:
      throw StageError.missingVariable(
        "wavelet", artefact: dataset.path, hint: "take the table of wave_events")
    }
  }

  static func events(_ dataset: Dataset, prefix: String = "") throws -> [WaveEvent] {
    let names = try dataset.texts(prefix + "name")
    let (x, z) = (try dataset.column(prefix + "x"), try dataset.column(prefix + "z"))
    let wavelet = try wavelet(dataset)
    var amplitudes = names.map { _ in [SourceComponent: Double]() }
    for component in SourceComponent.allCases where dataset[prefix + component.rawValue] != nil {
      for (row, value) in try dataset.column(prefix + component.rawValue).enumerated() where value != 0 {
        amplitudes[row][component] = value
      }
    }
    return names.indices.map {
      WaveEvent(
        name: names[$0], source: PointSource(x: x[$0], z: z[$0], amplitudes: amplitudes[$0], wavelet: wavelet)
      )
    }
  }

  /// The event of this name, or the only one.
  static func event(_ dataset: Dataset, name: String?) throws -> WaveEvent {
    let events = try events(dataset)
    let known = events.map(\.name).joined(separator: ", ")
    guard let name else {
      guard events.count == 1 else {
        throw StageError.outOfPlace(
          "the table has \(events.count) events (\(known)); name one with 'event_name'")
      }
      return events[0]
    }
    guard let event = events.first(where: { $0.name == name }) else {
      throw StageError.outOfPlace("there is no event \"\(name)\"; the table has \(known)")
    }
    return event
  }
}
