import Artefacts
import Datasets
import NumericCore

// Plots of records of receivers over time, and of what compares them.
extension PlotKind {
  static let traces = PlotKind("traces", options: [.variable, .with], precedence: 80) { source, _ in
    source.hasTraces
  } draw: {
    try $0.traces()
  }

  static let spectra = PlotKind("spectra", options: [.variable, .with, .log], draw: { try $0.spectra() })

  static let receivers = PlotKind("receivers", options: [], precedence: 40) { source, _ in
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

  var isMisfitTable: Bool {
    dataset[TraceVariables.Windows.receiver] != nil && has(TraceVariables.Windows.value)
  }

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

  /// The set of this artefact and, where the other one has traces of that name, its.
  private func sets(_ name: String) throws -> (receivers: [String], sets: [RecordSection.Set]) {
    let (receivers, first) = try source.traces(name)
    guard let other = request.other, other.hasTraces else { return (receivers, [first]) }
    return (receivers, [first, try other.traces(name).set])
  }

  func traces() throws -> Figure {
    let name = try traceName()
    let (receivers, sets) = try sets(name)
    let component = name.split(separator: "_").last.map(String.init) ?? name
    let windows = try request.other?.windows(of: component) ?? []
    if let other = request.other, !other.hasTraces, windows.isEmpty {
      throw PlotError.notDrawable(
        kind: kind.rawValue, artefact: other.name, needs: "traces, or windows of this component",
        found: other.dataset.variables.map(\.name))
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

  /// What the windows of each receiver contribute.
  func receivers() throws -> Figure {
    guard source.isMisfitTable,
      case .text(let names)? = source.dataset[TraceVariables.Windows.receiver]?.values
    else { throw notDrawable("columns of receivers and of their misfits") }
    let values = try source.dataset.column(TraceVariables.Windows.value)
    var (order, sums): ([String], [String: Double]) = ([], [:])
    for (name, value) in zip(names, values) where value.isFinite {
      if sums[name] == nil { order.append(name) }
      sums[name, default: 0] += value
    }
    guard !order.isEmpty else {
      throw PlotError.noValues(variable: TraceVariables.Windows.value.name, artefact: source.name)
    }
    var chart = BarChart(
      title: request.title ?? "Misfit by receiver", quantity: "χ", names: order,
      sets: [SampledParameter(name: "χ", unit: "", values: order.map { sums[$0] ?? 0 })])
    chart.reach = 0...(sums.values.allSatisfy { $0 == 0 } ? 1 : 0)
    return Figures.bars(chart)
  }
}
