/// The density of a setting before and after the data, at values of its own.
struct MarginalDensity {
  var name, unit: String
  var values, prior, posterior: [Double]
  /// By importance weights.
  var weightedMean: Double

  var label: String { unit.isEmpty || unit == "1" ? name : "\(name), \(unit)" }
}

extension Figures {
  /// A panel a setting: the prior in grey, what was fitted in blue, each to its own greatest density, since a posterior may be
  /// a thousand times narrower; and the mean by importance weights.
  static func marginals(_ settings: [MarginalDensity], title: String) -> Figure {
    let columns = settings.count <= 4 ? min(settings.count, 2) : 4
    let (width, height) = columns <= 2 ? (230.0, 120.0) : (150.0, 84.0)
    var canvas = Canvas()
    canvas.text(24, 18, title, TextStyle(size: 13, isBold: true))
    KeyRow(entries: [
      ("prior", Stroke(Ink.grey, width: 6)), ("posterior", Stroke(Ink.blue, width: 2)),
      ("weighted mean", .dashed),
    ]).draw(on: &canvas, left: 24, y: 34)
    for (index, setting) in settings.enumerated() {
      let (row, column) = (index / columns, index % columns)
      let box = Box(
        x: 24 + Double(column) * (width + 34), y: 66 + Double(row) * (height + 62), width: width,
        height: height)
      draw(setting, in: box, on: &canvas)
    }
    let rows = (settings.count + columns - 1) / columns
    return canvas.figure(
      width: max(24 + Double(columns) * (width + 34), 340), height: 66 + Double(rows) * (height + 62) - 14,
      label: title)
  }

  private static func draw(_ setting: MarginalDensity, in box: Box, on canvas: inout Canvas) {
    let low = setting.values.min() ?? 0
    let high = setting.values.max() ?? 1
    let panel = ChartPanel(
      title: "", plot: box, horizontal: .init(title: setting.label, domain: low...max(high, low.nextUp)),
      vertical: .init(title: "", domain: 0...1.12, showsLabels: false))
    panel.draw(on: &canvas)
    for (densities, isPrior) in [(setting.prior, true), (setting.posterior, false)] {
      let greatest = PlotMath.finite(densities).max() ?? 0
      guard greatest > 0 else { continue }
      let places = zip(setting.values, densities).compactMap { panel.point($0, $1 / greatest) }
      guard let first = places.first, let last = places.last else { continue }
      var area = Path()
      area.polygon(
        [Place(first.x, panel.plot.bottom)] + places + [Place(last.x, panel.plot.bottom)])
      let colour = isPrior ? Ink.grey : Ink.blue
      canvas.path(area, fill: Fill(colour, opacity: isPrior ? 0.3 : 0.35))
      canvas.polyline(places, Stroke(colour, width: isPrior ? 1 : 1.8, isRound: true))
    }
    if let foot = panel.inside(setting.weightedMean, 0) {
      canvas.line(foot.x, box.y, foot.x, box.bottom, .dashed)
    }
    canvas.rectangle(box, stroke: Stroke(Ink.frame))
  }

  /// A bound with two standard errors to either side against model runs. The first rounds may lie far below: the axis shows
  /// what the second half of the rounds spans, and the rest stands as marks at its foot.
  static func boundTrace(
    runs: [Double], bounds: [Double], errors: [Double], title: String
  ) -> Figure {
    let rows = bounds.indices.filter { bounds[$0].isFinite && runs[$0].isFinite }
    let late = rows.suffix(max(2, (rows.count + 1) / 2))
    let spread = late.flatMap { [bounds[$0] - 2 * errors[$0], bounds[$0] + 2 * errors[$0]] }
    let domain = Scale.domain(of: PlotMath.finite(spread + late.map { bounds[$0] }), margin: 0.35)
    let panel = ChartPanel(
      title: title, plot: Box(x: 74, y: 34, width: 320, height: 206),
      horizontal: .init(
        title: "model runs", domain: Scale.domain(of: rows.map { runs[$0] } + [0], margin: 0.03)),
      vertical: .init(title: "evidence lower bound ± 2 standard errors", domain: domain))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    var line: [Place?] = []
    for row in rows {
      guard let place = panel.inside(runs[row], bounds[row]) else {
        line.append(nil)
        mark(runs[row], isBelow: bounds[row] < domain.lowerBound, panel, on: &canvas)
        continue
      }
      line.append(place)
      let ends = [-2.0, 2].map { bounds[row] + $0 * (errors[row].isFinite ? errors[row] : 0) }
      let clipped = ends.map { min(domain.upperBound, max(domain.lowerBound, $0)) }
      if let foot = panel.point(runs[row], clipped[0]), let top = panel.point(runs[row], clipped[1]) {
        canvas.line(foot.x, foot.y, top.x, top.y, Stroke(Ink.blue, width: 1, opacity: 0.6))
      }
      canvas.circle(place, radius: 2.4, fill: Fill(Ink.blue))
    }
    canvas.polyline(line, Stroke(Ink.blue, width: 1.4, isRound: true))
    return canvas.figure(width: 412, height: 284, label: title)
  }

  /// A triangle at the edge that a point lies beyond.
  private static func mark(_ x: Double, isBelow: Bool, _ panel: ChartPanel, on canvas: inout Canvas) {
    let place = panel.xScale.position(x)
    let (edge, inner) =
      isBelow ? (panel.plot.bottom - 2, panel.plot.bottom - 9) : (panel.plot.y + 2, panel.plot.y + 9)
    var path = Path()
    path.polygon([Place(place, edge), Place(place - 4, inner), Place(place + 4, inner)])
    canvas.path(path, fill: Fill(Ink.faint))
  }
}
