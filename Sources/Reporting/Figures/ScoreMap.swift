import NumericCore

extension Figures {
  /// Trials of two parameters coloured by their score, the best one ringed. Between them: the cells of a
  /// regular grid of trials, or, of scattered ones, a smooth surface through the scores inside their hull.
  public static func scoreMap(
    _ first: SampledParameter, _ second: SampledParameter, score: SampledParameter, best: Int?, title: String
  ) -> Figure {
    let panel = ChartPanel(
      title: title, plot: Box(x: 74, y: 40, width: 300, height: 220), horizontal: first.axis,
      vertical: second.axis)
    var canvas = Canvas()
    panel.draw(on: &canvas)
    let places = zip(first.values, second.values).map { panel.point($0, $1) }
    let trials = zip(places, score.values).compactMap { place, value in
      place.flatMap { value.isFinite ? ScoreField.Trial(place: $0, score: value) : nil }
    }
    ScoreField(trials: trials, limits: score.limits, box: panel.plot).draw(on: &canvas)
    let isGrid = ScoreField.isGrid(trials)
    drawDots(
      first, second, score, panel, on: &canvas,
      look: (isGrid ? 2.5 : 4, Stroke(.white, width: 1, isRound: true)))
    canvas.rectangle(panel.plot, stroke: Stroke(Ink.frame))
    if let best, places.indices.contains(best), let place = places[best] {
      canvas.circle(place, radius: 8, stroke: Stroke(.white, width: 4))
      canvas.circle(place, radius: 8, stroke: .best)
    }
    ColourBar(limits: score.limits, map: .sequential, unit: score.label, values: score.values)
      .draw(on: &canvas, left: panel.plot.right + 8, top: 48, height: 212)
    return canvas.figure(width: 500, height: 302, label: title)
  }

  /// The score against each of several parameters, one panel a parameter and one for the order of the trials;
  /// dots go from dark to light in that order, the best one is ringed.
  public static func slices(
    _ parameters: [SampledParameter], score: SampledParameter, best: Int?, title: String
  ) -> Figure {
    let order = SampledParameter(
      name: "trial", unit: "", values: score.values.indices.map(Double.init))
    let panels = [order] + parameters
    let columns = min(panels.count, 4)
    let (width, height) = (190.0, 170.0)
    var canvas = Canvas()
    canvas.text(66, 18, title, TextStyle(size: 13, isBold: true))
    for (index, parameter) in panels.enumerated() {
      let (row, column) = (index / columns, index % columns)
      var vertical = score.axis
      if column > 0 { (vertical.title, vertical.showsLabels) = ("", false) }
      let panel = ChartPanel(
        title: "",
        plot: Box(
          x: 70 + Double(column) * (width + 18), y: 32 + Double(row) * (height + 52), width: width,
          height: height),
        horizontal: parameter.axis, vertical: vertical)
      panel.draw(on: &canvas)
      drawDots(parameter, score, order, panel, on: &canvas)
      if let best, score.values.indices.contains(best),
        let place = panel.point(parameter.values[best], score.values[best])
      {
        canvas.circle(place, radius: 7, stroke: .best)
      }
    }
    let rows = (panels.count + columns - 1) / columns
    return canvas.figure(
      width: 76 + Double(columns) * (width + 18), height: 32 + Double(rows) * (height + 52) - 6, label: title)
  }

  /// Trials by two scores: those that no other beats in both are joined, the chosen one is ringed.
  public static func front(
    _ first: SampledParameter, _ second: SampledParameter, isOnFront: [Bool], best: Int?, title: String
  ) -> Figure {
    let panel = ChartPanel(
      title: title, plot: Box(x: 74, y: 40, width: 330, height: 220),
      horizontal: frontAxis(first, isOnFront), vertical: frontAxis(second, isOnFront))
    var canvas = Canvas()
    panel.draw(on: &canvas)
    let places = zip(first.values, second.values).map { panel.inside($0, $1) }
    let beyond = zip(first.values, second.values).count { panel.inside($0, $1) == nil && ($0 + $1).isFinite }
    for (index, place) in places.enumerated() where !isOnFront[index] {
      if let place { canvas.circle(place, radius: 3, fill: Fill(Colour(0xc3c8ce)), stroke: .thinInk) }
    }
    let front = places.indices.filter { isOnFront[$0] }.compactMap { places[$0] }.sorted {
      ($0.x, $0.y) < ($1.x, $1.y)
    }
    canvas.polyline(front, Stroke(Ink.blue, width: 1.5, isRound: true))
    for place in front { canvas.circle(place, radius: 3.6, fill: Fill(Ink.blue), stroke: .thinInk) }
    if let best, places.indices.contains(best), let place = places[best] {
      canvas.circle(place, radius: 8, stroke: .best)
    }
    let key = KeyRow(entries: [
      ("front", Stroke(Ink.blue, width: 4)),
      ("beaten" + (beyond > 0 ? ", \(beyond) more beyond the axes" : ""), Stroke(Colour(0xc3c8ce), width: 6)),
      ("chosen", Stroke(Ink.vermillion, width: 2)),
    ])
    key.draw(on: &canvas, left: panel.plot.x, y: panel.plot.bottom + 49)
    return canvas.figure(width: max(424, panel.plot.x + key.width), height: 322, label: title)
  }

  /// The front and nine in ten of the others: a trial that went astray must not squeeze them.
  private static func frontAxis(_ score: SampledParameter, _ isOnFront: [Bool]) -> ChartPanel.Axis {
    let sorted = PlotMath.finite(score.values).sorted()
    let kept = score.values.indices.filter { index in
      isOnFront[index]
        || (score.values[index] <= PlotMath.percentile(sorted, 0.9)
          && score.values[index] >= PlotMath.percentile(sorted, 0.1))
    }
    var seen = score
    seen.values = kept.map { score.values[$0] }
    return seen.axis
  }
}

/// The colours between trials.
struct ScoreField {
  struct Trial {
    var place: Place
    var score: Double
  }

  let trials: [Trial]
  let limits: ClosedRange<Double>
  let box: Box

  /// A spline through more points takes longer than anyone looks at it.
  private static let mostTrials = 300
  private static let cells = 96

  func draw(on canvas: inout Canvas) {
    if Self.isGrid(trials) {
      drawCells(on: &canvas)
    } else if let picture = surface() {
      canvas.image(picture, box)
    }
  }

  /// Whether there is one trial for each pair of at least two positions across and two upright.
  static func isGrid(_ trials: [Trial]) -> Bool {
    let (columns, rows) = (positions(trials.map(\.place.x)), positions(trials.map(\.place.y)))
    return columns.count > 1 && rows.count > 1 && columns.count * rows.count == trials.count
  }

  private static func positions(_ values: [Double]) -> [Double] {
    var distinct: [Double] = []
    for value in values.sorted() where distinct.last.map({ value - $0 > 0.01 }) ?? true {
      distinct.append(value)
    }
    return distinct
  }

  private func colour(_ score: Double) -> Colour {
    ColourMap.sequential.colour(
      at: (score - limits.lowerBound) / (limits.upperBound - limits.lowerBound))
  }

  /// Every trial fills the space up to the middle between it and its neighbours.
  private func drawCells(on canvas: inout Canvas) {
    let columns = Self.borders(Self.positions(trials.map(\.place.x)), box.x, box.right)
    let rows = Self.borders(Self.positions(trials.map(\.place.y)), box.y, box.bottom)
    for trial in trials {
      guard let right = columns.first(where: { $0 > trial.place.x }),
        let left = columns.last(where: { $0 <= trial.place.x }),
        let bottom = rows.first(where: { $0 > trial.place.y }),
        let top = rows.last(where: { $0 <= trial.place.y })
      else { continue }
      canvas.rectangle(
        Box(x: left, y: top, width: right - left, height: bottom - top), fill: Fill(colour(trial.score)))
    }
  }

  private static func borders(_ positions: [Double], _ low: Double, _ high: Double) -> [Double] {
    let middles = zip(positions, positions.dropFirst()).map { ($0 + $1) / 2 }
    let first = positions[0] - (middles[0] - positions[0])
    let end = positions[positions.count - 1]
    return [max(low, first)] + middles + [min(high, end + (end - middles[middles.count - 1]))]
  }

  /// A bi-harmonic spline through the scores, within the hull of the trials.
  private func surface() -> Picture? {
    let points = thinned()
    let hull = Self.hull(points.map(\.place))
    guard points.count >= 5, hull.count >= 3 else { return nil }
    let reach = max(limits.upperBound - limits.lowerBound, .leastNormalMagnitude)
    let middle = points.reduce(0) { $0 + $1.score } / Double(points.count)
    // Scores far beyond the colours would swing the surface where it matters.
    let values = points.map {
      (min(max($0.score, limits.lowerBound - reach), limits.upperBound + reach) - middle) / reach
    }
    let sites = Points(
      easting: points.map { ($0.place.x - box.x) / box.width },
      northing: points.map { ($0.place.y - box.y) / box.height })
    // Fails for numbers that are not finite or for no points only: neither comes here.
    guard let spline = try? BiharmonicSpline.fit(points: sites, values: values, damping: 1e-8) else {
      return nil
    }
    let palette = [Colour.white] + (0...254).map { ColourMap.sequential.colour(at: Double($0) / 254) }
    var cells: [UInt8] = []
    for row in 0..<Self.cells {
      for column in 0..<Self.cells {
        let (x, y) = ((Double(column) + 0.5) / Double(Self.cells), (Double(row) + 0.5) / Double(Self.cells))
        guard Self.contains(hull, Place(box.x + x * box.width, box.y + y * box.height)) else {
          cells.append(0)
          continue
        }
        let value = spline.evaluate(at: Points(easting: [x], northing: [y]))[0] * reach + middle
        let fraction = min(max((value - limits.lowerBound) / reach, 0), 1)
        cells.append(UInt8((fraction * 254).rounded()) + 1)
      }
    }
    return Picture(width: Self.cells, height: Self.cells, cells: .indexed(cells, palette: palette))
  }

  /// One trial for each place, and of too many the means over the cells of a grid.
  private func thinned() -> [Trial] {
    let cell = trials.count > Self.mostTrials ? max(box.width, box.height) / 16 : 0.5
    var sums: [Int: (x: Double, y: Double, score: Double, count: Double)] = [:]
    for trial in trials {
      let (column, row) = (Int((trial.place.x - box.x) / cell), Int((trial.place.y - box.y) / cell))
      var sum = sums[row * 100_000 + column] ?? (0, 0, 0, 0)
      sum = (sum.x + trial.place.x, sum.y + trial.place.y, sum.score + trial.score, sum.count + 1)
      sums[row * 100_000 + column] = sum
    }
    return sums.sorted { $0.key < $1.key }.map { _, sum in
      Trial(place: Place(sum.x / sum.count, sum.y / sum.count), score: sum.score / sum.count)
    }
  }

  /// Corners of the least convex polygon about the places, by Andrew's chains.
  static func hull(_ places: [Place]) -> [Place] {
    let sorted = places.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    func chain(_ places: [Place]) -> [Place] {
      var chain: [Place] = []
      for place in places {
        while chain.count > 1, side(chain[chain.count - 2], chain[chain.count - 1], place) <= 0 {
          chain.removeLast()
        }
        chain.append(place)
      }
      return Array(chain.dropLast())
    }
    return chain(sorted) + chain(sorted.reversed())
  }

  static func contains(_ hull: [Place], _ place: Place) -> Bool {
    hull.indices.allSatisfy { side(hull[$0], hull[($0 + 1) % hull.count], place) >= 0 }
  }

  private static func side(_ start: Place, _ end: Place, _ place: Place) -> Double {
    (end.x - start.x) * (place.y - start.y) - (end.y - start.y) * (place.x - start.x)
  }
}
