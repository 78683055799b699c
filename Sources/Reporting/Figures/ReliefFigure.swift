public import NumericCore

extension Figures {
  /// A surface lit from the north-west, with its west–east profile below and its south–north profile beside
  /// it, both through `place` (the middle where nil). What a view in perspective would show, to be measured.
  public static func relief(
    _ grid: Grid, title: String, unit: String, style: MapStyle = .sequential, overlay: MapOverlay = .none
  ) -> Figure {
    let geometry = grid.geometry
    let (row, column) = nodes(of: overlay.crossing, in: geometry)
    var style = style
    style.isShaded = true
    var overlay = overlay
    overlay.crossing = (geometry.easting(column), geometry.northing(row))
    let map = MapPanel(grid, title: title, unit: unit, style: style, overlay: overlay)
    var canvas = Canvas()
    map.draw(on: &canvas, x: 20, y: 0)
    let plot = Box(x: map.plot.x + 20, y: map.plot.y, width: map.plot.width, height: map.plot.height)
    let scale = geometry.isGeographic ? 1.0 : 1000
    let lows = (map.region.west / scale...map.region.east / scale)
    let heights = (map.region.south / scale...map.region.north / scale)
    let along = grid.row(row)
    let across = (0..<geometry.rows).map { grid[$0, column] }
    let values = Scale.domain(of: along + across, margin: 0.08)
    let titles = MapPanel.axisTitles(geometry.isGeographic)
    let below = ChartPanel(
      title: "West–east", plot: Box(x: plot.x, y: plot.bottom + 74, width: plot.width, height: 110),
      horizontal: .init(title: titles.easting, domain: lows), vertical: .init(title: unit, domain: values))
    let beside = ChartPanel(
      title: "South–north", plot: Box(x: map.width + 66, y: plot.y, width: 110, height: plot.height),
      horizontal: .init(title: unit, domain: values), vertical: .init(title: titles.northing, domain: heights)
    )
    below.draw(on: &canvas)
    beside.draw(on: &canvas)
    let line = Stroke(Ink.blue, width: 1.8, isRound: true)
    canvas.polyline(zip(geometry.eastings, along).map { below.point($0 / scale, $1) }, line)
    canvas.polyline(zip(geometry.northings, across).map { beside.point($1, $0 / scale) }, line)
    return canvas.figure(
      width: beside.plot.right + 30, height: below.plot.bottom + 40, label: title)
  }

  /// Row and column of the node nearest to a place, or of the middle one.
  static func nodes(
    of place: (easting: Double, northing: Double)?, in geometry: GridGeometry
  ) -> (row: Int, column: Int) {
    guard let place else { return (geometry.rows / 2, geometry.columns / 2) }
    func nearest(_ coordinate: Double, _ origin: Double, _ spacing: Double, _ count: Int) -> Int {
      guard spacing > 0, coordinate.isFinite else { return 0 }
      return Int(min(max(((coordinate - origin) / spacing).rounded(), 0), Double(count - 1)))
    }
    return (
      nearest(place.northing, geometry.region.south, geometry.spacingNorthing, geometry.rows),
      nearest(place.easting, geometry.region.west, geometry.spacingEasting, geometry.columns)
    )
  }
}
