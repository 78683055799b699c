/// How often values occur.
public struct Histogram: Sendable {
  /// A value to mark with a vertical line.
  public struct Mark: Sendable, Equatable {
    /// Where it stands.
    public var value: Double
    /// Written beside it.
    public var label: String
    /// A line at a value.
    public init(_ value: Double, _ label: String) { (self.value, self.label) = (value, label) }
  }

  /// Above the bars.
  public var title: String
  /// Quantity and unit: `residual, mGal`.
  public var quantity: String
  /// One or two sets of values over common bins; missing values are left out.
  public var sets: [(label: String, values: [Double])]
  /// Values to be marked, such as the one that is true.
  public var marks: [Mark]
  /// Whether few and many are to be seen at once.
  public var isCountLogarithmic = false

  /// Sets of values on one axis.
  public init(title: String, quantity: String, sets: [(label: String, values: [Double])], marks: [Mark] = [])
  {
    (self.title, self.quantity, self.sets, self.marks) = (title, quantity, sets, marks)
  }

  /// Number of values in each of `bins` equal parts of `limits`; the last part includes the upper bound.
  static func counts(_ values: [Double], in limits: ClosedRange<Double>, bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    let scale = Double(bins) / (limits.upperBound - limits.lowerBound)
    for value in values where limits.contains(value) {
      counts[min(Int((value - limits.lowerBound) * scale), bins - 1)] += 1
    }
    return counts
  }

  /// Twice the cube root of the count (Rice's rule) in whole numbers, between 5 and 40.
  static func binCount(_ count: Int) -> Int {
    var root = 1
    while root * root * root < count { root += 1 }
    return min(max(2 * root, 5), 40)
  }
}

extension Figures {
  /// A histogram of one or two sets of values.
  public static func histogram(_ histogram: Histogram) -> Figure {
    let sets = histogram.sets.map { (label: $0.label, values: PlotMath.finite($0.values)) }
    let limits = histogramLimits(sets.map(\.values), marks: histogram.marks)
    let bins = Histogram.binCount(sets.map(\.values.count).max() ?? 0)
    let counts = sets.map { Histogram.counts($0.values, in: limits, bins: bins) }
    let most = Double(max(1, counts.joined().max() ?? 1))
    let panel = ChartPanel(
      title: histogram.title, plot: Box(x: 58, y: 34, width: 300, height: 190),
      horizontal: .init(title: histogram.quantity, domain: limits),
      vertical: histogram.isCountLogarithmic
        ? .init(title: "count", domain: 0.7...(most * (sets.count > 1 ? 4 : 1.3)), isLogarithmic: true)
        : .init(title: "count", domain: 0...(most * (sets.count > 1 ? 1.3 : 1.08)), isInteger: true))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    let colours = [Ink.grey, Ink.blue]
    for (index, bars) in counts.enumerated() {
      let colour = counts.count == 1 ? Ink.blue : colours[index % 2]
      drawBars(bars, limits, panel, colour, on: &canvas)
    }
    canvas.rectangle(panel.plot, stroke: Stroke(Ink.frame))
    for mark in histogram.marks {
      guard limits.contains(mark.value) else { continue }
      let foot = Place(panel.xScale.position(mark.value), panel.plot.bottom)
      canvas.line(foot.x, panel.plot.y, foot.x, foot.y, Stroke(Ink.vermillion, width: 1.5))
      let isRight = foot.x > panel.plot.x + panel.plot.width * 0.6
      canvas.text(
        foot.x + (isRight ? -4 : 4), panel.plot.y + 12, mark.label,
        TextStyle(size: 10.5, anchor: isRight ? .end : .start, colour: Ink.vermillion))
    }
    if sets.count > 1 {
      let entries = zip(sets, colours).map { ($0.label, $1) }
      Legend(entries: entries).draw(on: &canvas, right: panel.plot.right - 8, top: panel.plot.y + 8)
    }
    return canvas.figure(width: 376, height: 264, label: histogram.title)
  }

  /// All values, except that a single outlier must not squeeze the rest: ten times the middle 90 % is the
  /// limit.
  private static func histogramLimits(_ sets: [[Double]], marks: [Histogram.Mark]) -> ClosedRange<Double> {
    let sorted = sets.flatMap { $0 }.sorted()
    guard let first = sorted.first, let last = sorted.last else { return 0...1 }
    let (low, high) = (PlotMath.percentile(sorted, 0.05), PlotMath.percentile(sorted, 0.95))
    let reach = 5 * (high - low)
    var bounds = [reach > 0 ? max(first, low - reach) : first, reach > 0 ? min(last, high + reach) : last]
    let width = bounds[1] - bounds[0]
    bounds += marks.map(\.value).filter { $0 > bounds[0] - width && $0 < bounds[1] + width }
    return Scale.domain(of: bounds, margin: 0.02)
  }

  static func drawBars(
    _ bars: [Int], _ limits: ClosedRange<Double>, _ panel: ChartPanel, _ colour: Colour,
    on canvas: inout Canvas
  ) {
    let width = panel.plot.width / Double(bars.count)
    for (bin, count) in bars.enumerated() where count > 0 {
      let top = panel.yScale.position(Double(count))
      canvas.rectangle(
        Box(
          x: panel.plot.x + Double(bin) * width, y: top, width: width, height: panel.plot.bottom - top),
        fill: Fill(colour, opacity: 0.6), stroke: Stroke(.white, width: 0.6))
    }
  }
}
