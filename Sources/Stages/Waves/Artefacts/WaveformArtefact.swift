import Artefacts
import Datasets
import StageSupport
import Waves

/// Seismograms as files: a variable for each component on dimensions (receiver, time).
struct WaveformArtefact {
  /// What the traces of motion are; adjoint sources are derivatives by them.
  enum Meaning: String {
    case velocity, displacement
    case adjointSource = "adjoint_source"
  }

  var seismograms: Seismograms
  var meaning: Meaning
  /// Places of the receivers, where they are known.
  var places: [(name: String, x: Double, z: Double)] = []

  /// The event that they are of, where it is known.
  var event: String?

  private static let (receiver, time) = (TraceVariables.dimensions.receiver, TraceVariables.dimensions.time)
  private static let components: [(Component, String)] = [(.x, "x"), (.y, "y"), (.z, "z"), (.p, "pressure")]

  private func variable(_ component: Component) -> String {
    component == .p && meaning != .adjointSource ? "pressure" : "\(meaning.rawValue)_\(component.rawValue)"
  }

  private func units(_ component: Component) -> String {
    switch meaning {
    case .adjointSource: "1"
    case .velocity: component == .p ? "Pa" : "m s-1"
    case .displacement: component == .p ? "Pa" : "m"
    }
  }

  func write(to path: String, title: String) throws {
    var names: [String] = []
    for trace in seismograms.traces where !names.contains(trace.receiver) { names.append(trace.receiver) }
    var dataset = Dataset(title: title)
    dataset.setAttribute("traces", text: meaning.rawValue)
    dataset.setAttribute("step", seismograms.step)
    if let event { dataset.setAttribute("event", text: event) }
    dataset.dimensions = [
      .init(name: Self.receiver, size: names.count), .init(name: Self.time, size: seismograms.count),
    ]
    try dataset.add(.init(name: TraceVariables.receiver, dimensions: [Self.receiver], values: .text(names)))
    for (axis, value) in [
      (TraceVariables.x, { (place: (name: String, x: Double, z: Double)) in place.x }),
      (TraceVariables.z, { $0.z }),
    ] {
      let values = names.map { name in places.first { $0.name == name }.map(value) ?? .nan }
      try dataset.add(axis, values, along: Self.receiver)
    }
    try dataset.add(
      TraceVariables.time, (0..<seismograms.count).map { Double($0) * seismograms.step }, along: Self.time)
    let gap = [Double](repeating: .nan, count: seismograms.count)
    for component in Component.allCases
    where seismograms.traces.contains(where: { $0.component == component }) {
      // A receiver without this component has no numbers there.
      let values = names.flatMap { seismograms.trace($0, component)?.values ?? gap }
      try dataset.add(
        .init(
          name: variable(component), dimensions: [Self.receiver, Self.time], values: .double(values),
          attributes: [.init(name: "units", value: .text(units(component)))]))
    }
    try NetCDFFile.write(dataset, to: path)
  }

  /// A trace with some numbers is taken with its gaps; one without any is none.
  init(path: String) throws { try self.init(NetCDFFile.read(path)) }

  init(_ dataset: Dataset) throws {
    guard let word = dataset.attribute("traces")?.text, let meaning = Meaning(rawValue: word) else {
      throw StageError.missingVariable(
        "traces", artefact: dataset.path, hint: "its attribute 'traces' must be velocity or displacement")
    }
    let names = try dataset.texts(TraceVariables.receiver)
    let time = try dataset.column(TraceVariables.time)
    guard time.count >= 2 else { throw StageError.outOfPlace("\(dataset.path) has fewer than two samples") }
    let step = dataset.number(attribute: "step") ?? (time[time.count - 1] - time[0]) / Double(time.count - 1)
    guard abs(time[0]) <= 1e-6 * step,
      time.indices.allSatisfy({ abs(time[$0] - Double($0) * step) <= 1e-6 * step })
    else { throw StageError.outOfPlace("the samples of \(dataset.path) are not equally spaced from 0 s on") }
    self.init(seismograms: try Seismograms(step: step, count: time.count, traces: []), meaning: meaning)
    event = dataset.attribute("event")?.text
    let found = try Component.allCases.compactMap { component -> (Component, [Double])? in
      let variable = variable(component)
      return dataset[variable] == nil ? nil : (component, try dataset.doubles(variable))
    }
    var traces: [Trace] = []
    for (row, name) in names.enumerated() {
      for (component, all) in found {
        let values = Array(all[row * time.count..<(row + 1) * time.count])
        if values.contains(where: \.isFinite) {
          traces.append(Trace(receiver: name, component: component, values: values))
        }
      }
    }
    seismograms = try Seismograms(step: step, count: time.count, traces: traces)
    if dataset.has(TraceVariables.x), dataset.has(TraceVariables.z) {
      let (x, z) = (try dataset.column(TraceVariables.x), try dataset.column(TraceVariables.z))
      places = names.indices.map { (names[$0], x[$0], z[$0]) }
    }
  }

  init(
    seismograms: Seismograms, meaning: Meaning, places: [(name: String, x: Double, z: Double)] = [],
    event: String? = nil
  ) {
    (self.seismograms, self.meaning, self.places) = (seismograms, meaning, places)
    self.event = event
  }
}

/// Windows as tables, a row each.
enum WindowArtefact {
  private typealias Names = TraceVariables.Windows

  static func add(_ windows: [Window], event: String? = nil, to dataset: inout Dataset) throws {
    if let event { try dataset.addColumn("event", windows.map { _ in event }, longName: "event") }
    try dataset.addColumn(Names.receiver, windows.map(\.receiver), longName: "receiver")
    try dataset.addColumn(Names.component, windows.map(\.component.rawValue), longName: "component")
    try dataset.add(Names.start, windows.map(\.start))
    try dataset.add(Names.end, windows.map(\.end))
    try dataset.addColumn("weight", windows.map(\.weight), units: "1", longName: "weight of the window")
    try dataset.add(Names.flagged, windows.map { $0.isFlagged ? 1.0 : 0 })
  }

  /// - Parameter event: where the table has a column `event`, only its rows.
  static func windows(_ dataset: Dataset, event: String? = nil) throws -> [Window] {
    let receivers = try dataset.texts(Names.receiver)
    let components = try dataset.texts(Names.component)
    let (start, end) = (try dataset.column(Names.start), try dataset.column(Names.end))
    let ones = [Double](repeating: 1, count: start.count)
    let weight = dataset["weight"] == nil ? ones : try dataset.column("weight")
    let flagged = try dataset.optionalColumn(Names.flagged) ?? ones.map { _ in 0 }
    let events = dataset["event"] == nil ? nil : try dataset.texts("event")
    return try receivers.indices.compactMap { row in
      if let event, let events, events[row] != event { return nil }
      guard let component = Component(rawValue: components[row]) else {
        throw StageError.outOfPlace(
          "row \(row + 1) of \(dataset.path) has a component '\(components[row])'; there are x, y, z and p")
      }
      return Window(
        receiver: receivers[row], component: component, start: start[row], end: end[row], weight: weight[row],
        isFlagged: flagged[row] != 0)
    }
  }
}
