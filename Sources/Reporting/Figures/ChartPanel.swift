/// Axes with a frame, grid lines, tick marks and titles, to be drawn anywhere on a canvas.
struct ChartPanel {
  struct Axis {
    var title: String
    var domain: ClosedRange<Double>
    var isLogarithmic = false
    /// Marks at whole numbers only.
    var isInteger = false
    var showsLabels = true
    var colour = Ink.black
  }

  var title: String
  var plot: Box
  var horizontal: Axis
  var vertical: Axis

  var xScale: Scale {
    Scale(
      domain: horizontal.domain, start: plot.x, end: plot.right, isLogarithmic: horizontal.isLogarithmic)
  }
  var yScale: Scale {
    Scale(domain: vertical.domain, start: plot.bottom, end: plot.y, isLogarithmic: vertical.isLogarithmic)
  }

  func point(_ x: Double, _ y: Double) -> Place? {
    let usable =
      x.isFinite && y.isFinite && (!horizontal.isLogarithmic || x > 0) && (!vertical.isLogarithmic || y > 0)
    guard usable else { return nil }
    // Far outside positions are pulled near the frame so that coordinates stay small.
    let (px, py) = (xScale.position(x), yScale.position(y))
    return Place(
      min(max(px, plot.x - 4000), plot.right + 4000), min(max(py, plot.y - 4000), plot.bottom + 4000))
  }

  /// The points that lie inside the frame.
  func inside(_ x: Double, _ y: Double) -> Place? {
    guard let place = point(x, y), place.x >= plot.x - 0.01, place.x <= plot.right + 0.01,
      place.y >= plot.y - 0.01, place.y <= plot.bottom + 0.01
    else { return nil }
    return place
  }

  func draw(on canvas: inout Canvas) {
    if !title.isEmpty { canvas.text(plot.x, plot.y - 10, title, TextStyle(size: 13, isBold: true)) }
    drawHorizontal(on: &canvas)
    drawVertical(on: &canvas)
    canvas.rectangle(plot, stroke: Stroke(Ink.frame))
  }

  private func drawHorizontal(on canvas: inout Canvas) {
    for (value, label) in Self.marks(horizontal, length: plot.width, room: 58) {
      let x = xScale.position(value)
      canvas.line(x, plot.y, x, plot.bottom, Stroke(Ink.rule))
      if horizontal.showsLabels {
        canvas.text(x, plot.bottom + 15, label, TextStyle(size: 10.5, anchor: .middle))
      }
    }
    canvas.text(
      plot.x + plot.width / 2, plot.bottom + 31, horizontal.title,
      TextStyle(size: 10.5, anchor: .middle, colour: Ink.faint))
  }

  private func drawVertical(on canvas: inout Canvas) {
    var widest = 0.0
    for (value, label) in Self.marks(vertical, length: plot.height, room: 38) {
      let y = yScale.position(value)
      canvas.line(plot.x, y, plot.right, y, Stroke(Ink.rule))
      guard vertical.showsLabels else { continue }
      canvas.text(
        plot.x - 6, y + 3.7, label, TextStyle(size: 10.5, anchor: .end, colour: vertical.colour))
      widest = max(widest, Canvas.width(of: label, size: 10.5))
    }
    let colour = vertical.colour == Ink.black ? Ink.faint : vertical.colour
    // Browsers without Helvetica take wider letters.
    canvas.text(
      plot.x - widest * 1.1 - 13, plot.y + plot.height / 2, vertical.title,
      TextStyle(size: 10.5, anchor: .middle, colour: colour, turn: -90))
  }

  /// A second vertical axis on the right, without grid lines of its own.
  func drawRight(_ axis: Axis, on canvas: inout Canvas) {
    let scale = Scale(
      domain: axis.domain, start: plot.bottom, end: plot.y, isLogarithmic: axis.isLogarithmic)
    var widest = 0.0
    for (value, label) in Self.marks(axis, length: plot.height, room: 38) {
      let y = scale.position(value)
      canvas.line(plot.right - 4, y, plot.right, y, Stroke(axis.colour))
      canvas.text(plot.right + 6, y + 3.7, label, TextStyle(size: 10.5, colour: axis.colour))
      widest = max(widest, Canvas.width(of: label, size: 10.5))
    }
    canvas.text(
      plot.right + widest + 20, plot.y + plot.height / 2, axis.title,
      TextStyle(size: 10.5, anchor: .middle, colour: axis.colour, turn: -90))
  }

  private static func marks(_ axis: Axis, length: Double, room: Double) -> [(Double, String)] {
    var ticks: Ticks
    if axis.isLogarithmic {
      ticks = .logarithmic(axis.domain)
    } else {
      ticks = .linear(axis.domain, count: max(2, Int(length / room)))
      if axis.isInteger {
        let whole = ticks.values.indices.filter { ticks.values[$0] == ticks.values[$0].rounded() }
        ticks = Ticks(
          values: whole.map { ticks.values[$0] },
          labels: whole.map { NumberText.fixed(ticks.values[$0], decimals: 0) })
      }
    }
    return Array(zip(ticks.values, ticks.labels))
  }
}

/// Coloured squares with names, right-aligned.
struct Legend {
  var entries: [(label: String, colour: Colour)]

  func draw(on canvas: inout Canvas, right: Double, top: Double) {
    let widest = entries.map { Canvas.width(of: $0.label, size: 10.5) }.max() ?? 0
    let left = right - widest - 20
    let back = Box(x: left - 4, y: top - 3, width: right - left + 8, height: Double(entries.count) * 15 + 4)
    canvas.rectangle(back, fill: Fill(.white, opacity: 0.85))
    for (index, entry) in entries.enumerated() {
      let y = top + Double(index) * 15
      canvas.rectangle(Box(x: left, y: y + 1, width: 10, height: 10), fill: Fill(entry.colour))
      canvas.text(left + 15, y + 10, entry.label, TextStyle(size: 10.5))
    }
  }
}

/// Short bars with names in a row, with room for a browser's wider letters.
struct KeyRow {
  var entries: [(label: String, stroke: Stroke)]

  var width: Double { entries.reduce(0) { $0 + Self.width(of: $1.label) } }

  private static func width(of label: String) -> Double { 45 + 1.12 * Canvas.width(of: label, size: 11) }

  func draw(on canvas: inout Canvas, left: Double, y: Double) {
    var x = left
    for entry in entries {
      canvas.line(x, y, x + 20, y, entry.stroke)
      canvas.text(x + 25, y + 4, entry.label, TextStyle(size: 11))
      x += Self.width(of: entry.label)
    }
  }
}

extension Stroke {
  static let best = Stroke(Ink.vermillion, width: 2, isRound: true)
  static let thinInk = Stroke(Ink.black, width: 0.5)
  static let dashed = Stroke(Ink.vermillion, width: 1.2, dashes: [6, 4])
}
