import NumericCore

/// One map with its axes, colour bar and histogram, to be drawn anywhere on a canvas.
struct MapPanel {
  /// Points coloured by values of their own, or plain white dots.
  struct Marks {
    var points: Points
    var values: [Double]?
  }

  var title: String
  var unit: String
  var style: MapStyle
  /// Extent of the axes, metres, or degrees of a geographic grid.
  var region: Region
  var grid: Grid?
  var marks: Marks?
  var innerRegion: Region?

  private static let margins = (left: 50.0, top: 42.0, bottom: 38.0, right: 106.0)
  private static let longestSide = 360
  private static let mostMarks = 1500

  var plot: Box {
    let scale = min(style.extent / max(region.width, 1e-9), style.extent / max(region.height, 1e-9))
    return Box(
      x: Self.margins.left, y: Self.margins.top, width: max(24, region.width * scale),
      height: max(24, region.height * scale))
  }
  var width: Double { plot.right + Self.margins.right }
  var height: Double { plot.bottom + Self.margins.bottom }

  private var values: [Double] { grid?.values ?? marks?.values ?? [] }
  var limits: ClosedRange<Double> { style.colourLimits(of: values) }

  /// A map's nodes are the centres of its pixels, so the axes reach half a spacing beyond the outer nodes.
  static func region(of geometry: GridGeometry) -> Region {
    let (dx, dy) = (geometry.spacingEasting / 2, geometry.spacingNorthing / 2)
    let region = geometry.region
    return Region(
      west: region.west - (dx > 0 ? dx : max(dy, 0.5)), east: region.east + (dx > 0 ? dx : max(dy, 0.5)),
      south: region.south - (dy > 0 ? dy : max(dx, 0.5)), north: region.north + (dy > 0 ? dy : max(dx, 0.5)))
  }

  func draw(on canvas: inout Canvas, x: Double, y: Double) {
    var box = plot
    (box.x, box.y) = (box.x + x, box.y + y)
    canvas.text(box.x, y + 16, title, .init(size: 13, isBold: true))
    if let statistic { canvas.text(box.x, y + 32, statistic, .init(size: 11, colour: Canvas.faint)) }
    drawField(on: &canvas, box)
    drawMarks(on: &canvas, box)
    drawAxes(on: &canvas, box)
    if values.contains(where: \.isFinite) {
      ColourBar(limits: limits, map: style.map, unit: unit, values: values)
        .draw(on: &canvas, left: box.right + 8, top: box.y, height: box.height)
    }
  }

  private var statistic: String? {
    var texts: [String] = []
    switch style.statistic {
    case .none: break
    case .mean: texts.append("mean \(NumberText.significant(PlotMath.mean(values))) \(unit)")
    case .rootMeanSquare:
      texts.append("RMS \(NumberText.significant(PlotMath.rootMeanSquare(values))) \(unit)")
    }
    if markStep > 1 { texts.append("1 of \(markStep) points drawn") }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  private var markStep: Int { max(1, ((marks?.points.count ?? 0) + Self.mostMarks - 1) / Self.mostMarks) }

  private func drawField(on canvas: inout Canvas, _ box: Box) {
    guard let grid else {
      canvas.rectangle(box, fill: "#f4f5f7")
      return
    }
    if grid.values.contains(where: { !$0.isFinite }) { Self.hatch(on: &canvas, box) }
    let geometry = grid.geometry
    let step = (max(geometry.columns, geometry.rows) + Self.longestSide - 1) / Self.longestSide
    let columns = Array(stride(from: (geometry.columns - 1) % step / 2, to: geometry.columns, by: step))
    let rows = Array(stride(from: (geometry.rows - 1) % step / 2, to: geometry.rows, by: step))
    let limits = limits
    let scale = 254 / (limits.upperBound - limits.lowerBound)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(columns.count * rows.count)
    for row in rows.reversed() {
      for column in columns {
        let value = grid[row, column]
        let level = ((value - limits.lowerBound) * scale).rounded()
        pixels.append(value.isFinite ? UInt8(min(max(level, 0), 254)) + 1 : 0)
      }
    }
    let palette =
      [Colour(red: 255, green: 255, blue: 255)] + (0...254).map { style.map.colour(at: Double($0) / 254) }
    canvas.image(
      PNGImage.indexed(width: columns.count, height: rows.count, pixels: pixels, palette: palette), box)
  }

  /// Light grey diagonals behind the map show through where values are missing.
  private static func hatch(on canvas: inout Canvas, _ box: Box) {
    canvas.rectangle(box, fill: "#f4f5f7")
    var path = ""
    for offset in stride(from: 6.0, to: box.width + box.height, by: 6) {
      let x1 = min(offset, box.width)
      let y2 = min(offset, box.height)
      let start = "\(NumberText.coordinate(box.x + x1)) \(NumberText.coordinate(box.y + offset - x1))"
      path += "M\(start)L\(NumberText.coordinate(box.x + offset - y2)) \(NumberText.coordinate(box.y + y2))"
    }
    canvas.path(path, stroke: "#c3c8ce", "stroke-width=\"1\"")
  }

  private func position(_ easting: Double, _ northing: Double, _ box: Box) -> (x: Double, y: Double) {
    (
      box.x + (easting - region.west) / region.width * box.width,
      box.bottom - (northing - region.south) / region.height * box.height
    )
  }

  private func drawMarks(on canvas: inout Canvas, _ box: Box) {
    if let inner = innerRegion {
      let corner = position(inner.west, inner.north, box)
      let opposite = position(inner.east, inner.south, box)
      let frame = Box(x: corner.x, y: corner.y, width: opposite.x - corner.x, height: opposite.y - corner.y)
      canvas.rectangle(frame, stroke: "#ffffff", "stroke-width=\"2.5\"")
      canvas.rectangle(frame, stroke: Canvas.ink, "stroke-width=\"1.2\" stroke-dasharray=\"5 3\"")
    }
    guard let marks else { return }
    let (limits, map) = (limits, style.map)
    for index in stride(from: 0, to: marks.points.count, by: markStep) {
      let (easting, northing) = (marks.points.easting[index], marks.points.northing[index])
      guard region.contains(easting: easting, northing: northing) else { continue }
      let place = position(easting, northing, box)
      var fill = "#ffffff"
      if let value = marks.values?[index] {
        let fraction = (value - limits.lowerBound) / (limits.upperBound - limits.lowerBound)
        fill = value.isFinite ? map.colour(at: fraction).hexadecimal : "none"
      }
      let radius = marks.values == nil ? 2.6 : 4.2
      canvas.circle(
        place.x, place.y, radius: radius, fill: fill, "stroke=\"\(Canvas.ink)\" stroke-width=\"0.9\"")
    }
  }

  private func drawAxes(on canvas: inout Canvas, _ box: Box) {
    let isGeographic = grid?.geometry.isGeographic ?? false
    let unit = isGeographic ? 1.0 : 1000
    let eastings = Scale(domain: region.west / unit...region.east / unit, start: box.x, end: box.right)
    let northings = Scale(domain: region.south / unit...region.north / unit, start: box.bottom, end: box.y)
    canvas.rectangle(box, stroke: Canvas.ink, "stroke-width=\"1\"")
    let ticks = Ticks.linear(eastings.domain, count: max(2, Int(box.width / 58)))
    for (value, label) in zip(ticks.values, ticks.labels) {
      let x = eastings.position(value)
      canvas.line(x, box.bottom, x, box.bottom + 4, stroke: Canvas.ink)
      canvas.text(x, box.bottom + 16, label, .init(size: 10.5, anchor: "middle"))
    }
    let rows = Ticks.linear(northings.domain, count: max(2, Int(box.height / 46)))
    for (value, label) in zip(rows.values, rows.labels) {
      let y = northings.position(value)
      canvas.line(box.x - 4, y, box.x, y, stroke: Canvas.ink)
      canvas.text(box.x - 7, y + 3.7, label, .init(size: 10.5, anchor: "end"))
    }
    let label = Canvas.TextStyle(size: 10.5, anchor: "middle", colour: Canvas.faint)
    canvas.text(box.x + box.width / 2, box.bottom + 31, isGeographic ? "longitude, °" : "easting, km", label)
    var turned = label
    turned.turn = -90
    let room = (rows.labels.map { Canvas.width(of: $0, size: 10.5) }.max() ?? 0) + 14
    canvas.text(
      box.x - min(40, room), box.y + box.height / 2, isGeographic ? "latitude, °" : "northing, km", turned)
  }
}

/// The colours of a map with their values, and how often each occurs.
struct ColourBar {
  var limits: ClosedRange<Double>
  var map: ColourMap
  var unit: String
  var values: [Double]

  private static let steps = 64
  private static let bins = 32

  func draw(on canvas: inout Canvas, left: Double, top: Double, height: Double) {
    let bar = Box(x: left + 30, y: top, width: 12, height: height)
    drawHistogram(on: &canvas, Box(x: left, y: top, width: 28, height: height))
    let palette =
      [Colour(red: 255, green: 255, blue: 255)]
      + (0..<Self.steps).map { map.colour(at: Double($0) / Double(Self.steps - 1)) }
    let pixels = (1...Self.steps).reversed().map(UInt8.init)
    canvas.image(PNGImage.indexed(width: 1, height: Self.steps, pixels: pixels, palette: palette), bar)
    canvas.rectangle(bar, stroke: Canvas.ink, "stroke-width=\"0.8\"")
    drawEnds(on: &canvas, bar)
    let scale = Scale(domain: limits, start: bar.bottom, end: bar.y)
    let ticks = Ticks.linear(limits, count: max(2, Int(height / 40)))
    for (value, label) in zip(ticks.values, ticks.labels) {
      let y = scale.position(value)
      canvas.line(bar.right, y, bar.right + 4, y, stroke: Canvas.ink)
      canvas.text(bar.right + 7, y + 3.7, label, .init(size: 10.5))
    }
    canvas.text(bar.right + 2, top - 12, unit, .init(size: 10.5, anchor: "middle", colour: Canvas.faint))
  }

  /// A point at an end of the bar: there are values beyond it.
  private func drawEnds(on canvas: inout Canvas, _ bar: Box) {
    let number = NumberText.coordinate
    let (left, right, middle) = (number(bar.x), number(bar.right), number(bar.x + bar.width / 2))
    let slack = 1e-9 * (limits.upperBound - limits.lowerBound)
    if values.contains(where: { $0.isFinite && $0 > limits.upperBound + slack }) {
      canvas.path(
        "M\(left) \(number(bar.y))L\(middle) \(number(bar.y - 8))L\(right) \(number(bar.y))Z",
        fill: map.colour(at: 1).hexadecimal, stroke: Canvas.ink, "stroke-width=\"0.8\"")
    }
    if values.contains(where: { $0.isFinite && $0 < limits.lowerBound - slack }) {
      canvas.path(
        "M\(left) \(number(bar.bottom))L\(middle) \(number(bar.bottom + 8))L\(right) \(number(bar.bottom))Z",
        fill: map.colour(at: 0).hexadecimal, stroke: Canvas.ink, "stroke-width=\"0.8\"")
    }
  }

  private func drawHistogram(on canvas: inout Canvas, _ box: Box) {
    let inside = values.filter { $0.isFinite && $0 >= limits.lowerBound && $0 <= limits.upperBound }
    // Fewer values are told better by the dots themselves.
    guard inside.count >= 30 else { return }
    let counts = Histogram.counts(inside, in: limits, bins: Self.bins)
    let most = Double(counts.max() ?? 1)
    var outline = ""
    for (bin, count) in counts.enumerated() where count > 0 {
      let length = Double(count) / most * (box.width - 2)
      let high = box.bottom - Double(bin + 1) / Double(Self.bins) * box.height
      let low = box.bottom - Double(bin) / Double(Self.bins) * box.height
      outline += "M\(NumberText.coordinate(box.right)) \(NumberText.coordinate(low))"
      outline += "h\(NumberText.coordinate(-length))V\(NumberText.coordinate(high))"
      outline += "H\(NumberText.coordinate(box.right))Z"
    }
    canvas.path(outline, fill: "#b4bac2")
  }
}
