import NumericCore

/// Traces of receivers over time, one below the other, of one or several sets of data.
struct RecordSection {
  struct Set {
    var label: String
    /// By receiver; one value a sample, NaN in gaps.
    var traces: [String: [Double]]
    /// Seconds between samples, the first at 0.
    var step: Double
  }

  /// A stretch of a trace that is compared.
  struct Window {
    var receiver: String
    var start, end: Double
    var counts: Bool
    /// What it contributes.
    var value: Double?
  }

  var title: String
  /// From top to bottom.
  var receivers: [String]
  var sets: [Set]
  var windows: [Window] = []

  static let colours = ReceiverFigure.colours

  /// Seconds.
  var end: Double {
    sets.map { set in set.step * Double((set.traces.values.map(\.count).max() ?? 1) - 1) }.max() ?? 1
  }

  /// The largest value of a receiver in all sets.
  func scale(_ receiver: String) -> Double {
    sets.flatMap { $0.traces[receiver] ?? [] }.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }
}

extension Figures {
  private static let names = 86.0

  /// Each trace by the largest value of its receiver; windows are shaded, with what they contribute on the right.
  static func recordSection(_ section: RecordSection) -> Figure {
    let line = section.receivers.count == 1 ? 150.0 : max(14, min(34, 560 / Double(section.receivers.count)))
    let hasValues = section.windows.contains { $0.value != nil }
    let panel = ChartPanel(
      title: section.title,
      plot: Box(x: names, y: 34, width: 460, height: line * Double(section.receivers.count) + 10),
      horizontal: .init(title: "time, s", domain: 0...max(section.end, 1e-9)),
      // Receivers are no numbers: between 0.1 and 0.2 an axis of whole numbers has no marks.
      vertical: .init(title: "", domain: 0.1...0.2, isInteger: true))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    for (index, receiver) in section.receivers.enumerated() {
      let middle = panel.plot.y + 5 + (Double(index) + 0.5) * line
      draw(section, receiver, panel, middle: middle, reach: 0.55 * line, on: &canvas)
    }
    let key = KeyRow(
      entries: zip(section.sets, RecordSection.colours).map { ($0.label, Stroke($1, width: 2)) })
    if section.sets.count > 1 { key.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 49) }
    return canvas.figure(
      width: panel.plot.right
        + max(hasValues ? 74 : 14, section.sets.count > 1 ? key.width - panel.plot.width : 0),
      height: panel.plot.bottom + (section.sets.count > 1 ? 62 : 40), label: section.title)
  }

  private static func draw(
    _ section: RecordSection, _ receiver: String, _ panel: ChartPanel, middle: Double, reach: Double,
    on canvas: inout Canvas
  ) {
    let windows = section.windows.filter { $0.receiver == receiver }
    for window in windows {
      let (left, right) = (panel.xScale.position(window.start), panel.xScale.position(window.end))
      canvas.rectangle(
        Box(
          x: max(left, panel.plot.x), y: middle - 0.8 * reach,
          width: min(right, panel.plot.right) - max(left, panel.plot.x), height: 1.6 * reach),
        fill: Fill(window.counts ? Ink.paleBlue : Ink.hatch, opacity: 0.5))
    }
    canvas.text(panel.plot.x - 6, middle + 3.7, receiver, TextStyle(size: 10.5, anchor: .end))
    let values = windows.compactMap(\.value)
    if !values.isEmpty {
      canvas.text(
        panel.plot.right + 6, middle + 3.7, "χ \(NumberText.significant(values.reduce(0, +), 3))",
        TextStyle(size: 10))
    }
    let scale = section.scale(receiver)
    guard scale > 0 else { return }
    for (set, colour) in zip(section.sets, RecordSection.colours) {
      guard let trace = set.traces[receiver] else { continue }
      let places = trace.enumerated().map { index, value -> Place? in
        value.isFinite
          ? Place(
            panel.xScale.position(Double(index) * set.step),
            middle - reach * value / scale) : nil
      }
      canvas.polyline(places, Stroke(colour, width: 1, isRound: true))
    }
  }
}

/// Amplitude spectra of records, the mean over their receivers.
struct SpectraFigure {
  var title: String
  var sets: [(label: String, frequencies: [Double], amplitudes: [Double])]
  var logarithmic: Swift.Set<PlotAxis> = []

  /// Σ|S(ν)|·step over the receivers, divided by their number, up to the Nyquist frequency.
  static func mean(_ set: RecordSection.Set, receivers: [String]) -> (
    frequencies: [Double], amplitudes: [Double]
  ) {
    let traces = receivers.compactMap { set.traces[$0] }.filter { $0.allSatisfy(\.isFinite) }
    guard let count = traces.first?.count, count > 1 else { return ([], []) }
    let transform = FourierTransform(length: count)
    var sums = [Double](repeating: 0, count: count / 2 + 1)
    for trace in traces {
      var (real, imaginary) = (trace, [Double](repeating: 0, count: count))
      transform.forward(&real, &imaginary)
      for index in sums.indices {
        sums[index] +=
          (real[index] * real[index] + imaginary[index] * imaginary[index]).squareRoot() * set.step
      }
    }
    return (
      sums.indices.map { Double($0) / (Double(count) * set.step) }, sums.map { $0 / Double(traces.count) }
    )
  }

  func figure() -> Figure {
    let isLog = (x: logarithmic.contains(.x), y: logarithmic.contains(.y))
    // Beyond the last frequency with a thousandth of the largest amplitude there is nothing to see.
    let highest =
      sets.map { set in
        let least = 1e-3 * (set.amplitudes.max() ?? 0)
        return zip(set.frequencies, set.amplitudes).reduce(0) { $1.1 >= least ? max($0, $1.0) : $0 }
      }.max() ?? 1
    let frequencies = sets.flatMap(\.frequencies).filter { $0 <= highest * 1.15 && $0 > 0 }
    let panel = ChartPanel(
      title: title, plot: Box(x: 76, y: 34, width: 380, height: 228),
      horizontal: .init(
        title: "frequency, Hz", domain: Scale.domain(of: frequencies, margin: 0, logarithmic: isLog.x),
        isLogarithmic: isLog.x),
      vertical: .init(
        title: "amplitude by frequency",
        domain: Scale.domain(of: sets.flatMap(\.amplitudes) + [0], margin: 0.05, logarithmic: isLog.y),
        isLogarithmic: isLog.y))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    for (set, colour) in zip(sets, RecordSection.colours) {
      let places = zip(set.frequencies, set.amplitudes).map { panel.inside($0, $1) }
      canvas.polyline(places, Stroke(colour, width: 1.6, isRound: true))
    }
    let key = KeyRow(entries: zip(sets, RecordSection.colours).map { ($0.label, Stroke($1, width: 2)) })
    if sets.count > 1 { key.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 49) }
    return canvas.figure(
      width: panel.plot.x + max(panel.plot.width + 14, sets.count > 1 ? key.width : 0),
      height: panel.plot.bottom + (sets.count > 1 ? 62 : 40), label: title)
  }
}
