/// Axes with a frame, grid lines, tick marks and titles, to be drawn anywhere on a canvas.
struct ChartPanel {
  struct Axis {
    var title: String
    var domain: ClosedRange<Double>
    var isLogarithmic = false
    /// Marks at whole numbers only.
    var isInteger = false
    var showsLabels = true
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

  func point(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
    let usable =
      x.isFinite && y.isFinite && (!horizontal.isLogarithmic || x > 0) && (!vertical.isLogarithmic || y > 0)
    guard usable else { return nil }
    // Far outside positions are pulled near the frame so that coordinates stay small.
    let (px, py) = (xScale.position(x), yScale.position(y))
    return (min(max(px, plot.x - 4000), plot.right + 4000), min(max(py, plot.y - 4000), plot.bottom + 4000))
  }

  func draw(on canvas: inout Canvas) {
    if !title.isEmpty { canvas.text(plot.x, plot.y - 10, title, .init(size: 13, isBold: true)) }
    let quiet = Canvas.TextStyle(size: 10.5, anchor: "middle", colour: Canvas.faint)
    for (value, label) in marks(horizontal, length: plot.width, room: 58) {
      let x = xScale.position(value)
      canvas.line(x, plot.y, x, plot.bottom, stroke: "#eceef1")
      if horizontal.showsLabels {
        canvas.text(x, plot.bottom + 15, label, .init(size: 10.5, anchor: "middle"))
      }
    }
    var widest = 0.0
    for (value, label) in marks(vertical, length: plot.height, room: 38) {
      let y = yScale.position(value)
      canvas.line(plot.x, y, plot.right, y, stroke: "#eceef1")
      if vertical.showsLabels {
        canvas.text(plot.x - 6, y + 3.7, label, .init(size: 10.5, anchor: "end"))
        widest = max(widest, Canvas.width(of: label, size: 10.5))
      }
    }
    canvas.rectangle(plot, stroke: "#8a929b", "stroke-width=\"1\"")
    if !horizontal.title.isEmpty {
      canvas.text(plot.x + plot.width / 2, plot.bottom + 31, horizontal.title, quiet)
    }
    if !vertical.title.isEmpty {
      var turned = quiet
      turned.turn = -90
      canvas.text(plot.x - widest - 14, plot.y + plot.height / 2, vertical.title, turned)
    }
  }

  private func marks(_ axis: Axis, length: Double, room: Double) -> [(Double, String)] {
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

/// Colours that stay apart for the colour-blind.
enum Ink {
  static let blue = "#0072b2"
  static let vermillion = "#d55e00"
  static let green = "#009e73"
  static let purple = "#aa4499"
  static let grey = "#8a929b"
}
