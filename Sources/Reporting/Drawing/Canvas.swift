/// Collects the marks of a figure.
struct Canvas {
  private(set) var marks: [Mark] = []

  mutating func rectangle(_ box: Box, fill: Fill? = nil, stroke: Stroke? = nil, corner: Double = 0) {
    var box = box
    (box.width, box.height) = (max(0, box.width), max(0, box.height))
    marks.append(.shape(.rectangle(box, corner: corner), fill: fill, stroke: stroke))
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: Stroke) {
    marks.append(.shape(.line(Place(x1, y1), Place(x2, y2)), fill: nil, stroke: stroke))
  }

  mutating func circle(_ place: Place, radius: Double, fill: Fill? = nil, stroke: Stroke? = nil) {
    marks.append(.shape(.circle(place, radius: radius), fill: fill, stroke: stroke))
  }

  /// A line through the points; `nil` breaks it.
  mutating func polyline(_ places: [Place?], _ stroke: Stroke) {
    var path = Path()
    path.polyline(places)
    self.path(path, stroke: stroke)
  }

  mutating func path(_ path: Path, fill: Fill? = nil, stroke: Stroke? = nil) {
    if !path.isEmpty { marks.append(.shape(.path(path), fill: fill, stroke: stroke)) }
  }

  mutating func text(_ x: Double, _ y: Double, _ text: String, _ style: TextStyle = TextStyle()) {
    if !text.isEmpty { marks.append(.text(text, Place(x, y), style)) }
  }

  /// Cells stretched over `box`, each of one colour.
  mutating func image(_ picture: Picture, _ box: Box) { marks.append(.picture(picture, box)) }

  /// What `draw` adds stands in one group with `title` as its tooltip.
  mutating func group(title: String, _ draw: (inout Canvas) -> Void) {
    marks.append(.group(title))
    draw(&self)
    marks.append(.endGroup)
  }

  func figure(width: Double, height: Double, label: String) -> Figure {
    Figure(marks: marks, width: width, height: height, label: label)
  }

  /// How wide a text stands: the advances of the project's own letters, which are those of Helvetica.
  static func width(of text: String, size: Double, isBold: Bool = false) -> Double {
    Lettering.width(of: text, isBold: isBold) * size
  }
}

/// A drawing: an SVG file, a piece of a page, or a PNG file.
public struct Figure: Sendable, Equatable {
  let marks: [Mark]
  /// Natural size in CSS pixels, of which an inch has 96.
  public let width, height: Double
  /// What it shows, for those who do not see it.
  public let label: String

  /// A document of its own that can also stand inside a page. The same bytes for equal marks.
  public var svg: String { SVGWriter(self).document }

  /// Resolutions that `png` takes, dots an inch.
  public static let resolutions = 24.0...1200

  /// Pixels of a PNG file of that resolution.
  public func pixels(dpi: Double) -> (width: Int, height: Int) {
    (
      max(1, Int((width * (dpi / 96)).rounded(.up))), max(1, Int((height * (dpi / 96)).rounded(.up)))
    )
  }

  /// - Parameter dpi: dots an inch, in `resolutions`.
  /// - Returns: a file whose bytes depend on the marks and `dpi` alone: lines, letters and the compression
  ///   are the program's own, by IEEE arithmetic in a fixed order.
  public func png(dpi: Double) -> [UInt8] {
    precondition(Self.resolutions.contains(dpi))
    return PNGImage.opaque(Raster.picture(of: self, scale: dpi / 96), dpi: dpi)
  }
}
