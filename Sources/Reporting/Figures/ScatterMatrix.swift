/// Values that were drawn or tried for one parameter, or scores.
public struct SampledParameter: Sendable, Equatable {
  /// Of the setting.
  public var name: String
  /// Of the values; empty for none.
  public var unit: String
  /// A value a member or trial.
  public var values: [Double]
  /// Whether its axis is.
  public var isLogarithmic: Bool
  /// Of scores: the greatest is the best.
  public var isMaximised = false
  /// Values of one setting.
  public init(name: String, unit: String, values: [Double], isLogarithmic: Bool = false) {
    (self.name, self.unit, self.values, self.isLogarithmic) = (name, unit, values, isLogarithmic)
  }

  func prefix(_ count: Int) -> SampledParameter {
    var shortened = self
    shortened.values = Array(values.prefix(count))
    return shortened
  }

  var label: String { unit.isEmpty || unit == "1" ? name : "\(name), \(unit)" }

  var axis: ChartPanel.Axis {
    let isLogarithmic = isLogarithmic && PlotMath.finite(values).allSatisfy { $0 > 0 }
    return ChartPanel.Axis(
      title: label, domain: Scale.domain(of: values, margin: 0.07, logarithmic: isLogarithmic),
      isLogarithmic: isLogarithmic)
  }

  /// Colour limits of scores: from the best to what four in five reach; the worst may be anything.
  var limits: ClosedRange<Double> {
    let sorted = PlotMath.finite(values).sorted()
    guard !sorted.isEmpty else { return 0...1 }
    let left = sorted.count < 10 ? 0 : 0.2
    let low = PlotMath.percentile(sorted, isMaximised ? left : 0)
    let high = PlotMath.percentile(sorted, isMaximised ? 1 : 1 - left)
    return MapStyle.sequential.with(limits: low...max(low, high)).colourLimits(of: sorted)
  }
}

extension Figures {
  /// More dots than this in all panels together would make the drawing larger than a megabyte.
  private static let mostDots = 6000

  /// Every parameter against every other, each axis stretched over what was drawn: histograms with a rug on the
  /// diagonal, members as dots below it, coloured by `score` where one is given (missing scores are open
  /// circles).
  /// - Precondition: all columns have one value a member.
  public static func scatterMatrix(
    _ parameters: [SampledParameter], title: String, score: SampledParameter? = nil
  ) -> Figure {
    let count = parameters.count
    let members = parameters.first?.values.count ?? 0
    let drawn = min(members, mostDots / max(1, count * (count - 1) / 2))
    let cell = count <= 2 ? 190.0 : count <= 4 ? 140.0 : 104.0
    var canvas = Canvas()
    let heading = drawn < members && count > 1 ? "\(title) (dots: the first \(drawn) of \(members))" : title
    canvas.text(70, 18, heading, TextStyle(size: 13, isBold: true))
    for row in 0..<count {
      for column in 0...row {
        let box = Box(
          x: 84 + Double(column) * (cell + 12), y: 32 + Double(row) * (cell + 12), width: cell, height: cell)
        let panel = cellPanel(parameters, row, column, box)
        panel.draw(on: &canvas)
        if row == column {
          drawDiagonal(parameters[row], panel, on: &canvas)
        } else {
          let (first, second) = (parameters[column].prefix(drawn), parameters[row].prefix(drawn))
          drawDots(first, second, score, panel, on: &canvas)
        }
      }
    }
    let side = 84 + Double(count) * (cell + 12)
    let heard = 84 + Canvas.width(of: heading, size: 13, isBold: true)
    guard let score, PlotMath.finite(score.values).count > 1 else {
      return canvas.figure(width: max(side, heard), height: side - 14, label: title)
    }
    // The corner above the diagonal is free where there is one; a single panel has its bar beside it.
    let left = count == 1 ? side + 4 : max(side - cell, 200)
    ColourBar(limits: score.limits, map: .sequential, unit: score.label, values: score.values)
      .draw(on: &canvas, left: left, top: 50, height: min(cell - 8, 160))
    return canvas.figure(width: max(left + 130, side, heard), height: side - 14, label: title)
  }

  private static func cellPanel(
    _ parameters: [SampledParameter], _ row: Int, _ column: Int, _ box: Box
  ) -> ChartPanel {
    var horizontal = parameters[column].axis
    var vertical = parameters[row].axis
    if row < parameters.count - 1 { (horizontal.title, horizontal.showsLabels) = ("", false) }
    if row == column {
      let counts = diagonalCounts(parameters[row], horizontal)
      vertical = .init(
        title: "", domain: 0...(Double(max(counts.max() ?? 1, 1)) * 1.3), isInteger: true,
        showsLabels: false)
    }
    if column > 0 { (vertical.title, vertical.showsLabels) = ("", false) }
    return ChartPanel(title: "", plot: box, horizontal: horizontal, vertical: vertical)
  }

  /// Counts over equal parts of the axis, which are equal ratios where it is logarithmic.
  private static func diagonalCounts(_ parameter: SampledParameter, _ axis: ChartPanel.Axis) -> [Int] {
    let values = PlotMath.finite(parameter.values)
    let scale = Scale(domain: axis.domain, start: 0, end: 1, isLogarithmic: axis.isLogarithmic)
    return Histogram.counts(
      values.map(scale.position), in: 0...1, bins: Histogram.binCount(values.count))
  }

  private static func drawDiagonal(
    _ parameter: SampledParameter, _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    let counts = diagonalCounts(parameter, panel.horizontal)
    let width = panel.plot.width / Double(counts.count)
    for (bin, count) in counts.enumerated() where count > 0 {
      let top = panel.yScale.position(Double(count))
      canvas.rectangle(
        Box(x: panel.plot.x + Double(bin) * width, y: top, width: width, height: panel.plot.bottom - top),
        fill: Fill(Ink.blue, opacity: 0.6), stroke: Stroke(.white, width: 0.6))
    }
    for value in PlotMath.finite(parameter.values).prefix(300) {
      let x = panel.xScale.position(value)
      canvas.line(x, panel.plot.bottom - 5, x, panel.plot.bottom, Stroke(Ink.black, opacity: 0.6))
    }
    canvas.rectangle(panel.plot, stroke: Stroke(Ink.frame))
    canvas.text(panel.plot.x + 6, panel.plot.y + 14, parameter.name, TextStyle(size: 11, isBold: true))
  }

  static func drawDots(
    _ first: SampledParameter, _ second: SampledParameter, _ score: SampledParameter?, _ panel: ChartPanel,
    on canvas: inout Canvas, look: (radius: Double, stroke: Stroke) = (3, .thinInk)
  ) {
    let limits = score?.limits
    for index in first.values.indices {
      guard let place = panel.point(first.values[index], second.values[index]) else { continue }
      var fill: Fill? = Fill(Ink.blue)
      if let score, let limits {
        let value = score.values[index]
        let fraction = (value - limits.lowerBound) / (limits.upperBound - limits.lowerBound)
        fill = value.isFinite ? Fill(ColourMap.sequential.colour(at: fraction)) : nil
      }
      canvas.circle(place, radius: look.radius, fill: fill, stroke: look.stroke)
    }
  }
}
