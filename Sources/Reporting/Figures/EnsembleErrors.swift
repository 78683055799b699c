/// Standard errors of an ensemble's mean and deviation as it grows.
public struct EnsembleErrors: Sendable, Equatable {
  public var members, meanError, deviationError: [Double]
  /// Of both errors.
  public var unit: String

  /// Errors at numbers of members.
  public init(members: [Double], meanError: [Double], deviationError: [Double], unit: String) {
    (self.members, self.meanError, self.deviationError) = (members, meanError, deviationError)
    self.unit = unit
  }
}

extension Figures {
  /// Both errors against the number of members, and the slope 1/√members that independent members have.
  public static func ensembleErrors(
    _ errors: EnsembleErrors, title: String = "Errors of the ensemble", logarithmic: Set<PlotAxis> = [.x, .y]
  ) -> Figure {
    let seen = PlotMath.finite(errors.meanError + errors.deviationError)
    let isLog = (x: logarithmic.contains(.x), y: logarithmic.contains(.y) && seen.contains { $0 > 0 })
    let guide = slope(errors)
    let panel = ChartPanel(
      title: title, plot: Box(x: 72, y: 34, width: 320, height: 228),
      horizontal: .init(
        title: "members", domain: Scale.domain(of: errors.members, margin: 0.05, logarithmic: isLog.x),
        isLogarithmic: isLog.x, isInteger: true),
      vertical: .init(
        title: "standard error" + (errors.unit.isEmpty ? "" : ", \(errors.unit)"),
        domain: Scale.domain(of: seen + PlotMath.finite(guide), margin: 0.08, logarithmic: isLog.y),
        isLogarithmic: isLog.y))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    canvas.polyline(zip(errors.members, guide).map { panel.point($0, $1) }, slopeStroke)
    for (values, colour) in [(errors.deviationError, Ink.vermillion), (errors.meanError, Ink.blue)] {
      let places = zip(errors.members, values).map { panel.point($0, $1) }
      canvas.polyline(places, Stroke(colour, width: 1.8, isRound: true))
      let radius = places.count > 40 ? 1.8 : 2.8
      for place in places { if let place { canvas.circle(place, radius: radius, fill: Fill(colour)) } }
    }
    let key = KeyRow(entries: [
      ("of the mean", Stroke(Ink.blue, width: 2)), ("of the deviation", Stroke(Ink.vermillion, width: 2)),
      ("1/√members", slopeStroke),
    ])
    key.draw(on: &canvas, left: panel.plot.x - 40, y: panel.plot.bottom + 49)
    return canvas.figure(
      width: max(410, panel.plot.x - 40 + key.width), height: panel.plot.bottom + 62, label: title)
  }

  private static let slopeStroke = Stroke(Ink.frame, width: 1.2, dashes: [4, 3])

  /// Through the last error of the mean, which is known best.
  private static func slope(_ errors: EnsembleErrors) -> [Double] {
    guard let last = errors.members.last, let error = errors.meanError.last else { return [] }
    return errors.members.map { error * (last / $0).squareRoot() }
  }
}
