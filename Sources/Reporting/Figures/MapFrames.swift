public import NumericCore

/// A part of a map with a text at its centre.
public struct MapFrame: Sendable, Equatable {
  /// In the coordinates of the map.
  public var region: Region
  /// At its centre.
  public var label: String
  /// Whether it gave a value; others are drawn faintly.
  public var isUsed: Bool

  /// A frame that gave a value unless told otherwise.
  public init(region: Region, label: String, isUsed: Bool = true) {
    (self.region, self.label, self.isUsed) = (region, label, isUsed)
  }

  var centre: Place { Place((region.west + region.east) / 2, (region.south + region.north) / 2) }
}

extension MapPanel {
  /// Outlines, then their texts, so that no line of a neighbour crosses a text.
  func drawFrames(on canvas: inout Canvas, _ box: Box) {
    let frames = overlay.frames
    for frame in frames {
      let outline = self.box(of: frame.region, box)
      canvas.rectangle(outline, stroke: Stroke(.white, width: 2.6, opacity: 0.7))
      canvas.rectangle(
        outline,
        stroke: frame.isUsed ? Stroke(Ink.black, width: 1.1) : Stroke(Ink.faint, width: 1, dashes: [3, 3]))
    }
  }

  /// Texts that have room between the centres of the frames.
  func drawFrameLabels(on canvas: inout Canvas, _ box: Box) {
    let frames = overlay.frames
    let room = Self.room(frames) * box.width / region.width
    for frame in frames {
      let centre = position(frame.centre.x, frame.centre.y, box)
      let own = frame.region.width * box.width / region.width
      let fitting = [11.0, 9.5, 8].first {
        Canvas.width(of: frame.label, size: $0, isBold: frame.isUsed) + 8 <= min(room, own)
      }
      guard let size = fitting, centre.x > box.x, centre.x < box.right, centre.y > box.y,
        centre.y < box.bottom
      else { continue }
      let style = TextStyle(
        size: size, anchor: .middle, isBold: frame.isUsed, colour: frame.isUsed ? Ink.black : Ink.faint)
      let width = Canvas.width(of: frame.label, size: size, isBold: frame.isUsed) + 6
      canvas.rectangle(
        Box(x: centre.x - width / 2, y: centre.y - size * 0.75, width: width, height: size * 1.5),
        fill: Fill(.white, opacity: 0.8), corner: 2)
      canvas.text(centre.x, centre.y + size * 0.36, frame.label, style)
    }
  }

  /// Least distance of centres that do not stand above each other.
  private static func room(_ frames: [MapFrame]) -> Double {
    let places = frames.map(\.centre.x).sorted()
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    let slack = 1e-6 * (frames.map(\.region.width).max() ?? 0)
    return gaps.filter { $0 > slack }.min() ?? .infinity
  }
}
