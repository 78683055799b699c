import Reporting

/// A tree of iterations as an SVG picture: a column a section, a circle an iteration, its numbers in a title that
/// browsers show where the mouse rests. Of long chains some iterations are left out: those that nothing branches from.
struct TreeDrawing {
  private static let (width, height, radius) = (260.0, 44.0, 9.0)
  /// More rows are thinned out.
  private static let mostRows = 24
  /// Colours that stay apart for those who see few of them (Okabe and Ito).
  private static let colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"]

  private let tree: IterationTree
  private var columns: [String: Int] = [:]
  private var parts: [String] = []
  /// Iterations that have a row, ascending.
  private var numbers: [Int] = []

  init(_ tree: IterationTree) {
    self.tree = tree
    for (index, section) in tree.sections.enumerated() { columns[section.name] = index }
    numbers = Self.shown(tree)
    for section in tree.sections { draw(section) }
  }

  /// All, or where there are many the first and last of each section, those that branches begin with, and of the others
  /// every so many.
  private static func shown(_ tree: IterationTree) -> [Int] {
    let all = Set(tree.sections.flatMap { $0.iterations.map(\.number) }).sorted()
    guard all.count > mostRows else { return all }
    var kept = Set(tree.sections.flatMap { [$0.iterations.first?.number, $0.iterations.last?.number] })
    for section in tree.sections { kept.insert(section.parent?.iteration) }
    let step = (all.count + mostRows - 1) / mostRows
    return all.enumerated().filter { $0.offset % step == 0 || kept.contains($0.element) }.map(\.element)
  }

  var svg: String {
    let (wide, high) = (
      Double(max(1, columns.count)) * Self.width + 20, Double(numbers.count) * Self.height + 40
    )
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(wide)" height="\(high)" viewBox="0 0 \(wide) \(high)" \
      font-family="Helvetica, Arial, sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }

  private func place(_ section: String, _ iteration: Int) -> (x: Double, y: Double) {
    let row = numbers.firstIndex { $0 >= iteration } ?? numbers.count - 1
    return (30 + Double(columns[section] ?? 0) * Self.width, 50 + Double(row) * Self.height)
  }

  private mutating func draw(_ section: IterationTree.Section) {
    let colour = Self.colours[(columns[section.name] ?? 0) % Self.colours.count]
    let left = 30 + Double(columns[section.name] ?? 0) * Self.width
    parts.append(
      "<text x=\"\(left - 10)\" y=\"22\" font-weight=\"bold\" fill=\"\(colour)\">\(Self.escaped(section.head))</text>"
    )
    var before: (x: Double, y: Double)?
    if let parent = section.parent, let other = tree.sections.first(where: { $0.name == parent.name }),
      let from = parent.iteration ?? other.iterations.last?.number
    {
      before = place(parent.name, from)
    }
    let drawn = section.iterations.filter { numbers.contains($0.number) }
    var last: Int?
    for iteration in drawn {
      let here = place(section.name, iteration.number)
      if let before {
        let isWhole = last.map { iteration.number == $0 + 1 } ?? true
        parts.append(
          "<path d=\"\(Self.way(from: before, to: here))\" fill=\"none\" stroke=\"\(colour)\" "
            + "stroke-width=\"2\"\(isWhole ? "" : " stroke-dasharray=\"3 3\"")/>")
      }
      (before, last) = (here, iteration.number)
    }
    for iteration in drawn { draw(iteration, of: section, colour) }
  }

  /// Down a column, or below the labels of a row to another column.
  private static func way(from: (x: Double, y: Double), to: (x: Double, y: Double)) -> String {
    if from.x == to.x { return "M\(from.x) \(from.y)V\(to.y)" }
    return "M\(from.x + 6) \(from.y + 6)L\(from.x + 20) \(from.y + 20)H\(to.x - 20)L\(to.x) \(to.y)"
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
      .flatMap { name in
        iteration.numbers.first { $0.name == name }.map { "\(name) \(NumberText.significant($0.value, 4))" }
      }
    parts.append(
      "<g><title>\(Self.escaped(all.joined(separator: "\n")))</title>"
        + "<circle cx=\"\(here.x)\" cy=\"\(here.y)\" r=\"\(Self.radius)\" fill=\"\(colour)\"/>"
        + "<text x=\"\(here.x + 16)\" y=\"\(here.y + 4)\">#\(iteration.number)  \(Self.escaped(value ?? ""))"
        + (iteration.rejected == 0 ? "" : "  (\(iteration.rejected) rejected)") + "</text></g>")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
  }
}
