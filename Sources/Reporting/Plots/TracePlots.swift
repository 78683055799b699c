import Artefacts
import Datasets
import NumericCore

// Plots of records of receivers over time, and of what compares them.
extension PlotKind {
  /// Those that take more than one artefact with `--with`.
  static let ofSeveral: [PlotKind] = [.traces, .receiver, .spectra, .receivers]

  static let traces = PlotKind("traces", options: [.variable, .with, .windows], precedence: 80) { source, _ in
    source.hasTraces
  } draw: {
    try $0.traces()
  }

  static let spectra = PlotKind("spectra", options: [.variable, .with, .log], draw: { try $0.spectra() })

  static let receivers = PlotKind("receivers", options: [.with], precedence: 40) { source, _ in
    source.isMisfitTable
  } draw: {
    try $0.receivers()
  }
}

extension PlotSource {
  /// Variables with a row a receiver and a column a sample.
  var traceNames: [String] {
    let dimensions = [TraceVariables.dimensions.receiver, TraceVariables.dimensions.time]
    return dataset.variables.filter { $0.dimensions == dimensions }.map(\.name)
  }

  var hasTraces: Bool { dataset[TraceVariables.receiver] != nil && !traceNames.isEmpty }

  var isMisfitTable: Bool { receiverMisfits != nil }

  /// What each receiver contributes; nil for what tells no misfits.
  var receiverMisfits: ReceiverMisfits? { (try? ReceiverMisfits(dataset)) ?? nil }

  /// - Throws: `PlotError` for a variable that is none of traces.
  func traces(_ name: String) throws -> (receivers: [String], set: RecordSection.Set) {
    guard traceNames.contains(name), case .text(let receivers)? = dataset[TraceVariables.receiver]?.values
    else {
      throw PlotError.unknownVariable(name: name, artefact: self.name, found: traceNames)
    }
    let values = try self.values(name).values
    let time = try dataset.column(TraceVariables.time.name)
    guard time.count > 1, values.count == time.count * receivers.count else {
      throw PlotError.wrongShape(variable: name, artefact: self.name, needs: "a row a receiver over time")
    }
    let traces = receivers.indices.map { Array(values[$0 * time.count..<($0 + 1) * time.count]) }
    return (
      receivers,
      RecordSection.Set(
        label: self.name, traces: Dictionary(zip(receivers, traces), uniquingKeysWith: { first, _ in first }),
        step: (time[time.count - 1] - time[0]) / Double(time.count - 1))
    )
  }

  /// The windows of a table; empty for what is none. `component` is the last part of the name of a variable.
  func windows(of component: String) throws -> [RecordSection.Window] {
    typealias Names = TraceVariables.Windows
    guard case .text(let receivers)? = dataset[Names.receiver]?.values,
      case .text(let components)? = dataset[Names.component]?.values, has(Names.start, Names.end)
    else { return [] }
    let (start, end) = (try dataset.column(Names.start), try dataset.column(Names.end))
    let flagged = try dataset.optionalColumn(Names.flagged)
    let values = try dataset.optionalColumn(Names.value)
    return receivers.indices.filter { component.hasPrefix(components[$0]) }.map { row in
      RecordSection.Window(
        receiver: receivers[row], start: start[row], end: end[row], counts: flagged?[row] != 1,
        value: values?[row])
    }
  }
}

extension Plot {
  private func traceName() throws -> String {
    if let name = request.variables.first { return name }
    guard let name = source.traceNames.first else {
      throw notDrawable("traces: a row a receiver, a column a sample")
    }
    return name
  }

  /// What it is compared with.
  var others: [PlotSource] { [request.other].compactMap(\.self) + request.more }

  /// The set of this artefact and, where others have traces of that name, theirs.
  private func sets(_ name: String) throws -> (receivers: [String], sets: [RecordSection.Set]) {
    let (receivers, first) = try source.traces(name)
    return (receivers, [first] + (try others.filter(\.hasTraces).map { try $0.traces(name).set }))
  }

  func traces() throws -> Figure {
    let name = try traceName()
    let (receivers, sets) = try sets(name)
    let component = TraceVariables.parts(of: name).component
    // A table of windows with --with is one too.
    let tables = others.filter { !$0.hasTraces } + request.windows
    let windows = try tables.flatMap { table in
      let windows = try table.windows(of: component)
      guard !windows.isEmpty || request.windows.contains(where: { $0.name == table.name }) else {
        throw PlotError.notDrawable(
          kind: kind.rawValue, artefact: table.name, needs: "traces, or windows of this component",
          found: table.dataset.variables.map(\.name))
      }
      return windows
    }
    // Of many receivers some are drawn.
    let step = max(1, (receivers.count + 39) / 40)
    return Figures.recordSection(
      RecordSection(
        title: request.title ?? source.title(name),
        receivers: stride(from: 0, to: receivers.count, by: step).map { receivers[$0] }, sets: sets,
        windows: windows))
  }

  func spectra() throws -> Figure {
    let name = try traceName()
    let (receivers, sets) = try sets(name)
    let spectra = sets.map { set in
      let mean = SpectraFigure.mean(set, receivers: receivers)
      return (label: set.label, frequencies: mean.frequencies, amplitudes: mean.amplitudes)
    }
    guard spectra.contains(where: { !$0.frequencies.isEmpty }) else {
      throw notDrawable("a trace without gaps")
    }
    return SpectraFigure(
      title: request.title ?? "Spectrum: \(source.title(name))", sets: spectra,
      logarithmic: request.logarithmic
    ).figure()
  }
}
