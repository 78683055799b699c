/// The history of an inversion, one value an iteration.
public struct ConvergenceHistory: Sendable, Equatable {
  /// Their numbers.
  public var iterations: [Double]
  /// Square root of the RMSE, mGal^½, and its ratio to that of the iteration before.
  public var l2Norm, deltaL2Norm: [Double]
  public var l2NormTolerance, deltaL2NormTolerance: Double?
  /// The iteration whose topography is the result.
  public var returned: Double?

  /// Norms of each iteration and the tolerances that they are to meet.
  public init(
    iterations: [Double], l2Norm: [Double], deltaL2Norm: [Double], l2NormTolerance: Double? = nil,
    deltaL2NormTolerance: Double? = nil, returned: Double? = nil
  ) {
    (self.iterations, self.l2Norm, self.deltaL2Norm) = (iterations, l2Norm, deltaL2Norm)
    (self.l2NormTolerance, self.deltaL2NormTolerance) = (l2NormTolerance, deltaL2NormTolerance)
    self.returned = returned
  }
}

extension Figures {
  /// ℓ₂-norm (left axis, blue) and its relative change (right axis, green) against the iteration. The axes are
  /// shifted so that both tolerances lie on one dashed line: an inversion goes on while both curves are above.
  /// - Parameter isLogarithmic: of both norms; nil lets their spread decide.
  public static func convergence(
    _ history: ConvergenceHistory, title: String = "Convergence", isLogarithmic: Bool? = nil
  ) -> Figure {
    let norms = ToleranceAxis(history.l2Norm, history.l2NormTolerance, isLogarithmic)
    let changes = ToleranceAxis(history.deltaL2Norm, history.deltaL2NormTolerance, isLogarithmic)
    let (left, right) = ToleranceAxis.aligned(norms, changes)
    let last = max(history.iterations.max() ?? 1, 1)
    let first = min(history.iterations.min() ?? 0, last - 1)
    let room = (last - first) * 0.02
    let panel = ChartPanel(
      title: title, plot: Box(x: 66, y: 34, width: 320, height: 206),
      horizontal: .init(title: "iteration", domain: (first - room)...(last + room), isInteger: true),
      vertical: .init(
        title: "ℓ₂-norm, √mGal", domain: left, isLogarithmic: norms.isLogarithmic, colour: Ink.blue))
    var second = panel
    second.vertical = .init(
      title: "change of the norm (ratio)", domain: right, isLogarithmic: changes.isLogarithmic,
      colour: Ink.green)
    var canvas = Canvas()
    panel.draw(on: &canvas)
    panel.drawRight(second.vertical, on: &canvas)
    drawTolerances(history, panel, second, on: &canvas)
    for (panel, values) in [(second, history.deltaL2Norm), (panel, history.l2Norm)] {
      drawHistory(panel, history, values, on: &canvas)
    }
    return canvas.figure(width: 452, height: 302, label: title)
  }

  private static func drawTolerances(
    _ history: ConvergenceHistory, _ left: ChartPanel, _ right: ChartPanel, on canvas: inout Canvas
  ) {
    var texts: [String] = []
    var heights: [Double] = []
    for (panel, tolerance, name) in [
      (left, history.l2NormTolerance, "norm"), (right, history.deltaL2NormTolerance, "change"),
    ] {
      guard let tolerance, let place = panel.inside(panel.horizontal.domain.upperBound, tolerance) else {
        continue
      }
      texts.append("\(name) \(NumberText.significant(tolerance))")
      if !heights.contains(where: { abs($0 - place.y) < 0.5 }) { heights.append(place.y) }
    }
    for y in heights { canvas.line(left.plot.x, y, left.plot.right, y, .dashed) }
    guard !texts.isEmpty else { return }
    let y = left.plot.bottom + 49
    canvas.line(left.plot.x, y, left.plot.x + 24, y, .dashed)
    canvas.text(
      left.plot.x + 30, y + 4, "tolerances: " + texts.joined(separator: ", "),
      TextStyle(size: 10.5, colour: Ink.vermillion))
  }

  private static func drawHistory(
    _ panel: ChartPanel, _ history: ConvergenceHistory, _ values: [Double], on canvas: inout Canvas
  ) {
    let places = zip(history.iterations, values).map { panel.inside($0, $1) }
    let colour = panel.vertical.colour
    canvas.polyline(places, Stroke(colour, width: 1.8, isRound: true))
    if places.count <= 60 {
      for place in places { if let place { canvas.circle(place, radius: 2.4, fill: Fill(colour)) } }
    }
    guard colour == Ink.blue, let returned = history.returned,
      let index = history.iterations.firstIndex(of: returned), index < places.count, let place = places[index]
    else { return }
    canvas.circle(place, radius: 5.5, stroke: Stroke(Ink.black, width: 1.5))
  }
}

/// Values that fall towards a tolerance, on an axis of their own.
struct ToleranceAxis {
  let isLogarithmic: Bool
  /// On the axis' scale: decades where it is logarithmic.
  private let low, high: Double
  private let tolerance: Double?

  init(_ values: [Double], _ tolerance: Double?, _ wish: Bool?) {
    let positive = PlotMath.finite(values).filter { $0 > 0 }
    let isWide = (positive.max() ?? 1) > 8 * (positive.min() ?? 1)
    isLogarithmic =
      (wish ?? isWide) && positive.count == PlotMath.finite(values).count && (tolerance ?? 1) > 0
    let seen = values + (tolerance.map { [$0] } ?? [])
    let domain = Scale.domain(of: seen, margin: 0.06, logarithmic: isLogarithmic)
    let scaled = { [isLogarithmic] (value: Double) in isLogarithmic ? PlotMath.log10(value) : value }
    (low, high) = (scaled(domain.lowerBound), scaled(domain.upperBound))
    self.tolerance = tolerance.map(scaled)
  }

  /// Domains of two axes with their tolerances at the same height, where both have one: the height that
  /// stretches the two least.
  static func aligned(
    _ first: ToleranceAxis, _ second: ToleranceAxis
  ) -> (ClosedRange<Double>, ClosedRange<Double>) {
    guard let one = first.tolerance, let other = second.tolerance else {
      return (first.own, second.own)
    }
    let heights = (1...17).map { Double($0) * 0.05 }
    func stretch(_ height: Double) -> Double {
      first.span(one, at: height) / (first.high - first.low)
        + second.span(other, at: height) / (second.high - second.low)
    }
    let best = heights.min { stretch($0) < stretch($1) } ?? 0.1
    return (first.domain(one, at: best), second.domain(other, at: best))
  }

  private var own: ClosedRange<Double> {
    let ends = [low, high] + (tolerance.map { [$0] } ?? [])
    return raised(ends.min() ?? low, ends.max() ?? high)
  }

  /// Length of the axis that shows every value when the tolerance is at this part of its height.
  private func span(_ tolerance: Double, at height: Double) -> Double {
    max((tolerance - low) / height, (high - tolerance) / (1 - height))
  }

  private func domain(_ tolerance: Double, at height: Double) -> ClosedRange<Double> {
    let span = span(tolerance, at: height)
    return raised(tolerance - height * span, tolerance + (1 - height) * span)
  }

  private func raised(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    isLogarithmic ? PlotMath.power10(low)...PlotMath.power10(high) : low...high
  }
}
