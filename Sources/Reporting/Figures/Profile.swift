/// Values along a line through a grid.
public struct Profile: Sendable, Equatable {
  public enum Look: Sendable, Equatable {
    /// Reference: dark and dashed.
    case reference
    /// The starting point: grey.
    case start
    /// The result: blue.
    case result
    /// One of many: thin and pale.
    case member
  }

  public struct Line: Sendable, Equatable {
    public var label: String
    public var values: [Double]
    public var look: Look
    public init(label: String, values: [Double], look: Look) {
      (self.label, self.values, self.look) = (label, values, look)
    }
  }

  /// An area between two lines.
  public struct Band: Sendable, Equatable {
    public var label: String
    public var lower, upper: [Double]
    public init(label: String, lower: [Double], upper: [Double]) {
      (self.label, self.lower, self.upper) = (label, lower, upper)
    }
  }

  public var title: String
  /// Along the line, metres.
  public var distances: [Double]
  public var distanceLabel, valueLabel: String
  public var lines: [Line]
  public var band: Band?

  public init(title: String, distances: [Double], distanceLabel: String, valueLabel: String) {
    (self.title, self.distances) = (title, distances)
    (self.distanceLabel, self.valueLabel) = (distanceLabel, valueLabel)
    (lines, band) = ([], nil)
  }
}

extension Figures {
  /// Lines and a band of uncertainty against the distance in km.
  public static func profile(_ profile: Profile) -> SVGFigure {
    let kilometres = profile.distances.map { $0 / 1000 }
    let seen = profile.lines.flatMap(\.values) + (profile.band.map { $0.lower + $0.upper } ?? [])
    let panel = ChartPanel(
      title: profile.title, plot: Box(x: 70, y: 34, width: 700, height: 220),
      horizontal: .init(title: profile.distanceLabel, domain: Scale.domain(of: kilometres, margin: 0)),
      vertical: .init(title: profile.valueLabel, domain: Scale.domain(of: seen, margin: 0.08)))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    if let band = profile.band { drawBand(band, kilometres, panel, on: &canvas) }
    for line in profile.lines {
      canvas.polyline(
        zip(kilometres, line.values).map { panel.point($0, $1) }, stroke: colour(line.look), stroke(line.look)
      )
    }
    var entries: [(label: String, colour: String)] = []
    for line in profile.lines where !entries.contains(where: { $0.label == line.label }) {
      entries.append((line.label, colour(line.look)))
    }
    if let band = profile.band { entries.append((band.label, "#bfdcee")) }
    drawKey(entries, panel.plot, on: &canvas)
    return canvas.figure(width: 790, height: 318, label: profile.title)
  }

  private static func drawBand(
    _ band: Profile.Band, _ kilometres: [Double], _ panel: ChartPanel, on canvas: inout Canvas
  ) {
    let upper = zip(kilometres, band.upper).compactMap { panel.point($0, $1) }
    let lower = zip(kilometres, band.lower).compactMap { panel.point($0, $1) }
    let outline = (upper + lower.reversed()).map {
      "\(NumberText.coordinate($0.x)) \(NumberText.coordinate($0.y))"
    }
    guard !outline.isEmpty else { return }
    canvas.path("M" + outline.joined(separator: "L") + "Z", fill: "#bfdcee")
  }

  private static func drawKey(
    _ entries: [(label: String, colour: String)], _ plot: Box, on canvas: inout Canvas
  ) {
    var x = plot.x
    for entry in entries {
      canvas.rectangle(Box(x: x, y: plot.bottom + 46, width: 18, height: 5), fill: entry.colour)
      canvas.text(x + 23, plot.bottom + 53, entry.label, .init(size: 11))
      x += 40 + Canvas.width(of: entry.label, size: 11)
    }
  }

  private static func colour(_ look: Profile.Look) -> String {
    switch look {
    case .reference: Canvas.ink
    case .start: Ink.vermillion
    case .result: Ink.blue
    case .member: "#9aa3ad"
    }
  }

  private static func stroke(_ look: Profile.Look) -> String {
    switch look {
    case .reference: "stroke-width=\"1.6\" stroke-dasharray=\"6 3\""
    case .start: "stroke-width=\"1.3\""
    case .result: "stroke-width=\"2\""
    case .member: "stroke-width=\"0.6\" stroke-opacity=\"0.55\""
    }
  }
}
