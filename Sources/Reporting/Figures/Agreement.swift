extension Figures {
  /// One quantity against another that should equal it, with the line of equality (and of `multiples` of it):
  /// dots, or of many pairs the number in each cell, darker for more.
  public static func agreement(
    _ first: SampledParameter, _ second: SampledParameter, title: String, multiples: [Double] = []
  ) -> Figure {
    let sorted = PlotMath.finite(first.values + second.values).sorted()
    let bounds = [PlotMath.percentile(sorted, 0), PlotMath.percentile(sorted, 1)]
    let domain = Scale.domain(of: bounds, margin: 0.05)
    let own = multiples.isEmpty ? domain : Scale.domain(of: second.values, margin: 0.06)
    let panel = ChartPanel(
      title: title, plot: Box(x: 74, y: 40, width: 250, height: 250),
      horizontal: .init(
        title: first.label, domain: multiples.isEmpty ? domain : Scale.domain(of: first.values, margin: 0.06)),
      vertical: .init(title: second.label, domain: own))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    if first.values.count > mostSingleDots {
      drawDensity(first, second, panel, on: &canvas)
    } else {
      for (x, y) in zip(first.values, second.values) {
        guard let place = panel.point(x, y) else { continue }
        canvas.circle(place, radius: 2.4, fill: Fill(Ink.blue, opacity: 0.45))
      }
    }
    for multiple in [1] + multiples {
      let ends = [panel.horizontal.domain.lowerBound, panel.horizontal.domain.upperBound]
      let places = ends.compactMap { panel.point($0, multiple * $0) }
      for (start, end) in LineClip.pieces(places, panel.plot) {
        guard let start else { continue }
        let stroke = multiple == 1 ? Stroke(Ink.black, width: 1.3) : Stroke(Ink.black, dashes: [5, 3])
        canvas.line(start.x, start.y, end.x, end.y, stroke)
      }
    }
    return canvas.figure(width: 344, height: 334, label: title)
  }

  /// More dots hide each other.
  private static let mostSingleDots = 600
  private static let densityCells = 72

  private static func drawDensity(
    _ first: SampledParameter, _ second: SampledParameter, _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    let side = Double(densityCells)
    var counts = [Int](repeating: 0, count: densityCells * densityCells)
    for (x, y) in zip(first.values, second.values) {
      guard let place = panel.inside(x, y) else { continue }
      let column = Int((place.x - panel.plot.x) / panel.plot.width * side)
      let row = Int((place.y - panel.plot.y) / panel.plot.height * side)
      counts[min(max(row, 0), densityCells - 1) * densityCells + min(max(column, 0), densityCells - 1)] += 1
    }
    let most = Double(counts.max() ?? 1)
    // Square roots, so that a single pair is seen beside a cell of hundreds.
    let cells = counts.map { count in
      count == 0 ? 0 : UInt8(1 + ((Double(count) / most).squareRoot() * 30).rounded())
    }
    let palette = [Colour.white] + (0...30).map { ColourMap.density.colour(at: Double($0) / 30) }
    canvas.image(
      Picture(width: densityCells, height: densityCells, cells: .indexed(cells, palette: palette)), panel.plot
    )
    canvas.rectangle(panel.plot, stroke: Stroke(Ink.frame))
  }
}
