public import NumericCore

/// The figures of a gravity inversion. Every one depends on its arguments alone, to the byte.
public enum Figures {
  /// A map of `grid` with axes in km or degrees, colour bar and histogram of its values.
  ///
  /// Grids with more than `style.mostCells` nodes on a side are drawn at every n-th node. Missing values are
  /// hatched.
  /// - Parameter unit: of the grid's values, for the colour bar.
  public static func map(
    _ grid: Grid, title: String, unit: String, style: MapStyle = .sequential, overlay: MapOverlay = .none
  ) -> Figure {
    row([MapPanel(grid, title: title, unit: unit, style: style, overlay: overlay)], label: title)
  }

  /// A map of scattered values as coloured dots.
  /// - Precondition: one value a point.
  public static func pointMap(
    _ points: Points, values: [Double], title: String, unit: String, style: MapStyle = .sequential,
    region: Region? = nil
  ) -> Figure {
    precondition(points.count == values.count)
    let panel = MapPanel(
      [MapPanel.Marks(points: points, values: values)], title: title, unit: unit, style: style,
      region: region ?? surroundings(of: points))
    return row([panel], label: title)
  }

  /// Groups of points in colours of their own, such as those to use and those held out.
  public static func pointGroups(
    _ groups: [(label: String, points: Points)], title: String, extent: Double = 270
  ) -> Figure {
    let colours = [Ink.blue, Ink.vermillion, Ink.green, Ink.purple, Ink.grey]
    let named = groups.enumerated().map { ($1, colours[$0 % colours.count]) }
    let panel = MapPanel(
      named.map { MapPanel.Marks(points: $0.points, values: nil, colour: $1) }, title: title, unit: "",
      style: MapStyle(.sequential, extent: extent),
      region: surroundings(
        of: Points(
          easting: groups.flatMap(\.points.easting), northing: groups.flatMap(\.points.northing))))
    var canvas = Canvas()
    panel.draw(on: &canvas, x: 0, y: 0)
    for (index, (group, colour)) in named.enumerated() {
      let place = Place(panel.plot.right + 16, panel.plot.y + 10 + Double(index) * 18)
      canvas.circle(place, radius: 4, fill: Fill(colour), stroke: .thinInk)
      canvas.text(place.x + 9, place.y + 4, "\(group.label) (\(group.points.count))", TextStyle(size: 11))
    }
    let widest = groups.map { Canvas.width(of: "\($0.label) (\($0.points.count))", size: 11) }.max() ?? 0
    return canvas.figure(
      width: max(panel.width, panel.plot.right + 34 + widest), height: panel.height, label: title)
  }

  /// Three maps: `first`, `first` − `second` read at the nodes of `first`, and `second`: found and true give the error
  /// of what was found, as in polartoolkit. The outer two share
  /// their colour limits, the difference has symmetric ones and its root mean square under its title.
  public static func comparison(
    _ first: Grid, _ second: Grid, titles: ComparisonTitles, unit: String, style: MapStyle = .sequential,
    overlay: MapOverlay = .none
  ) -> Figure {
    var shared = style
    shared.limits = style.colourLimits(of: first.values + second.values)
    var middle = MapStyle(.diverging, statistic: .rootMeanSquare, extent: style.extent)
    (middle.reach, middle.mostCells, middle.axes) = (style.reach, style.mostCells, style.axes)
    let difference = excess(of: first, over: second)
    return row(
      [
        MapPanel(first, title: titles.first, unit: unit, style: shared, overlay: overlay),
        MapPanel(difference, title: titles.difference, unit: unit, style: middle, overlay: overlay),
        MapPanel(second, title: titles.second, unit: unit, style: shared, overlay: overlay),
      ],
      label: "\(titles.first), \(titles.difference), \(titles.second)")
  }

  /// `first` − `second` at the nodes of `first`; `second` is interpolated bilinearly where its nodes are others.
  static func excess(of first: Grid, over second: Grid) -> Grid {
    let sampled = second.sampled(at: first.geometry)
    return Grid(geometry: first.geometry, values: zip(first.values, sampled.values).map { $0 - $1 })
  }

  /// `left` − `right` at the nodes of `right`; `left` is interpolated bilinearly where its nodes are others.
  static func difference(_ left: Grid, _ right: Grid) -> Grid {
    let sampled = left.sampled(at: right.geometry)
    return Grid(
      geometry: right.geometry, values: zip(sampled.values, right.values).map { $0 - $1 })
  }

  /// Panels side by side, `columns` in a row, under a heading where one is given.
  static func row(_ panels: [MapPanel], label: String, columns: Int = 3, heading: String = "") -> Figure {
    var canvas = Canvas()
    canvas.text(14, 20, heading, TextStyle(size: 14, isBold: true))
    var (y, width) = (heading.isEmpty ? 0.0 : 28.0, 14 + Canvas.width(of: heading, size: 14, isBold: true))
    for start in stride(from: 0, to: panels.count, by: columns) {
      let line = panels[start..<min(start + columns, panels.count)]
      var x = 0.0
      for panel in line {
        panel.draw(on: &canvas, x: x, y: y)
        x += panel.width
      }
      width = max(width, x)
      y += line.map(\.height).max() ?? 0
    }
    return canvas.figure(width: width, height: y, label: label)
  }

  /// Panels in rows and columns, under a heading where one is given; a place may be empty.
  static func table(_ rows: [[MapPanel?]], label: String, heading: String = "") -> Figure {
    var canvas = Canvas()
    canvas.text(14, 20, heading, TextStyle(size: 14, isBold: true))
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.compactMap { $0.indices.contains(column) ? $0[column]?.width : nil }.max() ?? 0
    }
    var y = heading.isEmpty ? 0.0 : 28.0
    for row in rows {
      var x = 0.0
      for (panel, width) in zip(row, widths) {
        panel?.draw(on: &canvas, x: x, y: y)
        x += width
      }
      y += row.compactMap { $0?.height }.max() ?? 0
    }
    let width = max(widths.reduce(0, +), 14 + Canvas.width(of: heading, size: 14, isBold: true))
    return canvas.figure(width: width, height: y, label: label)
  }

  static func surroundings(of points: Points) -> Region {
    let east = Scale.domain(of: points.easting, margin: 0.06)
    let north = Scale.domain(of: points.northing, margin: 0.06)
    return Region(
      west: east.lowerBound, east: east.upperBound, south: north.lowerBound, north: north.upperBound)
  }
}

/// The titles of the panels of a comparison.
public struct ComparisonTitles: Sendable, Equatable {
  public var first, difference, second: String
  /// What stands above each of the three maps.
  public init(first: String, difference: String, second: String) {
    (self.first, self.difference, self.second) = (first, difference, second)
  }
}
