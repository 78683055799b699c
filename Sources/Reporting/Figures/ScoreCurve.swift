/// A score for each value of one parameter.
public struct ScoreCurve: Sendable, Equatable {
  /// Above the curve.
  public var title: String
  public var parameters, scores: [Double]
  public var parameterLabel, scoreLabel: String
  public var isParameterLogarithmic, isScoreLogarithmic: Bool
  /// Position of the best one.
  public var best: Int?

  /// A score a parameter.
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
  /// A score against one parameter, the best one marked.
  public static func curve(_ curve: ScoreCurve) -> Figure {
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
    let places = order.map { panel.point(curve.parameters[$0], curve.scores[$0]) }
    canvas.polyline(places, Stroke(Ink.blue, width: 1.6, isRound: true))
    for place in places { if let place { canvas.circle(place, radius: 3.2, fill: Fill(Ink.blue)) } }
    if let best = curve.best, curve.parameters.indices.contains(best) {
      drawBest(curve, best, panel, on: &canvas)
    }
    return canvas.figure(width: 424, height: 302, label: curve.title)
  }

  private static func drawBest(
    _ curve: ScoreCurve, _ best: Int, _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    guard let place = panel.point(curve.parameters[best], curve.scores[best]) else { return }
    canvas.circle(place, radius: 7, stroke: .best)
    let score = NumberText.significant(curve.scores[best])
    let label = "best \(NumberText.significant(curve.parameters[best])): \(score)"
    let isRight = place.x > panel.plot.x + panel.plot.width / 2
    let isLow = place.y > panel.plot.y + 26
    let style = TextStyle(size: 11, anchor: isRight ? .end : .start, isBold: true, colour: Ink.vermillion)
    let (x, y) = (place.x + (isRight ? 6 : -6), place.y + (isLow ? -15 : 24))
    let width = Canvas.width(of: label, size: style.size, isBold: true)
    canvas.rectangle(
      Box(x: (isRight ? x - width : x) - 3, y: y - 11, width: width + 6, height: 15),
      fill: Fill(.white, opacity: 0.85))
    canvas.text(x, y, label, style)
  }
}
