/// The colours of a map with their values, and how often each occurs.
struct ColourBar {
  var limits: ClosedRange<Double>
  var map: ColourMap
  var unit: String
  var values: [Double]

  private static let steps = 64
  private static let bins = 32

  func draw(on canvas: inout Canvas, left: Double, top: Double, height: Double) {
    let bar = Box(x: left + 30, y: top, width: 12, height: height)
    drawHistogram(on: &canvas, Box(x: left, y: top, width: 28, height: height))
    let palette =
      [Colour.white] + (0..<Self.steps).map { map.colour(at: Double($0) / Double(Self.steps - 1)) }
    let cells = (1...Self.steps).reversed().map(UInt8.init)
    canvas.image(Picture(width: 1, height: Self.steps, cells: .indexed(cells, palette: palette)), bar)
    canvas.rectangle(bar, stroke: Stroke(Ink.black, width: 0.8))
    drawEnds(on: &canvas, bar)
    let scale = Scale(domain: limits, start: bar.bottom, end: bar.y)
    let ticks = Ticks.linear(limits, count: max(2, Int(height / 40)))
    for (value, label) in zip(ticks.values, ticks.labels) {
      let y = scale.position(value)
      canvas.line(bar.right, y, bar.right + 4, y, Stroke(Ink.black))
      canvas.text(bar.right + 7, y + 3.7, label, TextStyle(size: 10.5))
    }
    canvas.text(
      bar.right + 2, top - 12, unit, TextStyle(size: 10.5, anchor: .middle, colour: Ink.faint))
  }

  /// A point at an end of the bar: there are values beyond it.
  private func drawEnds(on canvas: inout Canvas, _ bar: Box) {
    let slack = 1e-9 * (limits.upperBound - limits.lowerBound)
    let ends = [
      (bar.y, bar.y - 8, 1.0, values.contains { $0.isFinite && $0 > limits.upperBound + slack }),
      (bar.bottom, bar.bottom + 8, 0.0, values.contains { $0.isFinite && $0 < limits.lowerBound - slack }),
    ]
    for (foot, tip, fraction, isNeeded) in ends where isNeeded {
      var path = Path()
      path.polygon([Place(bar.x, foot), Place(bar.x + bar.width / 2, tip), Place(bar.right, foot)])
      canvas.path(path, fill: Fill(map.colour(at: fraction)), stroke: Stroke(Ink.black, width: 0.8))
    }
  }

  private func drawHistogram(on canvas: inout Canvas, _ box: Box) {
    let inside = values.filter { $0.isFinite && $0 >= limits.lowerBound && $0 <= limits.upperBound }
    // Fewer values are told better by the dots themselves.
    guard inside.count >= 30 else { return }
    let counts = Histogram.counts(inside, in: limits, bins: Self.bins)
    let most = Double(counts.max() ?? 1)
    var outline = Path()
    for (bin, count) in counts.enumerated() where count > 0 {
      let left = box.right - Double(count) / most * (box.width - 2)
      let high = box.bottom - Double(bin + 1) / Double(Self.bins) * box.height
      let low = box.bottom - Double(bin) / Double(Self.bins) * box.height
      outline.polygon([
        Place(box.right, low), Place(left, low), Place(left, high), Place(box.right, high),
      ])
    }
    canvas.path(outline, fill: Fill(Colour(0xb4bac2)))
  }
}
