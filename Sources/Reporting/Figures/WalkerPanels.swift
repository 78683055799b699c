/// Draws of walkers in the order that they were made, their ranks, and how soon they forget.
extension Figures {
  /// Points of all lines together; more would make the drawing larger than a megabyte.
  private static let mostPoints = 24_000
  private static let colours = [
    Ink.blue, Ink.vermillion, Ink.green, Ink.purple, Colour(0x56b4e9), Colour(0xb8860b), Ink.grey, Ink.black,
  ]

  /// A panel a setting, a line a walker: lines that lie on each other agree.
  /// - Precondition: rows of walkers are rows of the settings and of `iterations`.
  static func chains(
    _ settings: [SampledParameter], walkers: [[Int]], iterations: [Double], title: String
  ) -> Figure {
    let (width, height) = (560.0, settings.count == 1 ? 200.0 : 120.0)
    let domain = PlotMath.finite(iterations)
    let first = domain.min() ?? 0
    let reach = first...max(first + 1, domain.max() ?? 1)
    let step = max(1, settings.count * iterations.count / mostPoints)
    var canvas = Canvas()
    canvas.text(84, 18, title, TextStyle(size: 13, isBold: true))
    for (index, setting) in settings.enumerated() {
      let isLast = index == settings.count - 1
      let panel = ChartPanel(
        title: "", plot: Box(x: 84, y: 30 + Double(index) * (height + 14), width: width, height: height),
        horizontal: .init(
          title: isLast ? "iteration" : "", domain: reach, isInteger: true, showsLabels: isLast),
        vertical: setting.axis)
      panel.draw(on: &canvas)
      for (number, rows) in walkers.enumerated() {
        let places = stride(from: 0, to: rows.count, by: step).map { place in
          panel.inside(iterations[rows[place]], setting.values[rows[place]])
        }
        canvas.polyline(places, Stroke(colours[number % colours.count], width: 0.8, opacity: 0.7))
      }
    }
    let bottom = 30 + Double(settings.count) * (height + 14)
    return canvas.figure(
      width: max(84 + width + 14, 98 + Canvas.width(of: title, size: 13, isBold: true)), height: bottom + 28,
      label: title)
  }

  /// A panel a setting, a row a walker, twenty columns of ranks among all draws: even colour where all walkers draw from the same
  /// distribution.
  /// - Precondition: as of `chains`.
  static func ranks(_ settings: [SampledParameter], walkers: [[Int]], title: String) -> Figure {
    let bins = 20
    let (width, row) = (360.0, walkers.count > 8 ? 9.0 : 14.0)
    let height = row * Double(walkers.count)
    let counts = settings.map { rankCounts($0.values, walkers, bins: bins) }
    let expected = walkers.map { Double($0.count) / Double(bins) }
    let share = counts.flatMap { zip($0, expected).flatMap { row, expected in row.map { $0 / expected } } }
    let most = min(4, max(2, share.max() ?? 2))
    var canvas = Canvas()
    canvas.text(84, 18, title, TextStyle(size: 13, isBold: true))
    for (index, setting) in settings.enumerated() {
      let isLast = index == settings.count - 1
      let panel = ChartPanel(
        title: setting.name,
        plot: Box(x: 84, y: 48 + Double(index) * (height + 40), width: width, height: height),
        horizontal: .init(
          title: isLast ? "rank among all draws, %" : "", domain: 0...100, showsLabels: isLast),
        vertical: .init(
          title: "walker", domain: 0.5...(Double(walkers.count) + 0.5), isInteger: true))
      panel.draw(on: &canvas)
      for (walker, counts) in counts[index].enumerated() {
        for (bin, count) in counts.enumerated() {
          let side = width / Double(bins)
          let box = Box(
            x: 84 + Double(bin) * side, y: panel.plot.bottom - Double(walker + 1) * row, width: side,
            height: row)
          canvas.rectangle(
            box, fill: Fill(ColourMap.sequential.colour(at: min(1, count / expected[walker] / most))))
        }
      }
      canvas.rectangle(panel.plot, stroke: Stroke(Ink.frame))
    }
    let bottom = 48 + Double(settings.count) * (height + 40)
    ColourBar(limits: 0...most, map: .sequential, unit: "share of an even one", values: share)
      .draw(on: &canvas, left: 84 + width + 16, top: 48, height: max(70, min(height, 160)))
    return canvas.figure(
      width: max(84 + width + 150, 98 + Canvas.width(of: title, size: 13, isBold: true)),
      height: max(bottom, 160), label: title)
  }

  /// How many draws of each walker have their rank in each of equal parts; equal draws have the mean of their ranks.
  static func rankCounts(_ values: [Double], _ walkers: [[Int]], bins: Int) -> [[Double]] {
    let rows = walkers.flatMap(\.self).filter { values[$0].isFinite }
    let order = rows.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks: [Int: Double] = [:]
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = 0.5 * Double(start + end) / Double(order.count) }
      start = end
    }
    return walkers.map { rows in
      var counts = [Double](repeating: 0, count: bins)
      for row in rows {
        if let rank = ranks[row] { counts[min(bins - 1, Int(rank * Double(bins)))] += 1 }
      }
      return counts
    }
  }

  /// A line a setting over the iterations between two draws.
  static func autocorrelation(_ settings: [SampledParameter], lags: [Double], title: String) -> Figure {
    let low = min(-0.1, PlotMath.finite(settings.flatMap(\.values)).min() ?? 0)
    let panel = ChartPanel(
      title: title, plot: Box(x: 66, y: 34, width: 420, height: 220),
      horizontal: .init(
        title: "iterations between two draws", domain: 0...max(1, lags.last ?? 1), isInteger: true),
      vertical: .init(title: "correlation", domain: max(-1, low)...1.02))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    let zero = panel.yScale.position(0)
    canvas.line(panel.plot.x, zero, panel.plot.right, zero, Stroke(Ink.frame))
    var entries: [(label: String, stroke: Stroke)] = []
    for (index, setting) in settings.enumerated() {
      let stroke = Stroke(colours[index % colours.count], width: 1.6, isRound: true)
      canvas.polyline(zip(lags, setting.values).map { panel.inside($0, $1) }, stroke)
      entries.append((setting.name, stroke))
    }
    // As many names a line as there is room for.
    var rows: [KeyRow] = []
    for entry in entries.prefix(colours.count) {
      if let last = rows.last, KeyRow(entries: last.entries + [entry]).width < panel.plot.width + 40 {
        rows[rows.count - 1].entries.append(entry)
      } else {
        rows.append(KeyRow(entries: [entry]))
      }
    }
    for (index, row) in rows.enumerated() {
      row.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 50 + Double(index) * 18)
    }
    let widest = max(panel.plot.width + 14, rows.map(\.width).max() ?? 0)
    return canvas.figure(
      width: panel.plot.x + max(widest, Canvas.width(of: title, size: 13, isBold: true) + 14),
      height: panel.plot.bottom + 42 + Double(rows.count) * 18, label: title)
  }
}
