/// The history of an inversion, one value an iteration.
public struct ConvergenceHistory: Sendable, Equatable {
  public var iterations: [Double]
  /// Square root of the RMSE, mGal^½, and its ratio to that of the iteration before.
  public var l2Norm, deltaL2Norm: [Double]
  public var l2NormTolerance, deltaL2NormTolerance: Double?
  /// The iteration whose topography is the result.
  public var returned: Double?

  public init(
    iterations: [Double], l2Norm: [Double], deltaL2Norm: [Double], l2NormTolerance: Double? = nil,
    deltaL2NormTolerance: Double? = nil, returned: Double? = nil
  ) {
    (self.iterations, self.l2Norm, self.deltaL2Norm) = (iterations, l2Norm, deltaL2Norm)
    (self.l2NormTolerance, self.deltaL2NormTolerance) = (l2NormTolerance, deltaL2NormTolerance)
    self.returned = returned
  }
}

/// A score for each value of one parameter.
public struct ScoreCurve: Sendable, Equatable {
  public var title: String
  public var parameters, scores: [Double]
  public var parameterLabel, scoreLabel: String
  public var isParameterLogarithmic, isScoreLogarithmic: Bool
  /// Position of the best one.
  public var best: Int?

  public init(
    title: String, parameters: [Double], scores: [Double], parameterLabel: String, scoreLabel: String
  ) {
    (self.title, self.parameters, self.scores) = (title, parameters, scores)
    (self.parameterLabel, self.scoreLabel) = (parameterLabel, scoreLabel)
    (isParameterLogarithmic, isScoreLogarithmic) = (false, false)
    best = nil
  }
}

extension Figures {
  /// ℓ₂-norm and its relative change against the iteration, one under the other, with the tolerances that
  /// stop the inversion as dashed lines. Two panels instead of two axes on one: nobody has to ask which line
  /// is which.
  public static func convergence(_ history: ConvergenceHistory, title: String = "Convergence") -> SVGFigure {
    let last = max(history.iterations.max() ?? 1, 1)
    let first = min(history.iterations.min() ?? 0, last - 1)
    var canvas = Canvas()
    let room = (last - first) * 0.02
    func panel(_ title: String, _ box: Box, _ label: String, _ values: [Double], _ tolerance: Double?)
      -> ChartPanel
    {
      let isWide = (values.filter { $0 > 0 }.max() ?? 1) > 8 * (values.filter { $0 > 0 }.min() ?? 1)
      let seen = values + (tolerance.map { [$0] } ?? [])
      let isLower = box.y > 100
      return ChartPanel(
        title: title, plot: box,
        horizontal: .init(
          title: isLower ? "iteration" : "", domain: (first - room)...(last + room), isInteger: true,
          showsLabels: isLower),
        vertical: .init(
          title: label, domain: Scale.domain(of: seen, margin: 0.08, logarithmic: isWide),
          isLogarithmic: isWide))
    }
    let upper = panel(
      title, Box(x: 66, y: 34, width: 340, height: 130), "ℓ₂-norm, √mGal", history.l2Norm,
      history.l2NormTolerance)
    let lower = panel(
      "", Box(x: 66, y: 178, width: 340, height: 84), "change (ratio)", history.deltaL2Norm,
      history.deltaL2NormTolerance)
    for (panel, values, tolerance) in [
      (upper, history.l2Norm, history.l2NormTolerance),
      (lower, history.deltaL2Norm, history.deltaL2NormTolerance),
    ] {
      panel.draw(on: &canvas)
      drawHistory(panel, history, values, tolerance, on: &canvas)
    }
    return canvas.figure(width: 424, height: 302, label: title)
  }

  private static func drawHistory(
    _ panel: ChartPanel, _ history: ConvergenceHistory, _ values: [Double], _ tolerance: Double?,
    on canvas: inout Canvas
  ) {
    let points = zip(history.iterations, values).map { panel.point($0, $1) }
    if let tolerance, let end = panel.point(panel.horizontal.domain.upperBound, tolerance) {
      canvas.line(
        panel.plot.x, end.y, panel.plot.right, end.y, stroke: Ink.vermillion,
        "stroke-width=\"1.2\" stroke-dasharray=\"6 4\"")
      let key = Box(x: panel.plot.right - 128, y: panel.plot.y + 5, width: 122, height: 16)
      canvas.rectangle(key, fill: "#ffffff", "fill-opacity=\"0.85\"")
      canvas.line(
        key.x + 4, key.y + 8, key.x + 24, key.y + 8, stroke: Ink.vermillion,
        "stroke-width=\"1.2\" stroke-dasharray=\"6 4\"")
      canvas.text(
        key.x + 30, key.y + 12, "tolerance \(NumberText.significant(tolerance))",
        .init(size: 10.5, colour: Ink.vermillion))
    }
    canvas.polyline(points, stroke: Ink.blue, "stroke-width=\"1.8\" stroke-linejoin=\"round\"")
    if points.count <= 60 {
      for point in points { if let point { canvas.circle(point.x, point.y, radius: 2.4, fill: Ink.blue) } }
    }
    if let returned = history.returned, let index = history.iterations.firstIndex(of: returned),
      index < points.count, let point = points[index]
    {
      canvas.circle(
        point.x, point.y, radius: 5.5, fill: "none", "stroke=\"\(Canvas.ink)\" stroke-width=\"1.5\"")
    }
  }

  /// A score against one parameter, the best one marked.
  public static func curve(_ curve: ScoreCurve) -> SVGFigure {
    let order = curve.parameters.indices.sorted { (curve.parameters[$0], $0) < (curve.parameters[$1], $1) }
    let isLogX = curve.isParameterLogarithmic && curve.parameters.allSatisfy { $0 > 0 }
    let isLogY = curve.isScoreLogarithmic && PlotMath.finite(curve.scores).allSatisfy { $0 > 0 }
    let panel = ChartPanel(
      title: curve.title, plot: Box(x: 66, y: 34, width: 340, height: 228),
      horizontal: .init(
        title: curve.parameterLabel,
        domain: Scale.domain(of: curve.parameters, margin: 0.05, logarithmic: isLogX), isLogarithmic: isLogX),
      vertical: .init(
        title: curve.scoreLabel, domain: Scale.domain(of: curve.scores, margin: 0.08, logarithmic: isLogY),
        isLogarithmic: isLogY))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    let points = order.map { panel.point(curve.parameters[$0], curve.scores[$0]) }
    canvas.polyline(points, stroke: Ink.blue, "stroke-width=\"1.6\" stroke-linejoin=\"round\"")
    for point in points { if let point { canvas.circle(point.x, point.y, radius: 3.2, fill: Ink.blue) } }
    if let best = curve.best, curve.parameters.indices.contains(best),
      let point = panel.point(curve.parameters[best], curve.scores[best])
    {
      canvas.circle(
        point.x, point.y, radius: 7, fill: "none", "stroke=\"\(Ink.vermillion)\" stroke-width=\"2\"")
      let score = NumberText.significant(curve.scores[best])
      let label = "best \(NumberText.significant(curve.parameters[best])): \(score)"
      let isRight = point.x > panel.plot.x + panel.plot.width / 2
      let isLow = point.y > panel.plot.y + 26
      canvas.text(
        point.x + (isRight ? 6 : -6), point.y + (isLow ? -13 : 22), label,
        .init(size: 11, anchor: isRight ? "end" : "start", isBold: true, colour: Ink.vermillion))
    }
    return canvas.figure(width: 424, height: 302, label: curve.title)
  }
}
