/// How often intervals of an ensemble cover known values; parts 0 … 1, one value an interval.
public struct CoverageCurve: Sendable, Equatable {
  public var nominal, actual: [Double]
  /// With the points' own uncertainty; nil where that is not known.
  public var total: [Double]?
  /// Ends of the central 95 % of the part that chance makes.
  public var bandLow, bandHigh: [Double]
  /// Factor on the deviation that makes ±1 deviation cover its part; nil where it is not told.
  public var bestScale: Double?

  /// A curve with its band of chance.
  public init(nominal: [Double], actual: [Double], bandLow: [Double], bandHigh: [Double]) {
    (self.nominal, self.actual, self.bandLow, self.bandHigh) = (nominal, actual, bandLow, bandHigh)
  }

  /// Mean of |actual − nominal| coverage, with the points' own uncertainty where it is known.
  public var error: Double { PlotMath.mean(zip(total ?? actual, nominal).map { abs($0 - $1) }) }
}

extension Figures {
  /// Actual against nominal coverage in per cent, the line of equality and the band of chance about it.
  public static func calibration(_ curve: CoverageCurve, title: String = "Calibration") -> Figure {
    var heading = "\(title): error \(NumberText.significant(curve.error, 3))"
    if let scale = curve.bestScale { heading += ", best scale \(NumberText.significant(scale, 3))" }
    let panel = ChartPanel(
      title: heading, plot: Box(x: 66, y: 34, width: 300, height: 300),
      horizontal: .init(title: "nominal coverage, %", domain: 0...100),
      vertical: .init(title: "actual coverage, %", domain: 0...100))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    let order = curve.nominal.indices.sorted { (curve.nominal[$0], $0) < (curve.nominal[$1], $1) }
    func places(_ values: [Double]) -> [Place?] {
      order.map { panel.point(100 * curve.nominal[$0], 100 * values[$0]) }
    }
    var band = Path()
    band.polygon((places(curve.bandHigh) + places(curve.bandLow).reversed()).compactMap { $0 })
    canvas.path(band, fill: Fill(chance))
    canvas.line(panel.plot.x, panel.plot.bottom, panel.plot.right, panel.plot.y, equality)
    let alone = curve.total == nil ? Ink.blue : Ink.vermillion
    for (values, colour) in [(curve.actual, alone)] + (curve.total.map { [($0, Ink.blue)] } ?? []) {
      canvas.polyline(places(values), Stroke(colour, width: 1.8, isRound: true))
      for place in places(values) { if let place { canvas.circle(place, radius: 2.8, fill: Fill(colour)) } }
    }
    let curves: [(label: String, stroke: Stroke)] =
      curve.total == nil
      ? [("ensemble", Stroke(alone, width: 2))]
      : [
        ("with the points' uncertainty", Stroke(Ink.blue, width: 2)), ("without it", Stroke(alone, width: 2)),
      ]
    let rows = [
      KeyRow(entries: curves),
      KeyRow(entries: [("as it should be", equality), ("95 % of chance", Stroke(chance, width: 8))]),
    ]
    for (index, row) in rows.enumerated() {
      row.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 50 + Double(index) * 18)
    }
    let width = max(rows.map(\.width).max() ?? 0, Canvas.width(of: heading, size: 13, isBold: true) + 14, 314)
    return canvas.figure(width: panel.plot.x + width, height: panel.plot.bottom + 84, label: title)
  }

  private static let chance = Colour(0xdfe3e8)
  private static let equality = Stroke(Ink.black, width: 1.2, dashes: [5, 3])
}
