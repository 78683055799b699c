/// A box of the graph of stages.
public struct GraphBox: Sendable, Equatable {
  public enum State: Sendable, Equatable { case executed, cached, failed, notRun }

  public var name: String
  /// Small lines under the name.
  public var lines: [String]
  public var state: State
  /// Members of a family, drawn as a stack with `× n`; 0 for an ordinary stage.
  public var members: Int

  public init(name: String, lines: [String], state: State, members: Int = 0) {
    (self.name, self.lines, self.state, self.members) = (name, lines, state, members)
  }
}

/// An arrow from one box to another (positions in the list of boxes).
public struct GraphArrow: Sendable, Equatable {
  public var from, to: Int
  /// Shown when the pointer rests on it.
  public var label: String
  /// From a repeated stage to its family: drawn dashed.
  public var isRepetition: Bool

  public init(from: Int, to: Int, label: String, isRepetition: Bool = false) {
    (self.from, self.to, self.label, self.isRepetition) = (from, to, label, isRepetition)
  }
}

extension Figures {
  private static let boxHeight = 58.0
  private static let layerDistance = 92.0

  /// The graph of stages from top to bottom, coloured by what became of each.
  public static func graph(boxes: [GraphBox], arrows: [GraphArrow]) -> SVGFigure {
    let widths = boxes.map { box in
      let lines = box.lines.map { Canvas.width(of: $0, size: 10.5) }
      let name = Canvas.width(of: box.name, size: 13) + (box.members > 0 ? 46 : 0)
      return max(128, (lines + [name]).max() ?? 0) + 22
    }
    let layout = GraphLayout(count: boxes.count, widths: widths, edges: arrows.map { ($0.from, $0.to) })
    var canvas = Canvas()
    for (arrow, route) in zip(arrows, layout.routes) {
      draw(arrow, route.map { layout.items[$0] }, on: &canvas)
    }
    for item in layout.items {
      guard let node = item.node else { continue }
      let place = Box(
        x: item.x - item.width / 2 + 8, y: top(item.layer), width: item.width, height: boxHeight)
      draw(boxes[node], place, on: &canvas)
    }
    let width = (layout.items.map { $0.x + $0.width / 2 }.max() ?? 0) + 26
    let height = top(layout.layers.count - 1) + boxHeight + 44
    drawKey(boxes, y: height - 16, on: &canvas)
    return canvas.figure(width: max(width, 480), height: height, label: "graph of stages")
  }

  private static func top(_ layer: Int) -> Double { 12 + Double(layer) * layerDistance }

  private static func draw(_ arrow: GraphArrow, _ way: [GraphLayout.Item], on canvas: inout Canvas) {
    let n = NumberText.coordinate
    guard let first = way.first, let last = way.last else { return }
    var (x, y) = (first.x + 8, top(first.layer) + boxHeight)
    var path = "M\(n(x)) \(n(y))"
    for item in way.dropFirst() {
      let isLast = item.layer == last.layer
      let (nextX, nextY) = (item.x + 8, top(item.layer) - (isLast ? 5 : 0))
      let bend = (nextY - y) * 0.5
      path += "C\(n(x)) \(n(y + bend)) \(n(nextX)) \(n(nextY - bend)) \(n(nextX)) \(n(nextY))"
      (x, y) = (nextX, nextY)
      if !isLast {
        y += boxHeight
        path += "V\(n(y))"
      }
    }
    let colour = arrow.isRepetition ? Ink.purple : "#7d8791"
    canvas.group(title: arrow.label) { canvas in
      canvas.path(
        path, stroke: colour,
        arrow.isRepetition ? "stroke-width=\"1.8\" stroke-dasharray=\"5 4\"" : "stroke-width=\"1.3\"")
      canvas.path("M\(n(x - 4)) \(n(y - 3))L\(n(x)) \(n(y + 5))L\(n(x + 4)) \(n(y - 3))Z", fill: colour)
    }
  }

  private static func draw(_ box: GraphBox, _ place: Box, on canvas: inout Canvas) {
    let (fill, stroke) = colours(box.state)
    let dashes = box.state == .notRun ? " stroke-dasharray=\"4 3\"" : ""
    for shift in stride(from: box.members > 0 ? 8.0 : 0, through: 0, by: -4) {
      let behind = Box(x: place.x + shift, y: place.y + shift, width: place.width, height: place.height)
      canvas.rectangle(behind, fill: fill, stroke: stroke, "stroke-width=\"1.3\" rx=\"6\"" + dashes)
    }
    canvas.text(place.x + 11, place.y + 18, box.name, .init(size: 13, isBold: true))
    if box.members > 0 {
      canvas.text(
        place.right - 10, place.y + 18, "× \(box.members)",
        .init(size: 12, anchor: "end", isBold: true, colour: Ink.purple))
    }
    for (index, line) in box.lines.enumerated() {
      canvas.text(
        place.x + 11, place.y + 34 + Double(index) * 14, line, .init(size: 10.5, colour: "#454c54"))
    }
  }

  private static func colours(_ state: GraphBox.State) -> (fill: String, stroke: String) {
    switch state {
    case .executed: ("#dcecf7", Ink.blue)
    case .cached: ("#f1f3f0", "#8b9a8f")
    case .failed: ("#fbe3d6", Ink.vermillion)
    case .notRun: ("#ffffff", "#8a929b")
    }
  }

  private static func drawKey(_ boxes: [GraphBox], y: Double, on canvas: inout Canvas) {
    let names: [(GraphBox.State, String)] = [
      (.executed, "executed"), (.cached, "cached"), (.failed, "failed"), (.notRun, "not run"),
    ]
    var x = 10.0
    for (state, name) in names where boxes.contains(where: { $0.state == state }) {
      let (fill, stroke) = colours(state)
      canvas.rectangle(
        Box(x: x, y: y - 9, width: 16, height: 11), fill: fill, stroke: stroke,
        "stroke-width=\"1.2\" rx=\"2\"")
      canvas.text(x + 22, y, name, .init(size: 11))
      x += 96
    }
    if boxes.contains(where: { $0.members > 0 }) {
      canvas.line(
        x, y - 4, x + 24, y - 4, stroke: Ink.purple, "stroke-width=\"1.8\" stroke-dasharray=\"5 4\"")
      canvas.text(x + 30, y, "repeats", .init(size: 11))
    }
  }
}
