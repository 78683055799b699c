/// A rectangle on the canvas; `y` is its top.
struct Box: Equatable, Sendable {
  var x, y, width, height: Double
  var right: Double { x + width }
  var bottom: Double { y + height }
}

struct Place: Equatable, Sendable {
  var x, y: Double
  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// Lines and curves, one or more pieces; filled by the non-zero rule.
struct Path: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    case move(Place)
    case line(Place)
    case curve(Place, Place, Place)
    case close
  }

  private(set) var steps: [Step] = []

  mutating func move(_ x: Double, _ y: Double) { steps.append(.move(Place(x, y))) }
  mutating func line(_ x: Double, _ y: Double) { steps.append(.line(Place(x, y))) }
  mutating func curve(_ first: Place, _ second: Place, _ end: Place) {
    steps.append(.curve(first, second, end))
  }
  mutating func close() { steps.append(.close) }

  mutating func polygon(_ places: [Place]) {
    for (index, place) in places.enumerated() { index == 0 ? move(place.x, place.y) : line(place.x, place.y) }
    if !places.isEmpty { close() }
  }

  /// A line through the points; `nil` breaks it.
  mutating func polyline(_ places: [Place?]) {
    var isDown = false
    for place in places {
      if let place { isDown ? line(place.x, place.y) : move(place.x, place.y) }
      isDown = place != nil
    }
  }

  var isEmpty: Bool { steps.isEmpty }
}

struct Stroke: Equatable, Sendable {
  var colour: Colour
  var width: Double
  /// Lengths of dashes and gaps in turn; empty for a whole line.
  var dashes: [Double]
  var opacity: Double
  /// Round corners instead of pointed ones, for curves.
  var isRound: Bool

  init(
    _ colour: Colour, width: Double = 1, dashes: [Double] = [], opacity: Double = 1, isRound: Bool = false
  ) {
    (self.colour, self.width, self.dashes) = (colour, width, dashes)
    (self.opacity, self.isRound) = (opacity, isRound)
  }
}

struct Fill: Equatable, Sendable {
  var colour: Colour
  var opacity: Double

  init(_ colour: Colour, opacity: Double = 1) { (self.colour, self.opacity) = (colour, opacity) }
}

enum Shape: Equatable, Sendable {
  case rectangle(Box, corner: Double)
  case line(Place, Place)
  case circle(Place, radius: Double)
  case path(Path)
}

struct TextStyle: Equatable, Sendable {
  enum Anchor: String, Sendable { case start, middle, end }

  var size = 11.0
  var anchor = Anchor.start
  var isBold = false
  var colour = Ink.black
  /// Degrees clockwise about the text's anchor: 0 or −90.
  var turn = 0.0
}

/// Coloured cells, top row first.
struct Picture: Equatable, Sendable {
  enum Cells: Equatable, Sendable {
    /// Index into at most 256 colours; index 0 is transparent.
    case indexed([UInt8], palette: [Colour])
    /// Nil is transparent.
    case full([Colour?])
  }

  var width, height: Int
  var cells: Cells

  /// - Precondition: one cell for each of width · height.
  init(width: Int, height: Int, cells: Cells) {
    switch cells {
    case .indexed(let pixels, let palette):
      precondition(pixels.count == width * height && palette.count <= 256)
    case .full(let pixels): precondition(pixels.count == width * height)
    }
    (self.width, self.height, self.cells) = (width, height, cells)
  }

  subscript(index: Int) -> Colour? {
    switch cells {
    case .indexed(let pixels, let palette): pixels[index] == 0 ? nil : palette[Int(pixels[index])]
    case .full(let pixels): pixels[index]
    }
  }
}

/// What a figure is made of, in the order of drawing. Units are CSS pixels, y downwards.
enum Mark: Equatable, Sendable {
  case shape(Shape, fill: Fill?, stroke: Stroke?)
  case text(String, Place, TextStyle)
  case picture(Picture, Box)
  /// What follows up to `endGroup` has this tooltip.
  case group(String)
  case endGroup
}
