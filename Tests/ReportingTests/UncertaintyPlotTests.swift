import Artefacts
import Datasets
import NumericCore
import StandardCatalogue
import Testing

@testable import Reporting

/// Plots of calibrations, sensitivities, windows and growing ensembles.
@Suite struct UncertaintyPlotTests {
  static func coverage(known: Bool = true) throws -> PlotSource {
    var data = Dataset()
    let nominal = (1...9).map { Double($0) / 10 }
    for (name, values) in [
      ("nominal", nominal), ("coverage", nominal.map { $0 * 0.6 }),
      ("total_coverage", nominal.map { known ? $0 - 0.02 : .nan }),
      ("band_low", nominal.map { max(0, $0 - 0.1) }), ("band_high", nominal.map { min(1, $0 + 0.1) }),
    ] {
      try data.addColumn(name, values, units: "1", dimension: "interval")
    }
    return PlotSource(data, name: "calibration.coverage", views: .standard)
  }

  static func indices(alone: Bool = false, errors: Bool = false) throws -> PlotSource {
    var data = Dataset()
    try data.addColumn("input", ["damping", "density_contrast", "gravity"], dimension: "input")
    if alone {
      try data.addColumn("rms_deviation", [1, 2, 3], units: "m", dimension: "input")
      try data.addColumn("part", [0.1, 0.2, 0.7], units: "1", dimension: "input")
    } else {
      try data.addColumn("first_order", [-0.05, 0.3, 0.625], units: "1", dimension: "input")
      try data.addColumn("total", [0.01, 0.35, 0.7], units: "1", dimension: "input")
    }
    if errors {
      try data.addColumn("first_order_error", [0.02, 0.05, 0.06], units: "1", dimension: "input")
      try data.addColumn("total_error", [0.01, .nan, 0.2], units: "1", dimension: "input")
    }
    return PlotSource(data, name: "indices.indices", views: .standard)
  }

  static func maps() throws -> PlotSource {
    var data = Dataset()
    try data.addGrid("z_stdev", PlotTests.surface, units: "m")
    try data.addColumn("input", ["damping", "zref"], dimension: "input")
    let size = PlotTests.geometry.count
    let values = (0..<2 * size).map { $0 < size ? 0.25 : 0.75 }
    for (name, units) in [("total", "1"), ("deviation", "m")] {
      try data.add(
        .init(
          name: name, dimensions: ["input", "northing", "easting"], values: .double(values),
          attributes: [.init(name: "units", value: .text(units))]))
    }
    return PlotSource(data, name: "indices.maps", views: .standard)
  }

  static func windows() throws -> PlotSource {
    var data = Dataset()
    for (name, values) in [
      ("west", [0.0, 20_000]), ("east", [20_000, 40_000]), ("south", [0, 0]), ("north", [30_000, 30_000]),
      ("density_contrast", [1875, .nan]), ("score", [4, .nan]), ("points", [9, 1]),
    ] {
      try data.addColumn(name, values, dimension: "window")
    }
    try data.addColumn("state", ["finished", "too few points"], dimension: "window")
    return PlotSource(data, name: "windows.windows", views: .standard)
  }

  static func growth() throws -> PlotSource {
    var data = Dataset()
    let members = [2.0, 4, 16, 64]
    try data.addColumn("members", members, units: "1", dimension: "size")
    try data.addColumn("mean_error", members.map { 8 / $0.squareRoot() }, units: "m", dimension: "size")
    try data.addColumn("stdev_error", members.map { 5 / $0.squareRoot() }, units: "m", dimension: "size")
    return PlotSource(data, name: "statistics.convergence", views: .standard)
  }

  private func figure(_ source: PlotSource, _ change: (inout PlotRequest) throws -> Void = { _ in }) throws
    -> Figure
  {
    var request = PlotRequest()
    try change(&request)
    let figure = try Plot(source, request).figure()
    #expect(PlotTests.misplaced(figure) == [], "\(source.name)")
    #expect(WellFormed(figure.svg).failure == nil)
    return figure
  }

  private func text(_ figure: Figure) -> String { WellFormed(figure.svg).text }

  private func message(_ source: PlotSource, _ change: (inout PlotRequest) throws -> Void) -> String {
    do {
      var request = PlotRequest()
      try change(&request)
      _ = try Plot(source, request).figure()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func theArtefactDecides() throws {
    for (source, kind) in [
      (try Self.coverage(), PlotKind.calibration), (try Self.indices(), .sensitivity),
      (try Self.indices(alone: true), .sensitivity), (try Self.maps(), .sensitivity),
      (try Self.windows(), .windows), (try Self.growth(), .convergence),
    ] {
      #expect(try Plot(source, PlotRequest()).kind == kind, "\(source.name)")
    }
  }

  @Test func calibrationTellsItsErrorAndScale() throws {
    #expect(text(try figure(Self.coverage())).contains("Calibration: error 0.02"))
    // Without the points' own uncertainty 0.4 · nominal is missing, on the mean 0.4 · 0.5.
    let alone = text(try figure(Self.coverage(known: false)))
    #expect(alone.contains("Calibration: error 0.2") && !alone.contains("without"))
    var scale = Dataset()
    try scale.addScalar("best_scale", 1.27, units: "1")
    let scaled = try figure(Self.coverage()) {
      $0.other = PlotSource(scale, name: "c.best_scale", views: .standard)
    }
    #expect(text(scaled).contains("error 0.02, best scale 1.27"))
    #expect(
      try message(Self.coverage()) { $0.other = try Self.growth() }.contains("needs the number best_scale"))
  }

  @Test func perfectCalibrationLiesOnTheDiagonal() throws {
    let nominal = [0.9, 0.1, 0.5]
    let curve = CoverageCurve(nominal: nominal, actual: nominal, bandLow: nominal, bandHigh: nominal)
    #expect(curve.error == 0)
    let dots = Figures.calibration(curve).marks.compactMap { mark -> Place? in
      if case .shape(.circle(let place, _), _, _) = mark { place } else { nil }
    }
    #expect(dots.count == 3)
    // The plot is a square with its lower left corner at (66, 334).
    for dot in dots { #expect(abs((dot.x - 66) - (334 - dot.y)) < 1e-9) }
    #expect(dots.map(\.x) == dots.map(\.x).sorted())
  }

  @Test func barsAreAsLongAsTheirValues() throws {
    let drawn = try figure(Self.indices())
    let lengths = drawn.marks.compactMap { mark -> Double? in
      guard case .shape(.rectangle(let box, _), let fill?, _) = mark, fill.colour != .white else {
        return nil
      }
      return box.width
    }
    #expect(lengths.count == 6)
    // −0.05, 0.01, 0.3, 0.35, 0.625, 0.7
    for (length, value) in zip(lengths, [0.05, 0.01, 0.3, 0.35, 0.625, 0.7]) {
      #expect(abs(length / lengths[5] - value / 0.7) < 1e-9)
    }
    for word in ["damping", "density_contrast", "−0.05", "0.625", "first order", "total"] {
      #expect(text(drawn).contains(word), "\(word)")
    }
    #expect(!text(drawn).contains("standard errors"))
    let alone = text(try figure(Self.indices(alone: true)))
    #expect(alone.contains("± 3 m") && alone.contains("Each input drawn alone"))
    #expect(
      try message(Self.indices()) { try $0.read(.variable, "total") }.contains(
        "--variable changes nothing in the bars"))
  }

  // MARK: - importances

  /// Seventeen trials of a score that depends on the logarithm of the first of three settings, and the second score on
  /// the second alone.
  static func importances(_ change: (inout Dataset) throws -> Void = { _ in }) throws -> PlotSource {
    let places = (0..<17).map { trial -> [Double] in [3, 5, 11].map { Double(trial * $0 % 17) / 16 } }
    var data = Dataset()
    try data.addColumn("damping", places.map { Elementary.pow10(-2 * $0[0]) }, dimension: "trial")
    data.attributes.append(.init(name: "scale_damping", value: .text("log")))
    try data.addColumn("zref", places.map { 480 + 25 * $0[1] }, units: "m", dimension: "trial")
    try data.addColumn("density", places.map { 2600 + 100 * $0[2] }, dimension: "trial")
    try data.addColumn("score", places.map { 2 + $0[0] }, dimension: "trial")
    try data.addColumn("second_score", places.map { $0[1] - 3 }, dimension: "trial")
    try change(&data)
    return PlotSource(data, name: "search.scores", views: .standard)
  }

  private func barLengths(_ figure: Figure) -> [Double] {
    figure.marks.compactMap { mark in
      guard case .shape(.rectangle(let box, _), let fill?, _) = mark, fill.colour != .white else {
        return nil
      }
      return box.width
    }
  }

  @Test func theSettingThatMattersHasTheLongestBar() throws {
    func lengths(_ change: (inout PlotRequest) throws -> Void = { _ in }) throws -> [Double] {
      barLengths(
        try figure(Self.importances()) { request in
          request.kind = .importances
          try change(&request)
        })
    }
    let first = try lengths()
    #expect(first.count == 6 && first[2...].allSatisfy { $0 < 0.05 * first[0] }, "\(first)")
    let second = try lengths { try $0.read(.variable, "second_score") }
    #expect(second[0] < 0.05 * second[2] && second[4] < 0.05 * second[2], "\(second)")
    let drawn = text(try figure(Self.importances()) { $0.kind = .importances })
    for word in ["damping", "alone", "with interactions", "part of the score's variance,", "% foreseen"] {
      #expect(drawn.contains(word), "\(word)")
    }
    let logarithm = text(
      try figure(Self.importances()) {
        $0.kind = .importances
        try $0.read(.log, "x,y")
      })
    #expect(logarithm.contains("part of the logarithm's variance"))
  }

  @Test func importancesThatCannotBeTold() throws {
    func said(_ source: PlotSource, _ change: (inout PlotRequest) throws -> Void = { _ in }) -> String {
      message(source) { request in
        request.kind = .importances
        try change(&request)
      }
    }
    #expect(try said(Self.indices()).contains("needs a column 'score' a trial"))
    #expect(try said(Self.importances()) { try $0.read(.variable, "zref") }.contains("score or second_score"))
    #expect(
      try said(Self.importances()) {
        try $0.read(.variable, "second_score")
        try $0.read(.log, "y")
      }.contains("scores that are not positive"))
    let windows = try Self.importances {
      try $0.addColumn("window", (0..<17).map { Double($0 / 9) }, dimension: "trial")
    }
    #expect(said(windows).contains("differ by place"))
    var few = Dataset()
    for name in ["a", "b", "score"] { try few.addColumn(name, [1, 2, 3], dimension: "trial") }
    #expect(
      said(PlotSource(few, name: "s.scores", views: .standard)).contains(
        "3 trials have a score, and at least 4 must"))
  }

  /// A whisker of two errors to either side of each value that has one.
  @Test func whiskersAreFourErrorsLong() throws {
    let drawn = try figure(Self.indices(errors: true))
    #expect(text(drawn).contains("Sobol index of the whole map ± 2 standard errors"))
    let lines = drawn.marks.compactMap { mark -> Box? in
      guard case .shape(.line(let start, let end), _, let stroke?) = mark, stroke.width == 1.2 else {
        return nil
      }
      return Box(x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y)
    }
    let lengths = lines.filter { $0.height == 0 }.map(\.width)
    #expect(lengths.count == 5)
    for (length, error) in zip(lengths, [0.02, 0.01, 0.05, 0.06, 0.2]) {
      #expect(abs(length / lengths[4] - error / 0.2) < 1e-9)
    }
    #expect(lines.count { $0.width == 0 } == 10)
  }

  @Test func indicesOfAllInputsShareTheirColours() throws {
    let source = try Self.maps()
    let layers = try source.layers("total")
    #expect(layers.map(\.label) == ["damping", "zref"])
    #expect(layers.map { $0.values.first } == [0.25, 0.75])
    #expect(layers[1].grid?.grid.geometry == PlotTests.geometry)
    let total = try figure(source)
    let colours = total.marks.compactMap { mark -> Colour? in
      guard case .picture(let picture, let box) = mark, box.width > 50 else { return nil }
      return picture[0]
    }
    #expect(colours == [0.25, 0.75].map { ColourMap.sequential.colour(at: ($0 * 254).rounded() / 254) })
    #expect(text(total).contains("zref") && text(total).contains("mean 0.75"))
    #expect(text(try figure(source) { try $0.read(.variable, "deviation") }).contains("mean 0.75 m"))
    #expect(
      message(source) {
        $0.kind = .sensitivity; try $0.read(.variable, "z_stdev")
      }
      .contains("'z_stdev' of indices.maps is not a map for each input"))
    #expect(message(source) { try $0.read(.variable, "total,deviation") }.contains("one variable at a time"))
  }

  @Test func windowsHaveTheirValuesAtTheirCentres() throws {
    let drawn = try figure(Self.windows())
    let texts = drawn.marks.compactMap { mark -> (String, Place)? in
      if case .text(let text, let place, let style) = mark, style.anchor == .middle {
        (text, place)
      } else {
        nil
      }
    }
    let value = try #require(texts.first { $0.0 == "1875" })
    let state = try #require(texts.first { $0.0 == "too few points" })
    // Half the region apart, at one height: the region is 40 km and 6 % more on each side wide.
    #expect(abs(state.1.x - value.1.x - 420 * 20 / 44.8) < 1e-6)
    #expect(abs(state.1.y - value.1.y) < 1)
  }

  @Test func windowsStandOverTheirGrid() throws {
    let grid = try PlotTests.source("windows.best", [("density_contrast", "", PlotTests.surface)])
    let drawn = try figure(Self.windows()) { request in
      request.other = grid
      request.points = Points(easting: [1000, 30_000], northing: [2000, 20_000])
    }
    #expect(text(drawn).contains("1875"))
    #expect(drawn.marks.count { if case .shape(.circle, _, _) = $0 { true } else { false } } == 2)
    let wrong = try PlotTests.source(
      "model.gravity", [("a", "m", PlotTests.surface), ("b", "m", PlotTests.surface)])
    #expect(
      try message(Self.windows()) { $0.other = wrong }.contains("no variable 'density_contrast'"))
    let metres = try PlotTests.source("model.topography", [("topography", "m", PlotTests.surface)])
    #expect(try message(Self.windows()) { $0.other = metres }.contains("the units differ"))
    #expect(
      try message(Self.windows()) { try $0.read(.withVariable, "x") }.contains("--with-variable needs --with")
    )
  }

  @Test func trialsOfWindowsHaveNoSurfaceBetweenThem() throws {
    var data = Dataset()
    for (name, values) in [
      ("window", [0.0, 0, 1, 1, 2, 2, 3]), ("density_contrast", [1, 2, 3, 1, 2, 3, 2]),
      ("score", [5, 4, 3, 2, 3, 4, 5]),
    ] {
      try data.addColumn(name, values, dimension: "trial")
    }
    let drawn = try figure(PlotSource(data, name: "windows.scores", views: .standard))
    #expect(!drawn.marks.contains { if case .picture = $0 { true } else { false } })
    #expect(drawn.marks.count { if case .shape(.circle, _, _) = $0 { true } else { false } } == 24)
  }

  @Test func errorsOfIndependentMembersFollowTheGuide() throws {
    let drawn = try figure(Self.growth())
    let lines = drawn.marks.compactMap { mark -> [Place]? in
      guard case .shape(.path(let path), nil, _) = mark else { return nil }
      return path.steps.compactMap { step in
        switch step {
        case .move(let place), .line(let place): place
        case .curve, .close: nil
        }
      }
    }
    #expect(lines.count == 3)
    // The guide goes through the errors of the mean, which fall as 1/√members here.
    for (guide, mean) in zip(lines[0], lines[2]) { #expect(abs(guide.y - mean.y) < 1e-6) }
    // Logarithmic axes: from 2 to 4 it is half as far as from 4 to 16.
    #expect(abs(2 * (lines[2][1].x - lines[2][0].x) - (lines[2][2].x - lines[2][1].x)) < 1e-6)
    let linear = try figure(Self.growth()) { try $0.read(.log, "y") }
    #expect(linear != drawn)
  }
}
