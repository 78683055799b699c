import NumericCore

/// The components of one receiver over time, several sets of data in each, with the windows in which they are compared.
struct ReceiverFigure {
  struct Panel {
    var title: String
    var unit: String
    /// In the order of the labels; empty for a set that lacks the component.
    var sets: [(values: [Double], step: Double)]
    /// By table.
    var windows: [[RecordSection.Window]]
  }

  var title: String
  var panels: [Panel]
  /// Of the sets.
  var labels: [String]
  /// Of windows.
  var tables: [String]

  static let colours = [Ink.black, Ink.vermillion, Ink.blue, Ink.green, Ink.purple, Ink.grey]

  /// Seconds.
  fileprivate var end: Double {
    panels.flatMap(\.sets).map { $0.step * Double(max(1, $0.values.count - 1)) }.max() ?? 1
  }
}

extension Figures {
  private static let (left, width, height, gap) = (78.0, 470.0, 120.0, 16.0)
  private static let margin = 120.0

  /// Panels one below the other with their own amplitudes; windows are shaded, with what each contributes on the right.
  static func receiver(_ figure: ReceiverFigure) -> Figure {
    var canvas = Canvas()
    let hasValues = figure.panels.contains { panel in
      panel.windows.contains { $0.contains { $0.value != nil } }
    }
    for (index, content) in figure.panels.enumerated() {
      let isLast = index == figure.panels.count - 1
      let top = 34 + Double(index) * (height + gap)
      draw(content, figure, top: top, isFirst: index == 0, isLast: isLast, on: &canvas)
    }
    let bottom = 34 + Double(figure.panels.count) * (height + gap) - gap
    let rows = keyRows(figure)
    for (index, row) in rows.enumerated() {
      row.draw(on: &canvas, left: left, y: bottom + 49 + 18 * Double(index))
    }
    let widest = rows.map(\.width).max() ?? 0
    return canvas.figure(
      width: left + max(width + (hasValues ? margin : 14), widest),
      height: bottom + 44 + 18 * Double(rows.count), label: figure.title)
  }

  /// As many in a row as fit.
  private static func keyRows(_ figure: ReceiverFigure) -> [KeyRow] {
    var rows: [KeyRow] = []
    for (label, colour) in zip(figure.labels, ReceiverFigure.colours) {
      let entry = (label, Stroke(colour, width: 2))
      if var last = rows.last, last.width + KeyRow(entries: [entry]).width <= width {
        last.entries.append(entry)
        rows[rows.count - 1] = last
      } else {
        rows.append(KeyRow(entries: [entry]))
      }
    }
    return rows
  }

  private static func draw(
    _ content: ReceiverFigure.Panel, _ figure: ReceiverFigure, top: Double, isFirst: Bool, isLast: Bool,
    on canvas: inout Canvas
  ) {
    let largest = content.sets.flatMap(\.values).reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    let reach = largest > 0 ? 1.08 * largest : 1
    let panel = ChartPanel(
      title: isFirst ? figure.title : "", plot: Box(x: left, y: top, width: width, height: height),
      horizontal: .init(
        title: isLast ? "time, s" : "", domain: 0...max(figure.end, 1e-9), showsLabels: isLast),
      vertical: .init(title: content.unit, domain: -reach...reach))
    panel.draw(on: &canvas)
    shade(content.windows, panel, on: &canvas)
    canvas.text(panel.plot.x + 6, top + 14, content.title, TextStyle(size: 11, isBold: true))
    for (set, colour) in zip(content.sets, ReceiverFigure.colours) {
      let places = set.values.enumerated().map { index, value in
        value.isFinite ? panel.point(Double(index) * set.step, value) : nil
      }
      canvas.polyline(places, Stroke(colour, width: 1.1, isRound: true))
    }
    tell(content.windows, figure.tables, panel, on: &canvas)
  }

  private static func shade(
    _ tables: [[RecordSection.Window]], _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    for window in tables.flatMap(\.self) {
      let start = max(panel.xScale.position(window.start), panel.plot.x)
      let end = min(panel.xScale.position(window.end), panel.plot.right)
      guard end > start else { continue }
      canvas.rectangle(
        Box(x: start, y: panel.plot.y, width: end - start, height: panel.plot.height),
        fill: Fill(window.counts ? Ink.paleBlue : Ink.hatch, opacity: 0.45))
    }
  }

  /// What each window contributes, up to five lines a table; with several tables under the name of each.
  private static func tell(
    _ tables: [[RecordSection.Window]], _ names: [String], _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    let (x, size) = (panel.plot.right + 7, 10.0)
    var y = panel.plot.y + 11
    for (windows, name) in zip(tables, names) where windows.contains(where: { $0.value != nil }) {
      if tables.count > 1 {
        canvas.text(x, y, name, TextStyle(size: 9, colour: Ink.faint))
        y += 12
      }
      for window in windows.prefix(5) {
        guard let value = window.value else { continue }
        let text = "χ \(NumberText.significant(value, 3))" + (window.counts ? "" : ", flagged")
        canvas.text(x, y, text, TextStyle(size: size))
        y += 13
      }
      if windows.count > 5 {
        canvas.text(x, y, "and \(windows.count - 5) more", TextStyle(size: 9, colour: Ink.faint))
        y += 12
      }
    }
  }
}
