/// Values that were drawn for one parameter.
public struct SampledParameter: Sendable, Equatable {
  public var name: String
  public var unit: String
  public var values: [Double]
  public var isLogarithmic: Bool
  public init(name: String, unit: String, values: [Double], isLogarithmic: Bool = false) {
    (self.name, self.unit, self.values, self.isLogarithmic) = (name, unit, values, isLogarithmic)
  }

  func prefix(_ count: Int) -> SampledParameter {
    var shortened = self
    shortened.values = Array(values.prefix(count))
    return shortened
  }

  var label: String { unit.isEmpty || unit == "1" ? name : "\(name), \(unit)" }
}

extension Figures {
  /// More dots than this in all panels together would make the drawing larger than a megabyte.
  private static let mostDots = 6000

  /// Every parameter against every other: histograms on the diagonal, members as dots below it, coloured by
  /// `score` where one is given (missing scores are open circles).
  /// - Precondition: all columns have one value a member.
  public static func scatterMatrix(
    _ parameters: [SampledParameter], title: String, score: SampledParameter? = nil
  ) -> SVGFigure {
    let count = parameters.count
    let members = parameters.first?.values.count ?? 0
    let drawn = min(members, mostDots / max(1, count * (count - 1) / 2))
    let cell = count <= 2 ? 190.0 : count <= 4 ? 140.0 : 104.0
    var canvas = Canvas()
    let heading = drawn < members && count > 1 ? "\(title) (dots: the first \(drawn) of \(members))" : title
    canvas.text(70, 18, heading, .init(size: 13, isBold: true))
    for row in 0..<count {
      for column in 0...row {
        let isLast = row == count - 1
        let box = Box(
          x: 74 + Double(column) * (cell + 10), y: 32 + Double(row) * (cell + 10), width: cell, height: cell)
        let panel = cellPanel(parameters, row, column, box, isLast: isLast)
        panel.draw(on: &canvas)
        if row == column {
          drawDiagonal(parameters[row], panel, on: &canvas)
        } else {
          let (first, second) = (parameters[column].prefix(drawn), parameters[row].prefix(drawn))
          drawDots(first, second, score, panel, on: &canvas)
        }
      }
    }
    let side = 74 + Double(count) * (cell + 10)
    if let score, PlotMath.finite(score.values).count > 1 {
      ColourBar(limits: scoreLimits(score), map: .sequential, unit: score.label, values: score.values)
        .draw(on: &canvas, left: side + 8, top: 46, height: min(cell, 160))
    }
    return canvas.figure(width: side + (score == nil ? 12 : 130), height: side - 6, label: title)
  }

  /// Scattered trials of two parameters coloured by their score, the best one ringed.
  public static func scoreScatter(
    _ first: SampledParameter, _ second: SampledParameter, score: SampledParameter, best: Int?, title: String
  ) -> SVGFigure {
    let panel = ChartPanel(
      title: title, plot: Box(x: 74, y: 40, width: 300, height: 220), horizontal: axis(first),
      vertical: axis(second))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    drawDots(first, second, score, panel, on: &canvas, radius: 5)
    if let best, score.values.indices.contains(best),
      let place = panel.point(first.values[best], second.values[best])
    {
      canvas.circle(
        place.x, place.y, radius: 9, fill: "none", "stroke=\"\(Ink.vermillion)\" stroke-width=\"2\"")
    }
    ColourBar(limits: scoreLimits(score), map: .sequential, unit: score.label, values: score.values)
      .draw(on: &canvas, left: panel.plot.right + 8, top: 48, height: 212)
    return canvas.figure(width: 488, height: 302, label: title)
  }

  private static func axis(_ parameter: SampledParameter) -> ChartPanel.Axis {
    let isLogarithmic = parameter.isLogarithmic && PlotMath.finite(parameter.values).allSatisfy { $0 > 0 }
    return ChartPanel.Axis(
      title: parameter.label,
      domain: Scale.domain(of: parameter.values, margin: 0.07, logarithmic: isLogarithmic),
      isLogarithmic: isLogarithmic)
  }

  private static func cellPanel(
    _ parameters: [SampledParameter], _ row: Int, _ column: Int, _ box: Box, isLast: Bool
  ) -> ChartPanel {
    var horizontal = axis(parameters[column])
    var vertical = axis(parameters[row])
    if !isLast { (horizontal.title, horizontal.showsLabels) = ("", false) }
    if row == column {
      let values = PlotMath.finite(parameters[row].values)
      horizontal.isLogarithmic = false
      horizontal.domain = Scale.domain(of: values, margin: 0.07)
      let most =
        Histogram.counts(values, in: horizontal.domain, bins: Histogram.binCount(values.count)).max() ?? 1
      vertical = .init(
        title: "", domain: 0...(Double(max(most, 1)) * 1.15), isInteger: true, showsLabels: false)
    }
    if column > 0 { (vertical.title, vertical.showsLabels) = ("", false) }
    return ChartPanel(title: "", plot: box, horizontal: horizontal, vertical: vertical)
  }

  private static func drawDiagonal(
    _ parameter: SampledParameter, _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    let values = PlotMath.finite(parameter.values)
    let bins = Histogram.binCount(values.count)
    let counts = Histogram.counts(values, in: panel.horizontal.domain, bins: bins)
    let width = panel.plot.width / Double(bins)
    for (bin, count) in counts.enumerated() where count > 0 {
      let top = panel.yScale.position(Double(count))
      canvas.rectangle(
        Box(x: panel.plot.x + Double(bin) * width, y: top, width: width, height: panel.plot.bottom - top),
        fill: Ink.blue, stroke: "#ffffff", "fill-opacity=\"0.6\" stroke-width=\"0.6\"")
    }
    for value in values.prefix(300) {
      let x = panel.xScale.position(value)
      canvas.line(
        x, panel.plot.bottom - 5, x, panel.plot.bottom, stroke: Canvas.ink, "stroke-opacity=\"0.6\"")
    }
    canvas.text(panel.plot.x + 6, panel.plot.y + 14, parameter.name, .init(size: 11, isBold: true))
  }

  private static func drawDots(
    _ first: SampledParameter, _ second: SampledParameter, _ score: SampledParameter?, _ panel: ChartPanel,
    on canvas: inout Canvas, radius: Double = 3
  ) {
    let limits = score.map(scoreLimits)
    for index in first.values.indices {
      guard let place = panel.point(first.values[index], second.values[index]) else { continue }
      var fill = Ink.blue
      if let score, let limits {
        let value = score.values[index]
        let fraction = (value - limits.lowerBound) / (limits.upperBound - limits.lowerBound)
        fill = value.isFinite ? ColourMap.sequential.colour(at: fraction).hexadecimal : "none"
      }
      canvas.circle(
        place.x, place.y, radius: radius, fill: fill, "stroke=\"\(Canvas.ink)\" stroke-width=\"0.5\"")
    }
  }

  private static func scoreLimits(_ score: SampledParameter) -> ClosedRange<Double> {
    let kept = PlotMath.finite(score.values)
    guard let low = kept.min(), let high = kept.max() else { return 0...1 }
    return MapStyle.sequential.with(limits: low...high).colourLimits(of: kept)
  }
}
