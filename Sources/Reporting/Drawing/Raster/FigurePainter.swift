extension Raster {
  /// The figure on white paper, `scale` pixels a CSS pixel.
  static func picture(of figure: Figure, scale: Double) -> Raster {
    let raster = Raster(
      width: max(1, Int((figure.width * scale).rounded(.up))),
      height: max(1, Int((figure.height * scale).rounded(.up))))
    var painter = FigurePainter(raster: raster, scale: scale)
    for mark in figure.marks { painter.paint(mark) }
    return painter.raster
  }
}

/// Paints marks. Upright edges of boxes, lines along an axis and the feet of letters are moved to the nearest
/// whole pixel, so that they are sharp.
struct FigurePainter {
  private(set) var raster: Raster
  let scale: Double

  mutating func paint(_ mark: Mark) {
    switch mark {
    case .shape(.rectangle(let box, corner: 0), let fill, let stroke):
      paint(box, fill, stroke)
    case .shape(.line(let start, let end), _, let stroke):
      if let stroke { paint(from: start, to: end, stroke) }
    case .shape(.circle(let place, let radius), let fill, let stroke):
      let chain = Arc.circle(Place(place.x * scale, place.y * scale), radius * scale)
      paint([(chain, true)], fill, stroke.map { Self.rounded($0) })
    case .shape(.rectangle(let box, let corner), let fill, let stroke):
      paint(Self.roundedPath(box, corner).chains(scale: scale), fill, stroke)
    case .shape(.path(let path), let fill, let stroke): paint(path.chains(scale: scale), fill, stroke)
    case .text(let text, let place, let style): paint(text, place, style)
    case .picture(let picture, let box):
      raster.paint(
        picture, left: pixel(box.x), top: pixel(box.y), right: pixel(box.right), bottom: pixel(box.bottom))
    case .group, .endGroup: break
    }
  }

  private func pixel(_ position: Double) -> Int { Int((position * scale).rounded()) }

  /// Whole pixels a thin line takes, and what is left of its opacity where it would take less than one.
  private func thickness(_ stroke: Stroke) -> (pixels: Int, opacity: Double) {
    let exact = stroke.width * scale
    return (max(1, Int(exact.rounded())), stroke.opacity * min(1, max(exact, 0.35)))
  }

  private mutating func paint(_ chains: [(places: [Place], isClosed: Bool)], _ fill: Fill?, _ stroke: Stroke?)
  {
    if let fill {
      var edges = EdgeList()
      for chain in chains { edges.add(chain.places) }
      raster.fill(edges, fill)
    }
    guard let stroke else { return }
    let exact = stroke.width * scale
    let stroker = Stroker(width: max(exact, 0.6), isRound: stroke.isRound)
    var edges = EdgeList()
    for chain in chains {
      guard !stroke.dashes.isEmpty else {
        stroker.outline(chain.places, isClosed: chain.isClosed, into: &edges)
        continue
      }
      let whole = chain.isClosed ? chain.places + [chain.places[0]] : chain.places
      for piece in Stroker.dashes(whole, stroke.dashes.map { $0 * scale }) {
        stroker.outline(piece, isClosed: false, into: &edges)
      }
    }
    raster.fill(edges, Fill(stroke.colour, opacity: stroke.opacity * min(1, exact / 0.6)))
  }

  private mutating func paint(_ box: Box, _ fill: Fill?, _ stroke: Stroke?) {
    if let fill { raster.fill(pixel(box.x), pixel(box.y), pixel(box.right), pixel(box.bottom), fill) }
    guard let stroke else { return }
    guard stroke.dashes.isEmpty else {
      let corners = [
        Place(box.x, box.y), Place(box.right, box.y), Place(box.right, box.bottom), Place(box.x, box.bottom),
      ]
      for (index, corner) in corners.enumerated() {
        paint(from: corner, to: corners[(index + 1) % 4], stroke)
      }
      return
    }
    let (width, opacity) = thickness(stroke)
    let reach = Double(width) / 2
    func outer(_ position: Double, _ sign: Double) -> Int { Int((position * scale + sign * reach).rounded()) }
    let (left, top) = (outer(box.x, -1), outer(box.y, -1))
    let (right, bottom) = (outer(box.right, 1), outer(box.bottom, 1))
    let ink = Fill(stroke.colour, opacity: opacity)
    raster.fill(left, top, right, top + width, ink)
    raster.fill(left, bottom - width, right, bottom, ink)
    raster.fill(left, top + width, left + width, bottom - width, ink)
    raster.fill(right - width, top + width, right, bottom - width, ink)
  }

  private mutating func paint(from start: Place, to end: Place, _ stroke: Stroke) {
    let isUpright = start.x == end.x
    guard isUpright || start.y == end.y else {
      paint([([start, end].map { Place($0.x * scale, $0.y * scale) }, false)], nil, stroke)
      return
    }
    let (width, opacity) = thickness(stroke)
    let ink = Fill(stroke.colour, opacity: opacity)
    let across = Int(((isUpright ? start.x : start.y) * scale - Double(width) / 2).rounded())
    let along = isUpright ? (start.y, end.y) : (start.x, end.x)
    let line = [Place(min(along.0, along.1) * scale, 0), Place(max(along.0, along.1) * scale, 0)]
    let pieces = stroke.dashes.isEmpty ? [line] : Stroker.dashes(line, stroke.dashes.map { $0 * scale })
    for piece in pieces {
      let (first, last) = (Int(piece[0].x.rounded()), Int((piece.last ?? piece[0]).x.rounded()))
      if isUpright {
        raster.fill(across, first, across + width, last, ink)
      } else {
        raster.fill(first, across, last, across + width, ink)
      }
    }
  }

  private mutating func paint(_ text: String, _ place: Place, _ style: TextStyle) {
    let width = Lettering.width(of: text, isBold: style.isBold) * style.size
    let shift =
      switch style.anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    let isTurned = style.turn != 0
    precondition(!isTurned || style.turn == -90, "text stands upright or turned by a quarter to the left")
    let size = style.size * scale
    let foot = (isTurned ? place.x : place.y) * scale
    let start = (isTurned ? place.y - shift : place.x + shift) * scale
    var edges = EdgeList()
    let stroker = Stroker(
      width: Lettering.weight(isBold: style.isBold) * size, isRound: true, hasCaps: true)
    for stroke in Lettering.strokes(of: text, isBold: style.isBold) {
      let chain = stroke.scaled(size).map { letter -> Place in
        isTurned
          ? Place(foot.rounded() + letter.y, start - letter.x)
          : Place(start + letter.x, foot.rounded() + letter.y)
      }
      if let radius = stroke.dot {
        edges.addTurned(Arc.circle(chain[0], radius * size))
      } else {
        stroker.outline(chain, isClosed: false, into: &edges)
      }
    }
    raster.fill(edges, Fill(style.colour))
  }

  private static func rounded(_ stroke: Stroke) -> Stroke {
    var stroke = stroke
    stroke.isRound = true
    return stroke
  }

  private static func roundedPath(_ box: Box, _ corner: Double) -> Path {
    let r = min(corner, box.width / 2, box.height / 2)
    let k = r * 0.4477
    let (left, top, right, bottom) = (box.x, box.y, box.right, box.bottom)
    var path = Path()
    path.move(left + r, top)
    path.line(right - r, top)
    path.curve(Place(right - k, top), Place(right, top + k), Place(right, top + r))
    path.line(right, bottom - r)
    path.curve(Place(right, bottom - k), Place(right - k, bottom), Place(right - r, bottom))
    path.line(left + r, bottom)
    path.curve(Place(left + k, bottom), Place(left, bottom - k), Place(left, bottom - r))
    path.line(left, top + r)
    path.curve(Place(left, top + k), Place(left + k, top), Place(left + r, top))
    path.close()
    return path
  }
}
