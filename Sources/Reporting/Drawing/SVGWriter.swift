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

/// Writes the marks of a figure as SVG, coordinates to a hundredth of a pixel.
struct SVGWriter {
  private static let family = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
  private let figure: Figure

  init(_ figure: Figure) { self.figure = figure }

  var document: String {
    let (width, height) = (n(figure.width), n(figure.height))
    let size = "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
    var text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\" aria-label=\"\(escaped(figure.label))\""
      + " font-family=\"\(Self.family)\" fill=\"\(Ink.black.hexadecimal)\">"
    for mark in figure.marks { append(mark, to: &text) }
    return text + "</svg>"
  }

  private func append(_ mark: Mark, to text: inout String) {
    switch mark {
    case .shape(let shape, let fill, let stroke):
      text += element(shape) + paint(fill, stroke) + "/>"
    case .text(let words, let place, let style): text += element(words, place, style)
    case .picture(let picture, let box):
      text +=
        "<image \(attributes(box)) preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\""
        + " style=\"image-rendering:pixelated\" href=\"\(PNGImage.dataAddress(PNGImage.file(picture)))\"/>"
    case .group(let title): text += "<g><title>\(escaped(title))</title>"
    case .endGroup: text += "</g>"
    }
  }

  private func attributes(_ box: Box) -> String {
    "x=\"\(n(box.x))\" y=\"\(n(box.y))\" width=\"\(n(box.width))\" height=\"\(n(box.height))\""
  }

  private func element(_ shape: Shape) -> String {
    switch shape {
    case .rectangle(let box, let corner):
      "<rect \(attributes(box))" + (corner == 0 ? "" : " rx=\"\(n(corner))\"")
    case .line(let start, let end):
      "<line x1=\"\(n(start.x))\" y1=\"\(n(start.y))\" x2=\"\(n(end.x))\" y2=\"\(n(end.y))\""
    case .circle(let place, let radius):
      "<circle cx=\"\(n(place.x))\" cy=\"\(n(place.y))\" r=\"\(n(radius))\""
    case .path(let path): "<path d=\"\(commands(path))\""
    }
  }

  private func commands(_ path: Path) -> String {
    var text = ""
    for step in path.steps {
      switch step {
      case .move(let place): text += "M\(n(place.x)) \(n(place.y))"
      case .line(let place): text += "L\(n(place.x)) \(n(place.y))"
      case .curve(let first, let second, let end):
        text += "C" + [first, second, end].map { "\(n($0.x)) \(n($0.y))" }.joined(separator: " ")
      case .close: text += "Z"
      }
    }
    return text
  }

  private func paint(_ fill: Fill?, _ stroke: Stroke?) -> String {
    var text = " fill=\"\(fill?.colour.hexadecimal ?? "none")\""
    if let fill, fill.opacity != 1 { text += " fill-opacity=\"\(n(fill.opacity))\"" }
    guard let stroke else { return text }
    text += " stroke=\"\(stroke.colour.hexadecimal)\""
    if stroke.width != 1 { text += " stroke-width=\"\(n(stroke.width))\"" }
    if stroke.opacity != 1 { text += " stroke-opacity=\"\(n(stroke.opacity))\"" }
    if !stroke.dashes.isEmpty {
      text += " stroke-dasharray=\"\(stroke.dashes.map(n).joined(separator: " "))\""
    }
    if stroke.isRound { text += " stroke-linejoin=\"round\"" }
    return text
  }

  private func element(_ words: String, _ place: Place, _ style: TextStyle) -> String {
    var text = "<text x=\"\(n(place.x))\" y=\"\(n(place.y))\" font-size=\"\(n(style.size))\""
    if style.anchor != .start { text += " text-anchor=\"\(style.anchor.rawValue)\"" }
    if style.isBold { text += " font-weight=\"600\"" }
    if style.colour != Ink.black { text += " fill=\"\(style.colour.hexadecimal)\"" }
    if style.turn != 0 { text += " transform=\"rotate(\(n(style.turn)) \(n(place.x)) \(n(place.y)))\"" }
    return text + ">\(escaped(words))</text>"
  }

  private func n(_ value: Double) -> String { NumberText.coordinate(value) }
}
