public import NumericCore

/// What is drawn over a map, in its coordinates.
public struct MapOverlay: Sendable, Equatable {
  /// White dots.
  public var points: Points?
  /// Dots in a colour that maps have not.
  public var marks: Points?
  /// A dashed frame.
  public var innerRegion: Region?
  /// Coasts or other lines.
  public var lines: [Points]
  /// Outlines with texts, such as the windows of a search.
  public var frames: [MapFrame] = []
  /// Where a profile crosses the map: a cross of thin lines.
  public var crossing: (easting: Double, northing: Double)? {
    get { cross.map { ($0.x, $0.y) } }
    set { cross = newValue.map { Place($0.easting, $0.northing) } }
  }
  private var cross: Place?

  /// What lies over the field.
  public init(points: Points? = nil, innerRegion: Region? = nil, lines: [Points] = []) {
    (self.points, self.innerRegion, self.lines) = (points, innerRegion, lines)
  }

  /// Nothing.
  public static let none = MapOverlay()
}

/// One map with its axes, colour bar and histogram, to be drawn anywhere on a canvas.
struct MapPanel {
  /// Points coloured by values of their own, or in one colour a group.
  struct Marks {
    var points: Points
    var values: [Double]?
    var colour = Colour.white
  }

  var title: String
  var unit: String
  var style: MapStyle
  /// Extent of the axes, metres, or degrees of a geographic grid.
  var region: Region
  var isGeographic = false
  var grid: Grid?
  var marks: [Marks] = []
  /// Parts of the map in the colours of their values, where there is no grid.
  var cells: [(region: Region, value: Double)] = []
  var overlay = MapOverlay.none
  /// The text under the title in place of the style's statistic.
  var note: String?

  private static let margins = (left: 54.0, top: 42.0, bottom: 38.0, right: 106.0)

  /// Of a grid.
  init(_ grid: Grid, title: String, unit: String, style: MapStyle, overlay: MapOverlay = .none) {
    (self.title, self.unit, self.style, self.grid, self.overlay) = (title, unit, style, grid, overlay)
    region = Self.region(of: grid.geometry)
    isGeographic = grid.geometry.isGeographic
    if let points = overlay.points { marks = [Marks(points: points)] }
    if let points = overlay.marks { marks.append(Marks(points: points, values: nil, colour: Ink.vermillion)) }
  }

  /// Of points alone.
  init(_ marks: [Marks], title: String, unit: String, style: MapStyle, region: Region) {
    (self.title, self.unit, self.style, self.marks) = (title, unit, style, marks)
    self.region = region
  }

  var plot: Box {
    let across = max(region.width * (isGeographic ? Self.narrowing(region) : 1), 1e-9)
    let scale = min(style.extent / across, style.extent / max(region.height, 1e-9))
    return Box(
      x: Self.margins.left, y: Self.margins.top, width: max(24, across * scale),
      height: max(24, region.height * scale))
  }
  var width: Double { max(plot.right + Self.margins.right, heading) }
  var height: Double { plot.bottom + Self.margins.bottom }

  private var heading: Double {
    Self.margins.left + 14 + Canvas.width(of: title, size: 13, isBold: true)
  }
  private var values: [Double] {
    grid?.values ?? cells.map(\.value) + marks.compactMap(\.values).flatMap { $0 }
  }

  /// How much shorter a degree of longitude is than one of latitude in the middle of a region.
  static func narrowing(_ region: Region) -> Double {
    max(0.2, Elementary.cos((region.south + region.north) / 2 * (Double.pi / 180)))
  }

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
    canvas.text(box.x, y + 16, title, TextStyle(size: 13, isBold: true))
    canvas.text(box.x, y + 32, statistic, TextStyle(size: 11, colour: Ink.faint))
    let values = values
    let limits = style.colourLimits(of: values)
    drawField(on: &canvas, box, limits)
    drawLines(on: &canvas, box)
    drawFrames(on: &canvas, box)
    drawMarks(on: &canvas, box, limits)
    drawFrameLabels(on: &canvas, box)
    drawAxes(on: &canvas, box)
    if values.contains(where: \.isFinite) {
      ColourBar(limits: limits, map: style.map, unit: unit, values: values)
        .draw(on: &canvas, left: box.right + 8, top: box.y, height: box.height)
    }
  }

  private var statistic: String {
    var texts = [note].compactMap(\.self)
    let unit = unit.isEmpty ? "" : " \(unit)"
    switch note == nil ? style.statistic : .none {
    case .none: break
    case .mean:
      let mean = PlotMath.mean(values)
      texts.append("mean \(NumberText.significant(mean, abs(mean) < 10_000 ? 4 : 6))\(unit)")
    case .rootMeanSquare:
      texts.append("RMS \(NumberText.significant(PlotMath.rootMeanSquare(values)))\(unit)")
    }
    let step = marks.map(markStep).max() ?? 1
    if step > 1 { texts.append("1 of \(step) points drawn") }
    return texts.joined(separator: ", ")
  }

  private func markStep(_ marks: Marks) -> Int {
    max(1, (marks.points.count + style.mostDots - 1) / style.mostDots)
  }

  private func drawField(on canvas: inout Canvas, _ box: Box, _ limits: ClosedRange<Double>) {
    guard let grid else {
      canvas.rectangle(box, fill: Fill(Ink.paper))
      for cell in cells {
        let fraction = (cell.value - limits.lowerBound) / (limits.upperBound - limits.lowerBound)
        canvas.rectangle(self.box(of: cell.region, box), fill: Fill(style.map.colour(at: fraction)))
      }
      return
    }
    if grid.values.contains(where: { !$0.isFinite }) { Self.hatch(on: &canvas, box) }
    canvas.image(MapField(grid: grid, style: style, limits: limits).picture(), box)
  }

  /// Light grey diagonals behind the map show through where values are missing.
  private static func hatch(on canvas: inout Canvas, _ box: Box) {
    canvas.rectangle(box, fill: Fill(Ink.paper))
    var path = Path()
    for offset in stride(from: 6.0, to: box.width + box.height, by: 6) {
      let right = min(offset, box.width)
      let low = min(offset, box.height)
      path.move(box.x + right, box.y + offset - right)
      path.line(box.x + offset - low, box.y + low)
    }
    canvas.path(path, stroke: Stroke(Ink.hatch))
  }

  func position(_ easting: Double, _ northing: Double, _ box: Box) -> Place {
    Place(
      box.x + (easting - region.west) / region.width * box.width,
      box.bottom - (northing - region.south) / region.height * box.height)
  }

  /// What of a part lies on the map.
  func box(of part: Region, _ box: Box) -> Box {
    let corner = position(max(part.west, region.west), min(part.north, region.north), box)
    let opposite = position(min(part.east, region.east), max(part.south, region.south), box)
    return Box(x: corner.x, y: corner.y, width: opposite.x - corner.x, height: opposite.y - corner.y)
  }

  private func drawLines(on canvas: inout Canvas, _ box: Box) {
    var path = Path()
    for line in isGeographic ? MapLongitudes.lines(overlay.lines, in: region) : overlay.lines {
      let places = zip(line.easting, line.northing).map { position($0, $1, box) }
      for (start, end) in LineClip.pieces(places, box) {
        if let start { path.move(start.x, start.y) }
        path.line(end.x, end.y)
      }
    }
    canvas.path(path, stroke: Stroke(.white, width: 2.2, opacity: 0.7, isRound: true))
    canvas.path(path, stroke: Stroke(Ink.black, width: 1, isRound: true))
    if var inner = overlay.innerRegion {
      if isGeographic {
        let middle = (inner.west + inner.east) / 2
        let turn = region.turned(longitude: middle) - middle
        (inner.west, inner.east) = (inner.west + turn, inner.east + turn)
      }
      let frame = self.box(of: inner, box)
      canvas.rectangle(frame, stroke: Stroke(.white, width: 2.5))
      canvas.rectangle(frame, stroke: Stroke(Ink.black, width: 1.2, dashes: [5, 3]))
    }
    if let crossing = overlay.crossing {
      let easting = isGeographic ? region.turned(longitude: crossing.easting) : crossing.easting
      let place = position(easting, crossing.northing, box)
      for stroke in [Stroke(.white, width: 2.4, opacity: 0.6), Stroke(Ink.black, width: 0.9)] {
        canvas.line(box.x, place.y, box.right, place.y, stroke)
        canvas.line(place.x, box.y, place.x, box.bottom, stroke)
      }
    }
  }

  private func drawMarks(on canvas: inout Canvas, _ box: Box, _ limits: ClosedRange<Double>) {
    for var marks in marks {
      if isGeographic { marks.points = MapLongitudes.points(marks.points, in: region) }
      for index in stride(from: 0, to: marks.points.count, by: markStep(marks)) {
        let (easting, northing) = (marks.points.easting[index], marks.points.northing[index])
        guard region.contains(easting: easting, northing: northing) else { continue }
        var fill: Fill? = Fill(marks.colour)
        if let value = marks.values?[index] {
          let fraction = (value - limits.lowerBound) / (limits.upperBound - limits.lowerBound)
          fill = value.isFinite ? Fill(style.map.colour(at: fraction)) : nil
        }
        let radius =
          marks.values == nil ? 2.6 : marks.points.count > 1000 ? 2.2 : marks.points.count > 300 ? 3 : 4.2
        canvas.circle(
          position(easting, northing, box), radius: radius, fill: fill,
          stroke: Stroke(Ink.black, width: radius > 3 ? 0.9 : radius > 2.4 ? 0.7 : 0.35))
      }
    }
  }

  private func drawAxes(on canvas: inout Canvas, _ box: Box) {
    let unit = Self.lengthUnit(of: region)
    let scale = isGeographic ? 1.0 : unit.metres
    let eastings = Scale(domain: region.west / scale...region.east / scale, start: box.x, end: box.right)
    let northings = Scale(
      domain: region.south / scale...region.north / scale, start: box.bottom, end: box.y)
    canvas.rectangle(box, stroke: Stroke(Ink.black))
    let ticks = Ticks.linear(eastings.domain, count: max(2, Int(box.width / 58)))
    var taken = -Double.infinity
    for (value, label) in zip(ticks.values, ticks.labels) {
      let x = eastings.position(value)
      canvas.line(x, box.bottom, x, box.bottom + 4, Stroke(Ink.black))
      // Below a narrow map there is no room for all.
      let reach = Canvas.width(of: label, size: 10.5) / 2
      guard x - reach > taken else { continue }
      taken = x + reach + 2
      canvas.text(x, box.bottom + 16, label, TextStyle(size: 10.5, anchor: .middle))
    }
    let rows = Ticks.linear(northings.domain, count: max(2, Int(box.height / 46)))
    for (value, label) in zip(rows.values, rows.labels) {
      let y = northings.position(value)
      canvas.line(box.x - 4, y, box.x, y, Stroke(Ink.black))
      let text = style.axes == .section ? Self.depth(value, label) : label
      canvas.text(box.x - 7, y + 3.7, text, TextStyle(size: 10.5, anchor: .end))
    }
    var label = TextStyle(size: 10.5, anchor: .middle, colour: Ink.faint)
    let titles =
      style.axes == .section
      ? ("distance, \(unit.name)", "depth, \(unit.name)") : Self.axisTitles(isGeographic, unit.name)
    canvas.text(box.x + box.width / 2, box.bottom + 31, titles.0, label)
    label.turn = -90
    let room = (rows.labels.map { Canvas.width(of: $0, size: 10.5) }.max() ?? 0) + 14
    canvas.text(box.x - min(44, room), box.y + box.height / 2, titles.1, label)
  }

  /// The label of a height as that of a depth.
  private static func depth(_ height: Double, _ label: String) -> String {
    height < 0 ? String(label.dropFirst()) : height > 0 ? "−" + label : label
  }

  static func axisTitles(_ isGeographic: Bool, _ unit: String = "km") -> (easting: String, northing: String) {
    isGeographic ? ("longitude, °", "latitude, °") : ("easting, \(unit)", "northing, \(unit)")
  }

  /// What lengths are told in: of a section between two boreholes metres.
  private static func lengthUnit(of region: Region) -> (metres: Double, name: String) {
    max(region.width, region.height) < 1000 ? (1, "m") : (1000, "km")
  }
}

/// Cuts lines at the sides of a box.
enum LineClip {
  /// The parts inside, each as an end with, where the line does not go on from the part before, a start.
  static func pieces(_ places: [Place], _ box: Box) -> [(start: Place?, end: Place)] {
    var pieces: [(start: Place?, end: Place)] = []
    var last: Place?
    for (start, end) in zip(places, places.dropFirst()) {
      guard let (from, to) = inside(start, end, box) else {
        last = nil
        continue
      }
      pieces.append((from == last ? nil : from, to))
      last = to
    }
    return pieces
  }

  /// Liang and Barsky's way: the part of a segment between the sides.
  static func inside(_ start: Place, _ end: Place, _ box: Box) -> (Place, Place)? {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    guard dx.isFinite, dy.isFinite else { return nil }
    var (first, last) = (0.0, 1.0)
    let sides = [
      (-dx, start.x - box.x), (dx, box.right - start.x), (-dy, start.y - box.y), (dy, box.bottom - start.y),
    ]
    for (speed, room) in sides {
      if speed == 0 {
        if room < 0 { return nil }
      } else if speed < 0 {
        first = max(first, room / speed)
      } else {
        last = min(last, room / speed)
      }
    }
    guard first <= last else { return nil }
    func at(_ t: Double) -> Place {
      t == 0 ? start : t == 1 ? end : Place(start.x + t * dx, start.y + t * dy)
    }
    return (at(first), at(last))
  }
}
