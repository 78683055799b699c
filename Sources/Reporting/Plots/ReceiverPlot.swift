import Artefacts
import Datasets
import NumericCore

// One receiver: its components with several sets of data, and what windows say of them.
extension PlotKind {
  static let receiver = PlotKind(
    "receiver", options: [.receiver, .receiverField, .with, .windows, .variable], draw: { try $0.receiver() })
}

extension Plot {
  func receiver() throws -> Figure {
    guard source.hasTraces else { throw notDrawable("traces: a row a receiver, a column a sample") }
    for other in others where !other.hasTraces {
      throw PlotError.notDrawable(
        kind: kind.rawValue, artefact: other.name, needs: "traces; tables of windows go with --windows",
        found: other.dataset.variables.map(\.name))
    }
    let sources = [source] + others
    let name = try receiverName(sources)
    let panels = try components().map { try panel($0, of: name, sources) }
    guard panels.contains(where: { panel in panel.sets.contains { $0.values.contains(where: \.isFinite) } })
    else { throw PlotError.noValues(variable: name, artefact: source.name) }
    return Figures.receiver(
      ReceiverFigure(
        title: request.title ?? "Receiver \(name)", panels: panels, labels: sources.map(\.name),
        tables: request.windows.map(\.name)))
  }

  private func receiverName(_ sources: [PlotSource]) throws -> String {
    let names = source.traceReceivers
    guard let asked = request.receiver else {
      // The first that all have.
      return names.first { name in sources.allSatisfy { $0.traceReceivers.contains(name) } } ?? names.first
        ?? ""
    }
    for source in sources where !source.traceReceivers.contains(asked) {
      throw PlotError.badValue(
        option: PlotOption.receiver.rawValue, found: asked,
        expected: "a receiver of \(source.name): \(source.traceReceivers.joined(separator: ", "))")
    }
    return asked
  }

  /// Those of the field that is asked for, or of the variables that are.
  private func components() throws -> [(name: String, field: TraceVariables.Field?)] {
    let known = source.traceNames
    for name in request.variables where !known.contains(name) {
      throw PlotError.unknownVariable(name: name, artefact: source.name, found: known)
    }
    let all = (request.variables.isEmpty ? known : request.variables).map(TraceVariables.parts)
    guard let asked = request.receiverField else {
      return all.map { ($0.component, $0.field) }
    }
    let fitting = all.filter { part in
      asked.derivatives == nil ? part.field == asked : part.field?.derivatives != nil
    }
    guard !fitting.isEmpty else {
      throw PlotError.badValue(
        option: PlotOption.receiverField.rawValue, found: asked.rawValue,
        expected: "what \(source.name) has or can be turned into: \(known.joined(separator: ", "))")
    }
    return fitting.map { ($0.component, asked) }
  }

  private func panel(
    _ component: (name: String, field: TraceVariables.Field?), of receiver: String, _ sources: [PlotSource]
  ) throws -> ReceiverFigure.Panel {
    let sets = try sources.map { source in
      try source.trace(of: receiver, component: component.name, as: component.field)
    }
    let windows = try request.windows.map { table in
      try table.windows(of: component.name).filter { $0.receiver == receiver }
    }
    let unit = component.field?.units ?? ""
    return ReceiverFigure.Panel(
      title: component.field == .pressure ? "pressure" : component.name, unit: unit, sets: sets,
      windows: windows)
  }
}

extension PlotSource {
  var traceReceivers: [String] {
    guard case .text(let names)? = dataset[TraceVariables.receiver]?.values else { return [] }
    return names
  }

  /// Of one receiver, empty where this record lacks that component; motion is integrated or differentiated to be `field`.
  fileprivate func trace(
    of receiver: String, component: String, as field: TraceVariables.Field?
  ) throws -> (values: [Double], step: Double) {
    func fits(_ name: String) -> Bool {
      let parts = TraceVariables.parts(of: name)
      return parts.component == component && (parts.field?.derivatives == nil) == (field?.derivatives == nil)
    }
    guard let name = traceNames.first(where: fits) else { return ([], 1) }
    let set = try traces(name).set
    guard let values = set.traces[receiver] else { return ([], set.step) }
    guard let own = TraceVariables.parts(of: name).field?.derivatives, let wanted = field?.derivatives else {
      return (values, set.step)
    }
    return (MotionCalculus.turned(values, step: set.step, by: wanted - own), set.step)
  }
}

/// Displacement from velocity and the other way round, to be looked at.
enum MotionCalculus {
  /// - Parameter order: 1 differentiates, −1 integrates, 0 leaves values as they are. A trace with gaps stays one.
  static func turned(_ values: [Double], step: Double, by order: Int) -> [Double] {
    guard order != 0, values.count > 2 else { return values }
    guard values.allSatisfy(\.isFinite) else { return values.map { _ in .nan } }
    return order < 0 ? integral(values, step) : derivative(values, step)
  }

  /// Trapezoids from 0.
  private static func integral(_ values: [Double], _ step: Double) -> [Double] {
    var sum = 0.0
    return values.indices.map { index in
      if index > 0 { sum += 0.5 * step * (values[index - 1] + values[index]) }
      return sum
    }
  }

  /// iω in the spectrum of the record padded to twice its length: central differences lose 6 % at ten samples a period.
  private static func derivative(_ values: [Double], _ step: Double) -> [Double] {
    let count = 2 * values.count
    let padding = [Double](repeating: 0, count: count - values.count)
    var (real, imaginary) = (values + padding, [Double](repeating: 0, count: count))
    let transform = FourierTransform(length: count)
    transform.forward(&real, &imaginary)
    for bin in 0..<count {
      let number = 2 * bin < count ? bin : (2 * bin == count ? 0 : bin - count)
      let omega = 2 * Double.pi * Double(number) / (Double(count) * step)
      (real[bin], imaginary[bin]) = (-omega * imaginary[bin], omega * real[bin])
    }
    transform.inverse(&real, &imaginary)
    return Array(real[..<values.count])
  }
}
