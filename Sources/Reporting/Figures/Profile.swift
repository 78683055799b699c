/// Values along a line through a grid.
public struct Profile: Sendable, Equatable {
  /// How a line is drawn.
  public enum Look: Sendable, Equatable {
    /// Reference: dark and dashed.
    case reference
    /// The starting point: vermillion.
    case start
    /// The result: blue.
    case result
    /// Another of the first rank: green.
    case other
    /// One of many: thin and pale.
    case member
  }

  /// Values along the profile.
  public struct Line: Sendable, Equatable {
    /// In the legend.
    public var label: String
    /// A value a distance; NaN where there is none.
    public var values: [Double]
    /// How it is drawn.
    public var look: Look
    /// A line of these values.
    public init(label: String, values: [Double], look: Look) {
      (self.label, self.values, self.look) = (label, values, look)
    }
  }

  /// An area between two lines.
  public struct Band: Sendable, Equatable {
    /// In the legend.
    public var label: String
    public var lower, upper: [Double]
    /// The area between two lines.
    public init(label: String, lower: [Double], upper: [Double]) {
      (self.label, self.lower, self.upper) = (label, lower, upper)
    }
  }

  /// Above the profile.
  public var title: String
  /// Along the line, metres, or degrees where `isGeographic`.
  public var distances: [Double]
  public var distanceLabel, valueLabel: String
  /// The first is drawn first.
  public var lines: [Line]
  /// The widest first: each is drawn over those before.
  public var bands: [Band]
  /// A level, such as the reference of a surface.
  public var level: (value: Double, label: String)? {
    get { levelMark.map { ($0.value, $0.label) } }
    set { levelMark = newValue.map { Histogram.Mark($0.value, $0.label) } }
  }
  /// Where another profile crosses this one.
  public var crossing: Double?
  /// Whether distances are degrees.
  public var isGeographic = false
  private var levelMark: Histogram.Mark?

  /// A profile without lines.
  public init(title: String, distances: [Double], distanceLabel: String, valueLabel: String) {
    (self.title, self.distances) = (title, distances)
    (self.distanceLabel, self.valueLabel) = (distanceLabel, valueLabel)
    (lines, bands) = ([], [])
  }

  /// In the axis' unit.
  var axis: [Double] { isGeographic ? distances : distances.map { $0 / 1000 } }
}

extension Figures {
  /// Lines and bands of uncertainty against the distance in km, or degrees.
  public static func profile(_ profile: Profile) -> Figure { profiles([profile]) }

  /// Profiles one under the other, such as gravity over the surfaces that give it.
  public static func profiles(_ profiles: [Profile]) -> Figure {
    var canvas = Canvas()
    var (y, width) = (0.0, 790.0)
    for profile in profiles {
      let height = profiles.count == 1 ? 220.0 : 170
      let panel = profilePanel(profile, Box(x: 70, y: y + 34, width: 700, height: height))
      panel.draw(on: &canvas)
      drawContent(profile, panel, on: &canvas)
      let key = KeyRow(entries: key(profile))
      key.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 49)
      width = max(width, panel.plot.x + key.width)
      y = panel.plot.bottom + 64
    }
    return canvas.figure(
      width: width, height: y, label: profiles.map(\.title).joined(separator: ", "))
  }

  static func profilePanel(_ profile: Profile, _ box: Box) -> ChartPanel {
    let seen =
      profile.lines.flatMap(\.values) + profile.bands.flatMap { $0.lower + $0.upper }
      + (profile.level.map { [$0.value] } ?? [])
    return ChartPanel(
      title: profile.title, plot: box,
      horizontal: .init(title: profile.distanceLabel, domain: Scale.domain(of: profile.axis, margin: 0)),
      vertical: .init(title: profile.valueLabel, domain: Scale.domain(of: seen, margin: 0.08)))
  }

  static func drawContent(_ profile: Profile, _ panel: ChartPanel, on canvas: inout Canvas) {
    for (index, band) in profile.bands.enumerated() {
      drawBand(band, profile.axis, panel, bandColour(index, profile.bands.count), on: &canvas)
    }
    if let crossing = profile.crossing {
      let x = panel.xScale.position(profile.isGeographic ? crossing : crossing / 1000)
      canvas.line(
        x, panel.plot.y, x, panel.plot.bottom, Stroke(Ink.frame, dashes: [2, 3]))
    }
    if let level = profile.level, let place = panel.inside(panel.horizontal.domain.lowerBound, level.value) {
      canvas.line(
        panel.plot.x, place.y, panel.plot.right, place.y,
        Stroke(Ink.purple, width: 1.2, dashes: [8, 3, 2, 3]))
    }
    for line in profile.lines {
      canvas.polyline(zip(profile.axis, line.values).map { panel.point($0, $1) }, stroke(line.look))
    }
  }

  private static func drawBand(
    _ band: Profile.Band, _ axis: [Double], _ panel: ChartPanel, _ colour: Colour, on canvas: inout Canvas
  ) {
    var path = Path()
    var (upper, lower) = ([Place](), [Place]())
    func finish() {
      path.polygon(upper + lower.reversed())
      (upper, lower) = ([], [])
    }
    for index in axis.indices {
      // A missing value parts the band in two.
      if let high = panel.point(axis[index], band.upper[index]),
        let low = panel.point(axis[index], band.lower[index])
      {
        upper.append(high)
        lower.append(low)
      } else {
        finish()
      }
    }
    finish()
    canvas.path(path, fill: Fill(colour))
  }

  private static func bandColour(_ index: Int, _ count: Int) -> Colour {
    let shades = [Colour(0xdcebf5), Ink.paleBlue, Colour(0x9cc8e3)]
    return shades[min(count == 1 ? 1 : index, shades.count - 1)]
  }

  private static func key(_ profile: Profile) -> [(label: String, stroke: Stroke)] {
    var entries: [(label: String, stroke: Stroke)] = []
    for line in profile.lines where !entries.contains(where: { $0.label == line.label }) {
      var stroke = stroke(line.look)
      if line.look == .member { stroke.opacity = 1 }
      entries.append((line.label, stroke))
    }
    for (index, band) in profile.bands.enumerated() {
      entries.append((band.label, Stroke(bandColour(index, profile.bands.count), width: 8)))
    }
    if let level = profile.level {
      entries.append((level.label, Stroke(Ink.purple, width: 1.2, dashes: [8, 3, 2, 3])))
    }
    return entries
  }

  private static func stroke(_ look: Profile.Look) -> Stroke {
    switch look {
    case .reference: Stroke(Ink.black, width: 1.6, dashes: [6, 3], isRound: true)
    case .start: Stroke(Ink.vermillion, width: 1.3, isRound: true)
    case .result: Stroke(Ink.blue, width: 2, isRound: true)
    case .other: Stroke(Ink.green, width: 1.6, isRound: true)
    case .member: Stroke(Colour(0x9aa3ad), width: 0.6, opacity: 0.55, isRound: true)
    }
  }
}
