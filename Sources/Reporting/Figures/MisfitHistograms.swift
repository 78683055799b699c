/// How often misfits of a size occur, of one model or of two, a panel for each group of windows; every window is counted.
struct MisfitHistograms {
  /// Windows that belong together, such as those of a component.
  struct Group {
    var title: String
    /// Misfits by model.
    var sets: [(label: String, values: [Double])]
  }

  var title: String
  var groups: [Group]

  private static let (width, height) = (300.0, 150.0)
  private static let colours = [Ink.grey, Ink.blue]

  /// Bins over all values of all models, shared by them.
  static func bins(_ sets: [[Double]]) -> (limits: ClosedRange<Double>, count: Int) {
    let all = sets.joined()
    guard let low = all.min(), let high = all.max() else { return (0...1, 5) }
    let limits = low < high ? low...high : (low - 0.5)...(high + 0.5)
    return (limits, Histogram.binCount(sets.map(\.count).max() ?? 0))
  }

  func figure() -> Figure {
    var canvas = Canvas()
    canvas.text(12, 18, title, TextStyle(size: 13, isBold: true))
    for (index, group) in groups.enumerated() {
      draw(
        group, x: 12 + Double(index % 2) * (Self.width + 90), y: 26 + Double(index / 2) * (Self.height + 108),
        on: &canvas)
    }
    let rows = Double((groups.count + 1) / 2)
    return canvas.figure(
      width: groups.count > 1 ? 2 * Self.width + 200 : Self.width + 100,
      height: 30 + rows * (Self.height + 108),
      label: title)
  }

  private func draw(_ group: Group, x: Double, y: Double, on canvas: inout Canvas) {
    let (limits, bins) = Self.bins(group.sets.map(\.values))
    let counts = group.sets.map { Histogram.counts($0.values, in: limits, bins: bins) }
    let most = Double(max(1, counts.joined().max() ?? 1))
    let panel = ChartPanel(
      title: group.title, plot: Box(x: x + 46, y: y + 28, width: Self.width, height: Self.height),
      horizontal: .init(title: "contribution to the misfit", domain: limits),
      vertical: .init(title: "windows", domain: 0...(most * 1.08), isInteger: true))
    panel.draw(on: &canvas)
    for (index, bars) in counts.enumerated() {
      let colour = counts.count == 1 ? Ink.blue : Self.colours[index % 2]
      Figures.drawBars(bars, limits, panel, colour, on: &canvas)
      let values = group.sets[index].values.sorted()
      let numbers =
        values.isEmpty
        ? ""
        : ", mean \(NumberText.significant(PlotMath.mean(values), 4)), median "
          + NumberText.significant(PlotMath.percentile(values, 0.5), 4)
      let text = "\(group.sets[index].label): \(values.count) windows" + numbers
      canvas.text(
        panel.plot.x, panel.plot.bottom + 50 + Double(index) * 14, text, TextStyle(size: 10.5, colour: colour)
      )
    }
    canvas.rectangle(panel.plot, stroke: Stroke(Ink.frame))
  }
}
