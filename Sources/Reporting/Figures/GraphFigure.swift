/// A box of the graph of stages.
public struct GraphBox: Sendable, Equatable {
  /// What became of a stage, which colours its box.
  public enum State: Sendable, Equatable { case executed, cached, failed, notRun }

  /// In bold.
  public var name: String
  /// Small lines under the name.
  public var lines: [String]
  /// What became of it.
  public var state: State
  /// Members of a family, drawn as a stack with `× n`; 0 for an ordinary stage.
  public var members: Int

  /// A box of a stage or, with members, of a family.
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

  /// An arrow between two boxes.
  public init(from: Int, to: Int, label: String, isRepetition: Bool = false) {
    (self.from, self.to, self.label, self.isRepetition) = (from, to, label, isRepetition)
  }
}

extension Figures {
  private static let boxHeight = 58.0
  private static let layerDistance = 92.0

  /// The graph of stages from top to bottom, coloured by what became of each.
  public static func graph(boxes: [GraphBox], arrows: [GraphArrow]) -> Figure {
    let widths = boxes.map { box in
      let lines = box.lines.map { Canvas.width(of: $0, size: 10.5) }
      let name = Canvas.width(of: box.name, size: 13, isBold: true) + (box.members > 0 ? 46 : 0)
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
    guard let first = way.first, let last = way.last else { return }
    var (x, y) = (first.x + 8, top(first.layer) + boxHeight)
    var path = Path()
    path.move(x, y)
    for item in way.dropFirst() {
      let isLast = item.layer == last.layer
      let (nextX, nextY) = (item.x + 8, top(item.layer) - (isLast ? 5 : 0))
      let bend = (nextY - y) * 0.5
      path.curve(Place(x, y + bend), Place(nextX, nextY - bend), Place(nextX, nextY))
      (x, y) = (nextX, nextY)
      if !isLast {
        y += boxHeight
        path.line(x, y)
      }
    }
    let stroke =
      arrow.isRepetition ? Stroke(Ink.purple, width: 1.8, dashes: [5, 4]) : Stroke(line, width: 1.3)
    var head = Path()
    head.polygon([Place(x - 4, y - 3), Place(x, y + 5), Place(x + 4, y - 3)])
    canvas.group(title: arrow.label) { canvas in
      canvas.path(path, stroke: stroke)
      canvas.path(head, fill: Fill(stroke.colour))
    }
  }

  private static let line = Colour(0x7d8791)

  private static func draw(_ box: GraphBox, _ place: Box, on canvas: inout Canvas) {
    let (fill, colour) = colours(box.state)
    let stroke = Stroke(colour, width: 1.3, dashes: box.state == .notRun ? [4, 3] : [])
    for shift in stride(from: box.members > 0 ? 8.0 : 0, through: 0, by: -4) {
      let behind = Box(x: place.x + shift, y: place.y + shift, width: place.width, height: place.height)
      canvas.rectangle(behind, fill: Fill(fill), stroke: stroke, corner: 6)
    }
    canvas.text(place.x + 11, place.y + 18, box.name, TextStyle(size: 13, isBold: true))
    if box.members > 0 {
      canvas.text(
        place.right - 10, place.y + 18, "× \(box.members)",
        TextStyle(size: 12, anchor: .end, isBold: true, colour: Ink.purple))
    }
    for (index, line) in box.lines.enumerated() {
      canvas.text(
        place.x + 11, place.y + 34 + Double(index) * 14, line, TextStyle(size: 10.5, colour: Colour(0x454c54))
      )
    }
  }

  private static func colours(_ state: GraphBox.State) -> (fill: Colour, stroke: Colour) {
    switch state {
    case .executed: (Colour(0xdcecf7), Ink.blue)
    case .cached: (Colour(0xf1f3f0), Colour(0x8b9a8f))
    case .failed: (Colour(0xfbe3d6), Ink.vermillion)
    case .notRun: (Colour(0xffffff), Colour(0x8a929b))
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
        Box(x: x, y: y - 9, width: 16, height: 11), fill: Fill(fill), stroke: Stroke(stroke, width: 1.2),
        corner: 2)
      canvas.text(x + 22, y, name, TextStyle(size: 11))
      x += 96
    }
    if boxes.contains(where: { $0.members > 0 }) {
      canvas.line(x, y - 4, x + 24, y - 4, Stroke(Ink.purple, width: 1.8, dashes: [5, 4]))
      canvas.text(x + 30, y, "repeats", TextStyle(size: 11))
    }
  }
}
