public import NumericCore

/// The figures of a gravity inversion. Every one depends on its arguments alone, to the byte.
public enum Figures {
  /// A map of `grid` with axes in km, colour bar and histogram of its values.
  ///
  /// Grids with more than 360 nodes on a side are drawn at every n-th node. Missing values are hatched.
  /// - Parameters:
  ///   - unit: of the grid's values, for the colour bar.
  ///   - points: drawn as white dots, metres.
  ///   - innerRegion: drawn as a dashed frame.
  public static func map(
    _ grid: Grid, title: String, unit: String, style: MapStyle = .sequential, points: Points? = nil,
    innerRegion: Region? = nil
  ) -> SVGFigure {
    let panel = MapPanel(
      title: title, unit: unit, style: style, region: MapPanel.region(of: grid.geometry), grid: grid,
      marks: points.map { MapPanel.Marks(points: $0, values: nil) }, innerRegion: innerRegion)
    return row([panel], label: title)
  }

  /// A map of scattered values as coloured dots.
  /// - Precondition: one value a point.
  public static func pointMap(
    _ points: Points, values: [Double], title: String, unit: String, style: MapStyle = .sequential,
    region: Region? = nil
  ) -> SVGFigure {
    precondition(points.count == values.count)
    let panel = MapPanel(
      title: title, unit: unit, style: style, region: region ?? surroundings(of: points), grid: nil,
      marks: MapPanel.Marks(points: points, values: values))
    return row([panel], label: title)
  }

  /// Three maps: `first`, `second` − `first` read at the nodes of `first`, and `second`. The outer two share
  /// their colour limits, the difference has symmetric ones and its root mean square under its title.
  public static func comparison(
    _ first: Grid, _ second: Grid, titles: ComparisonTitles, unit: String, style: MapStyle = .sequential,
    points: Points? = nil
  ) -> SVGFigure {
    var shared = style
    shared.limits = style.colourLimits(of: first.values + second.values)
    var middle = MapStyle(.diverging, statistic: .rootMeanSquare, extent: style.extent)
    if style.statistic == .none { middle.statistic = .rootMeanSquare }
    let marks = points.map { MapPanel.Marks(points: $0, values: nil) }
    func panel(_ grid: Grid, _ title: String, _ style: MapStyle) -> MapPanel {
      MapPanel(
        title: title, unit: unit, style: style, region: MapPanel.region(of: grid.geometry), grid: grid,
        marks: marks)
    }
    let difference = difference(second, first)
    return row(
      [
        panel(first, titles.first, shared), panel(difference, titles.difference, middle),
        panel(second, titles.second, shared),
      ],
      label: "\(titles.first), \(titles.difference), \(titles.second)")
  }

  /// `left` − `right` at the nodes of `right`; `left` is interpolated bilinearly where its nodes are others.
  static func difference(_ left: Grid, _ right: Grid) -> Grid {
    let sampled = left.sampled(at: right.geometry)
    return Grid(
      geometry: right.geometry, values: zip(sampled.values, right.values).map { $0 - $1 })
  }

  static func row(_ panels: [MapPanel], label: String) -> SVGFigure {
    var canvas = Canvas()
    var x = 0.0
    for panel in panels {
      panel.draw(on: &canvas, x: x, y: 0)
      x += panel.width
    }
    return canvas.figure(width: x, height: panels.map(\.height).max() ?? 0, label: label)
  }

  private static func surroundings(of points: Points) -> Region {
    let east = Scale.domain(of: points.easting, margin: 0.06)
    let north = Scale.domain(of: points.northing, margin: 0.06)
    return Region(
      west: east.lowerBound, east: east.upperBound, south: north.lowerBound, north: north.upperBound)
  }
}

/// The titles of the panels of a comparison.
public struct ComparisonTitles: Sendable, Equatable {
  public var first, difference, second: String
  public init(first: String, difference: String, second: String) {
    (self.first, self.difference, self.second) = (first, difference, second)
  }
}
