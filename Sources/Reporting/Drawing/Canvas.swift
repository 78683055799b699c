/// Text as it may stand between tags and inside quoted attributes of XML and HTML.
func escaped(_ text: some StringProtocol) -> String {
  var output = ""
  output.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": output += "&amp;"
    case "<": output += "&lt;"
    case ">": output += "&gt;"
    case "\"": output += "&quot;"
    case "'": output += "&#39;"
    case "\n", "\t": output.unicodeScalars.append(scalar)
    // Control characters are not allowed in XML at all, not even escaped.
    case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value & 0xFFFE == 0xFFFE:
      output += "\u{FFFD}"
    default: output.unicodeScalars.append(scalar)
    }
  }
  return output
}

/// A drawing that can be saved as an SVG file or put into a page as it is.
public struct SVGFigure: Sendable, Equatable {
  public let svg: String
  /// Natural size in CSS pixels.
  public let width, height: Double
}

/// Collects SVG elements; units are CSS pixels, y downwards.
struct Canvas {
  static let ink = "#1b1f24"
  static let faint = "#6a737d"
  static let rule = "#d5d9de"
  static let family = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"

  private(set) var body = ""

  struct TextStyle {
    var size = 11.0
    var anchor = "start"
    var isBold = false
    var colour = Canvas.ink
    /// Degrees clockwise about the text's anchor.
    var turn = 0.0
  }

  mutating func rectangle(_ box: Box, fill: String = "none", stroke: String = "none", _ more: String = "") {
    body +=
      "<rect x=\"\(n(box.x))\" y=\"\(n(box.y))\" width=\"\(n(max(0, box.width)))\""
      + " height=\"\(n(max(0, box.height)))\" fill=\"\(fill)\""
      + (stroke == "none" ? "" : " stroke=\"\(stroke)\"") + attributes(more) + "/>"
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, _ more: String = ""
  ) {
    body +=
      "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" stroke=\"\(stroke)\""
      + attributes(more) + "/>"
  }

  mutating func circle(_ x: Double, _ y: Double, radius: Double, fill: String, _ more: String = "") {
    body +=
      "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\" fill=\"\(fill)\"" + attributes(more) + "/>"
  }

  /// A line through the points; `nil` breaks it.
  mutating func polyline(_ points: [(x: Double, y: Double)?], stroke: String, _ more: String = "") {
    var path = ""
    var isDown = false
    for point in points {
      if let point {
        path += "\(isDown ? "L" : "M")\(n(point.x)) \(n(point.y))"
        isDown = true
      } else {
        isDown = false
      }
    }
    if !path.isEmpty { self.path(path, stroke: stroke, more) }
  }

  mutating func path(_ commands: String, fill: String = "none", stroke: String = "none", _ more: String = "")
  {
    body +=
      "<path d=\"\(commands)\" fill=\"\(fill)\"" + (stroke == "none" ? "" : " stroke=\"\(stroke)\"")
      + attributes(more) + "/>"
  }

  mutating func text(_ x: Double, _ y: Double, _ text: String, _ style: TextStyle = TextStyle()) {
    body += "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(style.size))\""
    if style.anchor != "start" { body += " text-anchor=\"\(style.anchor)\"" }
    if style.isBold { body += " font-weight=\"600\"" }
    if style.colour != Self.ink { body += " fill=\"\(style.colour)\"" }
    if style.turn != 0 { body += " transform=\"rotate(\(n(style.turn)) \(n(x)) \(n(y)))\"" }
    body += ">\(escaped(text))</text>"
  }

  /// Nearest-pixel picture stretched over `box`.
  mutating func image(_ file: [UInt8], _ box: Box) {
    body +=
      "<image x=\"\(n(box.x))\" y=\"\(n(box.y))\" width=\"\(n(box.width))\" height=\"\(n(box.height))\""
      + " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\""
      + " href=\"\(PNGImage.dataAddress(file))\"/>"
  }

  /// What `draw` adds stands in one group with `title` as its tooltip.
  mutating func group(title: String, _ draw: (inout Canvas) -> Void) {
    body += "<g><title>\(escaped(title))</title>"
    draw(&self)
    body += "</g>"
  }

  func figure(width: Double, height: Double, label: String) -> SVGFigure {
    let size = "width=\"\(n(width))\" height=\"\(n(height))\" viewBox=\"0 0 \(n(width)) \(n(height))\""
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\" aria-label=\"\(escaped(label))\""
      + " font-family=\"\(Self.family)\" fill=\"\(Self.ink)\">"
    return SVGFigure(svg: head + body + "</svg>", width: width, height: height)
  }

  private func n(_ value: Double) -> String { NumberText.coordinate(value) }
  private func attributes(_ more: String) -> String { more.isEmpty ? "" : " " + more }

  /// Roughly how wide a text stands in the sans-serif faces named above: 0.55 of its size a letter.
  static func width(of text: String, size: Double) -> Double { Double(text.count) * size * 0.55 }
}

/// A rectangle on the canvas; `y` is its top.
struct Box: Equatable {
  var x, y, width, height: Double
  var right: Double { x + width }
  var bottom: Double { y + height }
}
