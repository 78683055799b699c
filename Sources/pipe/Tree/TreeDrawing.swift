/// A tree of iterations as an SVG picture: a column a section, a circle an iteration, its numbers in a title that
/// browsers show where the mouse rests.
struct TreeDrawing {
  private static let (width, height, radius) = (260.0, 56.0, 9.0)
  /// Colours that stay apart for those who see few of them (Okabe and Ito).
  private static let colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"]

  private let tree: IterationTree
  private var columns: [String: Int] = [:]
  private var parts: [String] = []
  private var rows = 0

  init(_ tree: IterationTree) {
    self.tree = tree
    for (index, section) in tree.sections.enumerated() { columns[section.name] = index }
    rows = 1 + (tree.sections.flatMap(\.iterations).map(\.number).max() ?? 0)
    for section in tree.sections { draw(section) }
  }

  var svg: String {
    let (wide, high) = (Double(max(1, columns.count)) * Self.width + 20, Double(rows) * Self.height + 60)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(wide)" height="\(high)" viewBox="0 0 \(wide) \(high)" \
      font-family="Helvetica, Arial, sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }

  private func place(_ section: String, _ iteration: Int) -> (x: Double, y: Double) {
    (30 + Double(columns[section] ?? 0) * Self.width, 50 + Double(iteration) * Self.height)
  }

  private mutating func draw(_ section: IterationTree.Section) {
    let colour = Self.colours[(columns[section.name] ?? 0) % Self.colours.count]
    let head = place(section.name, 0)
    parts.append(
      "<text x=\"\(head.x - 10)\" y=\"22\" font-weight=\"bold\" fill=\"\(colour)\">\(Self.escaped(section.head))</text>"
    )
    var before: (x: Double, y: Double)?
    if let parent = section.parent, let other = tree.sections.first(where: { $0.name == parent.name }),
      let from = parent.iteration ?? other.iterations.last?.number
    {
      before = place(parent.name, from)
    }
    for iteration in section.iterations {
      let here = place(section.name, iteration.number)
      if let before {
        parts.append(
          "<line x1=\"\(before.x)\" y1=\"\(before.y)\" x2=\"\(here.x)\" y2=\"\(here.y)\" stroke=\"\(colour)\" "
            + "stroke-width=\"2\"/>")
      }
      before = here
    }
    for iteration in section.iterations { draw(iteration, of: section, colour) }
  }

  private mutating func draw(
    _ iteration: IterationTree.Iteration, of section: IterationTree.Section, _ colour: String
  ) {
    let here = place(section.name, iteration.number)
    let all =
      ["\(section.name), iteration \(iteration.number)"]
      + iteration.numbers.map { "\($0.name): \($0.value)" } + [
        "events: " + section.events.joined(separator: ", ")
      ]
    let value = section.told.first { name in iteration.numbers.contains { $0.name == name } }
      .flatMap { name in iteration.numbers.first { $0.name == name }.map { "\(name) \(Self.short($0.value))" }
      }
    parts.append(
      "<g><title>\(Self.escaped(all.joined(separator: "\n")))</title>"
        + "<circle cx=\"\(here.x)\" cy=\"\(here.y)\" r=\"\(Self.radius)\" fill=\"\(colour)\"/>"
        + "<text x=\"\(here.x + 16)\" y=\"\(here.y + 4)\">#\(iteration.number)  \(Self.escaped(value ?? ""))"
        + (iteration.rejected == 0 ? "" : "  (\(iteration.rejected) rejected)") + "</text></g>")
  }

  /// Three digits.
  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var (scale, size) = (1.0, abs(value))
    while size >= 1000 { (size, scale) = (size / 10, scale * 10) }
    while size < 100 { (size, scale) = (size * 10, scale / 10) }
    return
      "\(scale >= 1 ? (value / scale).rounded() * scale : (value / scale).rounded() / (1 / scale).rounded())"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }
}
