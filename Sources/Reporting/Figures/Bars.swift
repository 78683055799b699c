/// Numbers of several things, a group of bars a thing.
public struct BarChart: Sendable, Equatable {
  /// Above the bars.
  public var title: String
  /// Quantity and unit of the bars.
  public var quantity: String
  /// Of the groups, from left to right.
  public var names: [String]
  /// One value a name; the first is drawn darkest.
  public var sets: [SampledParameter]
  /// How far the values may be off, set by set and one a name; empty for none. Drawn as a line from value − error to
  /// value + error.
  public var errors: [[Double]] = []
  /// What stands under each name; empty for nothing.
  public var notes: [String] = []
  /// What the axis holds at least.
  public var reach: ClosedRange<Double> = 0...1

  /// Bars of each set, a value a name.
  public init(title: String, quantity: String, names: [String], sets: [SampledParameter]) {
    (self.title, self.quantity, self.names, self.sets) = (title, quantity, names, sets)
  }
}

extension BarChart {
  /// Least and greatest that a value may be.
  fileprivate func ends(_ set: Int, _ index: Int) -> [Double] {
    let value = sets[set].values[index]
    guard errors.indices.contains(set), errors[set][index].isFinite else { return [value, value] }
    return [value - errors[set][index], value + errors[set][index]]
  }
}

extension Figures {
  private static let barColours = [
    Ink.blue, Colour(0x7fb8d9), Ink.green, Ink.purple, Ink.grey, Ink.vermillion,
  ]
  private static let barHeight = 14.0

  /// Bars from zero to the right, or left where a value is negative, each with its number at its end.
  /// - Precondition: every set has one value a name, and so have its errors.
  public static func bars(_ chart: BarChart) -> Figure {
    let thickness = max(barHeight * Double(chart.sets.count), chart.notes.isEmpty ? 16 : 26) + 12
    let labels =
      chart.names.map { Canvas.width(of: $0, size: 11) } + chart.notes.map { Canvas.width(of: $0, size: 9.5) }
    let ends = PlotMath.finite(
      chart.sets.indices.flatMap { set in chart.names.indices.flatMap { chart.ends(set, $0) } })
    let low = min(chart.reach.lowerBound, ends.min() ?? 0)
    let high = max(chart.reach.upperBound, ends.max() ?? 1)
    let panel = ChartPanel(
      title: chart.title,
      plot: Box(
        x: (labels.max() ?? 0) * 1.1 + 24, y: 34, width: 300,
        height: max(1, Double(chart.names.count)) * thickness),
      horizontal: .init(
        title: chart.quantity,
        domain: (low < 0 ? low - 0.05 * (high - low) : low)...(high + 0.17 * (high - low))),
      // Names are no numbers: between 0.1 and 0.2 an axis of whole numbers has no marks.
      vertical: .init(title: "", domain: 0.1...0.2, isInteger: true))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    for index in chart.names.indices {
      let top = panel.plot.y + Double(index) * thickness
      drawBars(chart, index, panel, top: top, thickness, on: &canvas)
    }
    let zero = panel.xScale.position(0)
    canvas.line(zero, panel.plot.y, zero, panel.plot.bottom, Stroke(Ink.frame))
    let key = KeyRow(
      entries: zip(chart.sets, barColours).map { ($0.name, Stroke($1, width: 8)) })
    if chart.sets.count > 1 { key.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 49) }
    let heard = Canvas.width(of: chart.title, size: 13, isBold: true)
    return canvas.figure(
      width: panel.plot.x + max(panel.plot.width + 14, heard + 14, chart.sets.count > 1 ? key.width : 0),
      height: panel.plot.bottom + (chart.sets.count > 1 ? 62 : 40), label: chart.title)
  }

  private static func drawBars(
    _ chart: BarChart, _ index: Int, _ panel: ChartPanel, top: Double, _ thickness: Double,
    on canvas: inout Canvas
  ) {
    let middle = top + thickness / 2
    let note = chart.notes.indices.contains(index) ? chart.notes[index] : ""
    let place = panel.plot.x - 8
    canvas.text(place, middle + (note.isEmpty ? 4 : -1), chart.names[index], TextStyle(anchor: .end))
    canvas.text(place, middle + 12, note, TextStyle(size: 9.5, anchor: .end, colour: Ink.faint))
    let zero = panel.xScale.position(0)
    let first = middle - barHeight * Double(chart.sets.count) / 2
    for (number, set) in chart.sets.enumerated() {
      let (value, y) = (set.values[index], first + Double(number) * barHeight)
      let end = value.isFinite ? panel.xScale.position(value) : zero
      canvas.rectangle(
        Box(x: min(zero, end), y: y + 1, width: abs(end - zero), height: barHeight - 2),
        fill: Fill(barColours[number % barColours.count]))
      let whisker = chart.ends(number, index).map { $0.isFinite ? panel.xScale.position($0) : zero }
      if whisker[0] < whisker[1] {
        let stroke = Stroke(Ink.frame, width: 1.2)
        canvas.line(whisker[0], y + barHeight / 2, whisker[1], y + barHeight / 2, stroke)
        for x in whisker { canvas.line(x, y + 4, x, y + barHeight - 4, stroke) }
      }
      canvas.text(
        max(zero, end, whisker[1]) + 5, y + 10.5, NumberText.significant(value, 3),
        TextStyle(size: 10, colour: Ink.faint)
      )
    }
  }
}
